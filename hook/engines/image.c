/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "identity.h"
#include "otherroots.h"
#include "store.h"

/* Does anything need the image: an exemption, or the recording of capabilities? */
static bool asked_for(const struct capgate_policy *policy)
{
	if (policy->learn == CAPGATE_LEARN_RECORD)
		return true;
	for (size_t i = 0; i < policy->n_exemptions; i++)
		if (policy->exemptions[i].image.len)
			return true;
	return false;
}

/* Reads the file if it contains the id, or in any case if no id is known. */
static bool take_file(const char *path, struct capgate_text id, struct capgate_text *ret)
{
	struct capgate_text text = trusted_read(path, STORE_MAX);

	if (text.len && (!id.len || memmem(text.p, text.len, id.p, id.len))) {
		*ret = text;
		return true;
	}
	io_free(text);
	return false;
}

/* Can only root write to this directory, "/.../", and to all directories above it? */
static bool is_roots(struct capgate_text directory)
{
	char path[PATH_MAX];
	struct capgate_error err;
	bool missing;

	if (directory.len == 0 || directory.len >= sizeof(path))
		return false;
	snprintf(path, sizeof(path), "%.*s", (int)directory.len - 1, directory.p);
	return trusted_directory(path, &missing, &err) == 0;
}

/* beside: the directory of the bundle, ".../overlay-containers/".  beside and id are empty if
 * unknown. */
static struct capgate_text find_list(const struct engine_roots *roots, enum root_kind kind,
				     struct capgate_text beside, struct capgate_text id)
{
	struct capgate_text found = {0};
	char path[PATH_MAX];

	for (size_t i = 0; store_list_at(roots, kind, beside, i, path, sizeof(path)); i++)
		if (path[0] && take_file(path, id, &found))
			break;
	return found;
}

/* Is it in Docker's namespace of containerd?  The name has ids if Docker remaps users. */
static bool is_mobys(struct capgate_text below)
{
	static const char task[] = "/io.containerd.runtime.v2.task/";
	const char *at = below.len ? memmem(below.p, below.len, task, sizeof(task) - 1) : NULL;
	struct capgate_text name;

	if (!at)
		return false;
	at += sizeof(task) - 1;
	name = (struct capgate_text){at, (size_t)(below.p + below.len - at)};
	if (capgate_text_is(name, "moby/"))
		return true;
	if (!capgate_text_begins(name, "moby-"))
		return false;
	for (size_t i = 5; i + 1 < name.len; i++)
		if (!isdigit((unsigned char)name.p[i]) && name.p[i] != '.')
			return false;
	return name.p[name.len - 1] == '/';
}

/* Is it in the directory where containerd keeps bundles, by default and in k3s, RKE2, k0s,
 * MicroK8s and Docker?  All are below root's run-time directory. */
static bool is_containerds(struct capgate_text below)
{
	return (capgate_text_begins(below, "/run/") ||
		capgate_text_begins(below, "/var/snap/microk8s/common/run/")) &&
	       is_roots(below);
}

static struct image_stores libpod_stores(struct capgate_text beside, struct capgate_text id)
{
	struct engine_roots roots;

	engine_roots_known(&roots);
	return (struct image_stores){{find_list(&roots, ROOT_GRAPH, beside, id),
				      find_list(&roots, ROOT_RUN, beside, id)}};
}

static struct capgate_text read_record(const char *root, const char *ids, struct capgate_text id)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s%s%s/containers/%.*s/config.v2.json", root,
		 ids[0] ? "/" : "", ids, (int)id.len, id.p);
	return strlen(path) < PATH_MAX ? trusted_read(path, STORE_MAX) : (struct capgate_text){0};
}

/* Docker's root directory never has so many entries. */
#define ENTRIES_MAX 1000

/* With userns-remap, Docker keeps its containers below UID.GID. */
static struct capgate_text read_docker(const char *root, struct capgate_text id)
{
	struct capgate_text found = read_record(root, "", id);
	DIR *dir = found.len ? NULL : opendir(root);
	const struct dirent *entry;

	for (int i = 0; dir && found.len == 0 && i < ENTRIES_MAX && (entry = readdir(dir)); i++) {
		const char *name = entry->d_name;

		if (isdigit((unsigned char)name[0]) && strchr(name, '.') &&
		    strspn(name, "0123456789.") == strlen(name))
			found = read_record(root, name, id);
	}
	if (dir)
		closedir(dir);
	return found;
}

static struct image_stores docker_store(struct capgate_text id)
{
	struct image_stores stores = {0};
	struct engine_roots roots;
	char other[PATH_MAX];

	engine_roots_known(&roots);
	for (size_t i = 0; stores.v[0].len == 0 && i < roots.n; i++)
		if (roots.v[i].kind == ROOT_DOCKER && !strchr(roots.v[i].path, '*'))
			stores.v[0] = read_docker(roots.v[i].path, id);
	for (size_t i = 0; stores.v[0].len == 0 && other_root_docker(i, other); i++)
		if (other[0])
			stores.v[0] = read_docker(other, id);
	return stores;
}

struct image_stores image_stores_find(const struct capgate_policy *policy,
				      struct capgate_text bundle)
{
	static const struct capgate_text unknown;
	bool guess = bundle.len == 0;
	struct capgate_text id, below;
	char here[PATH_MAX];

	if (!asked_for(policy))
		return (struct image_stores){0};
	/* Since 4.4 podman runs precreate in the bundle. */
	if (guess)
		bundle = capgate_text_of(getcwd(here, sizeof(here)) ? here : "");
	id = identity_find(bundle);
	below = id.len ? (struct capgate_text){bundle.p, (size_t)(id.p - bundle.p)} : unknown;
	/* Anybody can make a directory with such a name, and with the id of any container. */
	if (capgate_text_ends(below, "-containers/"))
		return is_roots(below) ? libpod_stores(below, id) : (struct image_stores){0};
	if (guess)
		return libpod_stores(unknown, unknown);
	if (is_mobys(below))
		return is_containerds(below) ? docker_store(id) : (struct image_stores){0};
	return (struct image_stores){
		.cri = capgate_text_ends(below, "/io.containerd.runtime.v2.task/k8s.io/") &&
		       is_containerds(below)};
}

size_t image_stores_size(const struct image_stores *stores)
{
	size_t size = 0;

	for (size_t i = 0; i < IMAGE_FILES; i++)
		size += stores->v[i].len;
	return size;
}

/* ---- What is in it ------------------------------------------------------------- */

static struct capgate_text from_store(struct capgate_text store, struct capgate_text id,
				      struct capgate_arena *arena)
{
	struct store_record record = {0};
	struct capgate_error err;
	int status;

	if (store.len == 0 || id.len == 0)
		return record.image;
	status = store.p[0] == '[' ? store_read_storage(store, id, arena, &record, &err)
				   : store_read_docker(store, arena, &record, &err);
	return status == 0 && capgate_text_equal(record.id, id) ? record.image
								: (struct capgate_text){0};
}

/* In a sandbox, the pod's author writes some annotations. */
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
