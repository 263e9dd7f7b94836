/* SPDX-License-Identifier: Apache-2.0 */
/* The table of rules. */
#include "lib/base/base.h"

static const struct capgate_rule_text table[CAPGATE_NRULES] = {
#define CAPGATE_RULE(symbol, id, name, severity, status, aliases, cause, remedy) \
	[CAPGATE_RULE_## \
		symbol] = {id, name, CAPGATE_SEVERITY_##severity, status, aliases, cause, remedy},
#include "capgate/rules.def"
#undef CAPGATE_RULE
};

const struct capgate_rule_text *capgate_rule_info(enum capgate_rule rule)
{
	return (unsigned)rule < CAPGATE_NRULES ? &table[rule] : &table[CAPGATE_RULE_NONE];
}

enum capgate_rule capgate_rule_find(struct capgate_text word)
{
	for (int r = CAPGATE_RULE_NONE + 1; r < CAPGATE_NRULES; r++)
		if (capgate_text_distance(word, capgate_text_of(table[r].id), 1) == 0 ||
		    capgate_text_distance(word, capgate_text_of(table[r].name), 1) == 0)
			return (enum capgate_rule)r;
	return CAPGATE_NRULES;
}

const char *capgate_rule_nearest(struct capgate_text word)
{
	const char *best = NULL;
	size_t nearest = 3; /* ids that differ in more than two digits are not similar */

	for (int r = CAPGATE_RULE_NONE + 1; r < CAPGATE_NRULES; r++) {
		const char *words[] = {table[r].id, table[r].name};

		for (size_t i = 0; i < COUNT(words); i++) {
			size_t d = capgate_text_distance(capgate_text_of(words[i]), word, nearest);

			if (d < nearest) {
				best = words[i];
				nearest = d;
			}
		}
	}
	return best;
}

const char *capgate_severity_name(enum capgate_severity severity)
{
	static const char *const names[] = {
		[CAPGATE_SEVERITY_NOTE] = "note",     [CAPGATE_SEVERITY_LOW] = "low",
		[CAPGATE_SEVERITY_MEDIUM] = "medium", [CAPGATE_SEVERITY_HIGH] = "high",
		[CAPGATE_SEVERITY_CRITICAL] = "critical",
	};

	return (size_t)severity < COUNT(names) ? names[severity] : "unknown";
}

const char *capgate_verdict_name(enum capgate_verdict verdict)
{
	return verdict == CAPGATE_PASS ? "pass" : verdict == CAPGATE_STRIP ? "strip" : "refuse";
}
