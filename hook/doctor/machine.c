/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that concern every engine: the policy, the log, /proc, AppArmor and SELinux. */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

static const char *cap_name(int cap)
{
	const struct capgate_cap_facts *info = capgate_cap_info(cap);

	return info ? info->name : "none";
}

static void check_policy(struct doctor *d)
{
	struct capgate_error err;
	capgate_set forbidden;

	d->canary = -1;
	if (policy_load(NULL, &d->arena, &d->policy, &err) < 0) {
		doctor_say(d, LEVEL_BAD, NENGINES, "policy",
			   "the policy cannot be used, so no container starts: %.250s\tfix it",
			   err.msg);
		return;
	}
	d->has_policy = true;
	forbidden = capgate_set_minus(capgate_set_all(), d->policy.allowed);
	d->canary = capgate_set_has(forbidden, CAPGATE_CAP_NET_RAW)
			    ? CAPGATE_CAP_NET_RAW
			    : capgate_set_next(forbidden, 0);
	if (d->policy.mode == CAPGATE_AUDIT)
		doctor_say(d, LEVEL_WARN, NENGINES, "policy-audit",
			   "the policy's mode is audit: what it forbids is reported, but not "
			   "refused\tset \"mode\": \"enforce\" when you are ready");
	else if (d->canary < 0)
		doctor_say(d, LEVEL_WARN, NENGINES, "policy-all",
			   "the policy forbids nothing\tchoose a profile: capgate policy list");
	else if (d->canary != CAPGATE_CAP_NET_RAW)
		doctor_say(d, LEVEL_WARN, NENGINES, "policy-net-raw",
			   "the policy allows NET_RAW to every container\tremove it from "
			   "\"allow\", or deny it: \"deny\": [\"NET_RAW\"]");
	else
		doctor_say(d, LEVEL_OK, NENGINES, "policy", "the policy is valid and refuses %s",
			   cap_name(d->canary));
}

/* In /proc the wrapper finds its own path and the runtime's process, and poststart the sets of
 * the container.  Without /proc no container starts. */
static void check_proc(struct doctor *d)
{
	d->has_proc = access("/proc/self/exe", F_OK) == 0;
	if (!d->has_proc)
		doctor_say(d, LEVEL_BAD, NENGINES, "proc",
			   "/proc is not mounted below this root: checks that need it cannot "
			   "run\tmount --rbind /proc DIR/proc, then run it again");
}

static bool listens(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	ok = fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

static void check_log(struct doctor *d)
{
	static const char *const places[] = {"/run/systemd/journal/socket", "/dev/log"};

	for (size_t i = 0; i < COUNT(places); i++)
		if (listens(places[i])) {
			doctor_say(d, LEVEL_OK, NENGINES, "log",
				   "decisions can be logged through %s", places[i]);
			return;
		}
	doctor_say(d, LEVEL_WARN, NENGINES, "log",
		   "no program listens on %s or %s: decisions do not reach the system's log\tstart "
		   "systemd-journald or a syslog daemon",
		   places[0], places[1]);
}

static void check_selinux(struct doctor *d)
{
	char label[256] = "";
	bool missing;
	struct capgate_text enforce = place_text(&d->arena, "/sys/fs/selinux/enforce", &missing);

	if (missing || enforce.len < 1 || enforce.p[0] != '1')
		return;
	if (getxattr(WIRING_PROGRAM, "security.selinux", label, sizeof(label) - 1) < 0)
		snprintf(label, sizeof(label), "none");
	if (!strstr(label, ":bin_t:") && !strstr(label, ":container_runtime_exec_t:") &&
	    !strstr(label, ":usr_t:"))
		doctor_say(d, LEVEL_WARN, NENGINES, "selinux",
			   "SELinux is enforcing, and the program's label is %.100s: engines may "
			   "not be allowed to run it\trestorecon -v " WIRING_PROGRAM,
			   label);
}

/* Does an AppArmor profile name the program? */
static bool is_in_profile(struct doctor *d)
{
	static const char *const files[] = {CAPGATE_SYSCONFDIR "/apparmor.d/*",
					    CAPGATE_SYSCONFDIR "/apparmor.d/local/*"};
	glob_t found = {0};
	bool is = false;

	for (size_t i = 0; i < COUNT(files); i++)
		(void)glob(files[i], i ? GLOB_APPEND : 0, NULL, &found);
	for (size_t i = 0; !is && i < found.gl_pathc; i++) {
		bool missing;
		struct capgate_text text = place_text(&d->arena, found.gl_pathv[i], &missing);

		is = text.len &&
		     memmem(text.p, text.len, WIRING_PROGRAM, sizeof(WIRING_PROGRAM) - 1);
	}
	globfree(&found);
	return is;
}

static void check_apparmor(struct doctor *d)
{
	static const char *const who[] = {"capgate", "crun", "runc", "podman", "docker-runc"};
	bool missing;
	struct capgate_text list =
		place_text(&d->arena, "/sys/kernel/security/apparmor/profiles", &missing);

	for (size_t i = 0; list.p && i < COUNT(who); i++) {
		char line[64];
		const char *at;

		snprintf(line, sizeof(line), "%s (enforce)", who[i]);
		at = memmem(list.p, list.len, line, strlen(line));
		if (at && (at == list.p || at[-1] == '\n' || at[-1] == '/') && !is_in_profile(d))
			doctor_say(
				d, LEVEL_WARN, NENGINES, "apparmor",
				"AppArmor confines %s: its profile must let it run " WIRING_PROGRAM
				"\tadd \"" WIRING_PROGRAM " Ux,\" to that profile",
				who[i]);
	}
}

void doctor_machine(struct doctor *d)
{
	if (geteuid() != 0)
		doctor_say(d, LEVEL_WARN, NENGINES, "root",
			   "not run as root: some checks are incomplete\tsudo capgate doctor");
	check_proc(d);
	check_policy(d);
	check_log(d);
	check_selinux(d);
	check_apparmor(d);
}
