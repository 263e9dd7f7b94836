/* SPDX-License-Identifier: Apache-2.0 */
/* A report for people. */
#ifndef CHECK_TABLE_H
#define CHECK_TABLE_H

#include "capgate.h"

void check_table(const struct capgate_report *report, const struct capgate_spec *spec,
		 const struct capgate_policy *policy, struct capgate_text name, struct capgate_text text,
		 struct capgate_out *out);

#endif
