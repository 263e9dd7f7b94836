/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Predicts whether the first program will still start. execve(2) fails with EPERM if the file
 * has effective capabilities (capabilities(7), "File capabilities") that the new bounding set
 * does not contain.  To know the file, this looks for it as runtimes do, in the root file
 * system.  That may be hostile: no path leads out of it, and only regular files are opened.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "capgate.h"
#include "hook/term/term.h"

/* Named by what execve(2) returns. */
enum prediction_kind {
	PREDICT_UNKNOWN, /* no root file system here, or it is unclear; see why */
	PREDICT_STARTS,
	PREDICT_NOT_FOUND, /* the program, or a file that has to be loaded for it */
	PREDICT_EPERM,     /* file capabilities beyond the bounding set */
	PREDICT_EACCES,    /* the user may not execute it, or nobody may */
	PREDICT_ENOEXEC,   /* neither a program nor a script */
	PREDICT_ELOOP,     /* an endless loop of links or scripts */
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
	const char *why;                    /* why nothing is known although there is a root; or
					     * NULL */
	struct predict_file program;        /* the file that execve(2) really executes */
	/* --deep: */
	bool deep;
	struct predict_file *files; /* malloc'd; those that change first */
	size_t n_files, n_setuid, n_capable, n_broken, n_changed; /* counted beyond the list */
	bool only_way;  /* the only way to the bounding set, because the user is not root and
			 * nothing is ambient */
	bool cut_short; /* some directory could not be read, or is too deep */
};

/*
 * Answers that are kept for later specifications, for one thread.  NULL without memory, which
 * predict() accepts.  An answer is reused for a specification with the same key and the same
 * root directory, on the same mount, while everything that was looked up there is unchanged.
 * It is reused without that check for specifications that had been found before the answer,
 * because the answer is then newer than the listing of these files.
 */
struct predict_memory;
struct predict_memory *predict_memory_new(void);
void predict_memory_free(struct predict_memory *memory);
/*
 * Call it before predict(): the number of the specification, in the order in which they are
 * found, from 0, and how many have been found so far.  Without this, or with 0 found, each
 * answer is checked each time.
 */
void predict_memory_now(struct predict_memory *memory, size_t place, size_t found);

/* bundle: the directory that a relative root.path is in; -1: unknown.  memory may be
 * NULL.  --deep is never remembered. */
void predict(const struct capgate_spec *spec, const struct capgate_report *report, int bundle,
	     bool deep, struct predict_memory *memory, struct prediction *ret);
void predict_release(struct prediction *p);

/* Print the prediction, for people and as the member "prediction" of a JSON report. */
void predict_words(const struct prediction *p, const struct capgate_spec *spec,
		   const struct style *style, struct capgate_out *out);
void predict_json(const struct prediction *p, struct capgate_out *out);

#endif
