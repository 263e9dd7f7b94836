# SPDX-License-Identifier: Apache-2.0
# "user_namespaces": "deny" with real runtimes; RUNTIMES names further ones by path.

load rig
load podman

setup_file() {
	rig_up
	${CC:-cc} -O1 -static -pthread -o "$RIG/rootfs/bin/newuser" "$BATS_TEST_DIRNAME/newuser.c"
	RTS=$(for rt in ${RUNTIMES:-runc crun}; do command -v "$rt"; done)
	export RTS
	printf '{"version":1,"user_namespaces":"deny","log":{"file":"","system":false}}' >"$RIG/deny.json"
	chmod 600 "$RIG/deny.json"
}

teardown_file() {
	[ ! -d "$RIG/p" ] || pod rm -fa >/dev/null 2>&1 || true
	rig_down
}

# tried NAME JQ: a bundle that runs the probe as an ordinary user; JQ edits it.
tried() {
	bundle "$1" ".process.args = [\"/bin/newuser\"] | .process.user = {uid: 1000, gid: 1000}
		| $(caps) | .process.capabilities |= map_values([]) | .process.noNewPrivileges = true | ${2:-.}"
}

# rewritten BUNDLE: as precreate lets it start.
rewritten() {
	"$CAPGATE" precreate --policy "$RIG/deny.json" <"$1/config.json" >"$1/new.json" || return
	mv "$1/new.json" "$1/config.json"
}

closed() {
	local way
	for way in unshare unshare-high-bits unshare-more clone clone-net clone3 setns; do
		grep -qx "$way closed" <<<"$output" || { echo "$way is open: $output"; return 1; }
	done
	! grep -E '^entry-.* open$' <<<"$output" || return 1
	for way in threads spawn system; do
		grep -qx "$way work" <<<"$output" || { echo "$way: $output"; return 1; }
	done
}

PODMAN='{defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, architectures: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]'
LIST='["access","arch_prctl","brk","chdir","clock_gettime","clone","clone3","close","dup","dup2","execve","exit","exit_group","fcntl","fstat","fstatfs","futex","getcwd","getdents64","getegid","geteuid","getgid","getpid","getppid","getrandom","getuid","ioctl","lseek","madvise","mmap","mprotect","munmap","newfstatat","open","openat","pipe","pipe2","poll","prctl","pread64","prlimit64","read","readlink","rseq","rt_sigaction","rt_sigprocmask","rt_sigreturn","set_robust_list","set_tid_address","setgid","setgroups","setns","setuid","sigaltstack","stat","statx","tgkill","uname","unshare","vfork","wait4","waitpid","write","writev","capget","capset","epoll_create1","epoll_ctl","epoll_pwait","faccessat2","fchdir","getsockname","gettid","kill","nanosleep","openat2","readlinkat","sched_getaffinity","sched_yield","select","setresgid","setresuid","socket","umask"]'

# closed_in_all NAME CHANGE: such a bundle is rewritten, and starts closed in every runtime.
closed_in_all() {
	local rt b
	for rt in $RTS; do
		b=$(tried "$@")
		rewritten "$b"
		start "$rt" "$b"
		[ "$status" -eq 0 ]
		closed
	done
}

@test "without a profile every call works, and after the rewrite none does" {
	local rt b
	for rt in $RTS; do
		b=$(tried bare)
		start "$rt" "$b"
		[ "$status" -eq 0 ]
		grep -qx "unshare open" <<<"$output" || skip "this machine lets nobody make a user namespace"
		grep -qx "clone open" <<<"$output"
		rewritten "$b"
		start "$rt" "$b"
		[ "$status" -eq 0 ]
		closed
	done
}

@test "a profile that allows the calls by name is narrowed" {
	closed_in_all listed ".linux.seccomp = $PODMAN, syscalls: [{names: $LIST, action: \"SCMP_ACT_ALLOW\"}]}"
}

@test "a profile that denies only something else gets the rules" {
	closed_in_all denying '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["reboot"], action: "SCMP_ACT_ERRNO"}]}'
}

@test "root without no_new_privs, whose filter is loaded before it drops, is held too" {
	closed_in_all root '.process.user = {uid: 0, gid: 0} | .process.noNewPrivileges = false'
}

@test "the manual's command makes podman's default profile one that denies them" {
	[ -e /usr/share/containers/seccomp.json ] || skip "this podman brings no profile as a file"
	# what stands between the quotes
	mandoc -Tascii "$TOP/hook/capgate-policy.5" | col -bx | tr '\n' ' ' | sed "s/.* jq '\(.syscalls[^']*\)'.*/\1/" >"$RIG/program"
	grep -q clone3 "$RIG/program"
	jq -f "$RIG/program" /usr/share/containers/seccomp.json >"$RIG/profile.json"
	podman_conf
	podman_image
	run pod run --rm --user 1000 --cap-drop=all localhost/bb /bin/newuser
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	grep -qx "clone open" <<<"$output" || skip "this machine lets nobody make a user namespace"
	run pod run --rm --user 1000 --cap-drop=all --security-opt seccomp="$RIG/profile.json" localhost/bb /bin/newuser
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	closed
}

@test "a rewritten specification passes, and is not rewritten again" {
	local b
	b=$(tried again)
	rewritten "$b"
	cp "$b/config.json" "$RIG/once.json"
	rewritten "$b"
	cmp "$b/config.json" "$RIG/once.json"
}

@test "a hook that cannot rewrite refuses with status 11" {
	local b
	b=$(tried refused)
	run "$CAPGATE" createRuntime --policy "$RIG/deny.json" <"$b/config.json"
	[ "$status" -eq 11 ]
	[[ $output == *"user namespace"* ]]
}

@test "an exemption lifts it, by name" {
	local b
	b=$(tried exempt)
	jq '.exemptions = [{id: "EX-1", match: {uid: 1000}, user_namespaces: "allow", reason: "nested podman"}]' \
		"$RIG/deny.json" >"$RIG/exempt.json"
	chmod 600 "$RIG/exempt.json"
	run "$CAPGATE" createRuntime --policy "$RIG/exempt.json" <"$b/config.json"
	[ "$status" -eq 0 ]
}
