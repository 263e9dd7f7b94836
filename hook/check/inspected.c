/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a document that is not a specification: each of its containers, by the specification
 * that follows from it. */
#include "hook/documents/documents.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "check.h"

static int status_of(const struct shown *c, const struct report_item *item)
{
	if (c->inspected->rule == CAPGATE_RULE_LEFT_OUT)
		return STATUS_OK;
	return documents_judged(c->inspected, &c->report) ? report_status(c->plan, item, &c->report)
							  : STATUS_NOT_JUDGED;
}

/* ---- Edits ---------------------------------------------------------------------------------- */

/* The edited document, and its edits. */
struct edited {
	struct capgate_arena arena; /* memory for both */
	struct capgate_edits edits;
	struct capgate_text text;
};

static bool wants_edits(const struct report_plan *plan)
{
	return plan->diff || plan->in_place || plan->fix_dir >= 0;
}

static int append_edits(struct edited *e, const struct capgate_edits *more,
			struct capgate_error *err)
{
	struct capgate_edit *v =
		capgate_arena_alloc(&e->arena, (e->edits.n + more->n + 1) * sizeof(*v));

	if (!v)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < e->edits.n + more->n; i++)
		v[i] = i < e->edits.n ? e->edits.v[i] : more->v[i - e->edits.n];
	e->edits = (struct capgate_edits){v, e->edits.n + more->n};
	return 0;
}

struct collect {
	const struct shown *o;
	struct edited *edited; /* NULL while the result is judged */
	struct capgate_error *err;
};

/* Collects the edits for a container that is not allowed. */
static int collect_edits(struct collect *c, const struct capgate_inspected *one,
			 struct capgate_arena *arena)
{
	struct capgate_policy policy = *c->o->policy;
	struct capgate_report report;
	struct capgate_spec spec = {0};
	struct capgate_edits edits;

	if (one->rule)
		return 0;
	documents_judge(one, &policy, arena, &spec, &report);
	if ((report.parsed && report.verdict == CAPGATE_PASS) || !documents_judged(one, &report))
		return 0;
	if (!c->edited || !capgate_inspected_editable(one))
		return capgate_fail(c->err, CAPGATE_EINVALID, CAPGATE_RULE_NOT_EDITABLE,
				    one->places.container.len ? one->places.container.off
							      : CAPGATE_NOWHERE,
				    c->edited ? "the output of inspect cannot be edited"
					      : "edits of its capabilities do not make it allowed");
	if (capgate_inspected_edit(c->o->subject.text, one, report.forbidden, &c->edited->arena,
				   &edits, c->err) < 0)
		return c->err->code;
	return append_edits(c->edited, &edits, c->err);
}

static int collect_all(struct collect *c, const struct documents *documents,
		       struct capgate_arena *arena)
{
	const size_t mark = arena->used;
	int status = 0;

	for (size_t i = 0; status == 0 && i < documents->n; i++) {
		arena->used = mark;
		status = collect_edits(c, &documents->v[i], arena);
	}
	arena->used = mark;
	return status;
}

/* The result is read and judged like any other text. */
static int check_result(const struct shown *o, struct edited *e, struct capgate_error *err)
{
	struct collect result = {o, NULL, err};
	struct documents documents;
	struct capgate_arena arena;
	int status = io_arena(e->text.len, &arena, err);

	if (status < 0)
		return status;
	status = documents_read(e->text, o->policy->max_bytes, &arena, &documents, err);
	if (status == 0)
		status = collect_all(&result, &documents, &arena);
	if (status < 0)
		err->rule = CAPGATE_RULE_NOT_EDITABLE;
	documents_release(&documents);
	io_arena_release(&arena);
	return status;
}

static int edit_document(struct shown *o, const struct documents *documents,
			 struct capgate_arena *arena, struct report_item *item, struct edited *e,
			 struct capgate_error *err)
{
	struct collect c = {o, e, err};

	if (io_arena(o->subject.text.len, &e->arena, err) < 0 ||
	    collect_all(&c, documents, arena) < 0)
		return err->code;
	if (e->edits.n == 0)
		return 0;
	if (capgate_edits_sort(&e->edits, err) < 0 ||
	    capgate_rewrite_apply(o->subject.text, &e->edits, &e->arena, &e->text, err) < 0 ||
	    check_result(o, e, err) < 0)
		return err->code;
	return check_fix(o->plan, item->path, o->subject.text, e->text, item, err);
}

/* ---- Judging -------------------------------------------------------------------------------- */

/* edited: shows the differences after the last container; NULL for the others. */
static void judge_edited(const struct shown *o, const struct capgate_inspected *one,
			 const struct edited *edited, struct capgate_arena *arena,
			 struct report_item *item)
{
	struct capgate_policy policy = *o->policy;
	struct shown c = {.plan = o->plan,
			  .policy = &policy,
			  .subject = {o->subject.file, o->subject.text, {0}},
			  .inspected = one};
	char part[DOCUMENTS_PART];

	if (edited) {
		c.edits = edited->edits;
		c.rewritten = edited->text;
	}
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
	struct edited edited = {0};
	int status = documents_read(o->subject.text, o->policy->max_bytes, arena, &documents, err);
	const size_t mark = arena->used;

	if (status == 0)
		documents_beside(item->path, documents.v, documents.n);
	if (status == 0 && wants_edits(o->plan))
		status = edit_document(o, &documents, arena, item, &edited, err);
	for (size_t i = 0; status == 0 && i < documents.n; i++) {
		arena->used = mark; /* what the last one needed */
		judge_edited(o, &documents.v[i], i + 1 == documents.n ? &edited : NULL, arena,
			     item);
	}
	documents_release(&documents);
	io_arena_release(&edited.arena);
	return status;
}
