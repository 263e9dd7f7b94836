/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nine tenths of an ordinary specification are its seccomp profile, in which a rewrite
 * changes nothing.  It is not read twice, and nothing is taken on trust for that:
 *
 * - The new text has the same bytes for the profile as the old one.  They are compared,
 *   whatever the edits say.
 * - In the old text they were one JSON value, the member "seccomp" of the member
 *   "linux", by the strict reader: its end, its keys, its depth and its shape depend on
 *   nothing outside.
 * - The new text with "{}" in that place is read whole, and the "{}" must come out as
 *   linux.seccomp.  A value may stand wherever another may (RFC 8259, section 2), so the
 *   new text is strict JSON as well, with the same members around the profile.
 *
 * What the reader made of the profile is then what it would make of it again.  The
 * judgement itself is made again, of the whole.
 */
#include "again.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/spec/spec.h"
#include "edits.h"

/* A shorter profile is read as quickly as it is left out. */
#define WORTH_IT 64

static const struct capgate_text stand_in = {"{}", 2};

/* Where the profile is in the new text; false when it was edited. */
static bool find_profile(const struct capgate_spec *spec, const struct capgate_edits *edits,
			 struct capgate_text text, struct capgate_span *ret)
{
	const struct capgate_span at = spec->seccomp.at;
	size_t off = at.off;

	if (spec->kind != CAPGATE_CONFIG || spec->seccomp.presence != CAPGATE_PRESENT ||
	    at.len < WORTH_IT)
		return false;
	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *e = &edits->v[i];

		if (e->at.off >= capgate_end_of(at))
			continue;
		if (capgate_end_of(e->at) > at.off)
			return false;
		off = off - e->at.len + e->with.len;
	}
	*ret = (struct capgate_span){off, at.len};
	return off <= text.len && at.len <= text.len - off &&
	       memcmp(text.p + off, spec->text.p + at.off, at.len) == 0;
}

/* The new text without the profile; .p is NULL when there is no memory. */
static struct capgate_text leave_out(struct capgate_text text, struct capgate_span profile,
				     struct capgate_arena *arena)
{
	const size_t rest = text.len - capgate_end_of(profile);
	const size_t len = profile.off + stand_in.len + rest;
	char *p = capgate_arena_raw(arena, len);

	if (!p)
		return (struct capgate_text){0};
	memcpy(p, text.p, profile.off);
	memcpy(p + profile.off, stand_in.p, stand_in.len);
	memcpy(p + profile.off + stand_in.len, text.p + capgate_end_of(profile), rest);
	return (struct capgate_text){p, len};
}

/* 0 when it was read so; its places are those of the text that has the stand-in. */
static int read_around(const struct capgate_spec *spec, struct capgate_text text,
		       struct capgate_span profile, struct capgate_arena *arena,
		       struct capgate_spec *ret)
{
	const struct capgate_text shorter = leave_out(text, profile, arena);
	struct capgate_spec around;
	struct capgate_error ignored;

	if (!shorter.p || capgate_spec_parse(shorter, spec->kind, arena, &around, &ignored) < 0)
		return CAPGATE_EINTERNAL;
	if (around.seccomp.presence != CAPGATE_PRESENT || around.seccomp.at.off != profile.off ||
	    around.seccomp.at.len != stand_in.len)
		return CAPGATE_EINTERNAL;
	profile = around.seccomp.at;
	around.seccomp = spec->seccomp;
	around.seccomp.at = profile;
	around.identity_pretended = capgate_identity_is_pretended(&around);
	*ret = around;
	return 0;
}

void capgate_assess_again(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text text, const struct capgate_policy *policy,
			  struct capgate_arena *arena, struct capgate_report *ret)
{
	struct capgate_spec around;
	struct capgate_span profile;
	struct capgate_error err;

	/* A profile that lets user namespaces be made is looked at in the text where they
	 * are denied.  What is too long, or fails here, fails below with its reason. */
	if ((policy->user_namespaces == CAPGATE_USERNS_DENY &&
	     !capgate_seccomp_blocks_userns(spec)) ||
	    text.len > policy->max_bytes ||
	    !find_profile(spec, edits, text, &profile) ||
	    read_around(spec, text, profile, arena, &around) < 0)
		capgate_assess(text, spec->kind, policy, arena, NULL, ret);
	else if (capgate_judge(&around, policy, arena, ret, &err) < 0)
		*ret = capgate_report_of(&err);
}
