/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper, as the program's main sees it. */
#ifndef WRAPPER_H
#define WRAPPER_H

#include "config.h"

#endif
