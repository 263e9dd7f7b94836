/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a report as sentences: the place, the cause, the cure. */
#include <string.h>

#include "lib/spec/spec.h"

static void out_byte(struct capgate_out *out, size_t pos)
{
	if (pos != CAPGATE_NOWHERE)
		capgate_out_format(out, " (byte %zu)", pos);
}

/* The places of findings that belong to no set.  Other rules have no place. */
static const struct place {
	bool in_process;
	const char *member;
} places[CAPGATE_NRULES] = {
	[CAPGATE_RULE_CAPS_ABSENT] = {true, "capabilities"},
	[CAPGATE_RULE_NEVER_STARTS] = {true, "capabilities"},
	[CAPGATE_RULE_EXEC_FAILS] = {true, "args[0]"},
	[CAPGATE_RULE_LOW_PORT_HINT] = {true, "env"},
	[CAPGATE_RULE_NO_NEW_PRIVS] = {true, "noNewPrivileges"},
	[CAPGATE_RULE_CAN_GAIN] = {true, "noNewPrivileges"},
	[CAPGATE_RULE_HOST_ROOT] = {true, "user"},
	[CAPGATE_RULE_BY_FILES_ONLY] = {true, "user"},
	[CAPGATE_RULE_SUBSTITUTED] = {false, "linux.sysctl"},
	[CAPGATE_RULE_NOT_SUBSTITUTED] = {false, "linux.sysctl"},
	[CAPGATE_RULE_HOOKS] = {false, "hooks"},
	[CAPGATE_RULE_ANNOTATION] = {false, "annotations"},
	[CAPGATE_RULE_JOINED_NAMESPACE] = {false, "linux.namespaces"},
	[CAPGATE_RULE_HOST_NAMESPACE] = {false, "linux.namespaces"},
	[CAPGATE_RULE_OWN_USERNS] = {false, "linux.namespaces"},
	[CAPGATE_RULE_DROP_PRETENDED] = {false, "linux.seccomp"},
	[CAPGATE_RULE_FILTER_ASKS] = {false, "linux.seccomp"},
	[CAPGATE_RULE_USERNS_OPEN] = {false, "linux.seccomp"},
	[CAPGATE_RULE_PROC_FORGED] = {false, "mounts"},
	[CAPGATE_RULE_CRIU_CONFIG] = {false, "annotations"},
	[CAPGATE_RULE_RUNTIME_PLUGIN] = {false, "annotations"},
	[CAPGATE_RULE_HOST_MOUNTS] = {false, "mounts"},
	[CAPGATE_RULE_HOOKS_OUTPUT] = {false, "annotations"},
	[CAPGATE_RULE_NO_SECCOMP] = {false, "linux.seccomp"},
	[CAPGATE_RULE_CHILD_USERNS] = {false, "linux.seccomp"},
	[CAPGATE_RULE_HOST_MOUNT] = {false, "mounts"},
};

/* Two rules have an annotation as their place, if the subject is one. */
static bool is_annotation(const struct capgate_finding *f)
{
	return (f->rule == CAPGATE_RULE_LOW_PORT_HINT && f->at.len) ||
	       (f->rule == CAPGATE_RULE_DROP_PRETENDED &&
		capgate_text_is(f->subject, CAPGATE_BPF_ANNOTATION));
}

/* What can forge /proc may be in several members. */
static const char *forging_member(const struct capgate_finding *f, const struct capgate_spec *spec)
{
	if (spec->kind == CAPGATE_PROCESS)
		return "/proc";
	for (size_t i = 0; i < spec->n_masked; i++)
		if (spec->masked[i].at.off == f->at.off)
			return "linux.maskedPaths";
	for (size_t i = 0; i < spec->n_readonly_paths; i++)
		if (spec->readonly_paths[i].at.off == f->at.off)
			return "linux.readonlyPaths";
	for (size_t i = 0; i < spec->n_devices; i++)
		if (spec->devices[i].at.off == f->at.off)
			return "linux.devices";
	for (size_t i = 0; i < spec->n_namespaces; i++)
		if (spec->namespaces[i].at.off == f->at.off)
			return "linux.namespaces";
	return "mounts";
}

void capgate_finding_path(const struct capgate_finding *f, const struct capgate_spec *spec,
			  struct capgate_out *out)
{
	const char *process = spec->kind == CAPGATE_PROCESS ? "" : "process.";
	const struct place *place = &places[is_annotation(f) ? CAPGATE_RULE_ANNOTATION : f->rule];

	if (f->set >= 0) {
		capgate_out_format(out, "%scapabilities.%s", process,
				   capgate_which_name((enum capgate_which)f->set));
		if (f->rule != CAPGATE_RULE_NOT_DROPPED)
			capgate_out_format(out, "[%zu]", f->index);
	} else if (place->member) {
		/* for exec: the container's configuration, which is another text */
		const char *of = place->in_process               ? process
				 : spec->kind == CAPGATE_PROCESS ? "the container's "
								 : "";

		capgate_out_format(out, "%s%s", of,
				   f->rule == CAPGATE_RULE_PROC_FORGED ? forging_member(f, spec)
								       : place->member);
	}
}

static struct capgate_text text_at(const struct capgate_spec *spec, struct capgate_span at)
{
	enum { SHOWN = 60 };

	return (struct capgate_text){spec->text.p + at.off, at.len < SHOWN ? at.len : SHOWN};
}

/* Writes ": runc ignores it, crun (libcap) reads CAP_NET_RAW, ...". */
static void out_readings(struct capgate_out *out,
			 const struct capgate_reading readings[CAPGATE_NREADERS])
{
	for (int r = 0; r < CAPGATE_NREADERS; r++) {
		capgate_out_format(out, "%s%s ", r ? ", " : ": ", readings[r].reader);
		if (readings[r].cap >= 0) {
			capgate_out_string(out, "reads ");
			capgate_out_cap(out, readings[r].cap);
		} else {
			capgate_out_string(out,
					   readings[r].fails ? "does not start" : "ignores it");
		}
	}
}

static void out_policy(struct capgate_out *out, const struct capgate_policy *policy)
{
	if (policy->source.len == 0)
		capgate_out_string(out, "the built-in policy");
	else
		capgate_out_visible(out, policy->source);
}

void capgate_finding_sentence(const struct capgate_finding *f, const struct capgate_spec *spec,
			      const struct capgate_policy *policy, struct capgate_out *out)
{
	const struct capgate_cap_facts *cap = capgate_cap_info(f->cap);
	const struct capgate_rule_text *rule = capgate_rule_info(f->rule);

	switch (f->rule) {
	case CAPGATE_RULE_NET_RAW:
	case CAPGATE_RULE_UNLISTED:
		capgate_out_format(out, "%s is not allowed by ", cap ? cap->name : "it");
		out_policy(out, policy);
		break;
	case CAPGATE_RULE_ODD_NAME:
	case CAPGATE_RULE_ODD_ELEMENT: {
		struct capgate_reading readings[CAPGATE_NREADERS];

		capgate_out_visible(out, f->subject.len ? f->subject : text_at(spec, f->at));
		capgate_out_string(out, " is not the exact name of a known capability");
		if (f->set >= 0 && f->index < spec->set[f->set].n) {
			capgate_readings(&spec->set[f->set].v[f->index], readings);
			out_readings(out, readings);
		}
		break;
	}
	case CAPGATE_RULE_CAPS_ABSENT:
		capgate_out_format(
			out, "the capabilities are %s, which some runtimes read as all they have",
			spec->capabilities == CAPGATE_IS_NULL ? "null" : "absent");
		break;
	default:
		capgate_out_string(out, rule->cause);
		if (cap)
			capgate_out_format(out, " (%s)", cap->name);
		if (f->subject.len) {
			capgate_out_string(out, ": ");
			capgate_out_visible(out, f->subject);
		}
		if (f->rule == CAPGATE_RULE_NOT_SUBSTITUTED && capgate_symptom_of(f->cap))
			capgate_out_format(out, "; without it programs print: %s",
					   capgate_symptom_of(f->cap)->words);
		break;
	}
}

void capgate_finding_message(const struct capgate_finding *f, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, struct capgate_out *out)
{
	const struct capgate_symptom *symptom = capgate_symptom_of(f->cap);

	capgate_finding_sentence(f, spec, policy, out);
	if (symptom && (f->rule == CAPGATE_RULE_NET_RAW || f->rule == CAPGATE_RULE_UNLISTED))
		capgate_out_format(out, "; without it programs print: %s", symptom->words);
}

/* Writes the cure in the language of the document, for both rules, because each cure is only for
 * its own rule. */
static void out_cure_in_words(const struct capgate_report *report, struct capgate_out *out)
{
	const capgate_set net_raw = capgate_set_of(CAPGATE_CAP_NET_RAW);

	capgate_out_string(out, capgate_report_remedy(report, report->rule));
	if (report->rule != CAPGATE_RULE_NET_RAW ||
	    capgate_set_empty(capgate_set_minus(report->forbidden, net_raw)))
		return;
	capgate_out_string(out, "; for each other one: ");
	capgate_out_string(out, capgate_report_remedy(report, CAPGATE_RULE_UNLISTED));
}

/* Writes "drop it with --cap-drop=NET_RAW --cap-drop=SYS_ADMIN, or list it in ...". */
static void out_cure(const struct capgate_report *report, const struct capgate_policy *policy,
		     struct capgate_out *out)
{
	if (report->rule != CAPGATE_RULE_NET_RAW && report->rule != CAPGATE_RULE_UNLISTED) {
		capgate_out_string(out, capgate_report_remedy(report, report->rule));
		return;
	}
	if (capgate_report_remedy(report, report->rule) !=
	    capgate_rule_info(report->rule)->remedy) {
		out_cure_in_words(report, out);
		return;
	}
	capgate_out_string(out, "start it with --cap-drop=");
	if (capgate_set_count(report->forbidden) > 4)
		capgate_out_string(out, "all and --cap-add for what it needs");
	else
		capgate_out_set(out, report->forbidden, " --cap-drop=");
	if (report->rule == CAPGATE_RULE_NET_RAW)
		capgate_out_string(out, " (ping works with the sysctl net.ipv4.ping_group_range)");
	if (capgate_set_has(report->forbidden, CAPGATE_CAP_NET_BIND_SERVICE) && !report->absent &&
	    capgate_set_count(report->forbidden) <= 4)
		capgate_out_string(
			out,
			" (low ports bind with the sysctl net.ipv4.ip_unprivileged_port_start=0)");
	capgate_out_string(out, ", or allow it in ");
	if (policy->source.len == 0)
		capgate_out_string(out, "a policy of your own");
	else
		capgate_out_visible(out, policy->source);
}

static void out_place(const struct capgate_finding *f, const struct capgate_spec *spec,
		      struct capgate_out *out)
{
	capgate_finding_path(f, spec, out);
	out_byte(out, f->at.off);
	capgate_out_string(out, ": ");
}

/* Writes the finding that prevents the rewrite, because after curing only the first finding the
 * container would be refused again. */
static void out_why_not_rewritten(const struct capgate_report *report,
				  const struct capgate_spec *spec,
				  const struct capgate_policy *policy, struct capgate_out *out)
{
	if (policy->action != CAPGATE_REWRITE || report->splice_userns)
		return;
	for (size_t i = 1; i < report->n_findings; i++) {
		const struct capgate_finding *f = &report->findings[i];

		if (f->rule != CAPGATE_RULE_USERNS_OPEN)
			continue;
		capgate_out_string(out, ". It cannot be rewritten because of ");
		out_place(f, spec, out);
		capgate_finding_sentence(f, spec, policy, out);
		capgate_out_format(out, "; %s", capgate_rule_info(f->rule)->remedy);
		return;
	}
}

void capgate_report_sentence(const struct capgate_report *report, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, struct capgate_out *out)
{
	const struct capgate_finding *f = report->findings;
	size_t before = out->len;
	capgate_set others;

	if (!report->parsed) {
		const struct capgate_error *e = &report->error;

		if (e->path[0])
			capgate_out_visible(out, capgate_text_of(e->path));
		if (e->pos != CAPGATE_NOWHERE)
			capgate_out_format(out, "%sbyte %zu%s", e->path[0] ? " (" : "", e->pos,
					   e->path[0] ? ")" : "");
		capgate_out_format(out, "%s%s; %s", out->len > before ? ": " : "", e->msg,
				   capgate_rule_info(e->rule)->remedy);
		return;
	}
	if (report->rule == CAPGATE_RULE_NONE || report->n_findings == 0) {
		capgate_out_string(out, "nothing to refuse");
		return;
	}
	out_place(f, spec, out);
	capgate_finding_sentence(f, spec, policy, out);
	others = capgate_set_minus(report->forbidden, capgate_set_of(f->cap));
	if (f->cap >= 0 && !capgate_set_empty(others)) {
		capgate_out_string(out, ", nor ");
		capgate_out_string(out, capgate_set_count(others) == 1 ? "is CAP_" : "are CAP_");
		capgate_out_set(out, others, " CAP_");
	}
	capgate_out_string(out, "; ");
	out_cure(report, policy, out);
	out_why_not_rewritten(report, spec, policy, out);
}
