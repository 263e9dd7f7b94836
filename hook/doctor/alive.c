/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds running containers that were not judged, because they were made before capgate was
 * installed or without it.  Reads the states of runtimes and engines.
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
#include "hook/gate/gate.h"
#include "lib/json/json.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

static bool is_alive(const struct doctor *d, const char *pid)
{
	return pid[0] && strspn(pid, "0123456789") == strlen(pid) && strcmp(pid, "0") != 0 &&
	       d->proc >= 0 && faccessat(d->proc, pid, F_OK, 0) == 0;
}

/* ---- By the bundle: podman, CRI-O, containerd ---------------------------------------- */

static bool carries_our_hook(const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_hooks; i++)
		if (capgate_text_is(spec->hooks[i].path, WIRING_PROGRAM))
			return true;
	return false;
}

/* The result of judging a bundle, as bits of an exit status. */
enum { TOLD = 1, PASSES = 2, HAS_HOOK = 4 };

/* Judges a bundle in a confined child, because its author may be an attacker.  Returns 0 if it
 * could not be judged. */
static unsigned judge_apart(struct doctor *d, const char *bundle, struct capgate_text text)
{
	struct capgate_report report = {0};
	struct capgate_spec spec = {0};
	struct capgate_policy policy = d->policy;
	struct netns_known networks;
	struct image_stores stores;
	struct capgate_error err;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		/* The bundle and the image for exemptions, as the wrapper and the hooks find
		 * them. */
		policy.scene.bundle = capgate_text_of(bundle);
		stores = image_stores_find(&policy, policy.scene.bundle);
		netns_learn(text, &networks);
		if (confine(CONFINE_JUDGE, policy.best_effort_confinement, &err) < 0)
			_exit(0);
		gate_assess(text, CAPGATE_CONFIG, &policy, &stores, &networks, &d->arena, &spec,
			    &report);
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
	told = judge_apart(d, bundle, text);
	if (hooks_expected && told & HAS_HOOK)
		return;
	if (!(told & TOLD))
		doctor_say(d, LEVEL_BAD, engine, "alive",
			   "container %.64s runs, but its configuration cannot be judged\tcapgate "
			   "check %.400s",
			   id, bundle);
	else if (!(told & PASSES))
		doctor_say(d, LEVEL_BAD, engine, "alive",
			   "container %.64s runs, was never judged, and holds capabilities that "
			   "the policy forbids\tcreate it again",
			   id);
	else if (hooks_expected)
		doctor_say(d, LEVEL_WARN, engine, "alive-harmless",
			   "container %.64s runs and was created before capgate was configured; "
			   "the policy allows all that it holds\tcreate it again when convenient",
			   id);
}

/* Reads the state of runc or youki, else of crun.  False if none can be read. */
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

static void look_at_runtime(struct doctor *d, int engine, const char *dir, const char *id)
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
			   "directory than its own, whose config.json runc's exec would "
			   "use\tcreate it again without the annotation",
			   id);
	if (bundle[0])
		judge_bundle(d, engine, bundle, id, true);
}

static void look_at_task(struct doctor *d, int engine, const char *dir, const char *id)
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

/* ---- By Docker's own records ----------------------------------------------------------- */

static bool read_record(struct doctor *d, const char *dir, const char *name,
			struct store_record *record)
{
	struct capgate_error err;
	char path[CONF_PATH];
	bool missing;
	struct capgate_text text;

	snprintf(path, sizeof(path), "%.480s/%s", dir, name);
	text = place_text(&d->arena, path, &missing);
	return text.p && store_read_docker(text, &d->arena, record, &err) == 0;
}

/* Does capgate judge the containers of this runtime of Docker?  Names that are built into
 * Docker run the runc in PATH. */
static bool is_judged(struct doctor *d, struct capgate_text runtime)
{
	static struct daemonjson j;
	const struct docker_runtime *r;
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, other_root_daemon_json(), &missing);

	if (!text.p || daemonjson_parse(text, &d->arena, &j, &err) < 0)
		return false;
	r = daemonjson_find(&j, runtime);
	if (r && (!r->has_type || containerdtoml_is_runc(r->type)))
		return wiring_is_wrapper(r->has_type ? r->binary : r->path);
	if (r)
		runtime = r->type;
	return (capgate_text_is(runtime, "runc") || containerdtoml_is_runc(runtime) ||
		containerdtoml_is_runcs_shim(runtime)) &&
	       doctor_runc_is_ours(d, ENGINE_DOCKER);
}

/* Judges its bundle, in the directory of dockerd's own containerd or of the machine's. */
static void judge_task(struct doctor *d, int engine, const char *id)
{
	static const char *const states[] = {"/run/docker/containerd/daemon", "/run/containerd"};
	char bundle[CONF_PATH];

	for (size_t i = 0; i < COUNT(states); i++) {
		snprintf(bundle, sizeof(bundle), "%s/io.containerd.runtime.v2.task/moby/%.64s",
			 states[i], id);
		if (place_exists(bundle)) {
			judge_bundle(d, engine, bundle, id, false);
			return;
		}
	}
}

static void look_at_docker(struct doctor *d, int engine, const char *dir, const char *id)
{
	struct store_record record = {0};
	char runtime[64];

	if (!read_record(d, dir, "config.v2.json", &record) || !record.running ||
	    !read_record(d, dir, "hostconfig.json", &record))
		return;
	if (is_judged(d, record.runtime)) {
		judge_task(d, engine, id);
		return;
	}
	capgate_text_copy(runtime, sizeof(runtime), record.runtime);
	doctor_say(d, LEVEL_BAD, engine, "alive",
		   "container %.12s runs under the runtime \"%.40s\", which capgate does not "
		   "judge\tcreate it again",
		   id, runtime[0] ? runtime : "runc");
}

/* ---- All of them ------------------------------------------------------------------------ */

static int look_at_container(void *user, const struct engine_root *root, const char *dir,
			     struct capgate_error *err)
{
	static void (*const looks[])(struct doctor *, int, const char *, const char *) = {
		[ROOT_RUNTIME] = look_at_runtime,
		[ROOT_TASKS] = look_at_task,
		[ROOT_DOCKER] = look_at_docker,
	};
	struct doctor *d = user;
	size_t used = d->arena.used;
	int engine = (int)root->engine;

	(void)err;
	if (root->engine == NENGINES)
		engine = doctor_looks_at(d, ENGINE_PODMAN) ? ENGINE_PODMAN : ENGINE_CRIO;
	/* Docker's own records say which runtime the tasks in its namespace have. */
	if (root->kind != ROOT_TASKS || !strstr(dir, "/moby/"))
		looks[root->kind](d, engine, dir, capgate_last_part(dir));
	d->arena.used = used;
	return 0;
}

/* Skips roots that an engine gives its runtime: its own records have the same containers. */
static bool is_looked_at(const struct doctor *d, const struct engine_root *root)
{
	switch (root->kind) {
	case ROOT_RUNTIME:
		return root->engine == NENGINES && !root->users &&
		       (doctor_looks_at(d, ENGINE_PODMAN) || doctor_looks_at(d, ENGINE_CRIO));
	case ROOT_TASKS:
		return root->engine != ENGINE_DOCKER && doctor_looks_at(d, root->engine);
	case ROOT_DOCKER:
		return doctor_looks_at(d, root->engine);
	default:
		return false;
	}
}

void doctor_alive(struct doctor *d)
{
	struct engine_roots roots;
	struct capgate_error err;

	engine_roots_known(&roots);
	for (size_t i = 0; i < roots.n; i++)
		if (is_looked_at(d, &roots.v[i]) &&
		    engine_root_containers(&roots.v[i], "", look_at_container, d, &err) != 0)
			doctor_say(d, LEVEL_BAD, (int)roots.v[i].engine, "alive-unreadable",
				   "the containers in %.200s cannot be listed\tmake it a readable "
				   "directory, or remove it",
				   roots.v[i].path);
}
