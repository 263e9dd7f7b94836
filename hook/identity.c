/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include <string.h>

#define ID_LENGTH 64

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The last run of exactly 64 hexadecimal digits. */
static struct capgate_text find_id(struct capgate_text t)
{
	struct capgate_text found = {0};

	for (size_t i = 0; i < t.len;) {
		size_t n = 0;

		while (i + n < t.len && is_hex(t.p[i + n]))
			n++;
		if (n == ID_LENGTH)
			found = (struct capgate_text){t.p + i, n};
		i += n ? n : 1;
	}
	return found;
}

struct capgate_text identity_id(const struct capgate_spec *spec, struct capgate_text bundle)
{
	struct capgate_text id = find_id(spec->cgroups_path);

	if (!id.len)
		id = find_id(bundle);
	/* podman keeps the container's own files below its id. */
	for (size_t i = 0; !id.len && i < spec->n_mounts; i++)
		if (memmem(spec->mounts[i].source.p ? spec->mounts[i].source.p : "", spec->mounts[i].source.len,
			   "/overlay-containers/", 20))
			id = find_id(spec->mounts[i].source);
	return id;
}

static bool has(struct capgate_text t, const char *part)
{
	return t.len && memmem(t.p, t.len, part, strlen(part));
}

static bool annotated(const struct capgate_spec *spec, const char *prefix)
{
	size_t n = strlen(prefix);

	for (size_t i = 0; i < spec->n_annotations; i++)
		if (spec->annotations[i].key.len >= n && memcmp(spec->annotations[i].key.p, prefix, n) == 0)
			return true;
	return false;
}

const char *identity_engine(const struct capgate_spec *spec, struct capgate_text bundle)
{
	if (has(spec->cgroups_path, "crio") || annotated(spec, "io.kubernetes.cri-o."))
		return "cri-o";
	if (has(bundle, "/moby/") || has(spec->cgroups_path, "docker"))
		return "docker";
	if (has(bundle, "io.containerd.runtime") || annotated(spec, "io.kubernetes.cri."))
		return "containerd";
	if (has(spec->cgroups_path, "libpod") || has(bundle, "/overlay-containers/") ||
	    annotated(spec, "io.podman.") || annotated(spec, "io.container.manager"))
		return "podman";
	return has(spec->cgroups_path, "buildah") ? "buildah" : NULL;
}
