/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day as text, without use of the environment or a file. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT 32

/* "2026-11-24T03:10:15.042Z" (RFC 3339, UTC) into buf[CLOCK_TEXT]; returns buf. */
const char *clock_text(int64_t seconds, int milliseconds, char *buf);
const char *clock_now(char *buf);

#endif
