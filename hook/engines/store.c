/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <stdio.h>

#include "lib/base/base.h"
#include "lib/json/json.h"

/* ---- Docker ---------------------------------------------------------------------- */

enum {
	DOCKER_NONE,
	DOCKER_ID,
	DOCKER_NAME,
	DOCKER_IMAGE,
	DOCKER_RUNTIME,
	DOCKER_RUNNING,
	DOCKER_PRIVILEGED
};

static const struct capgate_shape docker_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"ID", VALUE(DOCKER_ID)}, {"Name", VALUE(DOCKER_NAME)},
		{"Config", SHAPE(.members = MEMBERS({"Image", VALUE(DOCKER_IMAGE)}))},
		{"Runtime", VALUE(DOCKER_RUNTIME)}, {"Privileged", VALUE(DOCKER_PRIVILEGED)},
		{"State", SHAPE(.members = MEMBERS({"Running", VALUE(DOCKER_RUNNING)}))}),
};

static int visit_docker(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct store_record *r = user;
	struct capgate_text *const to[] = {
		[DOCKER_ID] = &r->id,
		[DOCKER_NAME] = &r->name,
		[DOCKER_IMAGE] = &r->image,
		[DOCKER_RUNTIME] = &r->runtime,
		[DOCKER_RUNNING] = NULL,
		[DOCKER_PRIVILEGED] = NULL,
	};
	struct capgate_text t = event->text;

	(void)walk;
	if (field == DOCKER_RUNNING && event->kind == CAPGATE_JSON_BOOL)
		r->running = event->truth;
	if (field == DOCKER_PRIVILEGED && event->kind == CAPGATE_JSON_BOOL)
		r->privileged = event->truth;
	if (!to[field] || event->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field == DOCKER_NAME && t.len && t.p[0] == '/')
		t = (struct capgate_text){t.p + 1, t.len - 1};
	*to[field] = t;
	return 0;
}

int store_read_docker(struct capgate_text text, struct capgate_arena *arena,
		      struct store_record *record, struct capgate_error *err)
{
	struct store_record r = *record;
	int status = capgate_walk_text(text, (struct capgate_json_options){0}, &docker_shape, arena,
				       visit_docker, &r, err);

	if (status == 0)
		*record = r;
	return status;
}

/* ---- containers/storage: a list, and in each entry a JSON text of the engine's ------- */

enum { STORAGE_NONE, STORAGE_ENTRY, STORAGE_ID, STORAGE_NAME, STORAGE_METADATA, STORAGE_IMAGE };

static const struct capgate_shape storage_shape = {
	.types = CAPGATE_T_ARRAY,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = STORAGE_ENTRY,
		      .members = MEMBERS({"id", VALUE(STORAGE_ID)},
					 {"names", SHAPE(.each = VALUE(STORAGE_NAME))},
					 {"metadata", VALUE(STORAGE_METADATA)})),
};

static const struct capgate_shape metadata_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"image-name", VALUE(STORAGE_IMAGE)}, {"name", VALUE(STORAGE_NAME)}),
};

struct entry {
	struct capgate_text id, name, metadata;
};

struct search {
	struct capgate_text wanted; /* an id, or a name */
	bool by_name;
	struct entry entry, found; /* the one being read; the wanted one */
};

static bool is_wanted(const struct search *s)
{
	return capgate_text_equal(s->by_name ? s->entry.name : s->entry.id, s->wanted);
}

static int visit_storage(void *user, const struct capgate_walk *walk, int field,
			 const struct capgate_json_event *event)
{
	struct search *s = user;

	(void)walk;
	if (field == STORAGE_ENTRY && event->kind == CAPGATE_JSON_OBJECT)
		s->entry = (struct entry){0};
	else if (field == STORAGE_ENTRY && is_wanted(s))
		s->found = s->entry;
	if (event->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field == STORAGE_ID)
		s->entry.id = event->text;
	else if (field == STORAGE_METADATA)
		s->entry.metadata = event->text;
	else if (s->entry.name.len == 0)
		s->entry.name = event->text;
	return 0;
}

static int visit_metadata(void *user, const struct capgate_walk *walk, int field,
			  const struct capgate_json_event *event)
{
	struct store_record *r = user;

	(void)walk;
	if (event->kind == CAPGATE_JSON_STRING && field == STORAGE_IMAGE)
		r->image = event->text;
	else if (event->kind == CAPGATE_JSON_STRING && event->text.len)
		r->name = event->text;
	return 0;
}

static int find_entry(struct capgate_text text, struct search s, struct capgate_arena *arena,
		      struct store_record *ret, struct capgate_error *err)
{
	struct store_record r, more;
	struct capgate_error ignored;
	int status = capgate_walk_text(text, (struct capgate_json_options){0}, &storage_shape,
				       arena, visit_storage, &s, err);

	if (status < 0)
		return status;
	more = r = (struct store_record){.id = s.found.id, .name = s.found.name};
	/* Unreadable metadata is ignored; the entry itself is enough. */
	if (s.found.metadata.len &&
	    capgate_walk_text(s.found.metadata, (struct capgate_json_options){0}, &metadata_shape,
			      arena, visit_metadata, &more, &ignored) == 0)
		r = more;
	*ret = r;
	return 0;
}

int store_read_storage(struct capgate_text text, struct capgate_text id,
		       struct capgate_arena *arena, struct store_record *ret,
		       struct capgate_error *err)
{
	return find_entry(text, (struct search){.wanted = id}, arena, ret, err);
}

int store_find_named(struct capgate_text text, struct capgate_text name,
		     struct capgate_arena *arena, struct store_record *ret,
		     struct capgate_error *err)
{
	return find_entry(text, (struct search){.wanted = name, .by_name = true}, arena, ret, err);
}

/* ---- Where its lists are ----------------------------------------------------------- */

static const char *const drivers[] = {"overlay", "vfs", "btrfs", "zfs"};

static void set_path(char *path, size_t size, int written)
{
	if (written < 0 || (size_t)written >= size)
		path[0] = '\0';
}

bool store_list_at(const struct engine_roots *roots, enum root_kind kind,
		   struct capgate_text beside, size_t i, char *path, size_t size)
{
	const char *name = kind == ROOT_RUN ? "volatile-containers.json" : "containers.json";

	if (beside.len && i-- == 0) {
		set_path(path, size,
			 snprintf(path, size, "%.*s%s", (int)beside.len, beside.p, name));
		return true;
	}
	for (size_t r = 0; r < roots->n; r++) {
		if (roots->v[r].kind != kind)
			continue;
		if (i < COUNT(drivers)) {
			set_path(path, size, snprintf(path, size, "%s/%s-containers/%s",
						      roots->v[r].path, drivers[i], name));
			return true;
		}
		i -= COUNT(drivers);
	}
	return false;
}
