/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads config.json, or the bare process object of `exec --process`, into struct capgate_spec.
 * The table in shape.c says which members are known and which types they may have; this file
 * stores each value.
 */
#include "lib/base/base.h"
#include "filter.h"
#include "read.h"
#include "spec.h"

/* Refuses anything but a plain integer, because some runtimes read other numbers as 0, which is
 * root. */
static int read_id(struct spec_reader *r, const struct capgate_json_event *event, uint32_t *ret)
{
	uint64_t v;
	char shown[80];

	if (!capgate_json_uint(event->text, 4294967294u, &v))
		return capgate_walk_fail(
			r->walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE, event->at.off,
			"an id must be a plain integer from 0 to 4294967294, not %s",
			capgate_shown(event->text, 24, shown, sizeof(shown)));
	*ret = (uint32_t)v;
	return 0;
}

/* json-c prints -0 as 0.  Every other number reaches libcap as it is written. */
static struct capgate_text number_as_read(struct capgate_text token)
{
	return capgate_text_is(token, "-0") ? capgate_text_of("0") : token;
}

static int read_element(struct spec_reader *r, enum capgate_which which,
			const struct capgate_json_event *event)
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
	e->text = e->is_string
			  ? event->text
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

/* A list must be absent or an array, because readers differ about null. */
static int read_list(struct spec_reader *r, enum capgate_which which,
		     const struct capgate_json_event *event)
{
	struct capgate_list *list = &r->spec->set[which];

	list->presence = CAPGATE_PRESENT;
	list->at = event->at; /* the whole array, at its end */
	return 0;
}

static int read_pair(struct spec_reader *r, struct capgate_pair **v, size_t *n, size_t *room,
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

static int read_process(struct spec_reader *r, int field, const struct capgate_json_event *event)
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
		return capgate_spec_append_text(r, &s->args, &s->n_args, &r->args_room,
						event->text);
	case FIELD_ENV:
		return capgate_spec_append_text(r, &s->env, &s->n_env, &r->env_room, event->text);
	case FIELD_TERMINAL:
		s->terminal = event->truth;
		return 0;
	default:
		s->cwd = string_of(event);
		return 0;
	}
}

static int read_rest(struct spec_reader *r, int field, const struct capgate_json_event *event)
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
		/* crun's syntax for offsets */
		s->time_offsets |= capgate_text_is(r->walk->frame[r->walk->depth].key,
						   "run.oci.timens_offset");
		return read_pair(r, &s->annotations, &s->n_annotations, &r->annotations_room,
				 event);
	case FIELD_TIME_OFFSET:
		s->time_offsets = true;
		return 0;
	case FIELD_ROOTFS_PROPAGATION:
		s->rootfs_propagation = string_of(event);
		return 0;
	default:
		return 0;
	}
}

static int visit_spec(void *user, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	struct spec_reader *r = user;

	r->walk = walk;
	/* A specification consists mostly of its seccomp profile, and that mostly of names. */
	if (field == FIELD_SECCOMP_NAME)
		return capgate_spec_read_call_name(r, event);
	if (field >= FIELD_SECCOMP && field < FIELD_SET)
		return capgate_spec_read_seccomp(r, field, event);
	if (field >= FIELD_SET && field < FIELD_SET + CAPGATE_NSETS)
		return read_list(r, (enum capgate_which)(field - FIELD_SET), event);
	if (field >= FIELD_ELEMENT && field < FIELD_ELEMENT + CAPGATE_NSETS)
		return read_element(r, (enum capgate_which)(field - FIELD_ELEMENT), event);
	if (field >= FIELD_MASKED)
		return capgate_spec_read_place(r, field, event);
	if (field >= FIELD_MOUNTS)
		return capgate_spec_read_mount(r, field, event);
	if (field >= FIELD_HOOK)
		return capgate_spec_read_hook(r, field, event);
	if (field >= FIELD_UIDMAP)
		return capgate_spec_read_idmap(r, field, event);
	if (field >= FIELD_NAMESPACE)
		return capgate_spec_read_namespace(r, field, event);
	if (field >= FIELD_PROCESS)
		return read_process(r, field, event);
	return read_rest(r, field, event);
}

/* The kernel has eight types of namespaces. */
#define NAMESPACES_MAX 32

/* A type may not be listed twice, because runtimes differ about that. */
static int check_namespaces(const struct capgate_spec *s, struct capgate_error *err)
{
	if (s->n_namespaces > NAMESPACES_MAX) {
		capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT,
			     s->namespaces[NAMESPACES_MAX].at.off,
			     "more than %d namespaces are listed", NAMESPACES_MAX);
		capgate_path_of(err, "linux.namespaces[%d]", NAMESPACES_MAX);
		return err->code;
	}
	for (size_t i = 1; i < s->n_namespaces; i++) {
		for (size_t j = 0; j < i; j++) {
			char shown[64];

			if (!capgate_text_equal(s->namespaces[i].type, s->namespaces[j].type))
				continue;
			capgate_fail(
				err, CAPGATE_EAMBIGUOUS, CAPGATE_RULE_DUPLICATE_NAMESPACE,
				s->namespaces[i].at.off,
				"the namespace type \"%s\" is listed twice",
				capgate_shown(s->namespaces[i].type, 16, shown, sizeof(shown)));
			capgate_path_of(err, "linux.namespaces[%zu]", i);
			return err->code;
		}
	}
	return 0;
}

static const struct capgate_span nothing_known;

static int read_text(struct capgate_text text, const struct capgate_shape *shape,
		     struct capgate_span known, struct capgate_arena *arena,
		     struct capgate_spec *spec, struct capgate_error *err)
{
	struct spec_reader reader = {.spec = spec, .arena = arena, .err = err};

	spec->text = text;
	return capgate_walk_text(text, (struct capgate_json_options){.known = known}, shape, arena,
				 visit_spec, &reader, err);
}

/* Checks what is known only after everything was read. */
static int check_whole(struct capgate_spec *spec, struct capgate_error *err)
{
	if (spec->process.len == 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "there is no process object");
	if (check_namespaces(spec, err) < 0)
		return err->code;
	spec->identity_pretended = capgate_identity_is_pretended(spec);
	return 0;
}

int capgate_spec_parse(struct capgate_text text, enum capgate_kind kind,
		       struct capgate_arena *arena, struct capgate_spec *ret,
		       struct capgate_error *err)
{
	const bool alone = kind == CAPGATE_PROCESS;
	struct capgate_spec spec = {.kind = kind};

	if (read_text(text, alone ? &capgate_shape_process : &capgate_shape_config, nothing_known,
		      arena, &spec, err) < 0 ||
	    check_whole(&spec, err) < 0)
		return err->code;
	if (alone)
		spec.top = spec.process;
	*ret = spec;
	return 0;
}

int capgate_spec_parse_around(struct capgate_text text, struct capgate_span profile,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err)
{
	struct capgate_spec spec = {.kind = CAPGATE_CONFIG};

	if (read_text(text, &capgate_shape_config, profile, arena, &spec, err) < 0 ||
	    check_whole(&spec, err) < 0)
		return err->code;
	if (spec.seccomp.presence != CAPGATE_PRESENT || spec.seccomp.at.off != profile.off ||
	    spec.seccomp.at.len != profile.len)
		return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_SYNTAX, profile.off,
				    "this is not a seccomp profile (linux.seccomp)");
	*ret = spec;
	return 0;
}

int capgate_spec_parse_edited(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err)
{
	struct capgate_spec spec = {.kind = kind};
	int status = read_text(text,
			       kind == CAPGATE_PROCESS ? &capgate_shape_edited_process
						       : &capgate_shape_edited_config,
			       nothing_known, arena, &spec, err);

	if (status == 0)
		*ret = spec;
	return status;
}

const struct capgate_namespace *capgate_spec_namespace(const struct capgate_spec *spec,
						       const char *type)
{
	for (size_t i = 0; i < spec->n_namespaces; i++)
		if (capgate_text_is(spec->namespaces[i].type, type))
			return &spec->namespaces[i];
	return NULL;
}
