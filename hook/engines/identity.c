/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include <string.h>

#define ID_LENGTH 64

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

struct capgate_text identity_find(struct capgate_text path)
{
	struct capgate_text found = {0};

	for (size_t i = 0; i < path.len;) {
		size_t n = 0;

		while (i + n < path.len && is_hex(path.p[i + n]))
			n++;
		if (n == ID_LENGTH)
			found = (struct capgate_text){path.p + i, n};
		i += n ? n : 1;
	}
	return found;
}

struct capgate_text identity_firm(const struct capgate_spec *spec, struct capgate_text bundle)
{
	struct capgate_text id = identity_find(bundle);

	return id.len ? id : identity_find(spec->cgroups_path);
}

static bool has(struct capgate_text t, const char *part)
{
	return t.len && memmem(t.p, t.len, part, strlen(part));
}

struct capgate_text identity_id(const struct capgate_spec *spec, struct capgate_text bundle)
{
	struct capgate_text id = identity_firm(spec, bundle);

	/* podman keeps a container's files in a directory with the id as its name. */
	for (size_t i = 0; !id.len && i < spec->n_mounts; i++)
		if (has(spec->mounts[i].source, "/overlay-containers/"))
			id = identity_find(spec->mounts[i].source);
	return id;
}

static bool annotated(const struct capgate_spec *spec, const char *prefix)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < spec->n_annotations; i++)
		if (spec->annotations[i].key.len >= n &&
		    memcmp(spec->annotations[i].key.p, prefix, n) == 0)
			return true;
	return false;
}

/* First come the places that only the engine writes.  Anybody can write annotations. */
enum identity identity_engine(const struct capgate_spec *spec, struct capgate_text bundle)
{
	struct capgate_text cgroup = spec->cgroups_path;

	/* "/moby-UID.GID/" if Docker remaps users. */
	if (has(bundle, "/moby/") || has(bundle, ".task/moby-"))
		return IDENTITY_DOCKER;
	if (has(bundle, "io.containerd.runtime"))
		return IDENTITY_CONTAINERD;
	if (has(cgroup, "libpod"))
		return IDENTITY_PODMAN;
	if (has(cgroup, "crio"))
		return IDENTITY_CRIO;
	if (has(cgroup, "docker"))
		return IDENTITY_DOCKER;
	if (has(cgroup, "cri-containerd"))
		return IDENTITY_CONTAINERD;
	if (has(cgroup, "buildah"))
		return IDENTITY_BUILDAH;
	if (annotated(spec, "io.kubernetes.cri-o."))
		return IDENTITY_CRIO;
	if (annotated(spec, "io.kubernetes.cri."))
		return IDENTITY_CONTAINERD;
	if (has(bundle, "/overlay-containers/") || annotated(spec, "io.podman.") ||
	    annotated(spec, "io.container.manager"))
		return IDENTITY_PODMAN;
	return IDENTITY_UNKNOWN;
}

const char *identity_engine_name(enum identity engine)
{
	static const char *const names[NIDENTITIES] = {
		[IDENTITY_PODMAN] = "podman", [IDENTITY_BUILDAH] = "buildah",
		[IDENTITY_DOCKER] = "docker", [IDENTITY_CONTAINERD] = "containerd",
		[IDENTITY_CRIO] = "cri-o",
	};

	return (unsigned)engine < NIDENTITIES ? names[engine] : NULL;
}
