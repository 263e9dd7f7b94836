/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include <string.h>

#include "lib/base/base.h"
#include "spec.h"

/* A shorter profile is read as fast as it is compared; engines have no longer ones. */
#define LEAST ((size_t)64)
#define MOST ((size_t)128 << 10)

/* ---- Kept ---------------------------------------------------------------------- */

/* Returns false if there is no room. */
static bool copy_text(struct capgate_text *text, struct capgate_arena *arena)
{
	char *p;

	if (text->len == 0)
		return true;
	p = capgate_arena_raw(arena, text->len);
	if (!p)
		return false;
	memcpy(p, text->p, text->len);
	text->p = p;
	return true;
}

/* Copies the items of an array.  Returns false if there is no room. */
static bool copy_array(void **items, size_t n, size_t size, struct capgate_arena *arena)
{
	void *p = capgate_arena_raw(arena, n ? n * size : 1);

	if (!p)
		return false;
	if (n)
		memcpy(p, *items, n * size);
	*items = p;
	return true;
}

static bool copy_rule(struct capgate_seccomp_rule *rule, size_t base, struct capgate_arena *arena)
{
	rule->at.off -= base;
	if (!copy_text(&rule->action, arena) ||
	    !copy_array((void **)&rule->args, rule->n_args, sizeof(*rule->args), arena))
		return false;
	for (size_t i = 0; i < rule->n_args; i++) {
		rule->args[i].value_at.off -= base;
		if (!copy_text(&rule->args[i].op, arena))
			return false;
	}
	return true;
}

static bool copy_reading(struct capgate_seccomp *s, struct capgate_arena *arena)
{
	const size_t base = s->at.off;

	s->at.off = 0;
	s->syscalls_at.off -= base;
	if (!copy_text(&s->default_action, arena) ||
	    !copy_array((void **)&s->architectures, s->n_architectures, sizeof(*s->architectures),
			arena) ||
	    !copy_array((void **)&s->rules, s->n_rules, sizeof(*s->rules), arena) ||
	    !copy_array((void **)&s->names, s->n_names, sizeof(*s->names), arena))
		return false;
	for (size_t i = 0; i < s->n_names; i++)
		s->names[i].at.off -= base;
	for (size_t i = 0; i < s->n_architectures; i++)
		if (!copy_text(&s->architectures[i], arena))
			return false;
	for (size_t i = 0; i < s->n_rules; i++)
		if (!copy_rule(&s->rules[i], base, arena))
			return false;
	return true;
}

bool capgate_known_profile_keep(const struct capgate_spec *spec, struct capgate_arena *arena,
				struct capgate_known_profile *ret)
{
	struct capgate_known_profile known = {capgate_slice(spec->text, spec->seccomp.at),
					      spec->seccomp};

	*ret = (struct capgate_known_profile){0};
	if (spec->kind != CAPGATE_CONFIG || spec->seccomp.presence != CAPGATE_PRESENT ||
	    known.text.len < LEAST || known.text.len > MOST || !copy_text(&known.text, arena) ||
	    !copy_reading(&known.reading, arena))
		return false;
	*ret = known;
	return true;
}

/* ---- Found ----------------------------------------------------------------------- */

/* Look at this many occurrences of the word at most. */
#define TRIES 4

/* The position, from at, at which the value of such a member begins. */
static size_t value_after(struct capgate_text text, size_t at)
{
	while (at < text.len && (capgate_is_blank(text.p[at]) || text.p[at] == ':'))
		at++;
	return at;
}

/* Finds a known profile after its member's name in the text; n if there is none.  The reader
 * checks what is around it. */
static size_t find(struct capgate_text text, const struct capgate_known_profile *known, size_t n,
		   struct capgate_span *ret)
{
	static const char name[] = "\"seccomp\"";
	size_t from = 0;

	for (int i = 0; i < TRIES; i++) {
		const char *p = memmem(text.p + from, text.len - from, name, sizeof(name) - 1);

		if (!p)
			break;
		from = value_after(text, (size_t)(p - text.p) + sizeof(name) - 1);
		for (size_t k = 0; k < n; k++) {
			const struct capgate_text is = known[k].text;

			*ret = (struct capgate_span){from, is.len};
			if (is.len && is.len <= text.len - from &&
			    memcmp(text.p + from, is.p, is.len) == 0)
				return k;
		}
	}
	return n;
}

static bool move_rule(struct capgate_seccomp_rule *rule, size_t by, struct capgate_arena *arena)
{
	rule->at.off += by;
	if (!rule->n_args)
		return true;
	if (!copy_array((void **)&rule->args, rule->n_args, sizeof(*rule->args), arena))
		return false;
	for (size_t i = 0; i < rule->n_args; i++)
		rule->args[i].value_at.off += by;
	return true;
}

/* Inserts the known reading at its position in this text.  Returns false if there is no room. */
static bool put_in(const struct capgate_known_profile *known, struct capgate_arena *arena,
		   struct capgate_seccomp *ret)
{
	const struct capgate_span at = ret->at;
	struct capgate_seccomp s = known->reading;

	if (!copy_array((void **)&s.rules, s.n_rules, sizeof(*s.rules), arena) ||
	    !copy_array((void **)&s.names, s.n_names, sizeof(*s.names), arena))
		return false;
	s.at = at;
	s.syscalls_at.off += at.off;
	for (size_t i = 0; i < s.n_names; i++)
		s.names[i].at.off += at.off;
	for (size_t i = 0; i < s.n_rules; i++)
		if (!move_rule(&s.rules[i], at.off, arena))
			return false;
	*ret = s;
	return true;
}

int capgate_spec_parse_known(struct capgate_text text, enum capgate_kind kind,
			     const struct capgate_known_profile *known, size_t n,
			     struct capgate_arena *arena, struct capgate_spec *ret, size_t *used,
			     struct capgate_error *err)
{
	struct capgate_span at;
	const size_t before = arena->used,
		     which = kind == CAPGATE_CONFIG ? find(text, known, n, &at) : n;
	struct capgate_spec spec;

	if (which < n && capgate_spec_parse_around(text, at, arena, &spec, err) == 0 &&
	    put_in(&known[which], arena, &spec.seccomp)) {
		spec.identity_pretended = capgate_identity_is_pretended(&spec);
		*used = which;
		*ret = spec;
		return 0;
	}
	/* After any failure, the caller reads the whole text and gets the reason. */
	arena->used = before;
	*used = n;
	return capgate_spec_parse(text, kind, arena, ret, err);
}
