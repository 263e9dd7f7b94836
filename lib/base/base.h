/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, errors and text, which every other room of the core uses. */
#ifndef CAPGATE_LIB_BASE_H
#define CAPGATE_LIB_BASE_H

#include "arena.h"
#include "error.h"
#include "out.h"
#include "text.h"
#include "utf8.h"

#endif
