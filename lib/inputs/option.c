/* SPDX-License-Identifier: Apache-2.0 */
#include "option.h"

#include <string.h>

#include "asked.h"
#include "lib/base/base.h"

/* Reads the names in the value of an option: "NET_RAW,KILL" for podman, one name for Docker. */
static int option_names(struct capgate_request *r, struct capgate_text value, bool adds,
			struct capgate_span at, struct capgate_arena *arena)
{
	while (value.len) {
		const size_t n = capgate_asked_find(value, ',');
		const struct capgate_text name = {value.p, n};

		if (!adds && !r->in_doubt)
			capgate_asked_drop(r, name);
		else if (adds && capgate_asked_add(r, name, at, arena) < 0)
			return CAPGATE_ENOMEM;
		value = capgate_asked_after(value, n + 1);
	}
	return 0;
}

static int option(struct capgate_request *r, struct capgate_text name, struct capgate_text value,
		  struct capgate_span at, struct capgate_arena *arena)
{
	if (capgate_text_is(name, "--cap-add") || capgate_text_is(name, "--cap-drop")) {
		r->has_keys = true;
		return option_names(r, value, capgate_text_is(name, "--cap-add"), at, arena);
	}
	if (capgate_text_is(name, "--security-opt") && !r->in_doubt)
		capgate_asked_security(r, value);
	else if (capgate_text_is(name, "--network") || capgate_text_is(name, "--net"))
		r->host_network = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--pid"))
		r->host_pid = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--ipc"))
		r->host_ipc = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--userns"))
		r->own_users = !r->in_doubt && capgate_asked_own_users(value);
	else if ((capgate_text_is(name, "--user") || capgate_text_is(name, "-u")) && !r->in_doubt)
		r->seen.user = value;
	else if (capgate_text_is(name, "--sysctl"))
		return capgate_asked_sysctl_word(r, value, arena);
	else if (capgate_text_is(name, "--volume") || capgate_text_is(name, "-v"))
		return capgate_asked_volume(r, value, arena);
	return 0;
}

/* Options of docker run and podman run whose value may be the next word. */
static const char *const with_value[] = {
	"add-host",
	"annotation",
	"attach",
	"authfile",
	"blkio-weight",
	"blkio-weight-device",
	"cap-add",
	"cap-drop",
	"cgroup-conf",
	"cgroup-parent",
	"cgroupns",
	"cgroups",
	"cidfile",
	"conmon-pidfile",
	"cpu-period",
	"cpu-quota",
	"cpu-rt-period",
	"cpu-rt-runtime",
	"cpu-shares",
	"cpus",
	"cpuset-cpus",
	"cpuset-mems",
	"detach-keys",
	"device",
	"device-cgroup-rule",
	"device-read-bps",
	"device-read-iops",
	"device-write-bps",
	"device-write-iops",
	"dns",
	"dns-option",
	"dns-search",
	"domainname",
	"entrypoint",
	"env",
	"env-file",
	"expose",
	"gidmap",
	"gpus",
	"group-add",
	"health-cmd",
	"health-interval",
	"health-on-failure",
	"health-retries",
	"health-start-interval",
	"health-start-period",
	"health-timeout",
	"hostname",
	"image-volume",
	"init-path",
	"ip",
	"ip6",
	"ipc",
	"isolation",
	"kernel-memory",
	"label",
	"label-file",
	"link",
	"link-local-ip",
	"log-driver",
	"log-opt",
	"mac-address",
	"memory",
	"memory-reservation",
	"memory-swap",
	"memory-swappiness",
	"mount",
	"name",
	"net",
	"network",
	"network-alias",
	"oom-score-adj",
	"passwd-entry",
	"personality",
	"pid",
	"pidfile",
	"pids-limit",
	"platform",
	"pod",
	"pod-id-file",
	"publish",
	"pull",
	"requires",
	"restart",
	"runtime",
	"sdnotify",
	"seccomp-policy",
	"secret",
	"security-opt",
	"shm-size",
	"stop-signal",
	"stop-timeout",
	"storage-opt",
	"subgidname",
	"subuidname",
	"sysctl",
	"systemd",
	"timeout",
	"tmpfs",
	"tz",
	"uidmap",
	"ulimit",
	"umask",
	"unsetenv",
	"user",
	"userns",
	"uts",
	"volume",
	"volume-driver",
	"volumes-from",
	"workdir",
};
static const char *const without_value[] = {
	"detach",
	"disable-content-trust",
	"env-host",
	"help",
	"http-proxy",
	"init",
	"interactive",
	"no-healthcheck",
	"no-hosts",
	"no-hostname",
	"oom-kill-disable",
	"passwd",
	"privileged",
	"publish-all",
	"quiet",
	"read-only",
	"read-only-tmpfs",
	"replace",
	"rm",
	"rmi",
	"rootfs",
	"sig-proxy",
	"tls-verify",
	"tty",
	"unsetenv-all",
	"use-api-socket",
};
#define SHORT_WITH_VALUE "acehlmpuvw"
#define SHORT_WITHOUT_VALUE "diPqt"

static bool is_listed(struct capgate_text word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (capgate_text_is(word, names[i]))
			return true;
	return false;
}

enum wants { WANTS_NOTHING, WANTS_VALUE, NOT_KNOWN };

/* What an option without "=" needs. */
static enum wants wants_of(struct capgate_text word)
{
	if (capgate_text_begins(word, "--")) {
		const struct capgate_text name = capgate_asked_after(word, 2);

		return is_listed(name, with_value, COUNT(with_value))         ? WANTS_VALUE
		       : is_listed(name, without_value, COUNT(without_value)) ? WANTS_NOTHING
									      : NOT_KNOWN;
	}
	for (size_t i = 1; i < word.len; i++) {
		if (strchr(SHORT_WITH_VALUE, word.p[i]))
			return i + 1 == word.len ? WANTS_VALUE : WANTS_NOTHING;
		if (!strchr(SHORT_WITHOUT_VALUE, word.p[i]))
			return NOT_KNOWN;
	}
	return word.len > 1 ? WANTS_NOTHING : NOT_KNOWN;
}

int capgate_option_word(struct capgate_request *r, struct capgate_text word, struct capgate_span at,
			struct capgate_arena *arena)
{
	const struct capgate_text name = {word.p, capgate_asked_find(word, '=')};
	const struct capgate_text pending = r->option;

	r->option = (struct capgate_text){0};
	if (pending.len)
		return option(r, pending, word, at, arena);
	/* The variable may become any option, or several. */
	r->variable |= capgate_asked_has_variable(name);
	if (name.len < word.len) {
		const struct capgate_text value = capgate_asked_after(word, name.len + 1);

		if (capgate_text_is(name, "--privileged")) {
			r->has_keys = true;
			r->privileged = !capgate_text_is(value, "false");
		}
		return option(r, name, value, at, arena);
	}
	if (capgate_text_is(word, "--privileged"))
		r->has_keys = r->privileged = true;
	/* The words after the image are its command.  An unknown option may take the next word as
	 * its value. */
	if (word.len == 0 || word.p[0] != '-' || wants_of(word) == NOT_KNOWN)
		r->in_doubt = true;
	else if (wants_of(word) == WANTS_VALUE)
		r->option = word;
	return 0;
}
