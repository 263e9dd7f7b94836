/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of struct capgate_out for the library, in addition to the public ones. */
#ifndef CAPGATE_OUT_H
#define CAPGATE_OUT_H

#include "capgate.h"

/* The content of the buffer, as a view into it: everything that was written, or as much as
 * fitted. */
struct capgate_text capgate_out_text(const struct capgate_out *out);

#endif
