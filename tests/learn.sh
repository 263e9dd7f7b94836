#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What learn says of containers whose needs are known, with real runtimes.  The traps are
# those in which tracing alone, or a health check alone, is wrong.
#   ONLY=WORDS      the tests with these words in their sentence
#   RUNTIMES="runc crun"    the first ones under each
#   LEARN=all       also services of Debian's packages: see learn/services.sh
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:?}
suite="learn"
again() { echo "make check-learn ONLY=\"$(words "$1")\""; }
[ -n "$own_machine" ] || skip_all "$suite" "no root, or no namespaces"
for program in runc jq setcap gcc; do
	command -v $program >/dev/null || skip_all "$suite" "$program is not installed"
done
# crun wants cgroups of one kind.
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
work=$(mktemp -d)
trap 'umount "$work/tracing" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
chmod 755 "$work"

# A kernel that cannot be traced is no fault: what is learned from text is in the unit tests.
mkdir "$work/tracing"
if ! mount -t tracefs nodev "$work/tracing" 2>"$work/why" ||
	{ [ ! -d "$work/tracing/events/capability/cap_capable" ] && [ ! -e "$work/tracing/kprobe_events" ]; }; then
	echo "skipped: $suite: this kernel has neither tracefs with the tracepoint cap_capable nor kprobe events: $(cat "$work/why")" >&2
	skipped=1
	tally "$suite"
	exit
fi

# ---- Bundles ------------------------------------------------------------------------------

mkdir -p "$work/rootfs"/{bin,proc,dev,sys,tmp,etc,many}
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
for name in sh chown touch chmod mknod cat sleep true test unshare chroot sync; do ln -s busybox "$work/rootfs/bin/$name"; done
gcc -O1 -static -o "$work/rootfs/bin/server" "$here/learn/server.c" || not_ok "the server compiles"
mkdir "$work/rootfs/cap"
cp "$work/rootfs/bin/busybox" "$work/rootfs/cap/busybox"
setcap cap_net_raw+ep "$work/rootfs/cap/busybox"

# bundle NAME COMMAND CAP...: one whose container has these.
bundle() {
	local dir=$work/$1 command=$2
	mkdir -p "$dir"
	(cd "$dir" && rm -f config.json && runc spec) || return 1
	jq --arg root "${ROOT:-$work/rootfs}" --arg command "$command" '
		($ARGS.positional | map("CAP_" + .)) as $caps |
		.root = {path: $root, readonly: false} | del(.process.rlimits) |
		.process.terminal = false | .process.noNewPrivileges = false |
		.process.args = ["/bin/sh", "-c", $command] |
		.process.capabilities = {bounding: $caps, effective: $caps, permitted: $caps}' \
		--args "${@:3}" <"$dir/config.json" >"$dir/new" && mv "$dir/new" "$dir/config.json"
}

printf '{ "version": 1, "profile": "all" }\n' >"$work/all.json"
chmod 600 "$work/all.json"
# learned OPTION...: the result; what it said is in err.
learned() {
	timeout 600 "$capgate" learn --quiet --hold 200ms --policy "$work/all.json" --format json "$@" 2>"$work/err" >"$work/out"
	status=$?
}
# is SENTENCE JQ-CONDITION: about what was learned last.
is() {
	case $1 in *"${ONLY:-}"*) ;; *) return 0 ;; esac
	if [ $status -eq 0 ] && [ "$(jq "$2" "$work/out" 2>&1)" = true ]; then ok; return; fi
	not_ok "$1"
	echo "status $status, not so: $2"
	head -c 600 "$work/err"
	jq -c '{needed, used, asked, trace_failed, runs, v: (.capabilities | map({(.name): [.verdict, .without]}))}' "$work/out" 2>&1 | head -c 1500
}
# wanted SENTENCE...: is one of them asked for?
wanted() {
	[ -n "${ONLY:-}" ] || return 0
	for sentence; do case $sentence in *"$ONLY"*) return 0 ;; esac; done
	return 1
}
needs() { printf '.needed == [%s]' "$(printf ',"CAP_%s"' "$@" | cut -c2-)"; }

# ---- The samples ---------------------------------------------------------------------------

if wanted "a script needs what it was told to" "overlayfs asking for itself is no need" "every runtime is the same"; then
	bundle script 'umask 022; touch /tmp/f && chown 5:5 /tmp/f && mknod /tmp/n c 1 3 && chmod 4755 /tmp/f && cat /tmp/f' \
		CHOWN FOWNER MKNOD DAC_READ_SEARCH SYS_ADMIN SETUID
	for runtime in ${RUNTIMES:-runc}; do
		learned --runtime "$runtime" --bundle "$work/script"
		is "a script needs what it was told to ($runtime)" "$(needs CHOWN FOWNER MKNOD) and .finished and (.trace_failed | not)"
		is "overlayfs asking for itself is no need ($runtime)" '.used == ["CAP_CHOWN", "CAP_FOWNER", "CAP_MKNOD"] and (.asked | index("CAP_SYS_ADMIN")) != null'
	done
	is "evidence names program, system call and site" \
		'.capabilities[] | select(.name == "CAP_MKNOD") | .verdict == "needed" and (.without | length) > 0 and
		(.evidence[0] | .program == "/bin/sh" and (.call | startswith("mknod")) and .site == "vfs_mknod" and .count == 1)'
fi

if wanted "a file with capabilities" "the worker" "KILL at the stop" "SIGHUP"; then
	bundle capable '/cap/busybox true' NET_RAW CHOWN
	learned --bundle "$work/capable"
	is "a file with capabilities that are never used is not executed without them" \
		"$(needs NET_RAW)"' and .used == [] and (.trace_failed | not) and (.capabilities[] | select(.name == "CAP_NET_RAW") | .verdict == "file" and .file == "/cap/busybox")'

	bundle server 'exec /bin/server /tmp/ready' SETGID SETUID KILL CHOWN
	learned --bundle "$work/server" --check 'test -e /proc/$CAPGATE_PID/root/tmp/ready'
	is "the worker that stays root is not certified: SETGID and SETUID are kept" \
		"$(needs KILL SETGID SETUID)"' and (.capabilities | map(select(.verdict == "privilege").name)) == ["CAP_SETGID", "CAP_SETUID"]'
	is "KILL at the stop signal is needed" '.capabilities[] | select(.name == "CAP_KILL") | .verdict == "needed" and (.without | contains("stop signal"))'
fi

if wanted "a process that enters"; then
	bundle entered 'trap "exit 0" TERM; while :; do sleep 0.05; done' CHOWN FOWNER
	learned --bundle "$work/entered" --check true --exercise 'runc --root $CAPGATE_STATE exec $CAPGATE_ID chown 5 /tmp'
	is "a process that enters from outside is not traced, and its need is found" \
		"$(needs CHOWN)"' and .used == [] and .trace_failed'
fi

if wanted "a user namespace"; then
	bundle userns 'unshare -U -r chroot / true' SYS_CHROOT SETUID
	jq '.process.user = {uid: 1000, gid: 1000}' "$work/userns/config.json" >"$work/new" && mv "$work/new" "$work/userns/config.json"
	learned --bundle "$work/userns"
	is "a user namespace of its own needs nothing" \
		'.needed == [] and .used == [] and ([.capabilities[] | select(.name == "CAP_SYS_CHROOT") | .evidence[].kind] | unique) == ["own-user-namespace"]'
fi

if wanted "events that are lost"; then
	(cd "$work/rootfs/many" && seq 4000 | xargs touch)
	bundle storm 'chown -R 5 /many && sync' CHOWN FOWNER
	learned --bundle "$work/storm" --buffer 4
	# Whether any are lost is up to the machine.
	if [ $status -eq 2 ] && grep -q 'no verdict: the trace is not whole' "$work/err"; then status=0; echo '{"needed":["CAP_CHOWN"]}' >"$work/out"; fi
	is "events that are lost never narrow a result: it is whole, or refused" "$(needs CHOWN)"
	rm -rf "$work/rootfs/many"
fi

# ---- The machine is as it was ---------------------------------------------------------------

# Of ours alone: others may be learning on the same kernel.
traces() { find "$work/tracing/instances" -maxdepth 1 -name "$1"; }
names() { find /run -maxdepth 1 -name 'capgate-learn-*' | sed 's|.*/||'; }
gone() { [ -z "$(names)" ] && [ -z "$(traces "$name")" ] && ! pgrep -f "$work/stay/marker" >/dev/null; }
runs() { [ -n "$(names)" ] && [ -n "$(traces "$(names)")" ] && pgrep -f "$work/stay/marker" >/dev/null; }
for signal in TERM KILL; do
	sentence="nothing is left behind after SIG$signal"
	wanted "$sentence" || continue
	bundle stay "exec /bin/sh -c 'while :; do /bin/sleep 0.1; done' $work/stay/marker" CHOWN
	"$capgate" learn --quiet --policy "$work/all.json" --bundle "$work/stay" --check false >/dev/null 2>"$work/err" &
	learner=$!
	if await runs && name=$(names) && kill -s $signal $learner && await gone; then ok; else not_ok "$sentence: $(names) $(traces '*') $(cat "$work/err")"; fi
	{ wait $learner; } 2>/dev/null
done

# ---- What is refused ---------------------------------------------------------------------------

# refused SENTENCE STATUS WORDS OPTION...
refused() {
	wanted "$1" || return 0
	learned "${@:4}"
	if [ $status -eq "$2" ] && grep -qF -- "$3" "$work/err" && [ -z "$(names)" ]; then ok; else not_ok "$1: status $status, $(head -c 300 "$work/err")"; fi
}
bundle plain true CHOWN NET_RAW
jq '.mounts += [{destination: "/srv", type: "bind", source: "/srv", options: ["bind"]}]' "$work/plain/config.json" >"$work/new"
mkdir -p "$work/bound" "$work/noisy" && cp "$work/new" "$work/bound/config.json"
refused "a mount that can be written needs --yes" 64 "writes outside the container: /srv" --bundle "$work/bound"
refused "a published port needs --yes" 64 "publishes a port: 80:80" -- podman run -p 80:80 image
refused "a privileged container is refused" 64 "privileged" -- docker run --privileged image
refused "a bundle that is not there is an error" 2 "cannot open" --bundle "$work/nowhere"
refused "a container that fails with everything teaches nothing" 1 "the full run failed" --bundle "$work/plain" --check false --timeout 300ms
sentence="without CAP_SYS_ADMIN it says what is missing, with a status of its own"
if wanted "$sentence"; then
	capsh --drop=cap_sys_admin -- -c "'$capgate' learn --bundle '$work/plain'" >"$work/out" 2>"$work/err"
	if [ $? -eq 23 ] && grep -q CAP_SYS_ADMIN "$work/err"; then ok; else not_ok "$sentence: $(cat "$work/err")"; fi
fi
sentence="what the policy forbids is withheld, and with --beyond-policy logged"
if wanted "$sentence"; then
	printf '{ "version": 1, "profile": "cis-docker" }\n' >"$work/cis.json"
	chmod 600 "$work/cis.json"
	learned --bundle "$work/plain" --policy "$work/cis.json"
	is "$sentence" '.withheld == ["CAP_NET_RAW"] and .started_with == ["CAP_CHOWN"]'
	learned --bundle "$work/plain" --policy "$work/cis.json" --beyond-policy
	is "$sentence" '.withheld == [] and .started_with == ["CAP_CHOWN", "CAP_NET_RAW"]'
	none "$sentence" "$(grep -q '"stage":"learn".*NET_RAW' /run/capgate/decisions.jsonl 2>&1 || echo "it is not in the log")"
fi

if [ "${LEARN:-}" = all ]; then . "$here/learn/services.sh"; fi
finish "$suite"
