/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what is known about a capability or a rule. */
#include "lib/base/base.h"
#include "explain.h"

enum { LABEL = 2, WORDS = 16 };

void explain_field(struct capgate_out *out, const struct style *style, const char *label,
		   struct capgate_text words)
{
	if (words.len == 0)
		return;
	capgate_out_format(out, "%*s%-*s", LABEL, "", WORDS - LABEL, label);
	terminal_wrap(out, style, words, WORDS, WORDS);
}

static void out_field(struct capgate_out *out, const struct style *style, const char *label,
		      const char *words)
{
	explain_field(out, style, label, capgate_text_of(words));
}

/* The profiles that are engines' defaults. */
static const struct {
	const char *profile, *engine;
} engines[] = {
	{"docker-default", "Docker"}, {"podman-default", "podman"}, {"crio-default", "CRI-O"}};

enum { NENGINES = COUNT(engines) };

static bool given_by(int engine, int cap)
{
	const struct capgate_profile *p =
		capgate_profile_find(capgate_text_of(engines[engine].profile));

	return p && capgate_set_has(p->caps, cap);
}

/* "given by Docker; not by podman, CRI-O" */
static void out_engines(int cap, bool given, const char *before, struct capgate_out *out)
{
	bool first = true;

	for (int e = 0; e < NENGINES; e++) {
		if (given_by(e, cap) != given)
			continue;
		capgate_out_format(out, "%s%s", first ? before : ", ", engines[e].engine);
		first = false;
	}
}

static void out_defaults(int cap, const struct style *style, struct capgate_out *out)
{
	char buf[160];
	struct capgate_out words = {buf, sizeof(buf), 0};

	out_engines(cap, true, "given by ", &words);
	out_engines(cap, false, words.len ? "; not by " : "not by ", &words);
	explain_field(out, style, "by default", capgate_out_text(&words));
}

/* Prints the rule that refuses the capability if the policy does not list it. */
static void out_rule(int cap, const struct style *style, struct capgate_out *out)
{
	const struct capgate_rule_text *rule = capgate_rule_info(
		cap == CAPGATE_CAP_NET_RAW ? CAPGATE_RULE_NET_RAW : CAPGATE_RULE_UNLISTED);
	char buf[160];
	struct capgate_out words = {buf, sizeof(buf), 0};

	capgate_out_format(&words, "%s %s, when the policy does not list it", rule->id, rule->name);
	explain_field(out, style, "rule", capgate_out_text(&words));
}

/* Says whether the wrapper also removes it from the runtime. */
static void out_cap_ceiling(int cap, const struct style *style, struct capgate_out *out)
{
	const char *reason = capgate_ceiling_reason(cap);
	char buf[320];
	struct capgate_out words = {buf, sizeof(buf), 0};

	if (reason)
		capgate_out_format(&words,
				   "the wrapper lets the runtime itself keep it, because the "
				   "runtime needs it (%s)",
				   reason);
	else
		capgate_out_string(&words, "the wrapper also removes it from the runtime itself, "
					   "if the policy does not list it");
	explain_field(out, style, "ceiling", capgate_out_text(&words));
}

static enum paint tier_paint(enum capgate_tier tier)
{
	return tier == CAPGATE_TIER_ESCAPE ? PAINT_BAD
	       : tier == CAPGATE_TIER_LOW  ? PAINT_NONE
					   : PAINT_WARN;
}

void explain_cap(int cap, const struct style *style, struct capgate_out *out)
{
	const struct capgate_cap_facts *info = capgate_cap_info(cap);
	const struct capgate_cap_remarks *note = capgate_cap_note(cap);
	char buf[512];
	struct capgate_out tier = {buf, sizeof(buf), 0};

	if (!info || !note)
		return;
	terminal_paint(out, style, PAINT_BOLD, info->name);
	capgate_out_format(out, " (%d)\n", cap);
	out_field(out, style, "allows", info->meaning);
	capgate_out_format(&tier, "%s: %s", capgate_tier_name(info->tier), note->why);
	explain_field(out, style, "risk", capgate_out_text(&tier));
	out_field(out, style, "abused in", note->attacks);
	out_field(out, style, "asked for by", note->needed_by);
	out_field(out, style, "instead", info->substitute);
	out_defaults(cap, style, out);
	out_rule(cap, style, out);
	out_cap_ceiling(cap, style, out);
}

void explain_rule(enum capgate_rule r, const struct style *style, struct capgate_out *out)
{
	const struct capgate_rule_text *rule = capgate_rule_info(r);
	char buf[160];
	struct capgate_out words = {buf, sizeof(buf), 0};

	terminal_paint(out, style, PAINT_BOLD, rule->id);
	capgate_out_format(out, " %s\n", rule->name);
	out_field(out, style, "means", rule->cause);
	out_field(out, style, "severity", capgate_severity_name(rule->severity));
	if (rule->exit_status)
		capgate_out_format(&words, "a hook that refuses because of it exits with %d",
				   rule->exit_status);
	else
		capgate_out_string(&words, "a note: it never causes a refusal");
	explain_field(out, style, "effect", capgate_out_text(&words));
	out_field(out, style, "what to do", rule->remedy);
	out_field(out, style, "also known as", rule->aliases);
}

void explain_overview(const struct style *style, struct capgate_out *out)
{
	capgate_out_format(
		out, "%-20s D P C  allows      (D Docker, P podman, C CRI-O give it by default)\n",
		"");
	for (int tier = CAPGATE_TIER_ESCAPE; tier >= CAPGATE_TIER_LOW; tier--) {
		terminal_paint(out, style, tier_paint((enum capgate_tier)tier),
			       capgate_tier_name((enum capgate_tier)tier));
		capgate_out_string(out, "\n");
		for (int c = 0; c < CAPGATE_NCAPS; c++) {
			const struct capgate_cap_facts *info = capgate_cap_info(c);

			if (!info || (int)info->tier != tier)
				continue;
			capgate_out_format(out, "  %-18s", info->name + 4);
			for (int e = 0; e < NENGINES; e++)
				capgate_out_string(out, given_by(e, c) ? " x" : " .");
			capgate_out_string(out, "  ");
			terminal_wrap(out, style, capgate_text_of(info->meaning), 28, 28);
		}
	}
	capgate_out_string(
		out,
		"\ncapgate explain NAME says more; capgate explain --all explains all of them.\n");
}
