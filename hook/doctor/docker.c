/* SPDX-License-Identifier: Apache-2.0 */
/* Docker: does daemon.json name the wrapper, and is the wrapper the default? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "doctor.h"

/* daemon.json, root's or the user's own. */
static const char *file;

/* The socket of root's dockerd, or of the user's own. */
static void socket_of(char *ret, size_t size)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	snprintf(ret, size, "%.200s/docker.sock", other_root_is_users() && dir ? dir : "/run");
}

/* dockerd reads the file when it starts or reloads, so the running one is asked for its
 * default. */
static void ask_daemon(struct doctor *d, struct capgate_text wanted)
{
	char words[256], path[256], address[300];
	const char *argv[] = {"docker", "-H",       address,
			      "info",   "--format", "{{.DefaultRuntime}}",
			      NULL};
	struct spawn_result r;
	struct capgate_error err;

	socket_of(path, sizeof(path));
	snprintf(address, sizeof(address), "unix://%s", path);
	if (access(path, F_OK) < 0 || access("/usr/bin/docker", X_OK) < 0 ||
	    spawn_filter("/usr/bin/docker", argv, (struct capgate_text){0}, words, sizeof(words),
			 10, &r, &err) < 0 ||
	    r.status != 0)
		return; /* dockerd does not run, or there is no client */
	words[strcspn(words, "\n")] = '\0';
	if (words[0] && !capgate_text_is(wanted, words))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "engine-stale",
			   "dockerd runs with the default runtime \"%.60s\": it has not read "
			   "%.120s since it changed\tsystemctl %s docker",
			   words, file, other_root_is_users() ? "--user restart" : "reload");
}

/* Checks a runtime that is a program, or containerd's shim for runc with a program. */
static void look_at_program(struct doctor *d, const struct docker_runtime *r, bool fallback)
{
	struct capgate_text program = r->has_type ? r->binary : r->path;
	const char *what = fallback ? "the default runtime" : "the runtime";
	bool ours = strcmp(r->name, WIRING_NAME) == 0;

	if (wiring_is_wrapper(program)) {
		if (r->has_arguments && ours)
			doctor_say(
				d, LEVEL_BAD, ENGINE_DOCKER, "runtime-arguments",
				"%.120s: runtimeArgs make Docker put a shell script before the "
				"wrapper\tremove runtimeArgs",
				file);
		doctor_wrapped(d, ENGINE_DOCKER, what, r->name, program);
	} else if (r->foreign_arguments) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-shim",
			   "%s \"%.60s\" has runtimeArgs that neither runc nor crun knows, so "
			   "capgate cannot wrap it\tremove it, or those runtimeArgs, from %.120s",
			   what, r->name, file);
	} else {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER,
			   ours       ? "runtime-named"
			   : fallback ? "runtime-default"
				      : "runtime-handler",
			   "%s \"%.60s\" (%.120s) runs %.*s, which capgate does not judge\tcapgate "
			   "configure docker",
			   what, r->name, file,
			   program.len ? (int)(program.len < 100 ? program.len : 100) : 4,
			   program.len ? program.p : "runc");
	}
}

/* The shim for runc by another name gets no BinaryName from Docker. */
static void look_at_runcs_shim(struct doctor *d, const struct docker_runtime *r)
{
	int n = (int)(r->type.len < 60 ? r->type.len : 60);

	if (doctor_runc_is_ours(d, ENGINE_DOCKER))
		doctor_say(d, LEVEL_OK, ENGINE_DOCKER, "runtime",
			   "the runtime \"%.60s\" is judged: its type, \"%.*s\", runs the runc in "
			   "PATH, which is capgate",
			   r->name, n, r->type.p);
	else
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-handler",
			   "the runtime \"%.60s\" (%.120s) has the type \"%.*s\", which runs the "
			   "runc in PATH, and capgate does not judge it\twrite "
			   "io.containerd.runc.v2 as its type, which is the same shim, then: "
			   "capgate configure docker",
			   r->name, file, n, r->type.p);
}

static void look_at_runtime(struct doctor *d, const struct docker_runtime *r, bool fallback)
{
	if (!r->has_type || containerdtoml_is_runc(r->type)) {
		look_at_program(d, r, fallback);
		return;
	}
	if (containerdtoml_is_runcs_shim(r->type)) {
		look_at_runcs_shim(d, r);
		return;
	}
	doctor_say(d,
		   doctor_is_sandbox(r->type) || d->policy.mode == CAPGATE_AUDIT ? LEVEL_WARN
										 : LEVEL_BAD,
		   ENGINE_DOCKER, "runtime-shim",
		   "the runtime \"%.60s\" has its own shim, \"%.*s\", which capgate cannot "
		   "judge%s\tremove it from %.100s, or let an authorization plugin decide who may "
		   "use it",
		   r->name, (int)(r->type.len < 60 ? r->type.len : 60), r->type.p,
		   doctor_is_sandbox(r->type) ? ": its containers run under another kernel" : "",
		   file);
}

/* Checks a default that names no runtime of the file. */
static void look_at_default(struct doctor *d, const struct daemonjson *j)
{
	struct capgate_text name = j->has_fallback ? j->fallback : capgate_text_of("runc");
	int n = (int)(name.len < 60 ? name.len : 60);

	if (daemonjson_find(j, name))
		return;
	if (capgate_text_is(name, "runc") || containerdtoml_is_runc(name))
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-default",
			   "%.120s: the default runtime is %.*s, not " WIRING_NAME
			   "\tcapgate configure docker",
			   file, n, name.p);
	else
		doctor_say(d, doctor_is_sandbox(name) ? LEVEL_WARN : LEVEL_BAD, ENGINE_DOCKER,
			   "runtime-shim",
			   "the default runtime \"%.*s\" is a shim or is not defined in %.120s, so "
			   "capgate cannot judge it\tdefine it by a path in \"runtimes\", then: "
			   "capgate configure docker",
			   n, name.p, file);
}

/* Exemptions by image need a store that only root can write. */
static void look_at_store(struct doctor *d, const struct daemonjson *j)
{
	char path[CONF_PATH];
	struct capgate_error err;
	bool missing = false;

	snprintf(path, sizeof(path), "%.*s/containers",
		 j->data_root.len ? (int)(j->data_root.len < 400 ? j->data_root.len : 0) : 15,
		 j->data_root.len ? j->data_root.p : "/var/lib/docker");
	/* dockerd makes a missing directory with the right owner and mode. */
	if (trusted_directory(path, &missing, &err) == 0 || missing)
		return;
	doctor_say(d, LEVEL_WARN, ENGINE_DOCKER, "data-root",
		   "Docker's containers are in %.150s, and their images are not known, so "
		   "exemptions by image have no effect: %.100s\tonly root may own and write it and "
		   "the directories above",
		   path, err.msg);
}

void doctor_docker(struct doctor *d)
{
	static struct daemonjson j;
	struct capgate_error err;
	bool missing;
	struct capgate_text text;

	file = other_root_daemon_json();
	text = place_text(&d->arena, file, &missing);
	if (missing) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "runtime-named",
			   "%.200s does not exist: containers start unjudged\t"
			   "capgate configure docker",
			   file);
		return;
	}
	if (!text.p || daemonjson_parse(text, &d->arena, &j, &err) < 0) {
		doctor_say(d, LEVEL_BAD, ENGINE_DOCKER, "conf-valid", "%.120s: %.250s\tcorrect it",
			   file, text.p ? err.msg : "it cannot be read");
		return;
	}
	look_at_store(d, &j);
	look_at_default(d, &j);
	for (size_t i = 0; i < j.n; i++)
		look_at_runtime(d, &j.v[i],
				j.has_fallback && capgate_text_is(j.fallback, j.v[i].name));
	ask_daemon(d, j.has_fallback ? j.fallback : capgate_text_of("runc"));
}
