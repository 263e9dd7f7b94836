/* SPDX-License-Identifier: Apache-2.0 */
/*
 * k3s and RKE2 write config.toml from a template; since 2026 it imports config-v3.toml.d.  k0s
 * merges the files of containerd.d.  microk8s has a template with shell variables, ${NAME}.
 */
#include "distributions.h"
#include "lib/base/base.h"

#define RANCHER(name) "/var/lib/rancher/" name "/agent/etc/containerd"
#define MICROK8S "/var/snap/microk8s/current/args/containerd-template.toml"

static const struct distribution list[] = {
	{
		.engine = ENGINE_K3S,
		.file = RANCHER("k3s") "/config.toml",
		.templates = {RANCHER("k3s") "/config-v3.toml.tmpl",
			      RANCHER("k3s") "/config.toml.tmpl"},
		.new_dropins = RANCHER("k3s") "/config-v3.toml.d",
		.own = {"/var/lib/rancher/k3s/data/current/bin"},
		.restart = "systemctl restart k3s (an agent: k3s-agent)",
	},
	{
		.engine = ENGINE_RKE2,
		.file = RANCHER("rke2") "/config.toml",
		.templates = {RANCHER("rke2") "/config-v3.toml.tmpl",
			      RANCHER("rke2") "/config.toml.tmpl"},
		.new_dropins = RANCHER("rke2") "/config-v3.toml.d",
		.own = {"/var/lib/rancher/rke2/bin"},
		.restart = "systemctl restart rke2-server (an agent: rke2-agent)",
	},
	{
		.engine = ENGINE_K0S,
		.file = "/run/k0s/containerd-cri.toml",
		.dropins = CAPGATE_SYSCONFDIR "/k0s/containerd.d",
		.own = {"/var/lib/k0s/bin"},
		.restart = "k0s reads it itself; otherwise: k0s stop; k0s start",
	},
	{
		.engine = ENGINE_MICROK8S,
		.file = MICROK8S,
		.templates = {MICROK8S},
		.own = {"/snap/microk8s/current/bin", "/snap/microk8s/current/usr/bin"},
		.restart = "snap restart microk8s.daemon-containerd",
	},
};

const struct distribution *distribution_of(enum engine e)
{
	for (size_t i = 0; i < COUNT(list); i++)
		if (list[i].engine == e)
			return &list[i];
	return NULL;
}
