# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Gives each test script a machine of its own; tally.sh sources this file.  What the
# script writes to /etc, /run, /usr/local and /var, what it mounts and what it starts disappears when
# it ends, and it does not see the real policy, hooks and log.  $own_machine is set if
# that works; it is empty without root or without mount namespaces.
own_machine=
# podman 5 says of machines with cgroups v1, with every command, that it will not support them.
export PODMAN_IGNORE_CGROUPSV1_WARNING=yes
# The source tree is as it was, too.
export PYTHONDONTWRITEBYTECODE=yes
# Version managers put scripts in front of programs: theirs for python3 takes longer than most
# of what python3 is asked for, so the interpreter that it chooses is used directly.
if [ "$(head -c 2 "$(command -v python3)" 2>/dev/null)" = '#!' ]; then
	PATH=$(dirname "$(python3 -c 'import sys; print(sys.executable)')"):$PATH
	export PATH
fi

# machine_cover DIRECTORY: it can be written, and the real one does not change.
machine_cover() {
	mkdir -p "/run/.cover$1/upper" "/run/.cover$1/work" &&
		mount -t overlay overlay -o "lowerdir=$1,upperdir=/run/.cover$1/upper,workdir=/run/.cover$1/work" "$1"
}

# The same where overlays cannot be stacked any higher: a copy, of /etc alone.
machine_copy() {
	mkdir -p "/run/.cover$1" && mount -t tmpfs -o mode=755 tmpfs "/run/.cover$1" &&
		cp -a "$1/." "/run/.cover$1/" && mount --move "/run/.cover$1" "$1"
}

# What is tested, and the place for temporary files, may lie below what is covered.
machine_keep() { # WAY PATH: bound aside, for machine_restore
	case $2/ in /etc/* | /var/* | /usr/local/*) mkdir -p "/run/.keep/$1" && mount --bind "$2" "/run/.keep/$1" ;; esac
}
machine_restore() {
	if [ -d "/run/.keep/$1" ]; then mkdir -p "$2" && mount --bind "/run/.keep/$1" "$2"; fi
}

# Wiring and policies of a capgate that is installed here, and containers.
machine_strip() {
	rm -rf /etc/capgate /etc/containers/oci/hooks.d/*capgate* /etc/containers/containers.conf.d/*capgate* \
		/etc/crio/crio.conf.d/*capgate* /etc/docker/daemon.json
	# Containers that are stopped, too: what is audited is the tests' own.
	for dir in /usr/share/capgate /usr/local/share/capgate /usr/share/containers/oci/hooks.d /var/lib/docker /var/lib/containers; do
		[ ! -d $dir ] || mount -t tmpfs -o mode=755 tmpfs $dir
	done
}

machine_furnish() {
	mount -t tmpfs -o mode=755 tmpfs /run && mkdir -m 1777 /run/lock || return 1
	machine_keep tree "$tree"
	machine_keep tmp "${TMPDIR:-/tmp}"
	machine_cover /etc 2>/dev/null || machine_copy /etc || return 1
	machine_cover /usr/local 2>/dev/null || true
	machine_cover /var 2>/dev/null || true
	machine_restore tree "$tree"
	machine_restore tmp "${TMPDIR:-/tmp}"
	machine_strip
	cd "$PWD" || return 1 # which may have been covered
}

# machine_enter "$@": begins the script again, as the child of a namespace's first process,
# which waits for it; one within another has namespaces of its own, and the files of the
# outer one.
machine_enter() {
	if [ -n "${CAPGATE_OWN_MACHINE:-}" ] && [ "$PPID" = 1 ]; then
		[ "$CAPGATE_OWN_MACHINE" = within ] || machine_furnish ||
			{ echo "$0: /etc and /run cannot be covered" >&2; exit 1; }
		CAPGATE_OWN_MACHINE=within own_machine=yes
		export CAPGATE_OWN_MACHINE
	elif [ "$(id -u)" = 0 ] && unshare --mount --pid --fork --mount-proc true 2>/dev/null; then
		# shellcheck disable=SC2016
		CAPGATE_OWN_MACHINE=${CAPGATE_OWN_MACHINE:-new} exec unshare --mount --pid --fork --kill-child --mount-proc \
			--propagation private sh -c '"$0" "$@"; exit $?' "$0" "$@"
	fi
}
