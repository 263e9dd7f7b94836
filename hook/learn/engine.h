/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container of podman, Docker or nerdctl, made by their "create"; or a service, made by
 * "docker compose run" in a separate project, which is removed after each run.
 */
#ifndef LEARN_ENGINE_H
#define LEARN_ENGINE_H

#include "arguments.h"
#include "service.h"
#include "subject.h"

struct engine_run {
	struct arguments arguments;
	struct service_facts service; /* if arguments.compose */
	bool is_podman;
	capgate_set forbidden; /* by the policy, so no run has them */
	bool again;            /* not the first run: it has a list of capabilities */
	bool measured;         /* subject.full has been read from a process */
	capgate_set keep;      /* of the next run */
	bool cut; /* the call that creates the container was interrupted */
	pid_t pid;
	char limit[16];
};

/* Makes the subject, and fills in the session's .remove.  allowed: what a run may be given. */
void engine_subject(struct engine_run *engine, capgate_set allowed, struct session *session,
		    struct subject *ret);

#endif
