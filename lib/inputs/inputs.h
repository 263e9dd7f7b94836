/* SPDX-License-Identifier: Apache-2.0 */
/* Formats that the program reads, but does not judge. */
#ifndef CAPGATE_LIB_INPUTS_H
#define CAPGATE_LIB_INPUTS_H

#include "criu.h"
#include "mountinfo.h"

#endif
