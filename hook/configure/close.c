/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --close-runc: dockerd's reserved runtime runc, docker build, ctr, nerdctl and buildkitd
 * look for runc in PATH.  So configure makes links to capgate, named runc, buildkit-runc and
 * crun, in a directory of their own.  Drop-ins of systemd put this directory first in the
 * daemons' PATH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

/* The units whose daemons look for runc in PATH.  Each gets a drop-in with the engine's
 * name.  A rootless dockerd starts its own containerd. */
static const char *const *units_of(enum engine e)
{
	static const char *const docker[] = {"docker", "containerd", "buildkit", NULL};
	static const char *const containerd[] = {"containerd", "buildkit", NULL};
	static const char *const users[] = {"docker", NULL};

	return e != ENGINE_DOCKER ? containerd : other_root_is_users() ? users : docker;
}

static const char *const names[] = {"runc", "buildkit-runc", "crun"};

static void dropin_of(enum engine e, const char *unit, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s.service.d/zz-capgate-%s.conf",
		 e == ENGINE_DOCKER ? other_root_units() : CAPGATE_SYSCONFDIR "/systemd/system",
		 unit, wiring_engine_name(e));
}

static int close_unit(struct plan *plan, enum engine e, const char *unit, struct capgate_error *err)
{
	char dropin[256], path[1024], *text;

	if (configure_path(unit, path, sizeof(path), err) < 0)
		return err->code;
	text = configure_words(
		"# Made by capgate configure %s --close-runc: runc in this PATH is capgate.\n"
		"[Service]\nEnvironment=\"PATH=" WIRING_CLOSED_DIR ":%s\"\n",
		wiring_engine_name(e), path);
	if (!text)
		return capgate_fail_memory(err);
	dropin_of(e, unit, dropin, sizeof(dropin));
	return plan_write(plan, dropin, 0644, capgate_text_of(text), err);
}

/* buildkitd runs runc if there is no buildkit-runc.  The link of that name does the same. */
static void programs_named(const char *name, const char *path, struct programs *ret)
{
	struct programs runc;

	programs_of(ret, capgate_text_of(name), NULL, path);
	programs_of(&runc, capgate_text_of("runc"), NULL, path);
	for (size_t i = 0; strcmp(name, "buildkit-runc") == 0 && i < runc.n; i++)
		if (ret->n < RUNTIMEJSON_PATHS)
			memcpy(ret->path[ret->n++], runc.path[i], WRAPS_PATH);
}

/* For a rootless dockerd.  Only root can make the links, which all daemons share. */
static int close_users(struct plan *plan, struct capgate_error *err)
{
	if (!place_exists(WIRING_CLOSED_DIR "/runc"))
		return configure_refuse(
			err, WIRING_CLOSED_DIR
			"/runc does not exist, and only root can create it: run sudo capgate "
			"configure docker --close-runc, then this command again");
	plan_note(plan, "docker: the runc in PATH is closed once dockerd is restarted: systemctl "
			"--user daemon-reload; systemctl --user restart docker");
	return close_unit(plan, ENGINE_DOCKER, "docker", err);
}

int configure_close(struct plan *plan, struct wraps *wraps, enum engine e,
		    struct capgate_error *err)
{
	/* All daemons share the directory of links, so the PATH of the engine's own unit counts. */
	char path[1024];
	int status = configure_path(units_of(e)[0], path, sizeof(path), err);

	if (status == 0 && e == ENGINE_DOCKER && other_root_is_users())
		return close_users(plan, err);
	for (size_t i = 0; status == 0 && i < sizeof(names) / sizeof(*names); i++) {
		struct programs programs;
		char link[256];

		programs_named(names[i], path, &programs);
		snprintf(link, sizeof(link), WIRING_CLOSED_DIR "/%s", names[i]);
		status = wraps_name(wraps, names[i], &programs, err);
		if (status == 0)
			status = plan_link(plan, link, WIRING_PROGRAM, err);
	}
	for (const char *const *u = units_of(e); status == 0 && *u; u++)
		status = close_unit(plan, e, *u, err);
	plan_note(plan,
		  "%s: the runc in PATH is closed once these daemons are restarted: systemctl "
		  "daemon-reload; systemctl restart%s containerd (and buildkit)",
		  wiring_engine_name(e), e == ENGINE_DOCKER ? " docker" : "");
	return status;
}

int configure_open(struct plan *plan, enum engine e, struct capgate_error *err)
{
	enum engine other = e == ENGINE_DOCKER ? ENGINE_CONTAINERD : ENGINE_DOCKER;
	char path[256];
	bool had = false;
	int status = 0;

	for (const char *const *u = units_of(e); status == 0 && *u; u++) {
		dropin_of(e, *u, path, sizeof(path));
		had |= place_exists(path);
		status = plan_remove(plan, path, err);
	}
	dropin_of(other, "containerd", path, sizeof(path));
	if (status < 0 || !had)
		return status;
	if (e == ENGINE_DOCKER && other_root_is_users()) {
		plan_note(plan, "docker: PATH is as before once dockerd is restarted: systemctl "
				"--user daemon-reload; systemctl --user restart docker");
		return 0; /* the links belong to root */
	}
	for (size_t i = 0; !place_exists(path) && status == 0 && i < sizeof(names) / sizeof(*names);
	     i++) {
		char link[256];

		snprintf(link, sizeof(link), WIRING_CLOSED_DIR "/%s", names[i]);
		status = plan_remove(plan, link, err);
	}
	plan_note(plan,
		  "%s: PATH is as before once these daemons are restarted: systemctl "
		  "daemon-reload; systemctl restart%s containerd",
		  wiring_engine_name(e), e == ENGINE_DOCKER ? " docker" : "");
	return status;
}
