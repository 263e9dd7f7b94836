/* SPDX-License-Identifier: Apache-2.0 */
#define PROCESS
#include "target_spec.c"
