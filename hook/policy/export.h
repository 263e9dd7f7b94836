/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy export, in parts:
 *
 *   export             the command, the formats, what cannot be expressed
 *   exportdefaults     what an engine gives to every container
 *   exportcel          the policy as expressions of the Common Expression Language
 *   exportkubernetes   objects of Kubernetes around them
 */
#ifndef POLICY_EXPORT_H
#define POLICY_EXPORT_H

#include "capgate.h"

/* What a format can express besides capabilities. */
enum {
	EXPRESSES_MODE = 1u << 0, /* audit or enforce */
	EXPRESSES_NO_NEW_PRIVS = 1u << 1,
	EXPRESSES_NAMESPACES = 1u << 2, /* exemptions of whole Kubernetes namespaces */
	IS_DEFAULT = 1u << 3,           /* what a container gets by default, not a limit */
	HAS_COMMENTS = 1u << 4,         /* lines that begin with # */
	IS_SNIPPET = 1u << 5,           /* for one container, to be pasted */
};

struct exported;

struct export_format {
	const char *name;
	unsigned can;
	const char *profile; /* IS_DEFAULT: the engine's own list */
	void (*write)(const struct exported *e, struct capgate_out *out);
	const char *note; /* a note for every policy */
};

struct exported {
	const struct export_format *format;
	const struct capgate_policy *policy;
	capgate_set gives; /* IS_DEFAULT: the part of the engine's own list that the policy
			    * allows */
};

/* Names without CAP_, each in quotes, ", " between them. */
void export_names(struct capgate_out *out, capgate_set s);

/* ---- exportdefaults.c ------------------------------------------------------------ */

void export_containers_conf(const struct exported *e, struct capgate_out *out);
void export_crio(const struct exported *e, struct capgate_out *out);
void export_docker_run(const struct exported *e, struct capgate_out *out);
void export_compose(const struct exported *e, struct capgate_out *out);
void export_security_context(const struct exported *e, struct capgate_out *out);
/* base, an OCI configuration, without the capabilities that the policy does not allow;
 * malloc'd. */
int export_base_spec(struct capgate_text base, const struct capgate_policy *policy,
		     struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

/* ---- exportcel.c ------------------------------------------------------------------- */

/* Does it match only Kubernetes namespaces, by annotations that the engine writes? */
bool export_is_of_namespace(const struct capgate_exemption *e);

/*
 * Variables and validations as lists of YAML, indented by that much; object is the engine's
 * name for the pod; unless is an expression under which nothing is validated (or NULL).
 */
void export_variables(const struct exported *e, const char *object, int indent,
		      struct capgate_out *out);
void export_validations(const struct exported *e, const char *unless, int indent,
			struct capgate_out *out);

/* ---- exportkubernetes.c --------------------------------------------------------------- */

void export_admission_policy(const struct exported *e, struct capgate_out *out);
void export_kyverno(const struct exported *e, struct capgate_out *out);
void export_gatekeeper(const struct exported *e, struct capgate_out *out);
void export_pod_security(const struct exported *e, struct capgate_out *out);

/* The strictest Pod Security level that refuses nothing that the policy allows, and the
 * capabilities that it allows. */
const char *export_pod_security_level(const struct capgate_policy *policy, capgate_set *allows);

#endif
