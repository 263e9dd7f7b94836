/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WIDTH_LEAST 40

struct style terminal_style(int fd)
{
	struct style style = {0};
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize size;

	if (!isatty(fd))
		return style;
	style.colour = !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_LEAST)
		style.width = size.ws_col;
	return style;
}

void terminal_paint(struct capgate_out *out, const struct style *style, enum paint paint, const char *words)
{
	static const char *const codes[] = {
		[PAINT_NONE] = "", [PAINT_GOOD] = "\033[32m", [PAINT_WARN] = "\033[33m",
		[PAINT_BAD] = "\033[31m", [PAINT_DIM] = "\033[2m", [PAINT_BOLD] = "\033[1m",
	};
	bool painted = style->colour && paint != PAINT_NONE;

	if (painted)
		capgate_out_string(out, codes[paint]);
	capgate_out_string(out, words);
	if (painted)
		capgate_out_string(out, "\033[0m");
}

/* Columns of a text: bytes that do not continue a character. */
static unsigned columns(const char *p, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
	return n;
}

void terminal_wrap(struct capgate_out *out, const struct style *style, struct capgate_text text, unsigned column,
		   unsigned indent)
{
	bool fresh = true; /* no word on this line yet */

	for (size_t i = 0; i < text.len;) {
		size_t end = i;
		unsigned wide;

		while (end < text.len && text.p[end] != ' ')
			end++;
		wide = columns(text.p + i, end - i);
		if (!fresh && style->width && column + 1 + wide > style->width) {
			capgate_out_format(out, "\n%*s", (int)indent, "");
			column = indent;
			fresh = true;
		}
		if (!fresh) {
			capgate_out_string(out, " ");
			column++;
		}
		capgate_out_bytes(out, text.p + i, end - i);
		column += wide;
		fresh = false;
		i = end < text.len ? end + 1 : end;
	}
	capgate_out_string(out, "\n");
}
