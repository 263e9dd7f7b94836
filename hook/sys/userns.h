/* SPDX-License-Identifier: Apache-2.0 */
/* Are we root of the machine, or of a user's namespace only? */
#ifndef USERNS_H
#define USERNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* In the user namespace that the kernel started with?  False when unknown.  Asked
 * once: userns_changed() says that the process has entered another. */
bool userns_is_initial(void);
void userns_changed(void);

/* geteuid(2), without asking: nothing here changes it but entering a user namespace. */
uid_t userns_euid(void);

/* Root of the machine: user 0 in the initial user namespace. */
bool userns_is_real_root(void);

/* The user id outside, of the user who runs this; geteuid() when unknown. */
uid_t userns_outer_uid(void);

/* The last of the group ids that this user namespace maps from 0 on without a
 * gap; 4294967294 in the initial one, 0 when unknown. */
uint32_t userns_last_gid(void);

/* What stat(2) says of owners that this namespace does not map. */
uid_t userns_unmapped_uid(void);

/* Can nobody in this user namespace, and below it, make another one?  By
 * user.max_user_namespaces (namespaces(7)). */
bool userns_are_forbidden(void);

#endif
