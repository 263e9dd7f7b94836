/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain strings in arrays, of which specifications mostly consist: the names in a seccomp
 * profile, capabilities, arguments, mount options.  They need no parser: strings without
 * escapes, one comma between two of them, and white space (RFC 8259, sections 2, 5 and 7).
 * read.c delivers them itself, and lets yajl read one string in their place.
 */
#ifndef CAPGATE_PLAIN_H
#define CAPGATE_PLAIN_H

#include "capgate.h"

/*
 * The position of the first '[' in [from, to) that a string follows; to if there is none.  It
 * may be within a string or a comment; only the parser knows.
 */
size_t capgate_plain_find(struct capgate_text text, size_t from, size_t to);

/*
 * The string that follows at from, after white space: its span with the quotes. len is 0 if no
 * plain string follows that ends before to.  The bytes have passed capgate_check_bytes(), so a
 * string is plain if it contains no backslash, and no white space except blanks.
 */
struct capgate_span capgate_plain_string(struct capgate_text text, size_t from, size_t to);

/* The position after the comma that follows at from, after white space; to if there is no comma. */
size_t capgate_plain_comma(struct capgate_text text, size_t from, size_t to);

#endif
