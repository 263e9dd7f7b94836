/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcapgate: judge the Linux capabilities that an OCI runtime configuration
 * asks for.
 *
 * The library is pure: no I/O, no clock, no environment, no globals, no output.  The caller
 * owns every input byte and keeps it as long as it uses a result, because results are views
 * into that text and into the caller's arena.  Only the arena's block has to be freed.
 *
 * Every call that can fail returns 0 or a negative enum capgate_status, fills
 * in *err (which may not be NULL) and writes its result only on success.
 *
 * 	struct capgate_policy policy;
 * 	struct capgate_arena arena;
 * 	struct capgate_report report = {0};
 *
 * 	capgate_policy_init(&policy);
 * 	capgate_arena_init(&arena, block, sizeof(block));
 * 	capgate_assess(text, CAPGATE_CONFIG, &policy, &arena, &report);
 * 	if (report.verdict != CAPGATE_PASS)
 * 		...
 *
 * A zeroed report is a refusal.
 */
#ifndef CAPGATE_H
#define CAPGATE_H

#include "capgate/base.h"
#include "capgate/caps.h"
#include "capgate/spec.h"
#include "capgate/policy.h"
#include "capgate/judge.h"
#include "capgate/report.h"

#endif
