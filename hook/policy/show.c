/* SPDX-License-Identifier: Apache-2.0 */
/* policy show: the policy in force, and where each line comes from. */
#include <stdio.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/documents/documents.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "policy.h"

struct shown {
	const struct capgate_policy *policy;
	/* --for: */
	const struct capgate_inspected *one; /* NULL: a specification */
	const struct capgate_spec *spec;
	const struct capgate_report *report;
	bool again; /* not the first one */
};

static void out_source(struct capgate_out *out, const struct capgate_policy *p, unsigned source)
{
	capgate_out_string(out, "    # ");
	if (source == 0 || source >= p->n_sources)
		capgate_out_string(out, "built in");
	else
		capgate_out_visible(out, p->sources[source]);
	capgate_out_string(out, "\n");
}

static void out_field(struct capgate_out *out, const struct capgate_policy *p,
		      enum capgate_policy_field field, const char *name, struct capgate_text value)
{
	capgate_out_format(out, "%-20s ", name);
	capgate_out_visible(out, value);
	out_source(out, p, p->from[field]);
}

static void out_number(struct capgate_out *out, const struct capgate_policy *p,
		       enum capgate_policy_field field, const char *name, size_t value)
{
	char words[32];

	snprintf(words, sizeof(words), "%zu", value);
	out_field(out, p, field, name, capgate_text_of(words));
}

static void out_word(struct capgate_out *out, const struct capgate_policy *p,
		     enum capgate_policy_field field, const char *name, const char *word)
{
	out_field(out, p, field, name, capgate_text_of(word));
}

static void out_list(struct capgate_out *out, const struct capgate_policy *p, const char *name,
		     capgate_set set, const uint16_t *from)
{
	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0 && c < CAPGATE_NCAPS;) {
		capgate_out_format(out, "%-20s %s", name, capgate_cap_info(c)->name + 4);
		out_source(out, p, from[c]);
	}
}

static void out_glob(struct capgate_out *out, const char *name, struct capgate_text glob)
{
	if (glob.len == 0)
		return;
	capgate_out_format(out, " %s=", name);
	capgate_out_visible(out, glob);
}

static void out_match(struct capgate_out *out, const struct capgate_exemption *e)
{
	out_glob(out, "cgroup", e->cgroup);
	out_glob(out, "bundle", e->bundle);
	out_glob(out, "rootfs", e->rootfs);
	out_glob(out, "hostname", e->hostname);
	out_glob(out, "image", e->image);
	if (e->has_uid)
		capgate_out_format(out, " uid=%u", e->uid);
	for (size_t i = 0; i < e->n_annotations; i++) {
		capgate_out_string(out, " ");
		capgate_out_visible(out, e->annotations[i].key);
		capgate_out_string(out, "=");
		capgate_out_visible(out, e->annotations[i].value);
	}
}

/* "NET_RAW, SCMP_ACT_NOTIFY, user namespaces": the capabilities, and what else it lifts. */
static void out_given(struct capgate_out *out, const struct capgate_exemption *e)
{
	static const struct {
		unsigned lift;
		const char *word;
	} words[] = {
		{CAPGATE_LIFT_NOTIFY, "SCMP_ACT_NOTIFY"},
		{CAPGATE_LIFT_TRACE, "SCMP_ACT_TRACE"},
		{CAPGATE_LIFT_USERNS, "user namespaces"},
	};
	bool first = capgate_set_empty(e->allow);

	if (!first)
		capgate_out_set(out, e->allow, " ");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(e->lifts & words[i].lift))
			continue;
		capgate_out_format(out, "%s%s", first ? "" : ", ", words[i].word);
		first = false;
	}
}

static void out_exemption(struct capgate_out *out, const struct capgate_policy *p,
			  const struct capgate_exemption *e)
{
	capgate_out_format(out, "%-20s ", "exemption");
	capgate_out_visible(out, e->id);
	capgate_out_string(out, ": ");
	out_given(out, e);
	capgate_out_string(out, " for");
	out_match(out, e);
	if (e->expires.len) {
		capgate_out_string(out, capgate_exemption_expired(e, p->scene.now) ? ", expired "
										   : ", until ");
		capgate_out_visible(out, e->expires);
	}
	capgate_out_string(out, " (");
	capgate_out_visible(out, e->reason);
	if (e->owner.len) {
		capgate_out_string(out, "; ");
		capgate_out_visible(out, e->owner);
	}
	capgate_out_string(out, ")");
	out_source(out, p, e->source);
}

/* With the reason, if the ceiling is weakened. */
static void out_policy_ceiling(struct capgate_out *out, const struct capgate_policy *p)
{
	capgate_out_format(out, "%-20s %s", "ceiling", p->ceiling_off ? "off" : "enforce");
	if (!capgate_set_empty(p->ceiling_keep)) {
		capgate_out_string(out, ", keeping ");
		capgate_out_set(out, p->ceiling_keep, " ");
	}
	if (p->ceiling_off || !capgate_set_empty(p->ceiling_keep)) {
		capgate_out_string(out, " (");
		capgate_out_visible(out, p->ceiling_reason);
		capgate_out_string(out, ")");
	}
	out_source(out, p, p->from[CAPGATE_FIELD_CEILING]);
}

/* Each part of learn_match in a line of its own. */
static void out_learn(struct capgate_out *out, const struct capgate_policy *p)
{
	const bool records = p->learn == CAPGATE_LEARN_RECORD;

	out_word(out, p, CAPGATE_FIELD_LEARN, "learn", records ? "record" : "off");
	for (size_t i = 0; i < p->n_learn_match; i++) {
		capgate_out_format(out, "%-20s", "learn_match");
		out_match(out, &p->learn_match[i]);
		out_source(out, p, p->learn_match[i].source);
	}
}

static void out_policy(struct capgate_out *out, const struct capgate_policy *p)
{
	out_word(out, p, CAPGATE_FIELD_MODE, "mode",
		 p->mode == CAPGATE_AUDIT ? "audit" : "enforce");
	out_word(out, p, CAPGATE_FIELD_ACTION, "action",
		 p->action == CAPGATE_REWRITE ? "rewrite" : "reject");
	out_field(out, p, CAPGATE_FIELD_PROFILE, "profile", p->profile);
	out_list(out, p, "allow", p->allow, p->allow_from);
	out_list(out, p, "deny", p->deny, p->deny_from);
	/* If no file sets it, the profile does. */
	out_word(out, p,
		 p->from[CAPGATE_FIELD_NO_NEW_PRIVILEGES] ? CAPGATE_FIELD_NO_NEW_PRIVILEGES
							 : CAPGATE_FIELD_PROFILE,
		 "no_new_privileges", p->require_no_new_privileges ? "require" : "keep");
	out_word(out, p, CAPGATE_FIELD_SUBSTITUTE_SYSCTLS, "substitute_sysctls",
		 p->substitute_sysctls ? "true" : "false");
	out_word(out, p,
		 p->from[CAPGATE_FIELD_USER_NAMESPACES] ? CAPGATE_FIELD_USER_NAMESPACES
						       : CAPGATE_FIELD_PROFILE,
		 "user_namespaces",
		 p->user_namespaces == CAPGATE_USERNS_DENY    ? "deny"
		 : p->user_namespaces == CAPGATE_USERNS_AUDIT ? "audit"
							       : "allow");
	out_word(out, p, CAPGATE_FIELD_CONFINEMENT, "confinement",
		 p->best_effort_confinement ? "best-effort" : "required");
	out_policy_ceiling(out, p);
	out_number(out, p, CAPGATE_FIELD_LIMIT_BYTES, "limits.bytes", p->max_bytes);
	out_field(out, p, CAPGATE_FIELD_LOG_FILE, "log.file",
		  p->log_file.len ? p->log_file : capgate_text_of("none"));
	out_word(out, p, CAPGATE_FIELD_LOG_SYSTEM, "log.system", p->log_system ? "true" : "false");
	out_number(out, p, CAPGATE_FIELD_LOG_MAX_BYTES, "log.max_bytes", p->log_max_bytes);
	out_word(out, p, CAPGATE_FIELD_LOG_REQUIRED, "log.required",
		 p->log_required ? "true" : "false");
	out_learn(out, p);
	for (size_t i = 0; i < p->n_exemptions; i++)
		out_exemption(out, p, &p->exemptions[i]);
	capgate_out_format(out, "\n%-20s ", "allowed");
	capgate_out_set(out, p->allowed, " ");
	capgate_out_string(out, "\n");
	if (p->digest.len) {
		capgate_out_format(out, "%-20s ", "sha256");
		capgate_out_visible(out, p->digest);
		capgate_out_string(out, "\n");
	}
}

static void fill_policy(void *user, struct capgate_out *out)
{
	out_policy(out, ((const struct shown *)user)->policy);
}

/* What one exemption does for this specification, and why. */
static void out_effect(struct capgate_out *out, const struct shown *s,
		       const struct capgate_exemption *e)
{
	const struct capgate_scene *scene = &s->policy->scene;

	if (!capgate_exemption_matches(e, s->spec, scene)) {
		struct capgate_text by = capgate_exemption_differs(e, s->spec, scene);
		bool unknown = capgate_text_is(by, "image") && scene->image.len == 0;

		capgate_out_string(out, " does not match by ");
		capgate_out_visible(out, by);
		/* A container's image comes from its engine's store.  A file has none. */
		if (unknown)
			capgate_out_string(out, " (image not known: give it with --image; capgate "
						"doctor reports stores that it cannot find)");
	} else if (capgate_exemption_expired(e, scene->now)) {
		capgate_out_string(out, " matches, but has expired");
	} else {
		capgate_out_string(out, " applies");
	}
}

static void fill_for(void *user, struct capgate_out *out)
{
	const struct shown *s = user;
	const struct capgate_policy *p = s->policy;

	if (s->one) {
		char part[DOCUMENTS_PART];

		capgate_out_string(out, s->again ? "\n" : "");
		capgate_out_visible(out, documents_part(s->one, part));
		capgate_out_string(out, "\n");
	}
	capgate_out_format(out, "verdict    %s\nreason     ",
			   s->one && !documents_judged(s->one, s->report) ? "none: not judged"
						  : capgate_verdict_name(s->report->verdict));
	capgate_report_sentence(s->report, s->spec, p, out);
	capgate_out_string(out, "\n");
	if (!s->report->parsed)
		return;
	for (size_t i = 0; i < p->n_exemptions; i++) {
		const struct capgate_exemption *e = &p->exemptions[i];

		capgate_out_string(out, "exemption  ");
		capgate_out_visible(out, e->id);
		out_effect(out, s, e);
		capgate_out_string(out, ": ");
		capgate_out_set(out, e->allow, " ");
		capgate_out_string(out, " for");
		out_match(out, e);
		out_source(out, p, e->source);
	}
	capgate_out_string(out, "exempt     ");
	capgate_out_set(out, s->report->exempt, " ");
	capgate_out_string(out, "\nallowed    ");
	capgate_out_set(out, s->report->allowed, " ");
	if (p->learn == CAPGATE_LEARN_RECORD)
		capgate_out_format(out, "\nlearn      %s",
				   capgate_policy_records(p, s->spec, &p->scene)
					   ? "recorded"
					   : "not recorded: nothing in learn_match matches");
	capgate_out_string(out, "\n");
}

struct printed {
	struct capgate_error *err;
	bool again;
};

static int print_one(void *user, const struct documents_view *v)
{
	struct printed *p = user;
	struct shown shown = {v->policy, v->one, v->spec, v->report, p->again};

	p->again = true;
	return outbuf_print(fill_for, &shown, p->err);
}

/* *all: everything could be judged. */
static int show_for(const struct policy_options *options, struct capgate_policy *policy, bool *all,
		    struct capgate_error *err)
{
	struct printed printed = {.err = err};
	struct capgate_text text;
	struct capgate_arena arena;

	if (options->bundle)
		policy->scene.bundle = capgate_text_of(options->bundle);
	if (options->image)
		policy->scene.image = capgate_text_of(options->image);
	if (confine_linter(CONFINE_READ, policy->best_effort_confinement, err) < 0 ||
	    input_read(options->spec, policy->max_bytes, &text, err) < 0 ||
	    io_arena(text.len, &arena, err) < 0)
		return err->code;
	return documents_each(options->spec, text, policy, &arena, print_one, &printed, all);
}

int policy_show(const struct policy_options *options)
{
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_error err;
	bool all = true;
	int status = io_arena(POLICY_TEXT_MAX, &arena, &err);

	if (status == 0)
		status = policy_load(options->policy, &arena, &policy, &err);
	if (status == 0)
		status = options->spec ? show_for(options, &policy, &all, &err)
				       : outbuf_print(fill_policy,
						      &(struct shown){.policy = &policy}, &err);
	if (status == 0)
		return all ? STATUS_OK : STATUS_NOT_JUDGED;
	io_say_error("policy show", &err);
	return io_status(&err);
}
