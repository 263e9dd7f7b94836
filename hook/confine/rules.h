/* SPDX-License-Identifier: Apache-2.0 */
/* Makes filters from the table of system calls that each duty may use. */
#ifndef CONFINE_RULES_H
#define CONFINE_RULES_H

#include "confine.h"
#include "filter.h"
#ifndef CONFINE_GENERATE /* generate.c makes filters.h */
#include "filters.h"
#endif

#if !defined(CONFINE_BUILT_IN) || defined(CONFINE_GENERATE)

#include <seccomp.h>

/*
 * Adds the duty's rules to a filter whose default action ends the process.  The calls have the
 * numbers of the machine that this is compiled for; libseccomp translates them for each
 * architecture of the filter.  pid: this process may signal itself.
 * Returns 0 or libseccomp's negative errno.
 */
int confine_rules_add(scmp_filter_ctx ctx, enum confine_duty duty, uint32_t pid) CAPGATE_MUST;

#ifdef CONFINE_GENERATE

/*
 * Compiles the duty's filter for one architecture (SCMP_ARCH_*), also for another one than this
 * machine's, with CONFINE_PID_PLACEHOLDER for the process id.  Returns the number of
 * instructions, or a negative errno: EFBIG for more than CONFINE_FILTER_MAX.
 */
int confine_rules_export(uint32_t arch, enum confine_duty duty,
			 struct sock_filter program[CONFINE_FILTER_MAX]) CAPGATE_MUST;

#endif

#endif

#endif
