#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Policies as files of this machine, the decision log, why: what capgate-policy(5)
# says, sentence by sentence, in a mount namespace of our own in which /etc, /run
# and the rest can be written without touching the machine's.
set -u
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
policydir=${POLICYDIR:-/etc/capgate}
vendordir=${VENDORDIR:-/usr/local/share/capgate}
if [ -z "${CAPGATE_POLICY_INSIDE:-}" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "policy: skipped, for it needs root (a mount namespace)"
		[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "0 0 1" >>"$CAPGATE_TEST_COUNTS"
		[ -z "${CI:-}" ]
		exit
	fi
	CAPGATE_POLICY_INSIDE=1 exec unshare -m --propagation private "$0" "$@"
fi

work=$(mktemp -d)
chmod 755 "$work"
# Everything of ours is on it, and goes with the namespace.
trap 'cd /; umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$work" || exit 1
cp "$capgate" "$work/capgate" # where other users can reach it
capgate="$work/capgate"
writable() { # PATH: what is below it can be changed, and is not
	mkdir -p "$1" "$work/over$1/upper" "$work/over$1/work"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$work/over$1/upper,workdir=$work/over$1/work" "$1" || exit 1
}
writable /etc
writable "$(dirname "$(dirname "$vendordir")")"
mount -t tmpfs -o mode=755 tmpfs /run || exit 1
mkdir -p "$policydir" "$vendordir"
rm -rf "${policydir:?}"/* "${vendordir:?}"/*

passed=0 failed=0
prove() { # SENTENCE COMMAND...: true when the command is
	local sentence=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $sentence"
		[ ! -f "$work/err" ] || cat "$work/err"
	fi
}
log=/run/capgate/decisions.jsonl
clean() {
	rm -rf "${policydir:?}"/* "${vendordir:?}"/* /run/capgate
	chmod 755 "$policydir" "$vendordir"
}
spec() { # CAPS [MORE]: a configuration that asks for them
	printf '{"process":{"capabilities":{"bounding":[%s]}}%s}' "$1" "${2:+,$2}"
}
judge() { # STATUS [OPTION...] <SPEC: precreate ends with it, and says nothing on stdout unless 0
	local expected=$1
	shift
	"$capgate" precreate "$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$expected" ] && { [ "$expected" -eq 0 ] || [ ! -s "$work/out" ]; }
}
says() { grep -qF -- "$1" "$work/err"; }
put() { mkdir -p "$(dirname "$1")"; cat >"$1"; chmod 644 "$1"; }
keeps() { grep -q "$1" "$work/out"; }
loses() { ! grep -q "$1" "$work/out"; }
last() { tail -n 1 $log | jq -e "$1" >/dev/null; }

# ---- Places ------------------------------------------------------------------
clean
judge 0 < <(spec '"CAP_NET_RAW","CAP_KILL"')
prove "without any file the embedded policy takes NET_RAW out" loses NET_RAW
prove "and keeps what Docker gives otherwise" keeps CAP_KILL
echo '{"version":1,"allow":["NET_RAW"]}' | put "$vendordir/policy.json"
judge 0 < <(spec '"CAP_NET_RAW"')
prove "the vendor's file counts" keeps NET_RAW
echo '{"version":1,"action":"reject","deny":["NET_RAW"]}' | put "$policydir/policy.json"
prove "the administrator's file comes over it, and deny wins" judge 10 < <(spec '"CAP_NET_RAW"')
prove "it is named in the refusal" says "$policydir/policy.json"
echo '{"version":1,"action":"rewrite"}' | put "$policydir/policy.d/10-a.json"
prove "drop-ins come over that" judge 0 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.d/20-b.json"
echo '{"version":1,"action":' | put "$policydir/policy.d/30-not-json.txt"
prove "in the order of their names, and only *.json" judge 10 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"allow":["NET_RAW"]}' | put "$work/alone.json"
judge 0 --policy "$work/alone.json" < <(spec '"CAP_NET_RAW"')
prove "--policy replaces all of them" keeps NET_RAW
"$capgate" policy show >"$work/out"
prove "policy show says where the action comes from" grep -q "^action  *reject  *# $policydir/policy.d/20-b.json" "$work/out"
prove "and each name" grep -q "^allow  *NET_RAW  *# $vendordir/policy.json" "$work/out"
prove "and what is built in" grep -q "^mode  *enforce  *# built in" "$work/out"

# ---- Trust ------------------------------------------------------------------
good='{"version":1}'
distrusted() { judge 20 < <(spec '') && says "$1"; }
clean; echo "$good" | put "$policydir/policy.json"
chmod 664 "$policydir/policy.json"
prove "a file that its group may write stops every container" distrusted "chmod go-w"
chmod 646 "$policydir/policy.json"
prove "and one that others may write" distrusted "chmod go-w"
chmod 644 "$policydir/policy.json"; chown 1234 "$policydir/policy.json"
prove "and one that somebody else owns" distrusted "not owned by root"
chown 0 "$policydir/policy.json"; chmod 777 "$policydir"
prove "and one in a directory that others may write" distrusted "chmod go-w"
chmod 755 "$policydir"; mv "$policydir/policy.json" "$work/target.json"; ln -s "$work/target.json" "$policydir/policy.json"
prove "and one that is a symbolic link" distrusted "symbolic link"
rm "$policydir/policy.json"; mkfifo "$policydir/policy.json"
prove "and one that is no file" distrusted "not a regular file"
clean; echo "$good" | put "$policydir/policy.d/a.json"; chmod 666 "$policydir/policy.d/a.json"
prove "and so with drop-ins" distrusted "policy.d/a.json"

# ---- Typos ------------------------------------------------------------------
clean
printf '{\n  "version": 1,\n  "allow": ["NET_RWA"]\n}\n' | put "$policydir/policy.json"
prove "a typo stops every container" judge 20 < <(spec '')
prove "and is told with file, line and column" says "$policydir/policy.json:3:13"
prove "and with what was meant" says "did you mean NET_RAW"
printf '{"version":1}' | "$capgate" createRuntime >"$work/out" 2>"$work/err"
prove "in every stage" [ $? -eq 20 ]

# ---- Rootless users -----------------------------------------------------------
clean
mkdir -p "$work/home/.config/capgate"
echo '{"version":1,"profile":"all","allow":["NET_RAW"],"deny":["KILL"],"mode":"audit"}' >"$work/home/.config/capgate/policy.json"
chown -R 1234 "$work/home"
as_user() { setpriv --reuid 1234 --regid 1234 --clear-groups env -i "$@" "$capgate" precreate >"$work/out" 2>"$work/err"; }
as_user XDG_CONFIG_HOME="$work/home/.config" < <(spec '"CAP_NET_RAW","CAP_KILL","CAP_CHOWN"')
prove "a user's own policy does not widen the system's" loses NET_RAW
prove "nor switches it off" [ -s "$work/out" ]
prove "but takes away from it" loses KILL
prove "and leaves the rest" keeps CHOWN
as_user HOME="$work/home" < <(spec '"CAP_KILL"')
prove "it is found in .config of his home too" loses KILL
echo '{"version":1,"deny":["CHOWN"],"nonsense":1}' >"$work/home/.config/capgate/policy.json"
as_user HOME="$work/home" < <(spec '')
prove "a typo in it stops his containers" [ $? -eq 20 ]
judge 0 < <(spec '"CAP_CHOWN"')
XDG_CONFIG_HOME="$work/home/.config" HOME="$work/home" judge 0 < <(spec '"CAP_CHOWN"')
prove "root does not look at it" keeps CHOWN

# ---- The log -------------------------------------------------------------------
clean
judge 0 < <(spec '"CAP_KILL"')
prove "a decision is one line of JSON: allowed" last '.verdict == "pass" and .status == 0 and .stage == "precreate" and .mode == "enforce"'
judge 0 < <(spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/libpod_parent/libpod-0123456789012345678901234567890123456789012345678901234567890123"}')
prove "rewritten: with what was removed, from where, by which rule" last '.verdict == "strip" and .removed.bounding == ["CAP_NET_RAW"] and .rules == ["CPG101"]'
prove "with the container and the engine, as far as they can be told" last '.engine == "podman" and (.id | length == 64)'
mkdir -p "$work/bundle"; spec '"CAP_SYS_ADMIN"' >"$work/bundle/config.json"
printf '{"ociVersion":"1.0","id":"c1","status":"creating","pid":7,"bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
prove "refused: with its status, id and bundle" last '.verdict == "refuse" and .status == 11 and .id == "c1" and .bundle == "'"$work/bundle"'"'
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.json"
judge 10 < <(spec '"CAP_NET_RAW"')
prove "with the policy's last file and the digest of them all" last '.policy == "'"$policydir"'/policy.json" and .policy_digest == "'"$(sha256sum "$policydir/policy.json" | cut -d' ' -f1)"'"'
clean
judge 12 < <(spec '"CAP_\u0000\u001b[31m"')
prove "what a specification says cannot break the line" last '.status == 12'
prove "and shows no control character" [ -z "$(tail -n 1 $log | tr -d '[:print:]\n')" ]
prove "only root can read it" [ "$(stat -c %a $log)" = 600 ]
echo '{"version":1,"log":{"file":"/run/elsewhere/log","max_bytes":4096}}' | put "$policydir/policy.json"
for _ in $(seq 40); do judge 0 < <(spec '"CAP_KILL"'); done
prove "its place is the policy's to choose" [ -s /run/elsewhere/log ]
prove "it is bounded: at its size it is renamed, once" [ -s /run/elsewhere/log.1 ]
prove "and both stay small" [ "$(cat /run/elsewhere/log /run/elsewhere/log.1 | wc -c)" -lt 9500 ]
rm -rf /run/elsewhere $log; echo '{"version":1,"log":{"file":"","system":false}}' | put "$policydir/policy.json"
judge 0 < <(spec '')
prove "it can be switched off" [ ! -e $log ]

clean
echo '{"version":1,"log":{"max_bytes":40000}}' | put "$policydir/policy.json"
for _ in 1 2; do
	for i in $(seq 64); do "$capgate" precreate < <(spec '"CAP_KILL"' "\"hostname\":\"h$i\"") >/dev/null 2>&1 & done
	wait
done
prove "128 decisions, 64 at once, are 128 lines, each of them whole" \
	[ "$(cat $log.1 $log 2>/dev/null | jq -c .verdict | grep -c pass)" = 128 ]

clean; mkdir -m 700 /run/capgate; : >/run/victim; chown 1234 /run/victim
ln -s /run/victim $log
judge 0 < <(spec '')
prove "a log that is a symbolic link is not followed" [ ! -s /run/victim ]
rm $log; ln /run/victim $log
judge 0 < <(spec '')
prove "nor one that is another's file" [ ! -s /run/victim ]
rm -rf /run/capgate; mkdir -m 777 /run/capgate; judge 0 < <(spec '')
prove "nor is one written where others could swap it" [ ! -e $log ]

clean; mkdir -m 700 /run/capgate; mount -t tmpfs -o size=4k,mode=700 tmpfs /run/capgate
dd if=/dev/zero of=/run/capgate/full bs=4096 count=1 2>/dev/null
prove "a full disk keeps no container from starting" judge 0 < <(spec '"CAP_KILL"')
echo '{"version":1,"log":{"required":true}}' | put "$policydir/policy.json"
prove "unless the policy requires the log" judge 22 < <(spec '"CAP_KILL"')
prove "which is said with the way out" says "log.required"
umount /run/capgate

# ---- The system's log -------------------------------------------------------------
clean
mkdir -p /run/systemd/journal
python3 - "$work/journal" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/run/systemd/journal/socket")
s.settimeout(5)
open(sys.argv[1], "wb").write(s.recv(65536))
PY
for _ in $(seq 50); do [ -S /run/systemd/journal/socket ] && break; sleep 0.02; done
judge 0 < <(spec '"CAP_NET_RAW"'); wait
for field in PRIORITY=5 SYSLOG_IDENTIFIER=capgate CAPGATE_VERDICT=strip CAPGATE_RULE=CPG101 CAPGATE_CAPABILITIES=NET_RAW; do
	prove "journald gets $field" grep -qx "$field" "$work/journal"
done
rm -rf /run/systemd
mkdir "$work/dev"; cp -a /dev/null /dev/urandom /dev/zero "$work/dev"
ln -s /proc/self/fd "$work/dev/fd"
mount --bind "$work/dev" /dev
python3 - "$work/syslog" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
s.settimeout(5)
open(sys.argv[1], "wb").write(s.recv(65536))
PY
for _ in $(seq 50); do [ -S /dev/log ] && break; sleep 0.02; done
"$capgate" createRuntime < <(spec '"CAP_NET_RAW"') 2>/dev/null; wait
umount /dev
prove "without journald syslog gets the same line" grep -q '^<84>capgate: {"capgate":1,.*"verdict":"refuse"' "$work/syslog"

# ---- why -----------------------------------------------------------------------------
clean
why() { "$capgate" why "$@" >"$work/out" 2>"$work/err"; }
shows() { grep -qF -- "$1" "$work/out"; }
prove "without a log there is nothing to tell" eval 'why; [ $? -eq 2 ]'
printf '{"id":"aaa111","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
spec '"CAP_NET_RAW"' >"$work/bundle/config.json"
printf '{"id":"bbb222","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
spec '"CAP_KILL"' >"$work/bundle/config.json"
printf '{"id":"ccc333","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
why; prove "the last that was not allowed" shows "refused bbb222, status 10"
prove "with the place" shows "process.capabilities.bounding[0]"
prove "with what the user sees" shows "ping: socktype: SOCK_RAW"
prove "the engine's own flag" shows "--cap-drop=NET_RAW"
prove "the sysctl that takes its place" shows 'net.ipv4.ping_group_range=0 2147483647'
prove "and the exemption to add" shows '"allow": ["NET_RAW"]'
sed -n 's/^ *\({"version".*\)/\1/p' "$work/out" | put "$work/pasted.json"
"$capgate" policy check "$work/pasted.json" >/dev/null 2>&1
prove "which is a policy" [ $? -le 1 ]
why aaa; prove "the beginning of an id will do" shows "refused aaa111, status 11"
why ccc333; prove "one that was allowed is told too" shows "allowed ccc333"
prove "one that is not in the log is status 1" eval 'why zzz; [ $? -eq 1 ]'
why --json; prove "--json is JSON" eval 'jq -e ".decision.id == \"bbb222\" and (.ways_out.flag | contains(\"--cap-drop\"))" "$work/out" >/dev/null'
printf '{"cut' >>$log; judge 0 < <(spec '"CAP_NET_RAW"'); why
prove "a line that was cut short hides no other" shows "precreate rewrote"

# ---- Audit, exemptions ---------------------------------------------------------------------
clean
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.json"
spec '"CAP_NET_RAW", "CAP_BPF" ' >"$work/in"
judge 0 <"$work/in"
prove "audit mode hands on the same bytes" cmp -s "$work/in" "$work/out"
prove "and logs what it would have done" last '.mode == "audit" and .verdict == "strip"'
"$capgate" createRuntime <"$work/in" >/dev/null 2>&1
prove "hooks let everything through" [ $? -eq 0 ]
prove "and log it" last '.mode == "audit" and .verdict == "refuse"'
clean
cat <<'JSON' | put "$policydir/policy.d/ex.json"
{ "version": 1, "exemptions": [
  { "id": "EX-1", "match": { "hostname": "cni-*" }, "allow": ["NET_RAW"], "reason": "CNI agent", "owner": "netops", "expires": "2099-12-31" },
  { "id": "EX-2", "match": { "hostname": "old-*" }, "allow": ["NET_RAW"], "reason": "was needed", "expires": "2001-01-01" } ] }
JSON
judge 0 < <(spec '"CAP_NET_RAW"' '"hostname":"cni-7"')
prove "an exemption allows" keeps NET_RAW
prove "and is named in the log" last '.verdict == "pass" and .exemptions == ["EX-1"]'
judge 0 < <(spec '"CAP_NET_RAW"' '"hostname":"old-7"')
prove "an expired one does not" loses NET_RAW
prove "and the log says so" last '.rules | index("CPG422")'
"$capgate" policy show >"$work/out"
prove "policy show tells exemptions" grep -q 'EX-2: NET_RAW for hostname=old-\*, expired 2001-01-01 (was needed)' "$work/out"
spec '"CAP_NET_RAW"' '"hostname":"cni-7"' >"$work/in"
"$capgate" policy show --for "$work/in" >"$work/out"
prove "--for says which apply" grep -q "EX-1 applies" "$work/out"
prove "and which do not" grep -q "EX-2 does not match" "$work/out"
"$capgate" policy check >"$work/out"
prove "policy check warns: status 1" [ $? -eq 1 ]
prove "of what authors can forge" grep -q "CPP01: exemption EX-1" "$work/out"
prove "of what has expired" grep -q "CPP02: exemption EX-2" "$work/out"
echo '{"version":1,"alow":[]}' >"$work/bad.json"
"$capgate" policy check "$work/bad.json" >"$work/out" 2>"$work/err"
prove "an error is status 2" [ $? -eq 2 ]
prove "with its place" says "bad.json:1:14"

# ---- Images ----------------------------------------------------------------------------------
clean
id=1111111111111111111111111111111111111111111111111111111111111111
store=/run/graph/overlay-containers
mkdir -p "$store/$id/userdata"
printf '[{"id":"%s","names":["x"],"metadata":"{\\"image-name\\":\\"registry/ping:1\\"}"}]' $id >"$store/containers.json"
chmod 600 "$store/containers.json"
cat <<'JSON' | put "$policydir/policy.json"
{ "version": 1, "exemptions": [ { "id": "IMG", "match": { "image": "registry/*" }, "allow": ["NET_RAW"], "reason": "r" } ] }
JSON
spec '"CAP_NET_RAW"' '"annotations":{"image":"registry/ping:1"}' >"$store/$id/userdata/config.json"
state() { printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' $id "$1" | "$capgate" createRuntime >/dev/null 2>"$work/err"; }
state "$store/$id/userdata"
prove "the image is that of podman's own store" [ $? -eq 0 ]
sed -i s/registry/elsewhere/ "$store/containers.json"; state "$store/$id/userdata"
prove "another image is not exempt, whatever the annotations say" [ $? -eq 10 ]
sed -i s/elsewhere/registry/ "$store/containers.json"; chmod 666 "$store/containers.json"; state "$store/$id/userdata"
prove "a store that others may write is not asked" [ $? -eq 10 ]

# ---- People's own tests ------------------------------------------------------------------------
mkdir -p "$work/fixtures/"{web,cni,exec}
echo '{"version":1,"exemptions":[{"id":"EX","match":{"cgroup":"/kubepods*"},"allow":["NET_RAW"],"reason":"r","expires":"2026-01-31"}]}' >"$work/mine.json"
spec '"CAP_NET_RAW"' >"$work/fixtures/web/config.json"
echo '{"verdict":"strip","status":10,"removed":["NET_RAW"],"exemptions":[]}' >"$work/fixtures/web/expect.json"
spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/kubepods/a"}' >"$work/fixtures/cni/config.json"
echo '{"verdict":"pass","exemptions":["EX"],"now":1769000000}' >"$work/fixtures/cni/expect.json"
echo '{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}' >"$work/fixtures/exec/process.json"
echo '{"verdict":"strip","removed":["CAP_SYS_ADMIN"]}' >"$work/fixtures/exec/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "policy test: all as expected is status 0" [ $? -eq 0 ]
prove "each is told" [ "$(grep -c '^ok ' "$work/out")" = 3 ]
echo '{"verdict":"pass","exemptions":["EX"],"now":1770000000}' >"$work/fixtures/cni/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "a difference is status 1" [ $? -eq 1 ]
prove "and is told" grep -q "^not ok cni: the verdict is strip, not pass" "$work/out"
echo '{"verdict":"allow"}' >"$work/fixtures/cni/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "a fixture that cannot be read is status 2" [ $? -eq 2 ]

# ---- The manual's own examples ---------------------------------------------------------------------
mandoc -Tascii "$here/../hook/capgate-policy.5" | col -b | awk '/^EXAMPLES/ {on = 1} /^SEE ALSO/ {on = 0}
	on && /^ *{ "version": 1,/ {n++; out = 1} out {print > ("'"$work"'/example" n)} /\] }$|true } }$/ {out = 0}'
prove "the manual has three examples" [ -f "$work/example3" ] && [ ! -f "$work/example4" ]
for i in 1 2 3; do
	"$capgate" policy check "$work/example$i" >"$work/out" 2>"$work/err"
	prove "example $i of the manual is a policy without a warning but what it means" eval '[ $? -le 1 ] && [ ! -s "$work/err" ]'
done

echo "policies: $passed passed, $failed failed"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ]
