/* SPDX-License-Identifier: Apache-2.0 */
#include "read.h"

#include "lib/base/base.h"

int capgate_policy_bad_value(const struct capgate_walk *walk,
			     const struct capgate_json_event *event, const char *what,
			     const char *cure, const char *word)
{
	char shown[100];

	return capgate_walk_fail(walk, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, event->at.off,
				 "%s \"%s\"; %s%s", what,
				 capgate_shown(event->text, 32, shown, sizeof(shown)), cure, word);
}

int capgate_policy_name(const struct capgate_walk *walk, const struct capgate_json_event *event,
			capgate_set *set, int *one)
{
	const char *near;

	*one = capgate_cap_lenient(event->text);
	if (*one < 0 && capgate_text_distance(event->text, capgate_text_of("ALL"), 1) == 0) {
		*set = capgate_set_all();
		return 0;
	}
	if (*one < 0) {
		near = capgate_cap_nearest(event->text);
		return capgate_policy_bad_value(walk, event, "unknown capability",
						near ? "did you mean " : "see: capgate policy list",
						near ? near : "");
	}
	*set = capgate_set_or(*set, capgate_set_of(*one));
	return 0;
}
