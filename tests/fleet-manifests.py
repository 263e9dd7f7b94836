#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the Kubernetes manifests: known fields only, references that resolve,
and capabilities within the policy that they install."""
import base64
import gzip
import json
import sys

import yaml

CIS = set("AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT".split())
# The fields of the API that these manifests may use; a typo is not among them.
CONTAINER = {
    "name": str, "image": str, "args": [str], "command": [str], "env": [{"name": str, "value": str}],
    "readinessProbe": {"exec": {"command": [str]}, "periodSeconds": int, "timeoutSeconds": int},
    "resources": {"requests": {"cpu": str, "memory": str}, "limits": {"memory": str}},
    "securityContext": {"allowPrivilegeEscalation": bool, "readOnlyRootFilesystem": bool, "runAsUser": int,
                        "runAsNonRoot": bool, "capabilities": {"drop": [str], "add": [str]}},
    "volumeMounts": [{"name": str, "mountPath": str, "mountPropagation": str, "readOnly": bool}],
}
META = {"name": str, "namespace": str, "labels": dict}
POD = {
    "nodeSelector": dict, "tolerations": [{"operator": str}], "priorityClassName": str, "automountServiceAccountToken": bool,
    "hostPID": bool, "containers": [CONTAINER], "initContainers": [CONTAINER], "terminationGracePeriodSeconds": int,
    "volumes": [{"name": str, "hostPath": {"path": str, "type": str}, "configMap": {"name": str, "defaultMode": int}}],
}
KINDS = {
    ("v1", "Namespace"): {},
    ("v1", "ConfigMap"): {"data": dict},
    ("node.k8s.io/v1", "RuntimeClass"): {"handler": str},
    ("apps/v1", "DaemonSet"): {"spec": {
        "selector": {"matchLabels": dict},
        "updateStrategy": {"type": str, "rollingUpdate": {"maxUnavailable": int}},
        "template": {"metadata": {"labels": dict}, "spec": POD}}},
}


def fits(value, shape, where):
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        for key in value:
            assert key in shape, f"{where}.{key}: unknown field"
            fits(value[key], shape[key], f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for i, v in enumerate(value):
            fits(v, shape[0], f"{where}[{i}]")
    else:
        assert isinstance(value, shape), f"{where}: {value!r} is not {shape.__name__}"


def daemonset(d, configmaps):
    spec = d["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"].items() <= labels.items(), "the selector does not match the template"
    pod = spec["template"]["spec"]
    volumes = {v["name"] for v in pod["volumes"]}
    for v in pod["volumes"]:
        if "configMap" in v:
            assert v["configMap"]["name"] in configmaps, "no such ConfigMap"
    for c in pod["containers"] + pod.get("initContainers", []):
        for m in c.get("volumeMounts", []):
            assert m["name"] in volumes, m["name"]
        caps = c["securityContext"]["capabilities"]
        assert caps["drop"] == ["ALL"] and set(caps.get("add", [])) <= CIS, caps
        assert c["securityContext"]["allowPrivilegeEscalation"] is False


def manifests(paths):
    docs = [d for p in paths for d in yaml.safe_load_all(open(p))]
    configmaps = {d["metadata"]["name"] for d in docs if d["kind"] == "ConfigMap"}
    namespaces = {d["metadata"]["name"] for d in docs if d["kind"] == "Namespace"}
    for d in docs:
        shape = KINDS[d["apiVersion"], d["kind"]]
        fits(d, {"apiVersion": str, "kind": str, "metadata": META, **shape}, d["kind"])
        if "namespace" in d["metadata"]:
            assert d["metadata"]["namespace"] in namespaces
        if d["kind"] == "DaemonSet":
            daemonset(d, configmaps)
        if d["kind"] == "ConfigMap":
            assert json.loads(d["data"]["policy.json"])["mode"] == "audit", "the rollout begins in audit mode"
    assert not any(d["kind"] == "RuntimeClass" for d in docs), "no handler of ours is made"


def machineconfig(path, program, hooksdir):
    d = yaml.safe_load(open(path))
    assert d["kind"] == "MachineConfig" and d["spec"]["config"]["ignition"]["version"] == "3.2.0"
    files = d["spec"]["config"]["storage"]["files"]
    text = {f["path"]: gzip.decompress(base64.b64decode(f["contents"]["source"].removeprefix("data:;base64,"))) for f in files}
    assert files[0]["path"] == hooksdir + "/capgate" and files[0]["mode"] == 0o755
    assert text[hooksdir + "/capgate"][:4] == b"\x7fELF"
    assert b"runtime_path = \"%s/capgate-crun\"" % hooksdir.encode() in text["/etc/crio/crio.conf.d/zz-capgate.conf"]
    assert any(p.endswith("99-capgate-createRuntime.json") for p in text)
    assert all(f["mode"] == 0o644 for f in files[1:])
    assert d["spec"]["config"]["storage"]["links"][-1]["path"].startswith(hooksdir + "/capgate-")
    assert "/etc/capgate/policy.json" in text


if sys.argv[1] == "--machineconfig":
    machineconfig(*sys.argv[2:])
else:
    manifests(sys.argv[1:])
