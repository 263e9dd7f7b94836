/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runc of PATH: what docker run --runtime runc, docker build, ctr and buildkitd run.
 * A daemon's own environment says which one that is.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "doctor.h"

static const struct {
	enum engine engine;
	const char *what; /* goes through it */
} doors[] = {
	{ENGINE_DOCKER, "docker run --runtime runc and docker build"},
	{ENGINE_CONTAINERD, "ctr run and nerdctl run"},
};

/* The first program of that name in PATH; false: none. */
static bool find_in_path(const char *path, const char *name, char *ret, size_t size)
{
	while (*path) {
		size_t n = strcspn(path, ":");

		if (n > 0 && n < size - 32) {
			snprintf(ret, size, "%.*s/%s", (int)n, path, name);
			if (access(ret, X_OK) == 0)
				return true;
		}
		path += n + (path[n] == ':');
	}
	return false;
}

static const char *path_of(const char *variables, size_t len)
{
	for (size_t i = 0; i < len; i += strlen(variables + i) + 1)
		if (strncmp(variables + i, "PATH=", 5) == 0)
			return variables + i + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

void doctor_closed_process(struct doctor *d, enum engine e, const char *pid, const char *variables,
			   size_t len)
{
	char runc[PATH_MAX];
	const char *what = doors[e != ENGINE_DOCKER].what;

	if (!find_in_path(path_of(variables, len), "runc", runc, sizeof(runc)))
		return; /* it cannot run what is not there */
	d->runc_seen |= ENGINE_BIT(e);
	if (doctor_is_program(runc))
		doctor_say(d, LEVEL_OK, (int)e, "runc-in-path",
			   "%s are judged: %s of process %.20s is capgate", what, runc, pid);
	else
		doctor_say(d, LEVEL_WARN, (int)e, "runc-in-path",
			   "%s run %.150s (process %.20s), and capgate does not judge them\t"
			   "capgate configure %s --close-runc, then systemctl daemon-reload and "
			   "restart what it names",
			   what, runc, pid, wiring_engine_name(e));
}

/* No daemon runs here, or it belongs to another root: the files alone can be asked. */
void doctor_closed(struct doctor *d)
{
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		enum engine e = doors[i].engine;
		char dropin[256];

		if (!doctor_looks_at(d, e) || d->runc_seen & ENGINE_BIT(e))
			continue;
		snprintf(dropin, sizeof(dropin),
			 CAPGATE_SYSCONFDIR "/systemd/system/%s.service.d/zz-capgate-%s.conf",
			 e == ENGINE_DOCKER ? "docker" : "containerd", wiring_engine_name(e));
		if (!place_exists(dropin))
			doctor_say(d, LEVEL_WARN, (int)e, "runc-in-path",
				   "%s run runc from PATH, and capgate does not judge them\t"
				   "capgate configure %s --close-runc",
				   doors[i].what, wiring_engine_name(e));
		else if (!doctor_is_program(WIRING_CLOSED_DIR "/runc"))
			doctor_say(d, LEVEL_BAD, (int)e, "runc-in-path",
				   WIRING_CLOSED_DIR "/runc is not " WIRING_PROGRAM
						     "\tcapgate configure %s --close-runc",
				   wiring_engine_name(e));
	}
}
