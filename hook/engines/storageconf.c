/* SPDX-License-Identifier: Apache-2.0 */
#include "storageconf.h"

#include <ctype.h>
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

/* ---- Variables ----------------------------------------------------------------------- */

/* Appends the value of a variable of the environment; nothing if it is not set. */
static void put_value(struct capgate_out *out, struct capgate_text name)
{
	char spelt[NAME_MAX];
	const char *value;

	if (name.len >= sizeof(spelt))
		return;
	capgate_text_copy(spelt, sizeof(spelt), name);
	value = getenv(spelt);
	capgate_out_string(out, value ? value : "");
}

static size_t name_len(struct capgate_text t)
{
	size_t n = 0;

	while (n < t.len && (t.p[n] == '_' || isalnum((unsigned char)t.p[n])))
		n++;
	return n;
}

/*
 * Expands what follows a dollar sign, and returns how many bytes it takes.  containers/storage
 * replaces $UID by the user's id, without regard to what follows, then calls Go's os.ExpandEnv,
 * which knows $NAME, ${NAME} and the shell's special names, here without values.
 */
static size_t expand(struct capgate_out *out, struct capgate_text rest)
{
	const char *end = rest.len && rest.p[0] == '{' ? memchr(rest.p, '}', rest.len) : NULL;
	size_t n = name_len(rest);

	if (rest.len >= 3 && memcmp(rest.p, "UID", 3) == 0) {
		capgate_out_format(out, "%u", (unsigned)userns_outer_uid());
		return 3;
	}
	if (end) {
		put_value(out, (struct capgate_text){rest.p + 1, (size_t)(end - rest.p) - 1});
		return (size_t)(end - rest.p) + 1;
	}
	if (rest.len && memchr("{*#$@!?-0123456789", rest.p[0], 18))
		return 1;
	if (n == 0)
		capgate_out_string(out, "$");
	put_value(out, (struct capgate_text){rest.p, n});
	return n;
}

/* An absolute path with its variables expanded; "" if it is none. */
static void put_path(char ret[PATH_MAX], struct capgate_text t)
{
	struct capgate_out out = {ret, PATH_MAX - 1, 0};

	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] == '$')
			i += expand(&out, (struct capgate_text){t.p + i + 1, t.len - i - 1});
		else
			capgate_out_bytes(&out, t.p + i, 1);
	}
	ret[out.len < out.size ? out.len : 0] = '\0';
	if (ret[0] != '/' || strlen(ret) != out.len)
		ret[0] = '\0';
}

/* ---- Files ------------------------------------------------------------------------------- */

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
	bool missing = true, wanted;
	int status = 0;

	*ret = (struct storage_conf){0};
	other_root_storage_conf(ret->from);
	if (!ret->from[0])
		return 0;
	status = read_settings(ret->from, ret, rootless, &missing, err);
	/* Before podman 5, root's file counts, too, where the user's own names no place. */
	wanted = missing || (!ret->graph[0] && !rootless[0]);
	for (size_t i = 0; status == 0 && wanted && i < COUNT(files); i++) {
		capgate_text_copy(ret->from, PATH_MAX, capgate_text_of(files[i]));
		status = read_settings(ret->from, &roots, rootless, &missing, err);
		wanted = missing;
	}
	if (status == 0 && rootless[0] && !ret->graph[0])
		capgate_text_copy(ret->graph, PATH_MAX, capgate_text_of(rootless));
	return status;
}
