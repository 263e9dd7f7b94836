/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drop-in files.  Administrators may extend those in TOML: configure leaves a file alone
 * that has all settings of the template.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "configure.h"

/* CRI-O reads every file of its directory, also a backup.  So this one is elsewhere. */
#define CRIO_BACKUP CAPGATE_SYSCONFDIR "/crio/50-capgate.conf" WIRING_BACKUP

/* A value that must be in the file, and whether it was found. */
struct wanted {
	const struct toml_event *event;
	bool seen;
};

static int look_at_key(void *user, const struct toml_event *e)
{
	struct wanted *w = user;

	w->seen |= e->kind == w->event->kind && strcmp(e->path, w->event->path) == 0 &&
		   capgate_text_equal(e->text, w->event->text);
	return 0;
}

/* The file, and whether it had all values that were looked for so far. */
struct comparison {
	struct capgate_text text;
	struct capgate_arena *arena;
	bool all;
};

static int want(void *user, const struct toml_event *e)
{
	struct comparison *c = user;
	struct wanted w = {.event = e};
	struct capgate_error ignored;

	if (e->kind != TOML_STRING && e->kind != TOML_ELEMENT)
		return 0;
	c->all &= toml_parse(c->text, c->arena, look_at_key, &w, &ignored) == 0 && w.seen;
	return 0;
}

/* Is each string of the template in the file, at the same place? */
static bool says_all(struct capgate_text text, const char *template, struct capgate_arena *arena)
{
	struct comparison c = {text, arena, true};
	struct capgate_error ignored;

	return toml_parse(capgate_text_of(template), arena, want, &c, &ignored) == 0 && c.all;
}

/* Does the file set the default runtime that version 0.1.0 made?  Nothing sets it now. */
static bool names_old_default(struct capgate_text text, struct capgate_arena *arena)
{
	static const struct toml_event old = {
		.kind = TOML_STRING,
		.path = "crio" TOML_SEP "runtime" TOML_SEP "default_runtime",
		.text = {WIRING_NAME, sizeof(WIRING_NAME) - 1},
	};
	struct wanted w = {.event = &old};
	struct capgate_error ignored;

	return toml_parse(text, arena, look_at_key, &w, &ignored) == 0 && w.seen;
}

static bool is_toml(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && strcmp(path + n - 5, ".conf") == 0;
}

int configure_dropin(struct plan *plan, const char *path, const char *template,
		     struct capgate_error *err)
{
	struct capgate_arena arena;
	struct capgate_text old;
	struct stat st;
	bool missing;

	if (!is_toml(path) || stat(path, &st) < 0)
		return plan_write(plan, path, 0644, capgate_text_of(template), err);
	if (place_read(path, &old, &missing, err) < 0 || io_arena(old.len, &arena, err) < 0)
		return err->code;
	if (says_all(old, template, &arena) && !names_old_default(old, &arena))
		return plan_write(plan, path, st.st_mode & 07777, old, err);
	/* A person has changed the file: keep their version. */
	if (strcmp(path, WIRING_CRIO_CONF) == 0)
		return plan_write(plan, CRIO_BACKUP, 0644, old, err) < 0
			       ? err->code
			       : plan_write(plan, path, 0644, capgate_text_of(template), err);
	return configure_edit(plan, path, old, false, capgate_text_of(template), err);
}

int configure_undo_dropin(struct plan *plan, const char *path, const char *template,
			  struct capgate_error *err)
{
	char backup[PATH_MAX];
	struct capgate_text old;
	bool missing;

	if (is_toml(path)) {
		if (place_read(path, &old, &missing, err) < 0)
			return err->code;
		snprintf(backup, sizeof(backup), "%.4000s" WIRING_BACKUP, path);
		if (strcmp(path, WIRING_CRIO_CONF) == 0)
			snprintf(backup, sizeof(backup), CRIO_BACKUP);
		if (!missing && !capgate_text_is(old, template) &&
		    plan_write(plan, backup, 0644, old, err) < 0)
			return err->code;
	}
	return plan_remove(plan, path, err);
}

int configure_read_conf(enum engine e, const char *without, const char *what,
			struct engine_conf *conf, struct capgate_error *err)
{
	struct capgate_arena arena;

	if (io_arena(CAPGATE_TEXT_MAX, &arena, err) < 0)
		return err->code;
	engine_conf_read(&arena, e, without, conf);
	if (conf->broken[0])
		return configure_refuse(
			err, "%.200s cannot be understood: %.200s; correct it, then try again",
			conf->broken, conf->broken_why);
	return conf->more ? configure_refuse(err, "more files or %s than can be read", what) : 0;
}

int configure_judge_order(const struct engine_conf *conf, const char *ours,
			  struct capgate_error *err)
{
	for (size_t i = 0; i < conf->n_runtimes; i++)
		if (!conf->v[i].foreign && engine_conf_is_last(conf, conf->v[i].file))
			return configure_refuse(
				err,
				"%.200s is read after %.200s and names the program of \"%.60s\": "
				"%s, then try again",
				conf->v[i].file, ours, conf->v[i].name,
				strncmp(conf->v[i].file, CONF_USERS, sizeof(CONF_USERS) - 1) == 0
					? "move that setting into a file of "
					  "/etc/containers/containers.conf.d"
					: "give it a name that sorts before");
	return 0;
}
