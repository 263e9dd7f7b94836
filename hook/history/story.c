/* SPDX-License-Identifier: Apache-2.0 */
#include "story.h"

#include "settings.h"
#include "hook/term/term.h"
#include "surroundings.h"
#include "waysout.h"

static const char *done(const struct logged *e)
{
	bool only_said = !capgate_text_is(e->mode, "enforce");

	if (capgate_text_is(e->verdict, "pass"))
		return "allowed";
	if (capgate_text_is(e->verdict, "strip"))
		return only_said ? "would have rewritten" : "rewrote";
	return only_said ? "would have refused" : "refused";
}

static bool has_rule(const struct logged *e, enum capgate_rule rule)
{
	for (size_t i = 0; i < e->n_rules; i++)
		if (capgate_rule_find(e->rules[i]) == rule)
			return true;
	return false;
}

static void out_symptoms(const struct logged *e, struct capgate_out *out)
{
	if (has_rule(e, CAPGATE_RULE_USERNS_OPEN))
		capgate_out_string(
			out,
			"  symptom    unshare, clone: Operation not permitted; Chromium: No "
			"usable sandbox; bubblewrap: No permissions\n             to create new "
			"namespace: a process tried to make a user namespace\n");
	for (int c = -1; (c = capgate_set_next(e->removed, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);

		if (s)
			capgate_out_format(out, "  symptom    without %s: %s\n",
					   capgate_cap_info(c)->name + 4, s->words);
	}
	if (capgate_set_empty(e->removed))
		return;
	capgate_out_string(out, "  symptom    exec ...: operation not permitted, for a program "
				"whose file has one of these (getcap); see capgate check\n");
}

static void out_line(struct capgate_out *out, const char *label, struct capgate_text value)
{
	if (value.len == 0)
		return;
	capgate_out_format(out, "  %-10s ", label);
	capgate_out_visible(out, value);
	capgate_out_string(out, "\n");
}

/* The wrapper does not see the runtime fail, because it has executed it.  This tells the user
 * what the ceiling may have caused. */
static void out_ceiling(const struct logged *e, struct capgate_out *out)
{
	if (capgate_text_is(e->ceiling, "off"))
		out_line(out, "ceiling", capgate_text_of("off, set in the policy"));
	if (capgate_set_empty(e->taken))
		return;
	if (!capgate_text_is(e->ceiling, "enforce")) {
		capgate_out_string(
			out, "  ceiling    not in force in audit mode; it would have removed ");
		capgate_out_set(out, e->taken, " ");
		capgate_out_string(out, " from the runtime\n");
		return;
	}
	capgate_out_string(out,
			   "  ceiling    in force: the runtime itself and its hooks ran without ");
	capgate_out_set(out, e->taken, " ");
	capgate_out_string(out,
			   "\n             If the runtime or a hook then failed with \"operation "
			   "not permitted\" (\"unable to apply caps\", \"capset\",\n             "
			   "\"error running hook\"), it may have needed one of these: name it in "
			   "\"ceiling_keep\" with a\n             \"ceiling_reason\" in the "
			   "policy; to find out which, set \"ceiling\": \"off\" for one start\n");
}

/* The ways out for this decision; NULL if there is only the rule's remedy. */
static const struct way {
	void (*flag)(const struct logged *e, struct capgate_out *out);
	void (*instead)(const struct logged *e, struct capgate_out *out);
	void (*exemption)(const struct logged *e, struct capgate_out *out);
} of_sets = {waysout_flag, waysout_instead, waysout_exemption},
  of_surroundings = {surroundings_flag, surroundings_instead, surroundings_exemption};

static const struct way *ways_of(const struct logged *e)
{
	if (surroundings_decided(e))
		return &of_surroundings;
	return capgate_set_empty(e->removed) ? NULL : &of_sets;
}

/* Prints the message and its cause. */
static void out_said(const struct story *s, struct capgate_out *out)
{
	const struct said *said = &s->said;

	if (!s->has_said)
		return;
	out_line(out, "it said", capgate_text_of(said->line));
	out_line(out, "in", capgate_text_of(said->from));
	if (said->cap >= 0)
		capgate_out_format(out, "  %-10s %s was removed: %s\n", "because",
				   capgate_cap_info(said->cap)->name, said->why);
	else if (said->ours)
		capgate_out_format(out, "  %-10s %s: %s\n", "because",
				   capgate_rule_info(said->rule)->id, said->why);
	else if (said->other >= 0)
		capgate_out_format(out,
				   "  %-10s not by capgate: %s may be missing (%s), but capgate "
				   "did not remove it here\n",
				   "because", capgate_cap_info(said->other)->name, said->why);
	else
		capgate_out_format(out, "  %-10s not known: no known program prints this message\n",
				   "because");
}

static void out_instead(const struct story *s, const struct way *ways, struct capgate_out *out)
{
	if (s->has_said && s->said.ours && s->said.of_file)
		waysout_file(s->entry, s->said.cap, out);
	else
		ways->instead(s->entry, out);
}

static void out_words(const struct story *s, struct capgate_out *out)
{
	const struct logged *e = s->entry;
	const struct way *ways = ways_of(e);

	capgate_out_visible(out, e->time);
	capgate_out_string(out, "  ");
	capgate_out_visible(out, e->stage);
	capgate_out_format(out, " %s ", done(e));
	if (e->id.len)
		capgate_out_visible(out, e->id);
	else
		capgate_out_string(out, "a container without a name");
	if (e->status)
		capgate_out_format(out, ", status %d", e->status);
	capgate_out_string(out, "\n");
	out_line(out, "cause", e->reason);
	out_line(out, "rule", e->rule);
	out_line(out, "engine", e->engine);
	out_line(out, "bundle", capgate_text_of(s->bundle));
	out_line(out, "policy", e->policy.len ? e->policy : capgate_text_of("built in"));
	out_ceiling(e, out);
	out_said(s, out);
	if (!ways) {
		if (e->rule.len)
			out_line(out, "remedy",
				 capgate_text_of(
					 capgate_rule_info(capgate_rule_find(e->rule))->remedy));
		return;
	}
	if (!s->has_said)
		out_symptoms(e, out);
	for (size_t i = 0; i < e->n_sysctls; i++)
		out_line(out, "put in", e->sysctls[i]);
	for (size_t i = 0; i < e->n_withheld; i++)
		out_line(out, "not set", e->withheld[i]);
	capgate_out_string(out, "\n  three ways out:\n  1. do without it\n     ");
	ways->flag(e, out);
	capgate_out_string(out, "\n  2. use something else instead\n     ");
	out_instead(s, ways, out);
	capgate_out_string(out, "\n  3. exempt it, in a file of its own in " CAPGATE_POLICYDIR
				"/policy.d/\n     ");
	ways->exemption(e, out);
	capgate_out_string(out, "\n");
}

static void quoted(struct capgate_out *out, const char *name, struct words *w)
{
	capgate_out_format(out, "\"%s\":", name);
	capgate_out_json(out, words_text(w));
}

/* Prints a string or null. */
static void out_maybe(struct capgate_out *out, const char *name, const char *value)
{
	capgate_out_format(out, "\"%s\":", name);
	if (value && value[0])
		capgate_out_json(out, capgate_text_of(value));
	else
		capgate_out_string(out, "null");
}

static void out_failure(const struct story *s, struct capgate_out *out)
{
	capgate_out_string(out, ",\"failure\":");
	if (!s->has_said) {
		capgate_out_string(out, "null");
		return;
	}
	capgate_out_string(out, "{");
	out_maybe(out, "said", s->said.line);
	capgate_out_string(out, ",");
	out_maybe(out, "in", s->said.from);
	capgate_out_string(out, ",");
	out_maybe(out, "capability", s->said.cap >= 0 ? capgate_cap_info(s->said.cap)->name : NULL);
	capgate_out_string(out, ",");
	out_maybe(out, "rule",
		  s->said.ours && s->said.cap < 0 ? capgate_rule_info(s->said.rule)->id : NULL);
	capgate_out_string(out, ",");
	out_maybe(out, "because", s->said.ours ? s->said.why : NULL);
	capgate_out_string(out, "}");
}

void story_fill(void *user, struct capgate_out *out)
{
	const struct story *s = user;
	const struct way *ways = ways_of(s->entry);
	struct words w;

	if (!s->json) {
		out_words(s, out);
		return;
	}
	capgate_out_string(out, "{\"capgate\":1,\"decision\":");
	capgate_out_bytes(out, s->entry->line.p, s->entry->line.len);
	out_failure(s, out);
	capgate_out_string(out, ",\"ways_out\":");
	if (!ways) {
		capgate_out_string(out, "null}\n");
		return;
	}
	capgate_out_string(out, "{");
	ways->flag(s->entry, words_begin(&w));
	quoted(out, "flag", &w);
	capgate_out_string(out, ",");
	out_instead(s, ways, words_begin(&w));
	quoted(out, "instead", &w);
	capgate_out_string(out, ",");
	ways->exemption(s->entry, words_begin(&w));
	quoted(out, "exemption", &w);
	capgate_out_string(out, "}}\n");
}
