/* SPDX-License-Identifier: Apache-2.0 */
/* Known problems of what runs here. */
#ifndef DOCTOR_TRAPS_H
#define DOCTOR_TRAPS_H

#include "doctor.h"

void doctor_traps(struct doctor *d);	/* versions of runtimes and engines with known bugs */
void doctor_daemons(struct doctor *d);	/* running daemons; call it after doctor_traps() */

#endif
