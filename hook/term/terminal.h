/* SPDX-License-Identifier: Apache-2.0 */
/* What is known about the terminal, if there is one. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

#include "capgate.h"

/* The layout of a report for people.  Zeroed: plain text without wrapping. */
struct style {
	bool colour;
	unsigned width; /* columns; 0: no wrapping */
};

/* The style for output to this descriptor: colour and wrapping only on a terminal, and no colour
 * with NO_COLOR in the environment or TERM=dumb. */
struct style terminal_style(int fd);

enum paint { PAINT_NONE, PAINT_GOOD, PAINT_WARN, PAINT_BAD, PAINT_DIM, PAINT_BOLD };

/* Prints the words, coloured if the style has colour. */
void terminal_paint(struct capgate_out *out, const struct style *style, enum paint paint,
		    const char *words);

/* The width of the terminal; 0 if the descriptor is not a terminal or the width is unknown. */
unsigned terminal_width(int fd);
/* Is TERM unset or "dumb"?  Then the terminal has no escape sequences. */
bool terminal_is_dumb(void);
/* The indentation, or less on a narrow terminal. */
unsigned terminal_indent(const struct style *style, unsigned indent);
/* Columns that a text takes: two for wide characters, none for combining ones. */
unsigned terminal_columns(struct capgate_text text);

/*
 * Prints the text as the rest of a paragraph that begins at this column.  Wraps between words
 * before the width is reached, and indents further lines by this many columns (fewer on a
 * narrow terminal).  Ends with a newline.
 */
void terminal_wrap(struct capgate_out *out, const struct style *style, struct capgate_text text,
		   unsigned column, unsigned indent);

#endif
