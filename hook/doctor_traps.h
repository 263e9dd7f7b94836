/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of runtimes and engines that are known to surprise. */
#ifndef DOCTOR_TRAPS_H
#define DOCTOR_TRAPS_H

#include "doctor.h"

void doctor_traps(struct doctor *d);

#endif
