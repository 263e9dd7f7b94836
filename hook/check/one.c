/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, judges, rewrites and renders one file. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "check.h"

/* ---- The worker's block: grown when a text needs it, else used again --------- */

/* If more memory than this was touched, it is returned to the kernel after each file. */
#define KEPT_BYTES ((size_t)1 << 20)

static void release_block(struct check_worker *w)
{
	if (w->block)
		munmap(w->block, w->size);
	w->block = NULL;
	w->size = 0;
}

static int worker_arena(struct check_worker *w, size_t text_len, struct capgate_arena *ret,
			struct capgate_error *err)
{
	size_t need =
		capgate_arena_for(text_len < ((size_t)64 << 10) ? (size_t)64 << 10 : text_len);

	if (w->size < need) {
		release_block(w);
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
	release_block(w);
	for (size_t i = 0; i < CHECK_PROFILES; i++)
		io_arena_release(&w->known_arena[i]);
	predict_memory_free(w->memory);
	*w = (struct check_worker){0};
}

/* ---- Deciding -------------------------------------------------------------------- */

static int rewrite(struct shown *o, const char *path, struct capgate_arena *arena,
		   struct report_item *item, struct capgate_error *err)
{
	const struct report_plan *plan = o->plan;

	if (o->report.verdict != CAPGATE_STRIP ||
	    !(plan->diff || plan->in_place || plan->fix_dir >= 0))
		return 0;
	if (capgate_rewrite(&o->spec, &o->report, o->policy, arena, &o->rewritten, err) < 0 ||
	    capgate_rewrite_plan(&o->spec, &o->report, arena, &o->edits, err) < 0)
		return err->code;
	return check_fix(plan, path, o->subject.text, o->rewritten, item, err);
}

/* ---- Profiles that were read before ------------------------------------------------ */

/* Keeps the profile, if it fits, so that it need not be read again. */
static void keep_profile(struct check_worker *w, const struct capgate_spec *spec)
{
	const size_t i = w->n_kept % CHECK_PROFILES;
	struct capgate_arena *arena = &w->known_arena[i];
	struct capgate_error ignored;

	if (!arena->base && io_arena(0, arena, &ignored) < 0)
		return;
	arena->used = 0;
	if (capgate_known_profile_keep(spec, arena, &w->known[i]))
		w->n_kept++;
}

static void assess(struct shown *o, struct check_worker *w, struct capgate_arena *arena)
{
	const size_t used =
		capgate_assess_known(o->subject.text, o->plan->kind, w->known, CHECK_PROFILES,
				     o->policy, arena, &o->spec, &o->report);

	if (o->report.parsed && used == CHECK_PROFILES)
		keep_profile(w, &o->spec);
}

/* May the text be another document?  What the strict reader accepts is a specification. */
static bool may_be_inspected(const struct shown *o)
{
	return o->plan->kind == CAPGATE_CONFIG && !o->report.parsed;
}

/* Is it not judged, because it is not a container, or does not show its capabilities?  Otherwise
 * a hook would refuse it. */
static bool is_not_judged(const struct capgate_report *r)
{
	return r->error.rule == CAPGATE_RULE_OTHER_DOCUMENT ||
	       r->error.rule == CAPGATE_RULE_NOT_TOLD;
}

static void judge_text(struct shown *o, struct check_worker *worker, struct capgate_arena *arena,
		       struct report_item *item)
{
	struct capgate_error err, strict;

	assess(o, worker, arena);
	if (may_be_inspected(o)) {
		strict = o->report.error;
		arena->used = 0;
		if (check_inspected(o, arena, item, &err) == 0)
			return;
		/* A document that cannot be edited, or its copy not written. */
		if (err.rule == CAPGATE_RULE_NOT_EDITABLE || err.rule == CAPGATE_RULE_SYSTEM) {
			io_say_error(item->path, &err);
			item->status = STATUS_NOT_JUDGED;
			return;
		}
		/* For a specification, or a text that is not JSON for either reader, keep the
		 * strict reader's message, because it names the member. */
		if (err.rule != CAPGATE_RULE_NONE &&
		    (err.rule != strict.rule || err.pos != strict.pos))
			o->report = capgate_report_of(&err);
		report_add(o, item,
			   is_not_judged(&o->report) ? STATUS_NOT_JUDGED
						     : report_status(o->plan, item, &o->report));
		return;
	}
	check_learn(o, item, arena);
	if (rewrite(o, item->path, arena, item, &err) < 0) {
		io_say_error(item->path, &err);
		report_add(o, item, STATUS_NOT_JUDGED);
		return;
	}
	report_add(o, item, report_status(o->plan, item, &o->report));
}

/*
 * The bundle in which a hook would find the file, for exemptions that name bundles, and for
 * destinations that begin with the root's path on the host.  Points into the item or into buf;
 * "" if it belongs to no bundle.
 */
static int bundle_of(const struct report_item *item, char buf[PATH_MAX], struct capgate_text *ret,
		     struct capgate_error *err)
{
	const char *path = item->path;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	char dir[PATH_MAX];

	*ret = capgate_text_of(item->bundle ? item->bundle : "");
	if (item->bundle || strcmp(name, "config.json") != 0)
		return 0;
	if (snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		     slash ? path : ".") >= PATH_MAX ||
	    !realpath(dir, buf))
		return io_fail(err, "cannot resolve the bundle of", path);
	*ret = capgate_text_of(buf);
	return 0;
}

static int read_input(const struct report_item *item, size_t limit, struct capgate_text *ret,
		      struct capgate_error *err)
{
	if (item->why)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "%s", item->why);
	return input_read(item->path, limit, ret, err);
}

void check_one(const struct report_plan *plan, struct check_worker *worker,
	       struct report_item *item)
{
	struct capgate_policy policy = *plan->policy;
	struct shown o = {
		.plan = plan, .policy = &policy, .subject.file = capgate_text_of(item->path)};
	char bundle[PATH_MAX];
	struct capgate_arena arena = {0};
	struct capgate_error err;

	if (!worker->memory && plan->predict)
		worker->memory = predict_memory_new();
	if (worker->memory)
		predict_memory_now(worker->memory, item->index, worker->listed);
	o.memory = worker->memory;
	report_item_clear(item);
	if (read_input(item, plan->policy->max_bytes, &o.subject.text, &err) < 0 ||
	    bundle_of(item, bundle, &policy.scene.bundle, &err) < 0 ||
	    worker_arena(worker, o.subject.text.len, &arena, &err) < 0) {
		/* A file that cannot be read also gets a report. */
		o.report = io_report(&err);
		report_add(&o, item, STATUS_NOT_JUDGED);
	} else {
		judge_text(&o, worker, &arena, item);
	}
	predict_release(&o.prediction);
	worker_rest(worker, &arena);
	io_free(o.subject.text);
}
