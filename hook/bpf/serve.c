/* SPDX-License-Identifier: Apache-2.0 */
#include "serve.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/marks/marks.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "settings.h"
#include "tally.h"

struct serving {
	struct loaded loaded;
	struct symbols symbols;
	uint64_t token; /* 0: not known */
	struct tracer_end *end;
};

static int serve_failed(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s", why);
}

static bool say(const void *bytes, size_t size)
{
	struct capgate_error ignored;

	return io_write_all(STDOUT_FILENO, (struct capgate_text){bytes, size}, &ignored) == 0;
}

/* ---- Before it is confined --------------------------------------------------------- */

/* The rows of each map, four for each kilobyte of the buffer: 16384 for the default of 4096. */
static unsigned rows_of(unsigned kilobytes)
{
	unsigned rows = kilobytes * 4;

	return rows < 16 ? 16 : rows > 262144 ? 262144 : rows;
}

static int attach_and_confine(struct serving *s, unsigned kilobytes, uint64_t outside,
			      struct capgate_error *err)
{
	struct bpf_settings settings = {.everywhere = outside != 0, .outside = (unsigned)outside};
	size_t n = trace_identity_numbers(settings.identity, BPF_IDENTITIES);

	while (n < BPF_IDENTITIES)
		settings.identity[n++] = -1;
	/* After the confinement there are no random numbers for tokens, and no memory for the
	 * answer. */
	if (getrandom(&s->token, sizeof(s->token), 0) != sizeof(s->token))
		return serve_failed(err, "cannot get a random number");
	s->end = io_block(sizeof(*s->end));
	if (!s->end)
		return capgate_fail_memory(err);
	if (symbols_read(&s->symbols, err) < 0 ||
	    kernel_load(LOAD_LEARN, &settings, rows_of(kilobytes), &s->loaded, err) < 0)
		return err->code;
	return confine_linter(CONFINE_MAPS, false, err);
}

/* ---- Orders ------------------------------------------------------------------------ */

static int follow(struct serving *s, uint64_t mntns, struct capgate_error *err)
{
	struct learn_mark mark = {.token = s->token};
	unsigned long long key = mntns;
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	mark.since_ns = (unsigned long long)now.tv_sec * 1000000000 + (unsigned long)now.tv_nsec;
	if (bpf_map_update_elem(load_map(&s->loaded, "learn_marked"), &key, &mark, BPF_ANY) < 0)
		return serve_failed(err, strerror(errno));
	return 0;
}

static int find_first(struct serving *s, uint64_t mntns, struct capgate_error *err)
{
	uint64_t token = tally_token(&s->loaded, mntns);

	if (!token)
		return serve_failed(
			err,
			"no container has started in the mount namespace of the first process");
	s->token = token;
	return 0;
}

static int obey(struct serving *s, const struct tracer_order *order, struct capgate_error *err)
{
	switch (order->kind) {
	case ORDER_FOLLOW:
		return follow(s, order->mntns, err);
	case ORDER_FIRST:
		return find_first(s, order->mntns, err);
	case ORDER_END:
		tally(&s->loaded, &s->symbols, s->token, &s->end->table, &s->end->lost);
		return 0;
	}
	return serve_failed(err, "the order is unknown");
}

static bool answer(int status, const struct capgate_error *err)
{
	struct tracer_answer a = {.error = status};

	if (status < 0)
		snprintf(a.why, sizeof(a.why), "%s", err->msg);
	return say(&a, sizeof(a));
}

int serve(unsigned kilobytes, uint64_t outside)
{
	struct tracer_hello hello = {.version = CAPGATE_VERSION};
	static struct serving s;
	struct capgate_error err;
	struct tracer_order order;

	memcpy(hello.magic, TRACER_MAGIC, sizeof(hello.magic));
	hello.error = attach_and_confine(&s, kilobytes, outside, &err);
	if (hello.error)
		snprintf(hello.why, sizeof(hello.why), "%s", err.msg);
	if (!say(&hello, sizeof(hello)) || hello.error)
		return hello.error ? STATUS_NOT_JUDGED : STATUS_SYSTEM;
	/* An order is smaller than PIPE_BUF, so one read gets all of it. */
	while (read(STDIN_FILENO, &order, sizeof(order)) == sizeof(order)) {
		int status = obey(&s, &order, &err);

		if (!answer(status, &err))
			break;
		if (order.kind == ORDER_END)
			return say(s.end, sizeof(*s.end)) ? STATUS_OK : STATUS_SYSTEM;
	}
	return STATUS_SYSTEM;
}
