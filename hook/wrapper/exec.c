/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec: a process object, or a command with options.
 *
 * A process object is passed on as a sealed memory file, so that the runtime reads the bytes
 * that were judged.  Without one, the runtime uses the container's own configuration.  The
 * wrapper cannot change that: if it does not pass, exec is refused.
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

/* Passes on the directory of the container's state as --root, so that the runtime uses the same
 * one even if a link changes. */
static void pin_root(struct runtime *r, const struct runtime_container *c)
{
	if (r->call->value[MEANS_ROOT] || !c->root[0])
		return;
	strcpy(r->root, c->root);
	r->change.root = r->root;
}

/*
 * The container's filter and its /proc count at every exec, independent of the process object.
 * Their configuration is that of the container's creation; its mounts are those that the kernel
 * shows now.
 */
static int look_inside(const struct runtime_container *c, struct judge_question *q,
		       struct capgate_error *err)
{
	bool filtered;

	if (c->pid <= 0)
		return capgate_fail(
			err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
			"the container's state does not have the pid of its first process");
	q->init = c->pid;
	/* Do not ask the kernel if the configuration is certain: reading the whole status for
	 * one line takes a tenth of the time of an exec here. */
	if (c->config.len && c->config_is_ours)
		return 0;
	if (runtime_init_filtered(c->pid, &filtered, err) < 0)
		return err->code;
	if (filtered)
		return capgate_fail(
			err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
			"the container has a seccomp filter, and its config.json, which describes "
			"the filter, cannot be read, or users other than root can write it");
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

/* Runtimes ignore --cap if there is a process object.  Removes it, in case a later version does
 * not. */
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
	/* An empty object would take away the capabilities that the unknown container allows. */
	if (!q.inherits && r->answer.decision.absent && runtime_enforces(r)) {
		*err = unknown;
		return err->code;
	}
	if (!runtime_enforces(r) || r->answer.decision.verdict == CAPGATE_REFUSE)
		return 0;
	return hand_on(r, q.text, err);
}

/* Keeps those values of --cap that are exact names and were not removed. */
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
	/* In crun, --cap replaces the container's capabilities.  Without any value, the command
	 * would get the container's, which can be more. */
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
			"own, and runc would read the config.json there; use exec with a process "
			"file (--process), or create the container without the annotation");
	if (!container.config.len)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the config.json of the container's bundle cannot be read, "
				    "which exec without a process file needs");
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
	/* A container without it was refused.  crun's exec does not set it by itself. */
	r->change.no_new_privs = r->policy.require_no_new_privileges;
	if (r->answer.subject != JUDGED_CAPS)
		return 0;
	return sift_caps(r, caps, q.n_caps, err);
}

int runtime_exec(struct runtime *r, struct capgate_error *err)
{
	return r->call->value[MEANS_PROCESS] ? with_object(r, err) : inline_command(r, err);
}
