/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of CRIU: what capabilities the processes of a container will hold
 * again.  A restored thread has the credentials of its core image, whatever the
 * configuration of the container says.
 */
#ifndef CAPGATE_CRIU_H
#define CAPGATE_CRIU_H

#include "capgate.h"

/*
 * The bytes of one core-TID.img: its sets are added to those in sets (ambient
 * ones are not in it, being permitted ones).  Images of version 1.1, which CRIU
 * has written since 2015: two magic numbers, then one entry in the encoding of
 * Protocol Buffers, in which everything on the way to the sets must stand exactly
 * once, so that no two readers find different ones.  A process that has ended and
 * waits for its parent has none, and adds nothing.  CAPGATE_EINVALID
 * (CAPGATE_RULE_CHECKPOINT), with the byte, when it is anything else.
 */
int capgate_criu_core(struct capgate_text image, capgate_set sets[CAPGATE_NSETS],
		      struct capgate_error *err) CAPGATE_MUST;

#endif
