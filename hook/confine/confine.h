/* SPDX-License-Identifier: Apache-2.0 */
/* Confines this process: after confine() it can do only what its duty needs. */
#ifndef CONFINE_H
#define CONFINE_H

#include "capgate.h"
#include "bounds.h"

/*
 * A duty is what the process still has to do.  Each keeps as few capabilities, resources and
 * system calls as it needs.  Every other call ends the process (SIGSYS).
 *
 * CONFINE_JUDGE	to judge, and to write the result.
 *	capabilities	none
 *	limits		no new descriptor, no new process, CPU seconds, address space
 *	system calls	write, writev and pselect6 on descriptors that are open, sendto
 *			on a socket that is connected, newfstatat, stat, clock_gettime,
 *			rt_sigreturn, exit_group
 *	The process cannot get memory from the kernel either: the memory for judging is mapped
 *	before (io_arena()).
 * CONFINE_KILL		the same, and to signal a process by a pidfd that is open.
 * CONFINE_MARK		as CONFINE_JUDGE, and to write into a BPF map that is open: bpf(2) with
 *	BPF_MAP_UPDATE_ELEM only.  Keeps CAP_BPF, which kernels before 5.19 require.
 * CONFINE_OPEN		to read the runtime's state and open what it names, before
 *	one of the two above: files for reading, memory; capabilities and limits
 *	do not change yet.
 * CONFINE_OPEN_TO_MARK	the same, before CONFINE_MARK.
 * CONFINE_READ		to read files and print.  Keeps DAC_READ_SEARCH; memory that
 *	cannot be executed; nothing can be opened for writing.  Landlock, if the kernel has
 *	it, enforces that a second time.
 * CONFINE_CHECK	the same, with threads (but no process), openat2, whose flags a
 *	filter does not see, and SYS_PTRACE, to find the owner of the network namespace
 *	/proc/PID/ns/net; no Landlock, which would hide that.
 * CONFINE_WRITE	the same, and to write files (--fix, --in-place, --output); keeps
 *	DAC_OVERRIDE, CHOWN, FOWNER and FSETID, too.
 * CONFINE_MAPS	to read BPF maps that are open already, with bpf(2)'s commands for
 *	elements only, and to write the result.  Keeps no capability; opens nothing.
 */
enum confine_duty {
	CONFINE_JUDGE,
	CONFINE_KILL,
	CONFINE_MARK,
	CONFINE_OPEN,
	CONFINE_OPEN_TO_MARK,
	CONFINE_READ,
	CONFINE_CHECK,
	CONFINE_WRITE,
	CONFINE_MAPS,
};

/*
 * Gives up permanently all that the duty does not need.  Also sets no_new_privs, and makes the
 * process not dumpable.  Call it after the policy was read, before the first byte is parsed that
 * others may have written, and before threads are started.
 *
 * If a part cannot be installed, it fails (CAPGATE_EIO).  With best_effort it installs the
 * other parts all the same, and one line on stderr names the missing one (once in a process).
 * The bounding set does not change: no_new_privs makes it useless, and no duty has execve(2).
 *
 * Builds for sanitizers, fuzzing and coverage need other system calls: there it does nothing,
 * and says so on stderr.
 *
 * confine() knows the duties of the doors (up to OPEN_TO_MARK), confine_linter() those
 * of the commands that people run (READ, CHECK, WRITE, MAPS); another duty is a failure.
 */
int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err) CAPGATE_MUST;
int confine_linter(enum confine_duty duty, bool best_effort,
		   struct capgate_error *err) CAPGATE_MUST;

/* Has confine() or confine_linter() left out a part in this process, with best_effort? */
bool confine_is_partial(void);

#endif
