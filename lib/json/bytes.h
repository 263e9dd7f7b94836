/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bytes and escapes a JSON text may hold, so that all readers see the same
 * characters.  json.c asks before and while yajl, which is too kind, reads.
 */
#ifndef CAPGATE_BYTES_H
#define CAPGATE_BYTES_H

#include "capgate.h"

/*
 * Strict UTF-8 (RFC 3629) without a byte order mark, and no control character
 * but tab, LF and CR: yajl would take overlong forms and surrogates, and skip \f
 * and \v as white space.  CAPGATE_ESYNTAX at the first byte that does not belong.
 */
int capgate_check_bytes(struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;

/*
 * The escapes of one string, whose span takes in the quotes and whose grammar
 * yajl has seen.  \u0000 and unpaired surrogates mean something else to every
 * reader: a C string ends, Go puts U+FFFD, serde refuses.  CAPGATE_EAMBIGUOUS.
 */
int capgate_check_escapes(struct capgate_text text, struct capgate_span at,
			  struct capgate_error *err) CAPGATE_MUST;

#endif
