/* SPDX-License-Identifier: Apache-2.0 */
#include "storageconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "otherroots.h"
#include "toml.h"
#include "wiring.h"

static const char *const files[] = {CAPGATE_SYSCONFDIR "/containers/storage.conf",
				    "/usr/share/containers/storage.conf"};

struct wanted {
	struct capgate_text graph, run, rootless;
};

static int see_setting(void *user, const struct toml_event *event)
{
	struct wanted *w = user;

	if (event->kind != TOML_STRING)
		return 0;
	if (strcmp(event->path, "storage" TOML_SEP "graphroot") == 0)
		w->graph = event->text;
	else if (strcmp(event->path, "storage" TOML_SEP "runroot") == 0)
		w->run = event->text;
	else if (strcmp(event->path, "storage" TOML_SEP "rootless_storage_path") == 0)
		w->rootless = event->text;
	return 0;
}

/* The value of a variable that rootless_storage_path may have. */
static const char *value_of(struct capgate_text name, char uid[16])
{
	snprintf(uid, 16, "%u", (unsigned)getuid());
	return capgate_text_is(name, "HOME")   ? getenv("HOME")
	       : capgate_text_is(name, "USER") ? getenv("USER")
	       : capgate_text_is(name, "UID")  ? uid
					       : NULL;
}

/* An absolute path with its variables expanded; "" if it is none. */
static void put_path(char ret[PATH_MAX], struct capgate_text t)
{
	struct capgate_out out = {ret, PATH_MAX - 1, 0};
	char uid[16];

	for (size_t i = 0; i < t.len; i++) {
		struct capgate_text name = {t.p + i + 1, 0};
		const char *value;

		if (t.p[i] != '$') {
			capgate_out_bytes(&out, t.p + i, 1);
			continue;
		}
		while (i + 1 + name.len < t.len && name.p[name.len] >= 'A' &&
		       name.p[name.len] <= 'Z')
			name.len++;
		value = value_of(name, uid);
		capgate_out_string(&out, value ? value : "");
		i += name.len;
	}
	ret[out.len < out.size ? out.len : 0] = '\0';
	if (ret[0] != '/' || strlen(ret) != out.len)
		ret[0] = '\0';
}

static int read_settings(const char *path, struct storage_conf *ret, char rootless[PATH_MAX],
			 bool *missing, struct capgate_error *err)
{
	struct capgate_text text = {0};
	struct capgate_arena arena = {0};
	struct wanted w = {0};
	int status = place_read(path, &text, missing, err);

	if (status == 0 && !*missing)
		status = io_arena(text.len, &arena, err) < 0 ||
					 toml_parse(text, &arena, see_setting, &w, err) < 0
				 ? err->code
				 : 0;
	if (status == 0 && !*missing) {
		put_path(ret->graph, w.graph);
		put_path(ret->run, w.run);
		put_path(rootless, w.rootless);
	}
	io_arena_release(&arena);
	io_free(text);
	return status;
}

int storage_conf_read(const char *root, struct storage_conf *ret, struct capgate_error *err)
{
	char rootless[PATH_MAX];
	bool missing = true;
	int status = 0;

	*ret = (struct storage_conf){0};
	for (size_t i = 0; status == 0 && missing && i < COUNT(files); i++)
		if (snprintf(ret->from, PATH_MAX, "%s%s", root, files[i]) < PATH_MAX)
			status = read_settings(ret->from, ret, rootless, &missing, err);
	return status;
}

int storage_conf_own(struct storage_conf *ret, struct capgate_error *err)
{
	char rootless[PATH_MAX] = "";
	struct storage_conf roots = {0};
	bool missing = true;
	int status = 0;

	*ret = (struct storage_conf){0};
	other_root_storage_conf(ret->from);
	if (!ret->from[0])
		return 0;
	status = read_settings(ret->from, ret, rootless, &missing, err);
	for (size_t i = 0; status == 0 && missing && i < COUNT(files); i++) {
		capgate_text_copy(ret->from, PATH_MAX, capgate_text_of(files[i]));
		status = read_settings(ret->from, &roots, rootless, &missing, err);
	}
	if (status == 0 && rootless[0] && !ret->graph[0])
		capgate_text_copy(ret->graph, PATH_MAX, capgate_text_of(rootless));
	return status;
}
