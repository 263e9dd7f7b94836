/* SPDX-License-Identifier: Apache-2.0 */
/* Functions about capabilities for writers of reports, in addition to the public ones. */
#ifndef CAPGATE_LIB_CAPS_H
#define CAPGATE_LIB_CAPS_H

#include "capgate.h"

/* "CAP_CHOWN","CAP_KILL": the elements of a JSON array, without its brackets.  A
 * number without a name is written as by capgate_out_cap(). */
void capgate_out_names(struct capgate_out *out, capgate_set s);

#endif
