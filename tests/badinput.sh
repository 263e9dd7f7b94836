#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Bad input, and outputs that cannot be written: every hook command ends at once with the
# exit status for that cause (hook/sys/status.h), one line on stderr, and nothing on
# stdout.
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
capgate=${CAPGATE:-$top/build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
printf '{"version":1,"log":{"file":"","system":false}}' >policy.json

# Longer than any of these takes, shorter than a hang.
LIMIT=300

tell() {
	if [ -z "$2" ]; then ok; else not_ok "$1: $2"; cat err; fi
}

# fails STATUS NAME STAGE [ARGUMENT...]: with standard input as it is.
fails() {
	local status=$1 name=$2 got why=
	shift 2
	timeout -k 1 $LIMIT "$capgate" "$@" >out 2>err
	got=$?
	[ $got -eq "$status" ] || why="status $got, not $status"
	[ -s out ] && why="$why; bytes on stdout"
	[ "$(wc -l <err)" -eq 1 ] || why="$why; not one line on stderr"
	[ "$(wc -c <err)" -le 2048 ] || why="$why; a long line"
	grep -q '^capgate: ' err || why="$why; the line does not name the program"
	LC_ALL=C grep -q '[^[:print:]]' err && why="$why; unprintable bytes on stderr"
	tell "$name" "$why"
}
P=(--policy "$work/policy.json")
STATES="prestart createRuntime createContainer poststart"

# A state that names that bundle.
state() { printf '{"ociVersion":"1.0.2","id":"x","status":"created","pid":%s,"bundle":"%s"}' "${2:-$$}" "$1"; }

good='{"ociVersion":"1.0.2","mounts":[{"destination":"/proc","type":"proc"}],"process":{"user":{"uid":0,"gid":0},"args":["x"],"cwd":"/","capabilities":{}}}'
raw='{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW"]}}}'

# ---- what comes in ----------------------------------------------------------------

for stage in precreate $STATES; do
	fails 21 "$stage: nothing" $stage "${P[@]}" </dev/null
	fails 21 "$stage: white space" $stage "${P[@]}" <<<"   "
	fails 21 "$stage: cut off" $stage "${P[@]}" <<<"${good:0:60}"
	fails 21 "$stage: cut off within a string" $stage "${P[@]}" <<<"${good:0:12}"
	fails 21 "$stage: no JSON" $stage "${P[@]}" <<<"hello"
	fails 21 "$stage: not an object" $stage "${P[@]}" <<<'["process"]'
	fails 21 "$stage: neither a state nor a configuration" $stage "${P[@]}" <<<'{"id":"x"}'
	fails 21 "$stage: random bytes" $stage "${P[@]}" < <(head -c 4096 /dev/urandom | tr '\0' x)
	fails 21 "$stage: 100 MB" $stage "${P[@]}" < <(head -c 100000000 /dev/zero | tr '\0' ' ')
	fails 21 "$stage: 100 MB of one string" $stage "${P[@]}" < <(printf '{"a":"'; head -c 100000000 /dev/zero | tr '\0' a)
	fails 21 "$stage: a million arrays" $stage "${P[@]}" < <(head -c 1000000 /dev/zero | tr '\0' '[')
	fails 21 "$stage: a million objects" $stage "${P[@]}" < <(yes '{"a":' | head -n 800000 | tr -d '\n')
	fails 21 "$stage: standard input is a directory" $stage "${P[@]}" </
	fails 21 "$stage: standard input closed" $stage "${P[@]}" <&-
	fails 21 "$stage: standard input cannot be read" $stage "${P[@]}" 0>"$work/write-only"
done

# What could take a long time, of 4 MB: a minute of the processor's is more than any machine needs.
quick() { # NAME PYTHON: an expression for the specification's other members
	python3 -c 'import json
spec = {"process": {"capabilities": {"bounding": ["CAP_NET_RAW"]}},
        "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}]}
spec.update('"$2"')
print(json.dumps(spec, separators=(",", ":")))' >large.json
	(ulimit -t 60 && "$capgate" precreate "${P[@]}" <large.json >out 2>err)
	status=$?
	tell "precreate: $1" "$([ $status -eq 0 ] && [ -s out ] || echo "status $status")"
}
quick "nothing but beginnings of paths of /proc" '{"annotations": {"x": "/proc/" * 690000}}'
quick "80,000 ranges of group ids, backwards" '{"linux": {"namespaces": [{"type": "network"}, {"type": "user"}],
	"gidMappings": [{"containerID": 79999 - i, "hostID": i, "size": 1} for i in range(80000)]}}'

# ---- the bundle ----------------------------------------------------------------------

mkdir bundle old
printf '%s' "$raw" >old/config.json
cp old/config.json bundle/
for stage in prestart createRuntime createContainer; do
	fails 10 "$stage: a state" $stage "${P[@]}" < <(state "$work/bundle")
	fails 10 "$stage: bundlePath of old engines" $stage "${P[@]}" \
		<<<"{\"version\":\"1\",\"id\":\"x\",\"pid\":1,\"bundlePath\":\"$work/old\"}"
	fails 21 "$stage: a state without bundle" $stage "${P[@]}" <<<'{"ociVersion":"1.0.2","id":"x","pid":1}'
	fails 21 "$stage: an empty bundle" $stage "${P[@]}" < <(state "")
	fails 21 "$stage: a relative bundle" $stage "${P[@]}" < <(state "bundle")
	fails 21 "$stage: a bundle that is not there" $stage "${P[@]}" < <(state "$work/none")
	fails 21 "$stage: a bundle that is a file" $stage "${P[@]}" < <(state "$work/policy.json")
	fails 21 "$stage: a long bundle" $stage "${P[@]}" < <(state "/$(head -c 5000 /dev/zero | tr '\0' a)")
	fails 21 "$stage: a bundle of 300 letters" $stage "${P[@]}" < <(state "/$(head -c 300 /dev/zero | tr '\0' a)")
	fails 21 "$stage: a bundle that is a number" $stage "${P[@]}" <<<'{"id":"x","pid":1,"bundle":7}'
	fails 12 "$stage: a bundle with a NUL" $stage "${P[@]}" < <(state "$work/bundle\\u0000x")
	fails 12 "$stage: two bundles" $stage "${P[@]}" <<<"{\"id\":\"x\",\"bundle\":\"$work/none\",\"bundle\":\"$work/bundle\"}"

	mkdir vanishing
	cp old/config.json vanishing/
	fails 21 "$stage: a bundle that vanishes" $stage "${P[@]}" < <(sleep 0.1; rm -r vanishing; state "$work/vanishing")
	mkdir odd
	fails 21 "$stage: no config.json" $stage "${P[@]}" < <(state "$work/odd")
	mkfifo odd/config.json
	fails 21 "$stage: config.json is a FIFO" $stage "${P[@]}" < <(state "$work/odd")
	rm odd/config.json
	ln -s ../old/config.json odd/config.json
	fails 21 "$stage: config.json is a symbolic link" $stage "${P[@]}" < <(state "$work/odd")
	rm odd/config.json
	ln -s config.json odd/config.json
	fails 21 "$stage: config.json is a link to itself" $stage "${P[@]}" < <(state "$work/odd")
	rm odd/config.json
	mkdir odd/config.json
	fails 21 "$stage: config.json is a directory" $stage "${P[@]}" < <(state "$work/odd")
	rmdir odd/config.json
	if [ "$(id -u)" = 0 ] && mknod odd/config.json c 1 5 2>/dev/null; then
		fails 21 "$stage: config.json is a device" $stage "${P[@]}" < <(state "$work/odd")
		rm odd/config.json
		mknod odd/config.json c 5 1
		fails 21 "$stage: config.json is the console" $stage "${P[@]}" < <(state "$work/odd")
		rm odd/config.json
	fi
	if command -v python3 >/dev/null; then
		python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("odd/config.json")'
		fails 21 "$stage: config.json is a socket" $stage "${P[@]}" < <(state "$work/odd")
		rm odd/config.json
	fi
	: >odd/config.json
	fails 21 "$stage: config.json is empty" $stage "${P[@]}" < <(state "$work/odd")
	truncate -s 100M odd/config.json
	fails 21 "$stage: config.json is 100 MB" $stage "${P[@]}" < <(state "$work/odd")
	rm -r odd
done
fails 21 "poststart: no pid" poststart "${P[@]}" <<<"{\"id\":\"x\",\"bundle\":\"$work/bundle\"}"
fails 21 "poststart: pid 0" poststart "${P[@]}" < <(state "$work/bundle" 0)
fails 21 "poststart: pid -1" poststart "${P[@]}" < <(state "$work/bundle" -1)
fails 21 "poststart: a pid that is no integer" poststart "${P[@]}" < <(state "$work/bundle" 1.5)
fails 21 "poststart: a pid beyond all" poststart "${P[@]}" < <(state "$work/bundle" 99999999999999999999)

# ---- where output goes ------------------------------------------------------------------

# ends STATUS NAME COMMAND...: like fails, but the redirections are the caller's.
ends() {
	local status=$1 name=$2 got
	shift 2
	timeout -k 1 $LIMIT bash -c "$*" 2>err
	got=$?
	tell "$name" "$([ $got -eq "$status" ] || echo "status $got, not $status")"
}
export capgate
printf '%s' "$good" >good.json
printf '%s' "$raw" >raw.json
ends 0 "precreate: a good one, to be sure" '"$capgate" precreate --policy policy.json <good.json >out && cmp -s good.json out'
ends 22 "precreate: standard output closed" '"$capgate" precreate --policy policy.json <good.json >&-'
ends 22 "precreate: standard output full" '"$capgate" precreate --policy policy.json <good.json >/dev/full'
ends 22 "precreate: a rewrite into a full device" '"$capgate" precreate --policy policy.json <raw.json >/dev/full'
ends 22 "precreate: nobody reads standard output" 'mkfifo unread && exec 8<>unread 9>unread 8<&-; exec "$capgate" precreate --policy policy.json <good.json >&9'
ends 0 "precreate: standard error closed" '"$capgate" precreate --policy policy.json <good.json 2>&- >out && cmp -s good.json out'
ends 21 "precreate: standard error closed, and it fails" '"$capgate" precreate --policy policy.json </dev/null 2>&- >out || { s=$?; [ -s out ] && s=99; exit $s; }'
ends 21 "precreate: standard error full" '"$capgate" precreate --policy policy.json </dev/null 2>/dev/full'
ends 22 "precreate: all three closed but the input" '"$capgate" precreate --policy policy.json <good.json >&- 2>&-'
ends 21 "precreate: all three closed" '"$capgate" precreate --policy policy.json <&- >&- 2>&-'
ends 10 "createRuntime: standard output and error closed" '"$capgate" createRuntime --policy policy.json <raw.json >&- 2>&-'
ends 0 "createRuntime: standard output full, nothing to say" '"$capgate" createRuntime --policy policy.json <good.json >/dev/full'
for words in --version --help "precreate --help" "policy list" "policy show" "check --policy policy.json good.json" \
	"check --policy policy.json --format json good.json" "explain NET_RAW"; do
	timeout -k 1 $LIMIT bash -c "\"\$capgate\" $words >/dev/full" 2>err
	got=$?
	tell "$words: into a full device" "$([ $got -ne 0 ] || echo "status 0"
		[ "$(grep -c 'No space left on device; fix' err)" -eq 1 ] || echo "it does not say so")"
done
ends 22 "precreate: beyond the limit of a file" 'ulimit -f 1; head -c 3000 /dev/zero | tr "\0" " " | cat good.json - | "$capgate" precreate --policy policy.json >limited'

# A descriptor that somebody else made non-blocking is waited for.
nonblocking() {
	python3 - "$1" "$capgate" "$work/policy.json" "$2" <<-'END'
		import fcntl, os, subprocess, sys, time
		side, capgate, policy, text = sys.argv[1], sys.argv[2], sys.argv[3], open(sys.argv[4], "rb").read()
		out_r, out_w = os.pipe()
		in_r, in_w = os.pipe()
		for fd in (in_r,) if side == "input" else (out_w,):
		    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
		text += b" " * 3000000
		child = subprocess.Popen([capgate, "precreate", "--policy", policy], stdin=in_r, stdout=out_w, pass_fds=())
		os.close(in_r), os.close(out_w)
		got = b""
		if os.fork() == 0:
		    os.close(out_r)
		    time.sleep(.1)
		    with os.fdopen(in_w, "wb") as f:
		        f.write(text)
		    os._exit(0)
		os.close(in_w)
		time.sleep(.3 if side == "output" else 0)
		while part := os.read(out_r, 65536):
		    got += part
		sys.exit(child.wait() or got != text)
	END
}
for side in input output; do
	nonblocking $side good.json 2>err
	tell "precreate: $side is non-blocking" "$([ $? -eq 0 ] || echo "it is not waited for")"
done

# ---- the command line ----------------------------------------------------------------------

for stage in precreate $STATES; do
	fails 64 "$stage: an unknown option" $stage --nonsense <<<"$good"
	fails 64 "$stage: an unknown letter" $stage -Z <<<"$good"
	fails 64 "$stage: an abbreviated option" $stage --pol "$work/policy.json" <<<"$good"
	fails 64 "$stage: a flag with a value" $stage --dry-run=yes <<<"$good"
	fails 64 "$stage: an option without its value" $stage --policy <<<"$good"
	fails 64 "$stage: an operand" $stage "${P[@]}" config.json <<<"$good"
	fails 20 "$stage: a policy that is not there" $stage --policy "$work/none.json" <<<"$good"
	fails 20 "$stage: a policy that is a directory" $stage --policy "$work" <<<"$good"
	fails 20 "$stage: a policy with an empty name" $stage --policy "" <<<"$good"
	fails 20 "$stage: a policy that is a device" $stage --policy /dev/null <<<"$good"
done
fails 64 "no command" </dev/null
fails 64 "an unknown command" nonsense </dev/null
fails 64 "an unknown command of control characters" $'\e[31m' </dev/null
fails 64 "an empty command" "" </dev/null
fails 64 "an unknown command of 100,000 letters" "$(head -c 100000 /dev/zero | tr '\0' a)" </dev/null
mkfifo fifo.json
fails 20 "a policy that is a FIFO" precreate --policy "$work/fifo.json" <<<"$good"
cp policy.json writable.json
chmod 666 writable.json
fails 20 "a policy that all may write" precreate --policy "$work/writable.json" <<<"$good"
head -c 2000000 /dev/zero | tr '\0' ' ' >large.json
fails 20 "a policy of 2 MB" precreate --policy "$work/large.json" <<<"$good"

finish "bad input"
