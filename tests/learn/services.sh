# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For learn.sh to source, by hand (LEARN=all): services and tools of Debian's packages.
# What each needs is what is left when every capability is taken away alone, and then all
# that are not needed.  LEARN_ROOT is a directory with the packages, made when it is not
# there (debootstrap, six minutes); RUNTIMES="runc crun", BOTH=1 by both ways to trace,
# TIMES=3, BUSY=8 beside so many busy processes; SERVICES="nginx redis" alone.
packages=apache2,nginx-light,postgresql,redis-server,redis-tools,openssh-server,cron,dnsmasq-base,chrony,mosquitto,memcached,haproxy,tcpdump,iptables,vsftpd,tini,keepalived,curl,sudo,busybox-static,iputils-ping,libcap2-bin,iproute2,procps
ROOT=${LEARN_ROOT:-$work/debian}
[ -x "$ROOT/usr/sbin/apache2" ] ||
	debootstrap --variant=minbase --include=$packages bookworm "$ROOT" >"$work/debootstrap" 2>&1 ||
	not_ok "debootstrap: $(tail -n 3 "$work/debootstrap")"
# Somebody to log in.
[ -e "$ROOT/home/u/.ssh/authorized_keys" ] || chroot "$ROOT" sh -c 'useradd -m -s /bin/sh u &&
	ssh-keygen -q -t ed25519 -N "" -f /root/key && install -d -o u -g u -m 700 /home/u/.ssh &&
	install -o u -g u -m 600 /root/key.pub /home/u/.ssh/authorized_keys' || not_ok "nobody can log in"
ssh="ssh -q -i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ConnectTimeout=5"

docker="CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"
# In the network of the container; runc and crun leave lo as they like.
port() { echo "nsenter -t \$CAPGATE_PID -n bash -c 'echo >/dev/tcp/127.0.0.1/$1'"; }
inside() { echo "nsenter -t \$CAPGATE_PID -n -m -p sh -c '$1'"; }

# service NAME NEEDED MORE-CAPS CHECK COMMAND: CHECK may be empty.
service() {
	local name=$1 needed=$2 more=$3 check=$4 command=$5 runtime time
	case " ${SERVICES:-$name} " in *" $name "*) ;; *) return 0 ;; esac
	# shellcheck disable=SC2086
	bundle "service-$name" "ip link set lo up 2>/dev/null; $command" $docker $more
	for backend in $one; do for runtime in ${RUNTIMES:-runc}; do
		for time in $(seq "${TIMES:-1}"); do
			learned --hold 1s --runtime "$runtime" --bundle "$work/service-$name" ${check:+--check "$check"}
			# shellcheck disable=SC2086
			is "$name needs ${needed:-nothing} ($runtime, $time)" "($(needs $needed) or (.needed == [] and \"$needed\" == \"\")) and .finished"
			[ $status -ne 0 ] || jq -c --arg name "$name" --arg runtime "$runtime" \
				'[$name, $runtime, .traced_by, (.needed | map(.[4:])), (.used - .needed | map(.[4:])), .runs, .flaked, .seconds, .trace_failed]' "$work/out"
		done
	done; done
}

busy=()
for _ in $(seq "${BUSY:-0}"); do (while :; do :; done) & busy+=($!); done
service ping "NET_RAW" "" "" "ping -c1 -W1 127.0.0.1"
service script "CHOWN FOWNER MKNOD" "" "" "umask 022; touch /tmp/f && chown 1000:1000 /tmp/f && mknod /tmp/n c 1 3 && chmod 4755 /tmp/f && test -u /tmp/f && cat /tmp/f"
service busybox-httpd "NET_BIND_SERVICE" "" "$(port 80)" "exec busybox httpd -f -p 80 -h /etc"
service su "SETGID SETUID" "" "" "su nobody -s /bin/sh -c 'id -u' | grep -q 65534"
service sudo "SETGID SETUID" "" "" "sudo -n -u nobody id -u | grep -q 65534"
service chpasswd "CHOWN" "" "" "echo nobody:pw12345x | chpasswd && grep -q '^nobody:.y' /etc/shadow"
service dpkg "" "" "" "mkdir -p /tmp/p/DEBIAN && printf 'Package: p\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n' >/tmp/p/DEBIAN/control && dpkg-deb -b /tmp/p /tmp/p.deb && dpkg -i /tmp/p.deb"
service iptables "NET_ADMIN" "NET_ADMIN" "" "iptables-legacy -A INPUT -p tcp --dport 99 -j DROP || iptables-nft -A INPUT -p tcp --dport 99 -j DROP"
service nginx "CHOWN DAC_OVERRIDE SETGID SETUID NET_BIND_SERVICE" "" "$(port 80)" "exec nginx -g 'daemon off;'"
service apache2 "SETGID SETUID NET_BIND_SERVICE" "" "$(port 80)" "mkdir -p /run/apache2; . /etc/apache2/envvars; exec apache2 -DFOREGROUND"
service haproxy "KILL SETGID SETUID NET_BIND_SERVICE SYS_CHROOT" "" "$(port 80)" \
	"mkdir -p /run/haproxy; printf 'global\n chroot /var/lib/haproxy\n user haproxy\n group haproxy\ndefaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\nfrontend f\n bind :80\n http-request return status 200\n' >/etc/haproxy.cfg; exec haproxy -W -db -f /etc/haproxy.cfg"
service memcached "SETGID SETUID" "" "$(port 11211)" "exec memcached -u memcache -l 0.0.0.0"
service redis "CHOWN SETGID SETUID" "" "$(inside 'redis-cli set a b | grep OK')" "mkdir /rdata && chown redis /rdata && cd /rdata && exec setpriv --reuid redis --regid redis --clear-groups redis-server --save 60 1"
service postgres "CHOWN SETGID SETUID" "" "$(inside '/usr/lib/postgresql/15/bin/pg_isready -h 127.0.0.1 -q')" \
	"mkdir -p /run/postgresql && chown postgres /run/postgresql && exec setpriv --reuid postgres --regid postgres --init-groups /usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main -c config_file=/etc/postgresql/15/main/postgresql.conf"
service sshd "SETGID SETUID NET_BIND_SERVICE SYS_CHROOT" "" "$(inside "$ssh u@127.0.0.1 id -u | grep -q 1000")" "mkdir -p /run/sshd; exec /usr/sbin/sshd -D -e"
service cron "SETGID SETUID" "" "$(inside 'grep -q 65534 /tmp/cronok')" "chmod 1777 /tmp; echo '@reboot nobody id -u >/tmp/cronok' >/etc/cron.d/x; chmod 644 /etc/cron.d/x; exec cron -f"
service dnsmasq "SETGID SETUID NET_BIND_SERVICE" "" "$(port 53)" "exec dnsmasq -k --user=nobody --no-resolv --address=/test.test/1.2.3.4"
service chronyd "SETGID SETUID NET_BIND_SERVICE" "" "$(inside 'chronyc -h 127.0.0.1 tracking')" "mkdir -p /run/chrony; printf 'local stratum 8\nallow 127.0.0.1\n' >/etc/chr.conf; exec chronyd -d -x -f /etc/chr.conf"
service mosquitto "SETGID SETUID" "" "$(port 1883)" "printf 'listener 1883 0.0.0.0\nallow_anonymous true\n' >/etc/mos.conf; exec mosquitto -c /etc/mos.conf"
service tcpdump "CHOWN SETGID SETUID NET_RAW" "" "" "(sleep 1; ping -c2 -i .5 127.0.0.1; bash -c 'echo >/dev/tcp/127.0.0.1/9') >/dev/null 2>&1 & timeout 8 tcpdump -i lo -c 1 -w /tmp/x && test -s /tmp/x"
# As the first process it crashes when a session leaves it a child.
service vsftpd "SETGID SETUID NET_BIND_SERVICE SYS_CHROOT" "" "$(inside 'curl -fsS ftp://127.0.0.1/')" \
	"mkdir -p /run/empty; printf 'listen=YES\nanonymous_enable=YES\nbackground=NO\nsecure_chroot_dir=/run/empty\n' >/etc/ftp.conf; exec tini vsftpd /etc/ftp.conf"
service keepalived "NET_ADMIN NET_RAW" "NET_ADMIN" "$(inside 'ip address show k0 | grep -q 192.0.2.7')" \
	"ip link add k0 type veth peer name k1; ip link set k1 up; ip link set k0 up; ip address add 192.0.2.1/24 dev k0; printf 'vrrp_instance v {\n interface k0\n virtual_router_id 7\n advert_int 1\n virtual_ipaddress {\n 192.0.2.7/32\n }\n}\n' >/etc/keep.conf; exec keepalived -n -l -f /etc/keep.conf"
for pid in "${busy[@]}"; do kill "$pid"; done
