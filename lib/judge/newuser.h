/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_NEWUSER_H
#define CAPGATE_NEWUSER_H

#include "capgate.h"

/*
 * Does the profile keep processes from making a user namespace, under every
 * runtime that applies it?  Sufficient, not necessary: false when in doubt.
 */
bool capgate_seccomp_blocks_userns(const struct capgate_spec *spec);

#endif
