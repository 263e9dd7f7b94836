/* SPDX-License-Identifier: Apache-2.0 */
/* The sysctls that replace the capabilities that a rewrite removes. */
#ifndef CAPGATE_SUBSTITUTE_H
#define CAPGATE_SUBSTITUTE_H

#include "capgate.h"

/* Fills in report->substitutes from report->removed: the sysctls that are set, and those
 * that are not, with the reason.  Never a reason to refuse. */
void capgate_substitutes(const struct capgate_spec *spec, const struct capgate_policy *policy,
			 struct capgate_report *report);

/* The member of linux.sysctl with this name ("net.ipv4.x"), in any spelling that the kernel
 * accepts; or NULL. */
const struct capgate_pair *capgate_sysctl_find(const struct capgate_spec *spec, const char *sysctl);

#endif
