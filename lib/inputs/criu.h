/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads checkpoints of CRIU: which capabilities the processes of a container will hold after
 * the restore.  A restored thread has the credentials of its core image, whatever the
 * configuration of the container says.
 */
#ifndef CAPGATE_CRIU_H
#define CAPGATE_CRIU_H

#include "capgate.h"

/*
 * Reads one core-TID.img, and adds its sets to sets (ambient capabilities are also permitted,
 * so that set is not in the image).  Images have version 1.1, which CRIU has written since
 * 2015: two magic numbers, then one entry in the encoding of Protocol Buffers.  Everything on
 * the way to the sets must occur exactly once, so that no two readers find different sets.  A
 * zombie has none and adds nothing.  CAPGATE_EINVALID (CAPGATE_RULE_CHECKPOINT), with the
 * position, for anything else.
 */
int capgate_criu_core(struct capgate_text image, capgate_set sets[CAPGATE_NSETS],
		      struct capgate_error *err) CAPGATE_MUST;

#endif
