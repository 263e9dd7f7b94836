/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The directories in which hooks and the wrapper find a container's image.  They read no TOML,
 * so doctor checks whether storage.conf and config.toml name other directories.
 */
#include <stdio.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

struct wanted {
	const char *path;
	char value[CONF_PATH];
};

static int take_value(void *user, const struct toml_event *e)
{
	struct wanted *w = user;

	if (e->kind == TOML_STRING && strcmp(e->path, w->path) == 0)
		capgate_text_copy(w->value, sizeof(w->value), e->text);
	return 0;
}

/* The last value of that key; "" if the file does not exist or does not have it. */
static void read_key(struct doctor *d, const char *file, struct wanted *w)
{
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, file, &missing);

	w->value[0] = '\0';
	if (text.p && toml_parse(text, &d->arena, take_value, w, &err) < 0)
		w->value[0] = '\0'; /* its own engine reports the error */
}

/* Before 4.4, podman does not run precreate in the bundle. */
static bool tells_no_bundle(void)
{
	const char *podman = wiring_engine_program(ENGINE_PODMAN);
	const char *argv[] = {"podman", "--version", NULL};
	struct spawn_result r;
	struct capgate_error err;
	char words[256];
	int major, minor;

	return podman &&
	       spawn_command(podman, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r,
			     &err) == 0 &&
	       r.status == 0 && sscanf(words, "podman version %4d.%4d", &major, &minor) == 2 &&
	       (major < 4 || (major == 4 && minor < 4));
}

static void look_at_graph_root(struct doctor *d)
{
	static const char *const files[] = {CAPGATE_SYSCONFDIR "/containers/storage.conf",
					    "/usr/share/containers/storage.conf"};
	struct wanted w = {.path = "storage" TOML_SEP "graphroot"};

	for (size_t i = 0; i < COUNT(files); i++) {
		if (!place_exists(files[i]))
			continue;
		read_key(d, files[i], &w);
		if (w.value[0] && strcmp(w.value, "/var/lib/containers/storage") != 0 &&
		    tells_no_bundle())
			doctor_say(d, LEVEL_WARN, ENGINE_PODMAN, "data-root",
				   "podman before 4.4 does not give precreate the container's id, "
				   "and with graphroot %.120s (%.60s) its image is not known: "
				   "exemptions by image have no effect there\tupdate podman, or "
				   "mount that directory at /var/lib/containers/storage",
				   w.value, files[i]);
		return;
	}
}

static void look_at_state(struct doctor *d)
{
	static struct containerd_files files;
	struct wanted w = {.path = "state"}, one = w;
	struct capgate_error ignored;
	const char *file = WIRING_CONTAINERD_TOML;

	/* Of the file and those that it imports, the last one counts. */
	if (containerd_files_read(WIRING_CONTAINERD_TOML, &files, &ignored) < 0)
		return;
	for (size_t i = 0; i < files.n; i++) {
		read_key(d, files.v[i].path, &one);
		if (one.value[0]) {
			memcpy(w.value, one.value, sizeof(w.value));
			file = files.v[i].path;
		}
	}
	if (w.value[0] && strncmp(w.value, "/run/", 5) != 0)
		doctor_say(
			d, LEVEL_WARN, ENGINE_CONTAINERD, "data-root",
			"\"state\" of %.150s is %.120s, not below /run: the images of its "
			"containers are not known, and exemptions by image have no effect\tname a "
			"directory below /run there",
			file, w.value);
}

void doctor_stores(struct doctor *d)
{
	if (doctor_looks_at(d, ENGINE_PODMAN))
		look_at_graph_root(d);
	if (doctor_looks_at(d, ENGINE_CONTAINERD))
		look_at_state(d);
}
