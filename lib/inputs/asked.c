/* SPDX-License-Identifier: Apache-2.0 */
#include "asked.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"

size_t capgate_asked_find(struct capgate_text t, char c)
{
	const char *at = t.len ? memchr(t.p, c, t.len) : NULL;

	return at ? (size_t)(at - t.p) : t.len;
}

struct capgate_text capgate_asked_after(struct capgate_text t, size_t n)
{
	return n < t.len ? (struct capgate_text){t.p + n, t.len - n} : (struct capgate_text){0};
}

/* Variables of a shell, compose, an editor or Nomad, and specifiers of systemd. */
bool capgate_asked_has_variable(struct capgate_text word)
{
	return capgate_asked_find(word, '$') < word.len || capgate_asked_find(word, '%') < word.len;
}

static bool is_all(struct capgate_text name)
{
	return capgate_text_distance(name, capgate_text_of("ALL"), 1) == 0 ||
	       capgate_text_distance(name, capgate_text_of("CAP_ALL"), 1) == 0;
}

int capgate_asked_add(struct capgate_request *r, struct capgate_text name, struct capgate_span at,
		      struct capgate_arena *arena)
{
	struct capgate_places *places = &r->seen.places;
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		r->add = capgate_set_or(r->add, capgate_set_of(cap));
	else if (is_all(name))
		r->add_all = true;
	else
		r->unknown = name;
	r->variable |= cap < 0 && capgate_asked_has_variable(name);
	if (capgate_arena_room(arena, (void **)&places->added, &r->added_room, places->n_added + 1,
			       sizeof(*places->added)) < 0)
		return CAPGATE_ENOMEM;
	places->added[places->n_added++] = (struct capgate_named){at, cap};
	return 0;
}

bool capgate_asked_has_prefix(struct capgate_text name)
{
	return name.len >= 4 && capgate_text_distance((struct capgate_text){name.p, 4},
						      capgate_text_of("CAP_"), 1) == 0;
}

void capgate_asked_drop(struct capgate_request *r, struct capgate_text name)
{
	int cap = capgate_cap_lenient(name);

	if (cap >= 0)
		r->drop = capgate_set_or(r->drop, capgate_set_of(cap));
	r->drop_all |= is_all(name);
	r->variable |= cap < 0 && capgate_asked_has_variable(name);
}

void capgate_asked_security(struct capgate_request *r, struct capgate_text option)
{
	if (capgate_text_begins(option, "no-new-privileges") &&
	    !capgate_text_is(option, "no-new-privileges:false") &&
	    !capgate_text_is(option, "no-new-privileges=false"))
		r->no_new_privs = true;
	if (capgate_text_is(option, "seccomp=unconfined") ||
	    capgate_text_is(option, "seccomp:unconfined"))
		r->unconfined = true;
}

struct capgate_request_mount *capgate_request_add_mount(struct capgate_request *r,
							struct capgate_arena *arena)
{
	if (capgate_arena_room(arena, (void **)&r->mounts, &r->mounts_room, r->n_mounts + 1,
			       sizeof(*r->mounts)) < 0)
		return NULL;
	r->mounts[r->n_mounts] = (struct capgate_request_mount){0};
	return &r->mounts[r->n_mounts++];
}

/* More than the kernel has.  The rest is ignored. */
#define SYSCTLS_MAX 1024

int capgate_asked_sysctl(struct capgate_request *r, struct capgate_text name,
			 struct capgate_text value, struct capgate_arena *arena)
{
	if (r->n_sysctls == SYSCTLS_MAX)
		return 0;
	if (capgate_arena_room(arena, (void **)&r->sysctls, &r->sysctls_room, r->n_sysctls + 1,
			       sizeof(*r->sysctls)) < 0)
		return CAPGATE_ENOMEM;
	r->sysctls[r->n_sysctls++] = (struct capgate_pair){.key = name, .value = value};
	return 0;
}

int capgate_asked_sysctl_word(struct capgate_request *r, struct capgate_text word,
			      struct capgate_arena *arena)
{
	const size_t name = capgate_asked_find(word, '=');

	return capgate_asked_sysctl(r, (struct capgate_text){word.p, name},
				    capgate_asked_after(word, name + 1), arena);
}

int capgate_asked_volume(struct capgate_request *r, struct capgate_text words,
			 struct capgate_arena *arena)
{
	const size_t source = capgate_asked_find(words, ':');
	struct capgate_text rest = capgate_asked_after(words, source + 1);
	struct capgate_request_mount *m = capgate_request_add_mount(r, arena);

	if (!m)
		return CAPGATE_ENOMEM;
	rest = capgate_asked_after(rest, capgate_asked_find(rest, ':') + 1);
	m->source = (struct capgate_text){words.p, source};
	m->bind = source < words.len && source > 0 && strchr("/.~", words.p[0]) != NULL;
	m->writable = true;
	while (rest.len) {
		const size_t option = capgate_asked_find(rest, ',');

		if (capgate_text_is((struct capgate_text){rest.p, option}, "ro"))
			m->writable = false;
		rest = capgate_asked_after(rest, option + 1);
	}
	return 0;
}

bool capgate_asked_own_users(struct capgate_text mode)
{
	static const char *const own[] = {"auto", "keep-id", "nomap", "private"};

	mode.len = capgate_asked_find(mode, ':');
	for (size_t i = 0; i < COUNT(own); i++)
		if (capgate_text_is(mode, own[i]))
			return true;
	return false;
}
