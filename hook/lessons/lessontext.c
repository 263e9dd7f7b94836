/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a lesson as JSON, and parses it. */
#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"
#include "lib/json/json.h"
#include "lesson.h"

#define VERSION 1
/* Later than any clock, but small enough that sums stay in a signed number. */
#define TIME_MAX ((uint64_t)1 << 40)

/* ---- Reading ----------------------------------------------------------------------- */

enum {
	FIELD_NONE,
	FIELD_VERSION,
	FIELD_NAME,
	FIELD_RUNS,
	FIELD_SECONDS,
	FIELD_FIRST,
	FIELD_LAST,
	FIELD_LOST,
	FIELD_ROW,
	FIELD_CAP,
	FIELD_PROGRAM,
	FIELD_COUNT,
	FIELD_GRANTED,
	FIELD_ROW_FIRST,
	FIELD_ROW_LAST,
	FIELD_LIVE,
	FIELD_TOKEN,
	FIELD_BEGAN,
	FIELD_SEEN,
	FIELD_OVER,
};

#define NUMBER(f) SHAPE(.types = CAPGATE_T_NUMBER, .field = (f))

static const struct capgate_shape rows_shape = {
	.types = CAPGATE_T_ARRAY,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = FIELD_ROW, .closed = true,
		      .members = MEMBERS(
			      {"capability", STRING(FIELD_CAP)}, {"program", STRING(FIELD_PROGRAM)},
			      {"count", NUMBER(FIELD_COUNT)}, {"granted", NUMBER(FIELD_GRANTED)},
			      {"first", NUMBER(FIELD_ROW_FIRST)},
			      {"last", NUMBER(FIELD_ROW_LAST)})),
};

static const struct capgate_shape run_shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_LIVE,
	.closed = true,
	.members = MEMBERS({"token", STRING(FIELD_TOKEN)}, {"began", NUMBER(FIELD_BEGAN)},
			   {"last", NUMBER(FIELD_SEEN)},
			   {"over", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_OVER)},
			   {"used", &rows_shape}),
};

static const struct capgate_shape lesson_shape = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members = MEMBERS({"recorded", NUMBER(FIELD_VERSION)}, {"name", STRING(FIELD_NAME)},
			   {"runs", NUMBER(FIELD_RUNS)}, {"seconds", NUMBER(FIELD_SECONDS)},
			   {"first", NUMBER(FIELD_FIRST)}, {"last", NUMBER(FIELD_LAST)},
			   {"lost", NUMBER(FIELD_LOST)}, {"used", &rows_shape},
			   {"running", SHAPE(.types = CAPGATE_T_ARRAY, .each = &run_shape)}),
};

struct lesson_reader {
	struct lesson *lesson;
	struct lesson_row row;
	struct lesson_run run;
	bool has_version, has_name, has_cap, in_run;
};

static int refuse_place(const struct capgate_walk *walk, const struct capgate_json_event *event,
			const char *words)
{
	return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE, event->at.off,
				 "%s", words);
}

static int take_number(const struct capgate_walk *walk, const struct capgate_json_event *event,
		       uint64_t most, uint64_t *ret)
{
	return capgate_json_uint(event->text, most, ret)
		       ? 0
		       : refuse_place(walk, event, "this is not a count or time of a record");
}

static int take_time(const struct capgate_walk *walk, const struct capgate_json_event *event,
		     int64_t *ret)
{
	uint64_t v;

	if (take_number(walk, event, TIME_MAX, &v) < 0)
		return walk->err->code;
	*ret = (int64_t)v;
	return 0;
}

static int take_name(struct lesson_reader *r, const struct capgate_walk *walk,
		     const struct capgate_json_event *event)
{
	if (!lesson_name_is_fit(event->text))
		return refuse_place(walk, event,
				    "this is not the name of a container, an image or a bundle");
	memcpy(r->lesson->name, event->text.p, event->text.len);
	r->has_name = true;
	return 0;
}

static int take_program(struct lesson_reader *r, const struct capgate_walk *walk,
			const struct capgate_json_event *event)
{
	if (event->text.len >= LESSON_PROGRAM || memchr(event->text.p, 0, event->text.len))
		return refuse_place(walk, event, "this is not the name of a task");
	memcpy(r->row.program, event->text.p, event->text.len);
	return 0;
}

/* 16 digits, as they are written. */
static int take_token(struct lesson_reader *r, const struct capgate_walk *walk,
		      const struct capgate_json_event *event)
{
	uint64_t v = 0;

	for (size_t i = 0; i < event->text.len; i++) {
		const char c = event->text.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) || i == 16)
			return refuse_place(walk, event, "this is not the token of a run");
		v = v << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (v == 0)
		return refuse_place(walk, event, "this is not the token of a run");
	r->run.token = v;
	return 0;
}

static int see_row(struct lesson_reader *r, const struct capgate_walk *walk,
		   const struct capgate_json_event *event)
{
	if (event->kind == CAPGATE_JSON_OBJECT) {
		r->row = (struct lesson_row){0};
		r->has_cap = false;
		return 0;
	}
	if (!r->has_cap || r->row.granted > r->row.count)
		return refuse_place(walk, event, "this does not describe a capability");
	if (r->in_run && r->run.token == 0)
		return refuse_place(
			walk, event,
			"a run must have its token before the capabilities that it used");
	r->row.token = r->run.token;
	if (r->lesson->n_rows == LESSON_ROWS)
		return refuse_place(walk, event, "a record cannot have so many capabilities");
	lesson_add(r->lesson, &r->row);
	return 0;
}

static int see_run(struct lesson_reader *r, const struct capgate_walk *walk,
		   const struct capgate_json_event *event)
{
	struct lesson *l = r->lesson;
	struct lesson_run *run;
	size_t n = l->n_runs;

	if (event->kind == CAPGATE_JSON_OBJECT) {
		r->run = (struct lesson_run){.token = 0};
		r->in_run = true;
		return 0;
	}
	r->in_run = false;
	if (r->run.token == 0 || r->run.last < r->run.began)
		return refuse_place(walk, event, "this does not describe a run");
	run = lesson_run_of(l, r->run.token, r->run.began);
	if (!run || l->n_runs == n)
		return refuse_place(walk, event, "there are too many runs, or one is listed twice");
	*run = r->run;
	r->run = (struct lesson_run){.token = 0};
	return 0;
}

static int see_cap(struct lesson_reader *r, const struct capgate_walk *walk,
		   const struct capgate_json_event *event)
{
	r->row.cap = capgate_cap_exact(event->text);
	r->has_cap = true;
	return r->row.cap < 0 ? refuse_place(walk, event, "this is not the name of a capability")
			      : 0;
}

static int see_sums(struct lesson_reader *r, const struct capgate_walk *walk, int field,
		    const struct capgate_json_event *event)
{
	struct lesson *l = r->lesson;
	uint64_t v;

	switch (field) {
	case FIELD_VERSION:
		r->has_version = true;
		return take_number(walk, event, VERSION, &v) < 0 || v != VERSION
			       ? refuse_place(walk, event,
					      "this capgate reads records of version 1")
			       : 0;
	case FIELD_NAME:
		return take_name(r, walk, event);
	case FIELD_RUNS:
		return take_number(walk, event, UINT64_MAX, &l->runs);
	case FIELD_SECONDS:
		return take_number(walk, event, UINT64_MAX, &l->seconds);
	case FIELD_LOST:
		return take_number(walk, event, UINT64_MAX, &l->lost);
	case FIELD_FIRST:
		return take_time(walk, event, &l->first);
	default:
		return take_time(walk, event, &l->last);
	}
}

static int see_lesson(void *user, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	struct lesson_reader *r = user;

	if (field < FIELD_ROW)
		return see_sums(r, walk, field, event);
	switch (field) {
	case FIELD_ROW:
		return see_row(r, walk, event);
	case FIELD_CAP:
		return see_cap(r, walk, event);
	case FIELD_PROGRAM:
		return take_program(r, walk, event);
	case FIELD_COUNT:
		return take_number(walk, event, UINT64_MAX, &r->row.count);
	case FIELD_GRANTED:
		return take_number(walk, event, UINT64_MAX, &r->row.granted);
	case FIELD_ROW_FIRST:
		return take_time(walk, event, &r->row.first);
	case FIELD_ROW_LAST:
		return take_time(walk, event, &r->row.last);
	case FIELD_LIVE:
		return see_run(r, walk, event);
	case FIELD_TOKEN:
		return take_token(r, walk, event);
	case FIELD_BEGAN:
		return take_time(walk, event, &r->run.began);
	case FIELD_SEEN:
		return take_time(walk, event, &r->run.last);
	default:
		r->run.over = event->truth;
		return 0;
	}
}

int lesson_parse(struct capgate_text text, struct capgate_arena *arena, struct lesson *ret,
		 struct capgate_error *err)
{
	struct lesson_reader r = {0};
	int status;

	r.lesson = capgate_arena_alloc(arena, sizeof(*r.lesson));
	if (!r.lesson)
		return capgate_fail_memory(err);
	memset(r.lesson, 0, sizeof(*r.lesson));
	status = capgate_walk_text(text, (struct capgate_json_options){0}, &lesson_shape, arena,
				   see_lesson, &r, err);
	if (status == 0 && (!r.has_version || !r.has_name))
		status = capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, 0,
				      "this is not a record of capabilities: \"recorded\" or "
				      "\"name\" is missing");
	if (status == 0)
		*ret = *r.lesson;
	return status;
}

bool lesson_is_record(struct capgate_text text)
{
	return capgate_text_begins(text, "{\"recorded\":");
}

/* ---- Writing ----------------------------------------------------------------------- */

static void write_number(struct capgate_out *out, const char *name, uint64_t v)
{
	capgate_out_format(out, ",\"%s\":%llu", name, (unsigned long long)v);
}

static void write_rows(const struct lesson *l, uint64_t token, struct capgate_out *out)
{
	const char *before = "\n  ";

	capgate_out_string(out, ",\"used\":[");
	for (size_t i = 0; i < l->n_rows; i++) {
		const struct lesson_row *r = &l->row[i];

		if (r->token != token)
			continue;
		capgate_out_format(out, "%s{\"capability\":\"%s\",\"program\":", before,
				   capgate_cap_info(r->cap)->name);
		capgate_out_json(out, capgate_text_of(r->program));
		write_number(out, "count", r->count);
		write_number(out, "granted", r->granted);
		write_number(out, "first", (uint64_t)r->first);
		write_number(out, "last", (uint64_t)r->last);
		capgate_out_string(out, "}");
		before = ",\n  ";
	}
	capgate_out_string(out, "]");
}

void lesson_write(const struct lesson *l, struct capgate_out *out)
{
	const char *before = "\n ";

	capgate_out_format(out, "{\"recorded\":%d,\"name\":", VERSION);
	capgate_out_json(out, capgate_text_of(l->name));
	write_number(out, "runs", l->runs);
	write_number(out, "seconds", l->seconds);
	write_number(out, "first", (uint64_t)l->first);
	write_number(out, "last", (uint64_t)l->last);
	write_number(out, "lost", l->lost);
	write_rows(l, 0, out);
	capgate_out_string(out, ",\"running\":[");
	for (size_t i = 0; i < l->n_runs; i++) {
		const struct lesson_run *run = &l->run[i];

		capgate_out_format(out, "%s{\"token\":\"%016llx\"", before,
				   (unsigned long long)run->token);
		write_number(out, "began", (uint64_t)run->began);
		write_number(out, "last", (uint64_t)run->last);
		capgate_out_format(out, ",\"over\":%s", run->over ? "true" : "false");
		write_rows(l, run->token, out);
		capgate_out_string(out, "}");
		before = ",\n ";
	}
	capgate_out_string(out, "]}\n");
}
