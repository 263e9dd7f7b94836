/* SPDX-License-Identifier: Apache-2.0 */
/* Which capabilities the processes of a container ask the kernel for: by tracefs, or by
 * the program capgate-learn. */
#ifndef TRACE_H
#define TRACE_H

#include "identity.h"
#include "instance.h"
#include "lockdown.h"
#include "orders.h"
#include "reader.h"
#include "reading.h"
#include "table.h"
#include "tracer.h"

#endif
