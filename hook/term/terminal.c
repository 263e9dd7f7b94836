/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"
#include "lib/base/base.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* On narrower terminals, or if the width is unknown, lines are not wrapped. */
#define WIDTH_LEAST 40
/* On narrower terminals, paragraphs are indented less than their first line. */
#define WIDTH_NARROW 64
#define INDENT_NARROW 4

bool terminal_is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || strcmp(term, "dumb") == 0;
}

unsigned terminal_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct style terminal_style(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	struct style style = {0};

	if (!isatty(fd))
		return style;
	style.colour = !(no_color && no_color[0]) && !terminal_is_dumb();
	if (terminal_width(fd) >= WIDTH_LEAST)
		style.width = terminal_width(fd);
	return style;
}

void terminal_paint(struct capgate_out *out, const struct style *style, enum paint paint,
		    const char *words)
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

/* Two columns wide: the blocks of UAX #11 (East Asian Wide and Fullwidth) that
 * names are written with, and pictures.  Marks that stand on other characters
 * have none.  First and last of each; the locale is not asked. */
static const struct {
	unsigned first, last, columns;
} widths[] = {
	{0x0300, 0x036f, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05bd, 0},   {0x0610, 0x061a, 0},
	{0x064b, 0x065f, 0},   {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},   {0x1dc0, 0x1dff, 0},
	{0x20d0, 0x20ff, 0},   {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},   {0xa960, 0xa97f, 2},
	{0xac00, 0xd7a3, 2},   {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},
	{0xfe30, 0xfe6f, 2},   {0xff01, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2},
	{0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2}, {0xe0100, 0xe01ef, 0},
};

static unsigned width_of(unsigned c)
{
	for (size_t i = 0; i < COUNT(widths) && widths[i].first <= c; i++)
		if (c <= widths[i].last)
			return widths[i].columns;
	return 1;
}

unsigned terminal_columns(struct capgate_text t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t.len;) {
		unsigned char lead = (unsigned char)t.p[i++];
		unsigned c =
			lead < 0xc0 ? lead : lead & (0x1fu >> (lead >= 0xe0) >> (lead >= 0xf0));

		for (; lead >= 0xc0 && i < t.len && ((unsigned char)t.p[i] & 0xc0) == 0x80; i++)
			c = c << 6 | ((unsigned char)t.p[i] & 0x3f);
		n += width_of(c);
	}
	return n;
}

unsigned terminal_indent(const struct style *style, unsigned indent)
{
	return style->width && style->width < WIDTH_NARROW && indent > INDENT_NARROW ? INDENT_NARROW
										     : indent;
}

void terminal_wrap(struct capgate_out *out, const struct style *style, struct capgate_text text,
		   unsigned column, unsigned indent)
{
	bool fresh = true; /* the line has no word yet */

	indent = terminal_indent(style, indent);
	for (size_t i = 0; i < text.len;) {
		size_t end = i;
		unsigned wide;

		while (end < text.len && text.p[end] != ' ')
			end++;
		wide = terminal_columns((struct capgate_text){text.p + i, end - i});
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
