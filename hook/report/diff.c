/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the diff from the known edits, without comparing lines: a hunk has the old lines that
 * edits touch, with context, and the new lines.
 */
#include "diff.h"

#include <string.h>

#define CONTEXT 3

/* The start of the line that holds this offset. */
static size_t line_start(struct capgate_text t, size_t pos)
{
	while (pos > 0 && t.p[pos - 1] != '\n')
		pos--;
	return pos;
}

/* After the newline of the line that holds this offset. */
static size_t line_end(struct capgate_text t, size_t pos)
{
	const char *nl = pos < t.len ? memchr(t.p + pos, '\n', t.len - pos) : NULL;

	return nl ? (size_t)(nl - t.p) + 1 : t.len;
}

static size_t lines_in(struct capgate_text t, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i = line_end(t, i))
		n++;
	return n;
}

static size_t back(struct capgate_text t, size_t pos, size_t lines)
{
	while (lines-- > 0 && pos > 0)
		pos = line_start(t, pos - 1);
	return pos;
}

static size_t forward(struct capgate_text t, size_t pos, size_t lines)
{
	while (lines-- > 0 && pos < t.len)
		pos = line_end(t, pos);
	return pos;
}

static void out_lines(struct capgate_out *out, char mark, struct capgate_text t, size_t from,
		      size_t to)
{
	for (size_t i = from; i < to;) {
		size_t end = line_end(t, i);

		if (end > to)
			end = to;
		capgate_out_bytes(out, &mark, 1);
		capgate_out_bytes(out, t.p + i, end - i);
		if (t.p[end - 1] != '\n')
			capgate_out_string(out, "\n\\ No newline at end of file\n");
		i = end;
	}
}

/* The new text in place of old[from, to), which consists of whole lines. */
struct piece {
	size_t old_from, old_to, new_from, new_to;
};

/* How many bytes the edits up to an old offset add (negative numbers wrap). */
static size_t shift(const struct capgate_edits *edits, size_t n)
{
	size_t by = 0;

	for (size_t i = 0; i < n; i++)
		by += edits->v[i].with.len - edits->v[i].at.len;
	return by;
}

/* The next edits, from *i, whose lines touch each other.  Moves *i past them. */
static struct piece next_piece(struct capgate_text old, const struct capgate_edits *edits,
			       size_t *i, size_t *by)
{
	struct piece p;
	size_t before = *by;

	p.old_from = line_start(old, edits->v[*i].at.off);
	p.old_to = p.old_from;
	for (; *i < edits->n; ++*i) {
		const struct capgate_edit *e = &edits->v[*i];
		size_t last = e->at.off + e->at.len;

		if (p.old_to != p.old_from && line_start(old, e->at.off) > p.old_to)
			break;
		p.old_to = line_end(old, last);
		*by += e->with.len - e->at.len;
	}
	p.new_from = p.old_from + before;
	p.new_to = p.old_to + *by;
	return p;
}

/* Writes a hunk for each piece.  Pieces with overlapping context share a hunk. */
static void out_hunk(struct capgate_out *out, struct capgate_text old, struct capgate_text new,
		     const struct piece *first, const struct capgate_edits *edits, size_t *i,
		     size_t *by)
{
	struct piece p = *first;
	size_t start = back(old, p.old_from, CONTEXT), header_by = p.new_from - p.old_from, end;
	size_t scan = *i, scan_by = *by;
	struct piece last = p;

	while (scan < edits->n && line_start(old, edits->v[scan].at.off) <=
					  forward(old, last.old_to, (size_t)2 * CONTEXT))
		last = next_piece(old, edits, &scan, &scan_by);
	end = forward(old, last.old_to, CONTEXT);
	capgate_out_format(out, "@@ -%zu,%zu +%zu,%zu @@\n", lines_in(old, 0, start) + 1,
			   lines_in(old, start, end), lines_in(new, 0, start + header_by) + 1,
			   lines_in(new, start + header_by, end + scan_by));
	out_lines(out, ' ', old, start, p.old_from);
	for (;;) {
		out_lines(out, '-', old, p.old_from, p.old_to);
		out_lines(out, '+', new, p.new_from, p.new_to);
		if (p.old_to == last.old_to)
			break;
		end = p.old_to;
		p = next_piece(old, edits, i, by);
		out_lines(out, ' ', old, end, p.old_from);
	}
	out_lines(out, ' ', old, p.old_to, forward(old, p.old_to, CONTEXT));
}

void diff_unified(struct capgate_text old, struct capgate_text new,
		  const struct capgate_edits *edits, struct capgate_text name,
		  struct capgate_out *out)
{
	size_t by = 0;

	if (edits->n == 0 || shift(edits, edits->n) + old.len != new.len)
		return;
	capgate_out_string(out, "--- ");
	capgate_out_visible(out, name);
	capgate_out_string(out, "\n+++ ");
	capgate_out_visible(out, name);
	capgate_out_string(out, "\n");
	for (size_t i = 0; i < edits->n;) {
		struct piece p = next_piece(old, edits, &i, &by);

		out_hunk(out, old, new, &p, edits, &i, &by);
	}
}
