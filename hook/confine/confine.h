/* SPDX-License-Identifier: Apache-2.0 */
/* From here on this process only does what its duty needs. */
#ifndef CONFINE_H
#define CONFINE_H

#include "capgate.h"
#include "bounds.h"

/*
 * What is left to do.  Each duty keeps the least that it needs of capabilities,
 * limits and system calls; every other call ends the process (SIGSYS).
 *
 * CONFINE_JUDGE	to think, and to write what was thought.
 *	capabilities	none
 *	limits		no new descriptor, no new process, CPU seconds, address space
 *	system calls	write, writev and pselect6 on descriptors that are open, sendto
 *			on a socket that is connected, newfstatat, clock_gettime,
 *			rt_sigreturn, exit_group
 *	No memory can be had from the kernel either: what judging uses is mapped
 *	before (io_arena()).
 * CONFINE_KILL		the same, and to signal a process by a pidfd that is open.
 * CONFINE_MARK		as CONFINE_JUDGE, and to write into a BPF map that is open: of bpf(2)
 *	BPF_MAP_UPDATE_ELEM alone.  Keeps CAP_BPF, which kernels before 5.19 ask for.
 * CONFINE_OPEN		to read the runtime's state and open what it names, before
 *	one of the two above: files for reading, memory; capabilities and limits
 *	stay for the moment.
 * CONFINE_OPEN_TO_MARK	the same, before CONFINE_MARK.
 * CONFINE_READ		to read files and print.  Keeps DAC_READ_SEARCH; memory that
 *	cannot be executed; nothing can be opened for writing, which the kernel's
 *	Landlock enforces once more where it is there.
 * CONFINE_CHECK	the same, with threads (but no process), openat2, whose flags a
 *	filter does not see, and SYS_PTRACE, for whose network namespace it is
 *	that /proc/PID/ns/net names; no Landlock, which would hide that.
 * CONFINE_WRITE	the same, and to write files (--fix, --in-place, --output); keeps
 *	DAC_OVERRIDE, CHOWN, FOWNER and FSETID, too.
 * CONFINE_MAPS	to read the maps of programs in the kernel that are open already
 *	(BPF), by bpf(2)'s commands for elements alone, and to write what was read.
 *	Keeps no capability; opens nothing.
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
 * Give up, for good, all that the duty does not need; no_new_privs and not
 * dumpable besides.  Called when the policy has been read and before the first
 * byte that others may have written is parsed; before threads are started.
 *
 * A part that cannot be installed is a failure (CAPGATE_EIO), unless
 * best_effort: then the rest is installed all the same, and one line on stderr
 * names what is missing (the first time in a process).  The bounding set stays as
 * it is: no_new_privs makes it void, and no duty has execve(2).
 *
 * Builds for sanitizers, fuzzing and coverage need calls of their own: there
 * this does nothing, and says so on stderr.
 *
 * confine() knows the duties of the doors (up to OPEN_TO_MARK), confine_linter() those
 * of the commands that people run (READ, CHECK, WRITE, MAPS); another duty is a failure.
 */
int confine(enum confine_duty duty, bool best_effort, struct capgate_error *err) CAPGATE_MUST;
int confine_linter(enum confine_duty duty, bool best_effort,
		   struct capgate_error *err) CAPGATE_MUST;

/* Did either go on in this process without a part, as best_effort lets it? */
bool confine_is_partial(void);

#endif
