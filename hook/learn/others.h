/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that start containers, but cannot start one again with less: what works instead. */
#ifndef LEARN_OTHERS_H
#define LEARN_OTHERS_H

#include "capgate.h"

/* program: without its directory.  CAPGATE_EINVALID: it is one of them; err says what to do. */
int others_refuse(const char *program, struct capgate_error *err) CAPGATE_MUST;

/* The same of "PROGRAM compose": Compose 2 is a plugin of docker alone. */
int others_refuse_compose(const char *program, struct capgate_error *err) CAPGATE_MUST;

#endif
