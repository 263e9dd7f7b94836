/* SPDX-License-Identifier: Apache-2.0 */
#include "line.h"

#include <string.h>

#include "lib/base/base.h"
#include "identity.h"

/* linux/security.h */
#define OPT_NOAUDIT 2u

/* The part of the line that has not been read yet. */
struct rest {
	const char *p, *end;
};

static bool take(struct rest *r, const char *words)
{
	size_t n = strlen(words);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, words, n) != 0)
		return false;
	r->p += n;
	return true;
}

static bool is_digit(const struct rest *r)
{
	return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

/* At most 15 digits: no sum overflows. */
static bool take_number(struct rest *r, uint64_t *ret)
{
	uint64_t n = 0;
	const char *begin = r->p;

	for (; is_digit(r) && r->p - begin < 15; r->p++)
		n = n * 10 + (uint64_t)(*r->p - '0');
	*ret = n;
	return r->p > begin && !is_digit(r);
}

static bool take_pid(struct rest *r, long *ret)
{
	uint64_t n;

	if (!take_number(r, &n) || n > INT32_MAX)
		return false;
	*ret = (long)n;
	return true;
}

static bool take_signed(struct rest *r, int *ret)
{
	bool negative = take(r, "-");
	uint64_t n;

	if (!take_number(r, &n) || n > INT32_MAX)
		return false;
	*ret = negative ? -(int)n : (int)n;
	return true;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(struct rest *r, uint64_t *ret)
{
	uint64_t n = 0;
	const char *begin = r->p;

	for (; r->p < r->end && r->p - begin < 16 && hex(*r->p) >= 0; r->p++)
		n = n << 4 | (unsigned)hex(*r->p);
	*ret = n;
	return r->p > begin;
}

static void skip_blanks(struct rest *r)
{
	while (r->p < r->end && *r->p == ' ')
		r->p++;
}

/* Moves past the last occurrence of these words, because a name before it may contain them. */
static bool seek_last(struct rest *r, const char *words)
{
	size_t n = strlen(words);

	for (const char *p = r->end - n; (size_t)(r->end - r->p) >= n && p >= r->p; p--)
		if (memcmp(p, words, n) == 0) {
			r->p = p + n;
			return true;
		}
	return false;
}

/* "-1234   [001] ..... 13266.588153: ", after a task's name. */
static bool take_head(struct rest *r, struct trace_line *line)
{
	uint64_t cpu, seconds, fraction;
	const char *flags;

	if (!take(r, "-") || !take_pid(r, &line->pid) || !take(r, " "))
		return false;
	skip_blanks(r);
	if (!take(r, "[") || !take_number(r, &cpu) || !take(r, "] "))
		return false;
	for (flags = r->p; r->p < r->end && *r->p != ' '; r->p++)
		;
	if (r->p - flags < 4 || r->p - flags > 8)
		return false;
	skip_blanks(r);
	if (!take_number(r, &seconds) || !take(r, ".") || !take_number(r, &fraction) ||
	    !take(r, ": "))
		return false;
	line->microseconds = seconds * 1000000 + fraction;
	return true;
}

/* A task's name is too short to contain a whole head, so the first head is the kernel's. */
static bool find_head(struct rest *r, struct trace_line *line)
{
	const char *begin;

	skip_blanks(r);
	begin = r->p;
	for (const char *p = begin; p < r->end; p++) {
		struct rest here = {p, r->end};

		if (*p != '-' || !take_head(&here, line))
			continue;
		line->comm = (struct capgate_text){begin, (size_t)(p - begin)};
		*r = here;
		return true;
	}
	return false;
}

/* "cred X, target_ns X, capable_ns X, cap N, ret N" */
static bool take_tracepoint(struct rest *r, struct trace_line *line)
{
	uint64_t cred;

	line->has_result = true;
	return take(r, "cred ") && take_hex(r, &cred) && take(r, ", target_ns ") &&
	       take_hex(r, &line->target) && take(r, ", capable_ns ") &&
	       take_hex(r, &line->granted) && take(r, ", cap ") && take_signed(r, &line->cap) &&
	       take(r, ", ret ") && take_signed(r, &line->result) && r->p == r->end;
}

/* "(cap_capable+0x4/0x90) target=0x0 cap=21 opts=2", in the format that instance.c defines. */
static bool take_probe(struct rest *r, struct trace_line *line)
{
	uint64_t opts;

	if (!seek_last(r, ") target=0x") || !take_hex(r, &line->target) || !take(r, " cap=") ||
	    !take_signed(r, &line->cap) || !take(r, " opts=") || !take_number(r, &opts))
		return false;
	line->silent = opts & OPT_NOAUDIT;
	return r->p == r->end;
}

static bool take_return(struct rest *r, struct trace_line *line)
{
	return seek_last(r, ") result=") && take_signed(r, &line->result) && r->p == r->end;
}

static bool take_fork(struct rest *r, struct trace_line *line)
{
	return seek_last(r, " child_pid=") && take_pid(r, &line->other) && r->p == r->end;
}

static bool take_exec(struct rest *r, struct trace_line *line)
{
	struct rest tail = *r;
	long pid;

	if (!take(r, "filename=") || !seek_last(&tail, " pid=") || tail.p < r->p + 5)
		return false;
	line->text = (struct capgate_text){r->p, (size_t)(tail.p - 5 - r->p)};
	return take_pid(&tail, &pid) && pid == line->pid && take(&tail, " old_pid=") &&
	       take_pid(&tail, &line->other) && tail.p == tail.end;
}

static bool take_touched(struct rest *r, struct trace_line *line)
{
	return take(r, "pid=") && take_pid(r, &line->other) && take(r, " comm=");
}

/* "NR 116 = -1" */
static bool take_refusal(struct rest *r, struct trace_line *line)
{
	const char *name;
	uint64_t number;

	if (!take(r, "NR ") || !take_number(r, &number) || !take(r, " = ") ||
	    !take_signed(r, &line->result) || r->p != r->end)
		return false;
	name = trace_identity_name((long)number);
	line->text = capgate_text_of(name ? name : "");
	return name != NULL;
}

static bool take_all(struct rest *r, struct trace_line *line)
{
	line->text = (struct capgate_text){r->p, (size_t)(r->end - r->p)};
	return true;
}

static bool take_stack(struct rest *r, struct trace_line *line)
{
	(void)line;
	return r->p == r->end;
}

static const struct {
	const char *name;
	enum trace_kind kind;
	bool (*take)(struct rest *, struct trace_line *);
} events[] = {
	{"cap_capable: (", TRACE_CHECK, take_probe},
	{"cap_capable: ", TRACE_CHECK, take_tracepoint},
	{"cap_result: (", TRACE_RESULT, take_return},
	{"<stack trace>", TRACE_STACK, take_stack},
	{"sched_process_fork: ", TRACE_FORK, take_fork},
	{"sched_process_exec: ", TRACE_EXEC, take_exec},
	{"sys_exit: ", TRACE_REFUSED, take_refusal},
	{"oom_score_adj_update: ", TRACE_TOUCHED, take_touched},
	{"tracing_mark_write: ", TRACE_MARKED, take_all},
};

/* " => function", with its module after it. */
static bool take_frame(struct rest *r, struct trace_line *line)
{
	const char *begin;

	if (!take(r, " => "))
		return false;
	for (begin = r->p; r->p < r->end && *r->p != ' ' && *r->p != '+'; r->p++)
		;
	line->text = (struct capgate_text){begin, (size_t)(r->p - begin)};
	line->kind = TRACE_FRAME;
	return true;
}

void trace_line_read(struct capgate_text text, struct trace_line *ret)
{
	struct trace_line line = {.kind = TRACE_ODD};
	struct rest r = {text.p, text.p + text.len};

	*ret = line;
	if (take_frame(&r, &line)) {
		*ret = line;
		return;
	}
	if (capgate_text_begins(text, "CPU:") && capgate_text_ends(text, " EVENTS]")) {
		ret->kind = TRACE_DROPPED;
		return;
	}
	if (!find_head(&r, &line))
		return;
	for (size_t i = 0; i < COUNT(events); i++)
		if (take(&r, events[i].name)) {
			line.kind = events[i].kind;
			if (events[i].take(&r, &line))
				*ret = line;
			return;
		}
}
