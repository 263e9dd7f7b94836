/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that start containers, but cannot start one again with fewer capabilities; and what
 * works instead. */
#ifndef LEARN_OTHERS_H
#define LEARN_OTHERS_H

#include "capgate.h"

/* program: a name without directory.  CAPGATE_EINVALID if it is one of them; err says what works
 * instead. */
int others_refuse(const char *program, struct capgate_error *err) CAPGATE_MUST;

/* The same for "PROGRAM compose", because only docker has Compose 2 as a plugin. */
int others_refuse_compose(const char *program, struct capgate_error *err) CAPGATE_MUST;

#endif
