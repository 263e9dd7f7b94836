/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOMLESCAPE_H
#define TOMLESCAPE_H

#include "capgate.h"

/*
 * Replaces the escapes of a basic string (TOML 1.0, "String").  In a string of several lines a
 * backslash at the end of a line also removes the white space after it.  The buffer to must
 * have room for raw.len bytes, which is always enough.  Returns the number of bytes written,
 * or -1 if TOML does not define an escape.
 */
ptrdiff_t toml_unescape(struct capgate_text raw, bool several_lines, char *to);

#endif
