/* SPDX-License-Identifier: Apache-2.0 */
#include "status.h"

int io_status(const struct capgate_error *err)
{
	switch (err->code) {
	case CAPGATE_EPOLICY:
		return STATUS_POLICY;
	case CAPGATE_ENOMEM:
	case CAPGATE_EINTERNAL:
		return STATUS_SYSTEM;
	case CAPGATE_EIO:
		return err->rule == CAPGATE_RULE_UNREADABLE ? STATUS_INPUT : STATUS_SYSTEM;
	default:
		return capgate_rule_info(err->rule)->exit_status;
	}
}

struct capgate_report io_report(const struct capgate_error *err)
{
	struct capgate_report report = capgate_report_of(err);

	report.exit_status = io_status(err);
	return report;
}
