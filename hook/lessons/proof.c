/* SPDX-License-Identifier: Apache-2.0 */
#include "proof.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"
#include "lib/json/json.h"

enum { FIELD_NONE, FIELD_BUNDLE, FIELD_IMAGE, FIELD_NEEDED, FIELD_FINISHED };

static const struct capgate_shape proof_shape = {
	.types = CAPGATE_T_OBJECT,
	.members =
		MEMBERS({"bundle", STRING(FIELD_BUNDLE)}, {"image", STRING(FIELD_IMAGE)},
			{"needed", SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(FIELD_NEEDED))},
			{"finished", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_FINISHED)}),
};

static int see_proof(void *user, const struct capgate_walk *walk, int field,
		     const struct capgate_json_event *event)
{
	struct lesson_proof *r = user;
	int cap;

	switch (field) {
	case FIELD_FINISHED:
		r->finished = event->truth;
		return 0;
	case FIELD_NEEDED:
		cap = capgate_cap_exact(event->text);
		if (cap < 0)
			return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_ODD_NAME,
						 event->at.off,
						 "this is not the name of a capability");
		r->needed = capgate_set_or(r->needed, capgate_set_of(cap));
		return 0;
	default:
		r->name = event->text;
		r->is_image = field == FIELD_IMAGE;
		return 0;
	}
}

int lesson_proof_parse(struct capgate_text text, struct capgate_arena *arena,
		       struct lesson_proof *ret, struct capgate_error *err)
{
	struct lesson_proof proof = {0};
	int status = capgate_walk_text(text, (struct capgate_json_options){0}, &proof_shape, arena,
				       see_proof, &proof, err);

	if (status == 0 && (!proof.name.len || memchr(proof.name.p, 0, proof.name.len)))
		status = capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, 0,
				      "it names neither a bundle nor an image");
	if (status == 0)
		*ret = proof;
	return status;
}
