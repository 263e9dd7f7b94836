/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/walk.h"
#include "identity.h"
#include "io.h"
#include "trusted.h"

/* A store lists every container of the machine. */
#define STORE_MAX ((size_t)32 << 20)

static struct capgate_text read_trusted(const char *path)
{
	struct capgate_text text = {0};
	struct capgate_error err;
	bool missing;
	int fd = trusted_open(path, &missing, &err);

	if (fd < 0)
		return text;
	if (io_read_all(fd, STORE_MAX, &text, &err) < 0)
		text = (struct capgate_text){0};
	close(fd);
	return text;
}

static bool asked_for(const struct capgate_policy *policy)
{
	for (size_t i = 0; i < policy->n_exemptions; i++)
		if (policy->exemptions[i].image.len)
			return true;
	return false;
}

/* .../overlay-containers/ID/userdata -> .../overlay-containers/containers.json */
static bool libpod_store(struct capgate_text bundle, char *path, size_t size)
{
	const char *at = memmem(bundle.p, bundle.len, "-containers/", 12);
	size_t n = at ? (size_t)(at - bundle.p) + 12 : 0;

	return at && (size_t)snprintf(path, size, "%.*scontainers.json", (int)n, bundle.p) < size;
}

static bool docker_store(struct capgate_text bundle, char *path, size_t size)
{
	const char *at = memmem(bundle.p, bundle.len, "/moby/", 6);
	const char *id = at ? at + 6 : NULL;
	size_t n = 0;

	if (!id)
		return false;
	while (id + n < bundle.p + bundle.len && id[n] != '/')
		n++;
	return (size_t)snprintf(path, size, "/var/lib/docker/containers/%.*s/config.v2.json", (int)n, id) < size;
}

/* podman's default graph root, by storage driver. */
static const char *const usual[] = {
	"/var/lib/containers/storage/overlay-containers/containers.json",
	"/var/lib/containers/storage/vfs-containers/containers.json",
	"/var/lib/containers/storage/btrfs-containers/containers.json",
	"/var/lib/containers/storage/zfs-containers/containers.json",
};

struct capgate_text image_store(const struct capgate_policy *policy, struct capgate_text bundle)
{
	struct capgate_text text = {0};
	char path[PATH_MAX];

	if (!asked_for(policy) || bundle.len >= sizeof(path))
		return text;
	if (bundle.len) {
		if (libpod_store(bundle, path, sizeof(path)) || docker_store(bundle, path, sizeof(path)))
			text = read_trusted(path);
		return text;
	}
	/* podman runs the hook in the bundle, since 4.4. */
	if (getcwd(path, sizeof(path))) {
		char store[PATH_MAX];

		if (libpod_store(capgate_text_of(path), store, sizeof(store)))
			text = read_trusted(store);
	}
	for (size_t i = 0; text.len == 0 && i < sizeof(usual) / sizeof(usual[0]); i++)
		text = read_trusted(usual[i]);
	return text;
}

/* ---- What is in it ------------------------------------------------------------- */

enum {
	STORE_NONE,
	STORE_ENTRY,	/* containers.json: one container */
	STORE_ID,
	STORE_METADATA, /* JSON in a string */
	STORE_NAME,
};

#define SHAPE(...) (&(const struct capgate_shape){__VA_ARGS__})
#define VALUE(f) SHAPE(.field = (f))
#define MEMBERS(...) (const struct capgate_member[]){__VA_ARGS__, {0}}

static const struct capgate_shape libpod = {
	.types = CAPGATE_T_ARRAY,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = STORE_ENTRY,
		      .members = MEMBERS({"id", VALUE(STORE_ID)}, {"metadata", VALUE(STORE_METADATA)})),
};

static const struct capgate_shape metadata = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"image-name", VALUE(STORE_NAME)}),
};

static const struct capgate_shape docker = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"ID", VALUE(STORE_ID)}, {"Config", SHAPE(.members = MEMBERS({"Image", VALUE(STORE_NAME)}))}),
};

struct search {
	struct capgate_text wanted; /* the container's id */
	struct capgate_text id, metadata, name; /* of the entry being read */
	struct capgate_text found;  /* metadata of the wanted entry */
};

static int take(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
{
	struct search *s = user;

	(void)walk;
	if (field == STORE_ENTRY && event->kind == CAPGATE_JSON_OBJECT)
		s->id = s->metadata = (struct capgate_text){0};
	else if (field == STORE_ENTRY && capgate_text_equal(s->id, s->wanted))
		s->found = s->metadata;
	if (event->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field == STORE_ID)
		s->id = event->text;
	else if (field == STORE_METADATA)
		s->metadata = event->text;
	else
		s->name = event->text;
	return 0;
}

static bool walk_store(struct capgate_text text, const struct capgate_shape *shape, struct capgate_arena *arena,
		       struct search *s)
{
	struct capgate_error err;

	return text.len && capgate_walk(text, (struct capgate_json_options){0}, shape, arena, take, s, &err) == 0;
}

static struct capgate_text from_store(struct capgate_text store, struct capgate_text id, struct capgate_arena *arena)
{
	struct search s = {.wanted = id};

	if (store.len == 0 || id.len == 0)
		return s.name;
	if (store.p[0] != '[')
		return walk_store(store, &docker, arena, &s) && capgate_text_equal(s.id, id)
			       ? s.name
			       : (struct capgate_text){0};
	if (!walk_store(store, &libpod, arena, &s) || !walk_store(s.found, &metadata, arena, &s))
		return (struct capgate_text){0};
	return s.name;
}

struct capgate_text image_resolve(const struct capgate_spec *spec, struct capgate_text bundle,
				  struct capgate_text store, struct capgate_arena *arena)
{
	static const char cri[] = "/io.containerd.runtime.v2.task/k8s.io/";

	if (bundle.len && memmem(bundle.p, bundle.len, cri, strlen(cri)))
		for (size_t i = 0; i < spec->n_annotations; i++)
			if (capgate_text_is(spec->annotations[i].key, "io.kubernetes.cri.image-name"))
				return spec->annotations[i].value;
	return from_store(store, identity_id(spec, bundle), arena);
}
