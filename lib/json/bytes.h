/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes and escapes that a JSON text may contain, so that all readers see the same
 * characters. read.c checks them before and during parsing, because yajl is too tolerant.
 */
#ifndef CAPGATE_BYTES_H
#define CAPGATE_BYTES_H

#include "capgate.h"

/*
 * Checks for strict UTF-8 (RFC 3629) without a byte order mark, and without control characters
 * except tab, LF and CR. yajl would accept overlong forms and surrogates, and skip \f and \v as
 * white space.  CAPGATE_ESYNTAX at the first invalid byte.
 */
int capgate_check_bytes(struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;

/*
 * Checks the escapes of one string; yajl has checked its grammar. at includes the quotes.
 * Readers treat \u0000 and unpaired surrogates differently: a C string ends, Go writes U+FFFD,
 * serde refuses.  So these are CAPGATE_EAMBIGUOUS.
 */
int capgate_check_escapes(struct capgate_text text, struct capgate_span at,
			  struct capgate_error *err) CAPGATE_MUST;

#endif
