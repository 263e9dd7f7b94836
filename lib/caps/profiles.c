/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in profiles: fixed lists, each with its source.  A list never changes in a new
 * version; a new list gets a new name. */
#include "capgate.h"
#include "lib/base/base.h"

#define BIT(name) ((uint64_t)1 << CAPGATE_CAP_##name)

#define CIS_DOCKER \
	(BIT(AUDIT_WRITE) | BIT(CHOWN) | BIT(DAC_OVERRIDE) | BIT(FOWNER) | BIT(FSETID) | \
	 BIT(KILL) | BIT(MKNOD) | BIT(NET_BIND_SERVICE) | BIT(SETFCAP) | BIT(SETGID) | \
	 BIT(SETPCAP) | BIT(SETUID) | BIT(SYS_CHROOT))

static const struct capgate_profile profiles[] = {
	{"cis-docker", {CIS_DOCKER}, "Docker's default without NET_RAW: CIS Docker Benchmark 5.4"},
	{"docker-default",
	 {CIS_DOCKER | BIT(NET_RAW)},
	 "Docker's default fourteen (moby, oci/caps/defaults.go)"},
	{"podman-default",
	 {CIS_DOCKER & ~(BIT(AUDIT_WRITE) | BIT(MKNOD))},
	 "podman's default eleven (containers-common, containers.conf)"},
	{"crio-default",
	 {CIS_DOCKER & ~(BIT(AUDIT_WRITE) | BIT(MKNOD) | BIT(SETFCAP) | BIT(SYS_CHROOT))},
	 "CRI-O's default nine (crio.conf, default_capabilities)"},
	{"pss-baseline",
	 {CIS_DOCKER},
	 "Kubernetes Pod Security Standards, baseline: what may be added"},
	{"pss-restricted",
	 {BIT(NET_BIND_SERVICE)},
	 "Kubernetes Pod Security Standards, restricted"},
	{"agent-sandbox",
	 {BIT(DAC_OVERRIDE)},
	 "shells in the sandboxes of AI agents: access to files only, no_new_privs required, user "
	 "namespaces denied",
	 .requires_no_new_privs = true,
	 .denies_user_namespaces = true},
	{"web-service",
	 {BIT(CHOWN) | BIT(DAC_OVERRIDE) | BIT(KILL) | BIT(NET_BIND_SERVICE) | BIT(SETGID) |
	  BIT(SETUID) | BIT(SYS_CHROOT)},
	 "what nginx, Apache and HAProxy need from start to reload, each proved by its removal"},
	{"none", {0}, "no capability at all"},
	{"all", {((uint64_t)1 << CAPGATE_NCAPS) - 1}, "every capability known to this version"},
};

const struct capgate_profile *capgate_profile_at(size_t i)
{
	return i < COUNT(profiles) ? &profiles[i] : NULL;
}

const struct capgate_profile *capgate_profile_find(struct capgate_text name)
{
	const struct capgate_profile *p;

	for (size_t i = 0; (p = capgate_profile_at(i)); i++)
		if (capgate_text_is(name, p->name))
			return p;
	return NULL;
}
