/* SPDX-License-Identifier: Apache-2.0 */
/* Tracing for `capgate learn`: see hook/trace/orders.h. */
#ifndef BPF_SERVE_H
#define BPF_SERVE_H

#include <stdint.h>

/* Returns the exit status. */
int serve(unsigned kilobytes, uint64_t outside);

#endif
