/* SPDX-License-Identifier: Apache-2.0 */
#include "marks.h"

#include <string.h>

#include "lib/base/base.h"

/* With their lengths, because each member of each document is compared with all of them. */
static const struct capgate_text names[] = {
	{0},
#define MEMBER(symbol, name) {name, sizeof(name) - 1},
#include "members.def"
#undef MEMBER
};

static bool is_path(struct capgate_text path, struct capgate_text parent, struct capgate_text key)
{
	const size_t before = parent.len ? parent.len + 1 : 0;

	if (path.len != before + key.len || key.len == 0 ||
	    memcmp(path.p + before, key.p, key.len) != 0)
		return false;
	return !before || (path.p[parent.len] == '.' && memcmp(path.p, parent.p, parent.len) == 0);
}

/* Is it "process", as Go folds keys: any case, and U+017F for s? */
static bool is_process(struct capgate_text key)
{
	static const char word[] = "process";
	size_t k = 0;

	for (size_t i = 0; i < key.len && k < sizeof(word) - 1; i++, k++) {
		const unsigned char c = (unsigned char)key.p[i];

		if (c == 0xc5 && i + 1 < key.len && (unsigned char)key.p[i + 1] == 0xbf &&
		    word[k] == 's')
			i++;
		else if ((c | 0x20) != (unsigned char)word[k])
			return false;
		if (i + 1 == key.len)
			return k + 1 == sizeof(word) - 1;
	}
	return false;
}

void capgate_marks_see(struct capgate_marks *m, struct capgate_text parent, struct capgate_text key,
		       const struct capgate_json_event *value)
{
	const bool string = value->kind == CAPGATE_JSON_STRING;

	m->process |= !parent.len && is_process(key);
	for (size_t i = CAPGATE_M_NONE + 1; i < COUNT(names); i++) {
		if (!is_path(names[i], parent, key))
			continue;
		/* A list of services belongs to a pipeline. */
		if (i == CAPGATE_M_SERVICES && value->kind == CAPGATE_JSON_ARRAY)
			continue;
		m->has[i] = true;
		if (string && (i == CAPGATE_M_KIND || i == CAPGATE_M_WATCHED))
			m->kind = value->text;
		else if (string && (i == CAPGATE_M_BUNDLE || i == CAPGATE_M_BUNDLE_PATH))
			m->bundle = value->text;
	}
}

void capgate_marks_see_any(struct capgate_marks *m, struct capgate_text key,
			   const struct capgate_json_event *value)
{
	const bool object = value->kind == CAPGATE_JSON_OBJECT;
	const bool array = value->kind == CAPGATE_JSON_ARRAY;

	if (!object && !array)
		return;
	m->workloads +=
		(object &&
		 (capgate_text_is(key, "securityContext") || capgate_text_is(key, "container"))) ||
		(array &&
		 (capgate_text_is(key, "containers") || capgate_text_is(key, "initContainers") ||
		  capgate_text_is(key, "ephemeralContainers") || capgate_text_is(key, "steps")));
}

size_t capgate_marks_workloads(const struct capgate_marks *m)
{
	static const char *const speak_of_others[] = {"CustomResourceDefinition", "ClusterPolicy",
						      "Policy", "PodMetrics", "PodMetricsList"};

	for (size_t i = 0; i < COUNT(speak_of_others); i++)
		if (capgate_text_is(m->kind, speak_of_others[i]))
			return 0;
	return m->workloads;
}
