/* SPDX-License-Identifier: Apache-2.0 */
/* Docker: does daemon.json name the wrapper, and is it the default? */
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "doctor.h"

/* dockerd reads the file when it is started or reloaded: what does the one that
 * runs say? */
static void ask_daemon(struct doctor *d)
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
	if (words[0] && strcmp(words, WIRING_NAME) != 0)
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "engine-stale",
			   "dockerd runs with the default runtime \"%.60s\": it has not "
			   "read " WIRING_DOCKER_JSON " since\tsystemctl reload docker",
			   words);
}

void doctor_docker(struct doctor *d)
{
	struct daemonjson j;
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, WIRING_DOCKER_JSON, &missing);

	if (missing)
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-named",
			   WIRING_DOCKER_JSON
			   " does not exist: containers start unjudged\tcapgate configure docker");
	else if (!text.p || daemonjson_parse(text, &d->arena, &j, &err) < 0)
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "conf-valid",
			   WIRING_DOCKER_JSON ": %.250s\tmend it",
			   text.p ? err.msg : "it cannot be read");
	else if (!j.ours.len || !capgate_text_is(j.path, WIRING_WRAPPER))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-named",
			   WIRING_DOCKER_JSON " does not name " WIRING_WRAPPER
					      " as the runtime \"" WIRING_NAME
					      "\"\tcapgate configure docker");
	else if (!j.has_fallback || !capgate_text_is(j.fallback, WIRING_NAME))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-default",
			   WIRING_DOCKER_JSON ": the default runtime is %.60s, not " WIRING_NAME
					      "\tcapgate configure docker",
			   j.has_fallback ? "another one" : "runc");
	else {
		if (j.has_arguments)
			doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-arguments",
				   WIRING_DOCKER_JSON
				   ": runtimeArgs make Docker put a shell script before the "
				   "wrapper\tremove runtimeArgs");
		doctor_say(d, LEVEL_OK, ENGINE_DOCKER, "runtime",
			   WIRING_DOCKER_JSON " makes capgate the default runtime");
		doctor_canary_wrapper(d, ENGINE_DOCKER);
		ask_daemon(d);
	}
}
