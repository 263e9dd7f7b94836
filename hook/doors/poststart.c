/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poststart: compares what the kernel granted with the policy.  It does not matter what the
 * file said or who replaced it: a first process that holds more is killed through a pidfd,
 * which cannot name another process.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/engines/engines.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "door.h"

struct started {
	long pid;
	struct capgate_text id;
	int pidfd;	       /* -1: it has ended */
	struct capgate_text config; /* empty: it could not be read */
	capgate_set held[CAPGATE_NSETS];
	int userns_depth;
	struct image_stores stores;
	struct capgate_arena arena; /* memory for judging, allocated before the confinement */
};

static int read_state(struct door *door, struct started *ret, struct capgate_error *err)
{
	struct capgate_state state;
	struct capgate_arena arena;
	enum capgate_input kind;
	struct capgate_error ignored;
	int status = door_arena(door, door->input.len, &arena, err);

	if (status == 0)
		status = capgate_input_parse(door->input, &arena, &kind, &state, err);
	if (status < 0)
		return status;
	if (kind != CAPGATE_INPUT_STATE || state.pid <= 0)
		return capgate_fail(
			err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
			"this stage needs the state of a running container, with its pid");
	ret->pid = (long)state.pid;
	ret->id = door->id = state.id;
	door->policy.scene.bundle = state.bundle;
	/* The configuration only decides which exemptions apply, and which user namespace is the
	 * container's own.  Without it only the sets are judged. */
	if (door_read_bundle(state.bundle, door->policy.max_bytes, &ret->config, &ignored) < 0)
		ret->config = (struct capgate_text){0};
	return 0;
}

static int has_ended(struct started *c)
{
	close(c->pidfd);
	c->pidfd = -1;
	return 0;
}

/* Is the process younger than this hook?  Then it is not the container, which was started before
 * its hook, but another process with its pid. */
static bool is_younger_than_we(long pid)
{
	struct capgate_error ignored;
	uint64_t theirs, ours;

	return procsets_started(pid, &theirs, &ignored) == 0 &&
	       procsets_started(0, &ours, &ignored) == 0 && theirs > ours;
}

/* Opens the pidfd first: if the process is still alive after its sets were read, they were not
 * those of a later process with its pid. */
static int measure(struct started *c, struct capgate_error *err)
{
	bool younger;
	int status;

	c->pidfd = pidfd_of(c->pid);
	if (c->pidfd < 0 && errno == ESRCH)
		return 0;
	if (c->pidfd < 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				    "cannot open process %ld: %s", c->pid, io_words(errno));
	younger = is_younger_than_we(c->pid);
	status = procsets_read(c->pid, c->held, err);
	c->userns_depth = procsets_userns_depth(c->pid);
	if (younger || (pidfd_signal(c->pidfd, 0) < 0 && errno == ESRCH))
		return has_ended(c);
	return status;
}

/* Reads from the container's configuration which exemptions apply, and whether it has a
 * user namespace of its own.  Without the configuration, none. */
struct context {
	capgate_set allowed;
	bool parsed, own_userns;
	enum identity engine;
};

static struct context read_context(struct started *c, struct capgate_policy *policy)
{
	struct context context = {.allowed = policy->allowed};
	struct capgate_spec spec = {0};
	struct capgate_report report;
	const struct netns_known networks = {0}; /* no sysctls are set here */

	if (c->config.len == 0)
		return context;
	capgate_assess(c->config, CAPGATE_CONFIG, policy, &c->arena, &spec, &report);
	if (!report.parsed)
		return context;
	gate_judge_again(policy, &c->stores, &networks, &c->arena, &spec, &report);
	if (!report.parsed)
		return context;
	context.parsed = true;
	context.allowed = report.allowed;
	context.own_userns = capgate_spec_namespace(&spec, "user") != NULL;
	context.engine = identity_engine(&spec, policy->scene.bundle);
	return context;
}

/*
 * Capabilities are relative to a user namespace.  If the first process has made a user
 * namespace below the container's, it holds everything there and nothing in the container's;
 * that is not a grant.
 */
static bool in_nested_userns(const struct started *c, const struct context *context)
{
	return context->parsed && c->userns_depth > (context->own_userns ? 1 : 0);
}

/* Kills the process, and says in *words what was done. */
static int kill_it(const struct started *c, capgate_set too_much, bool only_say, struct decision *d)
{
	int status =
		capgate_set_has(too_much, CAPGATE_CAP_NET_RAW) ? STATUS_NET_RAW : STATUS_UNLISTED;
	char names[512];
	struct capgate_out out = {names, sizeof(names) - 1, 0};

	capgate_out_set(&out, too_much, " CAP_");
	names[out.len < out.size ? out.len : out.size] = '\0';
	if (only_say) {
		snprintf(d->reason, sizeof(d->reason),
			 "would kill process %ld: it holds CAP_%s, which the policy does not allow",
			 c->pid, names);
		return status;
	}
	if (pidfd_signal(c->pidfd, SIGKILL) < 0 && errno != ESRCH) {
		snprintf(d->reason, sizeof(d->reason),
			 "process %ld holds CAP_%s, which the policy does not allow, and cannot be "
			 "killed: %s",
			 c->pid, names, io_words(errno));
		return STATUS_SYSTEM;
	}
	snprintf(d->reason, sizeof(d->reason),
		 "killed process %ld: the kernel granted it CAP_%s, which the policy does not "
		 "allow; find out who changed its configuration after it was judged",
		 c->pid, names);
	return status;
}

/* Compares, kills, logs.  The exit status. */
static int compare(struct door *door, struct started *c)
{
	struct capgate_policy *policy = &door->policy;
	bool only_say = door->options.dry_run || policy->mode == CAPGATE_AUDIT;
	struct context context = read_context(c, policy);
	struct decision d = {.verdict = CAPGATE_PASS,
			     .engine = context.engine,
			     .partly_confined = confine_is_partial()};
	struct capgate_error err;
	capgate_set too_much = {0};

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		d.removed[s] = capgate_set_minus(c->held[s], context.allowed);
		too_much = capgate_set_or(too_much, d.removed[s]);
	}
	if (capgate_set_empty(too_much) || in_nested_userns(c, &context)) {
		memset(d.removed, 0, sizeof(d.removed));
	} else {
		d.verdict = CAPGATE_REFUSE;
		d.rules[d.n_rules++] = CAPGATE_RULE_GRANTED;
		d.status = kill_it(c, too_much, only_say, &d);
		io_say("%s: %s", door->self->name, d.reason);
	}
	if (log_decision(&door->log,
			 &(struct log_entry){.stage = door->self->name,
					     .at_once = true,
					     .id = c->id,
					     .bundle = policy->scene.bundle,
					     .policy = policy,
					     .decision = &d,
					     .outcome = d.verdict,
					     .status = only_say ? STATUS_OK : d.status,
					     .dry_run = door->options.dry_run},
			 &err) < 0) {
		io_say_error(door->self->name, &err);
		if (!door->options.dry_run)
			return io_status(&err);
	}
	return only_say ? STATUS_OK : d.status;
}

/* Kills a process that cannot be measured, because a runtime may silently continue if this hook
 * fails (crun 1.8.1). */
static int unmeasured(const struct door *door, const struct started *c,
		      const struct capgate_error *why)
{
	struct capgate_error err = *why;
	size_t len = strlen(err.msg);

	if (c->pidfd >= 0 && !door->options.dry_run && door->policy.mode != CAPGATE_AUDIT &&
	    pidfd_signal(c->pidfd, SIGKILL) == 0)
		snprintf(err.msg + len, sizeof(err.msg) - len, "; process %ld is killed", c->pid);
	return door_fail(door, &err);
}

static int poststart(const struct command *self, int argc, char **argv)
{
	struct door door;
	struct capgate_error err;
	struct started c = {.pidfd = -1};
	int status = door_open(self, argc, argv, false, &door);

	if (status != OPTIONS_GO)
		return status;
	if (confine(CONFINE_OPEN, door.policy.best_effort_confinement, &err) < 0 ||
	    read_state(&door, &c, &err) < 0)
		return door_fail(&door, &err);
	if (measure(&c, &err) < 0)
		return unmeasured(&door, &c, &err);
	if (c.pidfd < 0)
		return STATUS_OK; /* it has ended, and holds nothing */
	c.stores = image_stores_find(&door.policy, door.policy.scene.bundle);
	if (door_arena(&door, c.config.len + image_stores_size(&c.stores), &c.arena, &err) < 0 ||
	    confine(CONFINE_KILL, door.policy.best_effort_confinement, &err) < 0)
		return unmeasured(&door, &c, &err);
	return compare(&door, &c);
}

const struct command command_poststart = {
	.name = "poststart",
	.operands = "",
	.summary = "hook: compare what the kernel granted with the policy; kill a process that "
		   "exceeds it",
	.details = "Reads the container's state from standard input and /proc/PID/status of its "
		   "first\n"
		   "process.  A process that holds more than the policy allows is killed.",
	.options = door_opts,
	.run = poststart,
};
