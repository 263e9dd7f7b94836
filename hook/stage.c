/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prestart, createRuntime, createContainer: the container's state on standard
 * input, its bundle on disk (or a configuration on standard input, told apart
 * by content).  The runtime has read the file already, so these stages can only
 * refuse; what a rewrite would have mended is refused too.
 */
#include "door.h"
#include "io.h"
#include "run.h"

/* The text to judge: the input itself, or what its bundle holds. */
static int find_text(struct capgate_text input, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	struct capgate_state state;
	struct capgate_arena arena;
	enum capgate_input kind;
	int status = io_arena(input.len, &arena, err);

	if (status == 0)
		status = capgate_input_parse(input, &arena, &kind, &state, err);
	if (status < 0)
		return status;
	if (kind == CAPGATE_INPUT_CONFIG) {
		*ret = input;
		return 0;
	}
	return door_read_bundle(state.bundle, limit, ret, err);
}

static int stage(const struct command *self, int argc, char **argv)
{
	struct door_options options = {0};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_error err;
	struct run_result result = {0};
	struct capgate_text input, text;
	int status = door_open(self, argc, argv, &options, &policy, &input);

	if (status != OPTIONS_GO)
		return status;
	if (find_text(input, policy.max_bytes, &text, &err) < 0 || io_arena(text.len, &arena, &err) < 0)
		return door_fail(self, &err);
	run_judge(&(struct run_input){.stage = self->name,
				      .text = text,
				      .kind = CAPGATE_CONFIG,
				      .policy = &policy,
				      .can_rewrite = false,
				      .dry_run = options.dry_run},
		  &arena, &result);
	return result.status;
}

#define DETAILS                                                                             \
	"Reads the container's state from standard input and judges config.json of its\n" \
	"bundle; a configuration on standard input is judged itself.  Writes nothing to\n" \
	"standard output.  It can only refuse: the runtime has read the file already."

#define STAGE(word, what)                                \
	const struct command command_##word = {         \
		.name = #word,                          \
		.operands = "",                         \
		.summary = what,                        \
		.details = DETAILS,                     \
		.options = door_opts,                   \
		.run = stage,                           \
	}

STAGE(prestart, "hook: refuse what the policy does not allow (runtimes before 1.0.2)");
STAGE(createRuntime, "hook: refuse what the policy does not allow");
STAGE(createContainer, "hook: the same, in the container's mount namespace");
