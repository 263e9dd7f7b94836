/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Will the first program still start?  execve(2) fails with EPERM when the file
 * has effective capabilities (capabilities(7), "File capabilities") that the new
 * bounding set does not hold.
 */
#ifndef PREDICT_H
#define PREDICT_H

#include "capgate.h"
#include "terminal.h"

enum prediction_kind {
	PREDICT_UNKNOWN,   /* no root file system here, or it cannot be looked into */
	PREDICT_NOT_FOUND, /* nothing of that name can be executed in it */
	PREDICT_STARTS,
	PREDICT_EPERM,	   /* as it is, or after the rewrite */
};

#define PREDICT_PATH 256
#define PREDICT_DEEP 64 /* files listed; the rest is counted */

struct predict_file {
	char path[PREDICT_PATH]; /* within the root file system; cut when longer */
	capgate_set permitted;	 /* of the file; empty for set-user-ID */
	bool effective, setuid;
	bool fails_before, fails_after; /* execve(2) of it: EPERM */
};

struct prediction {
	enum prediction_kind before, after; /* the rewrite */
	struct predict_file program; /* what execve(2) ends up with */
	/* --deep: */
	bool deep;
	struct predict_file *files; /* malloc'd */
	size_t n_files, n_setuid, n_capable, n_broken; /* counted beyond the list */
};

/* root_base: the directory that a relative root.path is in (the bundle). */
void predict(const struct capgate_spec *spec, const struct capgate_report *report, int root_base, bool deep,
	     struct prediction *ret);
void predict_release(struct prediction *p);

/* The two parts of a security.capability attribute (version 2 or 3) that matter;
 * false when it is neither, or does not apply in that user namespace. */
bool predict_parse(const unsigned char *attribute, size_t len, const struct capgate_spec *spec,
		   struct predict_file *ret);

/* For people, and as the member "prediction" of a JSON report. */
void predict_words(const struct prediction *p, const struct capgate_spec *spec, const struct style *style,
		   struct capgate_out *out);
void predict_json(const struct prediction *p, struct capgate_out *out);

#endif
