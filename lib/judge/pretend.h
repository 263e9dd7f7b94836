/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CAPGATE_PRETEND_H
#define CAPGATE_PRETEND_H

#include "findings.h"

/*
 * Finds what can make a runtime believe that it has dropped capabilities which the container
 * keeps: rules of the seccomp profile, and crun's filter in an annotation.  Each is a reason to
 * refuse, whatever no_new_privs says: without it the filter is in force before capabilities are
 * dropped, and exec may omit it.
 */
int capgate_find_pretence(const struct capgate_spec *spec,
			  struct capgate_findings *findings) CAPGATE_MUST;

#endif
