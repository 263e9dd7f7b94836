/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of changes to this machine.  The whole list is made first.  Then it is shown
 * (--dry-run) or carried out, in order.
 */
#ifndef PLAN_H
#define PLAN_H

#include <limits.h>

#include "capgate.h"

enum step_kind { STEP_WRITE, STEP_LINK, STEP_REMOVE, STEP_PAUSE };

struct step {
	enum step_kind kind;
	const char *path;	  /* a copy that is never freed; PAUSE: "" */
	struct capgate_text text; /* WRITE: the bytes; LINK: the target */
	unsigned mode;
	bool needed;
	bool before; /* PAUSE: it belongs to the previous step, not to the next */
};

#define PLAN_STEPS 128
#define PLAN_NOTES 48

struct plan {
	struct step step[PLAN_STEPS];
	size_t n_steps;
	char note[PLAN_NOTES][384]; /* what the administrator has to do afterwards */
	size_t n_notes;
};

/* Each adds a step, and finds out whether it is needed.  A path that the plan has already
 * is not added again. */
int plan_write(struct plan *plan, const char *path, unsigned mode, struct capgate_text text,
	       struct capgate_error *err) CAPGATE_MUST;
int plan_link(struct plan *plan, const char *path, const char *target,
	      struct capgate_error *err) CAPGATE_MUST;
int plan_remove(struct plan *plan, const char *path, struct capgate_error *err) CAPGATE_MUST;
/* Adds a pause in which containers that are starting now can finish starting.  It is made
 * only if the previous step (before) or the next one changes anything. */
int plan_pause(struct plan *plan, bool before, struct capgate_error *err) CAPGATE_MUST;
/* Moves the steps from number from to the end before the step number to. */
void plan_move(struct plan *plan, size_t from, size_t to);
void plan_note(struct plan *plan, const char *format, ...) CAPGATE_PRINTF(2, 3);
/* Does the plan change anything at this path? */
bool plan_changes(const struct plan *plan, const char *path);

/*
 * Carries out the last of n plans, or with dry only shows it.  Prints a line for each step
 * on standard output, unless one of the earlier plans printed the same.
 */
int plan_carry_out(const struct plan *plans, size_t n, bool dry,
		   struct capgate_error *err) CAPGATE_MUST;
/* Prints the notes of those plans that change anything, each once.  If there was one, prints
 * last after them. */
int plan_tell_notes(const struct plan *plans, size_t n, const char *last,
		    struct capgate_error *err) CAPGATE_MUST;

#endif
