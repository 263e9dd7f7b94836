#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""chart.py CHART MANIFEST OUTPUT: renders the Helm chart with its own values, which gives
what the manifest says, and with others into OUTPUT; unknown template words are an error."""
import json
import re
import sys

import jsonschema
import yaml

CHART, MANIFEST, OUTPUT = sys.argv[1:4]


def load(name):
    return yaml.safe_load(open(f"{CHART}/{name}", encoding="utf-8"))


def indent(text, n):
    return "\n" + "\n".join(" " * n + line for line in text.splitlines())


def render(values):
    words = {
        'merge (dict "version" 1 "mode" .Values.mode) .Values.policy | toPrettyJson | nindent 4':
            lambda: indent(json.dumps({"version": 1, "mode": values["mode"], **values["policy"]}, indent=2), 4),
        "toYaml .Values.nodeSelector | nindent 8": lambda: indent(yaml.safe_dump(values["nodeSelector"]).rstrip("\n"), 8),
        ".Values.maxUnavailable": lambda: str(values["maxUnavailable"]),
        ".Values.engines | quote": lambda: json.dumps(values["engines"]),
        ".Values.image | quote": lambda: json.dumps(values["image"]),
    }
    text = open(f"{CHART}/templates/capgate.yaml", encoding="utf-8").read()
    # "{{-" takes the white space before it away.
    return re.sub(r"(\s*)\{\{(-?) (.*?) (-?)\}\}", lambda m: ("" if m.group(2) else m.group(1)) + words[m.group(3)](), text)


def documents(text):
    docs = list(yaml.safe_load_all(text))
    for doc in docs:
        if doc["kind"] == "ConfigMap":
            doc["data"] = {k: json.loads(v) for k, v in doc["data"].items()}
    return docs


chart, values, schema = load("Chart.yaml"), load("values.yaml"), json.load(open(f"{CHART}/values.schema.json", encoding="utf-8"))
assert chart["apiVersion"] == "v2" and chart["name"] == "capgate" and re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", chart["version"])
jsonschema.validate(values, schema)
for wrong in ({"mode": "enforc"}, {"imagee": "x"}, {"engines": "kata"}, {"policy": {"mode": "audit"}}):
    assert not jsonschema.Draft7Validator(schema).is_valid({**values, **wrong}), wrong
assert documents(render(values)) == documents(open(MANIFEST, encoding="utf-8").read()), "the chart and capgate.yaml differ"
other = {**values, "image": "registry.example/x:1", "nodeSelector": {"a": "b", "c": "d"}, "maxUnavailable": "10%",
         "policy": {"profile": "none", "allow": ["KILL"]}}
jsonschema.validate(other, schema)
docs = documents(render(other))
assert [d["data"]["policy.json"] for d in docs if d["kind"] == "ConfigMap"] == \
    [{"version": 1, "mode": "audit", "profile": "none", "allow": ["KILL"]}]
daemonset, = (d for d in docs if d["kind"] == "DaemonSet")
assert daemonset["spec"]["template"]["spec"]["nodeSelector"] == other["nodeSelector"]
assert daemonset["spec"]["template"]["spec"]["containers"][0]["image"] == other["image"]
open(OUTPUT, "w", encoding="utf-8").write(render(values))
