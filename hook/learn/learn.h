/* SPDX-License-Identifier: Apache-2.0 */
/* learn: finds out which capabilities a container needs, by runs with fewer. */
#ifndef LEARN_H
#define LEARN_H

#include "hook/cli/cli.h"

extern const struct command command_learn;

#endif
