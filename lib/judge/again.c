/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a rewritten specification without reading all of it again.  A rewrite changes a few
 * values, about a hundredth of the text.  This does not trust the edits:
 *
 * - Edits may only be in places where a value may be replaced or a member inserted: the values
 *   of process.capabilities, process.noNewPrivileges and linux.sysctl, and after the opening
 *   brace of process or linux.  The strict reader found these places in the old text.  An edit
 *   within linux.seccomp is for profile.c, which has its own proof.  For any other edit the
 *   whole text is read.
 *
 * - Outside of these places the new text must have the same bytes as the old one.  They are
 *   compared.
 *
 * - The new content of these places is read by the same strict reader, in a small text that
 *   has the same members around it and one member for all others.  process and linux must
 *   begin and end there where they were put.  So each place contains whole values and whole
 *   members.  No other member may be among them.
 *
 * A value may be replaced by another value (RFC 8259, section 2), and an object may get a
 * member that it does not have.  So the new text is strict JSON as well.  Whatever the edits
 * do not touch has the same tokens, in the same members, at the same depth.  No object has a
 * member twice: the small text has none of the edited members twice, and no other key of the
 * old text can be taken for one of them.  So the result is the same as if the whole new text
 * was read.  The judgement itself is made again for everything.
 */
#include "again.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/spec/spec.h"
#include "edits.h"
#include "profile.h"

/* The places where edits may be; an insertion has the length 0. */
enum place { IN_PROCESS, CAPABILITIES, NO_NEW_PRIVS, IN_LINUX, SYSCTL, PROFILE, NPLACES };

struct changed {
	struct capgate_span was[NPLACES]; /* off 0: the text has no such place */
	size_t len[NPLACES];              /* in the new text */
	struct capgate_text is[NPLACES];
	struct capgate_text rules; /* the inserted rules, as a profile */
};

static struct capgate_span after_brace(struct capgate_span object)
{
	return (struct capgate_span){object.off + 1, 0};
}

static void find_places(const struct capgate_spec *spec, struct changed *c)
{
	*c = (struct changed){0};
	c->was[IN_PROCESS] = after_brace(spec->process);
	if (spec->capabilities != CAPGATE_ABSENT)
		c->was[CAPABILITIES] = spec->capabilities_at;
	if (spec->no_new_privs_presence == CAPGATE_PRESENT)
		c->was[NO_NEW_PRIVS] = spec->no_new_privs_at;
	if (spec->linux_presence == CAPGATE_PRESENT)
		c->was[IN_LINUX] = after_brace(spec->linux_at);
	if (spec->sysctl_presence != CAPGATE_ABSENT)
		c->was[SYSCTL] = spec->sysctl_at;
	if (spec->seccomp.presence == CAPGATE_PRESENT)
		c->was[PROFILE] = spec->seccomp.at;
	for (int i = 0; i < NPLACES; i++)
		c->len[i] = c->was[i].len;
}

/* Returns false if the edit is not in one of the places. */
static bool add_edit(struct changed *c, const struct capgate_edit *e)
{
	for (int i = 0; i < NPLACES; i++) {
		const struct capgate_span was = c->was[i];

		if (was.off == 0 || e->at.off < was.off ||
		    capgate_end_of(e->at) > capgate_end_of(was) || e->at.len > c->len[i])
			continue;
		c->len[i] = c->len[i] - e->at.len + e->with.len;
		/* A member must keep a value. */
		return was.len == 0 || c->len[i] > 0;
	}
	return false;
}

/* The place that comes next in the text; NPLACES if there is none. */
static int next_place(const struct changed *c, size_t from)
{
	int next = NPLACES;

	for (int i = 0; i < NPLACES; i++)
		if (c->was[i].off >= from && c->was[i].off > 0 &&
		    (next == NPLACES || c->was[i].off < c->was[next].off))
			next = i;
	return next;
}

/* Are both texts the same outside of the places?  Then c->is is filled in. */
static bool same_elsewhere(struct capgate_text old, struct capgate_text new, struct changed *c)
{
	size_t from = 0, at = 0;

	for (int i; (i = next_place(c, from)) != NPLACES;) {
		const size_t n = c->was[i].off - from;

		if (n > new.len - at || !capgate_same_bytes(old.p + from, new.p + at, n) ||
		    c->len[i] > new.len - at - n)
			return false;
		c->is[i] = (struct capgate_text){new.p + at + n, c->len[i]};
		at += n + c->len[i];
		from = capgate_end_of(c->was[i]);
		/* An insertion has no length, so next_place() must not find it again. */
		c->was[i].off = 0;
	}
	return capgate_text_equal((struct capgate_text){old.p + from, old.len - from},
				  (struct capgate_text){new.p + at, new.len - at});
}

/* Writes an object of the small text: the insertion, the kept members, the rest. */
static struct capgate_span out_object(struct capgate_out *out, bool was_empty,
				      struct capgate_text put_in, const char *const *names,
				      const struct capgate_text *values, size_t n)
{
	const size_t off = out->len;

	capgate_out_string(out, "{");
	capgate_out_bytes(out, put_in.p, put_in.len);
	for (size_t i = 0; i < n; i++) {
		if (!values[i].len)
			continue;
		capgate_out_string(out, names[i]);
		capgate_out_bytes(out, values[i].p, values[i].len);
		capgate_out_string(out, ",");
	}
	if (!was_empty)
		capgate_out_string(out, "\"" CAPGATE_EDITED_REST "\":0");
	capgate_out_string(out, "}");
	return (struct capgate_span){off, out->len - off};
}

static bool same_span(struct capgate_span a, struct capgate_span b)
{
	return a.off == b.off && a.len == b.len;
}

static bool is_empty(const struct capgate_spec *spec, struct capgate_span object)
{
	return capgate_is_empty_object(capgate_slice(spec->text, object));
}

/* The small text has fewer bytes than this around the places. */
#define AROUND 160

/* See capgate_read_edited(). */
static int read_small(const struct capgate_spec *spec, const struct changed *c,
		      struct capgate_arena *arena, struct capgate_spec *ret)
{
	static const char *const of_process[] = {"\"capabilities\":", "\"noNewPrivileges\":"};
	static const char *const of_linux[] = {"\"sysctl\":", "\"seccomp\":"};
	const struct capgate_text in_linux[] = {c->is[SYSCTL], c->rules};
	const bool alone = spec->kind == CAPGATE_PROCESS,
		   with_linux = !alone && spec->linux_presence == CAPGATE_PRESENT;
	struct capgate_span process, linux_at = {0};
	struct capgate_out out = {.size = AROUND + c->rules.len};
	struct capgate_error err;

	for (int i = 0; i < PROFILE; i++)
		out.size += c->is[i].len;
	out.p = capgate_arena_raw(arena, out.size);
	if (!out.p)
		return CAPGATE_ENOMEM;
	capgate_out_string(&out, alone ? "" : "{\"process\":");
	process = out_object(&out, is_empty(spec, spec->process), c->is[IN_PROCESS], of_process,
			     &c->is[CAPABILITIES], COUNT(of_process));
	if (with_linux) {
		capgate_out_string(&out, ",\"linux\":");
		linux_at = out_object(&out, is_empty(spec, spec->linux_at), c->is[IN_LINUX],
				      of_linux, in_linux, COUNT(of_linux));
	}
	capgate_out_string(&out, alone ? "" : "}");
	if (out.len > out.size)
		return CAPGATE_EINTERNAL;
	if (capgate_spec_parse_edited((struct capgate_text){out.p, out.len}, spec->kind, arena, ret,
				      &err) < 0)
		return err.code == CAPGATE_ENOMEM ? CAPGATE_ENOMEM : CAPGATE_EINTERNAL;
	return same_span(ret->process, process) &&
			       (!with_linux || same_span(ret->linux_at, linux_at))
		       ? 0
		       : CAPGATE_EINTERNAL;
}

/* Reads the new profile: the old one, edited or not, or an inserted one. */
static int read_profile(const struct capgate_spec *spec, const struct changed *c,
			const struct capgate_edits *edits, const struct capgate_spec *small,
			struct capgate_arena *arena, struct capgate_seccomp *ret)
{
	*ret = small->seccomp;
	ret->names = NULL; /* positions in the small text */
	ret->n_names = 0;
	if (spec->seccomp.presence == CAPGATE_ABSENT)
		return 0;
	/* Then linux would have it twice. */
	if (!c->rules.len && small->seccomp.presence != CAPGATE_ABSENT)
		return CAPGATE_EINTERNAL;
	*ret = spec->seccomp;
	return spec->seccomp.presence == CAPGATE_PRESENT
		       ? capgate_read_edited_profile(spec, edits, c->is[PROFILE], &small->seccomp,
						     arena, ret)
		       : 0;
}

/* Combines the old reading with the new values of the edited members. */
static struct capgate_spec put_together(const struct capgate_spec *spec,
					const struct capgate_spec *small,
					const struct capgate_seccomp *profile)
{
	struct capgate_spec whole = *spec;

	memcpy(whole.set, small->set, sizeof(whole.set));
	whole.capabilities = small->capabilities;
	whole.capabilities_at = small->capabilities_at;
	whole.no_new_privs_presence = small->no_new_privs_presence;
	whole.no_new_privs_at = small->no_new_privs_at;
	whole.no_new_privs = small->no_new_privs;
	whole.sysctl_presence = small->sysctl_presence;
	whole.sysctl_at = small->sysctl_at;
	whole.sysctl = small->sysctl;
	whole.n_sysctl = small->n_sysctl;
	whole.seccomp = *profile;
	whole.identity_pretended = capgate_identity_is_pretended(&whole);
	return whole;
}

int capgate_read_edited(const struct capgate_spec *spec, const struct capgate_edits *edits,
			struct capgate_text text, struct capgate_arena *arena,
			struct capgate_spec *ret)
{
	struct capgate_seccomp profile;
	struct capgate_spec small;
	struct changed c;
	int status;

	find_places(spec, &c);
	for (size_t i = 0; i < edits->n; i++)
		if (!add_edit(&c, &edits->v[i]))
			return CAPGATE_EINTERNAL;
	if (!same_elsewhere(spec->text, text, &c))
		return CAPGATE_EINTERNAL;
	status = capgate_profile_of_put_in(spec, edits, arena, &c.rules);
	if (status == 0)
		status = read_small(spec, &c, arena, &small);
	if (status == 0)
		status = read_profile(spec, &c, edits, &small, arena, &profile);
	if (status == 0)
		*ret = put_together(spec, &small, &profile);
	return status;
}

void capgate_assess_again(const struct capgate_spec *spec, const struct capgate_edits *edits,
			  struct capgate_text text, const struct capgate_policy *policy,
			  struct capgate_arena *arena, struct capgate_report *ret)
{
	struct capgate_spec edited;
	struct capgate_error err;
	int status = CAPGATE_EINTERNAL;

	/* A text that is too long is read as a whole, which refuses it with the reason. */
	if (text.len <= policy->max_bytes)
		status = capgate_read_edited(spec, edits, text, arena, &edited);
	if (status == CAPGATE_EINTERNAL) {
		capgate_assess(text, spec->kind, policy, arena, NULL, ret);
		return;
	}
	if (status < 0)
		capgate_fail_memory(&err);
	else
		status = capgate_judge(&edited, policy, arena, ret, &err);
	if (status < 0)
		*ret = capgate_report_of(&err);
}
