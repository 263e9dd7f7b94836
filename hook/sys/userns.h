/* SPDX-License-Identifier: Apache-2.0 */
/* Are we root of the machine, or of a user's namespace only? */
#ifndef USERNS_H
#define USERNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Is this process in the initial user namespace?  False if unknown.  The answer is kept; call
 * userns_changed() after the process has entered another one. */
bool userns_is_initial(void);
void userns_changed(void);

/* geteuid(2) without the system call: here, only entering a user namespace changes the id. */
uid_t userns_euid(void);

/* Root of the machine: user 0 in the initial user namespace. */
bool userns_is_real_root(void);

/* The id outside the user namespace of the user who runs this; geteuid() if unknown. */
uid_t userns_outer_uid(void);

/* This user namespace maps the group ids from 0 to this one without a gap.  4294967294 in the
 * initial one, 0 if unknown. */
uint32_t userns_last_gid(void);

/* The user id that stat(2) shows for owners that this namespace does not map. */
uid_t userns_unmapped_uid(void);

/* Does user.max_user_namespaces (namespaces(7)) forbid new user namespaces, here and below? */
bool userns_are_forbidden(void);

#endif
