/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about CPG107 to CPG115, for each engine. */
#include "change.h"

#include "lib/base/base.h"

/* podman, buildah and CRI-O prefer this file to the one in their package. */
#define OWN_PROFILE "/etc/containers/seccomp.json"
#define RUNTIME_DEFAULT "seccompProfile: {type: RuntimeDefault}"
#define NO_PROFILE \
	{NULL, "without --security-opt seccomp=FILE"}, \
		{NULL, "without --security-opt seccomp=FILE"}, \
		{NULL, "without seccomp=FILE in security_opt"}, \
		{NULL, "without SeccompProfile=FILE"}, \
	{ \
		RUNTIME_DEFAULT, NULL \
	}
#define NO_PROC_MOUNTS "without -v and --mount on /, /proc and /proc/sys"

static const struct capgate_way_out ways[] = {
	{CAPGATE_RULE_DROP_PRETENDED, NO_PROFILE,
	 .instead = "errnoRet 1 for the call in that profile: it makes runtimes stop",
	 .exempt = "\"allow\": [\"ALL\"]"},
	{CAPGATE_RULE_PROC_FORGED,
	 {NULL, NO_PROC_MOUNTS},
	 {NULL, NO_PROC_MOUNTS},
	 {NULL, "without volumes and tmpfs on /, /proc and /proc/sys"},
	 {NULL, "without Volume=, Mount= and Tmpfs= on /, /proc and /proc/sys"},
	 {NULL, "without volumeMounts at /, /proc and /proc/sys"},
	 .instead = "--sysctl NAME=VALUE for a sysctl, -v /proc:/host/proc:ro for the host's; a "
		    "config.json of your own: "
		    "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}",
	 .exempt = "\"allow\": [\"ALL\"]"},
	{CAPGATE_RULE_FILTER_ASKS, NO_PROFILE,
	 .instead = "SCMP_ACT_LOG or SCMP_ACT_ERRNO for the call in that profile",
	 .exempt = "\"seccomp\": [\"SCMP_ACT_NOTIFY\", \"SCMP_ACT_TRACE\"]"},
	{CAPGATE_RULE_CRIU_CONFIG,
	 {NULL, "without --annotation org.criu.config=FILE"},
	 {NULL, "without --annotation org.criu.config=FILE"},
	 {NULL, "without org.criu.config in annotations"},
	 {NULL, "without Annotation=org.criu.config=FILE"},
	 {NULL, "without org.criu.config in metadata.annotations"},
	 .instead = "/etc/criu/runc.conf or /etc/criu/crun.conf, which only root can write",
	 .exempt = "\"allow\": [\"ALL\"]"},
	{CAPGATE_RULE_USERNS_OPEN,
	 {NULL, "without --security-opt seccomp=FILE, --privileged and --cap-add=SYS_ADMIN, under "
		"which Docker's default profile denies it"},
	 {"--security-opt seccomp=" OWN_PROFILE,
	  "without --privileged; capgate-policy(5) has the command that makes this file"},
	 {NULL, "without privileged and seccomp=FILE in security_opt: Docker's default profile "
		"denies it; for podman security_opt: [\"seccomp=" OWN_PROFILE "\"]"},
	 {"SeccompProfile=" OWN_PROFILE, "capgate-policy(5) has the command that makes this file"},
	 {RUNTIME_DEFAULT, "without privileged; containerd's default profile denies it, CRI-O's "
			   "does not"},
	 .instead = "user.max_user_namespaces=0 by sysctl, if nothing on the host makes user "
		    "namespaces; or a hook or wrapper that rewrites, which adds the rules to the "
		    "profile",
	 .exempt = "\"user_namespaces\": \"allow\""},
	{CAPGATE_RULE_FILTER_DIFFERS,
	 {NULL, "after docker rm: crun compiles the new container's own filter"},
	 {NULL, "after podman rm: crun compiles the new container's own filter"},
	 {NULL, "after docker compose up --force-recreate"},
	 {NULL, "after a restart of the service, which creates the container again"},
	 {NULL, "in a new pod"},
	 .instead = "a profile that allows capset, capget, prctl and setuid, for the new container",
	 .exempt = "\"allow\": [\"ALL\"]"},
	{CAPGATE_RULE_RUNTIME_PLUGIN,
	 {NULL, "without --annotation run.oci.seccomp.plugins=FILE"},
	 {NULL, "without --annotation run.oci.seccomp.plugins=FILE"},
	 {NULL, "without run.oci.seccomp.plugins in annotations"},
	 {NULL, "without Annotation=run.oci.seccomp.plugins=FILE"},
	 {NULL, "without run.oci.seccomp.plugins in metadata.annotations"},
	 .instead = "SCMP_ACT_LOG or SCMP_ACT_ERRNO for the calls that the library would answer",
	 .exempt = "\"seccomp\": [\"SCMP_ACT_NOTIFY\"]"},
	{CAPGATE_RULE_HOST_MOUNTS,
	 {NULL, "which gives every container a mount namespace"},
	 {NULL, "which gives every container a mount namespace"},
	 {NULL, "which gives every container a mount namespace"},
	 {NULL, "which gives every container a mount namespace"},
	 {NULL, "which gives every container a mount namespace"},
	 .instead = "a config.json of your own: {\"type\": \"mount\"} in linux.namespaces; mount "
		    "on the host with mount(8)",
	 .exempt = "\"allow\": [\"ALL\"]"},
	{CAPGATE_RULE_HOOKS_OUTPUT,
	 {NULL, "without --annotation run.oci.hooks.stderr=FILE and run.oci.hooks.stdout=FILE"},
	 {NULL, "without --annotation run.oci.hooks.stderr=FILE and run.oci.hooks.stdout=FILE"},
	 {NULL, "without run.oci.hooks.stderr and run.oci.hooks.stdout in annotations"},
	 {NULL, "without Annotation=run.oci.hooks.stderr=FILE and run.oci.hooks.stdout=FILE"},
	 {NULL, "without run.oci.hooks.stderr and run.oci.hooks.stdout in metadata.annotations"},
	 .instead = "a script as the hook that starts the program and redirects its output",
	 .exempt = "\"allow\": [\"ALL\"]"},
};
_Static_assert(COUNT(ways) <= WAYS_MAX, "a change has room for each of them");

const struct capgate_way_out *capgate_way_out_of(enum capgate_rule rule)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (ways[i].rule == rule)
			return &ways[i];
	return NULL;
}
