#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The Debian package and the RPM: they are built from a clean tree without a complaint of
# lintian, then installed, upgraded and removed while podman starts containers in a loop.
# No container starts unjudged after the installation reports that it is complete, and
# none is refused because of a half-finished step.  As root; everything happens on
# overlays that disappear with the script's machine.
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
missing=
for tool in dpkg-buildpackage dh lintian podman busybox git; do
	command -v $tool >/dev/null || missing="$missing $tool"
done
if [ -z "$own_machine" ] || [ -n "$missing" ]; then
	skip_all "packages" "root, mount namespaces and Debian's tools are needed${missing:+; not here:$missing}"
fi
work=$(mktemp -d)
trap 'touch "$work/stop"; wait; cd /; rm -rf --one-file-system "$work"' EXIT
prove() { if "${@:2}" >"$work/out" 2>&1; then ok; else not_ok "$1"; tail -20 "$work/out" | sed 's/^/  # /'; fi; }

# ---- Building ----------------------------------------------------------------------------
# Both packages are built in one directory, one after the other, with the flags of the first:
# the RPM's build finds its objects there, and compiles only what knows the paths.
# Optimized less, as this is run once.
version=$(cat "$top/VERSION")
built=$work/build/capgate-$version
mkdir -p "$built" "$work/rpm/SOURCES"
(cd "$top" && git ls-files -z | tar -c --null -T - -f - | tar -x -C "$built") || exit 1
cd "$built" || exit 1
export DEB_CFLAGS_APPEND='-O1 -g1'
prove "the Debian package builds from a clean tree" env -u CAPGATE_TEST_COUNTS -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc -b -j2
[ $failed -eq 0 ] || { finish "packages"; exit; }
flag() { DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get "$1"; }
rpm_flags=("CPPFLAGS=$(flag CPPFLAGS)" "LDFLAGS=$(flag LDFLAGS)") rpm_optflags=$(flag CFLAGS)
tar -C "$work/build" --exclude=./"capgate-$version"/debian/tmp -czf "$work/rpm/SOURCES/capgate-$version.tar.gz" "capgate-$version"
prove "the tree can be cleaned" dpkg-buildpackage -us -uc -T clean
prove "lintian has nothing to say" sh -c 'out=$(TMPDIR=$PWD/.. lintian --allow-root ../*.changes 2>&1); echo "$out"; [ -z "$out" ]'
prove "the program needs its libraries before it is unpacked" sh -c 'dpkg-deb -f ../capgate_*.deb Pre-Depends | grep -q libyajl2'
prove "no hook that refuses is active before the package is configured" sh -c '! dpkg-deb -c "$(ls ../capgate_*.deb)" | grep /usr/share/containers'
deb=$(echo "$work"/build/capgate_*.deb)
# The next version: the same with another number.
dpkg-deb -R "$deb" "$work/next" && sed -i 's/^Version: .*/&+next/' "$work/next/DEBIAN/control" &&
	dpkg-deb -b "$work/next" "$work/next.deb" >/dev/null || not_ok "the next version can be made"

# ---- A machine to install on ----------------------------------------------------------------
mountpoint -q /sys/fs/cgroup/unified && umount /sys/fs/cgroup/unified
machine_cover /usr || { not_ok "an overlay on /usr"; finish "packages"; exit; }
# dpkg makes the index of manual pages anew for every package, which takes longer than all else.
[ ! -x /usr/bin/mandb ] || mount --bind /bin/true /usr/bin/mandb
# What was installed here before, by hand or as a package, is not what is tried.
[ -z "$(dpkg-query -W -f '${Package}' capgate 2>/dev/null)" ] || dpkg -P capgate >/dev/null 2>&1
for prefix in /usr /usr/local; do
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$top" uninstall DESTDIR=/ prefix=$prefix || not_ok "what was installed in $prefix can be taken away"
	rm -f $prefix/libexec/oci/hooks.d/capgate-*
done
mkdir -p /var/lib/containers /etc/containers/containers.conf.d
mount -t tmpfs none /var/lib/containers
rm -rf /etc/containers/oci /usr/share/containers/oci /etc/containers/containers.conf.d/50-capgate.conf /etc/capgate
cat >/etc/containers/containers.conf.d/10-rig.conf <<'C'
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
netns = "none"
C
printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n' >/etc/containers/storage.conf
mkdir -p "$work/rootfs/bin" "$work/rootfs/proc" "$work/rootfs/dev" "$work/rootfs/sys" "$work/rootfs/etc" "$work/rootfs/run"
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
ln -s busybox "$work/rootfs/bin/grep"

# One container that asks for NET_RAW: "start end kept|stripped|failed|raced".
# podman lists its drop-ins and opens them later: that one is removed in between
# is in nobody's hand but its own ("raced").
one() {
	local from to out verdict
	from=$(date +%s%N)
	out=$(podman run --rm --network=none --cap-add=NET_RAW --rootfs "$work/rootfs" /bin/grep ^CapBnd /proc/self/status 2>&1)
	to=$(date +%s%N)
	case $out in
	*"/50-capgate.conf: no such file"*) verdict=raced ;;
	CapBnd:*) if (((0x${out##*[[:space:]]} >> 13) & 1)); then verdict=kept; else verdict=stripped; fi ;;
	*) verdict="failed $(echo "$out" | tr '\n' ' ' | cut -c1-300)" ;;
	esac
	echo "$from $to $verdict" >>"$work/containers"
}
loop() { while [ ! -e "$work/stop" ]; do one; done; }
start_loop() { rm -f "$work/stop" "$work/containers"; loop & }
# At least two more containers have ended, of which the second began after this.
more() {
	local want=$(($(wc -l 2>/dev/null <"$work/containers" || echo 0) + 2))
	await sh -c '[ "$(wc -l <"$1")" -ge "$2" ]' - "$work/containers" $want
}
stop_loop() { touch "$work/stop"; wait; }

# mark NAME: from here on (guarded), or up to here.
guarded=() guard_from=
guard_on() { guard_from=$(date +%s%N); }
guard_off() { guarded+=("$guard_from $(date +%s%N)"); }
# Containers that began and ended while the gate was said to be closed.
unguarded() {
	local span from to
	for span in "${guarded[@]}"; do
		read -r from to <<<"$span"
		awk -v f="$from" -v t="$to" '$1 >= f && $2 <= t { n++; if ($3 != "stripped") print } END { if (!n) print "none ran" }' "$work/containers"
	done
}

cycle() { # NAME INSTALL UPGRADE REMOVE ROUNDS
	local name=$1 round
	guarded=()
	start_loop
	more
	for round in $5; do
		prove "$name: installs (round $round)" sh -c "$2"
		guard_on
		more
		prove "$name: upgrades (round $round)" sh -c "$3"
		more
		guard_off
		prove "$name: is removed (round $round)" sh -c "$4"
		more
	done
	stop_loop
	prove "$name: no container failed because of a half state ($(wc -l <"$work/containers") ran)" sh -c '! grep failed "$1"' - "$work/containers"
	unguarded >"$work/unguarded"
	prove "$name: none ran unguarded once it was installed" sh -c 'cat "$1"; [ ! -s "$1" ]' - "$work/unguarded"
	prove "$name: before and after, the loop sees NET_RAW (it can fail)" grep -q kept "$work/containers"
}

cycle deb "dpkg -i '$deb'" "dpkg -i '$work/next.deb'" "dpkg -r capgate" 1
prove "deb: no hook is left after removal" sh -c '[ -z "$(find /usr/share/containers /usr/share/capgate /etc/containers/oci -name "*capgate*" 2>/dev/null)" ]'
dpkg -P capgate >/dev/null 2>&1
prove "deb: nothing is left after purging" sh -c '[ -z "$(find /usr/share/capgate /usr/libexec/oci /etc/capgate /etc/containers/containers.conf.d/50-capgate.conf 2>/dev/null)" ]'
prove "deb: doctor finds the package's wiring well" sh -c "dpkg -i '$deb' && capgate doctor podman --live"
case $(dpkg --print-architecture) in
amd64 | arm64)
	prove "deb: no loader starts the program that engines start" sh -c 'out=$(readelf -lW /usr/libexec/oci/hooks.d/capgate) && ! echo "$out" | grep INTERP'
	prove "deb: the package names what that program contains" sh -c 'of=$(dpkg-deb -f "$1" Built-Using) && echo "$of" && for p in musl yajl libmd; do
		echo ", $of" | grep -q ", $p (= [0-9]" || exit 1; done' - "$deb"
	;;
esac
prove "deb: configure has nothing to add" sh -c '! capgate configure podman --hooks-only | grep -v ^unchanged'
# Reinstalled, set back to the older version, and a removal that is called off:
# the gate stays what it was.
gate_closed() { capgate doctor podman && [ "$(ls /usr/share/containers/oci/hooks.d/*capgate*.json /usr/share/capgate/podman-hooks.d/*.json | wc -l)" = 3 ]; }
prove "deb: reinstalled" sh -c "dpkg -i '$deb'"
prove "deb: the gate is closed" gate_closed
prove "deb: upgraded and set back" sh -c "dpkg -i '$work/next.deb' && dpkg -i '$deb'"
prove "deb: the gate is closed again" gate_closed
/var/lib/dpkg/info/capgate.prerm remove >/dev/null 2>&1
prove "deb: (a removal takes the hooks out)" sh -c '! ls /usr/share/containers/oci/hooks.d/*capgate*'
prove "deb: a removal that is called off" /var/lib/dpkg/info/capgate.postinst abort-remove
prove "deb: leaves the gate closed" gate_closed
echo '# an administrator was here' >>/etc/containers/containers.conf.d/50-capgate.conf
prove "deb: upgraded over a drop-in that somebody has changed" sh -c "dpkg --force-confold -i '$work/next.deb'"
prove "deb: which is kept" grep -q 'an administrator was here' /etc/containers/containers.conf.d/50-capgate.conf
# Docker wired in, then the package removed: no file names a runtime that is gone.
mkdir -p /etc/docker && rm -f /etc/docker/daemon.json
touch /usr/bin/dockerd
prove "deb: Docker is wired in" capgate configure docker
prove "deb: removed" dpkg -r capgate
prove "deb: no file of an engine names what is gone" sh -c '! grep -rqsE "capgate-[a-z]" /etc/docker /etc/containerd /etc/crio /etc/containers'
prove "deb: completions, manual pages, schemas and files for auditors were in it" sh -c 'for f in share/man/man1/capgate.1.gz share/man/man8/capgate-hook.8.gz share/man/man8/capgate-runtime.8.gz share/man/man5/capgate-policy.5.gz share/man/man7/capgate-rules.7.gz share/bash-completion/completions/capgate share/zsh/vendor-completions/_capgate share/fish/vendor_completions.d/capgate.fish share/capgate/schemas/policy.schema.json share/capgate/schemas/runtime.schema.json share/capgate/audit/openscap/capgate.sh share/capgate/audit/capgate.audit "share/doc/capgate/evidence.md\(.gz\)\?"; do dpkg-deb -c "$1" | grep -q "/usr/$f\$" || { echo "$f"; exit 1; }; done' - "$deb"
dpkg -P capgate >/dev/null 2>&1

# ---- RPM ------------------------------------------------------------------------------------
cd "$work" || exit 1
if command -v rpmbuild >/dev/null; then
	prove "the RPM builds" env -u CAPGATE_TEST_COUNTS -u MAKEFLAGS -u MAKELEVEL "${rpm_flags[@]}" rpmbuild --define "optflags $rpm_optflags" \
		--define "_topdir $work/rpm" --define "_builddir $work/build" --define '_libexecdir /usr/libexec' --nodeps -bb "$built/contrib/rpm/capgate.spec"
	rpm=$(echo "$work"/rpm/RPMS/*/capgate-[0-9]*.rpm)
	prove "rpm: schemas and files for auditors are in it" sh -c 'for f in capgate/schemas/policy.schema.json capgate/schemas/runtime.schema.json capgate/audit/openscap/capgate.sh capgate/audit/capgate.audit doc/capgate/evidence.md; do
		rpm -qpl "$1" | grep -q "^/usr/share/$f\$" || { echo "$f"; exit 1; }; done' - "$rpm"
	cycle rpm "rpm -i --nodeps '$rpm'" "rpm -U --force --nodeps '$rpm'" "rpm -e --nodeps capgate" 1
	prove "rpm: no hook is left after removal" sh -c '[ -z "$(find /usr/share/containers /usr/share/capgate /etc/containers/oci /usr/libexec/oci -name "*capgate*" 2>/dev/null)" ]'
fi
finish "packages"
