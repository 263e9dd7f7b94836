/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a specification by a policy, and makes a report.  Pure.
 *
 * The invariant: a specification that passes has in each of its five sets only exact names of
 * allowed capabilities, so every runtime reads the same, and the union of the five is within
 * the policy.  And no filter and no /proc prevents the runtime from dropping the rest
 * (pretend.h, asks.h, procfs.h).  uid, no_new_privs and user namespaces do not matter: exec
 * omits the one, crun misreads another.
 */
#include "lib/base/base.h"
#include "asks.h"
#include "hostmounts.h"
#include "judge.h"
#include "newuser.h"
#include "splice.h"
#include "findings.h"
#include "pretend.h"
#include "procfs.h"
#include "substitute.h"

/* The rule that an entry violates, or NONE. */
static enum capgate_rule rule_of(const struct capgate_element *e, capgate_set allowed)
{
	if (!e->is_string)
		return CAPGATE_RULE_ODD_ELEMENT;
	if (e->cap < 0)
		return CAPGATE_RULE_ODD_NAME;
	if (capgate_set_has(allowed, e->cap))
		return CAPGATE_RULE_NONE;
	return e->cap == CAPGATE_CAP_NET_RAW ? CAPGATE_RULE_NET_RAW : CAPGATE_RULE_UNLISTED;
}

/* Sorted by gravity: the first violated rule determines the exit status. */
static const enum capgate_rule by_gravity[] = {
	CAPGATE_RULE_NET_RAW,
	CAPGATE_RULE_UNLISTED,
	CAPGATE_RULE_ODD_NAME,
	CAPGATE_RULE_ODD_ELEMENT,
};

static int find_entries(const struct capgate_spec *spec, capgate_set allowed,
			struct capgate_findings *findings)
{
	for (size_t g = 0; g < COUNT(by_gravity); g++) {
		for (int s = 0; s < CAPGATE_NSETS; s++) {
			const struct capgate_list *list = &spec->set[s];

			for (size_t i = 0; i < list->n; i++) {
				const struct capgate_element *e = &list->v[i];
				enum capgate_rule rule = rule_of(e, allowed);

				if (rule == by_gravity[g] &&
				    capgate_findings_add(findings,
							 (struct capgate_finding){.rule = rule,
										  .set = s,
										  .cap = e->cap,
										  .index = i,
										  .at = e->at}) < 0)
					return CAPGATE_ENOMEM;
			}
		}
	}
	return 0;
}

/* The capabilities that inexact names could mean to some runtime. */
static capgate_set meant_oddly(const struct capgate_spec *spec)
{
	capgate_set meant = {0};

	for (int s = 0; s < CAPGATE_NSETS; s++)
		for (size_t i = 0; i < spec->set[s].n; i++)
			if (spec->set[s].v[i].cap < 0)
				meant = capgate_set_or(meant, spec->set[s].v[i].meant);
	return meant;
}

static bool consistent(const capgate_set set[CAPGATE_NSETS], capgate_set without)
{
	return capgate_set_within(capgate_set_minus(set[CAPGATE_EFFECTIVE], without),
				  set[CAPGATE_PERMITTED]) &&
	       capgate_set_within(capgate_set_minus(set[CAPGATE_INHERITABLE], without),
				  set[CAPGATE_BOUNDING]);
}

/*
 * The capabilities to remove from all five sets.  If they were removed from fewer sets, the
 * sets could violate the kernel's condition for the start, or root could get them back from the
 * bounding set.  If an odd entry alone made the sets consistent for the runtime that
 * understands it, its capability is removed, too.
 */
static capgate_set to_remove(const struct capgate_spec *spec, const struct capgate_report *report)
{
	capgate_set odd = meant_oddly(spec);

	if (capgate_set_empty(odd) || consistent(report->asked, report->forbidden))
		return report->forbidden;
	return capgate_set_or(report->forbidden, odd);
}

/* The capabilities that all matching exemptions in force allow together. *lifts: the seccomp
 * actions that they permit. */
static capgate_set exempted(const struct capgate_spec *spec, const struct capgate_policy *policy,
			    unsigned *lifts)
{
	capgate_set given = {0};

	*lifts = 0;

	for (size_t i = 0; i < policy->n_exemptions; i++) {
		const struct capgate_exemption *e = &policy->exemptions[i];

		if (!capgate_exemption_expired(e, policy->scene.now) &&
		    capgate_exemption_matches(e, spec, &policy->scene)) {
			given = capgate_set_or(given, e->allow);
			*lifts |= e->lifts;
		}
	}
	return capgate_set_and(given, policy->exempt_most);
}

/* The refused seccomp actions that an exemption could permit: enum capgate_lift. */
static unsigned actions_refused(const struct capgate_findings *findings)
{
	unsigned lifts = 0;

	for (size_t i = 0; i < findings->n; i++)
		if (findings->v[i].rule == CAPGATE_RULE_FILTER_ASKS)
			lifts |= capgate_lift_of(findings->v[i].subject);
		else if (findings->v[i].rule == CAPGATE_RULE_RUNTIME_PLUGIN)
			lifts |= CAPGATE_LIFT_NOTIFY;
		else if (findings->v[i].rule == CAPGATE_RULE_USERNS_OPEN)
			lifts |= CAPGATE_LIFT_USERNS;
	return lifts;
}

/* Notes the exemptions that mattered: those that allowed something requested, and those that
 * would have if they had not expired. */
static int note_exemptions(const struct capgate_spec *spec, const struct capgate_policy *policy,
			   const struct capgate_report *r, struct capgate_findings *findings)
{
	capgate_set wanted = capgate_set_or(r->forbidden, r->exempt);
	const unsigned refused = actions_refused(findings);

	for (size_t i = 0;
	     i < policy->n_exemptions && (!capgate_set_empty(wanted) || r->lifted || refused);
	     i++) {
		const struct capgate_exemption *e = &policy->exemptions[i];
		bool expired = capgate_exemption_expired(e, policy->scene.now);
		capgate_set matter = capgate_set_and(e->allow, expired ? r->forbidden : r->exempt);
		unsigned lifts = e->lifts & (expired ? refused : r->lifted);

		if ((capgate_set_empty(matter) && !lifts) ||
		    !capgate_exemption_matches(e, spec, &policy->scene))
			continue;
		if (capgate_findings_add(findings, (struct capgate_finding){
							   .rule = expired ? CAPGATE_RULE_EXPIRED
									   : CAPGATE_RULE_EXEMPT,
							   .set = -1,
							   .cap = -1,
							   .subject = e->id}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static int note_substitutes(const struct capgate_report *r, struct capgate_findings *findings)
{
	for (size_t i = 0; i < r->n_substitutes; i++) {
		const struct capgate_substitute *s = &r->substitutes[i];

		if (capgate_findings_add(findings,
					 (struct capgate_finding){
						 .rule = s->why_not ? CAPGATE_RULE_NOT_SUBSTITUTED
								    : CAPGATE_RULE_SUBSTITUTED,
						 .set = -1,
						 .cap = (int)s->cap,
						 .subject = capgate_text_of(
							 s->why_not ? s->why_not : s->sysctl)}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

/* The specification with the filter and the /proc that the process will have: its own, or that
 * of its container.  NULL if unknown. */
static const struct capgate_spec *surroundings(const struct capgate_spec *spec,
					       const struct capgate_scene *scene)
{
	return spec->kind == CAPGATE_PROCESS ? scene->container : spec;
}

/* The user that the first program will really have; root if that is unknown. */
static uint32_t uid_of(const struct capgate_spec *spec, const struct capgate_scene *scene)
{
	const struct capgate_spec *around = surroundings(spec, scene);

	if (scene->user == CAPGATE_USER_UNKNOWN || (around && around->identity_pretended))
		return 0;
	return scene->user == CAPGATE_USER_GIVEN ? scene->uid : spec->uid;
}

static void compute_sets(const struct capgate_spec *spec, uint32_t uid, capgate_set allowed,
			 struct capgate_report *r)
{
	capgate_set all_five = {0}, remove;

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		r->asked[s] = spec->set[s].exact;
		all_five = capgate_set_or(all_five, r->asked[s]);
	}
	r->forbidden = capgate_set_minus(all_five, allowed);
	r->exempt = capgate_set_and(all_five, r->exempt);
	remove = to_remove(spec, r);
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		r->removed[s] = capgate_set_and(r->asked[s], remove);
		r->kept[s] = capgate_set_minus(r->asked[s], remove);
	}
	/* Some runtimes give all of their own capabilities if the member is absent or null. */
	r->absent = spec->capabilities != CAPGATE_PRESENT;
	if (r->absent) {
		r->asked[CAPGATE_BOUNDING] = r->asked[CAPGATE_EFFECTIVE] = capgate_set_all();
		r->asked[CAPGATE_PERMITTED] = capgate_set_all();
		r->forbidden = capgate_set_minus(capgate_set_all(), allowed);
		for (int s = 0; s < CAPGATE_NSETS; s++)
			r->removed[s] = r->asked[s];
	}
	capgate_reach(r->asked, uid, spec->no_new_privs, capgate_set_all(), &r->before);
	capgate_reach(r->kept, uid, spec->no_new_privs || r->add_no_new_privs, capgate_set_all(),
		      &r->after);
}

static bool is_about_dropping(enum capgate_rule rule)
{
	return rule == CAPGATE_RULE_DROP_PRETENDED || rule == CAPGATE_RULE_PROC_FORGED ||
	       rule == CAPGATE_RULE_FILTER_ASKS || rule == CAPGATE_RULE_CRIU_CONFIG ||
	       rule == CAPGATE_RULE_RUNTIME_PLUGIN || rule == CAPGATE_RULE_HOST_MOUNTS ||
	       rule == CAPGATE_RULE_HOOKS_OUTPUT;
}

/* Is rewriting the sets useless, because the filter or the file prevents the runtime from
 * dropping anything? */
static bool is_beyond_rewriting(enum capgate_rule rule, const struct capgate_report *r)
{
	if (rule == CAPGATE_RULE_USERNS_OPEN)
		return !r->splice_userns;
	return is_about_dropping(rule) && !(rule == CAPGATE_RULE_PROC_FORGED && r->rebind_proc);
}

static void decide(struct capgate_report *r, const struct capgate_policy *policy,
		   const struct capgate_findings *findings)
{
	bool beyond = false;

	if (findings->n == 0) {
		r->verdict = CAPGATE_PASS;
		return;
	}
	for (size_t i = 0; i < findings->n; i++)
		beyond |= is_beyond_rewriting(findings->v[i].rule, r);
	r->rule = findings->v[0].rule;
	r->exit_status = capgate_rule_info(r->rule)->exit_status;
	/* These rules mean all capabilities, which include NET_RAW if the policy forbids it. */
	if ((r->rule == CAPGATE_RULE_CAPS_ABSENT || is_about_dropping(r->rule)) &&
	    capgate_set_has(r->allowed, CAPGATE_CAP_NET_RAW))
		r->exit_status = capgate_rule_info(CAPGATE_RULE_UNLISTED)->exit_status;
	if (policy->action == CAPGATE_REWRITE && !beyond)
		r->verdict = CAPGATE_STRIP;
}

static int find_annotation(const struct capgate_spec *spec, const char *key, enum capgate_rule rule,
			   struct capgate_findings *findings)
{
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, key) &&
		    capgate_findings_add_about(findings, rule, spec->annotations[i].at,
					       spec->annotations[i].key) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/* Finds an annotation that names a configuration file for CRIU: the file selects the images that
 * are restored. */
static int find_criu_config(const struct capgate_spec *spec, struct capgate_findings *findings)
{
	return find_annotation(spec, "org.criu.config", CAPGATE_RULE_CRIU_CONFIG, findings);
}

/* Hooks print names that the configuration's author chose, and capgate's own do as well.  As a
 * line of /etc/ld.so.preload or of a shell's startup file, such a name runs the author's code. */
static int find_hooks_output(const struct capgate_spec *spec, struct capgate_findings *findings)
{
	const enum capgate_rule rule = CAPGATE_RULE_HOOKS_OUTPUT;

	if (find_annotation(spec, "run.oci.hooks.stdout", rule, findings) < 0)
		return CAPGATE_ENOMEM;
	return find_annotation(spec, "run.oci.hooks.stderr", rule, findings);
}

/* Finds what prevents the runtime from dropping capabilities, whatever the sets are. */
static int find_surroundings(const struct capgate_spec *spec, const struct capgate_scene *scene,
			     unsigned lifts, struct capgate_report *r,
			     struct capgate_findings *findings)
{
	const struct capgate_spec *around = surroundings(spec, scene);

	if (!around || capgate_set_within(capgate_set_all(), r->allowed))
		return 0;
	if (capgate_find_pretence(around, findings) < 0 ||
	    capgate_find_asked(around, lifts, &r->lifted, findings) < 0 ||
	    capgate_find_forged_proc(around, scene, findings, &r->rebind_proc) < 0 ||
	    capgate_find_host_mounts(around, findings) < 0 ||
	    (scene->restores && find_criu_config(around, findings) < 0))
		return CAPGATE_ENOMEM;
	if (around == spec)
		return find_hooks_output(spec, findings);
	/* Positions in the container's text mean nothing in this text, and nothing can be
	 * rewritten. */
	r->rebind_proc = false;
	for (size_t i = 0; i < findings->n; i++)
		findings->v[i].at = (struct capgate_span){CAPGATE_NOWHERE, 0};
	return 0;
}

/* Can the profile be changed so that it forbids user namespaces?  NULL, or the reason why not. */
static int try_splice(const struct capgate_spec *spec, struct capgate_arena *arena,
		      struct capgate_edits *ret, const char **why_not)
{
	struct capgate_plan plan = {.arena = arena};
	int status = capgate_splice_userns(spec, &plan, why_not);

	*ret = plan.edits;
	return status;
}

/*
 * A process cannot make a user namespace if its filter or the host forbids it.  The host counts
 * only if the process lacks CAP_SYS_RESOURCE, with which it could change that.
 */
static int find_userns(const struct capgate_spec *spec, const struct capgate_scene *scene,
		       unsigned lifts, struct capgate_report *r, struct capgate_findings *findings)
{
	const struct capgate_spec *around = surroundings(spec, scene);
	const char *why_not = "its container is already running, so its filter cannot be changed";

	if (r->user_namespaces != CAPGATE_USERNS_DENY || !around ||
	    capgate_seccomp_blocks_userns(around) ||
	    (scene->no_user_namespaces && !capgate_set_has(r->allowed, CAPGATE_CAP_SYS_RESOURCE)))
		return 0;
	if (lifts & CAPGATE_LIFT_USERNS) {
		r->lifted |= CAPGATE_LIFT_USERNS;
		r->user_namespaces = CAPGATE_USERNS_ALLOW;
		return 0;
	}
	if (around == spec && try_splice(spec, findings->arena, &r->userns_edits, &why_not) < 0)
		return CAPGATE_ENOMEM;
	r->splice_userns = !why_not;
	return capgate_findings_add_about(
		findings, CAPGATE_RULE_USERNS_OPEN,
		around == spec ? spec->seccomp.at : (struct capgate_span){CAPGATE_NOWHERE, 0},
		capgate_text_of(why_not ? why_not : ""));
}

int capgate_judge(const struct capgate_spec *spec, const struct capgate_policy *policy,
		  struct capgate_arena *arena, struct capgate_report *ret,
		  struct capgate_error *err)
{
	struct capgate_report r = {.parsed = true};
	struct capgate_findings findings = {.arena = arena};
	unsigned lifts;
	int status;

	r.exempt = capgate_set_minus(exempted(spec, policy, &lifts), policy->allowed);
	r.allowed = capgate_set_or(policy->allowed, r.exempt);
	r.add_no_new_privs = policy->require_no_new_privileges && !spec->no_new_privs;
	r.user_namespaces = policy->user_namespaces;
	compute_sets(spec, uid_of(spec, &policy->scene), r.allowed, &r);
	status = find_surroundings(spec, &policy->scene, lifts, &r, &findings);
	if (status == 0 && r.absent)
		status = capgate_findings_add(
			&findings,
			(struct capgate_finding){.rule = CAPGATE_RULE_CAPS_ABSENT,
						 .set = -1,
						 .cap = -1,
						 .at = spec->capabilities == CAPGATE_IS_NULL
							       ? spec->capabilities_at
							       : spec->process});
	if (status == 0)
		status = find_entries(spec, r.allowed, &findings);
	if (status == 0 && r.add_no_new_privs)
		status = capgate_findings_add(
			&findings, (struct capgate_finding){.rule = CAPGATE_RULE_NO_NEW_PRIVS,
							    .set = -1,
							    .cap = -1,
							    .at = spec->no_new_privs_at.len
									  ? spec->no_new_privs_at
									  : spec->process});
	if (status == 0)
		status = find_userns(spec, &policy->scene, lifts, &r, &findings);
	if (status < 0)
		return capgate_fail_memory(err);
	decide(&r, policy, &findings);
	capgate_substitutes(spec, policy, &r);
	if (note_exemptions(spec, policy, &r, &findings) < 0 ||
	    note_substitutes(&r, &findings) < 0 || capgate_notes(spec, &r, &findings) < 0)
		return capgate_fail_memory(err);
	r.findings = findings.v;
	r.n_findings = findings.n;
	r.findings_left_out = findings.left_out;
	*ret = r;
	return 0;
}

struct capgate_report capgate_report_of(const struct capgate_error *err)
{
	return (struct capgate_report){
		.error = *err,
		.rule = err->rule,
		.exit_status = capgate_rule_info(err->rule)->exit_status,
	};
}

size_t capgate_assess_known(struct capgate_text text, enum capgate_kind kind,
			    const struct capgate_known_profile *known, size_t n,
			    const struct capgate_policy *policy, struct capgate_arena *arena,
			    struct capgate_spec *spec, struct capgate_report *ret)
{
	struct capgate_error err = {0};
	size_t used = n;
	int status = 0;

	*ret = (struct capgate_report){0};
	if (text.len > policy->max_bytes)
		status = capgate_fail(&err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				      "the specification is larger than %zu bytes",
				      policy->max_bytes);
	if (status == 0)
		status = capgate_spec_parse_known(text, kind, known, n, arena, spec, &used, &err);
	if (status == 0)
		status = capgate_judge(spec, policy, arena, ret, &err);
	if (status < 0)
		*ret = capgate_report_of(&err);
	return used;
}

void capgate_assess(struct capgate_text text, enum capgate_kind kind,
		    const struct capgate_policy *policy, struct capgate_arena *arena,
		    struct capgate_spec *spec, struct capgate_report *ret)
{
	struct capgate_spec local = {0};

	(void)capgate_assess_known(text, kind, NULL, 0, policy, arena, spec ? spec : &local, ret);
}
