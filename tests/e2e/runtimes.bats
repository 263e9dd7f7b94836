# SPDX-License-Identifier: Apache-2.0
# Bare runc and crun, with capgate as a hook in config.json.

load rig

setup_file() { rig_up; }
teardown_file() { rig_down; }

@test "the test can fail: without hooks NET_RAW reaches the container" {
	for rt in runc crun; do
		start $rt "$(bundle open "$(caps CAP_NET_RAW)")"
		[ "$status" -eq 0 ]
		holds $NET_RAW Inh Prm Eff Bnd Amb
	done
}

@test "createRuntime, prestart and createContainer refuse NET_RAW with status 10" {
	for stage in createRuntime prestart createContainer; do
		b=$(bundle "no-$stage" "$(caps CAP_NET_RAW) | $(hooks $stage)")
		start runc "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *"exit status 10"* ]]
		[[ "$output" == *"CAP_NET_RAW is not allowed"* ]]
		[[ "$output" != *"CapEff"* ]]
		start crun "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *"exit code: 10"* ]]
		[[ "$output" != *"CapEff"* ]]
	done
}

@test "another capability is refused with status 11" {
	b=$(bundle admin "$(caps CAP_SYS_ADMIN) | $(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 11"* ]]
	start crun "$b"
	[[ "$output" == *"exit code: 11"* ]]
}

@test "bounding alone is a grant, and is refused" {
	b=$(bundle bounding '.process.capabilities = {bounding:["CAP_NET_RAW"]} | '"$(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 10"* ]]
}

@test "spellings that only crun understands are refused under runc, too" {
	for odd in cap_net_raw 13 0xd 015 "CAP_NET_RAW "; do
		b=$(bundle odd '.process.capabilities = {bounding:["'"$odd"'"]}')
		start crun "$b"
		holds $NET_RAW Bnd
		b=$(bundle odd '.process.capabilities = {bounding:["'"$odd"'"]} | '"$(hooks createRuntime)")
		start runc "$b"
		[[ "$output" == *"exit status 12"* ]]
		start crun "$b"
		[[ "$output" == *"exit code: 12"* ]]
	done
}

@test "a look-alike key that only runc understands is refused under crun, too" {
	b=$(bundle lookalike "$(hooks createRuntime)")
	sed -i 's/"capabilities"/"capabilitie\xc5\xbf"/' "$b/config.json"
	start runc "$b"
	[[ "$output" == *"exit status 12"* ]]
	start crun "$b"
	[[ "$output" == *"exit code: 12"* ]]
}

@test "absent capabilities are refused, an empty object is not" {
	b=$(bundle absent "del(.process.capabilities) | $(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 10"* ]]
	b=$(bundle empty ".process.capabilities = {} | $(hooks createRuntime createContainer poststart)")
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		[ "$(set_of Bnd)" = 0000000000000000 ]
	done
}

@test "a filter that answers in the kernel's place keeps all capabilities, and is refused" {
	# PR_CAPBSET_DROP is 24; EINVAL is what a kernel says of a capability it does not know.
	pretend='.process.capabilities = {} | .process.noNewPrivileges = false | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
		syscalls: [{names: ["prctl"], action: "SCMP_ACT_ERRNO", errnoRet: 22, args: [{index: 0, value: 24, op: "SCMP_CMP_EQ"}]}]}'
	for rt in runc crun; do
		start $rt "$(bundle pretended "$pretend")"
		[ "$status" -eq 0 ]
		holds $NET_RAW Prm Eff Bnd
		start $rt "$(bundle pretended "$pretend | $(hooks createRuntime)")"
		[ "$status" -ne 0 ]
		[[ "$output" == *"exit status 10"* || "$output" == *"exit code: 10"* ]]
	done
	# The same by crun's annotation: prctl and capset succeed.
	pretend='.process.capabilities = {} | .process.noNewPrivileges = false | .annotations["run.oci.seccomp_bpf_data"] =
		"IAAAAAAAAAAVAAIAnQAAABUAAQB+AAAABgAAAAAA/38GAAAAAAAFAA=="'
	start crun "$(bundle pretended "$pretend")"
	[ "$status" -eq 0 ]
	holds $NET_RAW Prm Eff
	start crun "$(bundle pretended "$pretend | $(hooks createRuntime)")"
	[ "$status" -ne 0 ]
	[[ "$output" == *"exit code: 10"* ]]
}

@test "what is allowed starts unchanged with every hook in place" {
	b=$(bundle allowed "$(caps CAP_KILL CAP_CHOWN) | $(hooks prestart createRuntime createContainer poststart)")
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		holds 5 Prm Eff Bnd
		holds 0 Prm Eff Bnd
	done
}

@test "createRuntime sees where the host's /proc was bound, whatever is mounted after it" {
	local rt b root
	mounts='.mounts = [{destination: "/proc", type: "bind", source: "/proc", options: ["rbind"]},
		{destination: "/dev", type: "tmpfs", source: "tmpfs"}, {destination: "/tmp", type: "bind", source: env.RIG, options: ["rbind"]},
		{destination: "/etc/hosts", type: "bind", source: "/etc/hosts", options: ["bind"]},
		{destination: "/sys", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}]
		| .root.readonly = false | .linux.namespaces |= map(select(.type != "pid")) | del(.linux.maskedPaths, .linux.readonlyPaths)'
	for rt in runc crun; do
		for root in "$RIG/own-$rt/rootfs" rootfs; do
			rm -rf --one-file-system "$RIG/bundles/seen/rootfs" "$RIG/own-$rt"
			b=$(bundle seen "$(caps CAP_KILL) | $mounts | .root.path = \"$root\" | $(hooks createRuntime)")
			rig_rootfs "$(cd "$b" && realpath -m "$root")"
			start $rt "$b"
			[ "$status" -eq 0 ] || { echo "$rt: $output"; false; }
			holds 5 Prm Eff Bnd
			# Through a link it lies elsewhere, and may be covered.
			(cd "$b" && rmdir "$root/proc" && mkdir "$root/tmp/p" && ln -s tmp/p "$root/proc")
			start $rt "$b"
			[ "$status" -ne 0 ]
			[[ "$output" == *"exit status 10"* || "$output" == *"exit code: 10"* ]] || { echo "$rt: $output"; false; }
		done
	done
}

@test "poststart kills a container whose sets exceed the policy" {
	# As if the file had been swapped between the check and the start.
	b=$(bundle late "$(caps CAP_NET_RAW) | .process.args = [\"sleep\", \"600\"] | $(hooks poststart)")
	for rt in runc crun; do
		run timeout 300 $rt --root "$RIG/state-$rt" run --bundle "$b" "late$RANDOM" <"$RIG/empty"
		[ "$status" -ne 0 ] && [ "$status" -ne 124 ]
	done
}

# state PID: what a runtime tells its hooks of a container without a bundle of use.
state() {
	printf '{"ociVersion":"1.0.2","id":"x","status":"running","pid":%d,"bundle":"%s"}' "$1" "$RIG"
}

@test "poststart: a process that has ended is not killed, nor is a later one with its pid" {
	sleep 0 &
	gone=$!
	wait $gone
	run "$CAPGATE" poststart < <(state $gone)
	[ "$status" -eq 0 ]
	# Its number was given away again: the input ends only after the other one was born.
	mkfifo "$RIG/state"
	"$CAPGATE" poststart <"$RIG/state" &
	hook=$!
	exec 8>"$RIG/state"
	sleep 0.1
	sleep 600 8>&- &
	young=$!
	state $young >&8
	exec 8>&-
	wait $hook
	kill -0 $young
	kill $young
}

@test "poststart kills what it cannot measure" {
	for hide in status "status stat"; do
		sleep 600 &
		pid=$!
		run unshare -m --propagation private sh -c '
			for f in $2; do mount --bind /dev/null "/proc/$1/$f"; done
			exec "$3" poststart' sh $pid "$hide" "$CAPGATE" < <(state $pid)
		[ "$status" -eq 21 ]
		[[ "$output" == *"process $pid is killed"* ]]
		run wait $pid
		! kill -0 $pid 2>/dev/null
	done
	# Not in a dry run.
	sleep 600 &
	pid=$!
	run unshare -m --propagation private sh -c '
		mount --bind /dev/null "/proc/$1/status"; exec "$2" poststart --dry-run' sh $pid "$CAPGATE" < <(state $pid)
	kill -0 $pid
	kill $pid
}

@test "poststart: a name made of lines of a status file is only a name" {
	cp /bin/sleep "$RIG/$(printf 'x\nCapEff:\t0')"
	"$RIG/$(printf 'x\nCapEff:\t0')" 600 &
	pid=$!
	until grep -q ^x /proc/$pid/comm; do sleep 0.05; done
	run "$CAPGATE" poststart < <(state $pid)
	[ "$status" -eq 10 ]
	for _ in $(seq 3000); do kill -0 $pid 2>/dev/null || break; sleep 0.1; done
	! kill -0 $pid 2>/dev/null
}

@test "poststart ignores a nested user namespace" {
	b=$(bundle nested "$(caps CAP_KILL) | .process.noNewPrivileges = false
		| .process.args = [\"unshare\", \"-U\", \"sh\", \"-c\", \"sleep 0.4; echo alive\"]
		| $(hooks poststart)")
	ln -sf busybox "$RIG/rootfs/bin/unshare"
	for rt in runc crun; do
		start $rt "$b"
		[[ "$output" == *alive* ]]
	done
}

@test "a specification rewritten by precreate starts without NET_RAW" {
	b=$(bundle rewritten "$(caps CAP_NET_RAW CAP_KILL)")
	"$CAPGATE" precreate <"$b/config.json" >"$b/new.json"
	mv "$b/new.json" "$b/config.json"
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds 5 Prm Eff Bnd
	done
}

@test "what runc spec and crun spec write is never refused" {
	d="$RIG/plain"
	for rt in runc crun; do
		rm -rf "$d" && mkdir "$d"
		(cd "$d" && $rt spec)
		"$CAPGATE" precreate <"$d/config.json" >"$d/out.json"
		run "$CAPGATE" createRuntime <"$d/out.json"
		[ "$status" -eq 0 ]
	done
}
