/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.json, or the bare process object of `exec --process`, into struct
 * capgate_spec.  Which members are known and which types they may have is the
 * table spec_shape.c; here is only what each value is put into.
 */
#include "spec.h"

#include "arena.h"
#include "error.h"

struct reader {
	struct capgate_spec *spec;
	struct capgate_arena *arena;
	struct capgate_error *err;
	const struct capgate_walk *walk;
	/* Capacities of the vectors being filled. */
	size_t list_room[CAPGATE_NSETS];
	size_t args_room, env_room, sysctl_room, annotations_room, namespaces_room;
	size_t uid_room, gid_room, hooks_room, mounts_room, rules_room, names_room, seccomp_args_room, arch_room;
};

/* Appends a zeroed item to a vector of the reader's specification. */
#define APPEND(r, vector, count, room) \
	(capgate_arena_room((r)->arena, (void **)&(vector), &(room), (count) + 1, sizeof(*(vector))) < 0 \
		 ? NULL \
		 : ((vector)[(count)] = (__typeof__(*(vector))){0}, &(vector)[(count)++]))

static enum capgate_presence presence_of(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_NULL ? CAPGATE_IS_NULL : CAPGATE_PRESENT;
}

/* Of a nested value only the end is of use: it knows the whole span. */
static bool begins(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_OBJECT || event->kind == CAPGATE_JSON_ARRAY;
}

/* Where a type is the runtime's business, what is no string is nothing. */
static struct capgate_text string_of(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_STRING ? event->text : (struct capgate_text){0};
}

static int append_text(struct reader *r, struct capgate_text **v, size_t *n, size_t *room, struct capgate_text text)
{
	if (capgate_arena_room(r->arena, (void **)v, room, *n + 1, sizeof(**v)) < 0)
		return capgate_fail_memory(r->err);
	(*v)[(*n)++] = text;
	return 0;
}

/* Some runtimes read anything but a plain integer as 0, which is root. */
static int read_id(struct reader *r, const struct capgate_json_event *event, uint32_t *ret)
{
	uint64_t v;
	char shown[80];

	if (!capgate_json_uint(event->text, 4294967294u, &v))
		return capgate_walk_fail(r->walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE, event->at.off,
					 "an id must be a plain integer from 0 to 4294967294, not %s",
					 capgate_shown(event->text, 24, shown, sizeof(shown)));
	*ret = (uint32_t)v;
	return 0;
}

/* json-c prints -0 as 0; every other number reaches libcap as it is written. */
static struct capgate_text number_as_read(struct capgate_text token)
{
	return capgate_text_is(token, "-0") ? capgate_text_of("0") : token;
}

static int read_element(struct reader *r, enum capgate_which which, const struct capgate_json_event *event)
{
	struct capgate_list *list = &r->spec->set[which];
	struct capgate_element *e;

	if (begins(event))
		return 0;
	e = APPEND(r, list->v, list->n, r->list_room[which]);
	if (!e)
		return capgate_fail_memory(r->err);
	e->at = event->at;
	e->cap = -1;
	e->is_string = event->kind == CAPGATE_JSON_STRING;
	e->text = e->is_string ? event->text
			       : (struct capgate_text){r->spec->text.p + event->at.off, event->at.len};
	if (event->kind == CAPGATE_JSON_NUMBER)
		e->text = number_as_read(e->text);
	if (e->is_string)
		e->cap = capgate_cap_exact(event->text);
	if (e->cap >= 0)
		e->meant = capgate_set_of(e->cap);
	else if (e->is_string)
		e->meant = capgate_cap_meant(event->text);
	else if (event->kind == CAPGATE_JSON_NUMBER)
		e->meant = capgate_cap_meant(e->text);
	list->exact = capgate_set_or(list->exact, capgate_set_of(e->cap));
	return 0;
}

/* A list is absent or an array; null is neither to some readers. */
static int read_list(struct reader *r, enum capgate_which which, const struct capgate_json_event *event)
{
	struct capgate_list *list = &r->spec->set[which];

	list->presence = CAPGATE_PRESENT;
	list->at = event->at; /* the whole array, when it ends */
	return 0;
}

static int read_pair(struct reader *r, struct capgate_pair **v, size_t *n, size_t *room,
		     const struct capgate_json_event *event)
{
	struct capgate_pair *pair;

	if (begins(event))
		return 0;
	pair = APPEND(r, *v, *n, *room);
	if (!pair)
		return capgate_fail_memory(r->err);
	pair->key = r->walk->frame[r->walk->depth].key;
	if (event->kind == CAPGATE_JSON_STRING)
		pair->value = event->text;
	pair->at = event->at;
	return 0;
}

static int read_namespace(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	struct capgate_namespace *ns = s->n_namespaces ? &s->namespaces[s->n_namespaces - 1] : NULL;

	if (field == FIELD_NAMESPACE && event->kind == CAPGATE_JSON_OBJECT)
		return APPEND(r, s->namespaces, s->n_namespaces, r->namespaces_room) ? 0
										      : capgate_fail_memory(r->err);
	if (!ns)
		return 0;
	if (field == FIELD_NAMESPACE)
		ns->at = event->at;
	else if (field == FIELD_NAMESPACE_TYPE)
		ns->type = event->text;
	else if (field == FIELD_NAMESPACE_PATH && event->kind == CAPGATE_JSON_STRING) {
		ns->path = event->text;
		ns->has_path = event->text.len > 0;
	}
	return 0;
}

static int read_idmap(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	bool gids = field >= FIELD_GIDMAP;
	struct capgate_idmap **v = gids ? &s->gid_maps : &s->uid_maps, *map;
	size_t *n = gids ? &s->n_gid_maps : &s->n_uid_maps;
	uint64_t value;

	if (gids)
		field -= FIELD_GIDMAP - FIELD_UIDMAP;
	if (field == FIELD_UIDMAP) {
		if (event->kind != CAPGATE_JSON_OBJECT)
			return 0;
		return APPEND(r, *v, *n, *(gids ? &r->gid_room : &r->uid_room)) ? 0 : capgate_fail_memory(r->err);
	}
	/* Runtimes refuse a map that is no number; nothing here leans on it. */
	if (*n == 0 || !capgate_json_uint(event->text, UINT32_MAX, &value))
		return 0;
	map = &(*v)[*n - 1];
	if (field == FIELD_UIDMAP_CONTAINER)
		map->container = value;
	else if (field == FIELD_UIDMAP_HOST)
		map->host = value;
	else
		map->size = value;
	return 0;
}

static int read_hook(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;

	if (field == FIELD_HOOK && event->kind == CAPGATE_JSON_OBJECT) {
		struct capgate_hook *hook = APPEND(r, s->hooks, s->n_hooks, r->hooks_room);
		/* hooks.STAGE[i]: the array's frame is the innermost one here. */
		const struct capgate_walk *w = r->walk;

		if (!hook)
			return capgate_fail_memory(r->err);
		if (w->depth >= 2)
			hook->stage = w->frame[w->depth - 1].key;
	} else if (s->n_hooks && field == FIELD_HOOK) {
		s->hooks[s->n_hooks - 1].at = event->at;
	} else if (s->n_hooks && field == FIELD_HOOK_PATH) {
		s->hooks[s->n_hooks - 1].path = string_of(event);
	}
	return 0;
}

static int read_mount(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	struct capgate_mount *m = s->n_mounts ? &s->mounts[s->n_mounts - 1] : NULL;

	if (field == FIELD_MOUNT && event->kind == CAPGATE_JSON_OBJECT)
		return APPEND(r, s->mounts, s->n_mounts, r->mounts_room) ? 0 : capgate_fail_memory(r->err);
	if (!m)
		return 0;
	switch (field) {
	case FIELD_MOUNT:
		m->at = event->at;
		break;
	case FIELD_MOUNT_DESTINATION:
		m->destination = string_of(event);
		break;
	case FIELD_MOUNT_TYPE:
		m->type = string_of(event);
		m->bind |= capgate_text_is(event->text, "bind");
		break;
	case FIELD_MOUNT_SOURCE:
		m->source = string_of(event);
		break;
	case FIELD_MOUNT_OPTION:
		m->bind |= capgate_text_is(event->text, "bind") || capgate_text_is(event->text, "rbind");
		if (capgate_text_is(event->text, "ro"))
			m->readonly = true;
		else if (capgate_text_is(event->text, "rw"))
			m->readonly = false;
		break;
	default:
		break;
	}
	return 0;
}

static int read_seccomp_arg(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_rule *rule = sc->n_rules ? &sc->rules[sc->n_rules - 1] : NULL;
	struct capgate_seccomp_arg *arg;
	uint64_t *number;

	if (!rule)
		return 0;
	if (field == FIELD_SECCOMP_ARG) {
		if (event->kind != CAPGATE_JSON_OBJECT)
			return 0;
		arg = APPEND(r, rule->args, rule->n_args, r->seccomp_args_room);
		if (!arg)
			return capgate_fail_memory(r->err);
		arg->well_formed = true;
		return 0;
	}
	if (rule->n_args == 0)
		return 0;
	arg = &rule->args[rule->n_args - 1];
	if (field == FIELD_SECCOMP_ARG_OP) {
		arg->op = string_of(event);
		return 0;
	}
	number = field == FIELD_SECCOMP_ARG_INDEX ? &arg->index
		 : field == FIELD_SECCOMP_ARG_VALUE ? &arg->value
						    : &arg->value_two;
	if (event->kind != CAPGATE_JSON_NUMBER || !capgate_json_uint(event->text, UINT64_MAX, number))
		arg->well_formed = false;
	return 0;
}

static struct capgate_seccomp_errno errno_ret_of(const struct capgate_json_event *event)
{
	struct capgate_seccomp_errno ret = {.given = event->kind != CAPGATE_JSON_NULL};

	ret.well_formed = ret.given && capgate_json_uint(event->text, UINT32_MAX, &ret.value);
	return ret;
}

static int read_seccomp(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_rule *rule = sc->n_rules ? &sc->rules[sc->n_rules - 1] : NULL;

	if (begins(event) && field != FIELD_SECCOMP_RULE && field != FIELD_SECCOMP_ARG)
		return 0;
	switch (field) {
	case FIELD_SECCOMP:
		sc->presence = presence_of(event);
		sc->at = event->at;
		return 0;
	case FIELD_SECCOMP_DEFAULT_ERRNO:
		sc->default_errno_ret = errno_ret_of(event);
		return 0;
	case FIELD_SECCOMP_ERRNO:
		if (rule)
			rule->errno_ret = errno_ret_of(event);
		return 0;
	case FIELD_SECCOMP_DEFAULT:
		sc->default_action = string_of(event);
		return 0;
	case FIELD_SECCOMP_ARCH:
		return append_text(r, &sc->architectures, &sc->n_architectures, &r->arch_room, string_of(event));
	case FIELD_SECCOMP_RULE:
		if (event->kind == CAPGATE_JSON_OBJECT) {
			r->names_room = r->seccomp_args_room = 0;
			return APPEND(r, sc->rules, sc->n_rules, r->rules_room) ? 0 : capgate_fail_memory(r->err);
		}
		if (rule)
			rule->at = event->at;
		return 0;
	case FIELD_SECCOMP_ACTION:
		if (rule)
			rule->action = string_of(event);
		return 0;
	case FIELD_SECCOMP_NAME:
		return rule ? append_text(r, &rule->names, &rule->n_names, &r->names_room, string_of(event)) : 0;
	default:
		return read_seccomp_arg(r, field, event);
	}
}

static int read_process(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;

	switch (field) {
	case FIELD_PROCESS:
		s->process = event->at;
		return 0;
	case FIELD_CAPABILITIES:
		s->capabilities = presence_of(event);
		s->capabilities_at = event->at;
		return 0;
	case FIELD_UID:
		return read_id(r, event, &s->uid);
	case FIELD_GID:
		return read_id(r, event, &s->gid);
	case FIELD_NO_NEW_PRIVS:
		s->no_new_privs_presence = CAPGATE_PRESENT;
		s->no_new_privs_at = event->at;
		s->no_new_privs = event->truth;
		return 0;
	case FIELD_ARG:
		return append_text(r, &s->args, &s->n_args, &r->args_room, event->text);
	case FIELD_ENV:
		return append_text(r, &s->env, &s->n_env, &r->env_room, event->text);
	default:
		s->cwd = string_of(event);
		return 0;
	}
}

static int read_rest(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;

	switch (field) {
	case FIELD_TOP:
		s->top = event->at;
		return 0;
	case FIELD_HOSTNAME:
		s->hostname = string_of(event);
		return 0;
	case FIELD_ROOT_PATH:
		s->root_path = string_of(event);
		return 0;
	case FIELD_ROOT_READONLY:
		s->root_readonly = event->truth;
		return 0;
	case FIELD_CGROUPS_PATH:
		s->cgroups_path = string_of(event);
		return 0;
	case FIELD_LINUX:
		s->linux_presence = presence_of(event);
		s->linux_at = event->at;
		return 0;
	case FIELD_SYSCTL:
		s->sysctl_presence = presence_of(event);
		s->sysctl_at = event->at;
		return 0;
	case FIELD_SYSCTL_VALUE:
		return read_pair(r, &s->sysctl, &s->n_sysctl, &r->sysctl_room, event);
	case FIELD_ANNOTATION:
		return read_pair(r, &s->annotations, &s->n_annotations, &r->annotations_room, event);
	default:
		return 0;
	}
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
{
	struct reader *r = user;

	r->walk = walk;
	if (field >= FIELD_SET && field < FIELD_SET + CAPGATE_NSETS)
		return read_list(r, (enum capgate_which)(field - FIELD_SET), event);
	if (field >= FIELD_ELEMENT && field < FIELD_ELEMENT + CAPGATE_NSETS)
		return read_element(r, (enum capgate_which)(field - FIELD_ELEMENT), event);
	if (field >= FIELD_SECCOMP)
		return read_seccomp(r, field, event);
	if (field >= FIELD_MOUNT)
		return read_mount(r, field, event);
	if (field >= FIELD_HOOK)
		return read_hook(r, field, event);
	if (field >= FIELD_UIDMAP)
		return read_idmap(r, field, event);
	if (field >= FIELD_NAMESPACE)
		return read_namespace(r, field, event);
	if (field >= FIELD_PROCESS)
		return read_process(r, field, event);
	return read_rest(r, field, event);
}

/* The kernel has eight types. */
#define NAMESPACES_MAX 32

/* Runtimes differ on whether a type may be listed twice. */
static int check_namespaces(const struct capgate_spec *s, struct capgate_error *err)
{
	if (s->n_namespaces > NAMESPACES_MAX) {
		capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, s->namespaces[NAMESPACES_MAX].at.off,
			     "more than %d namespaces are listed", NAMESPACES_MAX);
		capgate_path_of(err, "linux.namespaces[%d]", NAMESPACES_MAX);
		return err->code;
	}
	for (size_t i = 1; i < s->n_namespaces; i++) {
		for (size_t j = 0; j < i; j++) {
			char shown[64];

			if (!capgate_text_equal(s->namespaces[i].type, s->namespaces[j].type))
				continue;
			capgate_fail(err, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_DUPLICATE_NAMESPACE,
				     s->namespaces[i].at.off, "the namespace type \"%s\" is listed twice",
				     capgate_shown(s->namespaces[i].type, 16, shown, sizeof(shown)));
			capgate_path_of(err, "linux.namespaces[%zu]", i);
			return err->code;
		}
	}
	return 0;
}

int capgate_spec_parse(struct capgate_text text, enum capgate_kind kind, struct capgate_arena *arena,
		       struct capgate_spec *ret, struct capgate_error *err)
{
	struct capgate_spec spec = {.text = text, .kind = kind};
	struct reader reader = {.spec = &spec, .arena = arena, .err = err};
	int status = capgate_walk(text, (struct capgate_json_options){0},
				  kind == CAPGATE_PROCESS ? &capgate_shape_process : &capgate_shape_config, arena,
				  visit, &reader, err);

	if (status < 0)
		return status;
	if (spec.process.len == 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "there is no process object");
	status = check_namespaces(&spec, err);
	if (status < 0)
		return status;
	if (kind == CAPGATE_PROCESS)
		spec.top = spec.process;
	*ret = spec;
	return 0;
}

const struct capgate_namespace *capgate_spec_namespace(const struct capgate_spec *spec, const char *type)
{
	for (size_t i = 0; i < spec->n_namespaces; i++)
		if (capgate_text_is(spec->namespaces[i].type, type))
			return &spec->namespaces[i];
	return NULL;
}
