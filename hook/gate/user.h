/* SPDX-License-Identifier: Apache-2.0 */
/* The policy of a user who runs containers without being root. */
#ifndef USERPOLICY_H
#define USERPOLICY_H

#include <stdbool.h>
#include <stddef.h>

/* Where it is: $XDG_CONFIG_HOME/capgate/policy.json, or .config in their home.  False
 * when there is none. */
bool userpolicy_path(char *buf, size_t size);

#endif
