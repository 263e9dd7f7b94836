/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Will the first program still start?  execve(2) fails with EPERM when the file
 * has effective capabilities (capabilities(7), "File capabilities") that the new
 * bounding set does not hold.  To know which file that is, it is looked for as
 * runtimes do, in the root file system, which may be as hostile as it likes: no
 * path leads out of it, nothing but regular files is opened.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "capgate.h"
#include "hook/term/term.h"

/* Named by what execve(2) returns. */
enum prediction_kind {
	PREDICT_UNKNOWN, /* no root file system here, or it does not say: see why */
	PREDICT_STARTS,
	PREDICT_NOT_FOUND, /* the program, or a file that has to be loaded for it */
	PREDICT_EPERM,     /* file capabilities beyond the bounding set */
	PREDICT_EACCES,    /* the user may not execute it, or nobody may */
	PREDICT_ENOEXEC,   /* neither a program nor a script */
	PREDICT_ELOOP,     /* links, or scripts of scripts, without an end */
};

#define PREDICT_PATH 256
#define PREDICT_DEEP 64 /* files listed; the rest is counted */

struct predict_file {
	char path[PREDICT_PATH]; /* within the root file system; cut when longer */
	capgate_set permitted;   /* of the file; empty for set-user-ID */
	bool effective, setuid;
	bool fails;       /* execve(2) of it after the rewrite: EPERM */
	capgate_set less; /* what it no longer gives after the rewrite */
};

struct prediction {
	enum prediction_kind before, after; /* the rewrite */
	const char *why;                    /* nothing is known, of a root that is there; or NULL */
	struct predict_file program;        /* what execve(2) ends up with */
	/* --deep: */
	bool deep;
	struct predict_file *files; /* malloc'd; those that change first */
	size_t n_files, n_setuid, n_capable, n_broken, n_changed; /* counted beyond the list */
	bool only_way;  /* to the bounding set: the user is not root, nothing is ambient */
	bool cut_short; /* some directory could not be read, or is too deep */
};

/*
 * Answers that are worth keeping from one specification to the next, for one thread.
 * NULL without memory, which predict() accepts.  An answer is used again for a
 * specification that asks the same of the same root directory, on the same mount,
 * while everything that was looked up there is unchanged; and without a look for
 * specifications that had been found before the answer was, because what is said of a
 * file then is as new as the file's own place in the list.
 */
struct predict_memory;
struct predict_memory *predict_memory_new(void);
void predict_memory_free(struct predict_memory *memory);
/* Before predict(): the place of the specification in the order in which they are found,
 * beginning with 0, and how many have been found so far.  Without it, or with 0 found, each
 * answer is confirmed each time. */
void predict_memory_now(struct predict_memory *memory, size_t place, size_t found);

/* bundle: the directory that a relative root.path is in; -1: unknown.  memory may be
 * NULL.  --deep is never remembered. */
void predict(const struct capgate_spec *spec, const struct capgate_report *report, int bundle,
	     bool deep, struct predict_memory *memory, struct prediction *ret);
void predict_release(struct prediction *p);

/* For people, and as the member "prediction" of a JSON report. */
void predict_words(const struct prediction *p, const struct capgate_spec *spec,
		   const struct style *style, struct capgate_out *out);
void predict_json(const struct prediction *p, struct capgate_out *out);

#endif
