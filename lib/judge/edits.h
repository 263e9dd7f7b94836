/* SPDX-License-Identifier: Apache-2.0 */
/* Collects edits, sorted by their positions in the text. */
#ifndef CAPGATE_EDITS_H
#define CAPGATE_EDITS_H

#include "capgate.h"

struct capgate_plan {
	struct capgate_arena *arena;
	struct capgate_edits edits;
	size_t room;
};

/*
 * Replaces the bytes [from, to) by with, which remains the caller's.  Edits may not overlap.
 * Of two insertions at the same position, the one that was added first comes first.  Fails only
 * for memory.
 */
int capgate_plan_add(struct capgate_plan *plan, size_t from, size_t to,
		     struct capgate_text with) CAPGATE_MUST;

/*
 * Cuts consecutive entries out of an array, with the right commas: up to the next entry if
 * there is one, else from the end of the entry before.  before, after: the entries that stay on
 * either side, or NULL.
 */
int capgate_plan_cut(struct capgate_plan *plan, const struct capgate_span *before,
		     struct capgate_span first, struct capgate_span last,
		     const struct capgate_span *after) CAPGATE_MUST;

/* Positions in an array of strict JSON: the end of the element before the one that begins at
 * off, and the beginning of the element after the one that ends at end. 0 if there is none. */
size_t capgate_element_before(struct capgate_text text, size_t off);
size_t capgate_element_after(struct capgate_text text, size_t end);

/* The same, if only the first and the last entry are known; the neighbours are found in the
 * text. */
int capgate_plan_cut_from(struct capgate_plan *plan, struct capgate_text text,
			  struct capgate_span first, struct capgate_span last) CAPGATE_MUST;

/* Concatenates parts to a text in the plan's arena. */
int capgate_plan_compose(struct capgate_plan *plan, struct capgate_text *ret,
			 const char *const *parts, size_t n) CAPGATE_MUST;

#endif
