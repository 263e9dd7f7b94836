/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers in check's formats: one report with findings about the specification's requests
 * and about what the processes hold.
 */
#include <stdlib.h>
#include <string.h>

#include "hook/report/report.h"
#include "hook/sys/sys.h"
#include "hook/cli/cli.h"
#include "lib/base/base.h"
#include "words.h"

struct audit_formats {
	struct report_plan plan;
	struct report_output output;
	struct report_item item;
};

int audit_formats_begin(enum report_format format, const struct capgate_policy *policy,
			struct audit_formats **ret, struct capgate_error *err)
{
	struct audit_formats *f = calloc(1, sizeof(*f));

	if (!f)
		return capgate_fail_memory(err);
	f->plan = (struct report_plan){
		.policy = policy, .format = format, .fix_dir = -1, .threshold = -1};
	f->output.plan = &f->plan;
	if (report_output_begin(&f->output, err) < 0) {
		free(f);
		return err->code;
	}
	*ret = f;
	return 0;
}

/* "process 12 (sh) holds NET_RAW", allocated in the arena; empty if the arena is full. */
static struct capgate_text text_of_process(const struct audit_process *p, const char *what,
					   capgate_set s, struct capgate_arena *arena)
{
	struct words w;
	char *kept;

	capgate_out_format(words_begin(&w), "process %ld (", p->pid);
	capgate_out_visible(&w.out, capgate_text_of(p->name));
	capgate_out_format(&w.out, ") %s", what);
	if (!capgate_set_empty(s))
		capgate_out_set(&w.out, s, " ");
	kept = capgate_arena_alloc(arena, words_text(&w).len);
	if (!kept)
		return (struct capgate_text){0};
	memcpy(kept, words_text(&w).p, words_text(&w).len);
	return (struct capgate_text){kept, words_text(&w).len};
}

static void add_finding(struct capgate_report *r, enum capgate_rule rule,
			struct capgate_text subject)
{
	if (r->n_findings >= CAPGATE_FINDINGS_MAX) {
		r->findings_left_out++;
		return;
	}
	r->findings[r->n_findings++] =
		(struct capgate_finding){.rule = rule,
					 .severity = capgate_rule_info(rule)->severity,
					 .set = -1,
					 .cap = -1,
					 .subject = subject};
}

static void add_process(struct capgate_report *r, const struct audit_process *p,
			enum capgate_rule rule, capgate_set s, struct capgate_arena *arena)
{
	if (!capgate_set_empty(s))
		add_finding(r, rule, text_of_process(p, "holds ", s, arena));
}

/* Adds the processes that run without a filter although the profile denies user namespaces. */
static void add_unfiltered(struct capgate_report *r, const struct audit_result *a,
			   struct capgate_arena *arena)
{
	for (size_t i = 0; i < a->n_members; i++)
		if (audit_is_unfiltered(a->member[i].process))
			add_finding(r, CAPGATE_RULE_USERNS_OPEN,
				    text_of_process(a->member[i].process,
						    "runs without a seccomp filter",
						    (capgate_set){0}, arena));
}

static void decide(struct capgate_report *r, enum capgate_rule rule)
{
	r->verdict = CAPGATE_REFUSE;
	r->rule = rule;
	r->exit_status = capgate_rule_info(rule)->exit_status;
}

/* Adds findings about processes.  They decide the rule of the report, before its own findings. */
static int add_processes(const struct audit_result *a, struct capgate_arena *arena,
			 struct capgate_report *r, struct capgate_error *err)
{
	struct capgate_finding *v = capgate_arena_alloc(arena, CAPGATE_FINDINGS_MAX * sizeof(*v));

	if (!v)
		return capgate_fail_memory(err);
	r->n_findings = 0;
	if (a->report.n_findings)
		memcpy(v, a->report.findings, a->report.n_findings * sizeof(*v));
	r->n_findings = a->report.n_findings;
	r->findings = v;
	for (size_t i = 0; i < a->n_members; i++)
		add_process(r, a->member[i].process, CAPGATE_RULE_GRANTED, a->member[i].exceeds,
			    arena);
	for (size_t i = 0; i < a->n_members; i++)
		add_process(r, a->member[i].process, CAPGATE_RULE_BEYOND_SPEC,
			    a->member[i].beyond_spec, arena);
	if (audit_userns_fails(a) && a->report.verdict == CAPGATE_PASS) {
		add_unfiltered(r, a, arena);
		decide(r, CAPGATE_RULE_USERNS_OPEN);
	}
	if (!capgate_set_empty(a->exceeds))
		decide(r, CAPGATE_RULE_GRANTED);
	return 0;
}

int audit_formats_add(struct audit_formats *f, struct audit_work *work, struct capgate_error *err)
{
	struct audit_result *a = &work->result;
	const struct container *c = a->container;
	struct shown o = {.plan = &f->plan,
			  .policy = &a->policy,
			  .spec = a->spec,
			  .report = a->report,
			  .held = a->held,
			  .exceeds = a->exceeds};
	struct words part;
	int status = a->judged ? STATUS_OK : STATUS_NOT_JUDGED;

	if (a->report.parsed && add_processes(a, &work->arena, &o.report, err) < 0)
		return err->code;
	if (status == STATUS_OK && !audit_passes(a))
		status = STATUS_FINDINGS;
	audit_out_container(words_begin(&part), a->container);
	/* Also a container that could not be read needs a place for its message. */
	o.subject = (struct capgate_subject){capgate_text_of(c->config[0]   ? c->config
							     : c->bundle[0] ? c->bundle
									    : c->dir),
					     a->text, words_text(&part)};
	report_item_clear(&f->item);
	report_add(&o, &f->item, status);
	f->item.index++;
	return report_output_item(&f->output, &f->item, err);
}

int audit_formats_end(struct audit_formats *f, bool complete, struct capgate_error *err)
{
	int status = report_output_end(&f->output, complete, err);

	free(f->item.out.p);
	free(f->item.rows);
	free(f);
	return status;
}
