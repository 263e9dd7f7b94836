#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""objects.py FORMAT FILE: the objects are what the API knows, no field is unknown;
the first one goes to standard output as JSON."""
import json
import sys

import yaml

# The API's own fields (admissionregistration.k8s.io/v1, policies.kyverno.io/v1,
# templates.gatekeeper.sh/v1); a typo is not among them.
RULES = [{"apiGroups": [str], "apiVersions": [str], "operations": [str], "resources": [str]}]
RULE_LISTS = {"variables": [{"name": str, "expression": str}], "validations": [{"message": str, "expression": str}],
              "failurePolicy": ("Fail",)}
META = {"name": str}
FORMATS = {
    "validating-admission-policy": [
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy",
         {"matchConstraints": {"resourceRules": RULES}, **RULE_LISTS}),
        ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding",
         {"policyName": ("capgate",), "validationActions": [("Deny", "Warn", "Audit")]}),
    ],
    "kyverno": [
        ("policies.kyverno.io/v1", "ValidatingPolicy",
         {"matchConstraints": {"resourceRules": RULES}, "validationActions": [("Deny", "Audit")],
          "autogen": {"podControllers": {"controllers": [str]}}, **RULE_LISTS}),
    ],
    "gatekeeper": [
        ("templates.gatekeeper.sh/v1", "ConstraintTemplate",
         {"crd": {"spec": {"names": {"kind": ("CapgateCapabilities",)}, "validation": {"openAPIV3Schema": {"type": ("object",)}}}},
          "targets": [{"target": ("admission.k8s.gatekeeper.sh",),
                       "code": [{"engine": ("K8sNativeValidation",), "source": RULE_LISTS}]}]}),
        ("constraints.gatekeeper.sh/v1beta1", "CapgateCapabilities",
         {"enforcementAction": ("deny", "dryrun"), "match": {"kinds": [{"apiGroups": [str], "kinds": [str]}]}}),
    ],
}


def fits(value, shape, where):
    if isinstance(shape, dict):
        assert isinstance(value, dict) and set(value) == set(shape), f"{where}: {value.keys()}"
        for key in value:
            fits(value[key], shape[key], f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for i, v in enumerate(value):
            fits(v, shape[0], f"{where}[{i}]")
    elif isinstance(shape, tuple):
        assert value in shape, f"{where}: {value!r}"
    else:
        assert isinstance(value, shape), f"{where}: {value!r}"


docs = list(yaml.safe_load_all(open(sys.argv[2], encoding="utf-8")))
wanted = FORMATS[sys.argv[1]]
assert len(docs) == len(wanted), len(docs)
for doc, (version, kind, spec) in zip(docs, wanted):
    fits(doc, {"apiVersion": (version,), "kind": (kind,), "metadata": META, "spec": spec}, kind)
json.dump(docs[0], sys.stdout)
