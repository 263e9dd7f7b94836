/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runc that docker run --runtime runc, docker build, ctr and buildkitd find in PATH.  The
 * environment of the daemon decides which one this is.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "daemons.h"

#define RUN "docker run --runtime runc or io.containerd.runc.v2"

static const struct {
	enum engine engine;
	const char *what; /* goes through it */
} doors[] = {
	{ENGINE_DOCKER, RUN " and docker build"},
	{ENGINE_CONTAINERD, "ctr run and nerdctl run"},
};

bool doctor_runc_is_ours(const struct doctor *d, enum engine e)
{
	return d->runc_ours & ENGINE_BIT(e) && !(d->runc_others & ENGINE_BIT(e));
}

static void note_runc(struct doctor *d, unsigned engines, const char *runc)
{
	if (doctor_is_program(runc))
		d->runc_ours |= engines;
	else
		d->runc_others |= engines;
}

/* Only root can make the links, so a user's cure begins with this. */
static const char *before_users(enum engine e)
{
	return e == ENGINE_DOCKER && other_root_is_users()
		       ? "sudo capgate configure docker --close-runc; as this user: "
		       : "";
}

/* dockerd's BuildKit runs the program that this variable names instead of runc from PATH. */
static void look_at_build_variable(struct doctor *d, const char *pid, const char *variables,
				   size_t len)
{
	const char *name = "DOCKER_BUILDKIT_RUNC_COMMAND";
	const char *value = daemon_variable(variables, len, name);
	char program[PATH_MAX];

	if (!value || !*value)
		return;
	if (strchr(value, '/'))
		snprintf(program, sizeof(program), "%s", value);
	else if (!daemon_find_in_path(daemon_path_of(variables, len), value, program,
				      sizeof(program)))
		return;
	if (!doctor_is_program(program))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runc-in-path",
			   "docker build runs %.150s, which %s in the environment of process %.20s "
			   "names and capgate does not judge\tremove %s from its environment",
			   program, name, pid, name);
}

/* What runs the runc that containerd finds.  Docker's containers have the PATH of containerd,
 * not of dockerd. */
static const char *run_by_containerd(const struct doctor *d)
{
	bool docker = doctor_looks_at(d, ENGINE_DOCKER);

	return !docker ? doors[1].what
	       : doctor_looks_at(d, ENGINE_CONTAINERD)
		       ? RUN " (if dockerd uses this containerd), ctr run and nerdctl run"
		       : RUN " (if dockerd uses this containerd) and ctr run";
}

void doctor_closed_process(struct doctor *d, enum engine e, const char *pid, const char *variables,
			   size_t len, bool apart)
{
	const char *what = e == ENGINE_CONTAINERD ? run_by_containerd(d)
			   : apart                ? "docker build"
						  : doors[0].what;
	char runc[PATH_MAX], where[40];

	if (e == ENGINE_DOCKER)
		look_at_build_variable(d, pid, variables, len);
	if (!daemon_find_in_path(daemon_path_of(variables, len), "runc", runc, sizeof(runc)))
		return; /* there is no runc that it could run */
	d->runc_seen |= ENGINE_BIT(e);
	if (!apart)
		note_runc(d, ENGINE_BIT(ENGINE_DOCKER) | ENGINE_BIT(e), runc);
	snprintf(where, sizeof(where), "process %.20s", pid);
	doctor_say_runc(d, e, what, runc, where);
}

void doctor_closed_containerd(struct doctor *d, const char *pid, const char *variables,
			      size_t len)
{
	char runc[PATH_MAX], where[60];

	snprintf(where, sizeof(where), "containerd, process %.20s", pid);
	if (!daemon_find_in_path(daemon_path_of(variables, len), "runc", runc, sizeof(runc)))
		return;
	note_runc(d, ENGINE_BIT(ENGINE_DOCKER), runc);
	doctor_say_runc(d, ENGINE_DOCKER, run_by_containerd(d), runc, where);
}

/* ---- By the files ------------------------------------------------------------------------ */

/* No daemon runs here, or it belongs to another root, so only the files can be checked. */
void doctor_closed(struct doctor *d)
{
	for (size_t i = 0; i < sizeof(doors) / sizeof(*doors); i++) {
		enum engine e = doors[i].engine;
		char dropin[300];

		if (!doctor_looks_at(d, e) || d->runc_seen & ENGINE_BIT(e))
			continue;
		snprintf(dropin, sizeof(dropin), "%.200s/%s.service.d/zz-capgate-%s.conf",
			 e == ENGINE_DOCKER ? other_root_units()
					    : CAPGATE_SYSCONFDIR "/systemd/system",
			 e == ENGINE_DOCKER ? "docker" : "containerd", wiring_engine_name(e));
		if (!place_exists(dropin))
			doctor_say(d, LEVEL_WARN, (int)e, "runc-in-path",
				   "capgate does not judge %s: they run the runc in "
				   "PATH\t%scapgate configure %s --close-runc",
				   doors[i].what, before_users(e), wiring_engine_name(e));
		else if (!doctor_is_program(WIRING_CLOSED_DIR "/runc"))
			doctor_say(d, LEVEL_BAD, (int)e, "runc-in-path",
				   WIRING_CLOSED_DIR "/runc is not " WIRING_PROGRAM
						     "\t%scapgate configure %s --close-runc",
				   before_users(e), wiring_engine_name(e));
		else
			d->runc_ours |= ENGINE_BIT(e);
	}
	if (doctor_looks_at(d, ENGINE_DOCKER) || doctor_looks_at(d, ENGINE_CONTAINERD))
		doctor_buildkit(d);
}
