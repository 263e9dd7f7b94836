/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a configuration says about the host and about the container's tree: namespaces, id
 * maps, hooks, mounts, masked and read-only paths, and devices. */
#include "read.h"

#include <string.h>

#include "lib/base/base.h"

int capgate_spec_read_namespace(struct spec_reader *r, int field,
				const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	struct capgate_namespace *ns = s->n_namespaces ? &s->namespaces[s->n_namespaces - 1] : NULL;

	if (field == FIELD_NAMESPACE && event->kind == CAPGATE_JSON_OBJECT)
		return APPEND(r, s->namespaces, s->n_namespaces, r->namespaces_room)
			       ? 0
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

int capgate_spec_read_idmap(struct spec_reader *r, int field,
			    const struct capgate_json_event *event)
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
		return APPEND(r, *v, *n, *(gids ? &r->gid_room : &r->uid_room))
			       ? 0
			       : capgate_fail_memory(r->err);
	}
	/* Runtimes refuse a map without numbers, so nothing here depends on it. */
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

int capgate_spec_read_hook(struct spec_reader *r, int field, const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;

	if (field == FIELD_HOOK && event->kind == CAPGATE_JSON_OBJECT) {
		struct capgate_hook *hook = APPEND(r, s->hooks, s->n_hooks, r->hooks_room);
		/* At hooks.STAGE[i] the innermost frame is that of the array. */
		const struct capgate_walk *w = r->walk;

		if (!hook)
			return capgate_fail_memory(r->err);
		if (w->depth >= 2)
			hook->stage = w->frame[w->depth - 1].key;
	} else if (s->n_hooks && field == FIELD_HOOK) {
		s->hooks[s->n_hooks - 1].at = event->at;
	} else if (s->n_hooks && field == FIELD_HOOK_PATH) {
		s->hooks[s->n_hooks - 1].path = string_of(event);
	} else if (s->n_hooks && field == FIELD_HOOK_ARG &&
		   r->walk->frame[r->walk->depth].index == 0) {
		s->hooks[s->n_hooks - 1].name = string_of(event);
	}
	return 0;
}

/* Does a mount with this option still show what its type and source say?  These are options of
 * mount(8) and of runtimes. bind and rbind are handled separately. */
static bool is_plain(struct capgate_text option)
{
	static const char *const plain[] = {
		"bind",    "rbind",      "ro",          "rw",          "nosuid",
		"suid",    "nodev",      "dev",         "noexec",      "exec",
		"sync",    "async",      "relatime",    "norelatime",  "noatime",
		"atime",   "nodiratime", "diratime",    "strictatime", "nostrictatime",
		"private", "rprivate",   "slave",       "rslave",      "shared",
		"rshared", "unbindable", "runbindable", "defaults",    NULL,
	};
	for (const char *const *p = plain; *p; p++)
		if (capgate_text_is(option, *p))
			return true;
	/* See procfs(5). subset= would remove /proc/sys, also after a comma. */
	if (option.len > 0 && memchr(option.p, ',', option.len))
		return false;
	return capgate_text_begins(option, "hidepid=") || capgate_text_begins(option, "gid=");
}

static void read_option(struct capgate_mount *m, struct capgate_text option)
{
	m->bind |= capgate_text_is(option, "bind") || capgate_text_is(option, "rbind");
	m->plain &= is_plain(option);
	m->copies |= capgate_text_is(option, "tmpcopyup");
	m->shared |= capgate_text_is(option, "shared") || capgate_text_is(option, "rshared");
	if (capgate_text_is(option, "ro"))
		m->readonly = true;
	else if (capgate_text_is(option, "rw"))
		m->readonly = false;
}

int capgate_spec_read_mount(struct spec_reader *r, int field,
			    const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	struct capgate_mount *m = s->n_mounts ? &s->mounts[s->n_mounts - 1] : NULL;

	if (field == FIELD_MOUNTS) {
		s->mounts_at = event->at;
		return 0;
	}
	if (field == FIELD_MOUNT && event->kind == CAPGATE_JSON_OBJECT) {
		m = APPEND(r, s->mounts, s->n_mounts, r->mounts_room);
		if (!m)
			return capgate_fail_memory(r->err);
		m->plain = true;
		return 0;
	}
	if (!m)
		return 0;
	switch (field) {
	case FIELD_MOUNT:
		m->at = event->at;
		break;
	case FIELD_MOUNT_DESTINATION:
		m->destination = event->text;
		break;
	case FIELD_MOUNT_TYPE:
		m->type = string_of(event);
		m->bind |= capgate_text_is(m->type, "bind");
		break;
	case FIELD_MOUNT_SOURCE:
		m->source = string_of(event);
		break;
	default:
		read_option(m, event->text);
		break;
	}
	return 0;
}

int capgate_spec_read_place(struct spec_reader *r, int field,
			    const struct capgate_json_event *event)
{
	struct capgate_spec *s = r->spec;
	struct capgate_place *place;

	if (field == FIELD_MASKED || field == FIELD_READONLY_PATH) {
		place = field == FIELD_MASKED ? APPEND(r, s->masked, s->n_masked, r->masked_room)
					      : APPEND(r, s->readonly_paths, s->n_readonly_paths,
						       r->readonly_room);
		if (!place)
			return capgate_fail_memory(r->err);
		*place = (struct capgate_place){event->text, event->at};
		return 0;
	}
	if (field == FIELD_DEVICE && event->kind == CAPGATE_JSON_OBJECT)
		return APPEND(r, s->devices, s->n_devices, r->devices_room)
			       ? 0
			       : capgate_fail_memory(r->err);
	if (s->n_devices == 0)
		return 0;
	place = &s->devices[s->n_devices - 1];
	if (field == FIELD_DEVICE)
		place->at = event->at;
	else
		place->path = event->text;
	return 0;
}
