/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec: a process object, or a command with options.
 *
 * A process object is passed on as a sealed memory file, so that the runtime reads what was
 * judged.  Without one, the runtime uses the container's own configuration, which cannot be
 * changed: it passes, or exec is refused.
 */
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "container.h"
#include "door.h"
#include "files.h"
#include "init.h"

#include "lib/base/base.h"
#include "lib/json/json.h"

/* From here on nobody can say that the container was remembered elsewhere. */
static void pin_root(struct runtime *r, const struct runtime_container *c)
{
	if (r->call->value[MEANS_ROOT] || !c->root[0])
		return;
	strcpy(r->root, c->root);
	r->change.root = r->root;
}

/*
 * The container's filter and its /proc count at every exec, whatever the process
 * object says: its configuration, as it was when the container was made, and its
 * mounts, as the kernel shows them now.
 */
static int look_inside(const struct runtime_container *c, struct judge_question *q,
		       struct capgate_error *err)
{
	bool filtered;

	if (c->pid <= 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the container's state does not name its first process");
	q->init = c->pid;
	/* The kernel writes all of a process's status down for one line: a tenth of what is
	 * done here. */
	if (c->config.len && c->config_is_ours)
		return 0;
	if (runtime_init_filtered(c->pid, &filtered, err) < 0)
		return err->code;
	if (filtered)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the container has a seccomp filter, and config.json, which "
				    "says what it does, cannot be read or is not root's alone to "
				    "write");
	return 0;
}

static void use_container(struct runtime *r, const struct runtime_container *c,
			  struct judge_question *q)
{
	q->container = c->config;
	q->inherited = c->inherited;
	q->filter = c->filter;
	strcpy(r->bundle, c->bundle);
	r->policy.scene.bundle = capgate_text_of(r->bundle);
	q->stores = image_stores_find(&r->policy, r->policy.scene.bundle);
	pin_root(r, c);
}

static int hand_on(struct runtime *r, struct capgate_text text, struct capgate_error *err)
{
	struct capgate_arena arena;

	if (r->answer.decision.verdict == CAPGATE_STRIP &&
	    (io_arena(text.len, &arena, err) < 0 ||
	     capgate_rewrite_apply(text, &r->answer.edits, &arena, &text, err) < 0))
		return err->code;
	if (runtime_seal(text, r->call, r->sealed, err) < 0)
		return err->code;
	r->change.process = r->sealed;
	return 0;
}

/* Runtimes look at --cap only where there is no object: so it stays here, where no
 * later one can think otherwise. */
static int drop_caps(struct runtime *r, struct capgate_error *err)
{
	struct capgate_text *caps;
	size_t n;

	if (runtime_argv_caps(r->call, &r->arena, &caps, &n, err) < 0)
		return err->code;
	r->change.keep_cap = capgate_arena_alloc(&r->arena, n + 1); /* all false */
	return r->change.keep_cap ? 0 : capgate_fail_memory(err);
}

static int with_object(struct runtime *r, struct capgate_error *err)
{
	static struct runtime_container container;
	struct judge_question q = {.policy = &r->policy,
				   .kind = CAPGATE_PROCESS,
				   .can_rewrite = true,
				   .inherits = true};
	struct capgate_error unknown;

	if (drop_caps(r, err) < 0 || runtime_read_process(r->call->value[MEANS_PROCESS],
							  r->policy.max_bytes, &q.text, err) < 0)
		return err->code;
	/* A runtime whose state we cannot read: a complete process object needs no
	 * container; an incomplete one is refused below. */
	if (runtime_container_find(r->call, r->policy.max_bytes, &container, &unknown) == 0) {
		use_container(r, &container, &q);
		if (look_inside(&container, &q, err) < 0)
			return err->code;
	} else if (r->program->stock && container.there) {
		*err = unknown;
		return err->code;
	} else {
		q.inherits = false;
		if (r->program->stock)
			pin_root(r, &container); /* if the runtime does not know it either */
	}
	if (judge_confined(&q, &r->answer, err) < 0)
		return err->code;
	/* Without its container, {} would take away what the container allows. */
	if (!q.inherits && r->answer.decision.absent && runtime_enforces(r)) {
		*err = unknown;
		return err->code;
	}
	if (!runtime_enforces(r) || r->answer.decision.verdict == CAPGATE_REFUSE)
		return 0;
	return hand_on(r, q.text, err);
}

/* The values of --cap that stay: exact names that were not removed. */
static int sift_caps(struct runtime *r, const struct capgate_text *caps, size_t n,
		     struct capgate_error *err)
{
	bool *keep = capgate_arena_alloc(&r->arena, n + 1), any = false;
	capgate_set removed = r->answer.decision.removed[CAPGATE_BOUNDING];

	if (!keep)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		int cap = capgate_cap_exact(caps[i]);

		keep[i] = cap >= 0 && !capgate_set_has(removed, cap);
		any |= keep[i];
	}
	r->change.keep_cap = keep;
	/* crun has --cap in place of the container's capabilities: without any, the
	 * command would get more than it was to have. */
	if (!any && r->call->dialect == DIALECT_CRUN)
		r->answer.decision.verdict = CAPGATE_REFUSE;
	return 0;
}

/*
 * Who the process will be: --user UID[:GID] in plain decimal.  A value that runtimes may
 * read in several ways (a sign, a leading zero, a name, the number that means "no change")
 * is an unknown user, to whom no exemption by uid applies.  So is a number without a group
 * under crun, because 1.21 takes it for user 0.
 */
static void use_user(enum runtime_dialect dialect, const char *user, struct capgate_scene *scene)
{
	size_t digits = strspn(user, "0123456789");
	uint64_t uid;

	scene->user = CAPGATE_USER_UNKNOWN;
	if (digits == 0 || (user[digits] != '\0' && user[digits] != ':') ||
	    (user[digits] == '\0' && dialect == DIALECT_CRUN) ||
	    (user[0] == '0' && digits > 1) ||
	    !capgate_json_uint((struct capgate_text){user, digits}, UINT32_MAX - 1, &uid))
		return;
	scene->user = CAPGATE_USER_GIVEN;
	scene->uid = (uint32_t)uid;
}

static int inline_command(struct runtime *r, struct capgate_error *err)
{
	static struct runtime_container container;
	struct judge_question q = {.policy = &r->policy, .kind = CAPGATE_CONFIG, .inherits = true};
	struct capgate_text *caps;

	if (runtime_container_find(r->call, r->policy.max_bytes, &container, err) < 0 ||
	    runtime_argv_caps(r->call, &r->arena, &caps, &q.n_caps, err) < 0)
		return err->code;
	if (container.two_bundles)
		return capgate_fail(
			err, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_DUPLICATE_KEY, CAPGATE_NOWHERE,
			"an annotation \"bundle\" names another directory than the container's "
			"own, and runc would read that one's config.json; exec with a process file "
			"(--process), or make the container without the annotation");
	if (!container.config.len)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "config.json of the container's bundle cannot be read, which "
				    "exec without a process file starts from");
	use_container(r, &container, &q);
	if (look_inside(&container, &q, err) < 0)
		return err->code;
	if (r->call->value[MEANS_USER])
		use_user(r->call->dialect, r->call->value[MEANS_USER], &r->policy.scene);
	q.caps = caps;
	q.text = container.config;
	if (judge_confined(&q, &r->answer, err) < 0)
		return err->code;
	if (!runtime_enforces(r))
		return 0;
	/* The container has it, or the answer is no; crun's exec forgets it. */
	r->change.no_new_privs = r->policy.require_no_new_privileges;
	if (r->answer.subject != JUDGED_CAPS)
		return 0;
	return sift_caps(r, caps, q.n_caps, err);
}

int runtime_exec(struct runtime *r, struct capgate_error *err)
{
	return r->call->value[MEANS_PROCESS] ? with_object(r, err) : inline_command(r, err);
}
