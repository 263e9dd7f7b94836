/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper, for main. */
#ifndef WRAPPER_H
#define WRAPPER_H

#include "config.h"

#endif
