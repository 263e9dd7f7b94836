#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the JSON Schemas of policy and runtime.json with the readers of these files.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
[ -n "$own_machine" ] || skip_all "schema" "root and mount namespaces are needed"
python3 -c 'import jsonschema' 2>/dev/null || skip_all "schema" "python3-jsonschema is not here"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p -m 755 "${POLICYDIR:-/etc/capgate}"
if "$here/schema.py" "$capgate" "$work" "${POLICYDIR:-/etc/capgate}/runtime.json" >"$work/out" 2>&1; then
	ok
	cat "$work/out"
else
	not_ok "schemas and readers agree"
	tail -n 20 "$work/out" | cut -c 1-400
fi
finish "schema"
