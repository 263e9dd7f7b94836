#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# configure on configurations that distributions and tools write: tests/wiring/ENGINE-NAME
# is the root of a machine.  After configure only the programs of the runtimes differ
# (wiring.py checks that as the engine would read the files); a second run changes
# nothing; --undo restores every byte.  ONLY=NAME tries one.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
R=$work/root
program=$(value CAPGATE_HOOKSDIR)
again() { echo "make check-wiring ONLY='$case'"; }

prove() { # SENTENCE COMMAND...
	local sentence=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		ok
	else
		not_ok "$case: $sentence"
		tail -15 "$work/out" | cut -c1-1500 | sed 's/^/  # /'
	fi
}
run() { "$capgate" configure --root "$R" "$@" >"$work/said" 2>&1 || { cat "$work/said"; return 1; }; }
# Files and links, less what stays after --undo for the containers that run.
tree() { (cd "$R" && find . \( -type f -o -type l \) ! -path ".$program/*" ! -path ./etc/capgate/runtime.json -printf '%p %y %m %l\n' -type f -exec sha256sum {} + | sort); }
quiet() { run "$1" && ! grep -v '^unchanged' "$work/said"; }

for dir in "$here"/wiring/*/; do
	case=$(basename "$dir")
	[ -z "${ONLY:-}" ] || [ "$case" = "$ONLY" ] || continue
	engine=${case%%--*}
	rm -rf "$R" "$work/before"
	cp -r "$dir" "$R"
	mkdir -p "$R/run"
	if [ -e "$R/podman-version" ]; then
		mkdir -p "$R/bin" "$R/usr/bin"
		cp "$(command -v busybox)" "$R/bin/sh"
		printf '#!/bin/sh\necho "%s"\n' "$(cat "$R/podman-version")" >"$R/usr/bin/podman"
		chmod 755 "$R/usr/bin/podman"
	fi
	cp -r "$R" "$work/before"
	tree >"$work/tree"
	prove "it can be configured" run "$engine"
	prove "nothing but the programs is different" python3 "$here/wiring.py" "$engine" "$work/before" "$R" "$program"
	prove "the second run changes nothing" quiet "$engine"
	prove "it can be undone" run --undo "$engine"
	tree >"$work/undone"
	prove "undone, every byte is as it was" diff "$work/tree" "$work/undone"
done
finish "wiring"
