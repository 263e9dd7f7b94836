/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a refusal to the places where engines look for it. */
#ifndef RUNTIME_TELL_H
#define RUNTIME_TELL_H

#include "capgate.h"
#include "argv.h"

/*
 * Writes one line on standard error, in one write.  If the call names a log file, adds an entry
 * to it, in the format that the call asks for.  Engines show one or the other.  Engines replace
 * some phrases, like "permission denied", by their own message, so these are reworded first.
 */
void runtime_tell(const struct runtime_call *call, const char *words);
void runtime_tell_error(const struct runtime_call *call, const struct capgate_error *err);

#endif
