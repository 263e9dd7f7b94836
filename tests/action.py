#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""action.py DIRECTORY [INPUT=VALUE]...: executes the steps of a composite action as GitHub's
runner does, in this directory; its exit status is that of the first step that fails."""
import os
import re
import subprocess
import sys
import tempfile

import yaml

DIRECTORY, *GIVEN = sys.argv[1:]
action = yaml.safe_load(open(DIRECTORY + "/action.yml", encoding="utf-8"))
assert action["name"] and action["description"] and action["runs"]["using"] == "composite"
inputs = {name: said.get("default", "") for name, said in action["inputs"].items()}
for name, said in action["inputs"].items():
    assert set(said) <= {"description", "default", "required"}, name
for word in GIVEN:
    name, value = word.split("=", 1)
    assert name in inputs, f"no input {name}"
    inputs[name] = value


def fill(text):
    def expression(m):
        scope, name = m.group(1).split(".")
        return inputs[name] if scope == "inputs" else {"action_path": DIRECTORY}[name]
    return re.sub(r"\$\{\{ *([a-z_.]+) *\}\}", expression, text)


for step in action["runs"]["steps"]:
    assert set(step) <= {"name", "shell", "env", "run"} and step["shell"] == "bash", step
    # An input within the script would be executed as a part of it.
    assert "inputs." not in step["run"], "inputs belong into env"
    env = {**os.environ, **{k: fill(v) for k, v in step.get("env", {}).items()}}
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write(fill(step["run"]))
        script.flush()
        # docs.github.com, "Workflow syntax": what shell: bash is.
        status = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script.name], env=env, check=False).returncode
    if status:
        sys.exit(status)
