# SPDX-License-Identifier: Apache-2.0
# Exemptions for a user apply to processes that really have this user, not to those that
# only a command line, a process object or a filter gives it.

load rig
load wrapper
load attack

NET_RAW_TOO=0x20a1

setup_file() {
	attack_up
	attack_policy '"exemptions":[{"id":"EX-7","match":{"uid":1000},"allow":["NET_RAW"],"reason":"a test"}]'
}

teardown_file() { attack_down; }

NET_RAW='.process.capabilities |= map_values(["CAP_NET_RAW", "CAP_KILL"])'
USER='.process.user = {uid: 1000, gid: 1000}'

# not_as_root WHAT: whoever is user 0 holds no NET_RAW; whoever is not may.
not_as_root() {
	local sets user
	while read -r sets user; do
		(((sets & ~(user == 0 ? ALLOWED : NET_RAW_TOO)) == 0)) || attack_failed "$1: user $user holds $sets"
	done < <(paste -d' ' <(held) <(grep -a '^PROBE ' <<<"$output" | cut -d' ' -f8))
}

@test "the test can fail: user 1000 is exempt, and is started with NET_RAW" {
	for rt in $RUNTIMES; do
		to_end gated "$rt" "$(probe_bundle exempt "$NET_RAW | $USER")"
		[ "$(held)" = 0x2020 ] || { echo "$rt: $output"; false; }
	done
}

@test "a filter that answers for the kernel that the user was changed" {
	for rt in $(newest runc crun); do
		for calls in '"setuid", "setresuid", "setgid", "setresgid", "setgroups"' '"setresuid"' '"setuid"' \
			'"setresuid", "setresgid"' '"setresuid32", "setuid32"' '"setfsuid", "setresuid", "setreuid"'; do
			for action in 'action: "SCMP_ACT_ERRNO", errnoRet: 0' 'action: "SCMP_ACT_ERRNO", errnoRet: 22' \
				'action: "SCMP_ACT_TRACE"' 'action: "SCMP_ACT_ERRNO", errnoRet: 65536'; do
				b=$(probe_bundle pretended "$NET_RAW | $USER | .linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\",
					syscalls: [{names: [$calls], $action}]}")
				to_end gated "$rt" "$b"
				not_as_root "$calls, $action under $rt"
			done
		done
		b=$(probe_bundle pretended "$NET_RAW | $USER | .linux.seccomp = {defaultAction: \"SCMP_ACT_ERRNO\", defaultErrnoRet: 0,
			syscalls: [{names: [\"execve\", \"write\", \"capset\", \"prctl\", \"capget\", \"openat\", \"read\", \"mmap\", \"close\",
				\"exit_group\", \"futex\", \"rt_sigreturn\", \"geteuid\", \"arch_prctl\", \"brk\"], action: \"SCMP_ACT_ALLOW\"}]}")
		to_end gated "$rt" "$b"
		not_as_root "by default under $rt"
	done
	none_failed
}

@test "a filter as bytes that answers that the user was changed" {
	# setresuid (117) and setuid (105) succeed; all else is allowed.
	program=$(python3 -I -c 'import base64, struct
p = [(0x20, 0, 0, 0), (0x15, 2, 0, 117), (0x15, 1, 0, 105), (6, 0, 0, 0x7fff0000), (6, 0, 0, 0x00050000)]
print(base64.b64encode(b"".join(struct.pack("<HBBI", *i) for i in p)).decode())')
	for rt in $RUNTIMES; do
		case $rt in crun*) ;; *) continue ;; esac
		to_end gated "$rt" "$(probe_bundle bytes "$NET_RAW | $USER | .annotations[\"run.oci.seccomp_bpf_data\"] = \"$program\"")"
		not_as_root "an annotation under $rt"
	done
	none_failed
}

@test "exec as root in a container of user 1000" {
	# crun 1.21 takes "1000" for user 0.
	for rt in $(newest runc crun) $(grep -o 'crun-1\.21' <<<"$RUNTIMES"); do
		b=$(probe_bundle exempt "$NET_RAW | $USER | .process.args = [\"sleep\", \"600\"]")
		gated "$rt" run -d --bundle "$b" "u-$rt" <"$RIG/empty" >"$RIG/said" 2>&1
		for user in 0 0:0 0:1000 00 +0 -0 root ' 0' '0 ' 1000 1000:0; do
			run gated "$rt" exec --user "$user" "u-$rt" /probe <"$RIG/empty"
			not_as_root "exec --user '$user' under $rt"
			run gated "$rt" exec "--user=$user" --cap CAP_NET_RAW "u-$rt" /probe <"$RIG/empty"
			not_as_root "exec --user='$user' --cap under $rt"
		done
		run gated "$rt" exec -u 1000 -u 0 "u-$rt" /probe <"$RIG/empty"
		not_as_root "exec twice --user under $rt"
		for edit in '.user.uid = 0' 'del(.user)' '.user = {}' '.user = {uid: 0, gid: 1000}' '.user.uid = 0 | del(.capabilities)' \
			'.user.uid = 0 | .capabilities |= map_values(["CAP_NET_RAW"])'; do
			jq ".process | .args = [\"/probe\"] | $edit" "$b/config.json" >"$RIG/process.json"
			run gated "$rt" exec --process "$RIG/process.json" "u-$rt" <"$RIG/empty"
			not_as_root "exec --process with $edit under $rt"
			run gated "$rt" exec --process "$RIG/process.json" --user 1000 "u-$rt" <"$RIG/empty"
			not_as_root "exec --process with $edit --user 1000 under $rt"
		done
		ungated "$rt" delete -f "u-$rt"
	done
	none_failed
}
