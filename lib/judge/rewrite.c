/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removes entries from their arrays; every other byte stays.  Nothing is serialised again:
 * outside the edits, numbers, escapes, order and white space are the bytes of the input.
 */
#include <string.h>

#include "lib/base/base.h"
#include "again.h"
#include "edits.h"
#include "procfs.h"

static bool goes(const struct capgate_element *e, capgate_set removed)
{
	return e->cap < 0 || capgate_set_has(removed, e->cap);
}

static int cut_list(struct capgate_plan *p, const struct capgate_list *list, capgate_set removed)
{
	for (size_t i = 0; i < list->n; i++) {
		size_t j = i;

		if (!goes(&list->v[i], removed))
			continue;
		while (j + 1 < list->n && goes(&list->v[j + 1], removed))
			j++;
		if (capgate_plan_cut(p, i > 0 ? &list->v[i - 1].at : NULL, list->v[i].at,
				     list->v[j].at,
				     j + 1 < list->n ? &list->v[j + 1].at : NULL) < 0)
			return CAPGATE_ENOMEM;
		i = j;
	}
	return 0;
}

/* Cuts the sets in the order of the text, so that the edits are sorted. */
static int cut_lists(struct capgate_plan *p, const struct capgate_spec *spec,
		     const struct capgate_report *report)
{
	int order[CAPGATE_NSETS] = {0};

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		int i = s;

		for (; i > 0 && spec->set[order[i - 1]].at.off > spec->set[s].at.off; i--)
			order[i] = order[i - 1];
		order[i] = s;
	}
	for (int i = 0; i < CAPGATE_NSETS; i++)
		if (cut_list(p, &spec->set[order[i]], report->removed[order[i]]) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/*
 * Inserts the missing members at the beginning of process: empty capabilities, because absent
 * does not mean empty; and no_new_privs if the policy requires it.
 */
static int add_members(struct capgate_plan *p, const struct capgate_spec *spec,
		       const struct capgate_report *report)
{
	bool caps = report->absent && spec->capabilities == CAPGATE_ABSENT;
	bool nnp = report->add_no_new_privs && spec->no_new_privs_presence == CAPGATE_ABSENT;
	const char *const parts[] = {
		caps ? "\"capabilities\":{}" : "", caps && nnp ? "," : "",
		nnp ? "\"noNewPrivileges\":true" : "",
		capgate_is_empty_object(capgate_slice(spec->text, spec->process)) ? "" : ","};
	struct capgate_text text;

	if (!caps && !nnp)
		return 0;
	if (capgate_plan_compose(p, &text, parts, sizeof(parts) / sizeof(parts[0])) < 0)
		return CAPGATE_ENOMEM;
	return capgate_plan_add(p, spec->process.off + 1, spec->process.off + 1, text);
}

/* Changes the members that have another value. */
static int change_members(struct capgate_plan *p, const struct capgate_spec *spec,
			  const struct capgate_report *report)
{
	const struct capgate_span caps = spec->capabilities_at, nnp = spec->no_new_privs_at;

	if (report->absent && spec->capabilities == CAPGATE_IS_NULL &&
	    capgate_plan_add(p, caps.off, capgate_end_of(caps), capgate_text_of("{}")) < 0)
		return CAPGATE_ENOMEM;
	if (report->add_no_new_privs && spec->no_new_privs_presence == CAPGATE_PRESENT)
		return capgate_plan_add(p, nnp.off, capgate_end_of(nnp), capgate_text_of("true"));
	return 0;
}

/* Inserts the sysctls that replace removed capabilities at the beginning of linux.sysctl, which
 * is added if it is missing. */
static int add_sysctls(struct capgate_plan *p, const struct capgate_spec *spec,
		       const struct capgate_report *report)
{
	const char *parts[4 + 6 * CAPGATE_SUBSTITUTES];
	bool there = spec->sysctl_presence == CAPGATE_PRESENT,
	     null = spec->sysctl_presence == CAPGATE_IS_NULL;
	size_t n = 0, from, to;
	struct capgate_text text;
	bool any = false;

	parts[n++] = there ? "" : null ? "{" : "\"sysctl\":{";
	for (size_t i = 0; i < report->n_substitutes; i++) {
		const struct capgate_substitute *s = &report->substitutes[i];

		if (s->why_not)
			continue;
		parts[n++] = any ? ",\"" : "\"";
		parts[n++] = s->sysctl;
		parts[n++] = "\":\"";
		parts[n++] = s->value;
		parts[n++] = "\"";
		any = true;
	}
	if (!any || spec->linux_presence != CAPGATE_PRESENT)
		return 0;
	parts[n++] = there ? "" : "}";
	if (there) {
		from = to = spec->sysctl_at.off + 1;
		parts[n++] = capgate_is_empty_object(capgate_slice(spec->text, spec->sysctl_at))
				     ? ""
				     : ",";
	} else if (null) {
		from = spec->sysctl_at.off;
		to = capgate_end_of(spec->sysctl_at);
	} else {
		from = to = spec->linux_at.off + 1;
		parts[n++] = capgate_is_empty_object(capgate_slice(spec->text, spec->linux_at))
				     ? ""
				     : ",";
	}
	if (capgate_plan_compose(p, &text, parts, n) < 0)
		return CAPGATE_ENOMEM;
	return capgate_plan_add(p, from, to, text);
}

/* Mounts the host's /proc again after all other mounts, because it may have been mounted through
 * a link and covered. */
static int rebind_proc(struct capgate_plan *p, const struct capgate_spec *spec,
		       const struct capgate_report *report)
{
	const struct capgate_mount *proc = report->rebind_proc ? capgate_host_proc(spec) : NULL;
	const size_t at = spec->n_mounts ? capgate_end_of(spec->mounts[spec->n_mounts - 1].at) : 0;
	char *text;

	if (!proc)
		return 0;
	text = capgate_arena_alloc(p->arena, proc->at.len + 1);
	if (!text)
		return CAPGATE_ENOMEM;
	text[0] = ',';
	memcpy(text + 1, spec->text.p + proc->at.off, proc->at.len);
	return capgate_plan_add(p, at, at, (struct capgate_text){text, proc->at.len + 1});
}

/* Plans the changes of the seccomp profile; the judge has found that they are possible. */
static int plan_splice(struct capgate_plan *p, const struct capgate_report *report)
{
	const struct capgate_edits *edits = &report->userns_edits;

	for (size_t i = 0; report->splice_userns && i < edits->n; i++)
		if (capgate_plan_add(p, edits->v[i].at.off, capgate_end_of(edits->v[i].at),
				     edits->v[i].with) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

int capgate_rewrite_plan(const struct capgate_spec *spec, const struct capgate_report *report,
			 struct capgate_arena *arena, struct capgate_edits *ret,
			 struct capgate_error *err)
{
	struct capgate_plan p = {.arena = arena};

	if ((!report->absent && cut_lists(&p, spec, report) < 0) ||
	    add_members(&p, spec, report) < 0 || change_members(&p, spec, report) < 0 ||
	    add_sysctls(&p, spec, report) < 0 || rebind_proc(&p, spec, report) < 0 ||
	    plan_splice(&p, report) < 0)
		return capgate_fail_memory(err);
	*ret = p.edits;
	return 0;
}

int capgate_rewrite_apply(struct capgate_text text, const struct capgate_edits *edits,
			  struct capgate_arena *arena, struct capgate_text *ret,
			  struct capgate_error *err)
{
	size_t len = text.len, at = 0;
	char *new, *p;

	/* The list may come from another process, so do not trust it. */
	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *e = &edits->v[i];

		if (e->at.off < at || e->at.off > text.len || e->at.len > text.len - e->at.off ||
		    e->with.len > CAPGATE_TEXT_MAX || len > SIZE_MAX / 2)
			return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE,
					    CAPGATE_NOWHERE, "edit %zu does not fit the text", i);
		at = capgate_end_of(e->at);
		len = len - e->at.len + e->with.len;
	}
	p = new = capgate_arena_raw(arena, len ? len : 1);
	if (!new)
		return capgate_fail_memory(err);
	at = 0;
	for (size_t i = 0; i < edits->n; i++) {
		const struct capgate_edit *e = &edits->v[i];

		memcpy(p, text.p + at, e->at.off - at);
		p += e->at.off - at;
		/* An edit that only removes has no bytes, and no pointer. */
		if (e->with.len)
			memcpy(p, e->with.p, e->with.len);
		p += e->with.len;
		at = capgate_end_of(e->at);
	}
	memcpy(p, text.p + at, text.len - at);
	*ret = (struct capgate_text){new, len};
	return 0;
}

/* Tries one way of rewriting.  The result must pass. */
static int try_rewrite(const struct capgate_spec *spec, const struct capgate_report *report,
		       const struct capgate_policy *policy, struct capgate_arena *arena,
		       struct capgate_text *ret, struct capgate_error *err)
{
	struct capgate_report again = {0};
	struct capgate_edits edits;
	struct capgate_text text;
	int status = capgate_rewrite_plan(spec, report, arena, &edits, err);

	if (status == 0)
		status = capgate_rewrite_apply(spec->text, &edits, arena, &text, err);
	if (status < 0)
		return status;
	capgate_assess_again(spec, &edits, text, policy, arena, &again);
	if (again.verdict != CAPGATE_PASS) {
		if (!again.parsed && again.error.code == CAPGATE_ENOMEM)
			return capgate_fail_memory(err);
		return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "the rewritten specification is not allowed%s%.200s",
				    again.parsed ? "" : ": ", again.parsed ? "" : again.error.msg);
	}
	*ret = text;
	return 0;
}

int capgate_rewrite(const struct capgate_spec *spec, struct capgate_report *report,
		    const struct capgate_policy *policy, struct capgate_arena *arena,
		    struct capgate_text *ret, struct capgate_error *err)
{
	int status = try_rewrite(spec, report, policy, arena, ret, err);

	/* A substitute is a convenience, and must not cause a refusal: try without. */
	if (status == CAPGATE_EINTERNAL && report->n_substitutes) {
		report->n_substitutes = 0;
		status = try_rewrite(spec, report, policy, arena, ret, err);
	}
	return status;
}
