/* SPDX-License-Identifier: Apache-2.0 */
/* One file: read, judged, rewritten if that was said, rendered. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "one.h"

/* ---- The worker's block: grown when a text needs it, else used again --------- */

/* Above this, touched pages go back to the kernel after each file. */
#define KEPT_BYTES ((size_t)1 << 20)

static int worker_arena(struct check_worker *w, size_t text_len, struct capgate_arena *ret,
			struct capgate_error *err)
{
	size_t need =
		capgate_arena_for(text_len < ((size_t)64 << 10) ? (size_t)64 << 10 : text_len);

	if (w->size < need) {
		check_worker_release(w);
		w->block = io_block(need);
		if (!w->block)
			return capgate_fail_memory(err);
		w->size = need;
	}
	capgate_arena_init(ret, w->block, w->size);
	return 0;
}

static void worker_rest(struct check_worker *w, const struct capgate_arena *arena)
{
	if (w->block && arena->used > KEPT_BYTES)
		(void)madvise(w->block, w->size, MADV_DONTNEED); /* else it only stays in use */
}

void check_worker_release(struct check_worker *w)
{
	if (w->block)
		munmap(w->block, w->size);
	*w = (struct check_worker){0};
}

/* ---- Deciding -------------------------------------------------------------------- */

_Static_assert(CAPGATE_NRULES <= 64, "check_item.rules has a bit for each rule");

static uint64_t rules_of(const struct capgate_report *r)
{
	uint64_t rules = 0;

	if (!r->parsed)
		return (uint64_t)1 << r->error.rule;
	for (size_t i = 0; i < r->n_findings; i++)
		rules |= (uint64_t)1 << r->findings[i].rule;
	return rules;
}

int check_status(const struct check_plan *plan, const struct check_item *item,
		 const struct capgate_report *r)
{
	const bool mended = item->fixed && plan->in_place; /* a copy mends nothing */

	if (plan->threshold >= 0)
		return capgate_report_severity(r) >= plan->threshold && !mended ? STATUS_FINDINGS
										: STATUS_OK;
	return r->verdict == CAPGATE_PASS || mended ? STATUS_OK : STATUS_FINDINGS;
}

static int rewrite(struct check_one *o, const char *path, struct capgate_arena *arena,
		   struct check_item *item, struct capgate_error *err)
{
	const struct check_plan *plan = o->plan;
	int status = 0;

	if (o->report.verdict != CAPGATE_STRIP ||
	    !(plan->diff || plan->in_place || plan->fix_dir >= 0))
		return 0;
	if (capgate_rewrite(&o->spec, &o->report, o->policy, arena, &o->rewritten, err) < 0 ||
	    capgate_rewrite_plan(&o->spec, &o->report, arena, &o->edits, err) < 0)
		return err->code;
	if (plan->fix_dir >= 0)
		status = check_fix_copy(plan->fix_dir, path, o->rewritten, err);
	else if (plan->in_place)
		status = check_fix_in_place(path, o->subject.text, o->rewritten, err);
	item->fixed = status == 0 && (plan->fix_dir >= 0 || plan->in_place);
	return status;
}

/* The file, and shortly which of its containers; NULL: no memory. */
static char *row_name(const struct check_one *o)
{
	struct capgate_text file = o->subject.file,
			    part = o->inspected ? o->inspected->name : o->subject.part;
	char *name;

	if (asprintf(&name, "%.*s%s%.*s", (int)file.len, file.p, part.len ? ": " : "",
		     (int)part.len, part.len ? part.p : "") < 0)
		return NULL;
	return name;
}

/* The line of the matrix; for want of memory there is one less. */
static void add_row(struct check_one *o, struct check_item *item)
{
	struct check_row row = {
		.verdict = o->report.verdict, .parsed = o->report.parsed, .asked = o->held};

	if (o->plan->format != FORMAT_HTML)
		return;
	snprintf(o->anchor, sizeof(o->anchor), "c%zu-%zu", item->index, item->n_rows);
	memcpy(row.anchor, o->anchor, sizeof(row.anchor));
	row.asked = capgate_set_or(row.asked, capgate_set_union(o->report.asked));
	row.forbidden = capgate_set_or(o->report.forbidden, o->exceeds);
	if (item->n_rows == item->rows_room) {
		size_t more = item->rows_room ? item->rows_room * 2 : 4;
		struct check_row *grown = realloc(item->rows, more * sizeof(*grown));

		if (!grown)
			return;
		item->rows = grown;
		item->rows_room = more;
	}
	row.name = row_name(o);
	item->rows[item->n_rows++] = row;
}

void check_add(struct check_one *o, struct check_item *item, int status)
{
	const struct capgate_report *r = &o->report;
	struct capgate_error err;

	if (status > item->status)
		item->status = status;
	item->rules |= rules_of(r);
	add_row(o, item);
	if (status != STATUS_NOT_JUDGED) {
		item->passed += r->verdict == CAPGATE_PASS;
		item->stripped += r->verdict == CAPGATE_STRIP;
		item->refused += r->verdict == CAPGATE_REFUSE;
	}
	if (o->plan->diff && !r->parsed)
		io_say_error(item->path, &r->error);
	if (check_render(o, item, &err) < 0) {
		io_say_error(item->path, &err);
		item->status = STATUS_NOT_JUDGED;
	}
}

/* An array is no specification, nor is an object without a process. */
static bool may_be_inspected(const struct check_one *o)
{
	const struct check_plan *plan = o->plan;

	return plan->kind == CAPGATE_CONFIG && !plan->diff && !plan->in_place &&
	       plan->fix_dir < 0 && !o->report.parsed &&
	       (capgate_inspect_is(o->subject.text) ||
		o->report.error.rule == CAPGATE_RULE_MISSING);
}

static void judge_text(struct check_one *o, struct capgate_arena *arena, struct check_item *item)
{
	struct capgate_error err;

	capgate_assess(o->subject.text, o->plan->kind, o->policy, arena, &o->spec, &o->report);
	if (may_be_inspected(o)) {
		arena->used = 0;
		if (check_inspected(o, arena, item, &err) == 0)
			return;
		/* An object that is neither is missing its process. */
		if (err.rule != CAPGATE_RULE_MISSING || capgate_inspect_is(o->subject.text))
			o->report = (struct capgate_report){
				.error = err,
				.rule = err.rule,
				.exit_status = capgate_rule_info(err.rule)->exit_status};
		check_add(o, item, check_status(o->plan, item, &o->report));
		return;
	}
	check_learn(o, item->path, arena);
	if (rewrite(o, item->path, arena, item, &err) < 0) {
		io_say_error(item->path, &err);
		check_add(o, item, STATUS_NOT_JUDGED);
		return;
	}
	check_add(o, item, check_status(o->plan, item, &o->report));
}

/* Where a hook would find it, for exemptions that name bundles: buf or "". */
static struct capgate_text bundle_of(const struct check_plan *plan, const char *path,
				     char buf[PATH_MAX])
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char dir[PATH_MAX];

	if (plan->policy->n_exemptions == 0 || strcmp(name, "config.json") != 0)
		return (struct capgate_text){0};
	if (snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		     slash ? path : ".") >= PATH_MAX ||
	    !realpath(dir, buf))
		return (struct capgate_text){0};
	return capgate_text_of(buf);
}

static int read_input(const struct check_item *item, size_t limit, struct capgate_text *ret,
		      struct capgate_error *err)
{
	if (item->why)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%s", item->why);
	return input_read(item->path, limit, ret, err);
}

void check_item_clear(struct check_item *item)
{
	item->out.len = item->passed = item->stripped = item->refused = 0;
	item->status = STATUS_OK;
	item->rules = 0;
	item->fixed = false;
}

void check_one(const struct check_plan *plan, struct check_worker *worker, struct check_item *item)
{
	struct capgate_policy policy = *plan->policy;
	struct check_one o = {
		.plan = plan, .policy = &policy, .subject.file = capgate_text_of(item->path)};
	char bundle[PATH_MAX];
	struct capgate_arena arena = {0};
	struct capgate_error err;

	check_item_clear(item);
	policy.scene.bundle = bundle_of(plan, item->path, bundle);
	if (read_input(item, plan->policy->max_bytes, &o.subject.text, &err) < 0 ||
	    worker_arena(worker, o.subject.text.len, &arena, &err) < 0) {
		/* What cannot be read is a report too. */
		o.report = (struct capgate_report){
			.error = err, .rule = err.rule, .exit_status = io_status(&err)};
		check_add(&o, item, STATUS_NOT_JUDGED);
	} else {
		judge_text(&o, &arena, item);
	}
	predict_release(&o.prediction);
	worker_rest(worker, &arena);
	io_free(o.subject.text);
}
