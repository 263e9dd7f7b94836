/* SPDX-License-Identifier: Apache-2.0 */
#include "found.h"

#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"

bool found_starts(const struct logged *e)
{
	return capgate_text_is(e->stage, "precreate") || capgate_text_is(e->stage, "create") ||
	       capgate_text_is(e->stage, "run") || capgate_text_is(e->stage, "restore");
}

/* Does the entry replace the kept one?  A later hook that had nothing to remove, or an exec,
 * does not. */
static bool supersedes(const struct kept *k, const struct logged *e)
{
	return k->len == 0 || k->allowed || !k->starts || found_starts(e) ||
	       !capgate_text_is(e->verdict, "pass");
}

static void keep_bundle(struct kept *k, const struct logged *e)
{
	if (e->bundle.len == 0 || e->bundle.len >= sizeof(k->bundle))
		return;
	memcpy(k->bundle, e->bundle.p, e->bundle.len);
	k->bundle[e->bundle.len] = '\0';
}

static void keep(struct kept *k, const struct logged *e)
{
	if (e->line.len > sizeof(k->line))
		return;
	k->allowed = capgate_text_is(e->verdict, "pass");
	k->starts = found_starts(e);
	k->bundle[0] = '\0';
	memcpy(k->line, e->line.p, e->line.len);
	k->len = e->line.len;
	k->id_len = e->id.len < sizeof(k->id) ? e->id.len : sizeof(k->id);
	memcpy(k->id, e->id.len ? e->id.p : "", k->id_len);
	keep_bundle(k, e);
}

static bool is_of(const struct kept *k, const struct logged *e)
{
	return k->len && k->id_len &&
	       capgate_text_equal(e->id, (struct capgate_text){k->id, k->id_len});
}

static void keep_bundle_of(struct kept *k, const struct logged *e)
{
	if (is_of(k, e))
		keep_bundle(k, e);
}

/* Keeps the last entry of one container. */
static void keep_last(struct kept *k, const struct logged *e)
{
	if (supersedes(k, e))
		keep(k, e);
	/* precreate does not know where the bundle will be; the hooks after it do. */
	keep_bundle(k, e);
}

static void consider_any(struct found *f, const struct logged *e)
{
	/* doctor's trials are not containers of users. */
	if (capgate_text_is(e->id, WIRING_CANARY_ID))
		return;
	if (capgate_text_is(e->verdict, "refuse")) {
		keep(&f->first, e);
		f->rewrites = 0;
	} else if (capgate_text_is(e->verdict, "strip")) {
		keep(&f->second, e);
		f->rewrites++;
	}
	keep_bundle_of(&f->first, e);
	keep_bundle_of(&f->second, e);
}

void found_consider(void *user, const struct logged *e)
{
	struct found *f = user;
	struct kept *k = &f->second;

	if (f->wanted.len == 0) {
		consider_any(f, e);
	} else if (capgate_text_equal(e->id, f->wanted)) {
		keep_last(&f->first, e);
	} else if (e->id.len > f->wanted.len && memcmp(e->id.p, f->wanted.p, f->wanted.len) == 0) {
		const bool another = k->len && !is_of(k, e);

		f->ambiguous |= another;
		if (another)
			keep(k, e);
		keep_last(k, e);
	}
}

const struct kept *found_choose(const struct found *f)
{
	const struct kept *k = f->first.len ? &f->first : &f->second;

	if (k == &f->second && f->ambiguous)
		io_say("why: several ids begin with %.*s; this is the most recent",
		       (int)f->wanted.len, f->wanted.p);
	if (k == &f->first && f->rewrites)
		io_say("why: rewritten since then: %zu, the last one %.*s; capgate why ID shows "
		       "one",
		       f->rewrites, f->second.id_len ? (int)f->second.id_len : 14,
		       f->second.id_len ? f->second.id : "without a name");
	return k->len ? k : NULL;
}
