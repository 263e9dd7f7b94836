/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check, in parts:
 *
 *   inputs     the files that are meant by the operands, one after another
 *   one        one file -> a judged and rendered item
 *   inspected  what engines print -> the same, each of its containers
 *   learn      what lies beside it: namespaces, the first program
 *   fix        a rewritten copy, or the file itself rewritten
 *   pool       many items on all cores, delivered in their order
 */
#ifndef CHECK_H
#define CHECK_H

#include "hook/report/report.h"
#include "lib/judge/judge.h"

/* ---- inputs ------------------------------------------------------- */

struct check_inputs;

/* NULL: no memory.  The operands are kept, not copied. */
struct check_inputs *check_inputs_new(char **paths, size_t n);
/*
 * Finds the next file: its path, its bundle if it was found in a directory, and the reason if
 * files below the path are unknown.  Returns false after the last file, or without memory.  The
 * old content of these three members is not freed.
 */
bool check_inputs_next(struct check_inputs *inputs, struct report_item *ret) CAPGATE_MUST;
void check_inputs_free(struct check_inputs *inputs);

/* ---- one ------------------------------------------------------------ */

/* More profiles than the engines of one directory use. */
#define CHECK_PROFILES 4

/* What one worker keeps from file to file. */
struct check_worker {
	void *block;
	size_t size;
	struct capgate_known_profile known[CHECK_PROFILES];
	struct capgate_arena known_arena[CHECK_PROFILES];
	size_t n_kept; /* in total; the next one replaces the oldest */
	struct predict_memory *memory; /* for its predictions; made when needed */
	size_t listed; /* inputs that were listed when it took its current one */
};

/* Reads, judges, rewrites if the plan says so, and renders item->path. */
void check_one(const struct report_plan *plan, struct check_worker *worker,
	       struct report_item *item);
void check_worker_release(struct check_worker *worker);

/* Finds facts besides the text of the item, and judges again if they matter. */
void check_learn(struct shown *one, const struct report_item *item, struct capgate_arena *arena);

/* Judges one's text as a document of another kind, edits it if the plan says so, and adds
 * each container to the item.  CAPGATE_RULE_NONE: it is a specification;
 * CAPGATE_RULE_NOT_EDITABLE: it cannot be edited. */
int check_inspected(struct shown *one, struct capgate_arena *arena, struct report_item *item,
		    struct capgate_error *err) CAPGATE_MUST;

/* ---- fix -------------------------------------------------------------- */

/* Writes text as the copy of path below the directory.  Creates parents, but never overwrites a
 * file. */
int check_fix_copy(int dir, const char *path, struct capgate_text text,
		   struct capgate_error *err) CAPGATE_MUST;
/* Replaces the file by text, with a temporary file, fsync and rename.  Keeps mode and owner.
 * Fails if the file is no longer the one that was read. */
int check_fix_in_place(const char *path, struct capgate_text read, struct capgate_text text,
		       struct capgate_error *err) CAPGATE_MUST;

/* Does what the plan says: one of the two, or nothing.  Sets item->fixed when it was done. */
int check_fix(const struct report_plan *plan, const char *path, struct capgate_text read,
	      struct capgate_text text, struct report_item *item,
	      struct capgate_error *err) CAPGATE_MUST;

/* ---- pool --------------------------------------------------------------- */

/*
 * Judges every input, and calls emit in the order of inputs, in the caller's thread. emit
 * returns a negative value to stop.  idle is called before this waits for a worker.  Returns 0
 * or the negative value.
 */
int check_pool(const struct report_plan *plan, struct check_inputs *inputs,
	       int (*emit)(void *user, struct report_item *item), void (*idle)(void *user),
	       void *user) CAPGATE_MUST;
/* After this call SIGINT, SIGTERM and SIGHUP end check_pool() between two files. */
void check_pool_catch(void);
/* The signal that ended it, or 0. */
int check_pool_signal(void);

#endif
