/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "identity.h"

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

/* Where containers/storage keeps what outlives a boot, and what does not, by
 * default.  A bundle may lie below either: podman's the one, CRI-O's the other. */
static const char graph_root[] = "/var/lib/containers/storage/",
		  run_root[] = "/run/containers/storage/";
static const char *const drivers[] = {"overlay", "vfs", "btrfs", "zfs"};

/* A file that holds the id, or any file when no id is known. */
static bool take_file(const char *path, struct capgate_text id, struct capgate_text *ret)
{
	struct capgate_text text = read_trusted(path);

	if (text.len && (!id.len || memmem(text.p, text.len, id.p, id.len))) {
		*ret = text;
		return true;
	}
	io_free(text);
	return false;
}

/* Is this directory, "/.../", root's alone, and all above it? */
static bool is_roots(struct capgate_text directory)
{
	char path[PATH_MAX];
	struct capgate_error err;
	bool missing;
	int fd;

	if (directory.len == 0 || directory.len >= sizeof(path))
		return false;
	snprintf(path, sizeof(path), "%.*s", (int)directory.len - 1, directory.p);
	fd = trusted_open_directory(path, &missing, &err);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* below: ".../overlay-containers/", beside the bundle; empty: unknown. */
static struct capgate_text libpod_file(struct capgate_text below, const char *root,
				       const char *name, struct capgate_text id)
{
	struct capgate_text found = {0};
	char path[PATH_MAX];

	if (below.len &&
	    (size_t)snprintf(path, sizeof(path), "%.*s%s", (int)below.len, below.p, name) <
		    sizeof(path) &&
	    take_file(path, id, &found))
		return found;
	for (size_t i = 0; i < COUNT(drivers); i++) {
		snprintf(path, sizeof(path), "%s%s-containers/%s", root, drivers[i], name);
		if (take_file(path, id, &found))
			break;
	}
	return found;
}

/* Where containerd keeps bundles, by default and in k3s, RKE2, k0s, MicroK8s and
 * Docker: below root's own run-time directory. */
static bool is_containerds(struct capgate_text below, const char *namespace)
{
	return capgate_text_ends(below, namespace) &&
	       (capgate_text_begins(below, "/run/") ||
		capgate_text_begins(below, "/var/snap/microk8s/common/run/")) &&
	       is_roots(below);
}

/* below and id may be empty: unknown. */
static struct image_stores libpod_stores(struct capgate_text below, struct capgate_text id)
{
	return (struct image_stores){
		{libpod_file(below, graph_root, "containers.json", id),
		 libpod_file(below, run_root, "volatile-containers.json", id)}};
}

static struct image_stores docker_store(struct capgate_text id)
{
	struct image_stores stores = {0};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/var/lib/docker/containers/%.*s/config.v2.json", (int)id.len,
		 id.p);
	stores.v[0] = read_trusted(path);
	return stores;
}

struct image_stores image_stores(const struct capgate_policy *policy, struct capgate_text bundle)
{
	static const struct capgate_text unknown;
	bool guess = bundle.len == 0;
	struct capgate_text id, below;
	char here[PATH_MAX];

	if (!asked_for(policy))
		return (struct image_stores){0};
	/* podman runs precreate in the bundle, since 4.4; elsewhere before. */
	if (guess)
		bundle = capgate_text_of(getcwd(here, sizeof(here)) ? here : "");
	id = identity_find(bundle);
	below = id.len ? (struct capgate_text){bundle.p, (size_t)(id.p - bundle.p)} : unknown;
	/* Anybody may call a directory so, and an id may be any container's. */
	if (capgate_text_ends(below, "-containers/"))
		return is_roots(below) ? libpod_stores(below, id) : (struct image_stores){0};
	if (guess)
		return libpod_stores(unknown, unknown);
	if (is_containerds(below, "/io.containerd.runtime.v2.task/moby/"))
		return docker_store(id);
	return (struct image_stores){
		.cri = is_containerds(below, "/io.containerd.runtime.v2.task/k8s.io/")};
}

size_t image_stores_size(const struct image_stores *stores)
{
	size_t size = 0;

	for (size_t i = 0; i < IMAGE_FILES; i++)
		size += stores->v[i].len;
	return size;
}

/* ---- What is in it ------------------------------------------------------------- */

enum {
	STORE_NONE,
	STORE_ENTRY,	/* containers.json: one container */
	STORE_ID,
	STORE_METADATA, /* JSON in a string */
	STORE_NAME,
};

static const struct capgate_shape libpod = {
	.types = CAPGATE_T_ARRAY,
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = STORE_ENTRY,
		      .members = MEMBERS({"id", VALUE(STORE_ID)},
					 {"metadata", VALUE(STORE_METADATA)})),
};

static const struct capgate_shape metadata = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"image-name", VALUE(STORE_NAME)}),
};

static const struct capgate_shape docker = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"ID", VALUE(STORE_ID)},
			   {"Config", SHAPE(.members = MEMBERS({"Image", VALUE(STORE_NAME)}))}),
};

struct search {
	struct capgate_text wanted; /* the container's id */
	struct capgate_text id, metadata, name; /* of the entry being read */
	struct capgate_text found;  /* metadata of the wanted entry */
};

static int take(void *user, const struct capgate_walk *walk, int field,
		const struct capgate_json_event *event)
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

static bool walk_store(struct capgate_text text, const struct capgate_shape *shape,
		       struct capgate_arena *arena, struct search *s)
{
	struct capgate_error err;

	return text.len && capgate_walk(text, (struct capgate_json_options){0}, shape, arena, take,
					s, &err) == 0;
}

static struct capgate_text from_store(struct capgate_text store, struct capgate_text id,
				      struct capgate_arena *arena)
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

/* Of a sandbox's annotations some are handed on from the pod's author. */
static struct capgate_text from_annotations(const struct capgate_spec *spec)
{
	struct capgate_text image = {0}, type = {0};

	for (size_t i = 0; i < spec->n_annotations; i++) {
		if (capgate_text_is(spec->annotations[i].key, "io.kubernetes.cri.image-name"))
			image = spec->annotations[i].value;
		if (capgate_text_is(spec->annotations[i].key, "io.kubernetes.cri.container-type"))
			type = spec->annotations[i].value;
	}
	return capgate_text_is(type, "container") ? image : (struct capgate_text){0};
}

struct capgate_text image_resolve(const struct capgate_spec *spec, struct capgate_text bundle,
				  const struct image_stores *stores, struct capgate_arena *arena)
{
	struct capgate_text id = identity_firm(spec, bundle), name = {0};

	if (stores->cri)
		return from_annotations(spec);
	for (size_t i = 0; name.len == 0 && i < IMAGE_FILES; i++)
		name = from_store(stores->v[i], id, arena);
	return name;
}
