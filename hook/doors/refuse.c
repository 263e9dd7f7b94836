/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prestart, createRuntime, createContainer: the container's state on standard input, its
 * bundle on disk (or a configuration on standard input, recognised by its content).  The
 * runtime has read the file already, so these stages can only refuse, also what a rewrite
 * would fix.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "door.h"
#include "judge.h"
#include "hook/marks/marks.h"

/*
 * Is the text itself broken, whether it was meant as a state or a configuration?  Then the
 * judge reports it as for a configuration, so that a text has the same status at every door.
 */
static bool broken_text(enum capgate_rule rule)
{
	return rule == CAPGATE_RULE_SYNTAX || rule == CAPGATE_RULE_ENCODING ||
	       rule == CAPGATE_RULE_LIMIT || rule == CAPGATE_RULE_HIDDEN_CHARACTER ||
	       rule == CAPGATE_RULE_DUPLICATE_KEY;
}

/* Thousands of mounts take some hundred kilobytes. */
#define MOUNTS_MAX ((size_t)8 << 20)

/*
 * When these two stages run, the mounts of the configuration are made, and the first process of
 * the container waits.  Only the kernel knows where a bind was placed, and what is on /proc.
 * If the process has ended or is hidden from us (hidepid=, an LSM), the text alone decides.  A
 * list of mounts that cannot be read completely is refused, because its author chooses its
 * length.
 */
static int look_at_mounts(struct door *door, struct capgate_error *err)
{
	char path[48];
	int fd, status;

	if (door->pid <= 1 || strcmp(door->self->name, "createContainer") == 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%lld/mountinfo", (long long)door->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == EPERM || errno == EACCES))
		return 0;
	if (fd < 0)
		return io_fail(err, "the container's mounts cannot be read:", path);
	status = io_read_all(fd, MOUNTS_MAX, &door->policy.scene.mounts, err);
	close(fd);
	if (status < 0 && err->rule == CAPGATE_RULE_LIMIT)
		return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, CAPGATE_NOWHERE,
				    "the list of the container's mounts (%s) is longer than %zu "
				    "bytes, a limit that no policy can raise: remove recursive "
				    "bind mounts of a directory into itself",
				    path, MOUNTS_MAX);
	return status;
}

/* Finds the text to judge: the input itself, or config.json of its bundle.  mark: NULL, or gets
 * the process to mark. */
static int find_text(struct door *door, struct marking *mark, struct capgate_text *ret,
		     struct capgate_error *err)
{
	struct capgate_state state;
	struct capgate_arena arena;
	enum capgate_input kind;
	int status = door_arena(door, door->input.len, &arena, err);

	if (status == 0)
		status = capgate_input_parse(door->input, &arena, &kind, &state, err);
	if (status < 0 && !broken_text(err->rule))
		return status;
	if (status < 0 || kind == CAPGATE_INPUT_CONFIG) {
		*ret = door->input;
		return 0;
	}
	door->id = state.id;
	if (mark)
		mark_by_namespace(mark, (long)state.pid);
	door->pid = state.pid;
	door->policy.scene.bundle = state.bundle;
	return door_read_bundle(state.bundle, door->policy.max_bytes, ret, err);
}

/* createContainer runs later, and in another pid namespace. */
static bool is_to_be_marked(const struct door *door)
{
	return door->policy.learn == CAPGATE_LEARN_RECORD && !door->options.dry_run &&
	       strcmp(door->self->name, "createContainer") != 0;
}

static int stage(const struct command *self, int argc, char **argv)
{
	struct door door;
	struct capgate_arena arena;
	struct capgate_error err;
	struct run_result result = {0};
	struct capgate_text text;
	struct image_stores stores;
	struct netns_known networks;
	struct marking marks, *mark = NULL;
	int status = door_open(self, argc, argv, false, &door);

	if (status != OPTIONS_GO)
		return status;
	if (is_to_be_marked(&door)) {
		mark = &marks;
		mark_open(mark);
	}
	/* The state names the file to open, so it is parsed first.  The runtime wrote it, but it
	 * contains the container's annotations. */
	if (confine(mark ? CONFINE_OPEN_TO_MARK : CONFINE_OPEN,
		    door.policy.best_effort_confinement, &err) < 0 ||
	    find_text(&door, mark, &text, &err) < 0)
		return door_fail(&door, &err);
	stores = image_stores_find(&door.policy, door.policy.scene.bundle);
	netns_learn(text, &networks);
	if (look_at_mounts(&door, &err) < 0)
		return door_fail(&door, &err);
	if (door_arena(&door, text.len + image_stores_size(&stores), &arena, &err) < 0 ||
	    confine(mark ? CONFINE_MARK : CONFINE_JUDGE,
		    door.policy.best_effort_confinement, &err) < 0)
		return door_fail(&door, &err);
	run_judge(&(struct run_input){.stage = self->name,
				      .text = text,
				      .kind = CAPGATE_CONFIG,
				      .policy = &door.policy,
				      .log = &door.log,
				      .id = door.id,
				      .stores = stores,
				      .networks = &networks,
				      .can_rewrite = false,
				      .mark = mark,
				      .dry_run = door.options.dry_run},
		  &arena, &result);
	return result.status;
}

#define DETAILS \
	"Reads the container's state from standard input and judges config.json of its\n" \
	"bundle; a configuration on standard input is judged itself.  Writes nothing to\n" \
	"standard output.  It can only refuse: the runtime has read the file already."

#define STAGE(word, what) \
	const struct command command_##word = { \
		.name = #word, \
		.operands = "", \
		.summary = what, \
		.details = DETAILS, \
		.options = door_opts, \
		.run = stage, \
	}

STAGE(prestart, "hook: refuse what the policy does not allow (runtimes before 1.0.2)");
STAGE(createRuntime, "hook: refuse what the policy does not allow");
STAGE(createContainer, "hook: the same, in the container's mount namespace");
