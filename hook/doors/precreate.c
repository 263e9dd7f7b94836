/* SPDX-License-Identifier: Apache-2.0 */
/* podman's precreate stage: a filter that reads and writes config.json.  It is the only hook
 * stage that can change a specification. */
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "door.h"
#include "judge.h"

static int precreate(const struct command *self, int argc, char **argv)
{
	struct door door;
	struct capgate_arena arena;
	struct capgate_error err;
	struct run_result result = {0};
	struct image_stores stores;
	struct netns_known networks;
	int status = door_open(self, argc, argv, true, &door);

	if (status != OPTIONS_GO)
		return status;
	stores = image_stores_find(&door.policy, (struct capgate_text){0});
	netns_learn(door.input, &networks);
	result.out = door.input;
	if (door_arena(&door, door.input.len + image_stores_size(&stores), &arena, &err) < 0 ||
	    confine(CONFINE_JUDGE, door.policy.best_effort_confinement, &err) < 0)
		result.status = door_fail(&door, &err);
	else
		run_judge(&(struct run_input){.stage = self->name,
					      .text = door.input,
					      .kind = CAPGATE_CONFIG,
					      .policy = &door.policy,
					      .log = &door.log,
					      .stores = stores,
					      .networks = &networks,
					      .can_rewrite = true,
					      .dry_run = door.options.dry_run},
			  &arena, &result);
	if (result.status != STATUS_OK || io_write_all(STDOUT_FILENO, result.out, &err) == 0)
		return result.status;
	/* Also in audit mode, because half a configuration is useless. */
	(void)door_fail(&door, &err);
	return io_status(&err);
}

const struct command command_precreate = {
	.name = "precreate",
	.operands = "",
	.summary = "podman's precreate hook: read config.json, print a version that is allowed",
	.details =
		"Reads an OCI runtime configuration from standard input and writes it to standard\n"
		"output, unchanged or without the capabilities that the policy does not allow.  "
		"If\n"
		"that is not possible, writes nothing and fails.",
	.options = door_opts,
	.run = precreate,
};
