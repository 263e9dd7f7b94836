/* SPDX-License-Identifier: Apache-2.0 */
/* The daemons of engines: their command lines, environments and programs in PATH. */
#ifndef DOCTOR_DAEMONS_H
#define DOCTOR_DAEMONS_H

#include "doctor.h"

/* The value of a variable in /proc/PID/environ, NUL-ended lines; NULL: it is not set. */
const char *daemon_variable(const char *variables, size_t len, const char *name);

/* What a command line says otherwise than the files. */
void doctor_words(struct doctor *d, enum engine e, const struct daemon_words *w);
/* And an environment, who: "crio (process 12)". */
void doctor_variables(struct doctor *d, enum engine e, const char *who, const char *v, size_t len);
/* That of this process, which podman has when it is called from the same shell. */
void doctor_own_variables(struct doctor *d);

/* The runc of PATH, by the environment of a daemon of that engine. */
void doctor_closed_process(struct doctor *d, enum engine e, const char *pid, const char *variables,
			   size_t len);
/* By that of a containerd, for Docker alone. */
void doctor_closed_containerd(struct doctor *d, const char *pid, const char *variables,
			      size_t len);
/* By that of a buildkitd, and by its own file. */
void doctor_buildkit_process(struct doctor *d, const struct daemon_words *w,
			     const char *variables, size_t len);
/* Where none runs, by the files alone. */
void doctor_buildkit(struct doctor *d);

/* Is the program that runs capgate?  where: "process 12". */
void doctor_say_runc(struct doctor *d, enum engine e, const char *what, const char *program,
		     const char *where);
/* The first program of that name in a PATH; false: none. */
bool daemon_find_in_path(const char *path, const char *name, char *ret, size_t size);
/* PATH of an environment, or the usual one. */
const char *daemon_path_of(const char *variables, size_t len);

#endif
