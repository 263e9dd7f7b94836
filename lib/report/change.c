/* SPDX-License-Identifier: Apache-2.0 */
#include "change.h"

#include <string.h>

/* For more names than this, a list of what stays is easier to read. */
#define DROPS_MAX 4

static void add_way(struct capgate_change *c, const struct capgate_way_out *way)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (c->way[i] == way)
			return;
	if (way)
		c->way[c->n_ways++] = way;
}

struct capgate_change capgate_change_of(const struct capgate_report *r)
{
	const struct capgate_profile *widest =
		capgate_profile_find(capgate_text_of("docker-default"));
	struct capgate_change c = {.drop = r->forbidden,
				   .added = capgate_set_minus(r->forbidden, widest->caps),
				   .keep = capgate_set_union(r->kept)};

	c.list = r->absent || capgate_set_count(c.drop) > DROPS_MAX;
	for (size_t i = 0; r->verdict != CAPGATE_PASS && i < r->n_findings; i++)
		add_way(&c, capgate_way_out_of(r->findings[i].rule));
	return c;
}

static const struct capgate_way_text *text_of(const struct capgate_way_out *way, size_t member)
{
	return (const struct capgate_way_text *)((const char *)way + member);
}

/* Has an earlier way the same words?  They are written only once. */
static bool is_said(const struct capgate_change *c, size_t i, size_t member, bool add)
{
	const struct capgate_way_text *t = text_of(c->way[i], member);

	for (size_t k = 0; k < i; k++) {
		const struct capgate_way_text *before = text_of(c->way[k], member);
		const char *a = add ? before->add : before->without, *b = add ? t->add : t->without;

		if (a && b && strcmp(a, b) == 0)
			return true;
	}
	return false;
}

const char *capgate_change_add(const struct capgate_change *c, size_t i, size_t member)
{
	return is_said(c, i, member, true) ? NULL : text_of(c->way[i], member)->add;
}

const char *capgate_change_without(const struct capgate_change *c, size_t i, size_t member)
{
	return is_said(c, i, member, false) ? NULL : text_of(c->way[i], member)->without;
}

bool capgate_change_has_caps(const struct capgate_change *c)
{
	return c->list || !capgate_set_empty(c->drop);
}

void capgate_out_list(struct capgate_out *out, capgate_set s)
{
	bool first = true;

	capgate_out_string(out, "[");
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0; first = false)
		capgate_out_format(out, "%s\"%s\"", first ? "" : ", ",
				   capgate_cap_info(c)->name + 4);
	capgate_out_string(out, "]");
}
