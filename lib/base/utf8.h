/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as The Unicode Standard, table 3-7, defines it: no overlong forms, no
 * surrogates, nothing beyond U+10FFFF. */
#ifndef CAPGATE_UTF8_H
#define CAPGATE_UTF8_H

#include "capgate.h"

/* Length (1..4) of the well-formed sequence at p, or 0. */
size_t capgate_utf8_length(const unsigned char *p, size_t left);

#endif
