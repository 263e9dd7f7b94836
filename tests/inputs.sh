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
# policy show --for and explain --spec take the same, and say when something was not judged.
prove() { # STATUS WORDS COMMAND...
	wanted=$1 words=$2
	shift 2
	printed=$("$@" 2>&1)
	got=$?
	if [ "$got" = "$wanted" ] && case $printed in *"$words"*) ;; *) false ;; esac; then ok; else
		not_ok "$*: $got: $printed"
	fi
}
if [ -z "${ONLY:-}" ]; then
	capgate=${CAPGATE:-$here/../build/capgate}
	prove 0 'compose service db' "$capgate" policy show --policy "$WORK/policy.json" --for "$here/inputs/compose.yaml"
	prove 2 'not judged' "$capgate" policy show --policy "$WORK/policy.json" --for "$here/inputs/nomad.json"
	prove 2 'neither a specification' "$capgate" policy show --policy "$WORK/policy.json" --for "$here/inputs/unknown.yaml"
	prove 0 'quadlet container web' "$capgate" explain --policy "$WORK/policy.json" --spec "$here/inputs/quadlet.container"
	prove 2 'Dockerfile' "$capgate" explain --policy "$WORK/policy.json" --spec "$here/inputs/dockerfile.txt"
fi
finish "documents that check takes"
