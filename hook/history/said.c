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
	capgate_set removed;
	struct said *said;
};

static void consider(void *user, struct capgate_text words)
{
	const struct search *search = user;
	struct said *s = search->said;
	struct capgate_meaning meanings[CAPGATE_MEANINGS_MAX];
	const size_t n = capgate_message_meanings(words, meanings);

	for (size_t i = 0; i < n; i++)
		if (capgate_set_has(search->removed, (int)meanings[i].cap)) {
			keep_line(s, words);
			s->cap = (int)meanings[i].cap;
			s->why = meanings[i].why;
			return;
		}
	if (s->cap >= 0)
		return;
	keep_line(s, words);
	s->other = n ? (int)meanings[0].cap : -1;
	s->why = n ? meanings[0].why : NULL;
}

static const struct said nothing = {.cap = -1, .other = -1};

bool said_find(struct capgate_text text, capgate_set removed, struct said *ret)
{
	*ret = nothing;
	lastwords_in(text, consider, &(struct search){removed, ret});
	return ret->cap >= 0;
}

/* Places are few; this one ends the search in any case. */
#define PLACES_MAX 1000

bool said_look(const struct logged *e, const char *bundle, struct said *ret)
{
	char path[PATH_MAX];

	*ret = nothing;
	for (size_t i = 0; i < PLACES_MAX && ret->cap < 0; i++) {
		*ret = nothing;
		if (!lastwords_at(e->id, bundle, i, consider, &(struct search){e->removed, ret},
				  path))
			return false;
	}
	memcpy(ret->from, path, strlen(path) + 1);
	return ret->cap >= 0;
}
