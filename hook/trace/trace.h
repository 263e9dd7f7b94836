/* SPDX-License-Identifier: Apache-2.0 */
/* Which capabilities the processes of a container ask the kernel for: by tracefs. */
#ifndef TRACE_H
#define TRACE_H

#include "instance.h"
#include "reader.h"
#include "table.h"

#endif
