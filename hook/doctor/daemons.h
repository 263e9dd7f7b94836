/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of engines' daemons: command lines, environments, programs in their PATH. */
#ifndef DOCTOR_DAEMONS_H
#define DOCTOR_DAEMONS_H

#include "doctor.h"

/* The value of a variable in the text of /proc/PID/environ, NULL if it is not set. */
const char *daemon_variable(const char *variables, size_t len, const char *name);

/* Reports options of a command line that override our files. */
void doctor_words(struct doctor *d, enum engine e, const struct daemon_words *w);
/* The same for variables of an environment.  who: "crio (process 12)". */
void doctor_variables(struct doctor *d, enum engine e, const char *who, const char *v, size_t len);
/* The same for this process, because podman called from the same shell has the same one. */
void doctor_own_variables(struct doctor *d);

/* Checks which runc a daemon of that engine finds in its PATH.  apart: it is a dockerd that uses
 * a containerd with an environment of its own. */
void doctor_closed_process(struct doctor *d, enum engine e, const char *pid, const char *variables,
			   size_t len, bool apart);
/* The same for a containerd that Docker may use. */
void doctor_closed_containerd(struct doctor *d, const char *pid, const char *variables,
			      size_t len);
/* The same for a buildkitd, which may also name a program in its own file. */
void doctor_buildkit_process(struct doctor *d, const struct daemon_words *w,
			     const char *variables, size_t len);
/* Checks buildkitd's files if none runs. */
void doctor_buildkit(struct doctor *d);

/* Reports the other shims in a PATH that docker run can name. */
void doctor_shims_in_path(struct doctor *d, const char *path);

/* Reports whether the program is capgate.  what: the commands that run it.  where: for example
 * "process 12". */
void doctor_say_runc(struct doctor *d, enum engine e, const char *what, const char *program,
		     const char *where);
/* Finds the first program of that name in a PATH.  False if there is none. */
bool daemon_find_in_path(const char *path, const char *name, char *ret, size_t size);
/* PATH in an environment, or the usual one if it is not set. */
const char *daemon_path_of(const char *variables, size_t len);

#endif
