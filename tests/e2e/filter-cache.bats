# SPDX-License-Identifier: Apache-2.0
# crun's cache of compiled seccomp filters.  Its key does not include errnoRet, so the
# filter of an unjudged container can be given to a judged one.

load rig
load wrapper
load attack

setup_file() { attack_up; }
teardown_file() { attack_down; }

setup() {
	attack_policy
	C=$(newest crun)
	CACHE="$RIG/state-$C/.cache/seccomp"
	rm -rf --one-file-system "$RIG/state-$C"
}

# prctl ERRNO: jq text of a filter that answers prctl with it.
prctl() {
	printf '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["prctl"], action: "SCMP_ACT_ERRNO", errnoRet: %d}]}' "$1"
}
HARMLESS='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["chown"], action: "SCMP_ACT_ERRNO", errnoRet: 1}]}'

# caches: this crun keeps one at all.
caches() {
	to_end ungated "$C" "$(probe_bundle any "$HARMLESS")"
	[ -n "$(ls "$CACHE" 2>/dev/null)" ] || skip "$C keeps no cache"
	rm -rf "$CACHE"
}

@test "the test can fail: without the wrapper the second container gets the filter of the first" {
	caches
	to_end ungated "$C" "$(probe_bundle first "$(prctl 0)")"
	to_end ungated "$C" "$(probe_bundle second "$(prctl 1)")"
	harmful "$C"
}

@test "a filter left by an unjudged container is not given to a judged one" {
	for rt in $RUNTIMES; do
		case $rt in crun*) ;; *) continue ;; esac
		for pair in 'prctl 0 prctl 1' 'capset 0 capset 1' 'prctl 22 prctl 1' 'prctl","capset 0 prctlcapset 1'; do
			read -r first errno second other <<<"$pair"
			rm -rf "$RIG/state-$rt/.cache"
			to_end ungated "$rt" "$(probe_bundle first "$(prctl "$errno" | sed "s/prctl/$first/")")"
			to_end gated "$rt" "$(probe_bundle second "$(prctl "$other" | sed "s/prctl/$second/")")"
			must_be_harmless "$pair under $rt"
		done
	done
	none_failed
}

# runs NAME BUNDLE ID: a container that stays, started without the wrapper.
runs() {
	jq '.process.args = ["/bin/sleep", "1000"]' "$2/config.json" >"$2/new" && mv "$2/new" "$2/config.json"
	ungated "$1" run -d --bundle "$2" "$3" <"$RIG/empty" >"$RIG/said" 2>&1 || { cat "$RIG/said"; return 1; }
}

# execs NAME ID CHECK: each way to exec, and what must be true of its output.
execs() {
	run gated "$1" exec --process "$RIG/exec.json" "$2" <"$RIG/empty"
	"$3" "exec --process under $1"
	run gated "$1" exec "$2" /probe <"$RIG/empty"
	"$3" "exec under $1"
	run gated "$1" exec --cap CAP_KILL "$2" /probe <"$RIG/empty"
	"$3" "exec --cap under $1"
}
refused_as_foreign() {
	must_be_harmless "$1"
	[[ "$output" == *"(seccomp.bpf) can answer prctl with an errno"*"create it again"* ]] || attack_failed "$1: $output"
}
passes() {
	must_be_harmless "$1"
	[[ "$output" == *PROBE* ]] || attack_failed "$1: $output"
}

@test "exec does not load the filter that a container got from another one before the wrapper was there" {
	jq -n '{user: {uid: 0, gid: 0}, args: ["/probe"], cwd: "/", env: ["PATH=/bin"], noNewPrivileges: false,
		capabilities: {bounding: [], effective: [], permitted: [], inheritable: [], ambient: []}}' >"$RIG/exec.json"
	for rt in $RUNTIMES; do
		case $rt in crun*) ;; *) continue ;; esac
		rm -rf "$RIG/state-$rt/.cache"
		to_end ungated "$rt" "$(probe_bundle first "$(prctl 0)")"
		second=$(probe_bundle second "$(prctl 1)")
		# A profile that denies prctl lets nobody drop capabilities: only the other's filter starts it.
		[ -n "$(ls "$RIG/state-$rt/.cache/seccomp" 2>/dev/null)" ] || continue
		runs "$rt" "$second" "k-$rt"
		execs "$rt" "k-$rt" refused_as_foreign
		forget "$rt" "k-$rt"
		# The cure, and a container whose filter is its own.
		own=$(probe_bundle own "$HARMLESS")
		runs "$rt" "$own" "o-$rt"
		execs "$rt" "o-$rt" passes
		forget "$rt" "o-$rt"
	done
	none_failed
}

@test "filters of judged containers are kept and reused" {
	caches
	for _ in 1 2; do to_end gated "$C" "$(probe_bundle any "$HARMLESS")"; done
	[ "$status" -eq 0 ]
	[ -e "$CACHE/.capgate" ]
	before=$(ls -i "$CACHE")
	[ -n "$before" ]
	to_end gated "$C" "$(probe_bundle any "$HARMLESS")"
	[ "$(ls -i "$CACHE")" = "$before" ]
}

@test "in audit mode nothing is cleared, and filters from then are not trusted later" {
	caches
	for _ in 1 2; do to_end gated "$C" "$(probe_bundle any "$HARMLESS")"; done
	attack_policy '"mode":"audit"'
	to_end gated "$C" "$(probe_bundle first "$(prctl 0)")"
	harmful "$C"
	[ ! -e "$CACHE/.capgate" ]
	[ -n "$(ls "$CACHE")" ]
	attack_policy
	to_end gated "$C" "$(probe_bundle second "$(prctl 1)")"
	harmless "$C"
}

@test "no link is followed, and a cache that others can write stops the start" {
	caches
	mkdir "$RIG/precious"
	echo words >"$RIG/precious/file"
	ln -s "$RIG/precious" "$CACHE"
	to_end gated "$C" "$(probe_bundle any "$HARMLESS")"
	[ "$status" -ne 0 ]
	[[ "$output" == *"crun's cache of filters cannot be opened"* ]] || { echo "$output"; false; }
	[ "$(<"$RIG/precious/file")" = words ]
	rm "$CACHE"
	mkdir -m 777 "$CACHE"
	chmod 777 "$CACHE"
	to_end gated "$C" "$(probe_bundle any "$HARMLESS")"
	[ "$status" -ne 0 ]
	[[ "$output" == *"is writable for users other than root; remove it"* ]] || { echo "$output"; false; }
	# A link among the filters is removed, and not what it leads to.
	chmod 700 "$CACHE"
	ln -s "$RIG/precious/file" "$CACHE/link"
	to_end gated "$C" "$(probe_bundle any "$HARMLESS")"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ ! -L "$CACHE/link" ]
	[ "$(<"$RIG/precious/file")" = words ]
}

@test "configure clears it for every root that engines give crun; doctor reports it" {
	for root in /run/crun /run/containerd/runc/k8s.io /run/docker/runtime-crun/moby; do
		mkdir -p "$root/.cache/seccomp"
		chmod 700 "$root" "$root/.cache" "$root/.cache/seccomp"
		touch -d yesterday "$root/.cache/seccomp/0123"
	done
	run "$CAPGATE" configure podman --dry-run
	[ -e /run/crun/.cache/seccomp/0123 ]
	run "$CAPGATE" doctor podman
	for root in /run/crun /run/containerd/runc/k8s.io /run/docker/runtime-crun/moby; do
		[[ "$output" == *"$root/.cache/seccomp contains 1 seccomp filter "* ]] || { echo "$output"; false; }
	done
	run "$CAPGATE" configure podman
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	for root in /run/crun /run/containerd/runc/k8s.io /run/docker/runtime-crun/moby; do
		[ -z "$(ls -A "$root/.cache/seccomp")" ]
	done
	# What was compiled since is not told of.
	touch /run/crun/.cache/seccomp/4567
	run "$CAPGATE" doctor podman
	[[ "$output" != *"seccomp filter"* ]] || { echo "$output"; false; }
	run "$CAPGATE" configure podman --undo
}
