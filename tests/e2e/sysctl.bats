# SPDX-License-Identifier: Apache-2.0
# Removing a capability without breaking the container: sysctls instead of capabilities,
# and programs that will no longer execute.

load rig
load wrapper

NET_BIND=10

setup_file() {
	rig_up
	wrapper_up
	rig_ping "$RIG/rootfs"
	for name in sleep kill timeout; do ln -sf busybox "$RIG/rootfs/bin/$name"; done
	jq -n '{version: 1, deny: ["NET_BIND_SERVICE"]}' >"$RIG/deny.json"
	jq -n '{version: 1, substitute_sysctls: false, deny: ["NET_BIND_SERVICE"]}' >"$RIG/without.json"
}
teardown_file() { wrapper_down; rig_down; }

# rewritten BUNDLE [OPTION...]: as podman's hook would have handed it on.
rewritten() {
	"$CAPGATE" precreate "${@:2}" <"$1/config.json" >"$1/new.json"
	mv "$1/new.json" "$1/config.json"
}

# wrapped RUNTIME BUNDLE: started by the wrapper that stands for it.
wrapped() {
	run "$RIG/bin/capgate-$1" --root "$RIG/state-$1" run --bundle "$2" "w$RANDOM" <"$RIG/empty"
}

PING='.process.args = ["iping", "-c", "1", "-W", "2", "127.0.0.1"]'
LISTEN='.process.args = ["sh", "-c", "nc -l -p 80 & until ! kill -0 $! || grep -qs \":0050 .* 0A \" /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done; kill -0 $! && echo bound; kill $!"]'
USER='.process.user = {uid: 1000, gid: 1000}'
sysctl() { jq -r --arg k "$1" '.linux.sysctl[$k] // "none"' "$2/config.json"; }

@test "the test can fail: without NET_RAW and without the sysctl ping fails" {
	for rt in runc crun; do
		b=$(bundle deaf "$(caps CAP_NET_RAW CAP_KILL) | $PING")
		rewritten "$b" --policy "$RIG/without.json"
		start $rt "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *"Operation not permitted"* ]]
	done
}

@test "ping works after NET_RAW was removed, as root and as uid 1000" {
	for who in . "$USER"; do
		for rt in runc crun; do
			b=$(bundle ping "$(caps CAP_NET_RAW CAP_KILL) | $PING | $who")
			rewritten "$b"
			[ "$(sysctl net.ipv4.ping_group_range "$b")" = "0 2147483647" ]
			start $rt "$b"
			[ "$status" -eq 0 ] || { echo "$rt $who: $output"; false; }
			[[ "$output" == *"1 received"* ]]
		done
	done
}

@test "the test can fail: without NET_BIND_SERVICE and without the sysctl port 80 cannot be bound" {
	for rt in runc crun; do
		b=$(bundle unbound "$(caps CAP_NET_BIND_SERVICE CAP_KILL) | $LISTEN")
		rewritten "$b" --policy "$RIG/without.json"
		start $rt "$b"
		[[ "$output" != *bound* ]]
	done
}

@test "port 80 binds after NET_BIND_SERVICE was removed, as root and as uid 1000" {
	for who in . "$USER"; do
		for rt in runc crun; do
			b=$(bundle listen "$(caps CAP_NET_BIND_SERVICE CAP_KILL) | $LISTEN | $who")
			rewritten "$b" --policy "$RIG/deny.json"
			[ "$(sysctl net.ipv4.ip_unprivileged_port_start "$b")" = 0 ]
			start $rt "$b"
			[[ "$output" == *bound* ]] || { echo "$rt $who: $output"; false; }
		done
	done
}

@test "both at once, in a user namespace of 65536 ids" {
	maps='.linux.namespaces += [{type: "user"}] | .root.readonly = false
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'
	mkdir -p "$RIG/mapped" "$RIG/bundles"
	cp -a "$RIG/rootfs/." "$RIG/mapped/"
	chown -R 100000:100000 "$RIG/mapped"
	chmod 755 "$RIG" "$RIG/bundles"
	for rt in runc crun; do
		b=$(bundle mapped "$(caps CAP_NET_RAW CAP_NET_BIND_SERVICE) | $maps | .root.path = \"$RIG/mapped\"
			| .process.args = [\"sh\", \"-c\", \"iping -c 1 -W 2 127.0.0.1 && nc -l -p 80 & until ! kill -0 \$! || grep -qs \\\":0050 .* 0A \\\" /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done; kill -0 \$! && echo bound; kill \$!\"]
			| del(.mounts[] | select(.type == \"cgroup\" or .type == \"mqueue\"))")
		rewritten "$b" --policy "$RIG/deny.json"
		[ "$(sysctl net.ipv4.ping_group_range "$b")" = "0 65535" ]
		[ "$(sysctl net.ipv4.ip_unprivileged_port_start "$b")" = 0 ]
		start $rt "$b"
		[ "$status" -eq 0 ] || { echo "$rt: $output"; false; }
		[[ "$output" == *"1 received"* ]]
		[[ "$output" == *bound* ]]
	done
}

@test "with the host's network no sysctl is added, and the container starts" {
	before=$(cat /proc/sys/net/ipv4/ping_group_range)
	for rt in runc crun; do
		b=$(bundle host "$(caps CAP_NET_RAW CAP_KILL) | del(.linux.namespaces[] | select(.type == \"network\"))")
		rewritten "$b"
		[ "$(sysctl net.ipv4.ping_group_range "$b")" = none ]
		start $rt "$b"
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
	done
	[ "$(cat /proc/sys/net/ipv4/ping_group_range)" = "$before" ]
}

@test "a path to the host's own network: no sysctl is added, and the host does not change" {
	before=$(cat /proc/sys/net/ipv4/ping_group_range)
	touch "$RIG/host-net"
	mount --bind /proc/self/ns/net "$RIG/host-net"
	ln -sf "$RIG/host-net" "$RIG/link-to-host"
	for path in "$RIG/host-net" "$RIG/link-to-host"; do
		for rt in runc crun; do
			b=$(bundle joined "$(caps CAP_NET_RAW CAP_KILL)
				| (.linux.namespaces[] | select(.type == \"network\")).path = \"$path\"")
			rewritten "$b"
			[ "$(sysctl net.ipv4.ping_group_range "$b")" = none ]
			start $rt "$b"
			[ "$status" -eq 0 ] || { echo "$rt $path: $output"; false; }
		done
	done
	umount "$RIG/host-net"
	[ "$(cat /proc/sys/net/ipv4/ping_group_range)" = "$before" ]
}

# hold: a process with a network namespace of its own; its pid in $holder.
hold() {
	unshare -n sleep 600 3>&- &
	holder=$!
	until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
}

@test "a path that is another namespace gets the sysctl, and the host does not" {
	before=$(cat /proc/sys/net/ipv4/ping_group_range)
	hold
	touch "$RIG/other-net"
	mount --bind "/proc/$holder/ns/net" "$RIG/other-net"
	for rt in runc crun; do
		b=$(bundle other "$(caps CAP_NET_RAW CAP_KILL)
			| (.linux.namespaces[] | select(.type == \"network\")).path = \"$RIG/other-net\"")
		rewritten "$b"
		[ "$(sysctl net.ipv4.ping_group_range "$b")" = "0 2147483647" ]
		start $rt "$b"
		[ "$status" -eq 0 ] || { echo "$rt: $output"; false; }
	done
	kill $holder
	umount "$RIG/other-net"
	[ "$(cat /proc/sys/net/ipv4/ping_group_range)" = "$before" ]
}

# As docker and podman name the network of the container that another one joins.
@test "the network namespace of another process, for every hook and the wrapper" {
	hold
	for path in "/proc/$holder/ns/net" "/proc/$$/ns/net" /proc/self/ns/net; do
		want=none
		[ "$path" != "/proc/$holder/ns/net" ] || want="0 2147483647"
		b=$(bundle process "$(caps CAP_NET_RAW CAP_KILL)
			| (.linux.namespaces[] | select(.type == \"network\")).path = \"$path\"")
		cp "$b/config.json" "$RIG/process.json"
		said=$("$CAPGATE" check --format json "$b" | jq -r '[.reports[0].findings[] | select(.path == "linux.sysctl").name] | join(" ")')
		[ "$said" = "$([ "$want" = none ] && echo sysctl-not-substituted || echo sysctl-substituted)" ] || { echo "check, $path: $said"; false; }
		rewritten "$b"
		[ "$(sysctl net.ipv4.ping_group_range "$b")" = "$want" ] || { echo "precreate, $path"; false; }
		for rt in runc crun; do
			cp "$RIG/process.json" "$b/config.json"
			wrapped $rt "$b"
			[ "$(sysctl net.ipv4.ping_group_range "$b")" = "$want" ] || { echo "wrapper, $rt, $path: $output"; false; }
			[ "$status" -eq 0 ] || { echo "$rt, $path: $output"; false; }
		done
	done
	kill $holder
}

@test "the host's network is recognised from an engine's own network namespace" {
	before=$(cat /proc/sys/net/ipv4/ping_group_range)
	b=$(bundle inner "$(caps CAP_NET_RAW CAP_KILL) | (.linux.namespaces[] | select(.type == \"network\")).path = \"/proc/1/ns/net\"")
	# The shell is process 1 there, and in the machine's network.
	run unshare --pid --fork --mount-proc sh -c "
		unshare -n '$CAPGATE' precreate <'$b/config.json' >'$b/new.json' && mv '$b/new.json' '$b/config.json' &&
		unshare -n crun --root '$RIG/state-crun' run --bundle '$b' inner; exit \$?" <"$RIG/empty"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(sysctl net.ipv4.ping_group_range "$b")" = none ]
	[ "$(cat /proc/sys/net/ipv4/ping_group_range)" = "$before" ]
}

# Where the sysctl cannot be set, runtimes do not start the container.  Each starts
# as it is, so it starts when it is rewritten.
@test "what would not start with the sysctl starts without it" {
	hold
	mkdir -p "$RIG/mapped" "$RIG/bundles"
	cp -a "$RIG/rootfs/." "$RIG/mapped/"
	chown -R -h 100000:100000 "$RIG/mapped"
	chmod 755 "$RIG" "$RIG/bundles"
	true='.process.args = ["/bin/true"]'
	mapped=".linux.namespaces += [{type: \"user\"}] | .root.readonly = false | .root.path = \"$RIG/mapped\"
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
		| del(.mounts[] | select(.type == \"cgroup\" or .type == \"mqueue\" or .type == \"sysfs\"))"
	for odd in '.mounts = [{destination: "/proc", type: "proc", source: "proc", options: ["ro"]}]' \
		"$mapped | (.linux.namespaces[] | select(.type == \"network\")).path = \"/proc/$holder/ns/net\"" \
		"$mapped | .linux.gidMappings[0].containerID = 1 | .process.user = {uid: 1, gid: 1}"; do
		for rt in runc crun; do
			# (without a /dev of its own, links of the last container would be there)
			rm -rf "$RIG"/rootfs/dev/* "$RIG"/mapped/dev/*
			b=$(bundle odd "$(caps CAP_NET_RAW CAP_KILL) | $true | $odd")
			start $rt "$b"
			if [ "$status" -ne 0 ]; then
				echo "# $rt does not start it anyway: $odd" >&3
				continue
			fi
			rewritten "$b"
			[ "$(sysctl net.ipv4.ping_group_range "$b")" = none ] || { echo "$odd"; false; }
			rm -rf "$RIG"/rootfs/dev/* "$RIG"/mapped/dev/*
			start $rt "$b"
			[ "$status" -eq 0 ] || { echo "$rt $odd: $output"; false; }
		done
	done
	kill $holder
}

@test "with a read-only /proc/sys, as in a container that is not privileged, no sysctl is added" {
	for rt in runc crun; do
		b=$(bundle nested "$(caps CAP_NET_RAW CAP_KILL)")
		read_only="mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys"
		unshare -m sh -c "$read_only && exec '$CAPGATE' precreate" <"$b/config.json" >"$b/new.json"
		mv "$b/new.json" "$b/config.json"
		[ "$(sysctl net.ipv4.ping_group_range "$b")" = none ]
		run unshare -m sh -c "$read_only && exec $rt --root '$RIG/state-$rt' run --bundle '$b' nested" <"$RIG/empty"
		[ "$status" -eq 0 ] || { echo "$rt: $output"; false; }
	done
}

@test "what the specification sets itself stays, in either spelling" {
	for key in net.ipv4.ping_group_range net/ipv4/ping_group_range; do
		b=$(bundle own "$(caps CAP_NET_RAW CAP_KILL) | .linux.sysctl = {\"$key\": \"5 6\"}")
		rewritten "$b"
		[ "$(jq -c .linux.sysctl "$b/config.json")" = "{\"$key\":\"5 6\"}" ]
	done
}

@test "Debian's ping is said to fail, and does" {
	b=$(bundle capable "$(caps CAP_NET_RAW CAP_KILL) | .process.args = [\"cping\", \"-c\", \"1\", \"127.0.0.1\"]")
	run "$CAPGATE" check "$b"
	[[ "$output" == *"/bin/cping: exec will fail after the rewrite: operation not permitted"* ]]
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
	done
	rewritten "$b"
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *[Oo]"peration not permitted"* ]]
	done
}

@test "no_new_privileges: require adds it, and the container has it" {
	jq -n '{version: 1, no_new_privileges: "require"}' >"$RIG/nnp.json"
	for start in 'del(.process.noNewPrivileges)' '.process.noNewPrivileges = false' '.process.noNewPrivileges = true'; do
		b=$(bundle nnp "$(caps CAP_NET_RAW CAP_KILL) | $start | .process.args = [\"grep\", \"NoNewPrivs\", \"/proc/self/status\"]")
		rewritten "$b" --policy "$RIG/nnp.json"
		for rt in runc crun; do
			start $rt "$b"
			[[ "$output" == *"1"* ]] || { echo "$rt $start: $output"; false; }
		done
	done
	jq -n '{version: 1, no_new_privileges: "require", action: "reject"}' >"$RIG/nnp.json"
	b=$(bundle nnp "$(caps CAP_KILL) | .process.noNewPrivileges = false")
	run "$CAPGATE" precreate --policy "$RIG/nnp.json" <"$b/config.json"
	[ "$status" -eq 11 ]
	[[ "$output" == *noNewPrivileges* ]]
}

@test "crun drops no_new_privs for exec, runc does not" {
	for rt in runc crun; do
		b=$(bundle nnpx "$(caps CAP_KILL) | .process.noNewPrivileges = true | .process.args = [\"sleep\", \"60\"]")
		$rt --root "$RIG/state-$rt" run -d --bundle "$b" nnpx <"$RIG/empty" >"$RIG/said" 2>&1 3>&-
		run $rt --root "$RIG/state-$rt" exec nnpx grep NoNewPrivs /proc/self/status 3>&-
		$rt --root "$RIG/state-$rt" delete -f nnpx
		[[ "$output" == *$([ $rt = runc ] && echo 1 || echo 0) ]]
	done
}

# crun's exec forgets the container's own.
@test "no_new_privileges: what exec starts has it, by command line and by process object" {
	jq -n --arg log "$RIG/decisions" '{version: 1, no_new_privileges: "require", log: {file: $log, system: false}}' >/etc/capgate/policy.json
	b=$(bundle entered "$(caps CAP_KILL) | .process.args = [\"sleep\", \"60\"] | del(.process.noNewPrivileges)")
	jq '.process | .args = ["grep", "NoNewPrivs", "/proc/self/status"]' "$b/config.json" >"$RIG/process.json"
	jq '.noNewPrivileges = false | del(.capabilities)' "$RIG/process.json" >"$RIG/process-false.json"
	for rt in runc crun; do
		"$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" run --detach --bundle "$b" entered <"$RIG/empty" >/dev/null 2>&1 3>&-
		for how in "entered grep NoNewPrivs /proc/self/status" "--cap CAP_KILL entered grep NoNewPrivs /proc/self/status" \
			"--no-new-privs entered grep NoNewPrivs /proc/self/status" "--process $RIG/process.json entered" \
			"--process $RIG/process-false.json entered"; do
			# shellcheck disable=SC2086
			run "$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" exec $how <"$RIG/empty"
			[[ "$output" == *NoNewPrivs:*1* ]] || { echo "$rt exec $how: $output"; false; }
		done
		$rt --root "$RIG/state-$rt" delete -f entered
	done
	policy '{"version":1,"log":{"file":"'"$RIG"'/decisions","system":false}}'
}

@test "no_new_privileges: poststart does not ask for it" {
	jq -n '{version: 1, no_new_privileges: "require"}' >"$RIG/nnp.json"
	b=$(bundle without "$(caps CAP_KILL) | .process.args = [\"sleep\", \"60\"] | .process.noNewPrivileges = false")
	runc --root "$RIG/state-runc" run -d --bundle "$b" without <"$RIG/empty" >"$RIG/said" 2>&1 3>&-
	runc --root "$RIG/state-runc" state without >"$RIG/state"
	run "$CAPGATE" poststart --policy "$RIG/nnp.json" <"$RIG/state"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(jq -r .status <<<"$(runc --root "$RIG/state-runc" state without)")" = running ]
	runc --root "$RIG/state-runc" delete -f without
}
