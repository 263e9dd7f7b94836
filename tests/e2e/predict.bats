# SPDX-License-Identifier: Apache-2.0
# check's predictions about start and exec, before and after the rewrite, agree with what
# runc and crun do, for a table of specifications and images.

load rig

setup_file() {
	rig_up
	mount -t tmpfs predict "$RIG"
	: >"$RIG/empty"
	rig_rootfs "$RIG/rootfs"
	mkdir -p "$RIG/rootfs"/{opt,work/sub,locked,usr/bin} "$RIG/outside"
	# Programs are copies of busybox, which does what its first argument says.
	variant plain
	variant raw_ep cap_net_raw=ep
	variant raw_p cap_net_raw=p
	variant raw_i cap_net_raw=i
	variant raw_ei cap_net_raw=ei
	variant two_ep cap_net_raw,cap_sys_admin=ep
	variant kill_ep cap_kill=ep
	# Bit 45 is nobody's; then version 3, of user 100000's namespaces, and of 7's.
	attribute beyond 01000002 20000000 00000000 00200000 00000000
	attribute raw_v3 01000003 00200000 00000000 00000000 00000000 a0860100
	attribute raw_v3_other 01000003 00200000 00000000 00000000 00000000 07000000
	variant suid; chmod 4755 "$RIG/rootfs/bin/busybox-suid"
	variant p700; chmod 700 "$RIG/rootfs/bin/busybox-p700"
	variant p644; chmod 644 "$RIG/rootfs/bin/busybox-p644"
	variant user700; chmod 700 "$RIG/rootfs/bin/busybox-user700"; chown 1000:1000 "$RIG/rootfs/bin/busybox-user700"
	variant group710; chmod 710 "$RIG/rootfs/bin/busybox-group710"; chown 0:1000 "$RIG/rootfs/bin/busybox-group710"
	mv "$RIG/rootfs/bin/busybox-plain" "$RIG/rootfs/opt/busybox-opt"
	ln "$RIG/rootfs/opt/busybox-opt" "$RIG/rootfs/bin/busybox-plain"
	ln "$RIG/rootfs/opt/busybox-opt" "$RIG/rootfs/work/busybox-work"
	ln "$RIG/rootfs/opt/busybox-opt" "$RIG/rootfs/locked/busybox-locked"; chmod 700 "$RIG/rootfs/locked"
	cp "$RIG/rootfs/opt/busybox-opt" "$RIG/outside/busybox-outside"
	setcap cap_net_raw=ep "$RIG/outside/busybox-outside"
	ln -s /bin/busybox-raw_ep "$RIG/rootfs/bin/busybox-absolute"
	ln -s ../../../../../../bin/busybox-raw_ep "$RIG/rootfs/bin/busybox-upwards"
	ln -s "$RIG/outside/busybox-outside" "$RIG/rootfs/bin/busybox-escape"
	ln -s busybox-loop "$RIG/rootfs/bin/busybox-loop"
	ln -s busybox-nowhere "$RIG/rootfs/bin/busybox-dangling"
	script script /bin/busybox-plain
	script script_raw '   /bin/busybox-raw_ep'
	script script_none /bin/nobody
	script script_relative bin/busybox-plain
	script capable /bin/busybox-plain; setcap cap_net_raw=ep "$RIG/rootfs/bin/busybox-capable"
	script deep1 /bin/busybox-plain
	for i in 2 3 4 5 6; do script deep$i /bin/busybox-deep$((i - 1)); done
	printf 'hello\n' >"$RIG/rootfs/bin/busybox-text"; chmod 755 "$RIG/rootfs/bin/busybox-text"
	printf '#!\n' >"$RIG/rootfs/bin/busybox-noname"; chmod 755 "$RIG/rootfs/bin/busybox-noname"
	: >"$RIG/rootfs/bin/busybox-nothing"; chmod 755 "$RIG/rootfs/bin/busybox-nothing"
	# Dynamically linked, and its loader is not there.
	cp /usr/bin/true "$RIG/rootfs/bin/busybox-dynamic"
	mkfifo "$RIG/rootfs/bin/busybox-fifo"; chmod 755 "$RIG/rootfs/bin/busybox-fifo"
	# The same image on a file system that ignores set-user-ID and file capabilities, and
	# on one from which nothing may be executed.
	for flag in nosuid noexec; do
		mkdir "$RIG/$flag"
		mount -t tmpfs -o "$flag" "$flag" "$RIG/$flag"
		cp -a "$RIG/rootfs/." "$RIG/$flag/"
		setcap cap_net_raw=ep "$RIG/$flag/bin/busybox-raw_ep"
	done
	mkdir "$RIG/mapped"
	cp -a "$RIG/rootfs/." "$RIG/mapped/"
	chown -R -h 100000:100000 "$RIG/mapped"
	setcap cap_net_raw=ep "$RIG/mapped/bin/busybox-raw_ep"
	setattr "$RIG/mapped/bin/busybox-raw_v3" 01000003 00200000 00000000 00000000 00000000 a0860100
	chmod 755 "$RIG" ; mkdir -p "$RIG/bundles"; chmod 755 "$RIG/bundles"
	jq -n '{version: 1, deny: ["DAC_OVERRIDE", "DAC_READ_SEARCH"]}' >"$RIG/no-dac.json"
	jq -n '{version: 1}' >"$RIG/default.json"
}

teardown_file() {
	umount "$RIG/nosuid" "$RIG/noexec" "$RIG"
	rig_down
}

# variant NAME [CAPABILITIES]: a program with or without file capabilities.
variant() {
	cp /bin/busybox "$RIG/rootfs/bin/busybox-$1"
	[ -z "${2:-}" ] || setcap "$2" "$RIG/rootfs/bin/busybox-$1"
}

# setattr FILE WORD...: security.capability, as hexadecimal words in the order of its bytes.
setattr() {
	local file=$1
	shift
	python3 -c 'import os, sys; os.setxattr(sys.argv[1], "security.capability", bytes.fromhex("".join(sys.argv[2:])))' "$file" "$@"
}

attribute() {
	local name=$1
	shift
	variant "$name"
	setattr "$RIG/rootfs/bin/busybox-$name" "$@" 2>/dev/null || echo "# no such attribute here: $name" >&3
}

script() {
	printf '#!%s echo\n' "$2" >"$RIG/rootfs/bin/busybox-$1"
	chmod 755 "$RIG/rootfs/bin/busybox-$1"
}

# seen: what a runtime's words mean, named as check names it.
seen() {
	case $output in
	*started*) echo starts ;;
	# crun 1.21 has other words than the kernel for it.
	*"exists but it is not executable"*) echo eacces ;;
	*[Oo]"peration not permitted"*) echo eperm ;;
	*[Pp]"ermission denied"*) echo eacces ;;
	*[Ff]"ormat error"*) echo enoexec ;;
	*"oo many levels"*) echo eloop ;;
	*"not found"* | *"o such file"*) echo not-found ;;
	*) echo "?" ;;
	esac
}

# Name, policy, and what jq makes of the specification.  PROGRAM is in args when no
# args are given.
table() {
	local raw kill none name
	raw=$(caps CAP_NET_RAW CAP_KILL) kill=$(caps CAP_KILL) none='.process.capabilities = {}'
	dac=$(caps CAP_NET_RAW CAP_DAC_OVERRIDE)
	program() { printf '.process.args = ["%s", "echo", "started"]' "$1"; }
	row() { printf '%s\t%s\t%s\n' "$1" "$2" "$(tr '\n\t' '  ' <<<"$3")"; }
	user='.process.user = {uid: 1000, gid: 1000}'
	path='.process.env = ["PATH=/usr/bin:/nowhere:/bin"]'
	mapped=".linux.namespaces += [{type: \"user\"}] | .root.readonly = false | .root.path = \"$RIG/mapped\"
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
		| del(.mounts[] | select(.type == \"cgroup\" or .type == \"mqueue\"))"
	# File capabilities against bounding sets, root or not.
	for name in plain raw_ep raw_p raw_i raw_ei two_ep kill_ep beyond raw_v3_other suid; do
		row "$name, NET_RAW KILL, root" default "$raw | $(program /bin/busybox-$name)"
		row "$name, NET_RAW KILL, user" default "$raw | $user | $(program /bin/busybox-$name)"
	done
	for name in raw_ep raw_p kill_ep beyond; do
		row "$name, KILL, root" default "$kill | $(program /bin/busybox-$name)"
		row "$name, none, user" default "$none | $user | $(program /bin/busybox-$name)"
	done
	for name in raw_ep raw_p; do
		row "$name, no_new_privs, user" default "$raw | $user | .process.noNewPrivileges = true | $(program /bin/busybox-$name)"
		row "$name, no_new_privs, root" default "$raw | .process.noNewPrivileges = true | $(program /bin/busybox-$name)"
	done
	row "nosuid, nothing to lose" default "$raw | .root.path = \"$RIG/nosuid\" | .root.readonly = false | $(program /bin/busybox-raw_p)"
	for name in raw_ep raw_v3 plain; do
		row "$name, user namespace" default "$raw | $mapped | $(program /bin/busybox-$name)"
	done
	row "v3 of another namespace" default "$kill | $(program /bin/busybox-raw_v3)"
	# Sets that the kernel does not take, with and without the rewrite.
	row "effective beyond permitted" default "$raw | .process.capabilities.permitted = [] | $(program /bin/busybox-plain)"
	row "inheritable beyond bounding" default "$raw | .process.capabilities.bounding = [\"CAP_NET_RAW\"] | $(program /bin/busybox-plain)"
	row "only what goes is inconsistent" default "$kill | .process.capabilities.effective += [\"CAP_NET_RAW\"] | $(program /bin/busybox-plain)"
	# Finding it.
	row "by PATH" default "$raw | $path | $(program busybox-raw_ep)"
	row "by PATH, the last one" default "$raw | .process.env = [\"PATH=/nowhere\", \"PATH=/bin\"] | $(program busybox-raw_ep)"
	row "by PATH, not the first one" default "$raw | .process.env = [\"PATH=/bin\", \"PATH=/nowhere\"] | $(program busybox-raw_ep)"
	row "by PATH, not there" default "$raw | $path | $(program busybox-nobody)"
	row "no PATH" default "$raw | .process.env = [\"A=b\"] | $(program busybox-plain)"
	row "no environment" default "$raw | del(.process.env) | $(program busybox-plain)"
	row "empty PATH" default "$raw | .process.env = [\"PATH=\"] | $(program busybox-plain)"
	row "relative to cwd" default "$raw | .process.cwd = \"/work\" | $(program ./busybox-work)"
	row "relative to cwd, upwards" default "$raw | .process.cwd = \"/work\" | $(program sub/../busybox-work)"
	row "relative to cwd, not there" default "$raw | .process.cwd = \"/work\" | $(program sub/busybox-work)"
	for name in absolute upwards escape dangling loop; do
		row "link, $name" default "$raw | $(program /bin/busybox-$name)"
	done
	# What it is.
	for name in script script_raw script_none script_relative capable deep1 deep5 deep6 text noname nothing dynamic; do
		row "$name" default "$raw | $(program /bin/busybox-$name)"
	done
	# Who may.
	row "mode 700, root" default "$none | $(program /bin/busybox-p700)"
	row "mode 700, user" default "$raw | $user | $(program /bin/busybox-p700)"
	row "mode 700, user with DAC_OVERRIDE" no-dac "$dac | $user | $(program /bin/busybox-p700)"
	row "mode 644" default "$raw | $(program /bin/busybox-p644)"
	row "another's, mode 700, root" default "$none | $(program /bin/busybox-user700)"
	row "another's, mode 700, root with DAC_OVERRIDE" no-dac "$dac | $(program /bin/busybox-user700)"
	row "his own, mode 700" default "$none | $user | $(program /bin/busybox-user700)"
	row "his group's, mode 710" default "$none | $user | $(program /bin/busybox-group710)"
	row "not his group's, mode 710, none of it his" default "$none | $user | .process.user.gid = 1001 | $(program /bin/busybox-p700)"
	row "locked directory, root" default "$none | $(program /locked/busybox-locked)"
	row "locked directory, user" default "$none | $user | $(program /locked/busybox-locked)"
	row "locked directory, user with DAC_OVERRIDE" no-dac "$dac | $user | $(program /locked/busybox-locked)"
	# Mounts over it.
	row "a file over it" default "$raw | $(program /bin/busybox-plain)
		| .mounts += [{destination: \"/bin/busybox-plain\", type: \"bind\", source: \"$RIG/outside/busybox-outside\", options: [\"bind\"]}]"
	row "a file where none was" default "$raw | .root.readonly = false | $(program /opt/new/busybox-outside)
		| .mounts += [{destination: \"/opt/new/busybox-outside\", type: \"bind\", source: \"$RIG/outside/busybox-outside\", options: [\"bind\"]}]"
}

# both WHEN PREDICTED: both runtimes, at once, against what is predicted.
both() {
	local rt was output
	for rt in runc crun; do
		$rt --root "$RIG/state-$rt" run --bundle "$RIG/pair" "pair-$n" <"$RIG/empty" >"$RIG/$rt.out" 2>&1 &
	done
	wait
	for rt in runc crun; do
		output=$(cat "$RIG/$rt.out")
		was=$(seen)
		[ "$was" = "$2" ] && continue
		# On a busy machine runc loses races with itself.
		start "$rt" "$RIG/pair"
		was=$(seen)
		[ "$was" = "$2" ] && continue
		wrong=$((wrong + 1))
		echo "$name: $1 the rewrite, predicted $2, $rt: $was: $output"
	done
	n=$((n + 1))
}

@test "start and exec are predicted right for every pair of specification and image" {
	local n=0 wrong=0 rows=0 name policy change verdict before after
	mkdir -p "$RIG/pair"
	base=$(bundle base)
	while IFS=$'\t' read -r name policy change; do
		rows=$((rows + 1))
		jq "$change" "$base/config.json" >"$RIG/pair/config.json"
		# Sets that the kernel does not take are EPERM too.
		read -r verdict before after < <("$CAPGATE" check --policy "$RIG/$policy.json" --format json "$RIG/pair" | jq -r '.reports[0]
			| [.verdict] + [("before", "after") as $when | if .reach[$when].starts then .prediction[$when] else "eperm" end] | join(" ")')
		both before "$before"
		[ "$verdict" = strip ] || continue
		"$CAPGATE" precreate --policy "$RIG/$policy.json" <"$RIG/pair/config.json" >"$RIG/new.json"
		mv "$RIG/new.json" "$RIG/pair/config.json"
		both after "$after"
	done < <(table)
	echo "# $rows pairs, $n predictions, each under runc and crun" >&3
	((rows >= 40 && wrong == 0))
}

# A prediction that is not made is better than a wrong one.
@test "what cannot be known is reported as unknown" {
	local change why
	while IFS=$'\t' read -r why change; do
		b=$(bundle unknown "$(caps CAP_NET_RAW) | $change")
		run "$CAPGATE" check --format json "$b"
		[ "$(jq -r '.reports[0].prediction | "\(.before) \(.after)"' <<<"$output")" = "unknown unknown" ] ||
			{ echo "$why: $output"; false; }
		jq -e --arg why "$why" '.reports[0].prediction.why | contains($why)' <<<"$output" || { echo "$why: $output"; false; }
		run "$CAPGATE" check "$b"
		[[ "$output" == *"it is not known whether it starts: "*"$why"* ]]
	done <<E
mount of the specification	.process.args = ["/bin/busybox-plain"] | .mounts += [{destination: "/bin", type: "tmpfs", source: "tmpfs"}]
mount of the specification	.process.args = ["/bin/busybox-absolute"] | .mounts += [{destination: "/bin/../bin/", type: "tmpfs", source: "tmpfs"}]
mount of the specification	.process.args = ["busybox-new"] | .process.env = ["PATH=/bin:/opt/more"] | .mounts += [{destination: "/opt/more", type: "bind", source: "/opt", options: ["bind"]}]
relative directory of PATH	.process.args = ["busybox-work"] | .process.env = ["PATH=:/bin"] | .process.cwd = "/work"
relative directory of PATH	.process.args = ["busybox-work"] | .process.env = ["PATH=/bin:."] | .process.cwd = "/work"
exec	.root.path = "$RIG/noexec" | .process.args = ["/bin/busybox-plain"]
nosuid	.root.path = "$RIG/nosuid" | .process.args = ["/bin/busybox-two_ep"]
other groups	.process.args = ["/bin/busybox-group710"] | .process.user = {uid: 1001, gid: 1001} | .process.capabilities.effective = []
E
}

# Nothing in a root file system makes check wait, leave it or fail.
@test "a hostile root file system" {
	mkdir -p "$RIG/hostile/bin" "$RIG/hostile/a"
	mkfifo "$RIG/hostile/bin/fifo"; chmod 4755 "$RIG/hostile/bin/fifo"
	mknod "$RIG/hostile/bin/device" c 5 1; chmod 755 "$RIG/hostile/bin/device"
	truncate -s 1T "$RIG/hostile/bin/huge" 2>/dev/null || truncate -s 1G "$RIG/hostile/bin/huge"; chmod 755 "$RIG/hostile/bin/huge"
	printf '#!/bin/self\n' >"$RIG/hostile/bin/self"; chmod 755 "$RIG/hostile/bin/self"
	printf '#!/bin/fifo\n' >"$RIG/hostile/bin/tofifo"; chmod 755 "$RIG/hostile/bin/tofifo"
	ln -s loop2 "$RIG/hostile/bin/loop1"; ln -s loop1 "$RIG/hostile/bin/loop2"
	ln -s .. "$RIG/hostile/a/up"; ln -s /proc/self/root "$RIG/hostile/bin/magic"
	local dir="$RIG/hostile/deep" i
	for ((i = 0; i < 80; i++)); do dir=$dir/d; done
	mkdir -p "$dir"
	for program in fifo device huge self tofifo loop1 magic ../a/up/bin/self; do
		b=$(bundle hostile "$(caps CAP_NET_RAW) | .root.path = \"$RIG/hostile\" | .process.args = [\"/bin/$program\"]")
		run timeout 300 "$CAPGATE" check --deep --format json "$b"
		[ "$status" -eq 1 ] || { echo "$program: $status $output"; false; }
		jq -e '.reports[0].prediction | .before != "starts" and .after != "starts" and (.complete | not)' <<<"$output" ||
			{ echo "$program: $output"; false; }
	done
	for root in "$RIG/hostile/bin/fifo" "$RIG/hostile/bin/loop1" "$RIG/nowhere" ""; do
		b=$(bundle hostile "$(caps CAP_NET_RAW) | .root.path = \"$root\"")
		run timeout 300 "$CAPGATE" check --deep --format json "$b"
		[ "$status" -eq 1 ]
		jq -e '.reports[0].prediction == null' <<<"$output"
	done
}

@test "--deep lists what changes its meaning, and leaves the rest of the machine alone" {
	b=$(bundle deep "$(caps CAP_NET_RAW CAP_KILL) | .process.noNewPrivileges = false | .root.path = \"$RIG/rootfs\"
		| .mounts += [{destination: \"/opt\", type: \"tmpfs\", source: \"tmpfs\"}]")
	cp "$RIG/rootfs/bin/busybox-raw_ep" "$RIG/rootfs/opt/hidden"
	setcap cap_net_raw=ep "$RIG/rootfs/opt/hidden"
	mkdir -p "$RIG/rootfs/elsewhere"
	mount -t tmpfs elsewhere "$RIG/rootfs/elsewhere"
	cp /bin/busybox "$RIG/rootfs/elsewhere/setuid"; chmod 4755 "$RIG/rootfs/elsewhere/setuid"
	run "$CAPGATE" check --deep "$b"
	words=$output
	run "$CAPGATE" check --deep --format json "$b"
	umount "$RIG/rootfs/elsewhere"
	for line in "/bin/busybox-raw_ep CAP_NET_RAW effective: will fail" "/bin/busybox-raw_p CAP_NET_RAW: no longer gives CAP_NET_RAW" \
		"/bin/busybox-suid set-user-ID root: no longer gives CAP_NET_RAW"; do
		[[ "$words" == *"$line"* ]] || { echo "$line not in: $words"; false; }
	done
	[[ "$words" != *hidden* && "$words" != *elsewhere* ]] || { echo "$words"; false; }
	jq -e '.reports[0].prediction | .complete and .setuid == 1 and ([.files[] | select(.fails).path] | index("/bin/busybox-raw_ep"))
		and ([.files[] | select(.path == "/bin/busybox-kill_ep")][0] | (.fails | not) and .less == [])' <<<"$output"
}
