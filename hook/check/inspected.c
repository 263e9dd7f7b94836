/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine printed: every container in it, judged by the specification
 * that follows. */
#include <string.h>

#include "hook/sys/sys.h"

#include "lib/base/base.h"
#include "check.h"

/* Where the document asks for it, or else where the container is described. */
static struct capgate_span place_of(const struct capgate_places *places, int cap)
{
	for (size_t i = 0; i < places->n_added; i++)
		if (places->added[i].cap == cap || places->added[i].cap < 0)
			return places->added[i].at;
	return places->privileged.len ? places->privileged : places->container;
}

/* Places in a specification that nobody wrote would mislead: those in the document are
 * named.  An odd entry keeps its words. */
static void move_places(struct shown *c)
{
	const struct capgate_places *places = &c->inspected->places;
	struct capgate_report *r = &c->report;

	r->error.pos = c->inspected->rule && places->container.len ? places->container.off
								   : CAPGATE_NOWHERE;
	for (size_t i = 0; i < r->n_findings; i++) {
		struct capgate_finding *f = &r->findings[i];

		if (f->cap < 0 && f->set >= 0 && f->at.len)
			f->subject = (struct capgate_text){c->spec.text.p + f->at.off, f->at.len};
		f->at = f->cap >= 0 && f->set >= 0 ? place_of(places, f->cap)
						   : (struct capgate_span){0};
	}
}

#define PART_BYTES 1024

/* Which container, and whence its sets are known. */
static struct capgate_text tell_part(const struct capgate_inspected *i, char buf[PART_BYTES])
{
	struct capgate_out out = {buf, PART_BYTES, 0};

	capgate_out_string(&out, i->engine);
	capgate_out_format(&out, "%s%s", i->engine[0] ? " " : "", i->thing);
	if (i->name.len || i->id.len)
		capgate_out_string(&out, " ");
	capgate_out_visible(&out, i->name.len ? i->name : i->id);
	if (i->image.len) {
		capgate_out_string(&out, " (");
		capgate_out_visible(&out, i->image);
		capgate_out_string(&out, ")");
	}
	if (!i->rule)
		capgate_out_format(&out, ", %s", i->how);
	return capgate_out_text(&out);
}

/* It is named, and not judged. */
static struct capgate_report not_judged(const struct capgate_inspected *i)
{
	struct capgate_report r = {.rule = i->rule,
				   .exit_status = capgate_rule_info(i->rule)->exit_status};

	(void)capgate_fail(&r.error, CAPGATE_EINVALID, i->rule, CAPGATE_NOWHERE, "%s", i->why);
	return r;
}

static int status_of(const struct shown *c, const struct report_item *item)
{
	if (c->inspected->rule == CAPGATE_RULE_LEFT_OUT)
		return STATUS_OK;
	return c->inspected->rule ? STATUS_NOT_JUDGED : report_status(c->plan, item, &c->report);
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
				  .subject = {o->subject.file, o->subject.text, {0}},
				  .inspected = &v[i]};
		char part[PART_BYTES];

		c.subject.part = tell_part(&v[i], part);
		policy.scene.image = v[i].image;
		/* Who runs it is not known: where sysctls can be set and groups are the host's. */
		policy.scene.settable = capgate_set_all();
		policy.scene.gid_last = UINT32_MAX;
		arena->used = mark; /* what the last one needed */
		if (v[i].rule)
			c.report = not_judged(&v[i]);
		else
			capgate_assess(v[i].config, CAPGATE_CONFIG, &policy, arena, &c.spec,
				       &c.report);
		move_places(&c);
		report_add(&c, item, status_of(&c, item));
	}
	return 0;
}
