/* SPDX-License-Identifier: Apache-2.0 */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../lib/error.h"
#include "io.h"
#include "policyfile.h"

const struct opt door_opts[] = {
	{"dry-run", 'n', OPT_FLAG, offsetof(struct door_options, dry_run), NULL,
	 "decide and tell on stderr, change nothing, exit 0"},
	{"policy", 0, OPT_STRING, offsetof(struct door_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{"hint", 0, OPT_STRING, offsetof(struct door_options, hint), "TEXT",
	 "ignored: podman shows a failed hook's arguments, and so this text"},
	{0},
};

int door_fail(const struct command *self, const struct capgate_error *err)
{
	io_say_error(self->name, err);
	return io_status(err);
}

int door_open(const struct command *self, int argc, char **argv, struct door_options *options,
	      struct capgate_policy *policy, struct capgate_text *input)
{
	struct capgate_arena arena;
	struct capgate_error err;
	char **operands;
	int n, status = options_parse(self, argc, argv, options, &operands, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 0) {
		io_say("%s: unexpected operand '%s'; the configuration is read from standard input", self->name,
		       operands[0]);
		return STATUS_USAGE;
	}
	/* Lives as long as the process: the policy's texts are in it. */
	if (io_arena(CAPGATE_TEXT_MAX, &arena, &err) < 0 ||
	    policy_load(options->policy, &arena, policy, &err) < 0 ||
	    io_read_all(STDIN_FILENO, policy->max_bytes, input, &err) < 0)
		return door_fail(self, &err);
	return OPTIONS_GO;
}

int door_read_bundle(struct capgate_text bundle, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	char path[PATH_MAX];
	int dir, fd, status;

	if (bundle.len == 0 || bundle.len >= sizeof(path) || memchr(bundle.p, 0, bundle.len) || bundle.p[0] != '/')
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the bundle in the state is not an absolute path");
	memcpy(path, bundle.p, bundle.len);
	path[bundle.len] = '\0';
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return io_fail(err, "cannot open the bundle", path);
	fd = io_open_regular(dir, "config.json", err);
	close(dir);
	if (fd < 0)
		return fd;
	status = io_read_all(fd, limit, ret, err);
	close(fd);
	return status;
}
