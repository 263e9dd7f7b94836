/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the policy and the log, which every door needs first. */
#ifndef GATE_H
#define GATE_H

#include "capgate.h"
#include "hook/log/log.h"
#include "assess.h"
#include "load.h"
#include "scene.h"

/*
 * Makes *arena for the policy; the caller may use it for other things with the same lifetime.
 * override is --policy FILE, or NULL.  If the policy cannot be used, returns its error, and
 * opens the log of the embedded policy: *policy and *log can then be used to log the refusal.
 * Memory that they point into lives as long as the process.
 */
int gate_open(const char *override, struct capgate_arena *arena, struct capgate_policy *policy,
	      struct log *log, struct capgate_error *err) CAPGATE_MUST;

#endif
