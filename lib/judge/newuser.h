/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_NEWUSER_H
#define CAPGATE_NEWUSER_H

#include "capgate.h"

/* Are the flags the first argument of clone(2) on this architecture?  An empty name means this
 * machine. */
bool capgate_newuser_knows(struct capgate_text architecture);

/* Does libseccomp keep every rule of the filter?  It loses the rules for an ABI (x32) that lacks
 * one of the named system calls. */
bool capgate_newuser_keeps_rules(const struct capgate_seccomp *filter);

#endif
