/* SPDX-License-Identifier: Apache-2.0 */
/* Remedies in the language of the judged document. */
#include "capgate.h"
#include "lib/base/base.h"

/* NULL means the rule's own words, which are for the commands of Docker and podman. */
static const struct dialect {
	const char *net_raw, *unlisted, *no_new_privs, *user, *low_port;
} dialects[] = {
#define PING "; for ping set the sysctl net.ipv4.ping_group_range "
#define PORT \
	"let the program listen on a port from 1024 on and publish it as the low one, or set " \
	"net.ipv4.ip_unprivileged_port_start "
	[CAPGATE_DIALECT_SWARM] =
		{"pass --cap-drop NET_RAW" PING "with --sysctl",
		 "remove it from --cap-add, or pass --cap-drop, or list it in the policy with a "
		 "reason",
		 "set \"no-new-privileges\": true in daemon.json: a service has no option for it",
		 "a non-root USER in the image, or --user", PORT "(--sysctl)"},
	[CAPGATE_DIALECT_COMPOSE] =
		{"write it into the service's cap_drop, and not into cap_add" PING "in sysctls",
		 "remove it from the service's cap_add, or write it into cap_drop, or list it in "
		 "the "
		 "policy with a reason",
		 "write security_opt: [\"no-new-privileges:true\"] into the service",
		 "a non-root USER in the image, or user: in the service", PORT "in sysctls"},
	[CAPGATE_DIALECT_KUBERNETES] =
		{"write it into securityContext.capabilities.drop of the container" PING
		 "in the pod's securityContext.sysctls",
		 "remove it from securityContext.capabilities.add of the container, or write it "
		 "into "
		 "drop, or list it in the policy with a reason",
		 "write allowPrivilegeEscalation: false into the container's securityContext",
		 "runAsUser or runAsNonRoot in the securityContext, or hostUsers: false in the pod",
		 PORT "in the pod's securityContext.sysctls"},
	[CAPGATE_DIALECT_QUADLET] = {"write DropCapability=NET_RAW" PING "with Sysctl=",
				     "remove it from AddCapability=, or write it into "
				     "DropCapability=, or list it in the "
				     "policy with a reason",
				     "write NoNewPrivileges=true",
				     "User= for another user, or UserNS=auto", PORT "with Sysctl="},
	[CAPGATE_DIALECT_ECS] =
		{"write it into linuxParameters.capabilities.drop" PING "in systemControls",
		 "remove it from linuxParameters.capabilities.add, or write it into drop, or list "
		 "it "
		 "in the policy with a reason",
		 "write \"no-new-privileges\" into dockerSecurityOptions (not on Fargate)",
		 "a non-root USER in the image, or user in the container definition",
		 PORT "in systemControls"},
	[CAPGATE_DIALECT_NOMAD] =
		{"write it into cap_drop of the task's config" PING "in sysctl",
		 "remove it from cap_add of the task's config, or write it into cap_drop, or list "
		 "it "
		 "in the policy with a reason",
		 "write security_opt = [\"no-new-privileges\"] into the task's config",
		 "a non-root USER in the image, or user in the task", PORT "in sysctl"},
	[CAPGATE_DIALECT_SYSTEMD] =
		{"leave it out of CapabilityBoundingSet= (CapabilityBoundingSet=~CAP_NET_RAW)",
		 "leave it out of CapabilityBoundingSet=, or list it in the policy with a reason",
		 "write NoNewPrivileges=yes", "User= or DynamicUser=yes", NULL},
	[CAPGATE_DIALECT_CRI] =
		{"write it into drop_capabilities of linux.security_context.capabilities" PING
		 "in linux.sysctls of the pod's configuration",
		 "remove it from add_capabilities of linux.security_context.capabilities, or write "
		 "it into drop_capabilities, or list it in the policy with a reason",
		 "write \"no_new_privs\": true into linux.security_context",
		 "a non-root USER in the image, or run_as_user in linux.security_context",
		 PORT "in linux.sysctls of the pod's configuration"},
};

const char *capgate_report_remedy(const struct capgate_report *report, enum capgate_rule rule)
{
	const struct dialect none = {0};
	const struct dialect *d =
		(size_t)report->dialect < COUNT(dialects) ? &dialects[report->dialect] : &none;
	const char *words = rule == CAPGATE_RULE_NET_RAW         ? d->net_raw
			    : rule == CAPGATE_RULE_UNLISTED      ? d->unlisted
			    : rule == CAPGATE_RULE_NO_NEW_PRIVS  ? d->no_new_privs
			    : rule == CAPGATE_RULE_CAN_GAIN      ? d->no_new_privs
			    : rule == CAPGATE_RULE_HOST_ROOT     ? d->user
			    : rule == CAPGATE_RULE_LOW_PORT_HINT ? d->low_port
								 : NULL;

	return words ? words : capgate_rule_info(rule)->remedy;
}
