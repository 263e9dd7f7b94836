/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"
#include "line.h"

#define TASKS ((size_t)1 << 16)
#define BUCKETS ((size_t)1 << 14)
#define FOUND ((size_t)1 << 14) /* rows of all tasks, before those of the container are added up */
#define PENDING ((size_t)1 << 12)

/* A check whose result or stack has not been read yet. */
struct pending {
	bool open, has_result, has_stack, silent;
	int cap, result;
	uint64_t target, granted, microseconds;
	struct trace_stack stack;
};

struct task {
	long pid;
	uint32_t parent;      /* index; 0: not known */
	uint32_t next;        /* of its bucket */
	bool parent_executed; /* the parent had executed a program before it forked this task */
	bool executed;
	uint64_t since; /* time of its first execve */
	char program[TRACE_PROGRAM];
};

/* A row, and the task that it belongs to. */
struct found {
	uint32_t task;
	bool before; /* the task had not executed a program yet */
	uint64_t granted;
	struct trace_row row;
};

struct executed {
	uint32_t task;
	char file[TRACE_PROGRAM];
};

struct refused {
	uint32_t task;
	struct trace_refusal is;
};

struct trace_reading {
	struct task task[TASKS]; /* [0] is none */
	size_t n_tasks;
	uint32_t bucket[BUCKETS]; /* the newest task of a pid comes first */
	struct found found[FOUND];
	size_t n_found;
	struct executed executed[FOUND];
	size_t n_executed;
	struct refused refused[FOUND];
	size_t n_refused;
	struct pending pending[PENDING]; /* by pid; a task has at most one */
	long pending_pid[PENDING];
	struct pending *stack; /* the check whose frames are read now */
	long stack_pid;
	long toucher, first; /* first: pid of the container's first process; 0: not known */
	uint64_t userns;     /* the container's user namespace; 0: not known */
	uint64_t lines, checks;
	char why_not[128];
};

static void spoil(struct trace_reading *r, const char *why)
{
	if (!r->why_not[0])
		snprintf(r->why_not, sizeof(r->why_not), "%s", why);
}

static void copy(char *to, size_t size, struct capgate_text t)
{
	size_t n = t.len < size ? t.len : size - 1;

	memcpy(to, t.p, n);
	to[n] = '\0';
}

/* ---- Tasks ------------------------------------------------------------------------- */

static uint32_t *bucket_of(struct trace_reading *r, long pid)
{
	return &r->bucket[(size_t)pid % BUCKETS];
}

static uint32_t add_task(struct trace_reading *r, long pid)
{
	uint32_t *bucket = bucket_of(r, pid), i;

	if (r->n_tasks == TASKS) {
		spoil(r, "there were more processes than can be traced");
		return 0;
	}
	i = (uint32_t)r->n_tasks++;
	r->task[i] = (struct task){.pid = pid, .next = *bucket};
	*bucket = i;
	return i;
}

/* The newest task of that number, which is added if it is not known. */
static uint32_t task_of(struct trace_reading *r, long pid)
{
	for (uint32_t i = *bucket_of(r, pid); i; i = r->task[i].next)
		if (r->task[i].pid == pid)
			return i;
	return add_task(r, pid);
}

/* If the child's first event came before the fork, the child is known, without a parent. */
static void fork_task(struct trace_reading *r, const struct trace_line *line)
{
	uint32_t parent = task_of(r, line->pid), child = task_of(r, line->other);

	if (child && (r->task[child].parent || r->task[child].executed))
		child = add_task(r, line->other); /* the kernel reused the number */
	if (!child || !parent)
		return;
	r->task[child].parent = parent;
	r->task[child].parent_executed = r->task[parent].executed;
	memcpy(r->task[child].program, r->task[parent].program, TRACE_PROGRAM);
}

/* A descendant of the container's first process that began after its program.  Neither
 * runtime executes a program in the task that becomes the first process. */
static bool is_inside(const struct trace_reading *r, uint32_t first, uint32_t i)
{
	for (size_t depth = 0; i && depth < TASKS; depth++) {
		uint32_t parent = r->task[i].parent;

		if (i == first)
			return true;
		if (parent == first && !r->task[i].parent_executed)
			return false;
		i = parent;
	}
	return false;
}

/* A program that executes itself again, as busybox does, keeps its name. */
static bool executes_itself(const struct task *task, struct capgate_text file)
{
	return (task->executed || task->parent_executed) && capgate_text_is(file, "/proc/self/exe");
}

static void exec_task(struct trace_reading *r, const struct trace_line *line)
{
	uint32_t i = task_of(r, line->pid);

	if (!executes_itself(&r->task[i], line->text))
		copy(r->task[i].program, TRACE_PROGRAM, line->text);
	if (!r->task[i].executed)
		r->task[i].since = line->microseconds;
	r->task[i].executed = true;
	if (r->n_executed == FOUND) {
		spoil(r, "more programs were executed than can be remembered");
		return;
	}
	for (size_t k = 0; k < r->n_executed; k++)
		if (r->executed[k].task == i &&
		    strcmp(r->executed[k].file, r->task[i].program) == 0)
			return;
	r->executed[r->n_executed].task = i;
	memcpy(r->executed[r->n_executed++].file, r->task[i].program, TRACE_PROGRAM);
}

static void refuse_task(struct trace_reading *r, const struct trace_line *line)
{
	uint32_t i = task_of(r, line->pid);
	struct refused new = {.task = i};

	memcpy(new.is.program, r->task[i].program, TRACE_PROGRAM);
	copy(new.is.call, sizeof(new.is.call), line->text);
	for (size_t k = 0; k < r->n_refused; k++)
		if (r->refused[k].task == i && strcmp(r->refused[k].is.call, new.is.call) == 0 &&
		    strcmp(r->refused[k].is.program, new.is.program) == 0)
			return;
	if (r->n_refused == FOUND)
		spoil(r, "more system calls were refused than can be remembered");
	else if (r->task[i].executed || r->task[i].parent)
		r->refused[r->n_refused++] = new;
}

/* ---- Checks ------------------------------------------------------------------------ */

static bool is_same(const struct found *a, const struct found *b)
{
	return a->task == b->task && a->before == b->before && a->granted == b->granted &&
	       a->row.cap == b->row.cap && a->row.granted == b->row.granted &&
	       a->row.noise == b->row.noise && strcmp(a->row.program, b->row.program) == 0 &&
	       strcmp(a->row.call, b->row.call) == 0 && strcmp(a->row.site, b->row.site) == 0;
}

static void add_found(struct trace_reading *r, const struct found *f)
{
	/* The newest first, because programs repeat their questions. */
	for (size_t i = r->n_found; i-- > 0;)
		if (is_same(&r->found[i], f)) {
			r->found[i].row.count++;
			return;
		}
	if (r->n_found == FOUND) {
		spoil(r, "there were more kinds of checks than can be remembered");
		return;
	}
	r->found[r->n_found++] = *f;
}

static void close_pending(struct trace_reading *r, struct pending *p, long pid)
{
	uint32_t task = task_of(r, pid);
	struct found f = {.task = task, .before = !r->task[task].executed};
	enum trace_noise noise = trace_stack_noise(&p->stack);

	p->open = false;
	if (!p->has_result) {
		spoil(r, "the result of a check was not seen");
		return;
	}
	r->checks++;
	f.granted = p->result == 0 ? p->granted : 0;
	f.row = (struct trace_row){.cap = p->cap,
				   .granted = p->result == 0,
				   .noise = noise == TRACE_MATTERS && p->silent ? TRACE_SILENT
										: noise,
				   .count = 1,
				   .first = p->microseconds};
	memcpy(f.row.program, r->task[task].program, TRACE_PROGRAM);
	if (noise != TRACE_OVERCOMMIT) /* every program asks that all the time */
		snprintf(f.row.call, sizeof(f.row.call), "%s", trace_stack_call(&p->stack));
	snprintf(f.row.site, sizeof(f.row.site), "%s", trace_stack_site(&p->stack));
	if (task)
		add_found(r, &f);
}

static struct pending *pending_of(struct trace_reading *r, long pid)
{
	size_t i = (size_t)pid % PENDING;

	if (r->pending[i].open && r->pending_pid[i] != pid)
		close_pending(r, &r->pending[i], r->pending_pid[i]);
	r->pending_pid[i] = pid;
	return &r->pending[i];
}

static void open_check(struct trace_reading *r, const struct trace_line *line)
{
	struct pending *p = pending_of(r, line->pid);
	uint32_t task;

	if (p->open)
		close_pending(r, p, line->pid);
	task = task_of(r, line->pid);
	if (!r->task[task].program[0])
		copy(r->task[task].program, TRACE_PROGRAM, line->comm);
	p->stack.n = 0;
	p->stack.outer[0] = '\0';
	p->open = true;
	p->has_stack = false;
	p->cap = line->cap;
	p->has_result = line->has_result;
	p->result = line->result;
	p->silent = line->silent;
	p->target = line->target;
	p->granted = line->granted;
	p->microseconds = line->microseconds;
	/* The toucher's child asks for this, in the container's user namespace. */
	if (r->task[task].parent && r->task[r->task[task].parent].pid == r->toucher &&
	    line->cap == CAPGATE_CAP_SYS_CHROOT)
		r->userns = line->target;
}

static void end_stack(struct trace_reading *r)
{
	if (r->stack && r->stack->open && r->stack->has_result)
		close_pending(r, r->stack, r->stack_pid);
	r->stack = NULL;
}

static void begin_stack(struct trace_reading *r, const struct trace_line *line)
{
	struct pending *p = pending_of(r, line->pid);

	if (!p->open || p->has_stack)
		return; /* a stack of another event */
	p->has_stack = true;
	r->stack = p;
	r->stack_pid = line->pid;
}

static void take_result(struct trace_reading *r, const struct trace_line *line)
{
	struct pending *p = pending_of(r, line->pid);

	if (!p->open || p->has_result) {
		spoil(r, "the result of a check was seen, but not the check");
		return;
	}
	p->has_result = true;
	p->result = line->result;
	close_pending(r, p, line->pid);
}

/* ---- Lines ------------------------------------------------------------------------- */

struct trace_reading *trace_reading_new(struct capgate_arena *arena)
{
	struct trace_reading *r = capgate_arena_raw(arena, sizeof(*r));

	_Static_assert(sizeof(*r) < TRACE_READING_ROOM, "there is room for it");
	if (r)
		r->n_tasks = 1;
	return r;
}

bool trace_reading_line(struct trace_reading *r, struct capgate_text text)
{
	struct trace_line line;

	if (text.len == 0)
		return true;
	r->lines++;
	trace_line_read(text, &line);
	if (line.kind == TRACE_FRAME) {
		if (r->stack)
			trace_stack_add(&r->stack->stack, line.text);
		return true;
	}
	end_stack(r);
	switch (line.kind) {
	case TRACE_CHECK:
		open_check(r, &line);
		break;
	case TRACE_RESULT:
		take_result(r, &line);
		break;
	case TRACE_STACK:
		begin_stack(r, &line);
		break;
	case TRACE_FORK:
		fork_task(r, &line);
		break;
	case TRACE_EXEC:
		exec_task(r, &line);
		break;
	case TRACE_REFUSED:
		refuse_task(r, &line);
		break;
	case TRACE_TOUCHED:
		if (r->toucher && line.pid == r->toucher && !r->first)
			r->first = line.other;
		break;
	case TRACE_MARKED:
		if (capgate_text_is(line.text, TRACE_MARK_TOUCHER))
			r->toucher = line.pid;
		return !capgate_text_is(line.text, TRACE_MARK_END);
	case TRACE_DROPPED:
		spoil(r, "events were lost");
		break;
	default:
		spoil(r, "a line of the trace cannot be read");
		break;
	}
	return true;
}

/* ---- The container's part ---------------------------------------------------------- */

static void add_row(struct trace_reading *r, uint64_t began, const struct found *f,
		    struct trace_table *t)
{
	struct trace_row row = f->row;

	row.first = row.first > began ? row.first - began : 0;
	if (row.noise == TRACE_MATTERS && f->granted && r->userns && f->granted != r->userns)
		row.noise = TRACE_OWN_USERNS;
	if (!trace_table_add_row(t, &row))
		spoil(r, "there were more kinds of checks than can be reported");
}

static void add_file(struct trace_reading *r, const char *file, struct trace_table *t)
{
	if (!trace_table_add_file(t, file))
		spoil(r, "more programs were executed than can be reported");
}

static void add_refusal(struct trace_reading *r, const struct trace_refusal *is,
			struct trace_table *t)
{
	if (!trace_table_add_refusal(t, is))
		spoil(r, "more system calls were refused than can be reported");
}

void trace_reading_table(struct trace_reading *r, struct trace_table *ret)
{
	uint32_t first;
	uint64_t began;

	end_stack(r);
	for (size_t i = 0; i < PENDING; i++)
		if (r->pending[i].open)
			close_pending(r, &r->pending[i], r->pending_pid[i]);
	first = r->first ? task_of(r, r->first) : 0;
	began = r->task[first].since;
	trace_table_begin(ret);
	ret->began = r->task[first].executed;
	for (size_t i = 0; ret->began && i < r->n_found; i++)
		if ((r->found[i].task != first || !r->found[i].before) &&
		    is_inside(r, first, r->found[i].task))
			add_row(r, began, &r->found[i], ret);
	for (size_t i = 0; ret->began && i < r->n_executed; i++)
		if (is_inside(r, first, r->executed[i].task))
			add_file(r, r->executed[i].file, ret);
	for (size_t i = 0; ret->began && i < r->n_refused; i++)
		if (is_inside(r, first, r->refused[i].task))
			add_refusal(r, &r->refused[i].is, ret);
	ret->lines = r->lines;
	ret->checks = r->checks;
	ret->complete = !r->why_not[0];
	memcpy(ret->why_not, r->why_not, sizeof(ret->why_not));
}
