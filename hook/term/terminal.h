/* SPDX-License-Identifier: Apache-2.0 */
/* What is known about the terminal, if there is one. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

#include "capgate.h"

/* How a report for people is laid out.  Zeroed: plain, lines as long as they get. */
struct style {
	bool colour;
	unsigned width; /* columns; 0: no wrapping */
};

/* For what goes to this descriptor: colour and wrapping only on a terminal,
 * colour not with NO_COLOR in the environment nor TERM=dumb. */
struct style terminal_style(int fd);

enum paint { PAINT_NONE, PAINT_GOOD, PAINT_WARN, PAINT_BAD, PAINT_DIM, PAINT_BOLD };

/* The words, painted when the style has colour. */
void terminal_paint(struct capgate_out *out, const struct style *style, enum paint paint,
		    const char *words);

/* Of the terminal that this descriptor is; 0: none, or it does not say. */
unsigned terminal_width(int fd);
/* TERM is unset or "dumb": it has no escape sequences. */
bool terminal_is_dumb(void);
/* How far to indent where there is room for that much. */
unsigned terminal_indent(const struct style *style, unsigned indent);
/* Columns that a text takes: two for wide characters, none for combining ones. */
unsigned terminal_columns(struct capgate_text text);

/*
 * The text as the rest of a paragraph, from that column of a line on: words,
 * broken between them before the width is reached, further lines indented by
 * that many columns (fewer on a narrow terminal).  Ends with a newline.
 */
void terminal_wrap(struct capgate_out *out, const struct style *style, struct capgate_text text,
		   unsigned column, unsigned indent);

#endif
