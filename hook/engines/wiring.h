/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files by which engines call capgate.  `capgate configure` writes them, `capgate doctor`
 * checks them, and make install installs the same bytes.
 */
#ifndef WIRING_H
#define WIRING_H

#include "capgate.h"
#include "settings.h"

#define WIRING_PROGRAM CAPGATE_HOOKSDIR "/capgate"
#define WIRING_WRAPPER CAPGATE_HOOKSDIR "/capgate-runtime"
#define WIRING_RUNTIME_JSON CAPGATE_SYSCONFDIR "/capgate/runtime.json"
/* Contains links named runc; daemons have it first in their PATH. */
#define WIRING_CLOSED_DIR CAPGATE_VENDORDIR "/path"
#define WIRING_NAME "capgate" /* the runtime's name in engines' configurations */

#define WIRING_CONTAINERS_CONF CAPGATE_CONTAINERSCONFDIR "/50-capgate.conf"
#define WIRING_CRIO_CONF CAPGATE_SYSCONFDIR "/crio/crio.conf.d/50-capgate.conf"
/* The file with the runtimes, generated for each machine.  It sorts after other files. */
#define WIRING_LAST_CONF "zz-capgate.conf"
#define WIRING_CONTAINERS_RUNTIMES CAPGATE_CONTAINERSCONFDIR "/" WIRING_LAST_CONF
#define WIRING_CRIO_RUNTIMES CAPGATE_SYSCONFDIR "/crio/crio.conf.d/" WIRING_LAST_CONF
#define WIRING_PODMAN_HOOKS CAPGATE_VENDORDIR "/podman-hooks.d"
#define WIRING_DOCKER_JSON CAPGATE_SYSCONFDIR "/docker/daemon.json"
#define WIRING_CONTAINERD_TOML CAPGATE_SYSCONFDIR "/containerd/config.toml"
/* A drop-in's name that sorts after other files, for example 99-nvidia.toml. */
#define WIRING_CONTAINERD_DROPIN "zz-capgate.toml"
#define WIRING_CONTAINERD_OLD_DROPIN "50-capgate.toml" /* of version 0.1.0 */
/* The id of the container that doctor simulates: "capgate-canary" in hexadecimal digits. */
#define WIRING_CANARY_ID "636170676174652d63616e617279000000000000000000000000000000000000"
/* The suffix of a copy that is made before a file is edited. */
#define WIRING_BACKUP ".before-capgate"

/* The last four are Kubernetes distributions that include their own containerd. */
enum engine {
	ENGINE_PODMAN,
	ENGINE_DOCKER,
	ENGINE_CONTAINERD,
	ENGINE_CRIO,
	ENGINE_K3S,
	ENGINE_RKE2,
	ENGINE_K0S,
	ENGINE_MICROK8S,
	NENGINES
};

#define WIRING_ENGINES "podman, docker, containerd, cri-o, k3s, rke2, k0s or microk8s"

#define ENGINE_BIT(e) (1u << (e))

const char *wiring_engine_name(enum engine e);    /* "podman" */
enum engine wiring_engine_find(const char *name); /* NENGINES if unknown */
/* The path of the engine's program if it is in one of the usual directories, else NULL. */
const char *wiring_engine_program(enum engine e);

/* Is this path, from an engine's configuration, one of our wrappers? */
bool wiring_is_wrapper(struct capgate_text path);

/* A drop-in file with constant contents. */
struct wiring_file {
	unsigned engines; /* ENGINE_BIT() of each engine that reads it */
	bool refuses;	  /* wait before it is written, and after it is removed */
	const char *path, *text;
};

/* The i-th file in the order in which they are written; they are removed in reverse order.
 * NULL after the last. */
const struct wiring_file *wiring_file_at(size_t i);
const char *wiring_runtime_json(void);

#endif
