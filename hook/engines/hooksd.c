/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads hooks.d files (oci-hooks(5)) as the engines do (containers/common, pkg/hooks).  There
 * are two schemas, 1.0.0 and 0.1.0.  A file without a version has schema 0.1.0.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "hooksd.h"

enum {
	FIELD_NONE,
	FIELD_VERSION,
	FIELD_PATH,
	FIELD_ARG,
	FIELD_ENV,
	FIELD_ALWAYS,
	FIELD_CONDITION,
	FIELD_STAGE,
	FIELD_OLD_ARG,
	FIELD_OLD_COMMAND,
	FIELD_ONE_STAGE,
	FIELD_MANY_STAGES,
	FIELD_ONE_COMMAND,
	FIELD_MANY_COMMANDS,
};

#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(f))

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members =
		(const struct capgate_member[]){
			{"version", STRING(FIELD_VERSION)},
			{"hook",
			 SHAPE(.types = CAPGATE_T_OBJECT,
			       .members =
				       (const struct capgate_member[]){
					       {"path", STRING(FIELD_PATH)},
					       {"args", STRINGS(FIELD_ARG)},
					       {"env", STRINGS(FIELD_ENV)},
					       {"timeout", SHAPE(.types = CAPGATE_T_NUMBER)},
					       {0},
				       })},
			{"when",
			 SHAPE(.types = CAPGATE_T_OBJECT,
			       .members =
				       (const struct capgate_member[]){
					       {"always", SHAPE(.types = CAPGATE_T_BOOL,
								.field = FIELD_ALWAYS)},
					       {"annotations", SHAPE(.field = FIELD_CONDITION)},
					       {"commands", SHAPE(.field = FIELD_CONDITION)},
					       {"hasBindMounts", SHAPE(.field = FIELD_CONDITION)},
					       {0},
				       })},
			{"stages", STRINGS(FIELD_STAGE)},
			{0},
		},
};

static const struct capgate_shape version_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"version", STRING(FIELD_VERSION)}),
};

#define LIST(f, e) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .field = (f), .each = STRING(e))

static const struct capgate_shape old_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"version", STRING(FIELD_VERSION)}, {"hook", STRING(FIELD_PATH)},
			   {"arguments", LIST(FIELD_NONE, FIELD_OLD_ARG)},
			   {"stage", LIST(FIELD_ONE_STAGE, FIELD_STAGE)},
			   {"stages", LIST(FIELD_MANY_STAGES, FIELD_STAGE)},
			   {"cmd", LIST(FIELD_ONE_COMMAND, FIELD_OLD_COMMAND)},
			   {"cmds", LIST(FIELD_MANY_COMMANDS, FIELD_OLD_COMMAND)}),
};

static unsigned stage_bit(struct capgate_text name)
{
	static const char *const names[] = {"precreate", "prestart", "createRuntime",
					    "createContainer", "poststart"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (capgate_text_is(name, names[i]))
			return 1u << i;
	return capgate_text_is(name, "startContainer") || capgate_text_is(name, "poststop")
		       ? STAGE_OTHER
		       : 0;
}

/* "stage" and "stages" mean the same, and so do "cmd" and "cmds".  Engines reject a file that
 * has both. */
static int see_twin(struct hook_file *h, const struct capgate_walk *walk, int field,
		    const struct capgate_json_event *e)
{
	unsigned *twins = field <= FIELD_MANY_STAGES ? &h->stage_lists : &h->command_lists;

	if (e->kind != CAPGATE_JSON_END)
		return 0;
	return ++*twins > 1 ? capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
						e->at.off,
						"it has both the singular and the plural form")
			    : 0;
}

static int visit_hook(void *user, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *e)
{
	struct hook_file *h = user;

	switch (field) {
	case FIELD_VERSION:
		h->version_ok = capgate_text_is(e->text, "1.0.0");
		h->old = e->text.len == 0 || capgate_text_is(e->text, "0.1.0");
		break;
	case FIELD_OLD_ARG:
		/* The engine puts the program before the arguments. */
		h->n_args += h->n_args == 0;
		return visit_hook(user, walk, FIELD_ARG, e);
	case FIELD_OLD_COMMAND:
		/* The hook runs if one condition holds. */
		h->always |= e->text.len == 0 || capgate_text_is(e->text, ".*");
		break;
	case FIELD_ONE_STAGE:
	case FIELD_MANY_STAGES:
	case FIELD_ONE_COMMAND:
	case FIELD_MANY_COMMANDS:
		return see_twin(h, walk, field, e);
	case FIELD_PATH:
		capgate_text_copy(h->program, sizeof(h->program), e->text);
		break;
	case FIELD_ARG:
		h->more_args |= h->n_args == HOOK_ARGS || e->text.len >= sizeof(h->args[0]);
		if (h->n_args < HOOK_ARGS)
			capgate_text_copy(h->args[h->n_args++], sizeof(h->args[0]), e->text);
		break;
	case FIELD_ENV:
		h->has_env = true;
		break;
	case FIELD_ALWAYS:
		h->always = e->truth;
		break;
	case FIELD_CONDITION:
		h->other_conditions = true;
		break;
	default:
		if (!stage_bit(e->text))
			return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
						 e->at.off, "it has a stage that no engine knows");
		h->stages |= stage_bit(e->text);
	}
	return 0;
}

/* A hook is ours by its program, or by the file name that we install. */
static bool is_our_hook(const struct hook_file *h)
{
	const char *slash = strrchr(h->program, '/');

	return strcmp(h->program, WIRING_PROGRAM) == 0 ||
	       (slash && strcmp(slash + 1, "capgate") == 0) ||
	       strncmp(h->name, "99-capgate", 10) == 0;
}

static void hook_file_read(struct capgate_arena *arena, const char *path, struct hook_file *ret)
{
	struct capgate_error err;
	struct capgate_text text;
	bool missing;

	*ret = (struct hook_file){.old = true};
	capgate_text_copy(ret->path, sizeof(ret->path), capgate_text_of(path));
	ret->name = strrchr(ret->path, '/') + 1;
	text = place_text(arena, path, &missing);
	if (!text.p)
		snprintf(ret->why, sizeof(ret->why), "%s",
			 missing ? "it does not exist" : "it cannot be read");
	else if (capgate_walk_text(text, (struct capgate_json_options){0}, &version_shape, arena,
				   visit_hook, ret, &err) < 0 ||
		 capgate_walk_text(text, (struct capgate_json_options){0},
				   ret->old ? &old_shape : &shape, arena, visit_hook, ret,
				   &err) < 0)
		snprintf(ret->why, sizeof(ret->why), "%.60s%s%.180s", err.path,
			 err.path[0] ? ": " : "", err.msg);
	else if (!ret->version_ok && !ret->old)
		snprintf(ret->why, sizeof(ret->why), "its version is neither \"1.0.0\" nor 0.1.0");
	else if (ret->program[0] != '/')
		snprintf(ret->why, sizeof(ret->why), "hook.path is not an absolute path");
	else if (!ret->stages)
		snprintf(ret->why, sizeof(ret->why), "it names no stage");
	if (ret->old && ret->n_args > 0)
		capgate_text_copy(ret->args[0], sizeof(ret->args[0]),
				  capgate_text_of(ret->program));
	ret->ours = is_our_hook(ret);
	if (!ret->why[0] && ret->ours && ret->more_args)
		snprintf(ret->why, sizeof(ret->why),
			 "it has more or longer arguments than capgate accepts");
}

static int is_json(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

void hook_list_read(struct capgate_arena *arena, const struct engine_conf *conf,
		    struct hook_list *ret)
{
	ret->n = 0;
	ret->more = false;
	for (size_t i = 0; i < conf->n_dirs; i++) {
		struct dirent **names;
		int n = scandir(conf->dir[i], &names, is_json, alphasort);

		for (int j = 0; j < n; j++) {
			char path[CONF_PATH];
			struct hook_file *h = &ret->v[ret->n];

			snprintf(path, sizeof(path), "%.250s/%.255s", conf->dir[i],
				 names[j]->d_name);
			free(names[j]);
			ret->more |= ret->n == HOOK_FILES;
			if (ret->n == HOOK_FILES)
				continue;
			hook_file_read(arena, path, h);
			h->masked_by = ret->n;
			for (size_t k = 0; k < ret->n; k++)
				if (strcmp(ret->v[k].name, h->name) == 0)
					ret->v[k].masked_by = ret->n;
			ret->n++;
		}
		if (n >= 0)
			free(names);
	}
}
