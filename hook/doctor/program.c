/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the program, the wrapper's link and its configuration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "doctor.h"
#include "traps.h"

#define WRAPPED (~ENGINE_BIT(ENGINE_PODMAN))

/* Only root may be able to change a file that decides. */
static bool check_owner(struct doctor *d, const char *id, const char *path)
{
	struct capgate_error err;
	bool missing;
	int fd = trusted_open(path, &missing, &err);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	doctor_say(d, LEVEL_BAD, NENGINES, id,
		   "%.200s\tonly root may own and write it and the directories above", err.msg);
	return false;
}

/* Both programs must have the same version. */
static void check_version(struct doctor *d, const char *words)
{
	if (strncmp(words, "capgate ", 8) != 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "program-runs",
			   WIRING_PROGRAM " is not capgate\tinstall it again");
	else if (strcmp(words, "capgate " CAPGATE_VERSION "\n") != 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "program-version",
			   WIRING_PROGRAM " is %.40s, this doctor is " CAPGATE_VERSION
					  "\tinstall both from one package",
			   words);
	else
		doctor_say(d, LEVEL_OK, NENGINES, "program",
			   WIRING_PROGRAM " is installed, owned by root, and runs");
}

/* Does the program start, with all its libraries? */
static void check_runs(struct doctor *d)
{
	const char *argv[] = {"capgate", "--version", NULL};
	char words[256];
	struct spawn_result r;
	struct capgate_error err;

	if (spawn_run(WIRING_PROGRAM, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r,
		      &err) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "program-runs", "%.200s", err.msg);
	else if (r.status == 127)
		doctor_say(d, LEVEL_BAD, NENGINES, "program-runs",
			   WIRING_PROGRAM " does not start: %.150s\tinstall the libraries that it "
					  "needs (ldd), or a static build",
			   words[0] ? words : "a missing loader or another architecture");
	else
		check_version(d, r.status == 0 ? words : "");
}

static void check_program(struct doctor *d)
{
	struct stat st;

	if (stat(WIRING_PROGRAM, &st) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "program-present",
			   WIRING_PROGRAM " does not exist: engines silently skip its "
					  "hooks\tcapgate configure --all");
	else if (!S_ISREG(st.st_mode) || !(st.st_mode & S_IXOTH))
		doctor_say(d, LEVEL_BAD, NENGINES, "program-executable",
			   WIRING_PROGRAM " cannot be executed by every user: no container "
					  "starts\tchmod 755 " WIRING_PROGRAM);
	else if (check_owner(d, "program-owner", WIRING_PROGRAM))
		check_runs(d);
}

/* ---- runtime.json ---------------------------------------------------------------- */

enum { FIELD_NONE, FIELD_VERSION, FIELD_RUNTIME };

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members =
		(const struct capgate_member[]){
			{"version", SHAPE(.types = CAPGATE_T_NUMBER, .field = FIELD_VERSION)},
			{"runtimes",
			 SHAPE(.types = CAPGATE_T_OBJECT,
			       .members =
				       (const struct capgate_member[]){
					       {"capgate-runtime",
						SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_ARRAY,
						      .field = FIELD_RUNTIME,
						      .each = SHAPE(.types = CAPGATE_T_STRING,
								    .field = FIELD_RUNTIME))},
					       {0}})},
			{0},
		},
};

struct runtime_json {
	char found[CONF_PATH]; /* the first one that can be executed */
	bool version_ok, any;
};

static int visit_runtime_json(void *user, const struct capgate_walk *walk, int field,
			      const struct capgate_json_event *e)
{
	struct runtime_json *r = user;
	char path[CONF_PATH];

	(void)walk;
	if (field == FIELD_VERSION)
		r->version_ok = capgate_text_is(e->text, "1");
	if (field != FIELD_RUNTIME || e->kind != CAPGATE_JSON_STRING || e->text.len >= sizeof(path))
		return 0;
	r->any = true;
	memcpy(path, e->text.p, e->text.len);
	path[e->text.len] = '\0';
	if (!r->found[0] && access(path, X_OK) == 0)
		memcpy(r->found, path, e->text.len + 1);
	return 0;
}

/* Without runtime.json the wrapper runs the first of these. */
static void check_built_in(struct doctor *d)
{
	static const char *const places[] = {
		"/usr/bin/runc", "/usr/sbin/runc", "/usr/local/bin/runc", "/usr/local/sbin/runc",
		"/usr/bin/crun", "/usr/sbin/crun", "/usr/local/bin/crun", "/usr/local/sbin/crun"};

	for (size_t i = 0; i < COUNT(places); i++)
		if (access(places[i], X_OK) == 0 && !doctor_is_program(places[i])) {
			snprintf(d->runtime, sizeof(d->runtime), "%s", places[i]);
			doctor_say(d, LEVEL_OK, NENGINES, "runtime-json", "the wrapper runs %s",
				   places[i]);
			return;
		}
	doctor_say(d, LEVEL_BAD, NENGINES, "runtime-json",
		   "the wrapper finds neither runc nor crun\tinstall one of them");
}

static void check_runtime_json(struct doctor *d)
{
	struct runtime_json r = {0};
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_RUNTIME_JSON, &missing);

	if (missing)
		check_built_in(d);
	else if (!check_owner(d, "runtime-json", WIRING_RUNTIME_JSON))
		return;
	else if (!text.p || capgate_walk_text(text, (struct capgate_json_options){.comments = true},
					      &shape, &d->arena, visit_runtime_json, &r, &err) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "runtime-json",
			   WIRING_RUNTIME_JSON ": %.200s\tfix it",
			   text.p ? err.msg : "it cannot be read");
	else if (!r.version_ok || !r.any)
		doctor_say(d, LEVEL_BAD, NENGINES, "runtime-json",
			   WIRING_RUNTIME_JSON
			   " does not name a runtime for capgate-runtime\twrite \"version\": 1 and "
			   "\"runtimes\": {\"capgate-runtime\": [\"/usr/bin/runc\"]}");
	else if (!r.found[0])
		doctor_say(d, LEVEL_BAD, NENGINES, "runtime-json",
			   "none of the runtimes that " WIRING_RUNTIME_JSON
			   " names can be executed\tinstall runc or crun, or name its path");
	else if (doctor_is_program(r.found))
		doctor_say(d, LEVEL_BAD, NENGINES, "runtime-json",
			   WIRING_RUNTIME_JSON
			   " names capgate itself as the runtime\tname runc or crun");
	else {
		snprintf(d->runtime, sizeof(d->runtime), "%s", r.found);
		doctor_say(d, LEVEL_OK, NENGINES, "runtime-json", "the wrapper runs %s", r.found);
	}
}

static void check_wrapper(struct doctor *d)
{
	if (access(WIRING_WRAPPER, F_OK) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "wrapper",
			   WIRING_WRAPPER
			   " does not exist: containers do not start\tcapgate configure --all");
	else if (!doctor_is_program(WIRING_WRAPPER))
		doctor_say(d, LEVEL_BAD, NENGINES, "wrapper",
			   WIRING_WRAPPER " is not " WIRING_PROGRAM "\tcapgate configure --all");
	check_runtime_json(d);
}

void doctor_program(struct doctor *d)
{
	check_program(d);
	if (d->engines & WRAPPED)
		check_wrapper(d);
	doctor_traps(d);
}
