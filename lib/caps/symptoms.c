/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What users see when a capability is missing, and the sysctl that replaces it where the kernel
 * has one (ip-sysctl in Documentation/networking).
 */
#include "capgate.h"
#include "lib/base/base.h"

static const struct capgate_symptom table[] = {
	{CAPGATE_CAP_NET_RAW, "ping: socktype: SOCK_RAW: Operation not permitted",
	 "net.ipv4.ping_group_range", "0 2147483647"},
	{CAPGATE_CAP_NET_BIND_SERVICE, "bind: permission denied, for ports below 1024",
	 "net.ipv4.ip_unprivileged_port_start", "0"},
	{CAPGATE_CAP_NET_ADMIN,
	 "RTNETLINK answers: Operation not permitted; iptables: Permission denied", NULL, NULL},
	{CAPGATE_CAP_SYS_ADMIN, "mount: permission denied; unshare: Operation not permitted", NULL,
	 NULL},
	{CAPGATE_CAP_SYS_PTRACE, "strace: attach: ptrace(PTRACE_SEIZE): Operation not permitted",
	 NULL, NULL},
	{CAPGATE_CAP_CHOWN, "chown: changing ownership: Operation not permitted", NULL, NULL},
	{CAPGATE_CAP_DAC_OVERRIDE,
	 "Permission denied, on files that root of the container does not own", NULL, NULL},
	{CAPGATE_CAP_FOWNER, "chmod: changing permissions: Operation not permitted", NULL, NULL},
	{CAPGATE_CAP_SETUID, "su, gosu, setpriv: cannot set user id: Operation not permitted", NULL,
	 NULL},
	{CAPGATE_CAP_SETGID, "su, gosu, setpriv: cannot set groups: Operation not permitted", NULL,
	 NULL},
	{CAPGATE_CAP_SYS_CHROOT, "chroot: cannot change root directory: Operation not permitted",
	 NULL, NULL},
	{CAPGATE_CAP_MKNOD, "mknod: Operation not permitted", NULL, NULL},
	{CAPGATE_CAP_KILL, "kill: Operation not permitted, for other users' processes", NULL, NULL},
	{CAPGATE_CAP_SYS_TIME, "settimeofday, adjtimex: Operation not permitted", NULL, NULL},
	{CAPGATE_CAP_SYS_NICE, "renice, sched_setscheduler: Operation not permitted", NULL, NULL},
	{CAPGATE_CAP_IPC_LOCK, "mlock: Cannot allocate memory", NULL, NULL},
	{CAPGATE_CAP_SYS_RESOURCE, "ulimit, setrlimit: Operation not permitted", NULL, NULL},
};

const struct capgate_symptom *capgate_symptom_of(int cap)
{
	for (size_t i = 0; i < COUNT(table); i++)
		if ((int)table[i].cap == cap)
			return &table[i];
	return NULL;
}
