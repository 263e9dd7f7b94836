/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the exemption that allows what the policy refuses. */
#include "change.h"

#include <string.h>

/* Days after which somebody should review it. */
#define EXEMPT_DAYS 90

/* Writes a date of the proleptic Gregorian calendar, computed in eras of 400 years, which begin
 * in March. */
static void out_date(struct capgate_out *out, int64_t seconds)
{
	int64_t days = seconds / 86400 + 719468, era = days / 146097, day = days % 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365, month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month += month < 10 ? 3 : -9;
	capgate_out_format(out, "%04d-%02d-%02d", (int)(year + era * 400 + (month <= 2)),
			   (int)month, (int)day + 1);
}

/* Writes what identifies the container best. */
static void out_match(struct capgate_out *out, const struct capgate_spec *spec,
		      const struct capgate_scene *scene)
{
	const char *key = scene->image.len         ? "image"
			  : spec->cgroups_path.len ? "cgroup"
			  : scene->bundle.len      ? "bundle"
						   : "cgroup";

	capgate_out_format(out, "{\"%s\": ", key);
	capgate_out_json(out, scene->image.len         ? scene->image
			      : spec->cgroups_path.len ? spec->cgroups_path
			      : scene->bundle.len      ? scene->bundle
						       : capgate_text_of("/path/*"));
	capgate_out_string(out, "}");
}

/* Does only an exemption for ALL lift this rule, and no shorter list? */
static bool exempts_all(const struct capgate_way_out *way)
{
	return strcmp(way->exempt, "\"allow\": [\"ALL\"]") == 0;
}

static bool needs_all(const struct capgate_change *c)
{
	for (size_t i = 0; i < c->n_ways; i++)
		if (exempts_all(c->way[i]))
			return true;
	return false;
}

void capgate_exemption_write(struct capgate_out *out, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, const struct capgate_change *c)
{
	capgate_out_format(out, "{\"id\": \"EX-%zu\", \"match\": ", policy->n_exemptions + 1);
	out_match(out, spec, &policy->scene);
	if (!capgate_set_empty(c->drop) && !needs_all(c)) {
		capgate_out_string(out, ", \"allow\": ");
		capgate_out_list(out, c->drop);
	}
	for (size_t i = 0, all = 0; i < c->n_ways; i++) {
		/* A member that lifts several rules is written only once. */
		if (!exempts_all(c->way[i]) || all++ == 0)
			capgate_out_format(out, ", %s", c->way[i]->exempt);
	}
	capgate_out_string(out, ", \"reason\": \"...\", \"owner\": \"...\"");
	if (policy->scene.now > 0) {
		capgate_out_string(out, ", \"expires\": \"");
		out_date(out, policy->scene.now + (int64_t)EXEMPT_DAYS * 86400);
		capgate_out_string(out, "\"");
	}
	capgate_out_string(out, "}");
}
