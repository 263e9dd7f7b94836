/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOMLESCAPE_H
#define TOMLESCAPE_H

#include "capgate.h"

/*
 * The characters of a basic string (TOML 1.0, "String"), with its escapes put
 * in; several lines: a backslash at the end of a line takes the white space
 * after it away.  to has room for raw.len bytes, which is always enough.
 * Returns how many were written, or -1: an escape that TOML does not know.
 */
ptrdiff_t toml_unescape(struct capgate_text raw, bool several_lines, char *to);

#endif
