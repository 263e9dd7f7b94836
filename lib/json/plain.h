/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain strings in arrays, which are most of what a specification holds: the names of a
 * seccomp profile, capabilities, arguments, mount options.  Their grammar needs no parser:
 * strings without escapes, one comma between two of them, white space (RFC 8259, sections 2,
 * 5 and 7).  read.c hands them on itself, and lets yajl read one string in their place.
 */
#ifndef CAPGATE_PLAIN_H
#define CAPGATE_PLAIN_H

#include "capgate.h"

/*
 * The first '[' from from on, before to, after which a string begins; to: there is none.
 * It may lie within a string or a comment: only the parser knows.
 */
size_t capgate_plain_find(struct capgate_text text, size_t from, size_t to);

/*
 * The string with which the text goes on at from, after white space: its place, with its
 * quotes.  len 0: none that is plain, and that ends before to.  The bytes have passed
 * capgate_check_bytes(), so a string is plain if it holds no backslash, and no white space
 * but spaces.
 */
struct capgate_span capgate_plain_string(struct capgate_text text, size_t from, size_t to);

/* After the comma with which the text goes on at from, after white space; to: none. */
size_t capgate_plain_comma(struct capgate_text text, size_t from, size_t to);

#endif
