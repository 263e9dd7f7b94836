/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container of podman, Docker or nerdctl, made by their own "create"; or of a service, made
 * by "docker compose run" in a project of its own, which goes with each run.
 */
#ifndef LEARN_ENGINE_H
#define LEARN_ENGINE_H

#include "arguments.h"
#include "service.h"
#include "subject.h"

struct engine_run {
	struct arguments arguments;
	struct service_facts service; /* where arguments.compose */
	bool is_podman;
	capgate_set forbidden; /* by the policy; given to no run */
	bool again;            /* the first run has what was asked for, others a list */
	bool measured;         /* the subject's full set is known */
	capgate_set keep;      /* of the run to come */
	bool cut; /* the call that makes the container was ended before its time */
	pid_t pid;
	char limit[16];
};

/* The subject, for a session whose .remove is filled in.  allowed: what may be given. */
void engine_subject(struct engine_run *engine, capgate_set allowed, struct session *session,
		    struct subject *ret);

#endif
