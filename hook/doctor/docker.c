/* SPDX-License-Identifier: Apache-2.0 */
/* Docker: does daemon.json name the wrapper, and is it the default? */
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "doctor.h"

/* dockerd reads the file when it is started or reloaded: what does the one that
 * runs say? */
static void ask_daemon(struct doctor *d, struct capgate_text wanted)
{
	const char *argv[] = {"docker", "-H",       "unix:///run/docker.sock",
			      "info",   "--format", "{{.DefaultRuntime}}",
			      NULL};
	char words[256];
	struct spawn_result r;
	struct capgate_error err;

	if (access("/run/docker.sock", F_OK) < 0 || access("/usr/bin/docker", X_OK) < 0 ||
	    spawn_filter("/usr/bin/docker", argv, (struct capgate_text){0}, words, sizeof(words),
			 10, &r, &err) < 0 ||
	    r.status != 0)
		return; /* none runs, or there is nothing to ask it with */
	words[strcspn(words, "\n")] = '\0';
	if (words[0] && !capgate_text_is(wanted, words))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "engine-stale",
			   "dockerd runs with the default runtime \"%.60s\": it has not "
			   "read " WIRING_DOCKER_JSON " since\tsystemctl reload docker",
			   words);
}

/* A runtime that is a program, or containerd's shim for runc with a program. */
static void look_at_program(struct doctor *d, const struct docker_runtime *r, bool fallback)
{
	struct capgate_text program = r->has_type ? r->binary : r->path;
	const char *what = fallback ? "the default runtime" : "the runtime";
	bool ours = strcmp(r->name, WIRING_NAME) == 0;

	if (wiring_is_wrapper(program)) {
		if (r->has_arguments && ours)
			doctor_say(
				d, LEVEL_BAD, ENGINE_DOCKER, "runtime-arguments",
				WIRING_DOCKER_JSON
				": runtimeArgs make Docker put a shell script before the wrapper\t"
				"remove runtimeArgs");
		doctor_wrapped(d, ENGINE_DOCKER, what, r->name, program);
	} else if (r->foreign_arguments) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-shim",
			   "%s \"%.60s\" is called with runtimeArgs that neither runc nor crun "
			   "has, so that capgate cannot "
			   "wrap it\tremove it from " WIRING_DOCKER_JSON
			   ", or those runtimeArgs",
			   what, r->name);
	} else {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER,
			   ours       ? "runtime-named"
			   : fallback ? "runtime-default"
				      : "runtime-handler",
			   "%s \"%.60s\" (" WIRING_DOCKER_JSON
			   ") runs %.*s, and capgate does not judge it\t"
			   "capgate configure docker",
			   what, r->name,
			   program.len ? (int)(program.len < 100 ? program.len : 100) : 4,
			   program.len ? program.p : "runc");
	}
}

static void look_at_runtime(struct doctor *d, const struct docker_runtime *r, bool fallback)
{
	if (!r->has_type || containerdtoml_is_runc(r->type)) {
		look_at_program(d, r, fallback);
		return;
	}
	doctor_say(d,
		   doctor_is_sandbox(r->type) || d->policy.mode == CAPGATE_AUDIT ? LEVEL_WARN
										 : LEVEL_BAD,
		   ENGINE_DOCKER, "runtime-shim",
		   "the runtime \"%.60s\" has a shim of its own, \"%.*s\", which capgate cannot "
		   "judge%s\t"
		   "take it out of " WIRING_DOCKER_JSON
		   ", or let an authorization plugin say who may ask for it",
		   r->name, (int)(r->type.len < 60 ? r->type.len : 60), r->type.p,
		   doctor_is_sandbox(r->type) ? ": its containers run under another kernel" : "");
}

/* A default that no runtime of the file defines. */
static void look_at_default(struct doctor *d, const struct daemonjson *j)
{
	struct capgate_text name = j->has_fallback ? j->fallback : capgate_text_of("runc");
	int n = (int)(name.len < 60 ? name.len : 60);

	if (daemonjson_find(j, name))
		return;
	if (capgate_text_is(name, "runc") || containerdtoml_is_runc(name))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-default",
			   WIRING_DOCKER_JSON ": the default runtime is %.*s, not " WIRING_NAME
					      "\tcapgate configure docker",
			   n, name.p);
	else
		doctor_say(d, doctor_is_sandbox(name) ? LEVEL_WARN : LEVEL_BAD, ENGINE_DOCKER,
			   "runtime-shim",
			   "the default runtime \"%.*s\" is a shim or is not defined "
			   "in " WIRING_DOCKER_JSON
			   ", so that capgate cannot judge it\tdefine it by a path in "
			   "\"runtimes\", then: capgate configure docker",
			   n, name.p);
}

void doctor_docker(struct doctor *d)
{
	static struct daemonjson j;
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_DOCKER_JSON, &missing);

	if (missing) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-named",
			   WIRING_DOCKER_JSON
			   " does not exist: containers start unjudged\tcapgate configure docker");
		return;
	}
	if (!text.p || daemonjson_parse(text, &d->arena, &j, &err) < 0) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "conf-valid",
			   WIRING_DOCKER_JSON ": %.250s\tcorrect it",
			   text.p ? err.msg : "it cannot be read");
		return;
	}
	if (j.remap.len)
		doctor_say(d, LEVEL_WARN, ENGINE_DOCKER, "data-root",
			   "with userns-remap Docker keeps its containers below UID.GID, where "
			   "their images are not known\texempt them by another member than image");
	look_at_default(d, &j);
	for (size_t i = 0; i < j.n; i++)
		look_at_runtime(d, &j.v[i],
				j.has_fallback && capgate_text_is(j.fallback, j.v[i].name));
	ask_daemon(d, j.has_fallback ? j.fallback : capgate_text_of("runc"));
}
