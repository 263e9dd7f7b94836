/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of runc (1.0 to 1.4, and what is coming) and crun (0.10 to 1.29).  An option
 * that one version has and another has not is in the table: the real runtime reports it.  A
 * missing row stops a container; a wrong column could let one through, so letters and
 * arguments are those of the runtimes' own tables.
 */
#include <string.h>

#include "argv.h"

#define R (1u << DIALECT_RUNC)
#define C (1u << DIALECT_CRUN)
#define B (R | C)

static const struct runtime_option global[] = {
	{"cgroup-manager", 0, ARG_VALUE, MEANS_NOTHING, C},
	{"criu", 0, ARG_VALUE, MEANS_CRIU, R},
	{"debug", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"log", 0, ARG_VALUE, MEANS_LOG, B},
	{"log-format", 0, ARG_VALUE, MEANS_LOG_FORMAT, B},
	{"log-level", 0, ARG_VALUE, MEANS_NOTHING, C},
	{"root", 0, ARG_VALUE, MEANS_ROOT, B},
	{"rootless", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"systemd-cgroup", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"version", 'v', ARG_FLAG, MEANS_HELP, B},
	{"version", 'V', ARG_FLAG, MEANS_HELP, C},
	{"help", 'h', ARG_FLAG, MEANS_HELP, R},
	{"help", '?', ARG_FLAG, MEANS_HELP, C},
	{"usage", 0, ARG_FLAG, MEANS_HELP, C},
	{0},
};

#define HELP {"help", 'h', ARG_FLAG, MEANS_HELP, R}, {"help", '?', ARG_FLAG, MEANS_HELP, C}, \
	{"usage", 0, ARG_FLAG, MEANS_HELP, C}, {0}

/* create and run: the same but for two, which do no harm in the other. */
static const struct runtime_option start[] = {
	{"bundle", 'b', ARG_VALUE, MEANS_BUNDLE, B},
	{"config", 'f', ARG_VALUE, MEANS_CONFIG, C},
	{"config", 0, ARG_VALUE, MEANS_CONFIG, R},
	{"console", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"console-socket", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"detach", 'd', ARG_FLAG, MEANS_NOTHING, B},
	{"keep", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"no-mount-fallback", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"no-new-keyring", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"no-pivot", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"no-subreaper", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"pid-file", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"pidfd-socket", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"preserve-fds", 0, ARG_VALUE, MEANS_DESCRIPTORS, B},
	HELP,
};

static const struct runtime_option restore[] = {
	{"auto-dedup", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"bundle", 'b', ARG_VALUE, MEANS_BUNDLE, B},
	{"config", 0, ARG_VALUE, MEANS_CONFIG, R},
	{"console", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"console-socket", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"detach", 'd', ARG_FLAG, MEANS_NOTHING, B},
	{"empty-ns", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"ext-unix-sk", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"file-locks", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"image-path", 0, ARG_VALUE, MEANS_IMAGES, B},
	{"lazy-pages", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"link-remap", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"lsm-mount-context", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"lsm-profile", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"manage-cgroups-mode", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"network-lock", 0, ARG_VALUE, MEANS_NOTHING, C},
	{"no-pivot", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"no-subreaper", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"pid-file", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"pidfd-socket", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"shell-job", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"tcp-close", 0, ARG_FLAG, MEANS_NOTHING, C},
	{"tcp-established", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"tcp-skip-in-flight", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"work-path", 0, ARG_VALUE, MEANS_NOTHING, B},
	HELP,
};

static const struct runtime_option exec[] = {
	{"additional-gids", 'g', ARG_VALUE, MEANS_NOTHING, R},
	{"apparmor", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"cap", 'c', ARG_VALUE, MEANS_CAP, B},
	{"cgroup", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"console", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"console-socket", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"cwd", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"detach", 'd', ARG_FLAG, MEANS_NOTHING, B},
	{"env", 'e', ARG_VALUE, MEANS_NOTHING, B},
	{"ignore-paused", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"no-new-privs", 0, ARG_FLAG, MEANS_NOTHING, B},
	{"no-subreaper", 0, ARG_FLAG, MEANS_NOTHING, R},
	{"pid-file", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"pidfd-socket", 0, ARG_VALUE, MEANS_NOTHING, R},
	{"preserve-fds", 0, ARG_VALUE, MEANS_DESCRIPTORS, B},
	{"process", 'p', ARG_VALUE, MEANS_PROCESS, B},
	{"process-label", 0, ARG_VALUE, MEANS_NOTHING, B},
	{"tty", 't', ARG_FLAG, MEANS_NOTHING, R},
	{"tty", 't', ARG_MAYBE, MEANS_NOTHING, C},
	{"user", 'u', ARG_VALUE, MEANS_USER, B},
	HELP,
};

const struct runtime_option *runtime_options(enum runtime_door door)
{
	static const struct runtime_option *const tables[] = {
		[DOOR_NONE] = global, [DOOR_CREATE] = start, [DOOR_RUN] = start,
		[DOOR_RESTORE] = restore, [DOOR_EXEC] = exec,
	};

	return tables[door];
}

enum runtime_door runtime_door_of(const char *command)
{
	static const char *const doors[] = {
		[DOOR_CREATE] = "create",
		[DOOR_RUN] = "run",
		[DOOR_RESTORE] = "restore",
		[DOOR_EXEC] = "exec",
	};

	for (int d = DOOR_CREATE; d <= DOOR_EXEC; d++)
		if (strcmp(doors[d], command) == 0)
			return (enum runtime_door)d;
	return DOOR_NONE;
}
