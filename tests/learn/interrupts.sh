# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For learn.sh to source: a signal ends learn at one of its system calls, and everything that it
# made must go.  By default at three calls.  LEARN_STEP=1 tries each call of a whole run, which
# takes half an hour, LEARN_STEP=20 each twentieth; LEARN_TIMES=60 ends it 60 times, each time 30 ms
# later, mostly while a runtime works; INTERRUPTS="runc crun": under these runtimes.
sentence="nothing is left behind, wherever learn is ended"

# The name of the container, its cgroup, the trace and the directory.
name_in() { grep -om1 'capgate-learn-[0-9a-f]\{8\}' "$1" || echo none; }
# cgroups NAME: those below the first one or our own, by each controller.
cgroups() {
	local root path
	for path in "" $(cut -d: -f3 /proc/self/cgroup | sort -u); do
		for root in /sys/fs/cgroup /sys/fs/cgroup/*/; do
			# crun makes directories where the unified hierarchy is not mounted; those are no cgroups.
			[ ! -d "$root$path/$1" ] || [ "$(stat -f -c %T "$root")" = tmpfs ] || echo "$root$path/$1"
		done
	done
}
left() { # NAME: a line for each thing that is still there
	names
	traces "$1"
	grep -s "${1//-/_}" "$work/tracing/kprobe_events"
	cgroups "$1"
	pgrep -a -f "$1|$work/points|capgate-learn trace"
}
all_gone() { [ -z "$(left "$name")" ]; }
# ended RUNTIME [INJECTION]: a run; its calls are in $work/calls.
ended() {
	strace -qq -o "$work/calls" ${2:+-e "inject=$2"} "$capgate" learn --quiet --backend "$backend" --runtime "$1" --hold 0ms \
		--policy "$work/all.json" --bundle "$work/points" --check true >"$work/out" 2>"$work/err"
}
# ended_after RUNTIME SECONDS SIGNAL: likewise, but not by a call.
ended_after() {
	ended "$1" &
	sleep "$2"
	pkill "-$3" -x capgate -P "$(pgrep -P $! -x strace)"
	wait $!
}
# points RUNTIME: CALLS:WHEN, in which the third mkdir comes when the directory in /run is there.
points() {
	if [ -n "${LEARN_TIMES:-}" ]; then seq -f after:%g 0.03 0.03 "$(jq -n "$LEARN_TIMES * 0.03")"; return; fi
	if [ -z "${LEARN_STEP:-}" ]; then echo mkdir,mkdirat:3 all:210 all:300; return; fi
	ended "$1" || not_ok "$sentence: a run that is not ended: $(cat "$work/err")"
	seq -f all:%g "$(grep -n -m1 unshare "$work/calls" | cut -d: -f1)" "$LEARN_STEP" "$(wc -l <"$work/calls")"
}

if ! wanted "$sentence"; then :
elif ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
	skip "$sentence: no strace"
else
	bundle points "trap 'exit 0' TERM; while :; do sleep 0.05; done" CHOWN
	for backend in $backends; do for runtime in ${INTERRUPTS:-runc}; do
		signals=(KILL TERM INT) i=0 wrong=
		for point in $(points "$runtime"); do
			signal=${signals[i++ % 3]}
			# The shell reports processes that were killed.
			{ case $point in
			after:*) ended_after "$runtime" "${point#*:}" "$signal" ;;
			*) ended "$runtime" "${point%:*}:signal=$signal:when=${point#*:}" ;;
			esac; } 2>/dev/null
			name=$(name_in "$work/calls")
			await all_gone || wrong+="
$backend, $runtime, SIG$signal at $point, $(tail -n 2 "$work/calls" | head -n 1 | cut -c1-80): $(left "$name" | tr '\n' ' ')"
		done
		[ -z "${LEARN_STEP:-}${LEARN_TIMES:-}" ] || echo "$sentence: $backend, $runtime: $i calls"
		none "$sentence ($backend, $runtime)" "$wrong"
	done; done
	backend=tracefs
fi
