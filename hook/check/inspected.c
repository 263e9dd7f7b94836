/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine printed: every container in it, judged by the specification
 * that follows. */
#include <string.h>

#include "lib/base/base.h"
#include "check.h"

/* Places in a specification that nobody wrote would mislead. */
static void forget_places(struct capgate_report *r)
{
	r->error.pos = CAPGATE_NOWHERE;
	for (size_t i = 0; i < r->n_findings; i++)
		r->findings[i].at = (struct capgate_span){0};
}

#define PART_BYTES 1024

/* Which container, and whence its sets are known. */
static struct capgate_text tell_part(const struct capgate_inspected *i, char buf[PART_BYTES])
{
	struct capgate_out out = {buf, PART_BYTES, 0};

	capgate_out_string(&out, i->engine);
	capgate_out_string(&out, !i->config.len                      ? "entry "
				 : strcmp(i->engine, "compose") == 0 ? " service "
								     : " container ");
	capgate_out_visible(&out, i->name.len ? i->name : i->id);
	if (i->image.len) {
		capgate_out_string(&out, " (");
		capgate_out_visible(&out, i->image);
		capgate_out_string(&out, ")");
	}
	capgate_out_string(&out, ", ");
	capgate_out_string(&out, i->how);
	return capgate_out_text(&out);
}

/* inspect takes the names of images and networks too. */
static struct capgate_report not_a_container(void)
{
	struct capgate_report r = {.rule = CAPGATE_RULE_MISSING,
				   .exit_status =
					   capgate_rule_info(CAPGATE_RULE_MISSING)->exit_status};

	(void)capgate_fail(&r.error, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
			   "the entry has no HostConfig: this is not what docker inspect or podman "
			   "inspect prints of a container");
	return r;
}

int check_inspected(struct shown *o, struct capgate_arena *arena, struct report_item *item,
		    struct capgate_error *err)
{
	struct capgate_inspected *v;
	size_t n, mark;

	if (capgate_inspect_parse(o->subject.text, arena, &v, &n, err) < 0)
		return err->code;
	mark = arena->used;
	for (size_t i = 0; i < n; i++) {
		struct capgate_policy policy = *o->policy;
		struct shown c = {.plan = o->plan,
				      .policy = &policy,
				      .subject = {o->subject.file, v[i].config, {0}},
				      .inspected = &v[i]};
		char part[PART_BYTES];

		c.subject.part = tell_part(&v[i], part);
		policy.scene.image = v[i].image;
		arena->used = mark; /* what the last one needed */
		if (c.subject.text.len)
			capgate_assess(c.subject.text, CAPGATE_CONFIG, &policy, arena, &c.spec,
				       &c.report);
		else
			c.report = not_a_container();
		forget_places(&c.report);
		report_add(&c, item, report_status(o->plan, item, &c.report));
	}
	return 0;
}
