/* SPDX-License-Identifier: Apache-2.0 */
/* A document that is no specification: every container in it, judged by the
 * specification that follows. */
#include "hook/documents/documents.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "check.h"

static int status_of(const struct shown *c, const struct report_item *item)
{
	if (c->inspected->rule == CAPGATE_RULE_LEFT_OUT)
		return STATUS_OK;
	return c->inspected->rule ? STATUS_NOT_JUDGED : report_status(c->plan, item, &c->report);
}

static void judge(const struct shown *o, const struct capgate_inspected *one,
		  struct capgate_arena *arena, struct report_item *item)
{
	struct capgate_policy policy = *o->policy;
	struct shown c = {.plan = o->plan,
			  .policy = &policy,
			  .subject = {o->subject.file, o->subject.text, {0}},
			  .inspected = one};
	char part[DOCUMENTS_PART];

	c.subject.part = documents_part(one, part);
	if (one->rule)
		c.report = documents_untold(one);
	else
		documents_judge(one, &policy, arena, &c.spec, &c.report);
	report_add(&c, item, status_of(&c, item));
}

int check_inspected(struct shown *o, struct capgate_arena *arena, struct report_item *item,
		    struct capgate_error *err)
{
	struct documents documents;
	int status = documents_read(o->subject.text, o->policy->max_bytes, arena, &documents, err);
	const size_t mark = arena->used;

	for (size_t i = 0; status == 0 && i < documents.n; i++) {
		arena->used = mark; /* what the last one needed */
		judge(o, &documents.v[i], arena, item);
	}
	documents_release(&documents);
	return status;
}
