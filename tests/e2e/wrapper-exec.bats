# SPDX-License-Identifier: Apache-2.0
# exec enters a container: the container's filter and /proc count, whatever the process
# object says.  Under runc and crun, and other runtimes that RUNTIMES names by path.

load rig
load wrapper

setup_file() {
	rig_up
	wrapper_up
	RTS=$(for rt in ${RUNTIMES:-runc crun}; do command -v "$rt"; done)
	export RTS
	entries=
	for rt in $RTS; do
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/w-$(basename "$rt")"
		entries="$entries${entries:+,}\"w-$(basename "$rt")\":\"$rt\""
	done
	echo "{\"version\":1,\"runtimes\":{$entries}}" >/etc/capgate/runtime.json
	# Five empty sets and no no_new_privs: all is the runtime's to drop.
	jq -n '{cwd: "/", args: ["/bin/busybox", "grep", "^Cap", "/proc/self/status"], env: [], user: {uid: 0, gid: 0},
		noNewPrivileges: false, capabilities: {bounding: [], effective: [], permitted: [], inheritable: [], ambient: []}}' \
		>"$RIG/none.json"
}

teardown_file() {
	local rt id
	for rt in $RTS; do
		for id in "$RIG/st-$(basename "$rt")"/*/; do
			[ ! -d "$id" ] || "$rt" --root "$RIG/st-$(basename "$rt")" delete -f "$(basename "$id")" >/dev/null 2>&1 || true
		done
	done
	wrapper_down
	rig_down
}

setup() {
	default_policy
}

# made RUNTIME ID JQ: a container that sleeps, made without the wrapper, in a cgroup
# that no other run of these tests has.
made() {
	local b
	b=$(bundle "$2-$(basename "$1")" "$(caps CAP_KILL) | .process.args = [\"/bin/busybox\", \"sleep\", \"600\"] | .linux.cgroupsPath = \"/capgate-exec-$$-$2-$(basename "$1")\" | $3")
	"$1" --root "$RIG/st-$(basename "$1")" delete -f "$2" >/dev/null 2>&1 || true
	"$1" --root "$RIG/st-$(basename "$1")" run -d --bundle "$b" "$2" <"$RIG/empty" >/dev/null 2>"$RIG/made" || { cat "$RIG/made"; return 1; }
}

# x RUNTIME ARGUMENTS: exec through the wrapper; without OBJECT inline.
x() {
	local rt=$1
	shift
	run "$RIG/bin/w-$(basename "$rt")" --root "$RIG/st-$(basename "$rt")" exec "$@" <"$RIG/empty"
}

refused_or_empty() {
	[ "$status" -ne 0 ] || holds_nowhere $NET_RAW || { echo "$output"; return 1; }
	[[ "$status" -ne 0 || "$(set_of Bnd)" = 0000000000000000 ]] || { echo "$output"; return 1; }
}

PRETENDS='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["prctl", "capset"], action: "SCMP_ACT_ERRNO", errnoRet: 0}]}'
HARMLESS='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: 1}]}'

@test "a filter that pretends refuses exec with an object of a container made before" {
	for rt in $RTS; do
		made "$rt" pretends "$PRETENDS"
		x "$rt" --process "$RIG/none.json" pretends
		[ "$status" -eq 1 ]
		[[ "$output" == *refused* ]]
		x "$rt" pretends /bin/busybox true
		[ "$status" -eq 1 ]
		made "$rt" harmless "$HARMLESS"
		x "$rt" --process "$RIG/none.json" harmless
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		[ "$(set_of Bnd)" = 0000000000000000 ]
	done
}

@test "a filter is not known where others can write its configuration, or it is gone" {
	for rt in $RTS; do
		case $(basename "$rt") in crun*) where="$RIG/st-$(basename "$rt")/owned" ;; *) where="$RIG/bundles/owned-$(basename "$rt")" ;; esac
		made "$rt" owned "$PRETENDS"
		jq 'del(.linux.seccomp)' "$where/config.json" >"$RIG/owned.json"
		cp "$RIG/owned.json" "$where/config.json"
		chown 1000 "$where/config.json"
		x "$rt" --process "$RIG/none.json" owned
		[ "$status" -eq 1 ]
		[[ "$output" == *"seccomp filter"* ]] || { echo "$output"; false; }
		rm "$where/config.json"
		x "$rt" --process "$RIG/none.json" owned
		[ "$status" -eq 1 ]
	done
}

@test "a container without the kernel's own /proc, as its mounts are now, is not entered" {
	local rt pid before
	for rt in $RTS; do
		rm -rf "$RIG/forged"
		rig_rootfs "$RIG/forged"
		mkdir -p "$RIG/forged/proc/sys/kernel" "$RIG/forged/proc/self/fd"
		# never mounted: the container itself writes what it will say
		# (some runtimes do not start it)
		printf '40\n' >"$RIG/forged/proc/sys/kernel/cap_last_cap"
		if made "$rt" plain ".root = {path: \"$RIG/forged\"} | .mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths)"; then
			printf -- '-1\n' >"$RIG/forged/proc/sys/kernel/cap_last_cap"
			x "$rt" --process "$RIG/none.json" plain
			[ "$status" -eq 1 ]
			[[ "$output" == *refused* ]]
		fi
		# mounted, and covered later
		made "$rt" covered .
		x "$rt" --process "$RIG/none.json" covered
		[ "$status" -eq 0 ]
		pid=$("$rt" --root "$RIG/st-$(basename "$rt")" state covered | jq .pid)
		nsenter -t "$pid" -m /bin/busybox mount -t tmpfs none /proc/sys
		x "$rt" --process "$RIG/none.json" covered
		[ "$status" -eq 1 ]
		[[ "$output" == *cap_last_cap* ]] || { echo "$output"; false; }
		x "$rt" covered /bin/busybox true
		[ "$status" -eq 1 ]
		# where everything is allowed there is nothing to lose
		policy_with '"profile":"all"'
		x "$rt" --process "$RIG/none.json" covered
		[[ "$output" != *refused* ]] || { echo "$output"; false; }
		default_policy
	done
}

@test "a container whose state names no living process is not entered, and one that is not known is the runtime's to refuse" {
	for rt in $RTS; do
		made "$rt" dead .
		"$rt" --root "$RIG/st-$(basename "$rt")" kill dead KILL
		for _ in $(seq 100); do
			[ "$("$rt" --root "$RIG/st-$(basename "$rt")" state dead | jq -r .status)" != stopped ] || break
			sleep 0.05
		done
		x "$rt" --process "$RIG/none.json" dead
		[ "$status" -ne 0 ]
		x "$rt" --process "$RIG/none.json" never-made
		[ "$status" -ne 0 ]
		[[ "$output" != *refused* ]] || { echo "$output"; false; }
	done
}

@test "in audit mode all of it starts, and is logged" {
	policy_with '"mode":"audit"'
	for rt in $RTS; do
		made "$rt" audited "$PRETENDS"
		x "$rt" --process "$RIG/none.json" audited
		[[ "$output" != *refused* ]]
		[ "$(decision '.verdict + " " + .mode')" = "refuse audit" ]
	done
}

@test "an exemption by uid follows --user, and nobody is exempt by a user that can be read in two ways" {
	policy_with '"exemptions":[{"id":"E","match":{"uid":1000},"allow":["NET_RAW"],"reason":"r"}]'
	for rt in $RTS; do
		made "$rt" user "$(caps CAP_NET_RAW) | .process.user = {uid: 1000, gid: 1000}"
		x "$rt" user /bin/busybox grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		holds $NET_RAW Bnd
		for who in 0 0:0 root 01000 +1000 1000x 4294967295 4294968296; do
			x "$rt" --user $who user /bin/busybox grep ^Cap /proc/self/status
			[ "$status" -ne 0 ] || holds_nowhere $NET_RAW || { echo "$who: $output"; false; }
		done
		x "$rt" --user 1000:1000 user /bin/busybox grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
	done
}
