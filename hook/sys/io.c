/* SPDX-License-Identifier: Apache-2.0 */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "lib/base/base.h"

int io_fail(struct capgate_error *err, const char *what, const char *name)
{
	int saved = errno;
	char shown[256];

	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE, "%s %s: %s",
			    what,
			    name[0] ? capgate_shown(capgate_text_of(name), 60, shown, sizeof(shown))
				    : "a file without a name",
			    strerror(saved));
}

/* ---- Memory ------------------------------------------------------------------ */

void *io_block(size_t size)
{
	/* MAP_STACK: no huge pages, of which one would be more than all that an
	 * ordinary specification needs. */
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int io_arena(size_t text_len, struct capgate_arena *ret, struct capgate_error *err)
{
	size_t size = capgate_arena_for(text_len);
	void *block = io_block(size);

	if (!block)
		return capgate_fail_memory(err);
	capgate_arena_init(ret, block, size);
	return 0;
}

void io_arena_release(struct capgate_arena *arena)
{
	if (arena->base)
		munmap(arena->base, arena->size); /* mmap aligns: base is the block's start */
	*arena = (struct capgate_arena){0};
}

/* ---- Reading ------------------------------------------------------------------- */

/* Room for an ordinary specification without growing. */
#define FIRST_ROOM ((size_t)64 << 10)

/*
 * Is a call that failed to be made again?  Whoever shares the descriptor may have
 * made it non-blocking (shells, Node.js): then this is the place to wait.  Not
 * poll(2): a confined process may open nothing, and poll takes as many
 * descriptors as may be opened.
 */
static bool try_again(int fd, bool writing)
{
	fd_set set;

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN || fd >= FD_SETSIZE)
		return false;
	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, writing ? NULL : &set, writing ? &set : NULL, NULL, NULL) >= 0 ||
	       errno == EINTR;
}

static ssize_t read_some(int fd, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && try_again(fd, false));
	return got;
}

int io_read_all(int fd, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	size_t room = limit + 1 < FIRST_ROOM ? limit + 1 : FIRST_ROOM, len = 0;
	char *p = malloc(room);
	ssize_t got;

	if (!p)
		return capgate_fail_memory(err);
	while ((got = read_some(fd, p + len, room - len)) > 0) {
		len += (size_t)got;
		if (len > limit) {
			free(p);
			return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
					    CAPGATE_NOWHERE, "the input is larger than %zu bytes",
					    limit);
		}
		if (len == room) {
			size_t more = room * 2 < limit + 1 ? room * 2 : limit + 1;
			char *grown = realloc(p, more);

			if (!grown) {
				free(p);
				return capgate_fail_memory(err);
			}
			p = grown;
			room = more;
		}
	}
	if (got < 0) {
		int status = io_fail(err, "cannot read", "the input");

		free(p);
		return status;
	}
	*ret = (struct capgate_text){p, len};
	return 0;
}

void io_free(struct capgate_text text)
{
	free((char *)text.p);
}

int io_open_regular(int dirfd, const char *name, struct capgate_error *err)
{
	/* O_NONBLOCK: a FIFO put there must not hold the container for ever. */
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%.200s is a symbolic link, which is not followed", name);
	if (fd < 0)
		return io_fail(err, "cannot open", name);
	if (fstat(fd, &st) < 0) {
		int status = io_fail(err, "cannot examine", name);

		close(fd);
		return status;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%.200s is not a regular file", name);
	}
	return fd;
}

/* ---- Writing -------------------------------------------------------------------- */

int io_write_all(int fd, struct capgate_text text, struct capgate_error *err)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.p, text.len);

		if (n < 0 && try_again(fd, true))
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
					    "cannot write the result: %s", strerror(errno));
		}
		text.p += n;
		text.len -= (size_t)n;
	}
	return 0;
}

/* Long enough for a sentence with its cure; PIPE_BUF keeps it in one piece. */
#define LINE_MAX_BYTES 2048

static void say_line(struct capgate_text words)
{
	char line[LINE_MAX_BYTES];
	struct capgate_out out = {line, sizeof(line) - 1, 0};
	ssize_t n;

	capgate_out_string(&out, "capgate: ");
	capgate_out_visible(&out, words);
	if (out.len > out.size)
		out.len = out.size;
	line[out.len++] = '\n';
	do
		n = write(STDERR_FILENO, line, out.len);
	while (n < 0 && errno == EINTR);
}

void io_say(const char *format, ...)
{
	char words[LINE_MAX_BYTES];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(words, sizeof(words), format, ap);
	va_end(ap);
	if (n < 0)
		return;
	say_line((struct capgate_text){words,
				       (size_t)n < sizeof(words) ? (size_t)n : sizeof(words) - 1});
}

void io_say_error(const char *where, const struct capgate_error *err)
{
	char words[LINE_MAX_BYTES];
	struct capgate_out out = {words, sizeof(words), 0};

	capgate_out_format(&out, "%.200s: ", where);
	if (err->path[0])
		capgate_out_format(&out, "%s", err->path);
	if (err->pos != CAPGATE_NOWHERE)
		capgate_out_format(&out, "%sbyte %zu%s", err->path[0] ? " (" : "", err->pos,
				   err->path[0] ? ")" : "");
	if (err->path[0] || err->pos != CAPGATE_NOWHERE)
		capgate_out_string(&out, ": ");
	capgate_out_format(&out, "%s; %s", err->msg, capgate_rule_info(err->rule)->remedy);
	say_line(capgate_out_text(&out));
}

int io_die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
	return STATUS_NOT_JUDGED;
}

int io_status(const struct capgate_error *err)
{
	switch (err->code) {
	case CAPGATE_EPOLICY:
		return STATUS_POLICY;
	case CAPGATE_ENOMEM:
	case CAPGATE_EINTERNAL:
		return STATUS_SYSTEM;
	case CAPGATE_EIO:
		return err->rule == CAPGATE_RULE_UNREADABLE ? STATUS_INPUT : STATUS_SYSTEM;
	default:
		return capgate_rule_info(err->rule)->exit_status;
	}
}
