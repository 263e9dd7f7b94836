# SPDX-License-Identifier: Apache-2.0
# The system's log.
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
