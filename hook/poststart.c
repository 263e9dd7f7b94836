/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poststart: what the kernel really granted.  Whatever the file said and
 * whoever swapped it: the sets of the container's first process are compared
 * with the policy, and a process that holds more is killed through a pidfd,
 * which cannot name somebody else.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "../lib/error.h"
#include "door.h"
#include "io.h"
#include "procsets.h"

struct container {
	long pid;
	int pidfd;	       /* -1: it has ended */
	struct capgate_text config; /* empty: it could not be read */
	capgate_set held[CAPGATE_NSETS];
	int userns_depth;
};

static int read_state(struct capgate_text input, size_t limit, struct container *ret, struct capgate_error *err)
{
	struct capgate_state state;
	struct capgate_arena arena;
	enum capgate_input kind;
	struct capgate_error ignored;
	int status = io_arena(input.len, &arena, err);

	if (status == 0)
		status = capgate_input_parse(input, &arena, &kind, &state, err);
	if (status < 0)
		return status;
	if (kind != CAPGATE_INPUT_STATE || state.pid <= 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "this stage needs the state of a running container, with its pid");
	ret->pid = (long)state.pid;
	/* Only tells which user namespace is the container's own; without it
	 * the sets are judged as they stand. */
	if (door_read_bundle(state.bundle, limit, &ret->config, &ignored) < 0)
		ret->config = (struct capgate_text){0};
	return 0;
}

/* The pidfd first: if the process still lives after its sets were read, the
 * sets were its own and not a successor's. */
static int measure(struct container *c, struct capgate_error *err)
{
	int status;

	c->pidfd = pidfd_open((pid_t)c->pid, 0);
	if (c->pidfd < 0 && errno == ESRCH)
		return 0;
	if (c->pidfd < 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_MEMORY, CAPGATE_NOWHERE,
				    "cannot hold process %ld: %s", c->pid, strerror(errno));
	status = procsets_read(c->pid, c->held, err);
	c->userns_depth = procsets_userns_depth(c->pid);
	if (pidfd_send_signal(c->pidfd, 0, NULL, 0) < 0 && errno == ESRCH) {
		close(c->pidfd);
		c->pidfd = -1;
		return 0;
	}
	return status;
}

/*
 * Capabilities are relative to a user namespace.  A first process that has
 * made itself one below the container's own holds everything in there and
 * nothing in the container's: that is not a grant.
 */
static bool in_nested_userns(const struct container *c, const struct capgate_policy *policy)
{
	struct capgate_spec spec = {0};
	struct capgate_report report;
	struct capgate_arena arena;
	struct capgate_error err;

	if (c->config.len == 0 || c->userns_depth <= 0 || io_arena(c->config.len, &arena, &err) < 0)
		return false;
	capgate_assess(c->config, CAPGATE_CONFIG, policy, &arena, &spec, &report);
	if (!report.parsed)
		return false;
	return c->userns_depth > (capgate_spec_namespace(&spec, "user") ? 1 : 0);
}

static int kill_it(const struct command *self, const struct container *c, capgate_set too_much, bool dry_run)
{
	int status = capgate_set_has(too_much, CAPGATE_CAP_NET_RAW) ? STATUS_NET_RAW : STATUS_UNLISTED;
	char names[1024];
	struct capgate_out out = {names, sizeof(names) - 1, 0};

	capgate_out_set(&out, too_much, " CAP_");
	names[out.len < out.size ? out.len : out.size] = '\0';
	if (dry_run) {
		io_say("%s: would kill process %ld: it holds CAP_%s, which the policy does not allow", self->name,
		       c->pid, names);
		return STATUS_OK;
	}
	if (pidfd_send_signal(c->pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH) {
		io_say("%s: process %ld holds CAP_%s, which the policy does not allow, and cannot be killed: %s",
		       self->name, c->pid, names, strerror(errno));
		return STATUS_SYSTEM;
	}
	io_say("%s: killed process %ld: the kernel granted it CAP_%s, which the policy does not allow; "
	       "find out who changed its configuration after it was judged",
	       self->name, c->pid, names);
	return status;
}

static int poststart(const struct command *self, int argc, char **argv)
{
	struct door_options options = {0};
	struct capgate_policy policy;
	struct capgate_error err;
	struct capgate_text input;
	struct container c = {.pidfd = -1};
	capgate_set union_of_five = {0}, too_much;
	int status = door_open(self, argc, argv, &options, &policy, &input);

	if (status != OPTIONS_GO)
		return status;
	if (read_state(input, policy.max_bytes, &c, &err) < 0 || measure(&c, &err) < 0)
		return door_fail(self, &err);
	if (c.pidfd < 0)
		return STATUS_OK; /* it has ended, and holds nothing */
	for (int s = 0; s < CAPGATE_NSETS; s++)
		union_of_five = capgate_set_or(union_of_five, c.held[s]);
	too_much = capgate_set_minus(union_of_five, policy.allowed);
	if (capgate_set_empty(too_much) || in_nested_userns(&c, &policy))
		return STATUS_OK;
	return kill_it(self, &c, too_much, options.dry_run || policy.mode == CAPGATE_AUDIT);
}

const struct command command_poststart = {
	.name = "poststart",
	.operands = "",
	.summary = "hook: compare what the kernel granted with the policy; kill what exceeds it",
	.details = "Reads the container's state from standard input and /proc/PID/status of its first\n"
		   "process.  A process that holds more than the policy allows is killed.",
	.options = door_opts,
	.run = poststart,
};
