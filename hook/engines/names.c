/* SPDX-License-Identifier: Apache-2.0 */
/* What engines call a container: only from files of root, or of the user who
 * asks, and from annotations that are written by the engine last. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "containers.h"

/* A store of ten thousand containers is some megabytes. */
#define STORE_MAX ((size_t)32 << 20)

static int read_store(const char *path, struct capgate_text *ret)
{
	struct capgate_error err;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY), status = -1;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_uid == 0 || st.st_uid == geteuid()))
		status = io_read_all(fd, STORE_MAX, ret, &err);
	close(fd);
	return status;
}

/* What is empty, or is no name, says nothing. */
static void put(char **where, struct capgate_text t)
{
	if (t.len && !memchr(t.p, 0, t.len))
		container_put(where, t);
}

/* Runs a walk over a file; what it cannot read leaves the names unknown. */
static void walk_store(const char *path, const struct capgate_shape *shape,
		       capgate_walk_visit visit, void *user)
{
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;

	if (read_store(path, &text) < 0)
		return;
	if (io_arena(text.len, &arena, &err) == 0) {
		if (capgate_walk(text, (struct capgate_json_options){0}, shape, &arena, visit, user,
				 &err) < 0)
			io_say_error(path, &err);
		io_arena_release(&arena);
	}
	io_free(text);
}

/* ---- Docker: /var/lib/docker/containers/ID/config.v2.json -------------------------- */

enum {
	FIELD_NONE,
	FIELD_NAME,
	FIELD_IMAGE,
	FIELD_RECORD,
	FIELD_ID,
	FIELD_RECORD_NAME,
	FIELD_METADATA
};

static const struct capgate_shape docker_shape = {
	.members = (const struct capgate_member[]){
		{"Name", VALUE(FIELD_NAME)},
		{"Config", &(const struct capgate_shape){.members = (const struct capgate_member[]){
			{"Image", VALUE(FIELD_IMAGE)}, {0},
		}}},
		{0},
	},
};

static int visit_docker(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct container *c = user;
	struct capgate_text t = event->text;

	(void)walk;
	if (event->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field == FIELD_NAME && t.len && t.p[0] == '/')
		t = (struct capgate_text){t.p + 1, t.len - 1};
	put(field == FIELD_NAME ? &c->name : &c->image, t);
	return 0;
}

static void name_docker(const char *root, struct container *c)
{
	char *path;

	if (asprintf(&path, "%s/var/lib/docker/containers/%s/config.v2.json", root, c->id) < 0)
		return;
	walk_store(path, &docker_shape, visit_docker, c);
	free(path);
}

/* ---- podman: containers.json of the storage library, metadata within ------------------ */

static const struct capgate_shape metadata_shape = {
	.members = (const struct capgate_member[]){
		{"image-name", VALUE(FIELD_IMAGE)},
		{"name", VALUE(FIELD_NAME)},
		{0},
	},
};

static const struct capgate_shape storage_shape = {
	.each = &(const struct capgate_shape){
		.field = FIELD_RECORD,
		.members = (const struct capgate_member[]){
			{"id", VALUE(FIELD_ID)},
			{"names", &(const struct capgate_shape){.each = VALUE(FIELD_RECORD_NAME)}},
			{"metadata", VALUE(FIELD_METADATA)},
			{0},
		},
	},
};

struct record {
	struct container *container;
	struct capgate_text id, name, metadata;
};

static int visit_metadata(void *user, const struct capgate_walk *walk, int field,
			  const struct capgate_json_event *event)
{
	struct container *c = user;

	(void)walk;
	if (event->kind == CAPGATE_JSON_STRING)
		put(field == FIELD_NAME ? &c->name : &c->image, event->text);
	return 0;
}

static int visit_storage(void *user, const struct capgate_walk *walk, int field,
			 const struct capgate_json_event *event)
{
	struct record *r = user;

	if (field == FIELD_RECORD && event->kind == CAPGATE_JSON_OBJECT) {
		*r = (struct record){.container = r->container};
	} else if (field == FIELD_RECORD && event->kind == CAPGATE_JSON_END) {
		struct capgate_error ignored;

		if (!capgate_text_is(r->id, r->container->id))
			return 0;
		put(&r->container->name, r->name);
		if (r->metadata.len &&
		    capgate_walk(r->metadata, (struct capgate_json_options){0}, &metadata_shape,
				 walk->arena, visit_metadata, r->container, &ignored) < 0)
			return 0; /* then the record alone has to do */
	} else if (event->kind == CAPGATE_JSON_STRING) {
		if (field == FIELD_ID)
			r->id = event->text;
		else if (field == FIELD_RECORD_NAME && r->name.len == 0)
			r->name = event->text;
		else if (field == FIELD_METADATA)
			r->metadata = event->text;
	}
	return 0;
}

/* .../overlay-containers/ID/userdata -> .../overlay-containers/containers.json */
static void name_podman(const char *root, struct container *c)
{
	static const char *const files[] = {"containers.json", "volatile-containers.json"};
	struct record record = {.container = c};
	size_t n = strlen(c->bundle);

	for (int slashes = 0; n > 0 && slashes < 2;)
		slashes += c->bundle[--n] == '/';
	for (size_t i = 0; i < COUNT(files); i++) {
		for (int prefixed = root[0] ? 1 : 0; prefixed >= 0; prefixed--) {
			char *path;

			if (asprintf(&path, "%s%.*s/%s", prefixed ? root : "", (int)n, c->bundle,
				     files[i]) < 0)
				return;
			walk_store(path, &storage_shape, visit_storage, &record);
			free(path);
		}
	}
}

/* ---- Annotations of CRI-O and of containerd's CRI plugin ----------------------------------- */

static struct capgate_text annotation(const struct capgate_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, key))
			return spec->annotations[i].value;
	return (struct capgate_text){0};
}

static void name_pod(struct container *c, struct capgate_text namespace,
		     struct capgate_text pod, struct capgate_text container)
{
	char *name;

	if (pod.len && asprintf(&name, "%.*s/%.*s/%.*s", (int)namespace.len, namespace.p,
				(int)pod.len, pod.p, (int)container.len, container.p) >= 0) {
		free(c->name);
		c->name = name;
	}
}

static void name_crio(struct container *c, const struct capgate_spec *spec)
{
	name_pod(c, annotation(spec, "io.kubernetes.pod.namespace"),
		 annotation(spec, "io.kubernetes.pod.name"),
		 annotation(spec, "io.kubernetes.container.name"));
	put(&c->image, annotation(spec, "io.kubernetes.cri-o.ImageName"));
}

static void name_cri(struct container *c, const struct capgate_spec *spec)
{
	name_pod(c, annotation(spec, "io.kubernetes.cri.sandbox-namespace"),
		 annotation(spec, "io.kubernetes.cri.sandbox-name"),
		 annotation(spec, "io.kubernetes.cri.container-name"));
	put(&c->image, annotation(spec, "io.kubernetes.cri.image-name"));
}

void container_name(const char *root, struct container *c, const struct capgate_spec *spec)
{
	if (strstr(c->bundle, "-containers/") &&
	    capgate_text_ends(capgate_text_of(c->bundle), "/userdata"))
		c->engine = annotation(spec, "io.kubernetes.cri-o.ContainerID").len ? "cri-o"
										    : "podman";
	else if (strstr(c->bundle, "/io.containerd.runtime.v2.task/moby/"))
		c->engine = "docker";
	else if (c->engine[0] == '\0' && strstr(c->bundle, "/io.containerd.runtime.v2.task/"))
		c->engine = "containerd";
	if (strcmp(c->engine, "docker") == 0)
		name_docker(root, c);
	else if (strcmp(c->engine, "podman") == 0)
		name_podman(root, c);
	else if (strcmp(c->engine, "cri-o") == 0)
		name_crio(c, spec);
	else if (strcmp(c->engine, "containerd") == 0)
		name_cri(c, spec);
}
