/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that run now and were made before the gate, or round it: from the
 * state that runtimes and engines keep.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "lib/json/json.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

#define TEXT(f) SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL, .field = (f))
#define OBJECT(...) SHAPE(.types = CAPGATE_T_OBJECT, .members = MEMBERS(__VA_ARGS__))

enum { FIELD_NONE, FIELD_RUNTIME, FIELD_RUNNING };

/* Docker's config.v2.json and hostconfig.json. */
static const struct capgate_shape docker_state = {
	.types = CAPGATE_T_OBJECT,
	.members =
		(const struct capgate_member[]){
			{"Runtime", TEXT(FIELD_RUNTIME)},
			{"State", OBJECT({"Running",
					  SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_RUNNING)})},
			{0},
		},
};

struct alive {
	char runtime[64];
	bool running;
};

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *e)
{
	struct alive *a = user;

	(void)walk;
	if (field == FIELD_RUNNING)
		a->running = e->truth;
	else if (e->kind == CAPGATE_JSON_STRING)
		capgate_text_copy(a->runtime, sizeof(a->runtime), e->text);
	return 0;
}

static bool read_state(struct doctor *d, const char *path, const struct capgate_shape *shape,
		       struct alive *ret)
{
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, path, &missing);

	return text.p && capgate_walk(text, (struct capgate_json_options){0}, shape, &d->arena,
				      visit, ret, &err) == 0;
}

static bool is_alive(const struct doctor *d, const char *pid)
{
	return pid[0] && strspn(pid, "0123456789") == strlen(pid) && strcmp(pid, "0") != 0 &&
	       d->proc >= 0 && faccessat(d->proc, pid, F_OK, 0) == 0;
}

/* Every directory below dir, at most this many. */
#define CONTAINERS_MAX 4096

static void each(struct doctor *d, const char *dir, int engine,
		 void (*look)(struct doctor *, int, const char *, const char *))
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[CONF_PATH];

		snprintf(path, sizeof(path), "%.200s/%.255s", dir, names[i]->d_name);
		if (i < CONTAINERS_MAX && names[i]->d_name[0] != '.')
			look(d, engine, path, names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* ---- By the bundle: podman, CRI-O, containerd ---------------------------------------- */

static bool carries_our_hook(const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_hooks; i++)
		if (capgate_text_is(spec->hooks[i].path, WIRING_PROGRAM))
			return true;
	return false;
}

/* What judging a bundle told, in an exit status. */
enum { TOLD = 1, PASSES = 2, HAS_HOOK = 4 };

/* In a confined child: its author may be whom doctor looks for.  0: it could not tell. */
static unsigned judge_apart(struct doctor *d, struct capgate_text text)
{
	struct capgate_report report = {0};
	struct capgate_spec spec = {0};
	struct capgate_error err;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (confine(CONFINE_JUDGE, d->policy.best_effort_confinement, &err) < 0)
			_exit(0);
		capgate_assess(text, CAPGATE_CONFIG, &d->policy, &d->arena, &spec, &report);
		_exit(TOLD | (report.verdict == CAPGATE_PASS ? PASSES : 0) |
		      (report.parsed && carries_our_hook(&spec) ? HAS_HOOK : 0));
	}
	if (pid < 0)
		return 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 0;
}

static void judge_bundle(struct doctor *d, int engine, const char *bundle, const char *id,
			 bool hooks_expected)
{
	char path[CONF_PATH];
	bool missing;
	struct capgate_text text;
	unsigned told;

	snprintf(path, sizeof(path), "%.480s/config.json", bundle);
	text = place_text(&d->arena, path, &missing);
	if (!text.p || !d->has_policy)
		return;
	told = judge_apart(d, text);
	if (hooks_expected && told & HAS_HOOK)
		return;
	if (!(told & TOLD))
		doctor_say(d, LEVEL_BAD, engine, "alive",
			   "container %.64s runs, and its configuration cannot be judged\tcapgate "
			   "check %.400s",
			   id, bundle);
	else if (!(told & PASSES))
		doctor_say(d, LEVEL_BAD, engine, "alive",
			   "container %.64s runs, was never judged, and holds what the policy "
			   "forbids\tmake it again",
			   id);
	else if (hooks_expected)
		doctor_say(d, LEVEL_WARN, engine, "alive-harmless",
			   "container %.64s runs and was made before the gate; the policy allows "
			   "all that it holds\tmake it again when it suits",
			   id);
}

/* Of runc or youki, else of crun; false: neither can be read. */
static bool read_runtime(struct doctor *d, const char *dir, struct runtimestate *ret)
{
	static const char *const names[] = {"state.json", "status"};

	for (size_t i = 0; i < COUNT(names); i++) {
		char path[CONF_PATH];
		struct capgate_error err;
		struct capgate_text text;
		bool missing;

		snprintf(path, sizeof(path), "%.490s/%s", dir, names[i]);
		text = place_text(&d->arena, path, &missing);
		if (text.p && runtimestate_parse(text, &d->arena, NULL, ret, &err) == 0)
			return true;
	}
	return false;
}

static void look_runtime(struct doctor *d, int engine, const char *dir, const char *id)
{
	struct runtimestate state;
	char pid[24], bundle[CONF_PATH];

	if (!read_runtime(d, dir, &state))
		return;
	snprintf(pid, sizeof(pid), "%ld", state.pid);
	capgate_text_copy(bundle, sizeof(bundle), state.bundle);
	if (!is_alive(d, pid))
		return;
	if (state.two_bundles)
		doctor_say(d, LEVEL_WARN, engine, "alive-bundle",
			   "container %.64s has an annotation \"bundle\" that names another "
			   "directory than its own, from which runc's exec would start\t"
			   "make it again without the annotation",
			   id);
	if (bundle[0])
		judge_bundle(d, engine, bundle, id, true);
}

static void look_task(struct doctor *d, int engine, const char *dir, const char *id)
{
	char path[CONF_PATH], pid[24];
	bool missing;
	struct capgate_text text;

	snprintf(path, sizeof(path), "%.490s/init.pid", dir);
	text = place_text(&d->arena, path, &missing);
	capgate_text_copy(pid, sizeof(pid), text);
	pid[strcspn(pid, "\n")] = '\0';
	if (is_alive(d, pid))
		judge_bundle(d, engine, dir, id, false);
}

/* Docker's containers are judged by its own records. */
static void look_namespace(struct doctor *d, int engine, const char *dir, const char *name)
{
	if (strcmp(name, "moby") != 0)
		each(d, dir, engine, look_task);
}

/* ---- By Docker's own records ----------------------------------------------------------- */

static void look_docker(struct doctor *d, int engine, const char *dir, const char *id)
{
	struct alive a = {0};
	char path[CONF_PATH];

	snprintf(path, sizeof(path), "%.490s/config.v2.json", dir);
	if (!read_state(d, path, &docker_state, &a) || !a.running)
		return;
	snprintf(path, sizeof(path), "%.490s/hostconfig.json", dir);
	if (!read_state(d, path, &docker_state, &a) || strcmp(a.runtime, WIRING_NAME) == 0)
		return;
	doctor_say(d, LEVEL_BAD, engine, "alive",
		   "container %.12s runs under the runtime \"%.40s\", not capgate\tmake it again",
		   id, a.runtime[0] ? a.runtime : "runc");
}

void doctor_alive(struct doctor *d)
{
	bool podman = doctor_looks_at(d, ENGINE_PODMAN);

	if (podman || doctor_looks_at(d, ENGINE_CRIO)) {
		each(d, "/run/runc", podman ? ENGINE_PODMAN : ENGINE_CRIO, look_runtime);
		each(d, "/run/crun", podman ? ENGINE_PODMAN : ENGINE_CRIO, look_runtime);
	}
	if (doctor_looks_at(d, ENGINE_DOCKER))
		each(d, "/var/lib/docker/containers", ENGINE_DOCKER, look_docker);
	if (doctor_looks_at(d, ENGINE_CONTAINERD))
		each(d, "/run/containerd/io.containerd.runtime.v2.task", ENGINE_CONTAINERD,
		     look_namespace);
}
