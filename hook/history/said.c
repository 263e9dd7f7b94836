/* SPDX-License-Identifier: Apache-2.0 */
#include "said.h"

#include <string.h>

#include "hook/engines/engines.h"

static void keep_line(struct said *s, struct capgate_text words)
{
	struct capgate_out out = {s->line, sizeof(s->line) - 1, 0};

	capgate_out_visible(&out, words);
	s->line[out.len < out.size ? out.len : out.size] = '\0';
}

struct search {
	const struct logged *entry;
	struct said *said;
};

/* Was this capability removed from the container? */
static bool was_taken(const struct logged *e, const struct capgate_meaning *m)
{
	if (m->cap >= 0)
		return capgate_set_has(e->removed, m->cap);
	for (size_t i = 0; i < e->n_rules; i++)
		if (capgate_rule_find(e->rules[i]) == m->rule)
			return true;
	return false;
}

static void consider(void *user, struct capgate_text words)
{
	const struct search *search = user;
	struct said *s = search->said;
	struct capgate_meaning meanings[CAPGATE_MEANINGS_MAX];
	const size_t n = capgate_message_meanings(words, meanings);

	for (size_t i = 0; i < n; i++)
		if (was_taken(search->entry, &meanings[i])) {
			keep_line(s, words);
			s->ours = true;
			s->cap = meanings[i].cap;
			s->rule = meanings[i].rule;
			s->why = meanings[i].why;
			s->of_file = meanings[i].of_file;
			return;
		}
	if (s->ours)
		return;
	keep_line(s, words);
	s->other = n ? meanings[0].cap : -1;
	s->why = n ? meanings[0].why : NULL;
}

static const struct said nothing = {.cap = -1, .other = -1};

bool said_find(struct capgate_text text, const struct logged *e, struct said *ret)
{
	*ret = nothing;
	lastwords_in(text, consider, &(struct search){e, ret});
	return ret->ours;
}

/* Only a limit for the search; there are few places. */
#define PLACES_MAX 1000

bool said_look(const struct logged *e, const char *bundle, struct said *ret)
{
	char path[PATH_MAX];

	*ret = nothing;
	for (size_t i = 0; i < PLACES_MAX && !ret->ours; i++) {
		*ret = nothing;
		if (!lastwords_at(e->id, bundle, i, consider, &(struct search){e, ret}, path))
			return false;
	}
	memcpy(ret->from, path, strlen(path) + 1);
	return ret->ours;
}
