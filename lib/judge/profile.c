/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why this is equivalent to reading the whole profile: the old one was strict JSON, and the
 * strict reader found its elements and values.  An array without some elements, and without the
 * comma between each of them and a neighbour, is an array of the others.  A number may be
 * replaced by a number.  Rules before the first one are read with a marker rule of ours after
 * them: if the marker is found as a rule, at its position, then whatever is before it consists
 * of whole elements of the same array.
 */
#include "profile.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/json/json.h"
#include "lib/spec/spec.h"
#include "edits.h"

struct edited {
	const struct capgate_spec *spec;
	struct capgate_arena *arena;
	struct capgate_seccomp_rule *rules; /* the old ones with the edits */
	struct capgate_span *names_at, *rules_at;
	unsigned *left; /* for each rule: calls that make or enter a user namespace */
	bool *gone;     /* for each rule */
	const struct capgate_seccomp *put_in;
	size_t n_put_in; /* inserted rules, without the marker */
	bool any_put_in;
};

static int begin(struct edited *p)
{
	const struct capgate_seccomp *s = &p->spec->seccomp;
	const size_t n = s->n_rules + 1;

	p->rules = capgate_arena_alloc(p->arena, n * sizeof(*p->rules));
	p->rules_at = capgate_arena_alloc(p->arena, n * sizeof(*p->rules_at));
	p->names_at = capgate_arena_alloc(p->arena, (s->n_names + 1) * sizeof(*p->names_at));
	p->left = capgate_arena_alloc(p->arena, n * sizeof(*p->left));
	p->gone = capgate_arena_alloc(p->arena, n * sizeof(*p->gone));
	if (!p->rules || !p->rules_at || !p->names_at || !p->left || !p->gone)
		return CAPGATE_ENOMEM;
	for (size_t i = 0; i < s->n_rules; i++) {
		p->rules[i] = s->rules[i];
		p->rules_at[i] = s->rules[i].at;
	}
	for (size_t i = 0; i < s->n_names; i++)
		p->names_at[i] = s->names[i].at;
	return 0;
}

/* ---- One edit ---------------------------------------------------------------------- */

/*
 * The number of elements that a cut removes, with the comma before the first or the one after
 * the last, and nothing else.  *first: the first of them. 0 if it cuts anything else.
 */
static size_t elements_cut(struct capgate_text text, struct capgate_span cut,
			   const struct capgate_span *v, size_t n, size_t *first)
{
	const size_t end = capgate_end_of(cut);
	size_t i = 0, last;

	while (i < n && v[i].off < cut.off)
		i++;
	if (i == n)
		return 0;
	for (last = i; last + 1 < n && v[last + 1].off < end; last++)
		if (capgate_element_after(text, capgate_end_of(v[last])) != v[last + 1].off)
			return 0;
	*first = i;
	if (v[i].off == cut.off)
		return capgate_element_after(text, capgate_end_of(v[last])) == end ? last + 1 - i
										   : 0;
	return capgate_element_before(text, v[i].off) == cut.off && capgate_end_of(v[last]) == end
		       ? last + 1 - i
		       : 0;
}

static bool take_out(struct edited *p, struct capgate_span cut, bool *name_gone)
{
	const struct capgate_seccomp *s = &p->spec->seccomp;
	size_t first, n = elements_cut(p->spec->text, cut, p->names_at, s->n_names, &first);

	if (n) {
		memset(name_gone + first, true, n);
		return true;
	}
	n = elements_cut(p->spec->text, cut, p->rules_at, s->n_rules, &first);
	if (n)
		memset(p->gone + first, true, n);
	return n > 0;
}

/* Is it a JSON number that the reader accepts? */
static bool is_number(struct capgate_text text, uint64_t *ret)
{
	return capgate_json_uint(text, UINT64_MAX, ret) && (text.len == 1 || text.p[0] != '0');
}

/* Returns 0, CAPGATE_EINTERNAL or CAPGATE_ENOMEM. */
static int change_value(struct edited *p, const struct capgate_edit *e)
{
	uint64_t value;

	if (!is_number(e->with, &value))
		return CAPGATE_EINTERNAL;
	for (size_t i = 0; i < p->spec->seccomp.n_rules; i++) {
		struct capgate_seccomp_rule *rule = &p->rules[i];

		for (size_t k = 0; k < rule->n_args; k++) {
			const size_t size = rule->n_args * sizeof(*rule->args);
			struct capgate_seccomp_arg *args;

			if (rule->args[k].value_at.off != e->at.off ||
			    rule->args[k].value_at.len != e->at.len || !rule->args[k].well_formed)
				continue;
			args = capgate_arena_alloc(p->arena, size);
			if (!args)
				return CAPGATE_ENOMEM;
			memcpy(args, rule->args, size);
			args[k].value = value;
			rule->args = args;
			return 0;
		}
	}
	return CAPGATE_EINTERNAL;
}

/* ---- What is put in front of the first rule ------------------------------------------- */

#define BEFORE "{\"syscalls\":["
#define MARK "{\"names\":[\"setns\"]}"
#define AFTER "]}"

static bool is_put_in(const struct capgate_spec *spec, const struct capgate_edit *e)
{
	return spec->seccomp.presence == CAPGATE_PRESENT &&
	       spec->seccomp.syscalls == CAPGATE_PRESENT && e->at.len == 0 &&
	       e->at.off == spec->seccomp.syscalls_at.off + 1;
}

int capgate_profile_of_put_in(const struct capgate_spec *spec, const struct capgate_edits *edits,
			      struct capgate_arena *arena, struct capgate_text *ret)
{
	struct capgate_out out = {0};
	size_t i = 0;

	*ret = (struct capgate_text){0};
	while (i < edits->n && !is_put_in(spec, &edits->v[i]))
		i++;
	if (i == edits->n)
		return 0;
	out.size = sizeof(BEFORE MARK AFTER) + edits->v[i].with.len;
	out.p = capgate_arena_raw(arena, out.size);
	if (!out.p)
		return CAPGATE_ENOMEM;
	capgate_out_string(&out, BEFORE);
	capgate_out_bytes(&out, edits->v[i].with.p, edits->v[i].with.len);
	capgate_out_string(&out, MARK AFTER);
	*ret = capgate_out_text(&out);
	return 0;
}

/* rest: what follows in the new text; it must be a rule, as the marker is. */
static bool take_put_in(struct edited *p, const struct capgate_edit *e, struct capgate_text rest)
{
	const size_t n = p->put_in->n_rules,
		     mark = p->put_in->at.off + strlen(BEFORE) + e->with.len;

	while (rest.len && capgate_is_blank(rest.p[0]))
		rest = (struct capgate_text){rest.p + 1, rest.len - 1};
	if (p->any_put_in || n == 0 || !rest.len || rest.p[0] != '{' ||
	    p->put_in->rules[n - 1].at.off != mark ||
	    p->put_in->rules[n - 1].at.len != strlen(MARK))
		return false;
	p->any_put_in = true;
	p->n_put_in = n - 1;
	return true;
}

/* ---- All of them ------------------------------------------------------------------------ */

static int take_edit(struct edited *p, const struct capgate_edit *e, struct capgate_text rest,
		     bool *name_gone)
{
	if (is_put_in(p->spec, e))
		return take_put_in(p, e, rest) ? 0 : CAPGATE_EINTERNAL;
	if (e->with.len == 0)
		return take_out(p, e->at, name_gone) ? 0 : CAPGATE_EINTERNAL;
	return change_value(p, e);
}

/* Checks that the new text is the old one with these edits, and applies each edit. */
static int take_edits(struct edited *p, const struct capgate_edits *edits, struct capgate_text new,
		      bool *name_gone)
{
	const struct capgate_span at = p->spec->seccomp.at;
	const char *old = p->spec->text.p;
	size_t from = at.off, i;

	for (i = 0; i < edits->n; i++) {
		const struct capgate_edit *e = &edits->v[i];
		int status;
		size_t n;

		if (e->at.off < at.off || capgate_end_of(e->at) > capgate_end_of(at))
			continue;
		if (e->at.off < from)
			return CAPGATE_EINTERNAL;
		n = e->at.off - from;
		if (n > new.len || !capgate_same_bytes(old + from, new.p, n) ||
		    e->with.len > new.len - n ||
		    !capgate_same_bytes(e->with.p, new.p + n, e->with.len))
			return CAPGATE_EINTERNAL;
		n += e->with.len;
		new = (struct capgate_text){new.p + n, new.len - n};
		from = capgate_end_of(e->at);
		status = take_edit(p, e, new, name_gone);
		if (status < 0)
			return status;
	}
	return capgate_text_equal((struct capgate_text){old + from, capgate_end_of(at) - from}, new)
		       ? 0
		       : CAPGATE_EINTERNAL;
}

/* Does the rule still matter to the reader? */
static bool stays(const struct capgate_seccomp_rule *rule)
{
	return rule->calls || capgate_effect_of(rule->action) == CAPGATE_EFFECT_ASKS;
}

static int put_together(struct edited *p, const bool *name_gone, struct capgate_seccomp *ret)
{
	const struct capgate_seccomp *s = &p->spec->seccomp;
	struct capgate_seccomp new = *s;
	size_t n = p->n_put_in;

	new.rules = capgate_arena_alloc(p->arena, (n + s->n_rules + 1) * sizeof(*new.rules));
	if (!new.rules)
		return CAPGATE_ENOMEM;
	if (n)
		memcpy(new.rules, p->put_in->rules, n * sizeof(*new.rules));
	for (size_t i = 0; i < s->n_names; i++)
		if (!name_gone[i])
			p->left[s->names[i].rule] |= s->names[i].call;
	for (size_t i = 0; i < s->n_rules; i++) {
		p->rules[i].calls = (p->rules[i].calls & ~CAPGATE_CALLS_USERNS) | p->left[i];
		if (!p->gone[i] && stays(&p->rules[i]))
			new.rules[n++] = p->rules[i];
	}
	new.n_rules = n;
	new.names = NULL;
	new.n_names = 0;
	*ret = new;
	return 0;
}

int capgate_read_edited_profile(const struct capgate_spec *spec, const struct capgate_edits *edits,
				struct capgate_text text, const struct capgate_seccomp *put_in,
				struct capgate_arena *arena, struct capgate_seccomp *ret)
{
	struct edited p = {.spec = spec, .arena = arena, .put_in = put_in};
	bool *name_gone = capgate_arena_alloc(arena, spec->seccomp.n_names + 1);
	int status = name_gone ? begin(&p) : CAPGATE_ENOMEM;

	if (status == 0)
		status = take_edits(&p, edits, text, name_gone);
	return status < 0 ? status : put_together(&p, name_gone, ret);
}
