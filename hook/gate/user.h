/* SPDX-License-Identifier: Apache-2.0 */
/* The policy file of a user who is not root. */
#ifndef USERPOLICY_H
#define USERPOLICY_H

#include <stdbool.h>
#include <stddef.h>

/* Its path: $XDG_CONFIG_HOME/capgate/policy.json, or below .config in their home.  Returns
 * false if there is none. */
bool userpolicy_path(char *buf, size_t size);

#endif
