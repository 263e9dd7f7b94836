#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Recording: hooks and the wrapper mark containers in pinned maps, and the counts in these
# maps are stored.  The maps are real; the test writes what a BPF program would count.
#   ONLY=WORDS      the tests with these words in their sentence
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:?} small=${HOOK:?}
again() { echo "make check-record ONLY=\"$(words "$1")\""; }
[ -n "$own_machine" ] || skip_all "record" "no root, or no namespaces"
work=$(mktemp -d)
trap 'cd /; umount -l "$work"; rmdir "$work"' EXIT
# Of a directory that only root may write, as every one above it has to be.
mount -t tmpfs -o mode=755 tmpfs "$work" || exit 1
pins=/sys/fs/bpf/capgate store=$work/store
if ! mount -t bpf bpf /sys/fs/bpf 2>"$work/why" || ! mkdir -p $pins || ! "$here/learn/maps.py" make $pins 2>"$work/why"; then
	echo "skipped: record: this kernel makes no BPF maps: $(tail -n 1 "$work/why")" >&2
	skipped=1
	tally record
	exit
fi
prove() { # SENTENCE COMMAND...
	local sentence=$1
	shift
	[[ $sentence == *"${ONLY:-}"* ]] || return 0
	if "$@"; then ok; else not_ok "$sentence" && head -n 5 "$work/out" "$work/err"; fi
}
holds() { jq -e "$1" "$2" >/dev/null; }
maps() { "$here/learn/maps.py" "$1" $pins "${@:2}"; }

# ---- Doors --------------------------------------------------------------------------------

# A process with a mount namespace of its own, in a container's place.
mkfifo "$work/ready" "$work/end"
unshare -m sh -c 'echo >"$1"; read -r _ <"$2"' sh "$work/ready" "$work/end" &
pid=$!
read -r _ <"$work/ready"
mntns=$(stat -Lc %i /proc/$pid/ns/mnt)
policy() { printf '{"version":1,"log":{"file":"%s","system":false}%s}' "$work/log" "$1" >"$work/policy.json"; }
bundle() { # NAME [CAP [MEMBER]]
	mkdir -p "$work/$1"
	printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":[%s]}}%s}' "${2:-}" "${3:+,$3}" >"$work/$1/config.json"
}
door() { # STATUS STAGE BUNDLE [OPTION...]: as a runtime calls it
	printf '{"ociVersion":"1.0.2","id":"x","pid":%s,"bundle":"%s"}' "${PID:-$pid}" "$work/$3" >"$work/state"
	${WITH:-} "$small" "$2" --policy "$work/policy.json" "${@:4}" <"$work/state" >"$work/out" 2>"$work/err"
	[ $? -eq "$1" ]
}
marks() { maps marks | sed 's/ [0-9a-f]* / /'; }
fresh_maps() { rm -f $pins/*; maps make; }
logs() { tail -n 1 "$work/log" | jq -e "$1" >/dev/null; }
bundle web
policy ',"learn":"record"'
prove "learn: record marks the container by its mount namespace, under the name of its bundle" eval 'door 0 createRuntime web && [ "$(marks)" = "$mntns $work/web" ]'
prove "the log says that it is recorded" logs '.learn == "recorded" and .verdict == "pass"'
fresh_maps
prove "prestart marks as well" eval 'door 0 prestart web && [ "$(marks)" = "$mntns $work/web" ]'
fresh_maps
prove "createContainer and a dry run mark nothing" eval 'door 0 createContainer web && door 0 createRuntime web --dry-run && [ -z "$(marks)" ]'
bundle bad '"CAP_NET_RAW"'
prove "what is refused is not marked" eval 'door 10 createRuntime bad && [ -z "$(marks)" ] && logs "has(\"learn\") | not"'
policy ',"learn":"record","learn_match":[{"hostname":"db*"}]'
bundle db '' '"hostname":"db1"'
prove "only what learn_match matches is marked" eval 'door 0 createRuntime web && [ -z "$(marks)" ] && door 0 createRuntime db && [ "$(marks)" = "$mntns $work/db" ]'
policy ''
fresh_maps
prove "without learn nothing is marked, and the log does not speak of it" eval 'door 0 createRuntime web && [ -z "$(marks)" ] && logs "has(\"learn\") | not"'
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	policy ''
	WITH="strace -f -o $work/calls" door 0 createRuntime web
	prove "without learn the hook makes no system call for it" eval '! grep -qE "bpf\\(|ns/mnt" "$work/calls"'
	policy ',"learn":"record"'
	WITH="strace -f -o $work/more" door 0 createRuntime web
	# What the C library does besides, such as asking for memory, is its own affair.
	opened() { grep -cE "^([0-9]+ +)?$1\(" "$2"; }
	prove "with it, it makes no process more" [ "$(opened "(clone3?|v?fork|execve)" "$work/more")" = "$(opened "(clone3?|v?fork|execve)" "$work/calls")" ]
	prove "and opens no file but the container's namespace" [ "$(opened "open(at2?)?" "$work/more")" -le "$(($(opened "open(at2?)?" "$work/calls") + 1))" ]
	prove "of them one opens the map and one writes into it" [ "$(grep -c 'bpf(BPF_OBJ_GET' "$work/more") $(grep -c 'bpf(BPF_MAP_UPDATE_ELEM' "$work/more") $(grep -c 'bpf(' "$work/more")" = "1 1 2" ]
else
	skip "calls of a hook: no strace"
fi
policy ',"learn":"record"'
# What cannot be marked starts all the same, and the log says why.
not_recorded() { door 0 createRuntime web && logs ".verdict == \"pass\" and (.learn | test(\"$1\"))"; }
PID=$$ prove "a process in the machine's own mount namespace is not a container" not_recorded "not recorded: it has no mount namespace of its own"
PID=0 prove "nor is one that is not known" not_recorded "not recorded: cannot read the mount namespace"
rm $pins/learn_marked
prove "without a recorder the container starts, and the log says so" not_recorded "not recorded: no recorder is running; start capgate-learn record"
echo text >"$work/none"
ln -s "$work/none" $pins/learn_marked
prove "with something else in the map's place, too" not_recorded "not recorded: /sys/fs/bpf/capgate/learn_marked"
rm $pins/learn_marked
prove "and what is forbidden is refused as ever" door 10 createRuntime bad

# ---- The wrapper alone ----------------------------------------------------------------------

# It marks itself before it becomes the runtime: its PID namespace and its number there.
fresh_maps
printf '#!/bin/sh\necho $$ >"%s/runtime"\n' "$work" >"$work/runc"
chmod 755 "$work/runc"
ln -s "$small" "$work/capgate-runtime"
mkdir -p /etc/capgate
machine_policy() { # MEMBER RUNTIME
	policy "$1" && install -m 644 "$work/policy.json" /etc/capgate/policy.json
	jq -n --arg runtime "$2" '{version: 1, runtimes: {"capgate-runtime": $runtime}}' >/etc/capgate/runtime.json
	chmod 644 /etc/capgate/runtime.json
}
wrapper() { # STATUS COMMAND BUNDLE
	rm -f "$work/runtime"
	${WITH:-} "$work/capgate-runtime" "$2" --bundle "$work/$3" "record-$$" >"$work/out" 2>"$work/err" </dev/null
	[ $? -eq "$1" ]
}
pids=$(stat -Lc %i /proc/self/ns/pid)
as_runtime() { printf '%u %s\n' "$((pids << 32 | $(cat "$work/runtime")))" "$work/$1"; }
machine_policy ',"learn":"record"' "$work/runc"
for command in create run; do
	prove "the wrapper marks itself at $command, under the name of the bundle" eval 'wrapper 0 $command web && [ "$(marks)" = "$(as_runtime web)" ] && logs ".learn == \"recorded\" and .stage == \"$command\""'
	fresh_maps
done
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	WITH="strace -f -o $work/more" wrapper 0 run web
	prove "by two calls, and with no process more" [ "$(grep -c 'bpf(BPF_OBJ_GET' "$work/more") $(grep -c 'bpf(BPF_MAP_UPDATE_ELEM' "$work/more") $(grep -c 'bpf(' "$work/more")" = "1 1 2" ]
	machine_policy '' "$work/runc"
	WITH="strace -f -o $work/calls" wrapper 0 run web
	prove "and as many processes as without learn, where it makes no system call for it" eval \
		'[ "$(opened "(clone3?|v?fork|execve)" "$work/more")" = "$(opened "(clone3?|v?fork|execve)" "$work/calls")" ] && ! grep -qE "bpf\\(|ns/pid" "$work/calls"'
	fresh_maps
fi
machine_policy ',"learn":"record","learn_match":[{"hostname":"db*"}]' "$work/runc"
prove "the wrapper marks only what learn_match matches" eval 'wrapper 0 run web && [ -z "$(marks)" ] && wrapper 0 run db && [ "$(marks)" = "$(as_runtime db)" ]'
machine_policy ',"learn":"record"' "$work/runc"
fresh_maps
bundle twice '' '"process":{}'
prove "and nothing that it refuses" eval 'wrapper 1 run twice && [ -z "$(marks)" ] && logs "has(\"learn\") | not"'
rm $pins/learn_marked
prove "without a recorder it starts the container, and the log says so" eval 'wrapper 0 run web && logs ".learn == \"not recorded: no recorder is running; start capgate-learn record\""'
: >"$work/end" &
wait $pid

# ---- The recorder -------------------------------------------------------------------------

fresh_maps
keep() { "$capgate" learn keep --once --store "$store" >"$work/out" 2>"$work/err"; }
report() { "$capgate" learn report --store "$store" "$1" -f json | jq -c '.[0] | [.used, .runs, .running, .capabilities[0].count, .lost, .seconds]'; }
# is NAME REPORT SECONDS: the report, and the seconds, more or less: clocks are rounded, and one that runs goes on.
is() {
	local got
	got=$(report "$1")
	jq -en --argjson got "$got" --argjson wanted "$2" --argjson s "$3" '$got[:5] == $wanted and $got[5] >= $s - 2 and $got[5] <= $s + 600' >/dev/null || { echo "$got" >>"$work/err"; return 1; }
}
maps begin a1 web 100
maps use a1 0 nginx 3 3
maps use a1 12 ip 1 0
prove "keep stores what a container that runs has used" eval 'keep && is web "[[\"CAP_CHOWN\"],1,1,3,0]" 100'
prove "only root can read it" [ "$(stat -c %a "$store" "$store/web.json" | tr '\n' ' ')" = "700 600 " ]
maps use a1 0 nginx 8 8
prove "the same again is no more: counts replace what was stored of the run" eval 'keep && keep && is web "[[\"CAP_CHOWN\"],1,1,8,0]" 100'
cp "$store/web.json" "$work/running"
maps begin a1 web 100 40
prove "when it has ended it is in the sums, with its time, and out of the kernel" eval 'keep && is web "[[\"CAP_CHOWN\"],1,0,8,0]" 60 && [ "$(maps rows)" = "0 0" ]'
# A recorder that was killed after the write and before the kernel forgot.
maps begin a1 web 100 40
maps use a1 0 nginx 8 8
prove "an end that was stored already is not counted twice" eval 'keep && is web "[[\"CAP_CHOWN\"],1,0,8,0]" 60 && [ "$(maps rows)" = "0 0" ]'
maps begin b2 web 30 20
maps use b2 7 nginx 1 1
prove "the next run of the name adds to it" eval 'keep && is web "[[\"CAP_CHOWN\",\"CAP_SETUID\"],2,0,8,0]" 70'
# The machine was started again: the store says that a container runs which is gone.
cat "$work/running" >"$store/web.json"
prove "what was running when the machine went down has ended" eval 'keep && is web "[[\"CAP_CHOWN\"],1,0,8,0]" 100'
maps begin c3 lossy 10
maps use c3 5 sh 1 1
maps lose 4
prove "what was lost is said of containers that ran" eval 'keep && is lossy "[[\"CAP_KILL\"],1,1,1,4]" 10 && is web "[[\"CAP_CHOWN\"],1,0,8,0]" 100'
fresh_maps
maps begin d4 many 10 5
for i in $(seq 1 40); do maps use d4 5 "p$i" 1 1; done
maps use d4 99 x 1 1
prove "many programs are counted together, and a capability that is none is left out" eval 'keep && is many "[[\"CAP_KILL\"],1,0,40,0]" 5'
maps crowd crowd 600
prove "more runs of one name than a record has room for are stored one after another" eval \
	'keep && keep && keep && is crowd "[[\"CAP_KILL\"],600,0,600,0]" 6000 && [ "$(maps rows)" = "0 0" ]'
maps begin e5 "$(printf 'x\033[31m')" 10 5
maps begin f6 good 10 5
keep
prove "a name that cannot be one does not stop the others" is good '[[],1,0,null,0]' 5
# A store that is full: the kernel keeps it until there is room.
fresh_maps
mkdir "$work/small" && mount -t tmpfs -o size=4k,mode=755 tmpfs "$work/small"
head -c 4096 /dev/zero >"$work/small/full"
maps begin 77 late 10 5
maps use 77 5 sh 1 1
store=$work/small
prove "on a full disk nothing leaves the kernel, and the status says it" eval '! keep && [ "$(maps rows)" = "1 1" ]'
rm "$work/small/full"
prove "and it is stored when there is room" eval 'keep && is late "[[\"CAP_KILL\"],1,0,1,0]" 5 && [ "$(maps rows)" = "0 0" ]'
umount "$work/small"
store=$work/store
# Killed at one of its calls, it goes on where it was: nothing is lost or counted twice.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	wrong=
	for at in bpf:4 bpf:7 bpf:10 bpf:13 write:1 fsync:1 renameat:1 fsync:2; do
		rm -rf "$store"
		maps begin 99 killed 10 5
		maps use 99 5 sh 3 3
		{ strace -qq -o /dev/null -e "trace=${at%:*}" -e "inject=${at%:*}:signal=KILL:when=${at#*:}" "$capgate" learn keep --once --store "$store"; } >/dev/null 2>&1
		keep && is killed '[["CAP_KILL"],1,0,3,0]' 5 && [ "$(maps rows)" = "0 0" ] || wrong="$wrong $at"
	done
	none "a recorder that is killed loses nothing and counts nothing twice" "$wrong"
fi
maps begin 88 endless 10
"$capgate" learn keep --every 2s --store "$store" 2>"$work/err" & keeper=$!
tries=0
until [ -e "$store/endless.json" ] || [ $((tries += 1)) -gt 3000 ]; do sleep 0.1; done
maps use 88 5 sh 1 1
kill -TERM $keeper
wait $keeper
got=$?
prove "when it is stopped it stores what there is, and ends with 0" eval '[ $got -eq 0 ] && [ "$(report endless | jq -c ".[0]")" = "[\"CAP_KILL\"]" ]'
rm -r $pins
"$capgate" learn keep --once --store "$store" 2>"$work/err"
got=$?
prove "without a recorder in the kernel it ends with 23, and says what to start" eval '[ $got -eq 23 ] && grep -q "start capgate-learn record" "$work/err"'

# ---- With the programs in the kernel ------------------------------------------------------

recorder=${capgate%/*}/capgate-learn
if [ ! -x "$recorder" ]; then
	skip "recording by the programs in the kernel: capgate-learn was not built (clang, libbpf)"
elif ! "$recorder" record >"$work/out" 2>"$work/err"; then
	# A kernel that does not take them is no fault of ours.
	echo "skipped: recording by the programs in the kernel: $(cat "$work/err")" >&2
	skipped=$((skipped + 1))
else
	if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
	policy ',"learn":"record"'
	mkdir -p "$work/rootfs"/{bin,proc,tmp,dev,sys}
	cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
	for name in sh touch chown mknod; do ln -s busybox "$work/rootfs/bin/$name"; done
	for door in hook wrapper; do for runtime in runc crun; do
		command -v $runtime >/dev/null || { skip "recording under $runtime"; continue; }
		name=$work/$runtime-$door
		mkdir -p "$name"
		(cd "$name" && rm -f config.json && runc spec)
		jq --arg root "$work/rootfs" --arg hook "$small" --arg policy "$work/policy.json" --arg door $door '["CAP_CHOWN", "CAP_KILL"] as $caps |
			.root = {path: $root, readonly: false} | del(.process.rlimits) | .process.terminal = false |
			.process.args = ["sh", "-c", "touch /tmp/f; chown 5 /tmp/f; chown 0 /tmp/f; ! mknod /tmp/n c 1 3 2>/dev/null"] |
			.process.capabilities = {bounding: $caps, effective: $caps, permitted: $caps} |
			if $door == "hook" then .hooks.createRuntime = [{path: $hook, args: ["capgate", "createRuntime", "--policy", $policy]}] else . end' \
			"$name/config.json" >"$work/c" && mv "$work/c" "$name/config.json"
		program=$(command -v $runtime)
		machine_policy ',"learn":"record"' "$program"
		[ $door = hook ] || program=$work/capgate-runtime
		"$program" --root "$work/containers" run --bundle "$name" "record-$runtime-$$" >"$work/out" 2>"$work/err" </dev/null
		# The end of the first process is noted a moment after the runtime's.
		tries=0
		until keep && [ "$(maps rows)" = "0 0" ] || [ $((tries += 1)) -gt 3000 ]; do sleep 0.1; done
		"$capgate" learn report --store "$store" "$name" -f json >"$work/out" 2>"$work/err"
		prove "under $runtime what a container used is counted in the kernel, and kept: marked by the $door alone" holds '.[0] | .used == ["CAP_CHOWN"] and
			(.asked | index("CAP_MKNOD")) and .runs == 1 and .running == 0 and .lost == 0 and .capabilities[0].programs[0].name == "chown"' "$work/out"
	done; done
	"$recorder" record --stop
	prove "when the recorder is stopped nothing of it is left" [ ! -e $pins ]
	# What was recorded, and what a run proves, under one name.
	jq 'del(.hooks) | .process.args = ["sh", "-c", "touch /tmp/g; chown 5 /tmp/g"]' "$work/runc-hook/config.json" >"$work/c" && mv "$work/c" "$work/runc-hook/config.json"
	"$capgate" learn --quiet --yes --policy "$work/policy.json" --bundle "$work/runc-hook" --save --store "$store" >"$work/out" 2>"$work/err"
	got=$?
	if [ $got -ne 23 ]; then
		"$capgate" learn report --store "$store" "$work/runc-hook" >"$work/out" 2>>"$work/err"
		prove "learn --save keeps its result beside what was recorded, and both are reported" eval \
			'[ $got -eq 0 ] && grep -q "runc-hook used CHOWN" "$work/out" && grep -q "runc-hook needs CHOWN, proved by capgate learn" "$work/out"'
	fi
fi

finish record
