/* SPDX-License-Identifier: Apache-2.0 */
/* One command and its options. */
#ifndef CLI_H
#define CLI_H

#include "command.h"
#include "input.h"

#endif
