/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the words of a command line of docker run or podman run. */
#ifndef CAPGATE_OPTION_H
#define CAPGATE_OPTION_H

#include "request.h"

/* Reads the next word, which may be the value of the option before it.  Fails only with
 * CAPGATE_ENOMEM. */
int capgate_option_word(struct capgate_request *r, struct capgate_text word, struct capgate_span at,
			struct capgate_arena *arena) CAPGATE_MUST;

#endif
