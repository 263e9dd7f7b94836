/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the runtime would give the new process.  For create, run and restore that
 * is the configuration; for exec it may come from three places: a process
 * object, the container's own configuration, and --cap.
 */
#include "assess.h"

#include <string.h>

#include "hook/gate/gate.h"
#include "lib/base/base.h"
#include "lib/inputs/inputs.h"

struct judged {
	struct capgate_text text;
	const struct image_stores *stores;
	const struct netns_known *networks;
	struct capgate_spec spec;
	struct capgate_report report;
};

static void assess(struct judged *j, enum capgate_kind kind, struct capgate_policy *policy,
		   struct capgate_arena *arena)
{
	gate_assess(j->text, kind, policy, j->stores, j->networks, arena, &j->spec, &j->report);
}

static void refuse_for(struct judge_answer *answer, const struct capgate_error *err,
		       const struct capgate_policy *policy)
{
	struct capgate_report report = capgate_report_of(err);

	decision_make(&report, &(struct capgate_spec){0}, policy, &answer->decision);
	answer->edits = (struct capgate_edits){0};
}

/* ---- Capabilities that are absent: exec takes the container's ---------------------- */

/* The edit that adds the inherited capabilities. */
static int spell_out(const struct judged *j, struct capgate_text caps, struct capgate_arena *arena,
		     struct capgate_edit *ret, struct capgate_error *err)
{
	bool null = j->spec.capabilities == CAPGATE_IS_NULL;
	size_t size = caps.len + 32;
	char *p = capgate_arena_alloc(arena, size);
	struct capgate_out out = {p, size, 0};

	if (!p)
		return capgate_fail_memory(err);
	if (!null)
		capgate_out_string(&out, "\"capabilities\":");
	capgate_out_bytes(&out, caps.p, caps.len);
	if (!null && !capgate_is_empty_object(capgate_slice(j->text, j->spec.process)))
		capgate_out_string(&out, ",");
	ret->at =
		null ? j->spec.capabilities_at : (struct capgate_span){j->spec.process.off + 1, 0};
	ret->with = (struct capgate_text){p, out.len};
	return 0;
}

/* The same text with the container's capabilities in it, judged; *edit then
 * leads from the old text to the one that passes. */
static int assess_inherited(struct judged *j, struct capgate_text caps, enum capgate_kind kind,
			    struct capgate_policy *policy, struct capgate_arena *arena,
			    struct capgate_edit *edit, struct capgate_error *err)
{
	struct capgate_edits one = {edit, 1};
	const size_t before = j->text.len;
	struct capgate_text new;

	if (spell_out(j, caps, arena, edit, err) < 0 ||
	    capgate_rewrite_apply(j->text, &one, arena, &j->text, err) < 0)
		return err->code;
	assess(j, kind, policy, arena);
	if (j->report.verdict != CAPGATE_STRIP)
		return 0;
	if (capgate_rewrite(&j->spec, &j->report, policy, arena, &new, err) < 0)
		return err->code;
	/* The rewrite may have changed more than the added members. */
	*edit = (struct capgate_edit){{0, before}, new};
	return 0;
}

/* ---- The text ------------------------------------------------------------------------ */

static int plan_edits(struct judged *j, struct capgate_policy *policy, struct capgate_arena *arena,
		      struct capgate_edits *ret, struct capgate_error *err)
{
	struct capgate_text passes;

	/* First whether it passes: substitutes that are in the way are left out. */
	if (capgate_rewrite(&j->spec, &j->report, policy, arena, &passes, err) < 0 ||
	    capgate_rewrite_plan(&j->spec, &j->report, arena, ret, err) < 0)
		return err->code;
	return 0;
}

/* The name is the image's where an engine's store says it, as for hooks. */
static void ask_record(const struct judge_question *q, struct capgate_policy *policy,
		       const struct capgate_spec *spec, struct capgate_arena *arena,
		       struct judge_record *ret)
{
	const struct capgate_namespace *pids = capgate_spec_namespace(spec, "pid");
	struct capgate_scene *scene = &policy->scene;

	if (!q->starts || policy->learn != CAPGATE_LEARN_RECORD)
		return;
	if (!scene->image.len)
		scene->image = image_resolve(spec, scene->bundle, &q->stores, arena);
	ret->wanted = capgate_policy_records(policy, spec, scene);
	ret->own_pids = pids != NULL;
	ret->image_len = scene->image.len < LEARN_NAME ? scene->image.len : LEARN_NAME;
	if (ret->image_len)
		memcpy(ret->image, scene->image.p, ret->image_len);
}

static int assess_text(const struct judge_question *q, struct capgate_policy *policy,
		       struct capgate_text inherited, struct capgate_arena *arena,
		       struct judge_answer *answer, struct capgate_error *err)
{
	struct judged j = {.text = q->text, .stores = &q->stores, .networks = q->networks};
	struct capgate_edit *edit = capgate_arena_alloc(arena, sizeof(*edit));
	int status = 0;

	if (!edit)
		return capgate_fail_memory(err);
	assess(&j, q->kind, policy, arena);
	if (q->inherits && j.report.parsed && j.report.absent && inherited.len) {
		answer->subject = JUDGED_CONTAINER;
		status = assess_inherited(&j, inherited, q->kind, policy, arena, edit, err);
		answer->edits = (struct capgate_edits){edit, 1};
	} else if (j.report.verdict == CAPGATE_STRIP && q->can_rewrite) {
		status = plan_edits(&j, policy, arena, &answer->edits, err);
	}
	if (status < 0)
		return status;
	decision_make(&j.report, &j.spec, policy, &answer->decision);
	answer->judged = true;
	answer->allowed = j.report.allowed;
	answer->times = j.spec.time_offsets || q->n_images > 0;
	if (j.report.parsed)
		ask_record(q, policy, &j.spec, arena, &answer->record);
	if (answer->decision.verdict == CAPGATE_STRIP && !q->can_rewrite)
		answer->decision.verdict = CAPGATE_REFUSE;
	if (answer->decision.verdict != CAPGATE_STRIP)
		answer->edits = (struct capgate_edits){0};
	return 0;
}

/* ---- What is no text: a process object is made of it ----------------------------------- */

/* Nothing of it can be cut out here: it passes, or the answer is about it. */
static void assess_object(struct capgate_out object, enum judge_subject subject,
			  struct capgate_policy *policy, struct capgate_arena *arena,
			  struct judge_answer *answer)
{
	struct judged j = {.text = {object.p, object.len}};

	assess(&j, CAPGATE_PROCESS, policy, arena);
	if (j.report.verdict == CAPGATE_PASS)
		return;
	answer->subject = subject;
	answer->edits = (struct capgate_edits){0};
	decision_make(&j.report, &j.spec, policy, &answer->decision);
}

static int assess_caps(const struct judge_question *q, struct capgate_policy *policy,
		       struct capgate_arena *arena, struct judge_answer *answer,
		       struct capgate_error *err)
{
	size_t size = 96;
	struct capgate_out out = {0};

	for (size_t i = 0; i < q->n_caps; i++)
		size += 6 * q->caps[i].len + 8;
	out.p = capgate_arena_alloc(arena, size);
	out.size = size;
	if (!out.p)
		return capgate_fail_memory(err);
	capgate_out_string(&out, "{\"noNewPrivileges\":true,\"capabilities\":{\"bounding\":[");
	for (size_t i = 0; i < q->n_caps; i++) {
		capgate_out_string(&out, i ? "," : "");
		capgate_out_json(&out, q->caps[i]);
	}
	capgate_out_string(&out, "]}}");
	assess_object(out, JUDGED_CAPS, policy, arena, answer);
	return 0;
}

/* Five sets of 64 names, with separators. */
#define SETS_TEXT 16384

static void write_set(struct capgate_out *out, enum capgate_which which, capgate_set set)
{
	capgate_out_format(out, "\"%s\":[", capgate_which_name(which));
	for (int c = capgate_set_next(set, 0), next; c >= 0; c = next) {
		next = capgate_set_next(set, c + 1);
		capgate_out_string(out, "\"");
		capgate_out_cap(out, c); /* a capability without a name is on no list */
		capgate_out_string(out, next < 0 ? "\"" : "\",");
	}
	capgate_out_string(out, "]");
}

/* What all threads of the checkpoint hold together. */
static int assess_images(const struct judge_question *q, struct capgate_policy *policy,
			 struct capgate_arena *arena, struct judge_answer *answer,
			 struct capgate_error *err)
{
	capgate_set sets[CAPGATE_NSETS] = {0};
	struct capgate_out out = {capgate_arena_alloc(arena, SETS_TEXT), SETS_TEXT, 0};

	if (!out.p)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < q->n_images; i++)
		if (capgate_criu_core(q->images[i], sets, err) < 0)
			return err->code;
	capgate_out_string(&out, "{\"noNewPrivileges\":true,\"capabilities\":{");
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		capgate_out_string(&out, s ? "," : "");
		write_set(&out, (enum capgate_which)s, sets[s]);
	}
	capgate_out_string(&out, "}}");
	assess_object(out, JUDGED_IMAGES, policy, arena, answer);
	if (answer->subject == JUDGED_IMAGES && answer->decision.verdict == CAPGATE_STRIP)
		answer->decision.verdict = CAPGATE_REFUSE; /* the images stay as they are */
	return 0;
}

/* Of a container that may hold everything, nothing is left to be dropped. */
static int check_mounts(const struct judge_question *q, const struct judge_answer *answer,
			struct capgate_error *err)
{
	if (!q->mounts.len || capgate_mounts_show_last_cap(q->mounts, (struct capgate_text){0}) ||
	    capgate_set_same(answer->allowed, capgate_set_all()))
		return 0;
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_PROC_FORGED, CAPGATE_NOWHERE,
			    "the container's mounts do not show the kernel's own "
			    "/proc/sys/kernel/cap_last_cap now");
}

/* The judgement is about the profile, and crun loads what it compiled. */
static int check_filter(const struct judge_question *q, const struct capgate_spec *container,
			const struct judge_answer *answer, struct capgate_arena *arena,
			struct capgate_error *err)
{
	const char *call;

	if (!q->filter.len || capgate_set_same(answer->allowed, capgate_set_all()))
		return 0;
	call = capgate_seccomp_program_differs(container, q->filter, arena);
	if (!call)
		return 0;
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_FILTER_DIFFERS, CAPGATE_NOWHERE,
			    "crun's compiled filter of this container (seccomp.bpf) can answer %s "
			    "with an errno that its config.json does not contain",
			    call);
}

void runtime_assess(const struct judge_question *q, struct capgate_arena *arena,
		    struct judge_answer *ret)
{
	struct capgate_policy policy = *q->policy;
	struct capgate_text inherited = q->inherited;
	struct capgate_spec container = {0};
	struct capgate_error err;
	int status = 0;

	*ret = (struct judge_answer){0};
	policy.scene.restores = q->n_images > 0;
	policy.scene.mounts = q->mounts;
	policy.scene.mounts_within = true;
	/* One that cannot be read helps nobody: no exemption, nothing to inherit. */
	if (q->container.len &&
	    capgate_spec_parse(q->container, CAPGATE_CONFIG, arena, &container, &err) == 0) {
		policy.scene.container = &container;
		if (q->kind == CAPGATE_PROCESS || q->n_images > 0)
			scene_learn(&policy.scene, &container, &q->stores, q->networks, arena);
		if (!inherited.len && container.capabilities == CAPGATE_PRESENT)
			inherited = capgate_slice(q->container, container.capabilities_at);
	}
	status = assess_text(q, &policy, inherited, arena, ret, &err);
	if (status == 0)
		status = check_mounts(q, ret, &err);
	if (status == 0)
		status = check_filter(q, &container, ret, arena, &err);
	if (status == 0 && ret->decision.verdict == CAPGATE_PASS && q->n_caps > 0)
		status = assess_caps(q, &policy, arena, ret, &err);
	if (status == 0 && ret->decision.verdict != CAPGATE_REFUSE && q->n_images > 0)
		status = assess_images(q, &policy, arena, ret, &err);
	if (status < 0)
		refuse_for(ret, &err, &policy);
}
