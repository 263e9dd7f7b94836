/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include "hook/sys/sys.h"
#include "load.h"

int gate_open(const char *override, struct capgate_arena *arena, struct capgate_policy *policy,
	      struct log *log, struct capgate_error *err)
{
	struct capgate_error ignored;

	*log = LOG_NONE;
	if (io_arena(POLICY_TEXT_MAX, arena, err) == 0 &&
	    policy_load(override, arena, policy, err) == 0)
		return log_open(policy, log, err);
	capgate_policy_init(policy);
	(void)!log_open(policy, log, &ignored);
	return err->code;
}
