/* SPDX-License-Identifier: Apache-2.0 */
#include "bundletext.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"
#include "apart.h"

/* ---- As the policy lets it be ------------------------------------------------------ */

static int refuse(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s", why);
}

/* Does the policy refuse the bundle for other reasons than its capabilities? */
static bool is_refused(const struct capgate_report *report)
{
	return report->verdict == CAPGATE_REFUSE && report->exit_status != STATUS_NET_RAW &&
	       report->exit_status != STATUS_UNLISTED;
}

/*
 * The specification to run.  It is rewritten as the policy says, so that everything the policy
 * forbids is forbidden here, too.  *kept: for each set, the capabilities that a run may be
 * given.
 */
static int settle_bundle(struct bundle_text *b, struct capgate_arena *arena,
			 struct capgate_spec *spec, capgate_set kept[CAPGATE_NSETS],
			 struct capgate_error *err)
{
	struct capgate_report report;
	struct capgate_text text;

	capgate_assess(b->text, CAPGATE_CONFIG, b->policy, arena, spec, &report);
	if (!report.parsed) {
		*err = report.error;
		return err->code;
	}
	if (report.absent)
		return refuse(err, "process.capabilities is absent, and each runtime then gives a "
				   "set of its own; write the five sets into config.json first");
	for (int s = 0; s < CAPGATE_NSETS; s++)
		kept[s] = b->beyond ? report.asked[s]
				    : capgate_set_and(report.asked[s], report.allowed);
	if (b->beyond)
		return 0;
	if (is_refused(&report))
		return refuse(
			err,
			"the policy refuses this bundle for other reasons than its capabilities; "
			"capgate check shows them, and --beyond-policy runs it unchanged");
	if (report.verdict != CAPGATE_STRIP)
		return 0;
	if (capgate_rewrite(spec, &report, b->policy, arena, &text, err) < 0)
		return err->code;
	return capgate_spec_parse(text, CAPGATE_CONFIG, arena, spec, err);
}

/* ---- Facts ------------------------------------------------------------------------- */

static void find_effects(const struct capgate_spec *spec, struct effects *e)
{
	const struct capgate_namespace *net = capgate_spec_namespace(spec, "network");

	if (!net || net->has_path)
		effects_add(e, "shares a network with others: ",
			    net ? net->path : capgate_text_of("the host's"));
	for (size_t i = 0; i < spec->n_mounts; i++)
		if (spec->mounts[i].bind && !spec->mounts[i].readonly)
			effects_add(e, "writes outside the container: ", spec->mounts[i].source);
	for (size_t i = 0; i < spec->n_hooks; i++)
		effects_add(e, "runs the hook ", spec->hooks[i].path);
}

static void learn_facts(struct bundle_text *b, struct capgate_arena *arena, struct bundle_facts *f)
{
	struct capgate_spec spec, original;
	const struct capgate_namespace *net;
	struct capgate_error ignored;

	if (settle_bundle(b, arena, &spec, f->start, &f->error) < 0)
		return;
	if (capgate_spec_parse(b->text, CAPGATE_CONFIG, arena, &original, &ignored) == 0)
		for (int s = 0; s < CAPGATE_NSETS; s++)
			f->withheld = capgate_set_or(
				f->withheld, capgate_set_minus(original.set[s].exact, f->start[s]));
	capgate_text_copy(f->root, sizeof(f->root), spec.root_path);
	f->root_readonly = spec.root_readonly;
	net = capgate_spec_namespace(&spec, "network");
	f->own_network = net && !net->has_path;
	find_effects(&spec, &f->effects);
	f->error.code = CAPGATE_OK;
}

struct bundle_work {
	struct bundle_text *bundle;
	struct capgate_arena arena;
	struct bundle_facts *facts;
};

static bool fill_facts(void *user, struct capgate_out *out)
{
	struct bundle_work *w = user;

	learn_facts(w->bundle, &w->arena, w->facts);
	capgate_out_bytes(out, (const char *)w->facts, sizeof(*w->facts));
	return true;
}

static bool is_sound(struct bundle_facts *f)
{
	f->root[sizeof(f->root) - 1] = '\0';
	f->error.msg[sizeof(f->error.msg) - 1] = f->error.path[sizeof(f->error.path) - 1] = '\0';
	return effects_end(&f->effects);
}

/* Enough for the text, the rewritten text, and both parsed specifications. */
static int room_for(const struct bundle_text *b, struct capgate_arena *arena,
		    struct capgate_error *err)
{
	return io_arena(4 * b->text.len + 65536, arena, err);
}

int bundle_text_facts(struct bundle_text *b, struct bundle_facts *ret, struct capgate_error *err)
{
	struct bundle_work w = {.bundle = b, .facts = io_block(sizeof(*ret))};
	struct capgate_text answer;
	int status;

	if (!w.facts || room_for(b, &w.arena, err) < 0)
		return capgate_fail_memory(err);
	status = apart(fill_facts, &w, sizeof(*ret), &answer, err);
	io_arena_release(&w.arena);
	if (status < 0)
		return status;
	if (answer.len != sizeof(*ret))
		status = refuse(err, "the confined process gave an invalid answer");
	else
		memcpy(ret, answer.p, sizeof(*ret));
	io_free(answer);
	if (status == 0 && !is_sound(ret))
		status = refuse(err, "the confined process gave an invalid answer");
	if (status == 0 && ret->error.code) {
		*err = ret->error;
		status = err->code < 0 ? (int)err->code : CAPGATE_EINVALID;
	}
	return status;
}

/* ---- The text of a run ------------------------------------------------------------- */

static struct capgate_text copy_of(struct capgate_arena *arena, const struct capgate_out *out)
{
	struct capgate_text text = capgate_out_text(out);
	char *p = capgate_arena_alloc(arena, text.len + 1);

	if (p)
		memcpy(p, text.p, text.len);
	return (struct capgate_text){p, p ? text.len : 0};
}

static struct capgate_text sets_text(struct capgate_arena *arena, capgate_set keep,
				     const capgate_set start[CAPGATE_NSETS])
{
	char buf[8192];
	struct capgate_out out = {buf, sizeof(buf), 0};

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		capgate_out_format(&out, "%s\"%s\":[", s ? "," : "{",
				   capgate_which_name((enum capgate_which)s));
		capgate_out_names(&out, capgate_set_and(start[s], keep));
		capgate_out_string(&out, "]");
	}
	capgate_out_string(&out, "}");
	return copy_of(arena, &out);
}

static struct capgate_text string_text(struct capgate_arena *arena, const char *words)
{
	char buf[2 * PATH_MAX];
	struct capgate_out out = {buf, sizeof(buf), 0};

	capgate_out_json(&out, capgate_text_of(words));
	return copy_of(arena, &out);
}

/* The position of a string in the text, with its quotes.  False if the string is not a part of
 * the text. */
static bool place_of_view(const struct capgate_spec *spec, struct capgate_text view,
			  struct capgate_span *ret)
{
	if (view.p <= spec->text.p || view.p + view.len >= spec->text.p + spec->text.len)
		return false; /* it had escapes, so it was copied */
	*ret = (struct capgate_span){(size_t)(view.p - spec->text.p) - 1, view.len + 2};
	return true;
}

static bool has_sysctl(const struct capgate_spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->n_sysctl; i++)
		if (capgate_text_is(spec->sysctl[i].key, name))
			return true;
	return false;
}

/* Plans to insert members after the brace of linux.sysctl or, if that is absent, after that of
 * linux.  Returns false if there is nothing to insert. */
static bool sysctl_edit(const struct capgate_spec *spec, capgate_set set,
			struct capgate_arena *arena, struct capgate_edit *ret)
{
	bool present = spec->sysctl_presence == CAPGATE_PRESENT;
	struct capgate_span at = present ? spec->sysctl_at : spec->linux_at;
	const char *before = present ? "" : "\"sysctl\":{";
	char buf[512];
	struct capgate_out out = {buf, sizeof(buf), 0};

	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);

		if (!s || !s->sysctl || has_sysctl(spec, s->sysctl))
			continue;
		capgate_out_format(&out, "%s\"%s\":\"%s\"", before, s->sysctl, s->value);
		before = ",";
	}
	if (out.len == 0 || spec->linux_presence != CAPGATE_PRESENT)
		return false;
	capgate_out_string(&out, present ? "" : "}");
	capgate_out_string(&out, capgate_is_empty_object(capgate_slice(spec->text, at)) ? "" : ",");
	*ret = (struct capgate_edit){{at.off + 1, 0}, copy_of(arena, &out)};
	return true;
}

static int plan_edits(const struct bundle_text *b, const struct capgate_spec *spec,
		      const capgate_set start[CAPGATE_NSETS], struct capgate_arena *arena,
		      struct capgate_edits *edits, struct capgate_error *err)
{
	struct capgate_edit *v = edits->v;
	char group[128];

	v[0] = (struct capgate_edit){spec->capabilities_at, sets_text(arena, b->keep, start)};
	v[1].with = string_text(arena, b->root);
	if (!place_of_view(spec, spec->root_path, &v[1].at))
		return refuse(
			err, "root.path is empty or contains escape sequences; write a plain path");
	edits->n = 2;
	snprintf(group, sizeof(group), "/%s", b->id);
	if (spec->cgroups_path.len) {
		v[2].with = string_text(arena, group);
		if (!place_of_view(spec, spec->cgroups_path, &v[2].at))
			return refuse(
				err,
				"linux.cgroupsPath contains escape sequences; write a plain path");
		edits->n = 3;
	}
	edits->n += sysctl_edit(spec, b->by_sysctl, arena, &v[edits->n]);
	return capgate_edits_sort(edits, err);
}

static bool fill_run(void *user, struct capgate_out *out)
{
	struct bundle_work *w = user;
	capgate_set start[CAPGATE_NSETS];
	struct capgate_edit v[4];
	struct capgate_edits edits = {v, 0};
	struct capgate_spec spec;
	struct capgate_error err;
	struct capgate_text text;

	if (settle_bundle(w->bundle, &w->arena, &spec, start, &err) < 0 ||
	    plan_edits(w->bundle, &spec, start, &w->arena, &edits, &err) < 0 ||
	    capgate_rewrite_apply(spec.text, &edits, &w->arena, &text, &err) < 0) {
		io_say_error("learn", &err);
		return false;
	}
	capgate_out_bytes(out, text.p, text.len);
	return true;
}

int bundle_text_for_run(struct bundle_text *b, struct capgate_text *ret, struct capgate_error *err)
{
	struct bundle_work w = {.bundle = b};
	int status;

	if (room_for(b, &w.arena, err) < 0)
		return err->code;
	status = apart(fill_run, &w, 2 * b->text.len + 65536, ret, err);
	io_arena_release(&w.arena);
	return status;
}
