/* SPDX-License-Identifier: Apache-2.0 */
#include "wiring.h"
#include "lib/base/base.h"

#include <string.h>
#include <unistd.h>

#include "templates.h"

static const char *const names[NENGINES] = {"podman", "docker", "containerd", "cri-o",
					    "k3s",    "rke2",   "k0s",        "microk8s"};

/*
 * The order matters.  The hook that rewrites must be active, in a directory that podman knows,
 * before the hook that only refuses.  Otherwise a container that starts meanwhile would be
 * refused although its specification could have been rewritten.
 */
static const struct wiring_file files[] = {
	{ENGINE_BIT(ENGINE_PODMAN), false, WIRING_PODMAN_HOOKS "/99-capgate.json",
	 template_podman_99_capgate_json},
	{ENGINE_BIT(ENGINE_PODMAN), false, WIRING_CONTAINERS_CONF, template_podman_50_capgate_conf},
	{ENGINE_BIT(ENGINE_PODMAN) | ENGINE_BIT(ENGINE_CRIO), true,
	 CAPGATE_OCIHOOKSDIR "/99-capgate-createRuntime.json",
	 template_hooks_d_99_capgate_createRuntime_json},
	{ENGINE_BIT(ENGINE_PODMAN) | ENGINE_BIT(ENGINE_CRIO), false,
	 CAPGATE_OCIHOOKSDIR "/99-capgate-poststart.json",
	 template_hooks_d_99_capgate_poststart_json},
	{ENGINE_BIT(ENGINE_CRIO), false, WIRING_CRIO_CONF, template_crio_50_capgate_conf},
};

const struct wiring_file *wiring_file_at(size_t i)
{
	return i < COUNT(files) ? &files[i] : NULL;
}

const char *wiring_runtime_json(void)
{
	return template_runtime_json;
}

const char *wiring_engine_name(enum engine e)
{
	return names[e];
}

enum engine wiring_engine_find(const char *name)
{
	int e = 0;

	if (strcmp(name, "crio") == 0)
		return ENGINE_CRIO;
	while (e < NENGINES && strcmp(names[e], name) != 0)
		e++;
	return (enum engine)e;
}

const char *wiring_engine_program(enum engine e)
{
	static const char *const places[NENGINES][6] = {
		{"/usr/bin/podman", "/usr/local/bin/podman"},
		{"/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd",
		 "/usr/local/sbin/dockerd"},
		{"/usr/bin/containerd", "/usr/local/bin/containerd", "/usr/sbin/containerd"},
		{"/usr/bin/crio", "/usr/local/bin/crio", "/usr/sbin/crio"},
		{"/usr/local/bin/k3s", "/usr/bin/k3s", "/opt/bin/k3s"},
		{"/usr/local/bin/rke2", "/usr/bin/rke2", "/opt/rke2/bin/rke2"},
		{"/usr/local/bin/k0s", "/usr/bin/k0s"},
		{"/snap/bin/microk8s", "/var/lib/snapd/snap/bin/microk8s"},
	};

	for (size_t i = 0; i < 6 && places[e][i]; i++)
		if (access(places[e][i], F_OK) == 0)
			return places[e][i];
	return NULL;
}

bool wiring_is_wrapper(struct capgate_text path)
{
	static const char start[] = CAPGATE_HOOKSDIR "/capgate-";

	return path.len > sizeof(start) - 1 && memcmp(path.p, start, sizeof(start) - 1) == 0;
}
