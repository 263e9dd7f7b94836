/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_NEWUSER_H
#define CAPGATE_NEWUSER_H

#include "capgate.h"

/* Are the flags of clone(2) its first argument there?  An empty name: on this machine. */
bool capgate_newuser_knows(struct capgate_text architecture);

/* Does libseccomp keep every rule of such a filter?  It loses those of an ABI (x32)
 * that lacks one of the system calls named. */
bool capgate_newuser_keeps_rules(const struct capgate_seccomp *filter);

#endif
