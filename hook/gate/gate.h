/* SPDX-License-Identifier: Apache-2.0 */
/* What every door opens first: the policy, and the log that it asks for. */
#ifndef GATE_H
#define GATE_H

#include "capgate.h"
#include "hook/log/log.h"
#include "assess.h"
#include "load.h"
#include "scene.h"

/*
 * *arena is made for the policy, and is the caller's for what else lives as long.
 * override is --policy FILE, or NULL.  A policy that cannot be used does not say
 * where to log: then the embedded one does, so that the refusal is in the log,
 * *policy and *log are fit for log_decision() all the same, and the policy's
 * error is returned.  What they point into lives as long as the process.
 */
int gate_open(const char *override, struct capgate_arena *arena, struct capgate_policy *policy,
	      struct log *log, struct capgate_error *err) CAPGATE_MUST;

#endif
