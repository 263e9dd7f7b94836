/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest edits of a document that remove capabilities from a container.  The caller must
 * parse the result again, because an unusual style can make them wrong.
 */
#include <string.h>

#include "lib/base/base.h"
#include "editor.h"

bool capgate_inspected_editable(const struct capgate_inspected *one)
{
	return one->dialect == CAPGATE_DIALECT_COMPOSE ||
	       (one->dialect == CAPGATE_DIALECT_QUADLET && !one->generated) ||
	       (one->dialect == CAPGATE_DIALECT_KUBERNETES &&
		strcmp(one->engine, "kubernetes") == 0);
}

int capgate_inspected_edit(struct capgate_text text, const struct capgate_inspected *one,
			   capgate_set forbidden, struct capgate_arena *arena,
			   struct capgate_edits *ret, struct capgate_error *err)
{
	struct capgate_editor e = {.text = text, .one = one, .arena = arena, .err = err};
	const capgate_set given = capgate_set_and(
		forbidden, capgate_profile_find(capgate_text_of("docker-default"))->caps);
	int status = one->dialect == CAPGATE_DIALECT_QUADLET
			     ? capgate_edit_quadlet(&e, forbidden, given)
			     : capgate_edit_yaml(&e, forbidden, given);

	if (status < 0)
		return status;
	*ret = (struct capgate_edits){e.v, e.n};
	return 0;
}

static bool same_edit(const struct capgate_edit *a, const struct capgate_edit *b)
{
	return a->at.off == b->at.off && a->at.len == b->at.len &&
	       capgate_text_equal(a->with, b->with);
}

int capgate_edits_sort(struct capgate_edits *edits, struct capgate_error *err)
{
	size_t kept = 0;

	/* An insertion sort, because there are few, nearly sorted edits. */
	for (size_t i = 1; i < edits->n; i++) {
		const struct capgate_edit moved = edits->v[i];
		size_t k = i;

		for (; k > 0 && edits->v[k - 1].at.off > moved.at.off; k--)
			edits->v[k] = edits->v[k - 1];
		edits->v[k] = moved;
	}
	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *last = kept ? &edits->v[kept - 1] : NULL;

		if (last && same_edit(last, &edits->v[i]))
			continue; /* from two containers that share an alias */
		if (last && edits->v[i].at.off < last->at.off + last->at.len)
			return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_EDITABLE,
					    edits->v[i].at.off,
					    "this cannot be edited: two containers share it");
		edits->v[kept++] = edits->v[i];
	}
	edits->n = kept;
	return 0;
}
