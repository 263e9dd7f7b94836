/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day, as text too, without use of the environment or a file. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#define CLOCK_TEXT 32

/* "2026-11-24T03:10:15.042Z" (RFC 3339, UTC) into buf[CLOCK_TEXT]; returns buf. */
const char *clock_text(int64_t seconds, int milliseconds, char *buf);
const char *clock_now(char *buf);

/* The same, but the time of the last call of the others, for those who need no newer one. */
const char *clock_last(char *buf);
/* Now, in seconds since 1970. */
int64_t clock_seconds(void);

#endif
