/* SPDX-License-Identifier: Apache-2.0 */
/* Small functions for text that many rooms use. */
#ifndef CAPGATE_LIB_TEXT_H
#define CAPGATE_LIB_TEXT_H

#include <string.h>

#include "capgate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Are the first n bytes equal?  Compares eight at a time, for long texts: some C libraries'
 * memcmp(3) compares single bytes. */
bool capgate_same_bytes(const char *a, const char *b, size_t n);

/* White space of JSON. */
static inline bool capgate_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline bool capgate_text_ends(struct capgate_text t, const char *suffix)
{
	size_t n = strlen(suffix);

	return t.len >= n && memcmp(t.p + t.len - n, suffix, n) == 0;
}

/* Is this JSON object or array empty? */
static inline bool capgate_is_empty_object(struct capgate_text object)
{
	for (size_t i = 1; i < object.len; i++)
		if (!capgate_is_blank(object.p[i]))
			return object.p[i] == '}' || object.p[i] == ']';
	return true;
}

static inline size_t capgate_end_of(struct capgate_span at)
{
	return at.off + at.len;
}

static inline struct capgate_text capgate_slice(struct capgate_text text, struct capgate_span at)
{
	return (struct capgate_text){text.p + at.off, at.len};
}

/* Copies the whole text and adds a NUL; copies "" if it does not fit. */
static inline void capgate_text_copy(char *to, size_t size, struct capgate_text text)
{
	size_t n = text.len < size ? text.len : 0;

	if (n)
		memcpy(to, text.p, n);
	to[n] = '\0';
}

/* The part after the last slash. */
static inline const char *capgate_last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
