/* SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "command.h"

#define ENGINE_MS 120000
#define CAP_WORD 40
#define WORDS (4 * ARGUMENTS_MAX)

/* ---- Words -------------------------------------------------------------------------- */

struct command_words {
	const char *argv[WORDS + 1];
	size_t n;
	char caps[2 * CAPGATE_NCAPS][CAP_WORD];
	size_t n_caps;
	char sysctl[CAPGATE_SUBSTITUTES][96];
	size_t n_sysctls;
};

static void add_word(struct command_words *w, const char *word)
{
	if (w->n < WORDS)
		w->argv[w->n++] = word;
}

static void begin_words(struct command_words *w, const struct engine_run *e, const char *command)
{
	w->n = w->n_caps = w->n_sysctls = 0;
	add_word(w, e->arguments.engine);
	for (size_t i = 0; i < e->arguments.n_global; i++)
		add_word(w, e->arguments.global[i]);
	add_word(w, command);
}

/* Begins "docker compose -p ID COMMAND".  The container's name is also the name of its project. */
static void begin_compose(struct command_words *w, const struct engine_run *e, const char *id,
			  const char *command)
{
	begin_words(w, e, "compose");
	for (size_t i = 0; i < e->arguments.n_compose_global; i++)
		add_word(w, e->arguments.compose_global[i]);
	add_word(w, "-p");
	add_word(w, id);
	add_word(w, command);
}

static void add_caps(struct command_words *w, const char *option, capgate_set set)
{
	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0 && c < CAPGATE_NCAPS;) {
		char *word = w->caps[w->n_caps++];

		snprintf(word, CAP_WORD, "--%s=%s", option, capgate_cap_info(c)->name + 4);
		add_word(w, word);
	}
}

/* The capabilities to drop.  For Docker only those in its default list, because an old Docker
 * does not know the newest names. */
static capgate_set to_drop(const struct engine_run *e)
{
	const struct capgate_profile *docker =
		capgate_profile_find(capgate_text_of("docker-default"));
	capgate_set forbidden = e->is_podman || !docker
					? e->forbidden
					: capgate_set_and(e->forbidden, docker->caps);

	return capgate_set_or(e->arguments.drop, forbidden);
}

/* Adds the options for the requested set without what the policy forbids.  If a capability is
 * both added and dropped, Docker adds it. */
static void add_full_set(struct command_words *w, const struct engine_run *e)
{
	const struct arguments *a = &e->arguments;
	capgate_set add = a->add_all ? capgate_set_all() : a->add;

	if (a->drop_all) {
		add_word(w, "--cap-drop=ALL");
		add = capgate_set_minus(add, a->drop);
	} else {
		add_caps(w, "cap-drop", to_drop(e));
	}
	if (a->add_all && capgate_set_empty(e->forbidden))
		add_word(w, "--cap-add=ALL");
	else
		add_caps(w, "cap-add", capgate_set_minus(add, e->forbidden));
}

/* Adds the sysctls that replace these capabilities (capgate_symptom_of()). */
static void add_sysctls(struct command_words *w, capgate_set set)
{
	for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);
		char *word = w->sysctl[w->n_sysctls];

		if (!s || !s->sysctl || w->n_sysctls == CAPGATE_SUBSTITUTES)
			continue;
		snprintf(word, sizeof(w->sysctl[0]), "--sysctl=%s=%s", s->sysctl, s->value);
		w->n_sysctls++;
		add_word(w, word);
	}
}

/*
 * Compose adds options to the lists of the service, and --cap-drop=WORD removes a word with the
 * same spelling from cap_add.  This drops each word of cap_add that the run is not given.
 */
static void take_back(struct command_words *w, const struct engine_run *e, capgate_set given,
		      bool all)
{
	const struct service_facts *f = &e->service;

	for (size_t i = 0; i < f->n_added; i++) {
		int cap = capgate_cap_lenient(capgate_text_of(f->added[i]));

		if (cap >= 0 ? capgate_set_has(given, cap) : all)
			continue;
		add_word(w, "--cap-drop");
		add_word(w, f->added[i]);
	}
}

static void caps_words(struct command_words *w, const struct engine_run *e, capgate_set keep)
{
	const struct arguments *a = &e->arguments;

	if (e->again) {
		add_word(w, "--cap-drop=ALL");
		add_caps(w, "cap-add", keep);
		take_back(w, e, keep, false);
	} else {
		add_full_set(w, e);
		take_back(w, e, capgate_set_minus(a->add, e->forbidden),
			  a->add_all && capgate_set_empty(e->forbidden));
	}
}

static void create_words(struct command_words *w, const struct subject *s, capgate_set keep)
{
	const struct engine_run *e = s->own;
	const struct arguments *a = &e->arguments;

	if (a->compose) {
		begin_compose(w, e, s->session->id, "run");
		add_word(w, "-d");
	} else {
		begin_words(w, e, "create");
	}
	add_word(w, "--name");
	add_word(w, s->session->id);
	for (size_t i = 0; i < a->n_options; i++)
		add_word(w, a->option[i]);
	caps_words(w, e, keep);
	if (!a->compose)
		add_sysctls(w, s->by_sysctl);
	for (size_t i = 0; i < a->n_image; i++)
		add_word(w, a->image[i]);
}

/* ---- Calling it --------------------------------------------------------------------- */

static int call_engine(const struct subject *s, struct command_words *w, int output)
{
	w->argv[w->n] = NULL;
	return command_run(&(struct command_call){.argv = w->argv,
						  .namespace = s->session->host,
						  .output = output,
						  .milliseconds = ENGINE_MS,
						  .gently = true});
}

/* Calls "engine COMMAND [OPTION VALUE] ID". */
static int call_simply(const struct subject *s, const char *command, const char *option,
		       const char *value, int output)
{
	struct command_words w;

	begin_words(&w, s->own, command);
	if (option)
		add_word(&w, option);
	if (value)
		add_word(&w, value);
	add_word(&w, s->session->id);
	return call_engine(s, &w, output);
}

/* Calls the engine to create the container. */
static int make(const struct subject *s, struct command_words *w)
{
	struct engine_run *e = s->own;
	int status = call_engine(s, w, s->sink);

	e->again = true;
	e->cut = status < 0;
	return status;
}

static int engine_failed(const struct subject *s, const char *what, struct capgate_error *err)
{
	const struct engine_run *e = s->own;
	char line[256];

	command_last_line(s->sink, line, sizeof(line));
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s %s: %s",
			    e->arguments.engine, what, line[0] ? line : "it failed");
}

/* A number that "inspect" prints; -1 if it prints none. */
static long ask(const struct subject *s, const char *format)
{
	int sink = command_sink();
	char line[64] = "", *end;
	long n;

	if (sink < 0)
		return -1;
	if (call_simply(s, "inspect", "--format", format, sink) == 0)
		command_last_line(sink, line, sizeof(line));
	close(sink);
	n = strtol(line, &end, 10);
	return end == line || *end ? -1 : n;
}

/* ---- The subject -------------------------------------------------------------------- */

/* The container's full set is the bounding set of its first process. */
static void measure(struct subject *s)
{
	struct engine_run *e = s->own;
	capgate_set set[CAPGATE_NSETS];
	struct capgate_error ignored;

	if (e->measured || e->pid <= 0 || procsets_read(e->pid, set, &ignored) < 0)
		return;
	s->full = capgate_set_and(set[CAPGATE_BOUNDING], s->full);
	e->measured = true;
}

static int create(struct subject *s, capgate_set keep, pid_t *pid, struct capgate_error *err)
{
	struct engine_run *e = s->own;
	struct command_words w;
	long found;

	e->pid = 0;
	e->keep = keep;
	e->cut = false;
	/* Compose cannot create this container without starting it. */
	if (e->arguments.compose)
		return 0;
	create_words(&w, s, keep);
	if (make(s, &w) != 0)
		return engine_failed(s, "create", err);
	if (!e->is_podman)
		return 0;
	if (call_simply(s, "init", NULL, NULL, s->sink) != 0)
		return engine_failed(s, "init", err);
	found = ask(s, "{{.State.Pid}}");
	if (found <= 1)
		return engine_failed(s, "inspect", err);
	*pid = e->pid = (pid_t)found;
	measure(s);
	return 0;
}

static bool is_daemon(const char *pid)
{
	char path[64], name[32];
	struct capgate_text text;
	struct capgate_error err;
	bool missing;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if (place_read(path, &text, &missing, &err) < 0 || missing)
		return false;
	capgate_text_copy(name, sizeof(name), text);
	io_free(text);
	return strcmp(name, "containerd\n") == 0 || strcmp(name, "dockerd\n") == 0;
}

static size_t add_threads(const char *pid, pid_t pids[SUBJECT_FOREBEARS], size_t n)
{
	char path[64];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%.20s/task", pid);
	dir = opendir(path);
	if (!dir)
		return n;
	while (n < SUBJECT_FOREBEARS && (e = readdir(dir)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
			pids[n++] = (pid_t)strtol(e->d_name, NULL, 10);
	closedir(dir);
	return n;
}

/* Finds the daemons that start shims, which start containers. */
static size_t forebears(struct subject *s, pid_t pids[SUBJECT_FOREBEARS])
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	size_t n = 0;

	(void)s;
	while (dir && (e = readdir(dir)))
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && is_daemon(e->d_name))
			n = add_threads(e->d_name, pids, n);
	if (dir)
		closedir(dir);
	return n;
}

static int run_service(struct subject *s, struct capgate_error *err)
{
	struct engine_run *e = s->own;
	struct command_words w;

	create_words(&w, s, e->keep);
	return make(s, &w) == 0 ? 0 : engine_failed(s, "compose run", err);
}

static int start(struct subject *s, struct capgate_error *err)
{
	if (((const struct engine_run *)s->own)->arguments.compose)
		return run_service(s, err);
	return call_simply(s, "start", NULL, NULL, s->sink) == 0 ? 0
								 : engine_failed(s, "start", err);
}

static pid_t first(struct subject *s)
{
	struct engine_run *e = s->own;

	if (!e->pid) {
		long found = ask(s, "{{.State.Pid}}");

		e->pid = found > 1 ? (pid_t)found : 0;
		measure(s);
	}
	return e->pid;
}

/* The engine knows the container's stop signal, and kills it after the time limit. */
static bool stop(struct subject *s, pid_t pid, int milliseconds)
{
	struct engine_run *e = s->own;

	(void)pid;
	snprintf(e->limit, sizeof(e->limit), "%d", (milliseconds + 999) / 1000);
	return call_simply(s, "stop", "-t", e->limit, s->sink) == 0;
}

/* Also writes the container's last lines to the sink, in place of the engine's own: podman prints
 * the name of what it starts. */
static int end_status(struct subject *s, pid_t pid)
{
	long status;

	(void)pid;
	(void)call_simply(s, "wait", NULL, NULL, -1);
	status = ask(s, "{{.State.ExitCode}}");
	command_empty(s->sink);
	(void)call_simply(s, "logs", "--tail", "5", s->sink);
	return status >= 0 && status < 256 ? (int)status : -1;
}

static void remove_it(struct subject *s)
{
	const struct engine_run *e = s->own;
	int interrupted = command_interrupted;

	if (interrupted && e->cut)
		io_say("learn: interrupted; waiting for the container that %s may still be "
		       "creating",
		       e->arguments.engine);
	command_interrupted = 0;
	(void)call_simply(s, "kill", NULL, NULL, -1);
	session_remove_container(s->session, e->cut);
	command_interrupted = interrupted;
}

/* The set that the engine probably gave, for a container that ended before its processes could
 * be read. */
static capgate_set asked_for(const struct engine_run *e, capgate_set allowed)
{
	const struct capgate_profile *docker =
		capgate_profile_find(capgate_text_of("docker-default"));
	const struct arguments *a = &e->arguments;
	capgate_set set = a->drop_all || !docker ? (capgate_set){0} : docker->caps;

	set = capgate_set_or(capgate_set_minus(set, a->drop), a->add);
	return capgate_set_and(a->add_all ? capgate_set_all() : set, allowed);
}

static void name_removals(const struct engine_run *e, struct session *session)
{
	const struct arguments *a = &e->arguments;
	static struct command_words w;

	begin_words(&w, e, "rm");
	add_word(&w, "-f");
	add_word(&w, "-v");
	add_word(&w, session->id);
	memcpy(session->remove, w.argv, w.n * sizeof(w.argv[0]));
	begin_words(&w, e, "inspect");
	add_word(&w, session->id);
	memcpy(session->find, w.argv, w.n * sizeof(w.argv[0]));
	session->remove_on_host = true;
	if (!a->compose)
		return;
	begin_compose(&w, e, session->id, "down");
	add_word(&w, "--volumes");
	add_word(&w, "--rmi=local");
	add_word(&w, "--remove-orphans");
	add_word(&w, "--timeout=0");
	memcpy(session->remove_rest, w.argv, w.n * sizeof(w.argv[0]));
}

_Static_assert(SESSION_ARGS > 2 * ARGUMENTS_GLOBALS + 10, "all words of a removal fit");

void engine_subject(struct engine_run *e, capgate_set allowed, struct session *session,
		    struct subject *ret)
{
	const struct arguments *a = &e->arguments;

	e->is_podman = strncmp(capgate_last_part(a->engine), "podman", 6) == 0;
	e->forbidden = capgate_set_minus(capgate_set_all(), allowed);
	name_removals(e, session);
	*ret = (struct subject){.session = session,
				.name = e->service.image[0] ? e->service.image : a->image[0],
				.full = e->is_podman ? allowed : asked_for(e, allowed),
				.no_sysctls = a->compose,
				.commands = session->host,
				.sink = command_sink(),
				.create = create,
				.forebears = e->is_podman ? NULL : forebears,
				.start = start,
				.first = first,
				.stop = stop,
				.status = end_status,
				.remove = remove_it,
				.own = e};
}
