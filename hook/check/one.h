/* SPDX-License-Identifier: Apache-2.0 */
/* What check_one.c and check_inspected.c judge and check_render.c prints. */
#ifndef CHECK_ONE_H
#define CHECK_ONE_H

#include "hook/predict/predict.h"
#include "hook/report/report.h"

struct check_one {
	const struct check_plan *plan;
	struct capgate_policy *policy; /* the plan's, at this place */
	struct capgate_subject subject;
	struct capgate_spec spec;
	struct capgate_report report;
	struct capgate_edits edits;
	struct capgate_text rewritten;
	const struct capgate_inspected *inspected; /* NULL: a specification that was read */
	capgate_set held, exceeds;		   /* by running processes; of audit */
	char anchor[40];			   /* of its section in HTML */
	struct prediction prediction;
};

/* What can be learnt beside the text; judges again when it matters. */
void check_learn(struct check_one *one, const char *path, struct capgate_arena *arena);

/* Judges one's text as what an engine printed, and adds each container to the item.
 * CAPGATE_RULE_MISSING: it is nothing of that kind. */
int check_inspected(struct check_one *one, struct capgate_arena *arena, struct check_item *item,
		    struct capgate_error *err) CAPGATE_MUST;

/* The exit status that a report stands for under that plan. */
int check_status(const struct check_plan *plan, const struct check_item *item,
		 const struct capgate_report *report);
/* Forgets what was counted and rendered; buffers stay. */
void check_item_clear(struct check_item *item);
/* Counts what was found, with that exit status, and renders it behind what the
 * item holds already. */
void check_add(struct check_one *one, struct check_item *item, int status);
/* Behind what is in the item's buffer, which is made larger when it was too small. */
int check_render(const struct check_one *one, struct check_item *item,
		 struct capgate_error *err) CAPGATE_MUST;

/* ---- check_table --------------------------------------------------------- */

void check_table(const struct check_one *one, struct capgate_out *out);

#endif
