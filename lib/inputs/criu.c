/* SPDX-License-Identifier: Apache-2.0 */
#include "criu.h"

#include "lib/base/base.h"

/* CRIU's images/magic.h */
#define IMG_COMMON_MAGIC 0x54564319u
#define CORE_MAGIC 0x55053847u

/* Fields of core_entry, task_core_entry, thread_core_entry and creds_entry, in images/core.proto
 * and images/creds.proto. */
enum {
	CORE_TASK = 3,
	CORE_THREAD = 5,
	TASK_STATE = 1,
	THREAD_CREDS = 10,
	CREDS_INH = 9,
	CREDS_PRM,
	CREDS_EFF,
	CREDS_BND
};

/* A value of task_state; compel/include/uapi/task-state.h of CRIU. */
#define TASK_DEAD 2

/* The encodings of values in Protocol Buffers. */
enum { WIRE_VARINT, WIRE_FIXED64, WIRE_BYTES, WIRE_FIXED32 = 5 };

/* A set is written as this many numbers of 32 bits, the lowest first. */
#define CAP_WORDS 2

struct reader {
	const char *begin, *p, *end;
	struct capgate_error *err;
};

struct field {
	uint64_t number, value;	   /* value: for WIRE_VARINT */
	unsigned wire;
	struct capgate_text bytes; /* for WIRE_BYTES */
};

static int fail_image(const struct reader *r, const char *what)
{
	return capgate_fail(r->err, CAPGATE_EINVALID, CAPGATE_RULE_CHECKPOINT,
			    (size_t)(r->p - r->begin), "%s", what);
}

static int fixed32(struct reader *r, uint32_t *ret)
{
	if (r->end - r->p < 4)
		return fail_image(r, "the image ends too early");
	*ret = 0;
	for (int i = 3; i >= 0; i--)
		*ret = *ret << 8 | (unsigned char)r->p[i];
	r->p += 4;
	return 0;
}

static int varint(struct reader *r, uint64_t *ret)
{
	*ret = 0;
	for (unsigned shift = 0; r->p < r->end && shift < 64; shift += 7) {
		unsigned char c = (unsigned char)*r->p++;

		*ret |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return 0;
	}
	return fail_image(r, "a number has no end");
}

static int skip(struct reader *r, uint64_t n)
{
	if (n > (uint64_t)(r->end - r->p))
		return fail_image(r, "a field is longer than its message");
	r->p += n;
	return 0;
}

/* Returns 1 for a field, 0 at the end of the message. */
static int next(struct reader *r, struct field *f)
{
	uint64_t tag;

	if (r->p == r->end)
		return 0;
	if (varint(r, &tag) < 0)
		return r->err->code;
	f->number = tag >> 3;
	f->wire = tag & 7;
	switch (f->wire) {
	case WIRE_VARINT:
		return varint(r, &f->value) < 0 ? r->err->code : 1;
	case WIRE_BYTES:
		if (varint(r, &f->value) < 0)
			return r->err->code;
		f->bytes = (struct capgate_text){r->p, (size_t)f->value};
		return skip(r, f->value) < 0 ? r->err->code : 1;
	case WIRE_FIXED64:
	case WIRE_FIXED32:
		return skip(r, f->wire == WIRE_FIXED32 ? 4 : 8) < 0 ? r->err->code : 1;
	}
	return fail_image(r, "a field has an unknown type");
}

/* Narrows the reader to the only nested message with this number. */
static int enter(struct reader *r, uint64_t number, const char *missing)
{
	struct reader inner = *r;
	struct field f;
	bool found = false;
	int status;

	while ((status = next(r, &f)) > 0) {
		if (f.number != number)
			continue;
		if (found || f.wire != WIRE_BYTES)
			return fail_image(r, "a field occurs twice, or has the wrong type");
		found = true;
		inner.p = f.bytes.p;
		inner.end = f.bytes.p + f.bytes.len;
	}
	if (status < 0)
		return status;
	if (!found)
		return fail_image(r, missing);
	*r = inner;
	return 0;
}

static int read_creds(struct reader *r, capgate_set sets[CAPGATE_NSETS])
{
	static const enum capgate_which which[] = {
		[CREDS_INH] = CAPGATE_INHERITABLE, [CREDS_PRM] = CAPGATE_PERMITTED,
		[CREDS_EFF] = CAPGATE_EFFECTIVE, [CREDS_BND] = CAPGATE_BOUNDING,
	};
	unsigned words[CREDS_BND + 1] = {0};
	struct field f;
	int status;

	while ((status = next(r, &f)) > 0) {
		if (f.number < CREDS_INH || f.number > CREDS_BND)
			continue;
		if (f.wire != WIRE_VARINT || f.value > UINT32_MAX || words[f.number] == CAP_WORDS)
			return fail_image(r, "a set does not have two numbers of 32 bits");
		sets[which[f.number]].bits |= f.value << 32 * words[f.number]++;
	}
	for (int n = CREDS_INH; status == 0 && n <= CREDS_BND; n++)
		if (words[n] != CAP_WORDS)
			return fail_image(r, "a set is missing");
	return status;
}

/*
 * A zombie has no thread and no credentials.  CRIU makes it by ending a process with the same
 * status, and decides that only by this member.
 */
static bool is_dead(struct reader r)
{
	struct capgate_error ignored;
	struct field f;
	size_t threads = 0, states = 0;
	bool dead = false;
	int status;

	r.err = &ignored;
	for (struct reader all = r; (status = next(&all, &f)) > 0;)
		threads += f.number == CORE_THREAD;
	if (status < 0 || threads > 0 || enter(&r, CORE_TASK, "") < 0)
		return false;
	while ((status = next(&r, &f)) > 0) {
		if (f.number != TASK_STATE)
			continue;
		states++;
		dead = f.wire == WIRE_VARINT && f.value == TASK_DEAD;
	}
	return status == 0 && states == 1 && dead;
}

int capgate_criu_core(struct capgate_text image, capgate_set sets[CAPGATE_NSETS],
		      struct capgate_error *err)
{
	struct reader r = {image.p, image.p, image.p + image.len, err};
	uint32_t common = 0, kind = 0, size = 0;

	if (fixed32(&r, &common) < 0 || fixed32(&r, &kind) < 0 || fixed32(&r, &size) < 0)
		return err->code;
	if (common != IMG_COMMON_MAGIC || kind != CORE_MAGIC)
		return fail_image(&r, "this is not a core image of CRIU");
	if (size != (size_t)(r.end - r.p))
		return fail_image(&r, "the image does not have the length that its header gives");
	if (is_dead(r))
		return 0;
	if (enter(&r, CORE_THREAD, "it contains no thread") < 0 ||
	    enter(&r, THREAD_CREDS, "it contains no credentials") < 0)
		return err->code;
	return read_creds(&r, sets);
}
