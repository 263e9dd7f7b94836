/* SPDX-License-Identifier: Apache-2.0 */
/* What runs here and is known to surprise. */
#ifndef DOCTOR_TRAPS_H
#define DOCTOR_TRAPS_H

#include "doctor.h"

void doctor_traps(struct doctor *d);	/* versions of runtimes and engines; then: */
void doctor_daemons(struct doctor *d);

#endif
