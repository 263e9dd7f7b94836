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
void terminal_paint(struct capgate_out *out, const struct style *style, enum paint paint, const char *words);

/*
 * The text as one paragraph: first prefix, then words, broken between words
 * before the width is reached, further lines indented by indent columns.
 * Ends with a newline.
 */
void terminal_wrap(struct capgate_out *out, const struct style *style, struct capgate_text text, unsigned column,
		   unsigned indent);

#endif
