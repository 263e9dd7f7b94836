# SPDX-License-Identifier: Apache-2.0
# Newer versions of runc read the number of capabilities in the container's own /proc,
# after pivot_root.  Whoever can put a file there decides how many are dropped.  These
# tests try every way to put it there, under every runtime.

load rig
load wrapper
load attack

setup_file() {
	attack_up
	for d in "$RIG/lie" "$RIG/lie/b"; do lie_below "$d"; done
}

teardown_file() { attack_down; }

# lie_below DIRECTORY: as if it were /proc.
lie_below() {
	mkdir -p "$1/sys/kernel"
	echo -1 >"$1/sys/kernel/cap_last_cap"
}

MOUNTS_PROC='{destination: "/proc", type: "proc", source: "proc"}'

# mounts JQ...: the specification's mounts.
mounts() {
	local IFS=,
	echo ".mounts = [$*]"
}

# bind SOURCE DESTINATION [OPTION]
bind() {
	printf '{destination: "%s", type: "bind", source: "%s", options: ["%s"]}' "$2" "$1" "${3:-rbind}"
}

@test "the test can fail: a file in the root file system gives every capability if the runtime reads it" {
	b=$(probe_bundle told "$(mounts)")
	lie_below "$b/rootfs/proc"
	for rt in $RUNTIMES; do
		case $rt in runc-1.3.* | runc-1.[4-9].*) to_end ungated "$rt" "$b" && harmful "$rt" ;; esac
	done
}

@test "no mount on /proc, and a file in the root file system" {
	everywhere plain "$(mounts)" 'lie_below proc'
	attempt none "del(.mounts)" 'lie_below proc'
	attempt null ".mounts = null" 'lie_below proc'
	attempt other "$(mounts '{destination: "/dev", type: "tmpfs", source: "tmpfs"}')" 'lie_below proc'
	none_failed
}

@test "/proc is a link in the root file system" {
	attempt link "$(mounts)" 'rmdir proc; ln -s p proc; lie_below p'
	attempt link-proc "$(mounts "$MOUNTS_PROC")" 'rmdir proc; ln -s p proc; lie_below p'
	attempt link-bind "$(mounts "$(bind "$RIG/lie" /proc)")" 'rmdir proc; mkdir p; ln -s p proc'
	# The real one is bound to where the link leads; then what it goes through is covered.
	attempt link-covered "$(mounts "$(bind /proc /proc)" "$(bind "$RIG/lie" /a)")" 'rmdir proc; mkdir -p a/b; ln -s a/b proc'
	none_failed
}

@test "something else is mounted on /proc" {
	attempt bound "$(mounts "$(bind "$RIG/lie" /proc)")"
	attempt bound-bind "$(mounts "$(bind "$RIG/lie" /proc bind)")"
	attempt bound-typed "$(mounts "{destination: \"/proc\", type: \"proc\", source: \"$RIG/lie\", options: [\"bind\"]}")"
	attempt bound-typed-rbind "$(mounts "{destination: \"/proc\", type: \"proc\", source: \"$RIG/lie\", options: [\"rbind\", \"ro\"]}")"
	attempt bound-none "$(mounts "{destination: \"/proc\", type: \"none\", source: \"$RIG/lie\", options: [\"rbind\"]}")"
	attempt bound-untyped "$(mounts "{destination: \"/proc\", source: \"$RIG/lie\", options: [\"bind\"]}")"
	attempt tmpfs "$(mounts '{destination: "/proc", type: "tmpfs", source: "tmpfs"}')"
	attempt tmpcopyup "$(mounts '{destination: "/proc", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}')" 'lie_below proc'
	attempt ramfs "$(mounts '{destination: "/proc", type: "ramfs", source: "x"}')"
	none_failed
}

@test "something is mounted over the real /proc afterwards" {
	local where
	for where in /proc /proc/ //proc /./proc /x/../proc proc; do
		attempt again "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie" "$where")")"
	done
	for where in /proc/sys /proc/sys/ /proc//sys /proc/../proc/sys proc/sys; do
		attempt sys "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys" "$where")")"
	done
	attempt kernel "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel" /proc/sys/kernel)")"
	attempt file "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel/cap_last_cap" /proc/sys/kernel/cap_last_cap bind)")"
	attempt file-dots "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel/cap_last_cap" /x/../proc/sys/kernel/cap_last_cap bind)")"
	none_failed
}

@test "something is mounted over it through a link" {
	attempt through-file "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel/cap_last_cap" /l bind)")" \
		'ln -s /proc/sys/kernel/cap_last_cap l'
	attempt through-kernel "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel" /l)")" 'ln -s proc/sys/kernel l'
	attempt through-sys "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys" /d/l)")" 'mkdir d; ln -s ../proc/sys d/l'
	attempt through-proc "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie" /l)")" 'ln -s proc l'
	attempt through-half "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/lie/sys/kernel" /l/kernel)")" 'ln -s proc/sys l'
	# A link that only a mount brings.
	mkdir -p "$RIG/links"
	ln -sfn /proc/sys/kernel "$RIG/links/k"
	attempt through-mounted "$(mounts "$MOUNTS_PROC" "$(bind "$RIG/links" /m)" "$(bind "$RIG/lie/sys/kernel" /m/k)")" 'mkdir m'
	none_failed
}

@test "the host's /proc is bound through a link, and a later mount covers the link" {
	local place name edit lay
	mkdir -p "$RIG/covers"
	lie_below "$RIG/covers/p"
	for place in sys dev/shm run/secrets etc/hosts x; do
		name=covered-${place//\//-}
		edit=$(mounts "$(bind /proc /proc)" "$(bind "$RIG/covers" "/$place")")
		lay="rmdir proc; mkdir -p $place/p; ln -s $place/p proc"
		run "$CAPGATE_HOOK" createRuntime <"$(prepared_bundle "$name" "$edit" "$lay")/config.json"
		[ "$status" -eq 10 ]
		attempt "$name" "$edit" "$lay"
	done
	none_failed
}

@test "a device is made in a new tmpfs that covers a link to the host's /proc" {
	local place edit lay
	for place in a dev; do
		edit="$(mounts "$(bind /proc /proc)" "{destination: \"/$place\", type: \"tmpfs\", source: \"x\"}") | .linux.devices =
			[{path: \"/$place/x/sys/kernel/cap_last_cap\", type: \"b\", major: 7, minor: 0, fileMode: 438, uid: 0, gid: 0}]"
		lay="rmdir proc; mkdir -p $place/x; ln -s $place/x proc"
		run "$CAPGATE_HOOK" createRuntime <"$(prepared_bundle "made-$place" "$edit" "$lay")/config.json"
		[ "$status" -eq 10 ]
		attempt "made-$place" "$edit" "$lay"
	done
	none_failed
}

@test "a mount on a bind of /proc appears on /proc, because /proc is shared" {
	local how copy
	for how in shared rshared; do
		copy=$RIG/bundles/copy-$how/rootfs/proc
		attempt "copy-$how" "$(mounts "${MOUNTS_PROC%\}}, options: [\"$how\"]}" "$(bind "$copy" /b)" "$(bind "$RIG/lie/sys/kernel" /b/sys/kernel)")" \
			'mkdir b'
	done
	# The host's, in a mount namespace whose mounts the configuration makes shared.
	attempt spreads "$(mounts "$(bind /proc /b)" "$(bind "$RIG/lie/sys/kernel" /b/sys/kernel)" "$(bind /proc /proc)")
		| .linux.rootfsPropagation = \"rshared\"" 'mkdir b'
	none_failed
}

# A link of the image leads to /proc, where runc lets nothing be mounted but another procfs:
# such a one with something mounted on it.  The text does not show it, the kernel does.
ELSEWHERE='mkdir p2; ln -s proc l'
elsewhere() {
	mounts "$MOUNTS_PROC" "$1" "$(bind "$RIG/lie/sys/kernel" /p2/sys/kernel)" "$(bind "$RIG/bundles/$2/rootfs/p2" /l)"
}

@test "a procfs with a mount on it is bound to /proc through a link: the hooks alone refuse it" {
	local rt name p2 root
	for name in of-its-own of-the-host; do
		case $name in
		of-its-own) p2='{destination: "/p2", type: "proc", source: "proc"}' ;;
		of-the-host) p2=$(bind /proc /p2) ;;
		esac
		for rt in $(newest runc crun); do
			case $rt in runc-1.3.* | runc-1.[4-9].*)
				to_end ungated "$rt" "$(prepared_bundle "$name" "$(elsewhere "$p2" "$name")" "$ELSEWHERE")"
				harmful "$name" || attack_failed "$rt does no harm, so this shows nothing"
				;;
			esac
			to_end gated "$rt" "$(prepared_bundle "$name" "$(elsewhere "$p2" "$name")" "$ELSEWHERE")"
			must_be_harmless "$name under $rt, behind the wrapper"
			to_end ungated "$rt" "$(prepared_bundle "$name" "$(elsewhere "$p2" "$name") | $(hooks createRuntime)" "$ELSEWHERE")"
			must_be_harmless "$name under $rt, with hooks alone"
			[ -z "$(held)" ] || attack_failed "$name: createRuntime lets it pass under $rt"
		done
	done
	# However the root file system is spelt: each of these is started without the hook.
	rt=$(newest runc | tail -n 1)
	for root in ./rootfs rootfs/. rootfs/../rootfs "$RIG/bundles/a b/rootfs"; do
		p2='{destination: "/p2", type: "proc", source: "proc"}'
		to_end ungated "$rt" "$(prepared_bundle "a b" "$(elsewhere "$p2" "a b") | .root.path = \"$root\" | $(hooks createRuntime)" "$ELSEWHERE")"
		[[ $output == *cap_last_cap* && -z "$(held)" ]] || attack_failed "a root file system $root: $output"
	done
	none_failed
}

@test "a destination that begins with the root's path on the host is a place in the container" {
	local root p2='{destination: "/p2", type: "proc", source: "proc"}' rt=$(newest runc | tail -n 1) edit
	for root in rootfs ./rootfs/../rootfs "$RIG/bundles/named/rootfs"; do
		edit="$(mounts "$MOUNTS_PROC" "$p2" "$(bind "$RIG/lie/sys/kernel" /p2/sys/kernel)" \
			"$(bind "$RIG/bundles/named/rootfs/p2" "$RIG/bundles/named/rootfs/proc")") | .root.path = \"$root\""
		to_end gated "$rt" "$(prepared_bundle named "$edit" 'mkdir p2')"
		must_be_harmless "$root behind the wrapper"
		[ -n "${UNJUDGED:-}" ] || [[ $output == *"cap_last_cap may not be"* && -z "$(held)" ]] ||
			attack_failed "$root behind the wrapper: $output"
		run "$CAPGATE" check "$(prepared_bundle named "$edit" 'mkdir p2')/config.json"
		[[ $output == *CPG108* ]] || attack_failed "$root and check: $output"
	done
	none_failed
}

# many TIMES: a directory with eight mounts, and with a bind of it as a whole, again and again: each
# has twice as many as the last.  Long names make them fill the list that the hook reads.
many() {
	local y
	y=$(printf '%0200d' 0)
	jq -nc --arg y "$y" --arg f "$RIG/bundles/many/rootfs/f" --argjson n "$1" '{type: "tmpfs", source: "x"} as $new
		| ([$new + {destination: "/f"}] + [range(8) | $new + {destination: "/f/\(.)\($y)"}]
			+ [range($n) | {destination: "/f/n\(.)\($y)", type: "bind", source: $f, options: ["rbind"]}])[]' | paste -sd,
}

@test "a list of mounts too long to be read: the hooks alone refuse it" {
	local rt words
	for rt in $(newest runc); do
		p2='{destination: "/p2", type: "proc", source: "proc"}'
		words="$(elsewhere "$p2" many | sed 's/]$//'),$(many 11)]"
		to_end ungated "$rt" "$(prepared_bundle many "$words | $(hooks createRuntime)" "$ELSEWHERE; mkdir f")"
		[[ $output == *"mountinfo) is longer than"* && -z "$(held)" ]] || attack_failed "$rt: $output"
		# As many as fit are judged by what they show.
		to_end ungated "$rt" "$(prepared_bundle many "$(mounts "$MOUNTS_PROC" "$(many 5)") | $(hooks createRuntime)" "mkdir f")"
		[ "$(held)" = 0x0 ] || attack_failed "$rt: $output"
	done
	none_failed
}

@test "hooks alone let ordinary mounts pass" {
	mkdir -p "$RIG/volume"
	for rt in $RUNTIMES; do
		to_end ungated "$rt" "$(prepared_bundle ordinary "$(mounts "$MOUNTS_PROC" "$(bind /proc /host/proc)" "$(bind "$RIG/volume" /v)") \
			| $(hooks createRuntime) | .linux.maskedPaths = [\"/proc/kcore\"] | .linux.readonlyPaths = [\"/proc/sys\"]" 'mkdir -p v host/proc')"
		[ "$(held)" = 0x0 ] || attack_failed "$rt: $output"
	done
	none_failed
}

@test "something is mounted above it" {
	local root="$RIG/bundles/root/rootfs"
	attempt root "$(mounts "$MOUNTS_PROC" '{destination: "/", type: "bind", source: "'"$root"'", options: ["rbind"]}')" 'lie_below proc'
	attempt root "$(mounts "$MOUNTS_PROC" '{destination: "/x/..", type: "bind", source: "'"$root"'", options: ["bind"]}')" \
		'lie_below proc'
	attempt root "$(mounts '{destination: "/", type: "bind", source: "'"$root"'", options: ["bind"]}')" 'lie_below proc'
	attempt root "$(mounts "$MOUNTS_PROC" '{destination: "/", type: "tmpfs", source: "x", options: ["tmpcopyup"]}')" 'lie_below proc'
	none_failed
}

@test "/proc is mounted with options that change its content" {
	attempt subset "$(mounts '{destination: "/proc", type: "proc", source: "proc", options: ["subset=pid"]}')" 'lie_below proc'
	attempt moved "$(mounts '{destination: "/proc2", type: "proc", source: "proc"}')" 'lie_below proc; mkdir proc2'
	attempt late "$(mounts "$(bind "$RIG/lie" /proc)" "$MOUNTS_PROC")"
	attempt masked ".linux.maskedPaths = [\"/proc/sys/kernel/cap_last_cap\"]"
	attempt masked-sys ".linux.maskedPaths = [\"/proc/sys\"]"
	attempt masked-kernel ".linux.maskedPaths = [\"/l/kernel\"]" 'ln -s proc/sys l'
	attempt masked-proc ".linux.maskedPaths = [\"/proc\"]"
	attempt masked-dots ".linux.maskedPaths = [\"/proc/../proc/sys/kernel\"]"
	attempt read-only ".linux.readonlyPaths = [\"/proc/sys\"]"
	none_failed
}

# Everything is in a mount namespace of the test's, which they take for the host's.
@test "without a mount namespace nothing is mounted in the host's" {
	local rt words
	mkdir -p "$RIG/target/capgate" "$RIG/policy"
	: >"$RIG/policy/mounted"
	words="$(mounts "$MOUNTS_PROC" "$(bind "$RIG/policy" /capgate)") | .root.path = \"$RIG/target\"
		| .linux.namespaces |= map(select(.type != \"mount\"))"
	for rt in $RUNTIMES; do
		to_end gated "$rt" "$(prepared_bundle unshared "$words")"
		[ -n "${UNJUDGED:-}" ] || [[ ! -e "$RIG/target/capgate/mounted" && $output == *"no mount namespace of its own"* ]] ||
			attack_failed "$rt: $output"
		while mountpoint -q "$RIG/target/capgate"; do umount "$RIG/target/capgate"; done
		while mountpoint -q "$RIG/target/proc"; do umount "$RIG/target/proc"; done
		# runc binds the root file system to itself.
		while mountpoint -q "$RIG/target"; do umount -R "$RIG/target"; done
	done
	none_failed
}

# crun opens the file that the annotation names before any hook runs, and messages of hooks have
# words of the configuration's author in them.
@test "what hooks print is not written to a file that an annotation names" {
	local rt stage words
	[ -z "${UNJUDGED:-}" ] || skip "this is about the judgement, without the ceiling"
	words="(.annotations[\"run.oci.hooks.stderr\", \"run.oci.hooks.stdout\"] = \"$RIG/printed\")
		| .process.capabilities.bounding = [\"CAP_X /evil.so y\"]"
	for rt in $(newest crun); do
		for stage in prestart createRuntime createContainer; do
			rm -f "$RIG/printed"
			to_end ungated "$rt" "$(prepared_bundle printed "$words
				| .hooks.$stage = [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo evil >&2\"]}]")"
			[ -s "$RIG/printed" ] || attack_failed "$rt, $stage: the rig cannot tell: $output"
			: >"$RIG/printed"
			to_end ungated "$rt" "$(prepared_bundle printed "$words | $(hooks $stage)")"
			[[ ! -s "$RIG/printed" && -z "$(held)" ]] || attack_failed "$rt, $stage: $(cat "$RIG/printed") $output"
		done
		rm "$RIG/printed"
		to_end gated "$rt" "$(prepared_bundle printed "$words | $(hooks createRuntime)")"
		[[ ! -e "$RIG/printed" && $output == *"what hooks print"* ]] || attack_failed "$rt: $output"
	done
	none_failed
}

# runc binds such a path to itself by one mount(2), which follows it twice. The process that
# exchanges a link in a volume and a file won this race in one of fifteen starts.
@test "a read-only path through a link that changes: the hooks alone refuse it" {
	local rt words racer
	mkdir -p "$RIG/flips"
	ln -sf /proc/sys/kernel/cap_last_cap "$RIG/flips/l"
	echo -1 >"$RIG/flips/f"
	cc -O2 -o "$RIG/exchange" "$TOP/tests/e2e/exchange.c"
	"$RIG/exchange" "$RIG/flips/l" "$RIG/flips/f" "$$" 3>&- &
	racer=$!
	words="$(mounts "$MOUNTS_PROC" "$(bind "$RIG/flips" /v)") | .linux.readonlyPaths = [\"/proc/bus\", \"/v/l\"]"
	for rt in $RUNTIMES; do
		to_end ungated "$rt" "$(prepared_bundle flips "$words | $(hooks createRuntime)" 'mkdir v')"
		[ -n "${UNJUDGED:-}" ] || [ -z "$(held)" ] || attack_failed "$rt: it starts: $output"
		to_end gated "$rt" "$(prepared_bundle flips "$words" 'mkdir v')"
		must_be_harmless "under $rt"
	done
	kill "$racer"
	none_failed
}

@test "the user is another, or has capabilities of their own" {
	attempt nobody "$(mounts) | .process.user = {uid: 65534, gid: 65534}" 'lie_below proc; chmod 4755 probe'
	attempt some "$(mounts) | .process.capabilities |= map_values([\"CAP_KILL\"])" 'lie_below proc'
	attempt userns "$(mounts) | .linux.namespaces += [{type: \"user\"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings" \
		'lie_below proc; chown -R 100000:100000 .'
	attempt no-new-privileges "$(mounts) | .process.noNewPrivileges = true" 'lie_below proc'
	attempt other-numbers "$(mounts)" 'lie_below proc; echo 4 >proc/sys/kernel/cap_last_cap'
	attempt numbers-empty "$(mounts)" 'lie_below proc; : >proc/sys/kernel/cap_last_cap'
	none_failed
}

@test "exec: the container has rewritten its own file since it was started" {
	for rt in $RUNTIMES; do
		for gate in ungated gated; do
			b=$(probe_bundle exec "$(mounts) | .process.args = [\"sleep\", \"600\"]")
			lie_below "$b/rootfs/proc"
			# What is told at first is true.
			cat /proc/sys/kernel/cap_last_cap >"$b/rootfs/proc/sys/kernel/cap_last_cap"
			$gate "$rt" run -d --bundle "$b" "e-$rt" <"$RIG/empty" >"$RIG/said" 2>&1 || continue
			lie_below "$b/rootfs/proc"
			jq .process "$b/config.json" | jq '.args = ["/probe"]' >"$RIG/process.json"
			run gated "$rt" exec --process "$RIG/process.json" "e-$rt" <"$RIG/empty"
			must_be_harmless "exec --process under $rt, made $gate"
			run gated "$rt" exec "e-$rt" /probe <"$RIG/empty"
			must_be_harmless "exec under $rt, made $gate"
			ungated "$rt" delete -f "e-$rt"
		done
	done
	none_failed
}

@test "exec: a masked path led to the file, and the image's /dev/null is what masks" {
	local rt b
	for rt in $(newest runc crun) $(grep -o 'runc-1\.1[^ ]*' <<<"$RUNTIMES" | head -n 1); do
		b=$(probe_bundle masks '.process.args = ["sleep", "600"] | .linux.maskedPaths = ["/l"]')
		ln -s proc/sys/kernel/cap_last_cap "$b/rootfs/l"
		echo -1 >"$b/rootfs/dev/null"
		gated "$rt" run -d --bundle "$b" "k-$rt" <"$RIG/empty" >"$RIG/said" 2>&1 || continue
		jq .process "$b/config.json" | jq '.args = ["/probe"]' >"$RIG/process.json"
		run gated "$rt" exec --process "$RIG/process.json" "k-$rt" <"$RIG/empty"
		must_be_harmless "exec --process under $rt"
		[ -n "${UNJUDGED:-}" ] || [ -z "$(held)" ] || attack_failed "$rt: it is executed: $output"
		ungated "$rt" delete -f "k-$rt"
	done
	none_failed
}

@test "exec: something was mounted over the container's /proc since it was started" {
	for rt in $RUNTIMES; do
		b=$(probe_bundle mounted '.process.args = ["sleep", "600"]')
		gated "$rt" run -d --bundle "$b" --pid-file "$b/pid" "m-$rt" <"$RIG/empty" >"$RIG/said" 2>&1
		# As one that may SYS_ADMIN does it from inside.
		mkdir -p "$b/rootfs/tmp/k"
		echo -1 >"$b/rootfs/tmp/k/cap_last_cap"
		nsenter -t "$(cat "$b/pid")" -m /bin/busybox mount --bind /tmp/k /proc/sys/kernel
		jq .process "$b/config.json" | jq '.args = ["/probe"]' >"$RIG/process.json"
		run gated "$rt" exec --process "$RIG/process.json" "m-$rt" <"$RIG/empty"
		must_be_harmless "exec --process under $rt"
		run gated "$rt" exec "m-$rt" /probe <"$RIG/empty"
		must_be_harmless "exec under $rt"
		ungated "$rt" delete -f "m-$rt"
	done
	none_failed
}

# turn_round NAME ARGUMENT...: a container that holds nothing runs the flipper; process.json is to be
# executed in it.  False where user namespaces cannot be made inside a container.
turn_round() {
	local rt=$1 b i
	shift
	[ -e "$RIG/flipper" ] || cc -O2 -static -o "$RIG/flipper" "$TOP/tests/e2e/flipper.c"
	b=$(probe_bundle flip ".process.args = $(jq -nc '["/flipper"] + $ARGS.positional' --args "$@")")
	mkdir -p "$b/rootfs/lie" "$b/rootfs/jail/proc"
	echo -1 >"$b/rootfs/lie/cap_last_cap"
	cp "$RIG/flipper" "$b/rootfs/flipper"
	: >"$RIG/turning"
	gated "$rt" run -d --bundle "$b" "f-$rt" <"$RIG/empty" >"$RIG/turning" 2>&1
	for i in $(seq 100); do
		[ ! -s "$RIG/turning" ] || break
		[ "$(ungated "$rt" state "f-$rt" | jq -r .status)" = running ] || break
		sleep 0.1
	done
	jq .process "$b/config.json" | jq '.args = ["/probe"]' >"$RIG/process.json"
	[ -s "$RIG/turning" ]
}

@test "exec: the container, which holds nothing, changes its mounts between the check and the exec" {
	local rt i
	for rt in $(newest runc); do
		turn_round "$rt" || skip "no user namespaces inside a container here"
		for i in $(seq 12); do
			run gated "$rt" exec --process "$RIG/process.json" "f-$rt" <"$RIG/empty"
			must_be_harmless "exec --process under $rt"
		done
		ungated "$rt" delete -f "f-$rt"
	done
	none_failed
}

@test "exec: the first process lives in another root than the one that exec gets" {
	local rt
	[ -z "${UNJUDGED:-}" ] || skip "this is about the judgement, without the ceiling"
	for rt in $(newest runc crun); do
		turn_round "$rt" jail || skip "no user namespaces inside a container here"
		attack_policy '"ceiling":"off","ceiling_reason":"a test"'
		run gated "$rt" exec --process "$RIG/process.json" "f-$rt" <"$RIG/empty"
		[[ $output == *"do not show the kernel's own"* ]] || attack_failed "exec --process under $rt: $output"
		run gated "$rt" exec "f-$rt" /probe <"$RIG/empty"
		[[ $output == *"do not show the kernel's own"* ]] || attack_failed "exec under $rt: $output"
		attack_policy
		ungated "$rt" delete -f "f-$rt"
	done
	none_failed
}

# between NAME RUNTIME: a program that takes /proc away after the judgement and executes RUNTIME;
# prints the name of the wrapper before it.
between() {
	mkdir -p "$RIG/between"
	cat >"$RIG/between/$1" <<-EOF
		#!/bin/sh
		last=
		for word; do
			[ "\$last" != --bundle ] || bundle=\$word
			last=\$word
		done
		jq ".mounts = []" "\$bundle/config.json" >"\$bundle/new" && cat "\$bundle/new" >"\$bundle/config.json"
		exec "$RIG/real/$2/runc" "\$@"
	EOF
	chmod 755 "$RIG/between/$1"
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/gate-$1"
	jq --arg name "gate-$1" --arg path "$RIG/between/$1" '.runtimes[$name] = $path' /etc/capgate/runtime.json >"$RIG/between/json"
	cat "$RIG/between/json" >/etc/capgate/runtime.json
}

@test "for NVIDIA's program, which executes runc, the ceiling is as tight as for runc itself" {
	rt=$(newest runc | tail -n 1)
	for name in another-runtime nvidia-container-runtime nvidia-container-runtime.cdi; do
		between "$name" "$rt"
		b=$(probe_bundle "$name" "$(mounts "$MOUNTS_PROC")")
		lie_below "$b/rootfs/proc"
		run timeout -s KILL 60 "$RIG/bin/gate-$name" --root "$RIG/state-$rt" run --bundle "$b" "n-$name" <"$RIG/empty"
		forget "$rt" "n-$name"
		[ -n "$(held)" ] || { echo "$name: $output"; false; }
		case $name in
			another*) harmful "$name" ;;
			*) harmless "$name" ;;
		esac
	done
}
