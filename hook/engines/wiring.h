/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How capgate is wired into the engines: which files say so.  configure writes
 * them, doctor looks for them, and make install installs the same bytes.
 */
#ifndef WIRING_H
#define WIRING_H

#include "capgate.h"
#include "settings.h"

#define WIRING_PROGRAM CAPGATE_HOOKSDIR "/capgate"
#define WIRING_WRAPPER CAPGATE_HOOKSDIR "/capgate-runtime"
#define WIRING_RUNTIME_JSON CAPGATE_SYSCONFDIR "/capgate/runtime.json"
/* Links called runc, to be found first in the PATH of daemons. */
#define WIRING_CLOSED_DIR CAPGATE_VENDORDIR "/path"
#define WIRING_NAME "capgate" /* of the runtime, in engines' configurations */

#define WIRING_CONTAINERS_CONF CAPGATE_CONTAINERSCONFDIR "/50-capgate.conf"
#define WIRING_CRIO_CONF CAPGATE_SYSCONFDIR "/crio/crio.conf.d/50-capgate.conf"
/* The runtimes' part, generated for each machine; it sorts after the files of others. */
#define WIRING_LAST_CONF "zz-capgate.conf"
#define WIRING_CONTAINERS_RUNTIMES CAPGATE_CONTAINERSCONFDIR "/" WIRING_LAST_CONF
#define WIRING_CRIO_RUNTIMES CAPGATE_SYSCONFDIR "/crio/crio.conf.d/" WIRING_LAST_CONF
#define WIRING_PODMAN_HOOKS CAPGATE_VENDORDIR "/podman-hooks.d"
#define WIRING_DOCKER_JSON CAPGATE_SYSCONFDIR "/docker/daemon.json"
#define WIRING_CONTAINERD_TOML CAPGATE_SYSCONFDIR "/containerd/config.toml"
/* The name of a drop-in: it sorts after the files of others, for example 99-nvidia.toml. */
#define WIRING_CONTAINERD_DROPIN "zz-capgate.toml"
#define WIRING_CONTAINERD_OLD_DROPIN "50-capgate.toml" /* of version 0.1.0 */
/* The container that doctor pretends: "capgate-canary" as an engine writes ids. */
#define WIRING_CANARY_ID "636170676174652d63616e617279000000000000000000000000000000000000"
/* Beside a file that had to be edited, as it was before. */
#define WIRING_BACKUP ".before-capgate"

/* The last four are distributions of Kubernetes with a containerd of their own. */
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
enum engine wiring_engine_find(const char *name); /* NENGINES: unknown */
/* A program of the engine is in one of the usual places: its path; else NULL. */
const char *wiring_engine_program(enum engine e);

/* Is the program of an engine's configuration, by its path, a wrapper of ours? */
bool wiring_is_wrapper(struct capgate_text path);

/* A drop-in file: the same bytes whoever writes it. */
struct wiring_file {
	unsigned engines; /* bits: whose wiring it is part of */
	bool refuses;	  /* a pause before it is written, and after it is removed */
	const char *path, *text;
};

/* In the order in which they are written (removed: the other way round); NULL
 * after the last. */
const struct wiring_file *wiring_file_at(size_t i);
const char *wiring_runtime_json(void);

#endif
