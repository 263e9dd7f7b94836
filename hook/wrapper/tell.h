/* SPDX-License-Identifier: Apache-2.0 */
/* A refusal, where engines look for it. */
#ifndef RUNTIME_TELL_H
#define RUNTIME_TELL_H

#include "capgate.h"
#include "argv.h"

/*
 * One line on standard error, in one write; and, when the call names a log file,
 * one entry at its end, in the format that the call asks for.  Engines show the
 * one or the other.  Phrases that engines replace by words of their own
 * ("permission denied" and its like) are replaced by others before.
 */
void runtime_tell(const struct runtime_call *call, const char *words);
void runtime_tell_error(const struct runtime_call *call, const struct capgate_error *err);

#endif
