/* SPDX-License-Identifier: Apache-2.0 */
/* Standalone buildkitd: the program that its OCI worker runs, from its file, options and PATH. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "daemons.h"

#define BUILDKIT_TOML CAPGATE_SYSCONFDIR "/buildkit/buildkitd.toml"

struct oci_worker {
	struct capgate_text binary;
	bool disabled;
};

static int see_worker(void *user, const struct toml_event *e)
{
	struct oci_worker *w = user;

	if (e->kind == TOML_STRING &&
	    strcmp(e->path, "worker" TOML_SEP "oci" TOML_SEP "binary") == 0)
		w->binary = e->text;
	else if (e->kind == TOML_OTHER &&
		 strcmp(e->path, "worker" TOML_SEP "oci" TOML_SEP "enabled") == 0)
		w->disabled = capgate_text_is(e->text, "false");
	return 0;
}

/* The worker's program in the file and the options; "" if buildkitd looks for it in PATH. */
static bool worker_of(struct doctor *d, const struct daemon_words *w, char *binary, size_t size)
{
	struct oci_worker worker = {.disabled = false};
	const char *file = daemon_words_last(w, "--config"), *value;
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, file ? file : BUILDKIT_TOML, &missing);

	if (text.p)
		(void)!toml_parse(text, &d->arena, see_worker, &worker, &err);
	value = daemon_words_last(w, "--oci-worker");
	if (value)
		worker.disabled = strcmp(value, "false") == 0;
	snprintf(binary, size, "%.*s", (int)(worker.binary.len < size ? worker.binary.len : 0),
		 worker.binary.p ? worker.binary.p : "");
	value = daemon_words_last(w, "--oci-worker-binary");
	if (value)
		snprintf(binary, size, "%s", value);
	return !worker.disabled;
}

/* The engine to name in the cure, "capgate configure ENGINE --close-runc". */
static enum engine builder(const struct doctor *d)
{
	return doctor_looks_at(d, ENGINE_CONTAINERD) ? ENGINE_CONTAINERD : ENGINE_DOCKER;
}

static void say_named(struct doctor *d, const char *who, const char *binary)
{
	doctor_say(d, LEVEL_BAD, (int)builder(d), "runc-in-path",
		   "%.100s builds with %.150s, which its own configuration names and capgate does "
		   "not judge\tremove \"binary\" from " BUILDKIT_TOML
		   " (or --oci-worker-binary), then: capgate configure %s --close-runc",
		   who, binary, wiring_engine_name(builder(d)));
}

void doctor_buildkit_process(struct doctor *d, const struct daemon_words *w, const char *variables,
			     size_t len)
{
	const char *path = daemon_path_of(variables, len);
	char binary[PATH_MAX], program[PATH_MAX];

	d->buildkit_seen = true;
	if (!worker_of(d, w, binary, sizeof(binary)))
		return; /* containerd runs its builds */
	if (strchr(binary, '/')) {
		if (!doctor_is_program(binary))
			say_named(d, w->from, binary);
		return;
	}
	if (binary[0] ? daemon_find_in_path(path, binary, program, sizeof(program))
		      : daemon_find_in_path(path, "buildkit-runc", program, sizeof(program)) ||
				daemon_find_in_path(path, "runc", program, sizeof(program)))
		doctor_say_runc(d, builder(d), "the builds of buildkitd", program, w->from);
}

void doctor_buildkit(struct doctor *d)
{
	static struct daemon_words words;
	char binary[PATH_MAX];

	if (d->buildkit_seen || !daemon_words_of_unit(&d->arena, "buildkit", &words) ||
	    !worker_of(d, &words, binary, sizeof(binary)) || !strchr(binary, '/') ||
	    doctor_is_program(binary))
		return;
	say_named(d, words.from, binary);
}
