/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a container by the policy: what its specification requests, and what each of its
 * processes holds now. */
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "audit.h"

/*
 * A process in a user namespace below the first process's holds capabilities only over that
 * namespace's resources.  A process in the host's user namespace counts, and so does one whose
 * namespace cannot be read.
 */
static bool is_nested(const struct audit_processes *all, const struct audit_process *first,
		      const struct audit_process *p)
{
	return p->user_ns && p->user_ns != first->user_ns && p->user_ns != all->self.user_ns;
}

static int add_members(struct audit_result *r, const struct audit_processes *all,
		       const struct audit_process *first, struct capgate_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += audit_belongs(all, first, &all->v[i]);
	r->member = calloc(n ? n : 1, sizeof(*r->member));
	if (!r->member)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < all->n && r->n_members < n; i++) {
		struct audit_member *m = &r->member[r->n_members];
		capgate_set held = capgate_set_union(all->v[i].set);

		if (!audit_belongs(all, first, &all->v[i]))
			continue;
		m->process = &all->v[i];
		m->nested = is_nested(all, first, &all->v[i]);
		r->n_members++;
		if (m->nested)
			continue;
		m->exceeds = capgate_set_minus(held, r->report.parsed ? r->report.allowed
								      : r->policy.allowed);
		if (r->report.parsed && !r->report.absent)
			m->beyond_spec = capgate_set_minus(held, r->asked);
		r->held = capgate_set_or(r->held, held);
		r->exceeds = capgate_set_or(r->exceeds, m->exceeds);
		r->beyond_spec = capgate_set_or(r->beyond_spec, m->beyond_spec);
	}
	return 0;
}

/* Removes what the wrapper would remove when it starts the container. */
static void strip(struct audit_work *work, struct audit_result *r)
{
	struct capgate_text rewritten;
	struct capgate_error err;
	char *copy;

	if (r->report.verdict != CAPGATE_STRIP || r->policy.mode != CAPGATE_ENFORCE ||
	    capgate_rewrite(&r->spec, &r->report, &r->policy, &work->arena, &rewritten, &err) < 0)
		return;
	copy = malloc(rewritten.len);
	if (!copy)
		return; /* then the original specification is judged */
	memcpy(copy, rewritten.p, rewritten.len);
	io_free(r->text);
	r->text = (struct capgate_text){copy, rewritten.len};
	work->arena.used = 0;
	capgate_assess(r->text, CAPGATE_CONFIG, &r->policy, &work->arena, &r->spec, &r->report);
}

/* Finds the image in the engine's store, so that an exemption for the image applies. */
static void assess(const char *root, struct container *c, struct audit_work *work,
		   struct audit_result *r)
{
	r->policy.scene.bundle = capgate_text_of(c->bundle);
	capgate_assess(r->text, CAPGATE_CONFIG, &r->policy, &work->arena, &r->spec, &r->report);
	container_name(root, c, &r->spec);
	if (r->policy.n_exemptions && c->image[0]) {
		r->policy.scene.image = capgate_text_of(c->image);
		work->arena.used = 0;
		capgate_assess(r->text, CAPGATE_CONFIG, &r->policy, &work->arena, &r->spec,
			       &r->report);
	}
	if (c->gated)
		strip(work, r);
}

int audit_judge(const char *root, struct container *c, const struct audit_processes *all,
		bool host_forbids, const struct capgate_policy *policy, struct audit_work *work,
		struct capgate_error *err)
{
	const struct audit_process *first = audit_first(all, c);
	struct audit_result r = {.container = c, .policy = *policy, .running = first != NULL};
	struct capgate_error why;
	int status = 0;

	*work = (struct audit_work){0};
	if (container_read_config(root, c, policy->max_bytes, &r.text, &why) < 0) {
		container_name(root, c, &r.spec);
		r.report = (struct capgate_report){
			.error = why, .rule = why.rule, .exit_status = io_status(&why)};
	} else {
		r.judged = true;
		status = io_arena(r.text.len, &work->arena, err);
		if (status == 0)
			assess(root, c, work, &r);
	}
	if (status == 0) {
		r.asked = capgate_set_union(r.report.asked);
		if (first)
			status = add_members(&r, all, first, err);
	}
	r.userns = audit_userns_of(&r, host_forbids);
	work->result = r;
	if (status < 0)
		audit_work_release(work);
	return status;
}

void audit_work_release(struct audit_work *work)
{
	free(work->result.member);
	io_free(work->result.text);
	io_arena_release(&work->arena);
	*work = (struct audit_work){0};
}

bool audit_passes(const struct audit_result *r)
{
	return r->judged && r->report.verdict == CAPGATE_PASS && capgate_set_empty(r->exceeds) &&
	       !audit_userns_fails(r);
}
