/* SPDX-License-Identifier: Apache-2.0 */
/* The lines and words of unit files, after systemd.syntax(7). */
#ifndef CAPGATE_UNIT_SYNTAX_H
#define CAPGATE_UNIT_SYNTAX_H

#include "capgate.h"

/* The text without blanks at both ends. */
struct capgate_text capgate_unit_trimmed(struct capgate_text t);
/* The line that begins at *at, trimmed.  Moves *at to the next line. */
struct capgate_text capgate_unit_next_line(struct capgate_text text, size_t *at);
/* An empty line is a comment, too. */
bool capgate_unit_is_comment(struct capgate_text line);
/* The name in a section's header, "[Container]".  Empty if the line is no header. */
struct capgate_text capgate_unit_header(struct capgate_text line);
/* The name in "---web.service---", which Quadlet's generator prints before each service.
 * Empty if the line is no such title. */
struct capgate_text capgate_unit_title(struct capgate_text line);
/* Takes the next word from the value, with its quotes; blanks in quotes do not end it.
 * False: there are no more words. */
bool capgate_unit_next_word(struct capgate_text *value, struct capgate_text *ret);
/* The word without quotes and backslashes.  p is NULL if there is no memory. */
struct capgate_text capgate_unit_unquoted(struct capgate_text word, struct capgate_arena *arena);
/* Is it one of the words that mean true to systemd? */
bool capgate_unit_is_true(struct capgate_text t);

#endif
