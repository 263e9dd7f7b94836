# SPDX-License-Identifier: Apache-2.0
# Attacks under every available runtime: what must not give a container more than the
# policy allows, whichever runtime reads it.
#
# CAPGATE_TRY_RUNTIMES="PATH..." takes other runtimes than those of this machine and
# those that tests/runtimes/fetch.sh has fetched.

# KILL, CHOWN and SETUID are allowed: bits 5, 0 and 7.
ATTACK_POLICY='"profile":"none","allow":["KILL","CHOWN","SETUID"]'
ALLOWED=0xa1
# UNJUDGED=yes: CAPGATE_HOOK lets everything pass (make check-unjudged-attacks), and the
# ceiling alone is left.  Then nothing may hold NET_RAW, whatever else it gets.
FORBIDDEN=$((~ALLOWED))
[ -z "${UNJUDGED:-}" ] || FORBIDDEN=0x2000
RUNTIMES_DIR=${CAPGATE_RUNTIMES_DIR:-$(dirname "$CAPGATE")/runtimes}

attack_up() {
	rig_up
	wrapper_up
	cc -O2 -static -o "$RIG/rootfs/probe" "$TOP/tests/e2e/differential/probe.c"
	runtimes_up
	attack_policy
}

attack_down() {
	local rt id
	for rt in $RUNTIMES; do
		for id in "$RIG/state-$rt"/*/; do
			[ ! -d "$id" ] || ungated "$rt" delete -f "$(basename "$id")" >/dev/null 2>&1 || true
		done
	done
	wrapper_down
	rig_down
}

attack_policy() {
	policy_with "$ATTACK_POLICY${1:+,$1}"
}

# RUNTIMES: their names, "runc-1.3.6"; the program is $RIG/real/NAME/runc, and the
# wrapper before it $RIG/bin/gate-NAME.
runtimes_up() {
	local name version path entries=
	RUNTIMES=
	while read -r name version path; do
		mkdir -p "$RIG/real/$name-$version"
		cp "$path" "$RIG/real/$name-$version/$name"
		ln -s "$CAPGATE_HOOK" "$RIG/bin/gate-$name-$version"
		entries="$entries,\"gate-$name-$version\":\"$RIG/real/$name-$version/$name\""
		RUNTIMES="$RUNTIMES $name-$version"
	done < <(runtimes_here)
	export RUNTIMES
	[ -n "$RUNTIMES" ] || { echo "no runtime at all" >&2; return 1; }
	printf '{"version":1,"runtimes":{%s}}\n' "${entries#,}" >/etc/capgate/runtime.json
}

runtimes_here() {
	local path name
	if [ -z "${CAPGATE_TRY_RUNTIMES:-}" ]; then
		"$TOP/tests/runtimes/list.sh" "$RUNTIMES_DIR"
		return
	fi
	for path in $CAPGATE_TRY_RUNTIMES; do
		name=$(basename "$path")
		echo "${name%%[-_.]*} $(cksum <"$path" | cut -d' ' -f1) $path"
	done
}

# newest NAME...: the newest runtime of each name, or all of them with ATTACKS=all.
newest() {
	local name rt last
	for name; do
		last=
		for rt in $RUNTIMES; do
			case $rt in "$name"-*) ;; *) continue ;; esac
			[ "${ATTACKS:-}" != all ] || echo "$rt"
			last=$rt
		done
		[ "${ATTACKS:-}" = all ] || [ -z "$last" ] || echo "$last"
	done
}

# gated NAME ARGUMENT..., ungated NAME ARGUMENT...: the wrapper, and the runtime itself.
gated() { timeout -s KILL 60 "$RIG/bin/gate-$1" --root "$RIG/state-$1" "${@:2}"; }
ungated() { timeout -s KILL 60 "$RIG/real/$1/${1%%-*}" --root "$RIG/state-$1" "${@:2}"; }

# probe_bundle NAME [JQ]: a bundle whose program is the probe, with five empty sets.
# It lies in a root file system of its own, so that attacks can lay files there.
probe_bundle() {
	local dir="$RIG/bundles/$1"
	rm -rf --one-file-system "$dir"
	mkdir -p "$dir/rootfs"/{bin,proc,dev,sys,tmp}
	cp "$RIG/rootfs/probe" "$dir/rootfs/probe"
	cp /bin/busybox "$dir/rootfs/bin/busybox"
	ln -s busybox "$dir/rootfs/bin/sh"
	ln -s busybox "$dir/rootfs/bin/sleep"
	jq -n '{ociVersion: "1.0.2", root: {path: "rootfs"}, mounts: [{destination: "/proc", type: "proc", source: "proc"}],
		process: {user: {uid: 0, gid: 0}, args: ["/probe"], cwd: "/", env: ["PATH=/bin"], noNewPrivileges: false,
			capabilities: {bounding: [], effective: [], permitted: [], inheritable: [], ambient: []}},
		linux: {namespaces: ["pid", "mount", "ipc", "uts", "network" | {type: .}]}} | '"${2:-.}" >"$dir/config.json"
	echo "$dir"
}

# The union of the five sets that the probe printed, or nothing: it did not run.
held() {
	local _ inh prm eff bnd amb
	while read -r _ inh prm eff bnd amb _; do
		printf '0x%x\n' $((0x$inh | 0x$prm | 0x$eff | 0x$bnd | 0x$amb))
	done < <(grep -a '^PROBE ' <<<"$output")
}

# harmless WHAT: the container did not start, or held nothing that is forbidden.
harmless() {
	local sets
	for sets in $(held); do
		(((sets & FORBIDDEN) == 0)) || { echo "$1: it holds $sets"; return 1; }
	done
}

# harmful WHAT: it did hold what is forbidden.
harmful() {
	local sets
	for sets in $(held); do
		(((sets & ~ALLOWED) == 0)) || return 0
	done
	echo "$1: it holds nothing that is forbidden: ${output: -300}"
	return 1
}

# forget NAME ID: the container that is left of it, if any.
forget() { [ ! -d "$RIG/state-$1/$2" ] || ungated "$1" delete -f "$2" >/dev/null 2>&1 || true; }

# to_end gated|ungated NAME BUNDLE: runs it to its end; output and status.
to_end() {
	local id="a$BATS_TEST_NUMBER-$RANDOM"
	run "$1" "$2" run --bundle "$3" "$id" <"$RIG/empty"
	forget "$2" "$id"
}

# turn: the runtimes that the next variant of an attack is tried under: the newest runc, in
# which most were found, and one other, in turn.  With ATTACKS=all every one.
turn() {
	local -a all=($RUNTIMES)
	TURN=$RUNTIMES
	[ "${ATTACKS:-}" = all ] || [ "${#all[@]}" -le 2 ] || TURN="$(newest runc) ${all[$((TURNS++ % ${#all[@]}))]}"
	TURN=$(printf '%s\n' $TURN | sort -u)
}

# attempt WHAT JQ [SCRIPT]: a bundle, made by jq and prepared by the script in its root file
# system, does no harm behind the wrapper.  With ATTACKS=all it is started without the
# wrapper too, and where it does harm the hooks must refuse it.
attempt() {
	local TURN
	turn
	under "$TURN" "$@"
}
# everywhere WHAT JQ [SCRIPT]: the same under every runtime.
everywhere() { under "$RUNTIMES" "$@"; }
under() {
	local rt b harm= runtimes=$1
	shift
	for rt in $runtimes; do
		if [ "${ATTACKS:-}" = all ]; then
			b=$(prepared_bundle "$@")
			to_end ungated "$rt" "$b"
			if harmful "$1" >/dev/null; then
				harm="$harm $rt"
				run "$CAPGATE_HOOK" createRuntime <"$b/config.json"
				[ "$status" -ne 0 ] || attack_failed "$1: harmful under $rt, and createRuntime lets it pass"
			fi
		fi
		# A bundle anew: runtimes leave links in a root file system.
		b=$(prepared_bundle "$@")
		to_end gated "$rt" "$b"
		must_be_harmless "$1 under $rt"
	done
	[ "${ATTACKS:-}" != all ] || echo "# $1: without the wrapper harmful under${harm:- none}" >&3
}

prepared_bundle() {
	local b
	b=$(probe_bundle "$1" "$2")
	[ -z "${3:-}" ] || (cd "$b/rootfs" && eval "$3")
	echo "$b"
}

# must_be_harmless WHAT: or the test fails at its end, with the others.
must_be_harmless() {
	local words
	words=$(harmless "$1") || attack_failed "$words"
}

attack_failed() { printf '%s\n' "$1" >>"$BATS_TEST_TMPDIR/failed"; }

# none_failed: the last line of a test that has made attempts.
none_failed() {
	[ ! -e "$BATS_TEST_TMPDIR/failed" ] || { cat "$BATS_TEST_TMPDIR/failed"; return 1; }
}
