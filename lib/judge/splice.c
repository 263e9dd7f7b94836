/* SPDX-License-Identifier: Apache-2.0 */
#include "splice.h"

#include "lib/base/base.h"
#include "narrow.h"

#define FLAG_TEXT "268435456" /* CLONE_NEWUSER_BIT */

/* ---- The new rules, as text ---------- */

#define ENTRY_BEGINS "{\"names\":["
#define WITHOUT_FLAG \
	",\"args\":[{\"index\":0,\"value\":" FLAG_TEXT \
	",\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"
#define WITH_FLAG \
	",\"args\":[{\"index\":0,\"value\":" FLAG_TEXT ",\"valueTwo\":" FLAG_TEXT \
	",\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"
#define EPERM_ACTION "],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1"
#define ENOSYS_ACTION "],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38"

/* At most five entries of ten parts. */
#define PARTS_MAX 64

struct parts {
	const char *v[PARTS_MAX];
	size_t n;
	bool any;
};

static void add_part(struct parts *t, const char *words)
{
	t->v[t->n++] = words;
}

static void add_entry(struct parts *t, unsigned calls, const char *action, const char *args)
{
	bool first = true;

	if (!calls)
		return;
	add_part(t, t->any ? "," : "");
	add_part(t, ENTRY_BEGINS);
	for (unsigned call = 0; call < CAPGATE_NCALLS; call++) {
		if (!(calls >> call & 1))
			continue;
		add_part(t, first ? "\"" : ",\"");
		add_part(t, capgate_call_name((enum capgate_call)call));
		add_part(t, "\"");
		first = false;
	}
	add_part(t, action);
	add_part(t, args);
	t->any = true;
}

static void entries(struct parts *t, const struct capgate_narrowing *c)
{
	add_entry(t, c->allow, "],\"action\":\"SCMP_ACT_ALLOW\"", WITHOUT_FLAG);
	add_entry(t, c->log, "],\"action\":\"SCMP_ACT_LOG\"", WITHOUT_FLAG);
	add_entry(t, c->deny_flag, EPERM_ACTION, WITH_FLAG);
	add_entry(t, c->deny & CLONE3, ENOSYS_ACTION, "}");
	add_entry(t, c->deny & SETNS, EPERM_ACTION, "}");
}

/* ---- The edits ---------- */

static bool are_neighbours(struct capgate_text text, struct capgate_span a, struct capgate_span b)
{
	return capgate_element_after(text, capgate_end_of(a)) == b.off;
}

static int cut_names(struct capgate_plan *plan, struct capgate_text text,
		     const struct capgate_call_rule *e)
{
	const struct capgate_seccomp_name *v = e->names;

	for (size_t i = 0, j; i < e->n_names; i = j + 1) {
		j = i;
		if (!(v[i].call & e->cut))
			continue;
		while (j + 1 < e->n_names && v[j + 1].call & e->cut &&
		       are_neighbours(text, v[j].at, v[j + 1].at))
			j++;
		if (capgate_plan_cut_from(plan, text, v[i].at, v[j].at) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static bool leaves(const struct capgate_call_rule *e)
{
	return e->cut && capgate_names_only(e, e->cut);
}

/* *gone becomes the number of removed entries. */
static int cut_entries(struct capgate_plan *plan, struct capgate_text text,
		       const struct capgate_call_rules *p, size_t *gone)
{
	*gone = 0;
	for (size_t i = 0, j; i < p->n; i = j + 1) {
		const struct capgate_call_rule *v = p->entries;

		j = i;
		if (!leaves(&v[i])) {
			if (cut_names(plan, text, &v[i]) < 0)
				return CAPGATE_ENOMEM;
			continue;
		}
		while (j + 1 < p->n && leaves(&v[j + 1]) &&
		       are_neighbours(text, v[j].at, v[j + 1].at))
			j++;
		*gone += j + 1 - i;
		if (capgate_plan_cut_from(plan, text, v[i].at, v[j].at) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static int widen_masks(struct capgate_plan *plan, const struct capgate_call_rules *p,
		       const struct capgate_narrowing *c)
{
	for (size_t i = 0; i < c->n_widen; i++) {
		const struct capgate_call_rule *e = &p->entries[c->widen[i]];
		char *text = capgate_arena_alloc(plan->arena, 24);
		struct capgate_out out = {text, 23, 0};

		if (!text)
			return CAPGATE_ENOMEM;
		if (i > 0 && c->widen[i - 1] == c->widen[i])
			continue; /* clone and unshare share it */
		capgate_out_format(&out, "%llu",
				   (unsigned long long)(e->arg.value | CLONE_NEWUSER_BIT));
		if (capgate_plan_add(plan, e->arg.value_at.off, capgate_end_of(e->arg.value_at),
				     (struct capgate_text){text, out.len}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static int insert(struct capgate_plan *plan, size_t at, size_t to, const struct parts *t)
{
	struct capgate_text text;

	if (capgate_plan_compose(plan, &text, t->v, t->n) < 0)
		return CAPGATE_ENOMEM;
	return capgate_plan_add(plan, at, to, text);
}

static int change_profile(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const struct capgate_call_rules *p, const struct capgate_narrowing *c)
{
	const struct capgate_seccomp *profile = &spec->seccomp;
	const struct capgate_span at = profile->at, rules = profile->syscalls_at;
	struct parts t = {0};
	size_t gone;

	if (cut_entries(plan, spec->text, p, &gone) < 0 || widen_masks(plan, p, c) < 0)
		return CAPGATE_ENOMEM;
	if (!(c->allow | c->log | c->deny_flag | c->deny))
		return 0;
	if (profile->syscalls == CAPGATE_PRESENT) {
		entries(&t, c);
		add_part(&t, profile->n_entries > gone ? "," : "");
		return insert(plan, rules.off + 1, rules.off + 1, &t);
	}
	if (profile->syscalls == CAPGATE_IS_NULL) {
		add_part(&t, "[");
		entries(&t, c);
		add_part(&t, "]");
		return insert(plan, rules.off, capgate_end_of(rules), &t);
	}
	add_part(&t, "\"syscalls\":[");
	entries(&t, c);
	add_part(&t, capgate_is_empty_object(capgate_slice(spec->text, at)) ? "]" : "],");
	return insert(plan, at.off + 1, at.off + 1, &t);
}

/* The machine's own architecture and its 32-bit variant.  Calls of other architectures would be
 * killed. */
#if defined(__x86_64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
#elif defined(__aarch64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\"],"
#else
#define ARCHITECTURES ""
#endif

static int add_profile(const struct capgate_spec *spec, struct capgate_plan *plan)
{
	const struct capgate_narrowing all = {.deny_flag = BY_FLAG, .deny = WHOLE};
	const bool null = spec->seccomp.presence == CAPGATE_IS_NULL;
	const struct capgate_span at = spec->seccomp.at, linux_at = spec->linux_at;
	struct parts t = {0};

	add_part(&t, null ? "" : "\"seccomp\":");
	add_part(&t, "{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ARCHITECTURES "\"syscalls\":[");
	entries(&t, &all);
	add_part(&t, "]}");
	if (null)
		return insert(plan, at.off, capgate_end_of(at), &t);
	add_part(&t, capgate_is_empty_object(capgate_slice(spec->text, linux_at)) ? "" : ",");
	return insert(plan, linux_at.off + 1, linux_at.off + 1, &t);
}

int capgate_splice_userns(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const char **why_not)
{
	struct capgate_call_rules p;
	struct capgate_narrowing c = {.why_not = capgate_cannot_narrow(spec)};
	int status;

	*why_not = c.why_not;
	if (c.why_not)
		return 0;
	if (spec->seccomp.presence != CAPGATE_PRESENT)
		return add_profile(spec, plan);
	status = capgate_call_rules_find(&spec->seccomp, plan->arena, &p);
	if (status < 0)
		return status;
	capgate_narrow(&spec->seccomp, &p, &c);
	*why_not = c.why_not;
	return c.why_not ? 0 : change_profile(spec, plan, &p, &c);
}
