/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the readers of a policy file: policy.c for its fields, exemptions.c for the
 * exemptions. */
#ifndef CAPGATE_POLICY_READ_H
#define CAPGATE_POLICY_READ_H

#include "lib/json/json.h"

enum capgate_policy_read {
	READ_NONE,
	READ_VERSION,
	READ_MODE,
	READ_ACTION,
	READ_PROFILE,
	READ_ALLOW,
	READ_DENY,
	READ_SUBSTITUTE,
	READ_NO_NEW_PRIVILEGES,
	READ_CONFINEMENT,
	READ_USER_NAMESPACES,
	READ_LEARN,
	READ_CEILING,
	READ_CEILING_KEEP,
	READ_CEILING_REASON,
	READ_LIMIT_BYTES,
	READ_LOG_FILE,
	READ_LOG_SYSTEM,
	READ_LOG_MAX_BYTES,
	READ_LOG_REQUIRED,

	READ_LEARN_MATCH, /* it has the members of an exemption's match */
	READ_EXEMPTION, /* also everything within an exemption */
	READ_ID,
	READ_REASON,
	READ_OWNER,
	READ_EXPIRES,
	READ_EXEMPT_ALLOW,
	READ_EXEMPT_SECCOMP,
	READ_EXEMPT_USERNS,
	READ_ANNOTATION,
	READ_CGROUP,
	READ_BUNDLE,
	READ_ROOTFS,
	READ_HOSTNAME,
	READ_UID,
	READ_IMAGE,
	READ_NFIELDS
};

/* Fails with 'unknown capability "NET_RWA"; did you mean NET_RAW?': what, the value, then cure
 * and word unchanged. */
int capgate_policy_bad_value(const struct capgate_walk *walk,
			     const struct capgate_json_event *event, const char *what,
			     const char *cure, const char *word);
/* Adds a name as people write it, or ALL, to *set. *one: which capability it is; -1: ALL. */
int capgate_policy_name(const struct capgate_walk *walk, const struct capgate_json_event *event,
			capgate_set *set, int *one);

extern const struct capgate_shape capgate_shape_policy;
extern const struct capgate_shape capgate_shape_exemptions, capgate_shape_match;
extern const struct capgate_shape capgate_shape_learn_match, capgate_shape_learn_one;
/* Handles an event at or within learn_match[i]. *within: which of the two lists it is in. */
int capgate_policy_read_learn(struct capgate_policy *policy, const struct capgate_walk *walk,
			      int field, const struct capgate_json_event *event, bool *within);
/* Handles an event at or within exemptions[i]. */
int capgate_policy_read_exemption(struct capgate_policy *policy, const struct capgate_walk *walk,
				  int field, const struct capgate_json_event *event);

#endif
