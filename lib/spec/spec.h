/* SPDX-License-Identifier: Apache-2.0 */
/* What the judges ask about a specification beside its members. */
#ifndef CAPGATE_LIB_SPEC_H
#define CAPGATE_LIB_SPEC_H

#include "filter.h"

#endif
