#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# learn finds the known needs of containers, with real runtimes.  The traps are cases in
# which a trace alone, or a health check alone, gives a wrong answer.
#   ONLY=WORDS      the tests with these words in their sentence
#   RUNTIMES="runc crun"    the first ones under each
#   BOTH=1          every test by both ways to trace; by default those in which they differ,
#                   and the others by WAY=tracefs
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
backend=tracefs
# learned OPTION...: the result; what it said is in err.
learned() {
	timeout 600 "$capgate" learn --quiet --backend $backend --hold 200ms --policy "$work/all.json" --format json "$@" 2>"$work/err" >"$work/out"
	status=$?
}
# is SENTENCE JQ-CONDITION: about what was learned last.
is() {
	case $1 in *"${ONLY:-}"*) ;; *) return 0 ;; esac
	if [ $status -eq 0 ] && [ "$(jq "($2) and .traced_by == \"$backend\"" "$work/out" 2>&1)" = true ]; then ok; return; fi
	not_ok "$1 ($backend)"
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

# By BPF where capgate-learn was built, and this kernel and its boot options let it.
backends=tracefs
if [ -x "${capgate%/*}/capgate-learn" ]; then
	bundle nothing true
	"$capgate" learn --quiet --backend bpf --policy "$work/all.json" --bundle "$work/nothing" >"$work/out" 2>"$work/err"
	case $? in
	0) backends="tracefs bpf" ;;
	23) echo "skipped: $suite: by BPF: $(cat "$work/err")" >&2; skipped=$((skipped + 1)) ;;
	*) not_ok "a container that needs nothing, by BPF: $(cat "$work/err")" ;;
	esac
else
	skip "$suite: by BPF: capgate-learn was not built (clang, libbpf)"
fi
# Of tests in which they do not differ, one does.
one=${WAY:-tracefs}
[ -z "${BOTH:-}" ] || one=$backends

# ---- The samples ---------------------------------------------------------------------------

if wanted "a script needs what it was told to" "overlayfs asking for itself is no need" "evidence names"; then
	# As newer versions of busybox execute a command.
	bundle script 'umask 022; touch /tmp/f && chown 5:5 /tmp/f && (exec -a mknod /proc/self/exe /tmp/n c 1 3) && chmod 4755 /tmp/f && cat /tmp/f' \
		CHOWN FOWNER MKNOD DAC_READ_SEARCH SYS_ADMIN SETUID
	for backend in $one; do for runtime in ${RUNTIMES:-runc}; do
		learned --runtime "$runtime" --bundle "$work/script"
		is "a script needs what it was told to ($runtime)" "$(needs CHOWN FOWNER MKNOD) and .finished and (.trace_failed | not)"
		is "overlayfs asking for itself is no need ($runtime)" '.used == ["CAP_CHOWN", "CAP_FOWNER", "CAP_MKNOD"] and (.asked | index("CAP_SYS_ADMIN")) != null'
		is "evidence names program, system call and site, also of a program that executes itself again" \
			'.capabilities[] | select(.name == "CAP_MKNOD") | .verdict == "needed" and (.without | length) > 0 and
			(.evidence[0] | .program == "/bin/sh" and (.call | startswith("mknod")) and .site == "vfs_mknod" and .count == 1)'
	done; done
fi

if wanted "a file with capabilities" "the worker" "KILL at the stop" "SIGHUP"; then
	bundle capable '/cap/busybox true' NET_RAW CHOWN
	bundle server 'exec /bin/server /tmp/ready' SETGID SETUID KILL CHOWN
	for backend in $one; do
	learned --bundle "$work/capable"
	is "a file with capabilities that are never used is not executed without them" \
		"$(needs NET_RAW)"' and .used == [] and (.trace_failed | not) and (.capabilities[] | select(.name == "CAP_NET_RAW") | .verdict == "file" and .file == "/cap/busybox")'
	learned --bundle "$work/server" --check 'test -e /proc/$CAPGATE_PID/root/tmp/ready'
	is "the worker that stays root is not certified: SETGID and SETUID are kept" \
		"$(needs KILL SETGID SETUID)"' and (.check_alone | not) and (.capabilities | map(select(.verdict == "privilege").name)) == ["CAP_SETGID", "CAP_SETUID"]'
	is "KILL at the stop signal is needed" '.capabilities[] | select(.name == "CAP_KILL") | .verdict == "needed" and (.without | contains("stop signal"))'
	done
fi

if wanted "the credentials of overlayfs"; then
	bundle overlay 'touch /tmp/f; cat /tmp/f' SYS_ADMIN DAC_READ_SEARCH
	for backend in $backends; do
		learned --bundle "$work/overlay"
		is "the credentials of overlayfs are not the program's" '.needed == [] and .used == [] and
			([.capabilities[] | select(.name == "CAP_DAC_READ_SEARCH") | .evidence[].kind] | unique) == ["borrowed"]'
	done
fi

if wanted "a process that enters"; then
	bundle entered 'trap "exit 0" TERM; while :; do sleep 0.05; done' CHOWN FOWNER
	for backend in $backends; do
		learned --bundle "$work/entered" --check true --exercise 'runc --root $CAPGATE_STATE exec $CAPGATE_ID chown 5 /tmp'
		if [ $backend = bpf ]; then
			is "a process that enters from outside is seen" \
				"$(needs CHOWN)"' and .used == ["CAP_CHOWN"] and (.trace_failed | not) and .check_alone'
		else
			is "a process that enters from outside is not traced, and its need is found" \
				"$(needs CHOWN)"' and .used == [] and .trace_failed'
		fi
	done
fi

# A file that only its owner may read, opened by a worker of io_uring.
if wanted "a worker of io_uring"; then
	gcc -O1 -static -o "$work/rootfs/bin/uring" "$here/learn/uring.c" || not_ok "the program for io_uring compiles"
	install -m 600 -o 5 -g 5 /dev/null "$work/rootfs/secret"
	if "$work/rootfs/bin/uring" "$work/rootfs/secret" 2>"$work/err"; then
		bundle uring 'exec /bin/uring /secret' DAC_OVERRIDE CHOWN
		for backend in $backends; do
			learned --bundle "$work/uring"
			if [ $backend = bpf ]; then
				is "a worker of io_uring is seen" "$(needs DAC_OVERRIDE)"' and .used == ["CAP_DAC_OVERRIDE"] and (.trace_failed | not) and
					(.capabilities[] | select(.name == "CAP_DAC_OVERRIDE") | [.evidence[] | select(.kind == "matters").call] == ["io_uring"])'
			else
				is "a worker of io_uring is not traced, and its need is found" "$(needs DAC_OVERRIDE)"
			fi
		done
	else
		echo "skipped: $suite: a worker of io_uring: $(cat "$work/err")" >&2
		skipped=$((skipped + 1))
	fi
fi

if wanted "a user namespace"; then
	bundle userns 'unshare -U -r chroot / true' SYS_CHROOT SETUID
	jq '.process.user = {uid: 1000, gid: 1000}' "$work/userns/config.json" >"$work/new" && mv "$work/new" "$work/userns/config.json"
	for backend in $backends; do
		learned --bundle "$work/userns"
		is "a user namespace of its own needs nothing" \
			'.needed == [] and .used == [] and ([.capabilities[] | select(.name == "CAP_SYS_CHROOT") | .evidence[].kind] | unique) == ["own-user-namespace"]'
	done
fi

sentence="a port that a sysctl of the container opens is said"
if wanted "$sentence"; then
	bundle port 'trap "exit 0" TERM; busybox nc -l -p 80 & wait' NET_BIND_SERVICE
	jq '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "0"}' "$work/port/config.json" >"$work/new" && mv "$work/new" "$work/port/config.json"
	learned --bundle "$work/port" --check 'grep -q :0050 /proc/$CAPGATE_PID/net/tcp /proc/$CAPGATE_PID/net/tcp6'
	is "$sentence" '.needed == [] and .unprivileged_port == 80 and (.check_alone | not)'
fi

# Others make and leave namespaces meanwhile, whose numbers the kernel gives out again.
if wanted "namespaces that are used again"; then
	bundle quiet 'sleep 1' CHOWN
	(while [ ! -e "$work/enough" ]; do unshare -mp --fork chown 5 "$work/noise"; done) &
	noise=$!
	touch "$work/noise"
	for backend in $backends; do
		learned --bundle "$work/quiet"
		is "namespaces that are used again are not the container's" '.needed == [] and .used == [] and ([.capabilities[].evidence[]] == [])'
	done
	touch "$work/enough"
	wait $noise
fi

if wanted "events that are lost" "a storm"; then
	mkdir -p "$work/rootfs/many"
	(cd "$work/rootfs/many" && seq 4000 | xargs touch)
	bundle storm '(exec -a chown /proc/self/exe -R 5 /many) && sync' CHOWN
	for backend in $backends; do
		learned --bundle "$work/storm" --buffer 4
		if [ $backend = bpf ]; then
			is "a storm is counted whole, for the program that executed itself again" "$(needs CHOWN)"' and
				([.capabilities[].evidence[] | select(.kind == "matters")] | (map(.count) | add) == 4001 and (map(.program) | unique) == ["/bin/sh"])'
			continue
		fi
		# Whether any are lost is up to the machine.
		if [ $status -eq 2 ] && grep -q 'no verdict: the trace is incomplete' "$work/err"; then
			status=0
			echo '{"needed":["CAP_CHOWN"],"traced_by":"tracefs"}' >"$work/out"
		fi
		is "events that are lost never narrow a result: it is whole, or refused" "$(needs CHOWN)"
	done
	rm -rf "$work/rootfs/many"
fi
case $backends in *bpf*)
	# Each program asks at other places; maps of 16, 64 and 256 rows are too small for them.
	sentence="kinds that find no room in the kernel are said, and there is no verdict"
	if wanted "$sentence"; then
		mkdir -p "$work/rootfs/kinds" && for i in $(seq 150); do ln -f "$work/rootfs/bin/busybox" "$work/rootfs/kinds/busybox-$i"; done
		bundle kinds 'for i in /kinds/*; do $i chown 5 /tmp || true; done' CHOWN SETUID
		backend=bpf
		learned --bundle "$work/kinds" --buffer 4
		if [ $status -eq 2 ] && grep -q 'no verdict: the trace is incomplete' "$work/err"; then ok; else not_ok "$sentence: $status $(head -c 400 "$work/err")"; fi
		# The run without SETUID is traced, too, and needs the same.
		learned --bundle "$work/kinds" --buffer 16
		is "with larger maps there is one, in all runs" '.needed == [] and .finished'
		rm -rf "$work/rootfs/kinds"
	fi
esac
backend=tracefs

# ---- The machine is as it was ---------------------------------------------------------------

# Of ours alone: others may be learning on the same kernel.
traces() { find "$work/tracing/instances" -maxdepth 1 -name "$1"; }
names() { find /run -maxdepth 1 -name 'capgate-learn-*' | sed 's|.*/||'; }
tracer() { pgrep -P $learner -f 'capgate-learn trace'; }
traced() { if [ $backend = bpf ]; then tracer=$(tracer); else [ -n "$(traces "$(names)")" ]; fi; }
gone() {
	[ -z "$(names)" ] && [ -z "$(traces "$name")" ] && ! pgrep -f "$work/stay/marker" >/dev/null && { [ $backend != bpf ] || ! kill -0 "$tracer" 2>/dev/null; }
}
runs() { [ -n "$(names)" ] && traced && pgrep -f "$work/stay/marker" >/dev/null; }
confined() { [ "$(grep -cxE 'CapEff:.0+|CapPrm:.0+|NoNewPrivs:.1|Seccomp:.2' "/proc/$tracer/status")" = 4 ]; }
for backend in $backends; do for signal in TERM KILL; do
	sentence="nothing is left behind after SIG$signal"
	wanted "$sentence" || continue
	bundle stay "exec /bin/sh -c 'while :; do /bin/sleep 0.1; done' $work/stay/marker" CHOWN
	"$capgate" learn --quiet --backend $backend --policy "$work/all.json" --bundle "$work/stay" --check false >/dev/null 2>"$work/err" &
	learner=$!
	# The shell says nothing of its end.
	disown $learner
	if await runs && name=$(names) && { [ $backend = tracefs ] || confined; } && kill -s $signal $learner && await gone; then
		ok
	else
		not_ok "$sentence ($backend): $(names) $(traces '*') $(cat "$work/err")"
	fi
done; done
backend=tracefs
. "$here/learn/interrupts.sh"

# ---- What is refused ---------------------------------------------------------------------------

# refused SENTENCE STATUS WORDS OPTION...
refused() {
	wanted "$1" || return 0
	learned "${@:4}"
	if [ $status -eq "$2" ] && grep -qF -- "$3" "$work/err" && [ -z "$(names)" ]; then ok; else not_ok "$1: status $status, $(head -c 300 "$work/err")"; fi
}
bundle plain true CHOWN NET_RAW
bundle entered 'trap "exit 0" TERM; while :; do sleep 0.05; done' CHOWN FOWNER
jq '.mounts += [{destination: "/srv", type: "bind", source: "/srv", options: ["bind"]}]' "$work/plain/config.json" >"$work/new"
mkdir -p "$work/bound" "$work/noisy" && cp "$work/new" "$work/bound/config.json"
refused "a mount that can be written needs --yes" 64 "writes outside the container: /srv" --bundle "$work/bound"
refused "a published port needs --yes" 64 "publishes a port: 80:80" -- podman run -p 80:80 image
refused "a privileged container is refused" 64 "privileged" -- docker run --privileged image
refused "a bundle that is not there is an error" 2 "cannot open" --bundle "$work/nowhere"
refused "a container that fails with everything teaches nothing" 1 "the full run failed" --bundle "$work/plain" --check false --timeout 300ms
refused "what a command of the user's own said when it failed is shown" 1 "the exercise failed; its command ended with status 3: because" \
	--bundle "$work/entered" --check true --exercise 'echo because >&2; exit 3'
refused "a check whose command is not there is refused before anything starts" 64 "nothing was started, because the check's command is not found" \
	--bundle "$work/plain" --check "capgate-no-such-command"
refused "a check without a command is refused" 64 "--check needs a command" --bundle "$work/plain" --check " "
refused "a runtime that is not there is named" 1 "cannot execute $work/none: No such file" --bundle "$work/plain" --runtime "$work/none"
refused "ctr is refused with what works instead" 64 "cannot repeat what ctr starts; give nerdctl run" -- ctr run image id
sentence="without CAP_SYS_ADMIN it says what is missing, with a status of its own"
if wanted "$sentence"; then
	capsh --drop=cap_sys_admin -- -c "'$capgate' learn --bundle '$work/plain'" >"$work/out" 2>"$work/err"
	if [ $? -eq 23 ] && grep -q CAP_SYS_ADMIN "$work/err"; then ok; else not_ok "$sentence: $(cat "$work/err")"; fi
fi
if [ -x "${capgate%/*}/capgate-learn" ]; then
	mkdir "$work/bin" && cp "$capgate" "$work/bin/capgate"
	capgate=$work/bin/capgate backend=bpf
	refused "capgate-learn that is not there is named" 23 "capgate-learn is not installed" --bundle "$work/plain"
	gcc -o "$work/bin/capgate-learn" -x c - <<-'C' || not_ok "a program of another version compiles"
		#include <unistd.h>
		struct { char magic[8], version[32]; int error; char why[320]; } hello = {"cg-learn", "9.9.9", 0, ""};
		int main(void) { return write(1, &hello, sizeof(hello)) != sizeof(hello); }
	C
	chmod 755 "$work/bin/capgate-learn"
	refused "capgate-learn of another version is refused" 23 "capgate-learn has version 9.9.9" --bundle "$work/plain"
	chmod 777 "$work/bin/capgate-learn"
	refused "capgate-learn that others may write is not executed" 23 "not trusted" --bundle "$work/plain"
	backend=tracefs capgate=$CAPGATE
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
