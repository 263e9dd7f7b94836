/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the edits of one document that describes containers. */
#ifndef CAPGATE_EDITOR_H
#define CAPGATE_EDITOR_H

#include "capgate.h"

struct capgate_editor {
	struct capgate_text text;
	const struct capgate_inspected *one;
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_edit *v;
	size_t n, room;
};

/* What capgate_editor_insert() inserts: an opening, names, and an end. */
struct capgate_insertion {
	const char *before, *between, *quote, *after;
	capgate_set names;
	size_t indent;
	bool line_after; /* the text after it begins a new line */
	bool own_line;   /* it is on its own line */
};

/* Replaces the bytes from from to to. */
int capgate_editor_add(struct capgate_editor *e, size_t from, size_t to,
		       struct capgate_text with) CAPGATE_MUST;
int capgate_editor_insert(struct capgate_editor *e, size_t at,
			  const struct capgate_insertion *in) CAPGATE_MUST;
/* The error for a document that a person must edit (CAPGATE_RULE_NOT_EDITABLE). */
int capgate_editor_by_hand(struct capgate_editor *e, size_t pos, const char *why);

/* The start of the line that has this byte, and its end (the newline). */
size_t capgate_editor_line_start(struct capgate_text t, size_t pos);
size_t capgate_editor_line_end(struct capgate_text t, size_t pos);

/* Must this entry be removed? */
bool capgate_editor_leaves(const struct capgate_named *entry, capgate_set forbidden);
/* The byte after the entry. */
size_t capgate_editor_end_of(const struct capgate_named *entry);

/* The edits for each dialect: entries with forbidden capabilities are removed, and given
 * capabilities (which an engine gives by default) are dropped explicitly. */
int capgate_edit_yaml(struct capgate_editor *e, capgate_set forbidden,
		      capgate_set given) CAPGATE_MUST;
int capgate_edit_quadlet(struct capgate_editor *e, capgate_set forbidden,
			 capgate_set given) CAPGATE_MUST;

#endif
