/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle that its runtime starts, on a temporary layer over its root file system. */
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

/* Reads the bundle and fills in .facts, which describe a run, and the policy's scene. */
int bundle_open(const char *dir, const char *runtime, struct capgate_policy *policy, bool beyond,
		struct bundle *ret, struct capgate_error *err) CAPGATE_MUST;
/* Makes the subject, and fills in the session's .remove. */
void bundle_subject(struct bundle *bundle, struct session *session, struct subject *ret);

#endif
