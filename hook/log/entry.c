/* SPDX-License-Identifier: Apache-2.0 */
#include "entry.h"

const char *log_mode(const struct log_entry *e)
{
	if (e->dry_run)
		return "dry-run";
	return e->policy->mode == CAPGATE_AUDIT ? "audit" : "enforce";
}
