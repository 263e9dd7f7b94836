/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle, started by its runtime, on a throwaway layer over its root file system. */
#ifndef LEARN_BUNDLE_H
#define LEARN_BUNDLE_H

#include "bundletext.h"
#include "subject.h"

struct bundle {
	const char *runtime, *dir;
	int fd; /* of dir */
	struct bundle_text text;
	struct bundle_facts facts;
	pid_t pid; /* of the first process; 0: none */
	int ended; /* its wait status; -1: not known */
	bool layered;
	const char *remove[8];
	char state[PATH_MAX];
};

/* Reads the bundle; .facts say what a run does.  policy's scene is filled in. */
int bundle_open(const char *dir, const char *runtime, struct capgate_policy *policy, bool beyond,
		struct bundle *ret, struct capgate_error *err) CAPGATE_MUST;
/* The subject, for a session whose .remove is filled in. */
void bundle_subject(struct bundle *bundle, struct session *session, struct subject *ret);

#endif
