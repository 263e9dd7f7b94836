/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects of Kubernetes: ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1,
 * Kubernetes 1.30), Kyverno's ValidatingPolicy (policies.kyverno.io/v1, Kyverno
 * 1.17), Gatekeeper's ConstraintTemplate with K8sNativeValidation (Gatekeeper 3.18),
 * and labels of Pod Security admission.
 */
#include "lib/base/base.h"
#include "export.h"

static bool is_audit(const struct exported *e)
{
	return e->policy->mode == CAPGATE_AUDIT;
}

/*
 * Matches new pods, and debug containers that are added later.  No other change of a pod
 * changes its capabilities, and existing pods must be able to lose their finalizers.
 */
static void out_constraints(struct capgate_out *out)
{
	capgate_out_string(out, "  matchConstraints:\n"
				"    resourceRules:\n"
				"      - apiGroups: [\"\"]\n"
				"        apiVersions: [\"v1\"]\n"
				"        operations: [\"CREATE\"]\n"
				"        resources: [\"pods\"]\n"
				"      - apiGroups: [\"\"]\n"
				"        apiVersions: [\"v1\"]\n"
				"        operations: [\"UPDATE\"]\n"
				"        resources: [\"pods/ephemeralcontainers\"]\n");
}

static void out_rules(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "  variables:\n");
	export_variables(e, "object", 4, out);
	capgate_out_string(out, "  validations:\n");
	export_validations(e, NULL, 4, out);
}

void export_admission_policy(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "apiVersion: admissionregistration.k8s.io/v1\n"
				"kind: ValidatingAdmissionPolicy\n"
				"metadata:\n"
				"  name: capgate\n"
				"spec:\n"
				"  failurePolicy: Fail\n");
	out_constraints(out);
	out_rules(e, out);
	capgate_out_string(out, "---\n"
				"apiVersion: admissionregistration.k8s.io/v1\n"
				"kind: ValidatingAdmissionPolicyBinding\n"
				"metadata:\n"
				"  name: capgate\n"
				"spec:\n"
				"  policyName: capgate\n");
	capgate_out_format(out, "  validationActions: [%s]\n",
			   is_audit(e) ? "\"Warn\", \"Audit\"" : "\"Deny\"");
}

void export_kyverno(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "apiVersion: policies.kyverno.io/v1\n"
				"kind: ValidatingPolicy\n"
				"metadata:\n"
				"  name: capgate\n"
				"spec:\n"
				"  failurePolicy: Fail\n");
	capgate_out_format(out, "  validationActions: [%s]\n",
			   is_audit(e) ? "\"Audit\"" : "\"Deny\"");
	/* Otherwise Kyverno would rewrite the expressions for spec.template and its metadata. */
	capgate_out_string(out, "  autogen:\n"
				"    podControllers:\n"
				"      controllers: []\n");
	out_constraints(out);
	out_rules(e, out);
}

void export_gatekeeper(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "apiVersion: templates.gatekeeper.sh/v1\n"
				"kind: ConstraintTemplate\n"
				"metadata:\n"
				"  name: capgatecapabilities\n"
				"spec:\n"
				"  crd:\n"
				"    spec:\n"
				"      names:\n"
				"        kind: CapgateCapabilities\n"
				"      validation:\n"
				"        openAPIV3Schema:\n"
				"          type: object\n"
				"  targets:\n"
				"    - target: admission.k8s.gatekeeper.sh\n"
				"      code:\n"
				"        - engine: K8sNativeValidation\n"
				"          source:\n"
				"            failurePolicy: Fail\n"
				"            variables:\n");
	/* The webhook gets every update, but the audit gets no request. */
	capgate_out_string(
		out, "              - name: isOtherUpdate\n"
		     "                expression: >-\n"
		     "                  has(request.operation) && request.operation == \"UPDATE\"\n"
		     "                  && !(has(request.subResource)\n"
		     "                  && request.subResource == \"ephemeralcontainers\")\n");
	export_variables(e, "variables.anyObject", 14, out);
	capgate_out_string(out, "            validations:\n");
	export_validations(e, "variables.isOtherUpdate", 14, out);
	capgate_out_string(out, "---\n"
				"apiVersion: constraints.gatekeeper.sh/v1beta1\n"
				"kind: CapgateCapabilities\n"
				"metadata:\n"
				"  name: capgate\n"
				"spec:\n");
	capgate_out_format(out, "  enforcementAction: %s\n", is_audit(e) ? "dryrun" : "deny");
	capgate_out_string(out, "  match:\n"
				"    kinds:\n"
				"      - apiGroups: [\"\"]\n"
				"        kinds: [\"Pod\"]\n");
}

/* ---- Pod Security --------------------------------------------------------------------- */

const char *export_pod_security_level(const struct capgate_policy *policy, capgate_set *allows)
{
	static const char *const levels[][2] = {{"restricted", "pss-restricted"},
						{"baseline", "pss-baseline"}};

	for (size_t i = 0; i < COUNT(levels); i++) {
		*allows = capgate_profile_find(capgate_text_of(levels[i][1]))->caps;
		if (capgate_set_within(policy->allowed, *allows))
			return levels[i][0];
	}
	*allows = capgate_set_all();
	return "privileged";
}

void export_pod_security(const struct exported *e, struct capgate_out *out)
{
	capgate_set allows;
	const char *level = export_pod_security_level(e->policy, &allows);

	capgate_out_string(out, "metadata:\n  labels:\n");
	if (!is_audit(e))
		capgate_out_format(out, "    pod-security.kubernetes.io/enforce: %s\n", level);
	capgate_out_format(out, "    pod-security.kubernetes.io/audit: %s\n", level);
	capgate_out_format(out, "    pod-security.kubernetes.io/warn: %s\n", level);
}
