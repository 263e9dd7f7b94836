/* SPDX-License-Identifier: Apache-2.0 */
/* A specification, explained for people. */
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "explain.h"

static void out_program(const struct capgate_spec *spec, struct capgate_out *out)
{
	enum { SHOWN = 8 };

	if (spec->n_args == 0)
		capgate_out_string(out, "the image's or runtime's own program");
	for (size_t i = 0; i < spec->n_args && i < SHOWN; i++) {
		capgate_out_string(out, i ? " " : "");
		capgate_out_visible(out, spec->args[i]);
	}
	if (spec->n_args > SHOWN)
		capgate_out_string(out, " ...");
}

static void out_user(const struct capgate_spec *spec, struct capgate_out *out)
{
	bool own = capgate_spec_namespace(spec, "user") != NULL;

	capgate_out_format(out, "uid %u, gid %u, ", spec->uid, spec->gid);
	capgate_out_string(out, own ? "in a user namespace of its own" : "the host's own");
	capgate_out_string(out, spec->no_new_privs
					? "; no_new_privs is on: no program can gain capabilities"
					: "; no_new_privs is off: set-user-ID programs and file "
					  "capabilities have an effect");
}

static void out_shared(const struct capgate_spec *spec, struct capgate_out *out)
{
	static const char *const types[] = {"network", "pid",    "ipc", "uts",
					    "mount",   "cgroup", "user"};
	bool any = false;

	for (size_t i = 0; i < COUNT(types); i++) {
		const struct capgate_namespace *ns = capgate_spec_namespace(spec, types[i]);

		if (ns && !ns->has_path)
			continue;
		capgate_out_format(out, "%s%s%s", any ? ", " : "", types[i],
				   ns ? " (joined by path)" : "");
		any = true;
	}
	if (!any)
		capgate_out_string(out, "nothing: all its namespaces are its own");
}

static void out_held(const struct capgate_report *r, struct capgate_out *out)
{
	const struct capgate_reached *reach = &r->before;

	if (r->absent) {
		capgate_out_string(out, "the specification does not say: some runtimes give none, "
					"runc since 1.3 and youki give all that they have");
		return;
	}
	if (!reach->starts) {
		capgate_out_string(
			out,
			"nothing: the kernel rejects these sets, and the container does not start");
		return;
	}
	capgate_out_set(out, reach->initial[CAPGATE_EFFECTIVE], ", ");
	if (!capgate_set_same(reach->attainable, reach->initial[CAPGATE_EFFECTIVE])) {
		capgate_out_string(out, "; and could attain ");
		capgate_out_set(
			out,
			capgate_set_minus(reach->attainable, reach->initial[CAPGATE_EFFECTIVE]),
			", ");
	}
}

static void out_verdict(const struct capgate_report *r, const struct capgate_spec *spec,
			const struct capgate_policy *policy, struct capgate_out *out)
{
	if (r->verdict == CAPGATE_PASS) {
		capgate_out_string(out, "allowed unchanged");
		return;
	}
	capgate_out_string(
		out,
		r->verdict == CAPGATE_STRIP
			? "rewritten by a hook or wrapper that can rewrite, otherwise refused: "
			: "refused: ");
	capgate_report_sentence(r, spec, policy, out);
}

/* What each capability within reach would let it do, the gravest first. */
static void tell_caps(capgate_set s, const struct capgate_report *r, const struct style *style,
		      struct capgate_out *out)
{
	for (int tier = CAPGATE_TIER_ESCAPE; tier >= CAPGATE_TIER_LOW; tier--) {
		for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0;) {
			const struct capgate_cap_facts *info = capgate_cap_info(c);
			struct words w;

			if (!info || (int)info->tier != tier)
				continue;
			capgate_out_format(words_begin(&w), "%s (%s%s)", info->meaning,
					   capgate_tier_name(info->tier),
					   capgate_set_has(r->forbidden, c) ? "; not allowed" : "");
			capgate_out_format(out, "  %-20s", info->name + 4);
			terminal_wrap(out, style, words_text(&w), 22, 22);
		}
	}
}

static void tell_notes(const struct capgate_report *r, const struct capgate_spec *spec,
		       const struct capgate_policy *policy, const struct style *style,
		       struct capgate_out *out)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		struct words w;

		if (capgate_rule_info(r->findings[i].rule)->exit_status)
			continue;
		capgate_finding_sentence(&r->findings[i], spec, policy, words_begin(&w));
		explain_field(out, style, capgate_rule_info(r->findings[i].rule)->id,
			      words_text(&w));
	}
}

void explain_spec(const struct capgate_report *r, const struct capgate_spec *spec,
		  const struct capgate_policy *policy, const struct style *style,
		  struct capgate_out *out)
{
	capgate_set reach =
		capgate_set_or(r->before.attainable, r->before.initial[CAPGATE_EFFECTIVE]);
	struct words w;

	out_program(spec, words_begin(&w));
	explain_field(out, style, "runs", words_text(&w));
	out_user(spec, words_begin(&w));
	explain_field(out, style, "as", words_text(&w));
	out_shared(spec, words_begin(&w));
	explain_field(out, style, "shares", words_text(&w));
	out_held(r, words_begin(&w));
	explain_field(out, style, "holds", words_text(&w));
	out_verdict(r, spec, policy, words_begin(&w));
	explain_field(out, style, "policy", words_text(&w));
	if (policy->learn == CAPGATE_LEARN_RECORD) {
		capgate_out_string(words_begin(&w),
				   capgate_policy_records(policy, spec, &policy->scene)
					   ? "the capabilities that it uses are recorded"
					   : "not recorded: nothing in learn_match matches");
		explain_field(out, style, "learn", words_text(&w));
	}
	if (!r->absent && !capgate_set_empty(reach)) {
		capgate_out_string(out, "\nWith these capabilities it can:\n");
		tell_caps(reach, r, style, out);
	}
	capgate_out_string(out, "\nWorth knowing:\n");
	tell_notes(r, spec, policy, style, out);
}
