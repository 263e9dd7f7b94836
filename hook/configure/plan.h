/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is going to be changed on this machine, as a list: made first and whole,
 * then shown (--dry-run) or done, in order.
 */
#ifndef PLAN_H
#define PLAN_H

#include <limits.h>

#include "capgate.h"

enum step_kind { STEP_WRITE, STEP_LINK, STEP_REMOVE, STEP_PAUSE };

struct step {
	enum step_kind kind;
	const char *path;	  /* the plan's own, as long as the program runs; PAUSE: "" */
	struct capgate_text text; /* WRITE: the bytes; LINK: the target */
	unsigned mode;
	bool needed;
	bool before; /* PAUSE: the step that it belongs to is the one before */
};

#define PLAN_STEPS 128
#define PLAN_NOTES 48

struct plan {
	struct step step[PLAN_STEPS];
	size_t n_steps;
	char note[PLAN_NOTES][384]; /* what is left for people to do */
	size_t n_notes;
};

/* Each looks whether the step is needed; a path that is there already in the
 * plan is not added twice. */
int plan_write(struct plan *plan, const char *path, unsigned mode, struct capgate_text text,
	       struct capgate_error *err) CAPGATE_MUST;
int plan_link(struct plan *plan, const char *path, const char *target,
	      struct capgate_error *err) CAPGATE_MUST;
int plan_remove(struct plan *plan, const char *path, struct capgate_error *err) CAPGATE_MUST;
/* Let containers that are being started now come through, if the step before
 * (or after) changes anything. */
int plan_pause(struct plan *plan, bool before, struct capgate_error *err) CAPGATE_MUST;
/* The steps from there to the end are done before the one at to. */
void plan_move(struct plan *plan, size_t from, size_t to);
void plan_note(struct plan *plan, const char *format, ...) CAPGATE_PRINTF(2, 3);
/* Is anything to be changed at this path? */
bool plan_changes(const struct plan *plan, const char *path);

/*
 * Do it (or only tell, when dry), a line a step on standard output: the last of n plans.
 * What one of those before it showed is not shown again.
 */
int plan_carry_out(const struct plan *plans, size_t n, bool dry,
		   struct capgate_error *err) CAPGATE_MUST;
/* The notes of those plans that change anything, each once; then the last one, when there
 * was any. */
int plan_tell_notes(const struct plan *plans, size_t n, const char *last,
		    struct capgate_error *err) CAPGATE_MUST;

#endif
