#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# configure is killed at each system call, or the call fails because the disk is full:
# every file is complete and names nothing that is missing, and the next run finishes the
# work.  As root, with strace.
#   CONFIGURE_STEP=1                every call
#   CONFIGURE_CASES="NAME..."|all   on these machines of tests/wiring, in place of one of them
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
step=${CONFIGURE_STEP:-12}
if [ "$(id -u)" != 0 ] || ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
	skip_all "configure, interrupted" "root and strace are needed"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
R=$work/root
program=$(value CAPGATE_HOOKSDIR)

mkdir -p "$work/before/etc/docker" "$work/before/etc/containerd" "$work/before/run"
printf '{\n  "debug": true\n}\n' >"$work/before/etc/docker/daemon.json"
printf 'version = 2\n# mine\n' >"$work/before/etc/containerd/config.toml"
# Every file and link.  Of runtime.json the names count: where two engines look for one
# program, the first that was wired says where.
tree() {
	(
		cd "$1" || exit
		{
			find . -type f ! -name runtime.json -exec sha256sum {} + -o -type l -printf '%l %p\n'
			# shellcheck disable=SC2016
			find . -name runtime.json -exec sh -c 'echo "$(jq -c ".version, (.runtimes | keys)" "$1" | sha256sum | cut -d" " -f1)  $1"' - {} \;
		} | sort
	)
}
fresh() { rm -rf "$R" && cp -a "$work/before" "$R"; }
# known ENGINE...: the machine in $work/before, wired and undone, is what all is compared with.
known() {
	engines="$*"
	rm -rf "$work"/after "$work"/undone "$work"/*.tree
	fresh
	"$capgate" configure --root "$R" $engines >/dev/null || exit 1
	cp -a "$R" "$work/after"
	tree "$work/before" >"$work/before.tree"
	tree "$work/after" >"$work/after.tree"
	"$capgate" configure --root "$R" --undo $engines >/dev/null || exit 1
	cp -a "$R" "$work/undone"
	tree "$work/undone" >"$work/undone.tree"
	# Where one engine's own files cannot be written, the others' are, under the names
	# that are free then; those stay when it comes to the next run.
	for left in $engines; do
		fresh
		for engine in $engines; do
			[ "$engine" = "$left" ] || "$capgate" configure --root "$R" "$engine" >/dev/null || exit 1
		done
		tree "$R" >"$work/without-$left.tree"
		"$capgate" configure --root "$R" $engines >/dev/null || exit 1
		tree "$R" >"$work/complete-$left.tree"
	done
}

# Every file is as it was or as it will be; what names the program or the
# wrapper finds it.
whole() {
	local f
	# Temporary files are hidden and end in what no engine reads.
	tree "$R" | grep -v '/\.[^/]*\.capgate-new$' >"$work/now"
	# And CRI-O reads every file of crio.conf.d, whatever its name is.
	f=$(find "$R/etc/crio/crio.conf.d" -name '.*' 2>/dev/null)
	[ -z "$f" ] || { echo "CRI-O would read $f"; return 1; }
	# runtime.json grows with each engine: whole, and with all that is named (below).
	f=$(sort -u "$work"/*.tree | comm -13 - "$work/now" | grep -v ' \./etc/capgate/runtime\.json$')
	[ -z "$f" ] || { echo "neither old nor new: $f"; return 1; }
	if grep -rqs "$program/capgate" "$R/etc" "$R/usr/share" "$R$(value CAPGATE_VENDORDIR)" && ! [ -x "$R$program/capgate" ]; then
		echo "the program is named, and missing"; return 1
	fi
	if grep -rqs "$program/capgate-runtime" "$R/etc" --include='*.json' --include='*.toml' --include='*.conf' && ! [ -e "$R$program/capgate-runtime" -a -e "$R/etc/capgate/runtime.json" ]; then
		echo "the wrapper is named, and missing"; return 1
	fi
	for f in $(grep -rhoE "$program/capgate-[a-z0-9._-]+" "$R/etc" "$R/var" "$R/run" --include='*.json' --include='*.toml' --include='*.tmpl' --include='*.conf' 2>/dev/null | sort -u); do
		[ -e "$R$f" ] && grep -q "\"${f##*/}\"" "$R/etc/capgate/runtime.json" && python3 -m json.tool "$R/etc/capgate/runtime.json" >/dev/null ||
			{ echo "$f is named, and has no link or no program"; return 1; }
	done
	for f in docker/daemon.json containerd/config.toml; do
		[ -e "$work/before/etc/$f" ] || continue
		[ -e "$R/etc/$f" ] || { echo "$f is gone"; return 1; }
		cmp -s "$R/etc/$f" "$work/before/etc/$f" || [ -e "$R/etc/$f.before-capgate" ] || { echo "$f is changed, and has no backup"; return 1; }
	done
}
complete() { # OPTION TREE: the next run comes to the same end
	local end
	"$capgate" configure --root "$R" $1 $engines >/dev/null 2>"$work/err" || { cat "$work/err"; return 1; }
	tree "$R" >"$work/completed"
	for end in "$2" $([ -n "$1" ] || echo "$work"/complete-*.tree); do
		! cmp -s "$end" "$work/completed" || return 0
	done
	diff "$2" "$work/completed"
}

# One run with a fault at the Nth call of that name: its exit status.
injected() { # CALL INJECTION N OPTION
	# The shell tells of killed children; a shell of its own tells nobody.
	(strace -o /dev/null -e "trace=$1" -e "inject=$1:$2:when=$3" "$capgate" configure --root "$R" $4 $engines >"$work/out" 2>"$work/err"
	echo $? >"$work/status") 2>/dev/null
	cat "$work/status"
}

# faults NAME FROM OPTION END INJECTION CALL...: at every STEPth of these calls.
faults() {
	local name=$1 from=$2 option=$3 end=$4 injection=$5 call n total status
	for call in "${@:6}"; do
		rm -rf "$R" && cp -a "$work/$from" "$R"
		strace -o "$work/calls" -e "trace=$call" "$capgate" configure --root "$R" $option $engines >/dev/null 2>&1
		total=$(grep -c "^$call" "$work/calls")
		for ((n = 1 + tried % step; n <= total; n += step)); do
			rm -rf "$R" && cp -a "$work/$from" "$R"
			status=$(injected "$call" "$injection" "$n" "$option")
			: >"$work/why"
			# Killed it was; an error is told, or did not matter.
			if if [ "$injection" = signal=KILL ]; then [ "$status" = 137 ]; else [ "$status" != 0 ] || tree "$R" | cmp -s - "$end"; fi &&
				whole >"$work/why" 2>&1 && complete "$option" "$end" >>"$work/why" 2>&1; then
				ok
			else
				not_ok "$name at $call $n of $total (status $status)"
				sed 's/^/  # /' "$work/why" "$work/err" | head -5
			fi
		done
		tried=$((tried + 1))
	done
}
tried=0
all="openat write fchmod fchown fsync renameat symlinkat mkdir unlink unlinkat close"
known podman docker containerd cri-o
faults "configure, killed" before "" "$work/after.tree" signal=KILL $all
faults "configure --undo, killed" after --undo "$work/undone.tree" signal=KILL $all
faults "configure, on a full disk" before "" "$work/after.tree" error=ENOSPC write fsync mkdir symlinkat renameat
faults "configure --undo, on a full disk" after --undo "$work/undone.tree" error=ENOSPC write fsync renameat
faults "configure, on a read-only disk" before "" "$work/after.tree" error=EROFS mkdir renameat symlinkat
faults "configure --undo, on a read-only disk" after --undo "$work/undone.tree" error=EROFS unlink renameat

# ---- Machines as they are found ----------------------------------------------------------
cases=${CONFIGURE_CASES:-containerd--eks-nvidia-v3}
[ "$cases" != all ] || cases=$(cd "$here/wiring" && echo *)
for case in $cases; do
	rm -rf "$work/before"
	cp -r "$here/wiring/$case" "$work/before"
	mkdir -p "$work/before/run"
	known "${case%%--*}"
	faults "$case, wired and killed" before "" "$work/after.tree" signal=KILL $all
	faults "$case, undone and killed" after --undo "$work/undone.tree" signal=KILL $all
done

finish "configure, interrupted"
