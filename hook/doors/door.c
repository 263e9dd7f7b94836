/* SPDX-License-Identifier: Apache-2.0 */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

const struct opt door_opts[] = {
	{"dry-run", 'n', OPT_FLAG, offsetof(struct door_options, dry_run), NULL,
	 "decide, report on standard error, change nothing, exit 0"},
	{"policy", 0, OPT_STRING, offsetof(struct door_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{"hint", 0, OPT_STRING, offsetof(struct door_options, hint), "TEXT",
	 "ignored; podman prints the arguments of a hook that failed, and so this text"},
	{0},
};

int door_fail(const struct door *door, const struct capgate_error *err)
{
	struct capgate_report report = io_report(err);
	struct capgate_error ignored;
	struct decision decision;

	bool goes_on = door->policy.mode == CAPGATE_AUDIT && !(door->is_filter && !door->input.p);
	int status = goes_on ? STATUS_OK : io_status(err);

	io_say_error(door->self->name, err);
	if (door->log.file >= 0 || door->log.system >= 0) {
		struct log log = door->log;

		decision_make(&report, &(struct capgate_spec){0}, &door->policy, &decision);
		if (log_decision(&log,
				 &(struct log_entry){.stage = door->self->name,
						     .at_once = true,
						     .id = door->id,
						     .bundle = door->policy.scene.bundle,
						     .outcome = CAPGATE_REFUSE,
						     .policy = &door->policy,
						     .decision = &decision,
						     .status = status,
						     .dry_run = door->options.dry_run},
				 &ignored) < 0)
			io_say_error(door->self->name, &ignored);
	}
	return status;
}

/* Audit mode also passes on an input that it would refuse for its size. */
static int read_input(struct door *door, struct capgate_error *err)
{
	size_t limit =
		door->policy.mode == CAPGATE_AUDIT ? CAPGATE_TEXT_MOST : door->policy.max_bytes;

	/* A large policy can leave too little room for the input. */
	if (door->arena.size - door->arena.used <= limit)
		return io_read_all(STDIN_FILENO, limit, &door->input, err);
	return io_read_into(STDIN_FILENO, limit, &door->arena, &door->input, err);
}

static bool mentions(struct capgate_text text, const char *word)
{
	return memmem(text.p, text.len, word, strlen(word)) != NULL;
}

/*
 * For an annotation (run.oci.hooks.stderr) crun opens the file that it names as the standard
 * error of hooks.  It passes the annotations on in the state, where it escapes none of these
 * letters.  A message names what is refused in the author's words, and in /etc/ld.so.preload
 * such a word is a library.
 */
static void hush(const struct door *door)
{
	if (!door->is_filter && mentions(door->input, "run.oci.hooks.std") &&
	    mentions(door->input, "\"bundle"))
		io_hush();
}

/* What an engine's specification takes, and its judgement: about 100 KB for 20 KB of text. */
#define ORDINARY ((size_t)84 << 10)

int door_open(const struct command *self, int argc, char **argv, bool is_filter, struct door *ret)
{
	struct door door = {.self = self, .is_filter = is_filter, .log = LOG_NONE};
	struct capgate_error err;
	char **operands;
	int n, status = options_parse(self, argc, argv, &door.options, &operands, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 0) {
		io_say("%s: unexpected operand '%s'; the configuration is read from standard input",
		       self->name, operands[0]);
		return STATUS_USAGE;
	}
	io_prefault_stack();
	if (gate_open(door.options.policy, &door.arena, &door.policy, &door.log, &err) < 0)
		return door_fail(&door, &err);
	io_prefault((char *)door.arena.base + door.arena.used, ORDINARY);
	if (read_input(&door, &err) < 0)
		return door_fail(&door, &err);
	hush(&door);
	*ret = door;
	return OPTIONS_GO;
}

int door_arena(struct door *door, size_t text_len, struct capgate_arena *ret,
	       struct capgate_error *err)
{
	size_t need = capgate_arena_for(text_len);
	void *block = capgate_arena_raw(&door->arena, need);

	if (!block)
		return io_arena(text_len, ret, err);
	capgate_arena_init(ret, block, need);
	return 0;
}

int door_read_bundle(struct capgate_text bundle, size_t limit, struct capgate_text *ret,
		     struct capgate_error *err)
{
	char path[PATH_MAX];
	int dir, status;

	if (bundle.len == 0 || bundle.len >= sizeof(path) || memchr(bundle.p, 0, bundle.len) ||
	    bundle.p[0] != '/')
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the bundle in the state is not an absolute path");
	memcpy(path, bundle.p, bundle.len);
	path[bundle.len] = '\0';
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return io_fail(err, "cannot open the bundle", path);
	status = io_read_in(dir, "config.json", limit, ret, err);
	close(dir);
	return status;
}
