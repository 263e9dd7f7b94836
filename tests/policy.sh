#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Policy files of this machine, the decision log, and why: the sentences of
# capgate-policy(5), one by one.
#   ONLY=WORDS    the sentences with these words, and what they need
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
policydir=${POLICYDIR:-/etc/capgate}
vendordir=${VENDORDIR:-/usr/local/share/capgate}
[ -n "$own_machine" ] || skip_all "policies" "root and mount namespaces are needed"

work=$(mktemp -d)
chmod 755 "$work"
# Everything of ours is on it, and goes with the namespace.
trap 'cd /; umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$work" || exit 1
cp "$capgate" "$work/capgate" # where other users can reach it
capgate="$work/capgate"
machine_cover "$(dirname "$(dirname "$vendordir")")" || exit 1
mkdir -p "$policydir" "$vendordir"
rm -rf "${policydir:?}"/* "${vendordir:?}"/*

again() { echo "make check-policy ONLY='$(words "$1")'"; }
back() { return "$1"; }
prove() { # SENTENCE COMMAND...: true when the command is, which finds $? as it was
	local was=$? sentence=$1
	shift
	if [[ $sentence != *"${ONLY:-}"* ]]; then
		: # another one is asked for; what it needs is done all the same
	elif back $was; "$@"; then
		ok
		printf '%s\n' "$sentence" >>"$work/proved"
	else
		not_ok "$sentence"
		[ ! -f "$work/err" ] || cat "$work/err"
	fi
}
log=/run/capgate/decisions.jsonl
clean() {
	rm -rf "${policydir:?}"/* "${vendordir:?}"/* /run/capgate
	chmod 755 "$policydir" "$vendordir"
}
spec() { # CAPS [MORE [MOUNTS]]: a configuration that asks for them
	printf '{"mounts":[{"destination":"/proc","type":"proc"}'"${3:+,$3}"'],"process":{"capabilities":{"bounding":[%s]}}%s}' "$1" "${2:+,$2}"
}
judge() { # STATUS [OPTION...] <SPEC: precreate ends with it, and says nothing on stdout unless 0
	local expected=$1
	shift
	"$capgate" precreate "$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$expected" ] && { [ "$expected" -eq 0 ] || [ ! -s "$work/out" ]; }
}
says() { grep -qF -- "$1" "$work/err"; }
put() { mkdir -p "$(dirname "$1")"; cat >"$1"; chmod 644 "$1"; }
keeps() { grep -q "$1" "$work/out"; }
loses() { [ -s "$work/out" ] && ! grep -q "$1" "$work/out"; }
last() { tail -n 1 $log | jq -e "$1" >/dev/null; }

# In the order of their numbers, up to the last that is asked for: each begins with clean,
# and uses functions of those before it.
last_part=$(grep -lF -- "${ONLY:-}" "$here"/policy/*.sh | tail -n 1)
for part in "$here"/policy/*.sh; do
	. "$part"
	[ "$part" != "$last_part" ] || break
done

finish "policies"
