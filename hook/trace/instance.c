/* SPDX-License-Identifier: Apache-2.0 */
#include "instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "identity.h"
#include "line.h"
#include "lockdown.h"
#include "reading.h"

static int cannot_trace(struct capgate_error *err, const char *what, int error)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "this machine cannot be traced: %s: %s", what, strerror(error));
}

/* ---- Files of the instance --------------------------------------------------------- */

static int put(const struct trace_instance *t, const char *name, const char *words, int flags,
	       struct capgate_error *err)
{
	int fd = openat(t->dir, name, O_WRONLY | O_CLOEXEC | flags), status = 0;

	if (fd < 0)
		return cannot_trace(err, name, errno);
	if (*words && write(fd, words, strlen(words)) < 0)
		status = cannot_trace(err, name, errno);
	close(fd);
	return status;
}

static bool has(const struct trace_instance *t, const char *name)
{
	return faccessat(t->dir, name, F_OK, 0) == 0;
}

/* ---- Mounting ---------------------------------------------------------------------- */

static int mount_tracefs(const char *root, struct capgate_error *err)
{
	int error;

	if (mount("nodev", root, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		return 0;
	error = errno;
	if (trace_is_locked_down())
		return cannot_trace(err, "the kernel is locked down for confidentiality", error);
	if (error == ENODEV)
		return cannot_trace(err, "the kernel has no tracefs (CONFIG_TRACING)", error);
	if (error == EPERM || error == EACCES)
		return cannot_trace(err, "mounting tracefs needs root with CAP_SYS_ADMIN", error);
	return cannot_trace(err, "cannot mount tracefs", error);
}

static int make_instance(struct trace_instance *t, struct capgate_error *err)
{
	char path[PATH_MAX + 80];

	snprintf(path, sizeof(path), "%s/instances/%s", t->root, t->name);
	if (mkdir(path, 0700) < 0)
		return cannot_trace(err,
				    trace_is_locked_down()
					    ? "the kernel is locked down for confidentiality"
					    : "cannot create an instance of tracefs",
				    errno);
	t->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return t->dir < 0 ? cannot_trace(err, "cannot create an instance of tracefs", errno) : 0;
}

/* ---- Kprobe events, where there is no tracepoint (before Linux 6.13) --------------- */

static int put_probe(const char *root, const char *words, struct capgate_error *err)
{
	char path[PATH_MAX + 32];
	int fd, status = 0;

	snprintf(path, sizeof(path), "%s/kprobe_events", root);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return cannot_trace(err,
				    "the kernel has neither the tracepoint capability:cap_capable "
				    "(Linux 6.13) nor kprobe events (CONFIG_KPROBE_EVENTS)",
				    errno);
	if (write(fd, words, strlen(words)) < 0)
		status = cannot_trace(err, "cannot create a kprobe on cap_capable", errno);
	close(fd);
	return status;
}

/* Names of events may not contain '-'; the rest of the name is allowed in them. */
static void group_of(const char *name, char group[64])
{
	snprintf(group, 64, "%s", name);
	for (char *p = group; *p; p++)
		if (*p == '-')
			*p = '_';
}

static int make_probes(struct trace_instance *t, struct capgate_error *err)
{
	char group[64], words[256];

	group_of(t->name, group);
	snprintf(words, sizeof(words),
		 "p:%s/cap_capable cap_capable target=$arg2:x64 cap=$arg3:s32 opts=$arg4:u32\n",
		 group);
	if (put_probe(t->root, words, err) < 0)
		return err->code;
	/* 256, because any number of tasks may be preempted in a check. */
	snprintf(words, sizeof(words), "r256:%s/cap_result cap_capable result=$retval:s32\n",
		 group);
	return put_probe(t->root, words, err);
}

static void remove_probes(const char *root, const char *name)
{
	struct capgate_error ignored;
	char group[64], words[128];

	group_of(name, group);
	snprintf(words, sizeof(words), "-:%s/cap_capable\n", group);
	(void)!put_probe(root, words, &ignored);
	snprintf(words, sizeof(words), "-:%s/cap_result\n", group);
	(void)!put_probe(root, words, &ignored);
}

/* ---- Opening and closing ----------------------------------------------------------- */

static int prepare(struct trace_instance *t, unsigned kilobytes, struct capgate_error *err)
{
	char words[32];

	if (has(t, "events/capability/cap_capable"))
		t->means = TRACE_BY_TRACEPOINT;
	else if (t->means = TRACE_BY_KPROBES, make_probes(t, err) < 0)
		return err->code;
	snprintf(words, sizeof(words), "%u", kilobytes);
	if (put(t, "buffer_size_kb", words, O_TRUNC, err) < 0 ||
	    put(t, "options/event-fork", "1", O_TRUNC, err) < 0)
		return err->code;
	t->marker = openat(t->dir, "trace_marker", O_WRONLY | O_CLOEXEC);
	if (t->marker < 0)
		return cannot_trace(err, "trace_marker", errno);
	if (toucher_start(t->marker, &t->toucher, err) < 0)
		return err->code;
	return 0;
}

/* Reads the buffer without emptying it. */
static int read_buffer(const struct trace_instance *t, struct capgate_text *ret,
		       struct capgate_error *err)
{
	int fd = openat(t->dir, "trace", O_RDONLY | O_CLOEXEC), status;

	if (fd < 0)
		return cannot_trace(err, "trace", errno);
	status = io_read_all(fd, (size_t)16 << 20, ret, err);
	close(fd);
	return status;
}

/* Calls visit for each line, and empties the buffer. */
static int each_line(const struct trace_instance *t,
		     bool (*visit)(const struct trace_line *, void *), void *user,
		     struct capgate_error *err)
{
	struct capgate_text text, line;
	const char *p, *end;

	if (read_buffer(t, &text, err) < 0)
		return err->code;
	for (p = text.p; p < text.p + text.len; p = end + 1) {
		struct trace_line read;

		end = memchr(p, '\n', (size_t)(text.p + text.len - p));
		if (!end)
			break;
		line = (struct capgate_text){p, (size_t)(end - p)};
		trace_line_read(line, &read);
		if (!visit(&read, user))
			break;
	}
	io_free(text);
	return put(t, "trace", "", O_TRUNC, err);
}

static bool is_toucher(const struct trace_line *line, void *user)
{
	if (line->kind != TRACE_MARKED || !capgate_text_is(line->text, TRACE_MARK_TOUCHER))
		return true;
	*(long *)user = line->pid;
	return false;
}

/* The toucher is found by the mark that it wrote; all others are found with its help. */
static int follow_toucher(struct trace_instance *t, struct capgate_error *err)
{
	char words[32];
	long pid = 0;

	if (each_line(t, is_toucher, &pid, err) < 0)
		return err->code;
	if (pid == 0)
		return cannot_trace(err, "writing to trace_marker has no effect", EIO);
	snprintf(words, sizeof(words), "%ld", pid);
	if (put(t, "set_event_pid", words, O_TRUNC, err) < 0)
		return err->code;
	return put(t, "events/oom/oom_score_adj_update/enable", "1", O_TRUNC, err);
}

int trace_open(const char *root, const char *name, unsigned kilobytes, struct trace_instance *ret,
	       struct capgate_error *err)
{
	struct trace_instance t = {.dir = -1, .marker = -1, .pipe = -1};

	snprintf(t.root, sizeof(t.root), "%s", root);
	snprintf(t.name, sizeof(t.name), "%s", name);
	if (mount_tracefs(root, err) < 0)
		return err->code;
	if (make_instance(&t, err) < 0 || prepare(&t, kilobytes, err) < 0 ||
	    follow_toucher(&t, err) < 0) {
		trace_close(&t);
		return err->code;
	}
	*ret = t;
	return 0;
}

void trace_remove(const char *root, const char *name)
{
	char path[PATH_MAX + 80];
	struct stat st;

	snprintf(path, sizeof(path), "%s/instances/%s", root, name);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/kprobe_events", root);
	if (stat(path, &st) == 0)
		remove_probes(root, name);
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void trace_close(struct trace_instance *t)
{
	toucher_stop(&t->toucher);
	shut(&t->pipe);
	shut(&t->marker);
	shut(&t->dir);
	trace_remove(t->root, t->name);
	umount2(t->root, MNT_DETACH);
}

/* ---- Following --------------------------------------------------------------------- */

static bool follow_one(const struct trace_line *line, void *user)
{
	const struct trace_instance *t = user;
	struct capgate_error ignored;
	char words[32];

	if (line->kind != TRACE_TOUCHED)
		return true;
	snprintf(words, sizeof(words), "%ld", line->other);
	return put(t, "set_event_pid", words, O_APPEND, &ignored) == 0;
}

int trace_follow(struct trace_instance *t, const pid_t *pids, size_t n, struct capgate_error *err)
{
	for (size_t i = 0; i < n; i++)
		if (toucher_touch(&t->toucher, pids[i], false, err) < 0 && n == 1)
			return err->code;
	return each_line(t, follow_one, t, err);
}

/* On a kernel without events for system calls no refusals are seen. */
static int watch_identity(struct trace_instance *t, struct capgate_error *err)
{
	char filter[512];

	if (!has(t, "events/raw_syscalls/sys_exit"))
		return 0;
	trace_identity_filter(filter, sizeof(filter));
	if (put(t, "events/raw_syscalls/sys_exit/filter", filter, O_TRUNC, err) < 0)
		return err->code;
	return put(t, "events/raw_syscalls/sys_exit/enable", "1", O_TRUNC, err);
}

int trace_begin(struct trace_instance *t, struct capgate_error *err)
{
	char group[64], check[128], name[192];

	group_of(t->name, group);
	snprintf(check, sizeof(check), "events/%s/cap_capable",
		 t->means == TRACE_BY_TRACEPOINT ? "capability" : group);
	snprintf(name, sizeof(name), "%s/trigger", check);
	if (put(t, name, "stacktrace", O_APPEND, err) < 0)
		return err->code;
	snprintf(name, sizeof(name), "events/%s/cap_result/enable", group);
	if (t->means == TRACE_BY_KPROBES && put(t, name, "1", O_TRUNC, err) < 0)
		return err->code;
	snprintf(name, sizeof(name), "%s/enable", check);
	if (watch_identity(t, err) < 0)
		return err->code;
	if (put(t, "events/sched/sched_process_fork/enable", "1", O_TRUNC, err) < 0 ||
	    put(t, "events/sched/sched_process_exec/enable", "1", O_TRUNC, err) < 0 ||
	    put(t, name, "1", O_TRUNC, err) < 0)
		return err->code;
	t->pipe = openat(t->dir, "trace_pipe", O_RDONLY | O_CLOEXEC);
	return t->pipe < 0 ? cannot_trace(err, "trace_pipe", errno) : 0;
}

int trace_first(const struct trace_instance *t, pid_t pid, struct capgate_error *err)
{
	return toucher_touch(&t->toucher, pid, true, err);
}

void trace_mark_end(const struct trace_instance *t)
{
	(void)toucher_mark(t->marker, TRACE_MARK_END);
}

/* ---- Losses ------------------------------------------------------------------------ */

static uint64_t count_in(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static int lost_by(const struct trace_instance *t, const char *cpu, uint64_t *sum,
		   struct capgate_error *err)
{
	char name[300], text[1024];
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "per_cpu/%s/stats", cpu);
	fd = openat(t->dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cannot_trace(err, name, errno);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return cannot_trace(err, name, n == 0 ? EIO : errno);
	text[n] = '\0';
	*sum += count_in(text, "\noverrun: ") + count_in(text, "\ncommit overrun: ") +
		count_in(text, "\ndropped events: ");
	return 0;
}

int trace_lost(const struct trace_instance *t, uint64_t *ret, struct capgate_error *err)
{
	int fd = openat(t->dir, "per_cpu", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	uint64_t sum = 0;
	struct dirent *e;

	if (!dir)
		return cannot_trace(err, "per_cpu", errno);
	while (status == 0 && (e = readdir(dir)))
		if (strncmp(e->d_name, "cpu", 3) == 0)
			status = lost_by(t, e->d_name, &sum, err);
	closedir(dir);
	if (status == 0)
		*ret = sum;
	return status;
}
