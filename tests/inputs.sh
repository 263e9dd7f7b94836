#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each kind of document in tests/inputs is read correctly, or named.
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
	# Directories of drop-ins that belong to it beside a unit.
	mkdir "$WORK/units"
	printf '[Container]\nImage=x\nDropCapability=NET_RAW\n' | tee "$WORK/units/a-b.container" >"$WORK/units/t@i.container"
	printf '[Service]\nExecStart=/x\nCapabilityBoundingSet=CAP_KILL\n' >"$WORK/units/a-b@i.service"
	for unit in a-b.container t@i.container a-b@i.service; do
		prove 0 allowed "$capgate" check --policy "$WORK/policy.json" "$WORK/units/$unit"
	done
	for pair in a-b.container/a-b.container.d a-b.container/a-.container.d a-b.container/container.d t@i.container/t@.container.d \
		a-b@i.service/service.d a-b@i.service/a-.service.d a-b@i.service/a-b@.service.d a-b@i.service/a-b@i.service.d; do
		mkdir "$WORK/units/${pair#*/}"
		echo >"$WORK/units/${pair#*/}/x.conf"
		prove 2 'drop-ins beside it' "$capgate" check --policy "$WORK/policy.json" "$WORK/units/${pair%/*}"
		rm -r "$WORK/units/${pair#*/}"
	done
	# docker compose merges an override into a file of a usual name.
	printf 'services: {a: {image: x, cap_drop: [ALL]}}\n' | tee "$WORK/units/compose.yml" "$WORK/units/docker-compose.yaml" >"$WORK/units/mine.yml"
	for override in compose.override.yaml docker-compose.override.yml; do
		prove 0 allowed "$capgate" check --policy "$WORK/policy.json" "$WORK/units/compose.yml"
		echo >"$WORK/units/$override"
		prove 2 'override file beside it' "$capgate" check --policy "$WORK/policy.json" "$WORK/units/compose.yml"
		prove 2 'override file beside it' "$capgate" policy show --policy "$WORK/policy.json" --for "$WORK/units/docker-compose.yaml"
		prove 0 allowed "$capgate" check --policy "$WORK/policy.json" "$WORK/units/mine.yml"
		rm "$WORK/units/$override"
	done
	mkdir "$WORK/units/a-b.container.d"
	echo >"$WORK/units/a-b.container.d/x.conf"
	prove 2 'drop-ins beside it' "$capgate" explain --policy "$WORK/policy.json" --spec "$WORK/units/a-b.container"
	prove 2 'Dockerfile' "$capgate" explain --policy "$WORK/policy.json" --spec "$here/inputs/dockerfile.txt"
fi
finish "documents that check takes"
