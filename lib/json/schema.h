/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a table of shapes as a JSON Schema (draft-07), so that an editor checks what the
 * reader accepts.  Only the reader checks for duplicate keys and the form of numbers.
 */
#ifndef CAPGATE_SCHEMA_H
#define CAPGATE_SCHEMA_H

#include "walk.h"

/*
 * Writes what the shape does not say about such a value, as members of its schema:
 * ,"enum":["a","b"].  Writes nothing if there is no more.  It is called for every shape
 * that is written, also for arrays and objects.
 */
typedef void (*capgate_schema_more)(const struct capgate_shape *shape, struct capgate_out *out);

/* Writes the schema of one value.  text is written before its first member: "title":"..." or "". */
void capgate_schema_write(const struct capgate_shape *shape, const char *text,
			  capgate_schema_more more, struct capgate_out *out);

#endif
