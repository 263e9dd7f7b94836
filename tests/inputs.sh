#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each kind of document that people have, in tests/inputs, is read right or named.
#   ONLY=NAME          this one alone
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT
again() { echo "make check-inputs ONLY=${1%%:*}"; }
while read -r line; do
	case $line in
	'ok '*) ok ;;
	*) not_ok "${line#not ok }" ;;
	esac
done < <(python3 "$here/inputs.py" "${CAPGATE:-$here/../build/capgate}" "$here/inputs" ${ONLY:-} 2>&1)
finish "documents that check takes"
