/* SPDX-License-Identifier: Apache-2.0 */
/* The table of controls, and the choice of controls by id. */
#include "controls.h"
#include "lib/base/base.h"

#include <string.h>

const struct control controls[] = {
#define CONTROL(id, subject, usual, catalogue, title, by_hand) \
	{id, CONTROL_##subject, usual, catalogue, title, by_hand},
#include "controls.def"
#undef CONTROL
	{0},
};

_Static_assert(COUNT(controls) <= 32,
	       "control_choice has a bit for each control");

static bool is(struct capgate_text word, const char *name)
{
	return strlen(name) == word.len &&
	       capgate_text_distance(word, capgate_text_of(name), 1) == 0;
}

static control_choice choose_one(struct capgate_text word)
{
	static const char docker[] = "CIS-Docker-";
	control_choice all = 0;

	for (size_t i = 0; controls[i].id; i++) {
		const char *id = controls[i].id;
		bool of_docker = strncmp(id, docker, sizeof(docker) - 1) == 0;

		all |= (control_choice)1 << i;
		if (is(word, id) || (of_docker && is(word, id + sizeof(docker) - 1)))
			return (control_choice)1 << i;
	}
	return is(word, "all") ? all : 0;
}

static control_choice choose_usual(void)
{
	control_choice choice = 0;

	for (size_t i = 0; controls[i].id; i++)
		if (controls[i].usual)
			choice |= (control_choice)1 << i;
	return choice;
}

control_choice controls_choose(const char *ids, struct capgate_text *unknown)
{
	control_choice choice = 0;

	if (!ids)
		return choose_usual();
	for (const char *p = ids;; p++) {
		struct capgate_text word = {p, strcspn(p, ",")};
		control_choice one = choose_one(word);

		if (!one) {
			*unknown = word;
			return 0;
		}
		choice |= one;
		p += word.len;
		if (*p == '\0')
			return choice;
	}
}

const char *controls_nearest(struct capgate_text word)
{
	const char *near = NULL;
	size_t best = 6;

	for (size_t i = 0; controls[i].id; i++) {
		size_t distance =
			capgate_text_distance(word, capgate_text_of(controls[i].id), best);

		if (distance < best) {
			best = distance;
			near = controls[i].id;
		}
	}
	return near;
}
