/* SPDX-License-Identifier: Apache-2.0 */
/* The thinking part of judge_confined(): no system calls but stat(2). */
#ifndef RUNTIME_ASSESS_H
#define RUNTIME_ASSESS_H

#include "child.h"

/* Never fails: what goes wrong is a refusal in the answer. */
void runtime_assess(const struct judge_question *question, struct capgate_arena *arena,
		    struct judge_answer *ret);

#endif
