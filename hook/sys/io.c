/* SPDX-License-Identifier: Apache-2.0 */
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "say.h"

int io_fail(struct capgate_error *err, const char *what, const char *name)
{
	int saved = errno;
	char shown[256];

	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE, "%s %s: %s",
			    what,
			    name[0] ? capgate_shown(capgate_text_of(name), 60, shown, sizeof(shown))
				    : "a file without a name",
			    io_words(saved));
}

/* ---- Reading ------------------------------------------------------------------- */

/* Enough for what engines keep about a container, and for an ordinary specification. */
#define FIRST_ROOM ((size_t)16 << 10)
#define SECOND_ROOM ((size_t)64 << 10)

/*
 * Should a call that failed be repeated?  Another process that shares the descriptor (a shell,
 * Node.js) may have made it non-blocking; then this function waits.  It does not use poll(2): a
 * confined process may not open any descriptor, and with that limit poll fails.
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
	/* Not select(3), for which some C libraries make a system call that no filter allows. */
	return pselect(fd + 1, writing ? NULL : &set, writing ? &set : NULL, NULL, NULL, NULL) >=
		       0 ||
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

static int fail_limit(size_t limit, struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
			    "the input is larger than %zu bytes", limit);
}

int io_read_into(int fd, size_t limit, struct capgate_arena *arena, struct capgate_text *ret,
		 struct capgate_error *err)
{
	const size_t used = arena->used, left = (arena->size - used) / 16 * 16;
	size_t room = limit < left ? limit + 1 : left, len = 0;
	char *p = capgate_arena_raw(arena, room);
	ssize_t got = 0;

	if (!p)
		return capgate_fail_memory(err);
	while (len < room && (got = read_some(fd, p + len, room - len)) > 0)
		len += (size_t)got;
	arena->used = used; /* what was read is added below */
	if (got < 0)
		return io_fail(err, "cannot read", "the input");
	if (len > limit)
		return fail_limit(limit, err);
	if (len == room || !capgate_arena_raw(arena, len))
		return capgate_fail_memory(err);
	*ret = (struct capgate_text){p, len};
	return 0;
}

/* Doubles the room for a text. */
static char *grow(char *p, size_t *room, size_t most)
{
	const size_t more = *room * 2 < most ? *room * 2 : most;
	char *grown = realloc(p, more);

	if (!grown)
		free(p);
	*room = more;
	return grown;
}

/* Copies the text, which has ended or fills its first room, into room bytes of its own. */
static char *move_out(const char *first, size_t len, size_t room)
{
	char *p = malloc(room ? room : 1);

	if (p)
		memcpy(p, first, len);
	return p;
}

/* Most texts are short.  They are read on the stack, and only then get memory of their length. */
int io_read_all(int fd, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	char first[FIRST_ROOM], *p = first;
	size_t room = limit + 1 < sizeof(first) ? limit + 1 : sizeof(first), len = 0;
	ssize_t got;

	while ((got = read_some(fd, p + len, room - len)) > 0) {
		len += (size_t)got;
		if (len > limit) {
			if (p != first)
				free(p);
			return fail_limit(limit, err);
		}
		if (len < room)
			continue;
		if (p == first) {
			room = SECOND_ROOM < limit + 1 ? SECOND_ROOM : limit + 1;
			p = move_out(first, len, room);
		} else {
			p = grow(p, &room, limit + 1);
		}
		if (!p)
			return capgate_fail_memory(err);
	}
	if (got < 0) {
		int status = io_fail(err, "cannot read", "the input");

		if (p != first)
			free(p);
		return status;
	}
	if (p == first && !(p = move_out(first, len, len)))
		return capgate_fail_memory(err);
	*ret = (struct capgate_text){p, len};
	return 0;
}

void io_free(struct capgate_text text)
{
	free((char *)text.p);
}

int io_open_regular(int dirfd, const char *name, struct capgate_error *err)
{
	/* O_NONBLOCK, because opening a FIFO would block the start of the container. */
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%.200s is a symbolic link, which capgate does not follow",
				    name);
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

int io_read_in(int dirfd, const char *name, size_t limit, struct capgate_text *ret,
	       struct capgate_error *err)
{
	int fd = io_open_regular(dirfd, name, err), status;

	if (fd < 0)
		return fd;
	status = io_read_all(fd, limit, ret, err);
	close(fd);
	return status;
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
					    "cannot write the result: %s", io_words(errno));
		}
		text.p += n;
		text.len -= (size_t)n;
	}
	return 0;
}

int io_close_rest(void)
{
	/* By system call: not every C library has the function. */
	return syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) < 0 && errno != ENOSYS ? -1 : 0;
}
