/* SPDX-License-Identifier: Apache-2.0 */
/* From here on this process only thinks, writes what it thought, and ends. */
#ifndef CONFINE_H
#define CONFINE_H

#include "capgate.h"

/*
 * Give up, for good, everything that judging does not need:
 *
 *	capabilities	out of all five sets; no_new_privs; not dumpable
 *	limits		no new descriptor, no new process, CPU seconds, address space
 *	system calls	write, writev, sendto and sendmsg on descriptors that are
 *			open, newfstatat, clock_gettime, rt_sigreturn,
 *			exit_group.  Any other call ends the process (SIGSYS).
 *
 * No memory can be had from the kernel afterwards either: what judging uses is
 * mapped before (io_arena()).  Called when input and policy have been read and
 * before the first byte of the specification is parsed.
 *
 * A part that cannot be installed is a failure (CAPGATE_EIO), unless
 * best_effort: then the rest is installed all the same.  The bounding set can
 * only be emptied by who holds CAP_SETPCAP; for others no_new_privs makes it
 * void, and that is no failure.
 *
 * Builds for sanitizers, fuzzing and coverage need calls of their own: there
 * this does nothing, and says so on stderr.
 */
int confine(bool best_effort, struct capgate_error *err) CAPGATE_MUST;

#endif
