/* SPDX-License-Identifier: Apache-2.0 */
/* Fills in errors. */
#ifndef CAPGATE_ERROR_H
#define CAPGATE_ERROR_H

#include <stdarg.h>

#include "capgate.h"

/* Fills in *err, every part of it, and returns code (never 0). */
int capgate_fail(struct capgate_error *err, enum capgate_status code, enum capgate_rule rule,
		 size_t pos, const char *format, ...) CAPGATE_PRINTF(5, 6);
int capgate_vfail(struct capgate_error *err, enum capgate_status code, enum capgate_rule rule,
		  size_t pos, const char *format, va_list ap) CAPGATE_PRINTF(5, 0);
/* Adds the path within the document. */
void capgate_path_of(struct capgate_error *err, const char *format, ...) CAPGATE_PRINTF(2, 3);
/* Fails with CAPGATE_ENOMEM and its message. */
int capgate_fail_memory(struct capgate_error *err);

/* For "%.*s" of bytes that come from outside: at most max of them, control
 * and non-ASCII bytes as \xNN, into buf, always NUL-ended; returns buf. */
const char *capgate_shown(struct capgate_text t, size_t max, char *buf, size_t size);

#endif
