/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a wrapper of ours that an engine's configuration names: does it exist, and which
 * program does it run? */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

/* Shims whose containers have their own kernel. */
bool doctor_is_sandbox(struct capgate_text type)
{
	static const char *const names[] = {"kata", "runsc", "firecracker", "cloud-hypervisor",
					    "hyperlight"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (type.len && memmem(type.p, type.len, names[i], strlen(names[i])))
			return true;
	return false;
}

/* The first executable program of that name's list in runtime.json, or of the built-in list if
 * the name has no entry.  False if there is none. */
static bool find_real(struct doctor *d, const char *name, char *ret)
{
	static struct runtimejson json;
	static const char *const dirs[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin",
					   "/usr/local/sbin"};
	const struct runtimejson_entry *entry = NULL;
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_RUNTIME_JSON, &missing);

	if (text.p && runtimejson_parse(text, &d->arena, &json, &err) == 0)
		entry = runtimejson_find(&json, name);
	for (size_t i = 0; entry && i < entry->n; i++) {
		snprintf(ret, CONF_PATH, "%.*s",
			 (int)(entry->path[i].len < CONF_PATH ? entry->path[i].len : 0),
			 entry->path[i].p);
		if (access(ret, X_OK) == 0 && !doctor_is_program(ret))
			return true;
	}
	for (size_t i = 0; !entry && i < 2 * COUNT(dirs); i++) {
		const char *runtime = i % 2 ? "crun" : "runc";

		if (strcmp(name, "capgate-runtime") != 0 &&
		    strcmp(name + strlen("capgate-"), runtime) != 0)
			continue;
		snprintf(ret, CONF_PATH, "%s/%s", dirs[i / 2], runtime);
		if (access(ret, X_OK) == 0 && !doctor_is_program(ret))
			return true;
	}
	return false;
}

bool doctor_has_real(struct doctor *d, struct capgate_text wrapper)
{
	char path[CONF_PATH], real[CONF_PATH];

	snprintf(path, sizeof(path), "%.*s", (int)(wrapper.len < CONF_PATH ? wrapper.len : 0),
		 wrapper.p);
	return strrchr(path, '/') && find_real(d, strrchr(path, '/') + 1, real);
}

bool doctor_is_program(const char *path)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(WIRING_PROGRAM, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

void doctor_wrapped(struct doctor *d, int engine, const char *what, const char *name,
		    struct capgate_text program)
{
	char path[CONF_PATH], real[CONF_PATH];

	snprintf(path, sizeof(path), "%.*s", (int)(program.len < CONF_PATH ? program.len : 0),
		 program.p);
	if (access(path, F_OK) < 0)
		doctor_say(d, LEVEL_BAD, engine, "wrapper",
			   "%s \"%.60s\": %.150s does not exist, and no container starts\tcapgate "
			   "configure %s",
			   what, name, path, wiring_engine_name((enum engine)engine));
	else if (!doctor_is_program(path)) {
		doctor_say(d, LEVEL_BAD, engine, "wrapper",
			   "%s \"%.60s\": %.150s is not " WIRING_PROGRAM "\tcapgate configure %s",
			   what, name, path, wiring_engine_name((enum engine)engine));
		doctor_canary_wrapper(d, (enum engine)engine, path);
	} else if (!find_real(d, strrchr(path, '/') + 1, real))
		doctor_say(d, LEVEL_BAD, engine, "runtime-json",
			   "%s \"%.60s\": no program that " WIRING_RUNTIME_JSON
			   " has for \"%.60s\" can be executed\tinstall it, or name its path there",
			   what, name, strrchr(path, '/') + 1);
	else {
		doctor_say(d, LEVEL_OK, engine, "runtime",
			   "%s \"%.60s\" is judged, then %.150s runs", what, name, real);
		doctor_canary_wrapper(d, (enum engine)engine, path);
	}
}
