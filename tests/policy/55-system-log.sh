# SPDX-License-Identifier: Apache-2.0
# The system's log: journald's native protocol, else syslog.
clean
receive() { # SOCKET FILE [N]: the next N datagrams, in the background
	python3 - "$1" "$2" "${3:-1}" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(300)
open(sys.argv[2], "wb").write(b"".join(s.recv(65536) for _ in range(int(sys.argv[3]))))
PY
	receiver=$!
	for _ in $(seq 3000); do [ -S "$1" ] && break; sleep 0.02; done
}
received() { wait $receiver; rm -f "$1"; }
journal=/run/systemd/journal/socket
mkdir -p /run/systemd/journal "$work/bundle"
put "$policydir/policy.json" <<'JSON'
{"version":1,"exemptions":[{"id":"EX 1\n","match":{"hostname":"h"},"allow":["SYS_ADMIN"],"reason":"r"}]}
JSON
printf '{"hostname":"h","mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW","CAP_BPF","CAP_SYS_ADMIN"],"effective":["CAP_NET_RAW"],
	"permitted":["CAP_NET_RAW"],"inheritable":["CAP_BPF"],"ambient":["CAP_BPF"]}},"linux":{"cgroupsPath":"/docker/x"}}' >"$work/bundle/config.json"
receive $journal "$work/journal"
printf '{"id":"c1","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null; received $journal
for field in PRIORITY=4 SYSLOG_IDENTIFIER=capgate CAPGATE_VERDICT=refuse CAPGATE_STATUS=10 CAPGATE_RULE=CPG101 CAPGATE_RULE=CPG102 \
	"CAPGATE_CAPABILITIES=NET_RAW BPF" "CAPGATE_BOUNDING=NET_RAW BPF" CAPGATE_EFFECTIVE=NET_RAW CAPGATE_PERMITTED=NET_RAW \
	CAPGATE_INHERITABLE=BPF CAPGATE_AMBIENT=BPF CAPGATE_CONTAINER=c1 CAPGATE_ENGINE=docker CAPGATE_STAGE=createRuntime \
	CAPGATE_MODE=enforce "CAPGATE_BUNDLE=$work/bundle" "CAPGATE_POLICY=$policydir/policy.json" \
	"CAPGATE_POLICY_DIGEST=$(sha256sum "$policydir/policy.json" | cut -d' ' -f1)" 'CAPGATE_EXEMPTION=EX 1\x0a'; do
	prove "journald gets ${field//"$work"/WORK}" grep -qxF "$field" "$work/journal"
done
prove "journald gets a message for people" grep -q '^MESSAGE=createRuntime: refused c1: process.capabilities.bounding\[0\]' "$work/journal"
prove "and nothing that is no field" [ -z "$(grep -av '^[A-Z_]*=' "$work/journal")" ]
receive $journal "$work/journal"; judge 0 < <(spec '"CAP_NET_RAW"'); received $journal
prove "a rewrite is a notice" grep -qx PRIORITY=5 "$work/journal"
sixty=$(printf 'a%.0s' {1..64})
receive $journal "$work/journal" 2
judge 0 < <(spec '"CAP_NET_RAW"' "\"linux\":{\"cgroupsPath\":\"/machine.slice/libpod-$sixty\"}"); received $journal
prove "a rewritten container has a line in its own log, where that is journald's" eval 'grep -qx "CONTAINER_ID_FULL=$sixty" "$work/journal" &&
	grep -qx PRIORITY=3 "$work/journal" && grep -qx "MESSAGE=capgate: NET_RAW was removed from this container; capgate why ${sixty:0:12} says why" "$work/journal"'
receive $journal "$work/journal"
judge 0 < <(spec '' "\"linux\":{\"cgroupsPath\":\"/machine.slice/libpod-$sixty\"}"); received $journal
prove "which what was allowed has not" eval '! grep -q CONTAINER_ID_FULL "$work/journal" && grep -qx CAPGATE_VERDICT=pass "$work/journal"'
receive $journal "$work/journal"; judge 0 < <(spec ''); received $journal
prove "and what is allowed is information" grep -qx PRIORITY=6 "$work/journal"
prove "and that of a confined hook has no CAPGATE_CONFINEMENT" eval '! grep -q CAPGATE_CONFINEMENT "$work/journal"'
if "$capgate" precreate <"$INPUT" 2>&1 >/dev/null | grep -q "NOT CONFINED"; then
	prove "journald gets CAPGATE_CONFINEMENT=partial" true
else
	echo '{"version":1,"confinement":"best-effort"}' | put "$policydir/policy.json"
	receive $journal "$work/journal"; unconfinable "$capgate" precreate >/dev/null 2>&1; received $journal
	prove "journald gets CAPGATE_CONFINEMENT=partial" grep -qx CAPGATE_CONFINEMENT=partial "$work/journal"
fi
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.json"
receive $journal "$work/journal"; "$capgate" createRuntime <"$work/bundle/config.json" 2>/dev/null; received $journal
prove "in audit mode the journal does not say that something was done" grep -q "^MESSAGE=createRuntime: would be refused" "$work/journal"
echo '{"version":1,"log":{"required":true,"file":""}}' | put "$policydir/policy.json"
receive $journal "$work/journal"
judge 0 < <(spec '')
prove "where a log is required one of the two is enough: the system's" [ $? -eq 0 ]
received $journal
prove "and none is not" judge 22 < <(spec '')
echo '{"version":1,"log":{"required":true}}' | put "$policydir/policy.json"
prove "where a log is required one of the two is enough: the file" judge 0 < <(spec '')
echo '{"version":1,"log":{"system":false}}' | put "$policydir/policy.json"
rm -f "$work/journal"; receive $journal "$work/journal"; judge 0 < <(spec ''); kill $receiver; wait $receiver 2>/dev/null; rm -f $journal
prove "the system's log can be switched off" [ ! -s "$work/journal" ]
rm -rf /run/systemd

clean
mkdir "$work/dev"; cp -a /dev/null /dev/urandom /dev/zero "$work/dev"
ln -s /proc/self/fd "$work/dev/fd"
mount --bind "$work/dev" /dev
receive /dev/log "$work/syslog"
"$capgate" createRuntime < <(spec '"CAP_NET_RAW"') 2>/dev/null; received /dev/log
umount /dev
prove "without journald syslog gets the same line" grep -q '^<84>capgate: {"capgate":1,.*"verdict":"refuse"' "$work/syslog"
prove "to the byte" [ "$(sed 's/^<84>capgate: //' "$work/syslog")" = "$(tail -n 1 $log)" ]

# The real one, where there is one: in a /run of its own it makes its own sockets.
journald=/lib/systemd/systemd-journald
if [ -x $journald ] && [ -s /etc/machine-id ]; then
	mkdir -p /run/systemd/journal /run/log/journal
	$journald >/dev/null 2>&1 & journald=$!
	for _ in $(seq 3000); do [ -S $journal ] && break; sleep 0.05; done
	[ -S $journal ] || echo "policies: systemd-journald does not run here and is not asked"
	printf '{"id":"c1","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
	asked() { journalctl -D /run/log/journal -o json "$@" 2>/dev/null | jq -se "$filter" >/dev/null; }
	filter='.[0] | .CAPGATE_RULE == ["CPG101","CPG102"] and .CAPGATE_MODE == "enforce" and .SYSLOG_FACILITY == "10"'
	for _ in $(seq 3000); do [ ! -S $journal ] || asked CAPGATE_CONTAINER=c1 && break; sleep 0.05; done
	[ ! -S $journal ] || prove "systemd-journald finds a refusal by its container" asked CAPGATE_CONTAINER=c1
	kill $journald; wait $journald 2>/dev/null
	rm -rf /run/systemd /run/log
fi
