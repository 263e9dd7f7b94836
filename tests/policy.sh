#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Policies as files of this machine, the decision log, why: what capgate-policy(5)
# says, sentence by sentence, in a mount namespace of our own in which /etc, /run
# and the rest can be written without touching the machine's.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
policydir=${POLICYDIR:-/etc/capgate}
vendordir=${VENDORDIR:-/usr/local/share/capgate}
[ "$(id -u)" = 0 ] || skip_all "policies" "root is needed, for a mount namespace"
own_mounts "$@"

work=$(mktemp -d)
chmod 755 "$work"
# Everything of ours is on it, and goes with the namespace.
trap 'cd /; umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$work" || exit 1
cp "$capgate" "$work/capgate" # where other users can reach it
capgate="$work/capgate"
writable() { # PATH: what is below it can be changed, and is not
	mkdir -p "$1" "$work/over$1/upper" "$work/over$1/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/over$1/upper,workdir=$work/over$1/work" "$1" || exit 1
}
writable /etc
writable "$(dirname "$(dirname "$vendordir")")"
mount -t tmpfs -o mode=755 tmpfs /run || exit 1
mkdir -p "$policydir" "$vendordir"
rm -rf "${policydir:?}"/* "${vendordir:?}"/*

prove() { # SENTENCE COMMAND...: true when the command is
	local sentence=$1
	shift
	if "$@"; then
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
spec() { # CAPS [MORE]: a configuration that asks for them
	printf '{"process":{"capabilities":{"bounding":[%s]}}%s}' "$1" "${2:+,$2}"
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

# In the order of their numbers; each begins with clean.
for part in "$here"/policy/*.sh; do
	. "$part"
done

finish "policies"
