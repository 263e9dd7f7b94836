/* SPDX-License-Identifier: Apache-2.0 */
/* The name that an engine gives a container.  Sources are files of root or of the user who
 * asks, and annotations that the engine writes last. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containers.h"
#include "otherroots.h"
#include "store.h"

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

/* Skips a text that is empty or contains a NUL. */
static void put_known(char **where, struct capgate_text t)
{
	if (t.len && !memchr(t.p, 0, t.len))
		container_put(where, t);
}

/* True if this file names the container; if it cannot be read, the name stays unknown. */
static bool take_record(const char *path, bool docker, struct container *c)
{
	struct store_record record = {0};
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;
	int status;

	if (read_store(path, &text) < 0)
		return false;
	status = io_arena(text.len, &arena, &err);
	if (status == 0) {
		status = docker ? store_read_docker(text, &arena, &record, &err)
				: store_read_storage(text, capgate_text_of(c->id), &arena, &record,
						     &err);
		put_known(&c->name, record.name);
		put_known(&c->image, record.image);
		io_arena_release(&arena);
	}
	if (status < 0)
		io_say_error(path, &err);
	io_free(text);
	return record.name.len || record.image.len;
}

/* For a file system that is mounted below root, the path there comes first. */
static bool take_below(const char *root, const char *path, struct container *c)
{
	char *below;
	bool found = false;

	if (root[0] && asprintf(&below, "%s%s", root, path) >= 0) {
		found = take_record(below, false, c);
		free(below);
	}
	return found || take_record(path, false, c);
}

static int name_in(void *user, const struct engine_root *root, const char *dir,
		   struct capgate_error *err)
{
	struct container *c = user;
	char path[PATH_MAX];

	(void)root, (void)err;
	return snprintf(path, sizeof(path), "%s/containers/%s/config.v2.json", dir, c->id) <
		       (int)sizeof(path) &&
	       take_record(path, true, c);
}

static void name_docker(const char *root, struct container *c)
{
	struct engine_roots roots;
	struct capgate_error err;
	char path[PATH_MAX];
	int found = c->stored; /* its record was read with it */

	engine_roots_known(&roots);
	for (size_t i = 0; found <= 0 && i < roots.n; i++)
		if (roots.v[i].kind == ROOT_DOCKER)
			found = engine_root_each(&roots.v[i], root, name_in, c, &err);
	/* This machine's daemon.json.  For another root, stored.c reads the one there. */
	for (size_t i = 0; found <= 0 && !root[0] && other_root_docker(i, path); i++)
		for (size_t j = 0; found <= 0 && path[0] && j < 2; j++) {
			const struct engine_root other = {ENGINE_DOCKER, ROOT_DOCKER, path, false};

			found = engine_root_each(&other, "", name_in, c, &err);
			if (strlen(path) < PATH_MAX - 8)
				strcat(path, "/*.*");
		}
}

/* The directory of the list: the bundle is .../overlay-containers/ID/userdata. */
static struct capgate_text beside(const struct container *c)
{
	size_t n = strlen(c->bundle);

	for (int slashes = 0; n > 0 && slashes < 2;)
		slashes += c->bundle[--n] == '/';
	return (struct capgate_text){c->bundle, n ? n + 1 : 0};
}

static void name_podman(const char *root, struct container *c)
{
	static const enum root_kind kinds[] = {ROOT_GRAPH, ROOT_RUN};
	struct engine_roots roots;
	char path[PATH_MAX];
	bool found = false;

	engine_roots_known(&roots);
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; !found && store_list_at(&roots, kinds[k], beside(c), i, path,
							   sizeof(path));
		     i++)
			found = path[0] && take_below(root, path, c);
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
	put_known(&c->image, annotation(spec, "io.kubernetes.cri-o.ImageName"));
}

static void name_cri(struct container *c, const struct capgate_spec *spec)
{
	name_pod(c, annotation(spec, "io.kubernetes.cri.sandbox-namespace"),
		 annotation(spec, "io.kubernetes.cri.sandbox-name"),
		 annotation(spec, "io.kubernetes.cri.container-name"));
	put_known(&c->image, annotation(spec, "io.kubernetes.cri.image-name"));
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
