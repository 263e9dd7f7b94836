/* SPDX-License-Identifier: Apache-2.0 */
/* A text judged with everything that this machine knows about it. */
#ifndef GATE_ASSESS_H
#define GATE_ASSESS_H

#include "scene.h"

/*
 * As capgate_assess(); where the text does not pass, what only the text says is
 * looked up, the image and whose network it joins, and it is judged again.  No
 * file is opened: stores and networks were read before.  The policy's scene is
 * filled in.
 */
void gate_assess(struct capgate_text text, enum capgate_kind kind, struct capgate_policy *policy,
		 const struct image_stores *stores, const struct netns_known *networks,
		 struct capgate_arena *arena, struct capgate_spec *spec,
		 struct capgate_report *report);

/* The second half, for a configuration that was parsed; *report says the error when
 * it cannot be judged again. */
void gate_judge_again(struct capgate_policy *policy, const struct image_stores *stores,
		      const struct netns_known *networks, struct capgate_arena *arena,
		      const struct capgate_spec *spec, struct capgate_report *report);

#endif
