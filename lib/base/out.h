/* SPDX-License-Identifier: Apache-2.0 */
/* What those who write through struct capgate_out share beside its public calls. */
#ifndef CAPGATE_OUT_H
#define CAPGATE_OUT_H

#include "capgate.h"

/* What is in the buffer: all that was written, or as much of it as fitted.
 * A view into the buffer. */
struct capgate_text capgate_out_text(const struct capgate_out *out);

#endif
