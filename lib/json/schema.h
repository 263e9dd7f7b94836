/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of shapes as a JSON Schema (draft-07), so that what an editor checks is
 * what the reader takes.  Left to the reader are keys that stand twice and how a
 * number is written.
 */
#ifndef CAPGATE_SCHEMA_H
#define CAPGATE_SCHEMA_H

#include "walk.h"

/*
 * What the shape does not say of such a value, as members of its schema:
 * ,"enum":["a","b"].  Nothing when there is no more.  It is called for every shape
 * that is written, also for arrays and objects.
 */
typedef void (*capgate_schema_more)(const struct capgate_shape *shape, struct capgate_out *out);

/* One value; text is written before its first member: "title":"..." or "". */
void capgate_schema_write(const struct capgate_shape *shape, const char *text,
			  capgate_schema_more more, struct capgate_out *out);

#endif
