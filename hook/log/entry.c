/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

const char *log_mode(const struct log_entry *e)
{
	if (e->dry_run)
		return "dry-run";
	return e->policy->mode == CAPGATE_AUDIT ? "audit" : "enforce";
}

const char *log_ceiling_name(enum log_ceiling ceiling)
{
	static const char *const names[] = {
		[LOG_CEILING_NONE] = NULL,
		[LOG_CEILING_OFF] = "off",
		[LOG_CEILING_AUDIT] = "audit",
		[LOG_CEILING_ENFORCE] = "enforce",
	};

	return names[ceiling];
}
