/* SPDX-License-Identifier: Apache-2.0 */
/* A list of edits in the making, in the order of their places in the text. */
#ifndef CAPGATE_EDITS_H
#define CAPGATE_EDITS_H

#include "capgate.h"

struct capgate_plan {
	struct capgate_arena *arena;
	struct capgate_edits edits;
	size_t room;
};

/* Replace the text from from to to.  The edits may not overlap; of two insertions in one
 * place the one added first comes first. with stays the caller's.  Fails only for memory. */
int capgate_plan_add(struct capgate_plan *plan, size_t from, size_t to,
		     struct capgate_text with) CAPGATE_MUST;

/*
 * Cut a run of entries out of an array, from the first byte of one to the last of
 * another: up to the next entry when there is one, else from the end of the entry
 * before, so that exactly the right commas go with them.  before, after: the entries
 * that stay on either side, or NULL.
 */
int capgate_plan_cut(struct capgate_plan *plan, const struct capgate_span *before,
		     struct capgate_span first, struct capgate_span last,
		     const struct capgate_span *after) CAPGATE_MUST;

/* Where an element of an array ends or begins, in strict JSON: the one before the element
 * that begins at off, and the one after that which ends at end.  0: there is none. */
size_t capgate_element_before(struct capgate_text text, size_t off);
size_t capgate_element_after(struct capgate_text text, size_t end);

/* The same for entries of which only first and last are known, with what is beside them in
 * the text. */
int capgate_plan_cut_from(struct capgate_plan *plan, struct capgate_text text,
			  struct capgate_span first, struct capgate_span last) CAPGATE_MUST;

/* Text that is put together from parts, in the plan's arena. */
int capgate_plan_compose(struct capgate_plan *plan, struct capgate_text *ret,
			 const char *const *parts, size_t n) CAPGATE_MUST;

#endif
