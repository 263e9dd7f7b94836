/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What _FORTIFY_SOURCE=3 is with glibc, for a C library without it (hook/musl.mk): the compiler
 * includes this file first.  A call that would go past the end of an object ends the program
 * by a trap.  An object whose size the compiler does not know is not checked, as with glibc.
 */
#ifndef FORTIFY_H
#define FORTIFY_H

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __OPTIMIZE__

#define FORTIFIED extern inline __attribute__((gnu_inline, always_inline, artificial))
/* The bytes from p to the end of its object; the largest number if they are not known. */
#define FORTIFY_ROOM(p) __builtin_dynamic_object_size(p, 0)
#define FORTIFY_FITS(p, n) \
	do { \
		if ((n) > FORTIFY_ROOM(p)) \
			__builtin_trap(); \
	} while (0)
/* The C library's function, which the checked one of the same name calls. */
#define FORTIFY_REAL(name) extern __typeof__(name) fortify_##name __asm__(#name)

FORTIFY_REAL(read);
FORTIFY_REAL(pread);
FORTIFY_REAL(readlink);
FORTIFY_REAL(readlinkat);
FORTIFY_REAL(getcwd);
FORTIFY_REAL(poll);
FORTIFY_REAL(realpath);
FORTIFY_REAL(snprintf);
FORTIFY_REAL(vsnprintf);

FORTIFIED void *memcpy(void *__restrict to, const void *__restrict from, size_t n)
{
	FORTIFY_FITS(to, n);
	FORTIFY_FITS(from, n);
	return __builtin_memcpy(to, from, n);
}

FORTIFIED void *memmove(void *to, const void *from, size_t n)
{
	FORTIFY_FITS(to, n);
	FORTIFY_FITS(from, n);
	return __builtin_memmove(to, from, n);
}

FORTIFIED void *memset(void *to, int byte, size_t n)
{
	FORTIFY_FITS(to, n);
	return __builtin_memset(to, byte, n);
}

FORTIFIED ssize_t read(int fd, void *to, size_t n)
{
	FORTIFY_FITS(to, n);
	return fortify_read(fd, to, n);
}

FORTIFIED ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	FORTIFY_FITS(to, n);
	return fortify_pread(fd, to, n, at);
}

FORTIFIED ssize_t readlink(const char *__restrict path, char *__restrict to, size_t n)
{
	FORTIFY_FITS(to, n);
	return fortify_readlink(path, to, n);
}

FORTIFIED ssize_t readlinkat(int dir, const char *__restrict path, char *__restrict to, size_t n)
{
	FORTIFY_FITS(to, n);
	return fortify_readlinkat(dir, path, to, n);
}

FORTIFIED char *getcwd(char *to, size_t n)
{
	FORTIFY_FITS(to, n);
	return fortify_getcwd(to, n);
}

FORTIFIED int poll(struct pollfd *to, nfds_t n, int timeout)
{
	FORTIFY_FITS(to, n * sizeof(*to));
	return fortify_poll(to, n, timeout);
}

FORTIFIED char *strcpy(char *__restrict to, const char *__restrict from)
{
	FORTIFY_FITS(to, __builtin_strlen(from) + 1);
	return __builtin_strcpy(to, from);
}

FORTIFIED char *strcat(char *__restrict to, const char *__restrict from)
{
	FORTIFY_FITS(to, __builtin_strlen(to) + __builtin_strlen(from) + 1);
	return __builtin_strcat(to, from);
}

FORTIFIED char *realpath(const char *__restrict path, char *__restrict to)
{
	if (to)
		FORTIFY_FITS(to, (size_t)PATH_MAX);
	return fortify_realpath(path, to);
}

/* The compiler checks the formats of the callers. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

FORTIFIED int snprintf(char *__restrict to, size_t n, const char *__restrict format, ...)
{
	FORTIFY_FITS(to, n);
	return fortify_snprintf(to, n, format, __builtin_va_arg_pack());
}

FORTIFIED int vsnprintf(char *__restrict to, size_t n, const char *__restrict format, va_list rest)
{
	FORTIFY_FITS(to, n);
	return fortify_vsnprintf(to, n, format, rest);
}

#pragma GCC diagnostic pop

#endif

#endif
