/* SPDX-License-Identifier: Apache-2.0 */
/* Explains a program's message: the capabilities or namespaces that it may have lacked. */
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "explain.h"

/* Of a longer message, which is a log, the beginning is enough. */
#define MESSAGE_MAX 4096

static struct capgate_text joined(char **words, int n, char buf[MESSAGE_MAX])
{
	struct capgate_out out = {buf, MESSAGE_MAX, 0};

	for (int i = 0; i < n; i++)
		capgate_out_format(&out, "%s%s", i ? " " : "", words[i]);
	return capgate_out_text(&out);
}

/* Explains a meaning that is not about a capability. */
static void out_meaning_of_rule(const struct capgate_meaning *m, size_t place,
				const struct style *style, struct capgate_out *out)
{
	const struct capgate_rule_text *rule = capgate_rule_info(m->rule);
	const struct capgate_way_out *way = capgate_way_out_of(m->rule);
	struct words w;

	capgate_out_format(out, "%s%zu. %s %s\n", place ? "\n" : "", place + 1, rule->id,
			   rule->name);
	explain_field(out, style, "why", capgate_text_of(m->why));
	explain_field(out, style, "refused", capgate_text_of(rule->cause));
	if (!way)
		return;
	capgate_out_format(words_begin(&w), "in an exemption of the policy: %s", way->exempt);
	explain_field(out, style, "to allow it", words_text(&w));
}

static void out_meaning(const struct capgate_meaning *m, size_t place, const struct style *style,
			struct capgate_out *out)
{
	const struct capgate_symptom *symptom = capgate_symptom_of(m->cap);
	const struct capgate_cap_facts *info = capgate_cap_info(m->cap);
	struct words w;

	if (!info) {
		out_meaning_of_rule(m, place, style, out);
		return;
	}
	capgate_out_format(out, "%s%zu. %s\n", place ? "\n" : "", place + 1, info->name);
	explain_field(out, style, "why", capgate_text_of(m->why));
	explain_field(out, style, "allows", capgate_text_of(info->meaning));
	if (m->of_file)
		explain_field(out, style, "instead",
			      capgate_text_of("setcap -r FILE in the image: then the program "
					      "starts, without the capability"));
	explain_field(out, style, m->of_file ? "and" : "instead",
		      capgate_text_of(info->substitute));
	if (!symptom || !symptom->sysctl)
		return;
	capgate_out_format(words_begin(&w), "%s=%s", symptom->sysctl, symptom->value);
	explain_field(out, style, "sysctl", words_text(&w));
}

bool explain_message(char **words, int n, const struct style *style, struct capgate_out *out)
{
	struct capgate_meaning meanings[CAPGATE_MEANINGS_MAX];
	char buf[MESSAGE_MAX];
	const size_t found = capgate_message_meanings(joined(words, n, buf), meanings);

	for (size_t i = 0; i < found; i++)
		out_meaning(&meanings[i], i, style, out);
	return found > 0;
}
