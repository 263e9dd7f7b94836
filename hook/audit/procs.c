/* SPDX-License-Identifier: Apache-2.0 */
/* Reads /proc once: which processes belong to which container, and what they hold. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "audit.h"

#define PROC_FILE_MAX ((size_t)64 << 10)

/* The number in "pid:[4026531836]". 0: we are not allowed to read it. */
static unsigned long namespace_of(long pid, const char *type)
{
	char path[64], target[64];
	const char *bracket;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/ns/%s", pid, type);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = '\0';
	bracket = strchr(target, '[');
	return bracket ? strtoul(bracket + 1, NULL, 10) : 0;
}

/* The file's content, NUL-ended and malloc'd.  NULL if it cannot be read. */
static char *read_proc(long pid, const char *name)
{
	struct capgate_text text;
	struct capgate_error err;
	char path[64], *copied;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (io_read_all(fd, PROC_FILE_MAX, &text, &err) < 0) {
		close(fd);
		return NULL;
	}
	close(fd);
	copied = strndup(text.p, text.len);
	io_free(text);
	return copied;
}

/* The field with this number, 3 or more, of "PID (NAME) S ...". close: the closing bracket.
 * NULL if there is no such field. */
static const char *stat_field(const char *close, int number)
{
	const char *field = close;

	for (int i = 2; field && i < number; i++) {
		field = strchr(field, ' ');
		if (field)
			field++;
	}
	return field;
}

/* Reads name, start time and number of threads.  The name may contain any bytes. *alive: this
 * thread has not ended. */
static bool parse_stat(const char *stat, struct audit_process *p, unsigned long *threads,
		       bool *alive)
{
	const char *open = strchr(stat, '('), *close = strrchr(stat, ')'), *state, *number,
		   *started;

	if (!open || !close || close < open)
		return false;
	state = stat_field(close, 3);
	number = stat_field(close, 20);
	started = stat_field(close, 22);
	if (!state || !number || !started)
		return false;
	snprintf(p->name, sizeof(p->name), "%.*s", (int)(close - open - 1), open + 1);
	p->started = strtoull(started, NULL, 10);
	*threads = strtoul(number, NULL, 10);
	*alive = *state != 'Z' && *state != 'X';
	return true;
}

/* ---- Threads ---------------------------------------------------------------------- */

/* Each thread has its own filter.  The least restricted thread counts. */
static enum procsets_seccomp weaker(enum procsets_seccomp a, enum procsets_seccomp b)
{
	const enum procsets_seccomp by_weakness[] = {PROCSETS_SECCOMP_NONE,
						     PROCSETS_SECCOMP_UNKNOWN,
						     PROCSETS_SECCOMP_FILTER};

	for (size_t i = 0; i < COUNT(by_weakness); i++)
		if (a == by_weakness[i] || b == by_weakness[i])
			return by_weakness[i];
	return PROCSETS_SECCOMP_STRICT;
}

/* Adds the sets of a living thread to those of the process. */
static bool add_thread(long tid, struct audit_process *p)
{
	struct audit_process ignored;
	capgate_set set[CAPGATE_NSETS];
	struct capgate_error err;
	unsigned long n;
	struct procsets_rest rest;
	bool alive = false;
	char *stat = read_proc(tid, "stat");

	if (stat && !parse_stat(stat, &ignored, &n, &alive))
		alive = false;
	free(stat);
	if (!alive || procsets_read_all(tid, set, &rest, &err) < 0)
		return false;
	p->no_new_privs &= rest.no_new_privs;
	p->seccomp = weaker(p->seccomp, rest.seccomp);
	for (int s = 0; s < CAPGATE_NSETS; s++)
		p->set[s] = capgate_set_or(p->set[s], set[s]);
	return true;
}

/*
 * Each thread has its own capabilities (capabilities(7)), so the union of all threads counts:
 * the first thread may have dropped what the others keep, or may have ended.  Returns the id of
 * a living thread, or 0 if there is none.
 */
static long read_threads(long pid, struct audit_process *p)
{
	char path[64];
	struct dirent *entry;
	long living = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%ld/task", pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks))) {
		long tid = strtol(entry->d_name, NULL, 10);

		if (tid > 0 && add_thread(tid, p))
			living = tid;
	}
	if (tasks)
		closedir(tasks);
	return living;
}

/* Is this another error than that the process has ended, or that we may not see it? */
static bool is_trouble(int error)
{
	return error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Returns false if the process has ended, if we may not see it, or after an error that
 * is_trouble() finds in errno. */
static bool read_process(long pid, struct audit_process *ret)
{
	struct audit_process p = {.pid = pid};
	struct capgate_error err;
	unsigned long threads = 0;
	bool alive = false;
	long living = pid;
	bool known;
	char *stat;

	errno = 0;
	stat = read_proc(pid, "stat");
	known = stat && parse_stat(stat, &p, &threads, &alive);
	free(stat);
	if (!known)
		return false;
	p.no_new_privs = true;
	p.seccomp = PROCSETS_SECCOMP_STRICT;
	if (threads > 1) {
		living = read_threads(pid, &p);
	} else {
		struct procsets_rest rest;

		if (!alive || procsets_read_all(pid, p.set, &rest, &err) < 0)
			return false; /* a zombie */
		p.no_new_privs = rest.no_new_privs;
		p.seccomp = rest.seccomp;
	}
	if (living == 0)
		return false;
	p.pid_ns = namespace_of(living, "pid");
	p.user_ns = namespace_of(living, "user");
	if (is_trouble(errno)) /* of a thread or a namespace */
		return false;
	p.cgroup = read_proc(living, "cgroup");
	if (!p.cgroup)
		return false;
	*ret = p;
	return true;
}

static int append_process(struct audit_processes *all, const struct audit_process *p)
{
	if (all->n == all->room) {
		size_t more = all->room ? all->room * 2 : 256;
		struct audit_process *grown = realloc(all->v, more * sizeof(*grown));

		if (!grown)
			return -1;
		all->v = grown;
		all->room = more;
	}
	all->v[all->n++] = *p;
	return 0;
}

/* ---- Runtimes that have not executed yet ------------------------------------------- */

#define SETTLE_TRIES 25
#define SETTLE_NSEC 20000000L

/*
 * A runtime that starts or enters a container holds all capabilities in it until it executes
 * the program.  It is recognised by its name.  Another program with that name is waited for and
 * then counted.
 */
static bool is_starting(const struct audit_processes *all, const struct audit_process *p)
{
	static const char *const names[] = {"runc", "crun", "youki"};

	if (!p->pid_ns || p->pid_ns == all->self.pid_ns)
		return false;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(p->name, names[i]) == 0)
			return true;
	return strncmp(p->name, "runc:[", 6) == 0 || strncmp(p->name, "youki:[", 7) == 0;
}

/* Reads such processes again until they have executed their programs, for at most half a second. */
static void settle(struct audit_processes *all)
{
	const struct timespec pause = {.tv_nsec = SETTLE_NSEC};
	bool waiting = true;

	for (int tries = 0; waiting && tries < SETTLE_TRIES; tries++) {
		waiting = false;
		for (size_t i = 0; i < all->n; i++) {
			struct audit_process p;

			if (!is_starting(all, &all->v[i]))
				continue;
			if (!waiting)
				nanosleep(&pause, NULL);
			waiting = true;
			if (read_process(all->v[i].pid, &p)) {
				free(all->v[i].cgroup);
				all->v[i] = p;
			} else if (!is_trouble(errno)) { /* it has ended */
				free(all->v[i].cgroup);
				all->v[i--] = all->v[--all->n];
			}
		}
	}
}

int audit_processes_read(struct audit_processes *ret, struct capgate_error *err)
{
	struct audit_processes all = {0};
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (!proc || !read_process((long)getpid(), &all.self)) {
		if (proc)
			closedir(proc);
		return io_fail(err, "cannot read", "/proc");
	}
	while ((entry = readdir(proc))) {
		struct audit_process p;
		char *end;
		long pid = strtol(entry->d_name, &end, 10);

		if (*end || pid <= 0)
			continue;
		if (!read_process(pid, &p)) {
			if (is_trouble(errno)) {
				io_say("audit: cannot read /proc/%ld: %s", pid, strerror(errno));
				all.unreadable++;
			}
			continue;
		}
		if (append_process(&all, &p) < 0) {
			closedir(proc);
			free(p.cgroup);
			audit_processes_release(&all);
			return capgate_fail_memory(err);
		}
	}
	closedir(proc);
	settle(&all);
	*ret = all;
	return 0;
}

void audit_processes_release(struct audit_processes *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].cgroup);
	free(p->v);
	free(p->self.cgroup);
	*p = (struct audit_processes){0};
}

const struct audit_process *audit_first(const struct audit_processes *all,
					const struct container *c)
{
	for (size_t i = 0; c->pid > 0 && i < all->n; i++)
		if (all->v[i].pid == c->pid && (c->started == 0 || all->v[i].started == c->started))
			return &all->v[i];
	return NULL;
}

/* The path in the line of text, a /proc/PID/cgroup, that begins with the same
 * "HIERARCHY:CONTROLLERS:" as line.  NULL if there is none. */
static const char *same_hierarchy(const char *text, const char *line, size_t prefix)
{
	while (text && *text) {
		if (strncmp(text, line, prefix) == 0)
			return text + prefix;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return NULL;
}

static size_t line_length(const char *p)
{
	return strcspn(p, "\n");
}

/* Is path the directory dir, or below it? */
static bool within(const char *path, const char *dir, size_t n)
{
	return strncmp(path, dir, n) == 0 && (path[n] == '\n' || path[n] == '\0' || path[n] == '/');
}

/* Is the process, in any hierarchy, in the cgroup of the container's first process?  The root
 * cgroup does not count, nor does one that contains capgate itself. */
static bool same_cgroup(const char *first, const char *own, const char *other)
{
	for (const char *line = first; line && *line;) {
		const char *colon = strchr(line, ':'), *path, *theirs, *ours;
		size_t n;

		colon = colon ? strchr(colon + 1, ':') : NULL;
		if (!colon)
			return false;
		path = colon + 1;
		n = line_length(path);
		theirs = same_hierarchy(other, line, (size_t)(path - line));
		ours = same_hierarchy(own, line, (size_t)(path - line));
		if (n > 1 && theirs && within(theirs, path, n) && !(ours && within(ours, path, n)))
			return true;
		line = strchr(path, '\n');
		if (line)
			line++;
	}
	return false;
}

bool audit_belongs(const struct audit_processes *all, const struct audit_process *first,
		   const struct audit_process *p)
{
	if (p->pid == first->pid)
		return true;
	if (first->pid_ns && first->pid_ns != all->self.pid_ns && p->pid_ns == first->pid_ns)
		return true;
	return same_cgroup(first->cgroup, all->self.cgroup, p->cgroup);
}
