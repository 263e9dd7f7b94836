/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a text with everything that this machine knows about it. */
#ifndef GATE_ASSESS_H
#define GATE_ASSESS_H

#include "scene.h"

/*
 * Judges like capgate_assess().  If the text does not pass, finds its image and the owner of
 * the network namespace that it joins, and judges again.  Opens no file: stores and networks
 * were read before.  Fills in the policy's scene.
 */
void gate_assess(struct capgate_text text, enum capgate_kind kind, struct capgate_policy *policy,
		 const struct image_stores *stores, const struct netns_known *networks,
		 struct capgate_arena *arena, struct capgate_spec *spec,
		 struct capgate_report *report);

/* The second half, for a configuration that was parsed before.  If it cannot be judged again,
 * *report has the error. */
void gate_judge_again(struct capgate_policy *policy, const struct image_stores *stores,
		      const struct netns_known *networks, struct capgate_arena *arena,
		      const struct capgate_spec *spec, struct capgate_report *report);

#endif
