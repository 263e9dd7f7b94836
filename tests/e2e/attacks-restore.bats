# SPDX-License-Identifier: Apache-2.0
# restore with a real CRIU: a file that nobody judged decides what is restored.  The tests
# are skipped if CRIU does not work on this kernel or in this container.

load rig
load wrapper
load attack

setup_file() {
	local rt criu
	attack_up
	criu=$("$TOP/tests/runtimes/list.sh" "$RUNTIMES_DIR" criu | tail -n 1 | cut -d' ' -f3)
	[ -n "$criu" ] || return 0
	export PATH="$(dirname "$criu"):$PATH"
	# Two checkpoints by each runtime that can make them: one within the policy, one not.
	WORKS=
	for rt in $(newest runc crun); do
		if checkpoint "$rt" good '"CAP_KILL"' && checkpoint "$rt" evil '"CAP_KILL","CAP_NET_RAW","CAP_SYS_ADMIN"' &&
			restored ungated "$rt" good 0x20 && restored ungated "$rt" evil 0x202020; then
			WORKS="$WORKS $rt"
		fi
	done
	export WORKS
}

teardown_file() {
	unmounted "$RIG"
	attack_down
}

# unmounted DIR: where CRIU fails, runtimes leave what they mounted for it (crun in the bundle,
# runc in its state), and the next container there stumbles over it.
unmounted() {
	local mount
	while read -r mount; do umount -l "$mount"; done < <(awk -v dir="$1/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | tac)
}

setup() {
	[ -n "${WORKS:-}" ] || skip "no CRIU that works here"
}

# restorable NAME JQ: that runtime's own bundle; what its processes hold open must be there again.
restorable() {
	local b
	unmounted "$RIG/bundles/$1"
	# (a sleep that CRIU interrupts may end)
	b=$(probe_bundle "$1" ".process.args = [\"sh\", \"-c\", \"while :; do sleep 600; done\"] | .linux.namespaces |= map(select(.type != \"network\")) | $2")
	cp -a /dev/null "$b/rootfs/dev/null"
	echo "$b"
}

# checkpoint NAME WHICH CAPABILITIES
checkpoint() {
	local b status=0
	b=$(restorable "$1" ".process.capabilities = {bounding: [$3], effective: [$3], permitted: [$3]}")
	mkdir -p "$RIG/work-$1"
	ungated "$1" run -d --bundle "$b" c </dev/null >/dev/null 2>&1 &&
		ungated "$1" checkpoint --image-path "$RIG/images-$1-$2" --work-path "$RIG/work-$1" c >/dev/null 2>&1 || status=1
	ungated "$1" delete -f c >/dev/null 2>&1 || true
	return $status
}

# restore HOW NAME IMAGES [JQ]: what the restored process holds is in $holds, empty when there is none.
restore() {
	local b pid
	b=$(restorable "$2" ".process.capabilities |= map_values([\"CAP_KILL\"]) | ${4:-.}")
	"$1" "$2" restore --detach --image-path "$RIG/images-$2-$3" --work-path "$RIG/work-$2" --bundle "$b" c \
		</dev/null >"$RIG/restore.err" 2>&1 || true
	pid=$(ungated "$2" state c 2>/dev/null | jq -r 'select(.status == "running") | .pid')
	holds=
	[ -z "$pid" ] || holds=$(sed -n 's/^CapEff:\t/0x/p' "/proc/$pid/status")
	ungated "$2" delete -f c >/dev/null 2>&1 || true
}

# restored HOW NAME IMAGES SET: CRIU does not always succeed, and is tried again.
restored() {
	for _ in 1 2 3 4 5; do
		restore "$1" "$2" "$3"
		((holds != $4)) || return 0
	done
	return 1
}

# allowed WHAT: nothing was restored, or what holds no more than the good checkpoint.
allowed() { [ -z "$holds" ] || ((holds == 0x20)) || { echo "$1 restores $holds"; return 1; }; }

@test "a checkpoint within the policy is restored, and one that exceeds it is not" {
	for rt in $WORKS; do
		restored gated "$rt" good 0x20 || { echo "$rt restores nothing: $(cat "$RIG/restore.err")"; false; }
		restore gated "$rt" evil
		[ -z "$holds" ] || { echo "$rt restores $holds"; false; }
	done
}

@test "a configuration file of CRIU's, named by an annotation, does not restore another checkpoint" {
	for rt in $WORKS; do
		printf 'images-dir %s\n' "$RIG/images-$rt-evil" >"$RIG/criu.conf"
		restore ungated "$rt" good ".annotations[\"org.criu.config\"] = \"$RIG/criu.conf\""
		((holds == 0x20)) || echo "# $rt reads it" >&3
		restore gated "$rt" good ".annotations[\"org.criu.config\"] = \"$RIG/criu.conf\""
		allowed "$rt"
		# An empty name does not make it look elsewhere.
		restore gated "$rt" good ".annotations[\"org.criu.config\"] = \"\""
		allowed "$rt"
	done
}

@test "nor does one in the home directory that the environment names" {
	mkdir -p "$RIG/home/.criu"
	for rt in $WORKS; do
		printf 'images-dir %s\n' "$RIG/images-$rt-evil" >"$RIG/home/.criu/default.conf"
		HOME=$RIG/home restore ungated "$rt" good
		((holds == 0x20)) || echo "# $rt reads it" >&3
		HOME=$RIG/home restore gated "$rt" good
		allowed "$rt"
	done
}

@test "nor do images behind a link" {
	for rt in $WORKS; do
		# A parent checkpoint, of which unchanged memory is read.
		rm -rf "$RIG/images-$rt-linked"
		cp -r "$RIG/images-$rt-good" "$RIG/images-$rt-linked"
		ln -sfn "$RIG/images-$rt-evil" "$RIG/images-$rt-linked/parent"
		restore gated "$rt" linked
		allowed "$rt"
		# One image of the other checkpoint.
		rm "$RIG/images-$rt-linked/parent"
		ln -sf "$RIG/images-$rt-evil/core-1.img" "$RIG/images-$rt-linked/core-1.img"
		restore gated "$rt" linked
		allowed "$rt"
	done
}
