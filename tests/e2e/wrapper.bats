# SPDX-License-Identifier: Apache-2.0
# The wrapper with real runc and real crun, called as engines and people call it.

load rig
load wrapper

setup_file() {
	rig_up
	ln -sf busybox "$RIG/rootfs/bin/wc"
	ln -sf busybox "$RIG/rootfs/bin/echo"
	ln -sf busybox "$RIG/rootfs/bin/tty"
	ln -sf busybox "$RIG/rootfs/bin/stty"
	wrapper_up
}

teardown_file() {
	local rt id
	for rt in runc crun; do
		for id in "$RIG/state-$rt"/*/; do
			[ ! -d "$id" ] || $rt --root "$RIG/state-$rt" delete -f "$(basename "$id")" >/dev/null 2>&1 || true
		done
	done
	wrapper_down
	rig_down
}

setup() {
	default_policy
	rm -f /etc/capgate/runtime.json
}

# w RUNTIME ARGUMENT...: the wrapper in its place, with the same private state.
w() {
	local rt=$1
	shift
	"$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" "$@"
}

# real RUNTIME ARGUMENT...
real() {
	local rt=$1
	shift
	"$rt" --root "$RIG/state-$rt" "$@"
}

# A container that sleeps, started by $1 (w or real) under runtime $2 with caps.
sleeper() {
	local b
	b=$(bundle "sleeper-$1-$2" "$(caps "${@:3}") | .process.args = [\"sleep\", \"600\"]")
	real "$2" delete -f "s-$1-$2" >/dev/null 2>&1 || true
	"$1" "$2" run -d --bundle "$b" "s-$1-$2" </dev/null >/dev/null 2>&1
	echo "s-$1-$2"
}

process_file() {
	jq -n "{cwd:\"/\",args:[\"grep\",\"^Cap\",\"/proc/self/status\"],env:[\"PATH=/bin\"],user:{uid:0,gid:0}} | $1" >"$RIG/process.json"
}

@test "the test can fail: without the wrapper NET_RAW reaches run and exec" {
	for rt in runc crun; do
		b=$(bundle open "$(caps CAP_NET_RAW)")
		run real $rt run --bundle "$b" open-$rt
		holds $NET_RAW Prm Eff Bnd
		id=$(sleeper real $rt CAP_KILL)
		run real $rt exec --cap CAP_NET_RAW "$id" grep ^Cap /proc/self/status
		holds $NET_RAW Prm Eff Bnd
	done
}

@test "run: NET_RAW is gone from the container and from config.json, which keeps mode and owner" {
	for rt in runc crun; do
		b=$(bundle stripped "$(caps CAP_NET_RAW CAP_KILL)")
		chmod 640 "$b/config.json"
		chown 12:34 "$b/config.json"
		cp "$b/config.json" "$RIG/before.json"
		run w $rt run --bundle "$b" stripped-$rt </dev/null
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds $KILL Prm Eff Bnd
		[ "$(stat -c '%a %u %g' "$b/config.json")" = "640 12 34" ]
		[ "$(ls -A "$b")" = config.json ]
		[ "$(decision '.verdict + " " + .stage + " " + .id')" = "strip run stripped-$rt" ]
		# not a byte but the name in five sets
		"$CAPGATE" precreate <"$RIG/before.json" | cmp - "$b/config.json"
	done
}

@test "create, then start" {
	for rt in runc crun; do
		b=$(bundle created "$(caps CAP_NET_RAW CAP_KILL)")
		w $rt create --bundle "$b" created-$rt >"$RIG/out" </dev/null
		w $rt start created-$rt
		for _ in $(seq 3000); do ! grep -q CapAmb "$RIG/out" || break; sleep 0.05; done
		output=$(cat "$RIG/out")
		holds_nowhere $NET_RAW
		holds $KILL Prm Eff Bnd
		w $rt delete -f created-$rt
	done
}

@test "what is allowed is passed on without a changed byte" {
	for rt in runc crun; do
		b=$(bundle allowed "$(caps CAP_KILL)")
		before=$(stat -c '%i %Y' "$b/config.json")
		run w $rt run --bundle "$b" allowed-$rt </dev/null
		[ "$status" -eq 0 ]
		holds $KILL Prm Eff Bnd
		[ "$(stat -c '%i %Y' "$b/config.json")" = "$before" ]
	done
}

@test "with every spelling of the bundle the wrapper finds what the runtime finds, or refuses" {
	tried=0 agreed=0
	good=$(bundle good "$(caps CAP_KILL) | .process.args = [\"echo\", \"it is good\"]")
	mine=$(bundle mine "$(caps CAP_KILL) | .process.args = [\"echo\", \"it is mine\"]")
	cd "$mine"
	for rt in runc crun; do
		while read -r line; do
			line=${line//B/$good}
			line=${line//PIDFILE/$RIG/pid}
			# shellcheck disable=SC2086
			a=$(real $rt run $line </dev/null 2>/dev/null) || a=none
			real $rt delete -f ID >/dev/null 2>&1 || true
			# shellcheck disable=SC2086
			b=$(w $rt run $line </dev/null 2>/dev/null) || b=none
			real $rt delete -f ID >/dev/null 2>&1 || true
			tried=$((tried + 1))
			if [ "$a" = "$b" ]; then agreed=$((agreed + 1)); fi
			# where only the runtime is too strict, it is given what it reads
			[ "$a" = "$b" ] || [ "$b" = none ] || [ "$a" = none ] || { echo "$rt run $line: $a, but $b"; false; }
		done <<-'EOF'
			--bundle B ID
			--bundle=B ID
			-bundle B ID
			-bundle=B ID
			-b B ID
			-b=B ID
			-bB ID
			--b B ID
			--b=B ID
			--bun B ID
			--bun=B ID
			--bundle /nowhere --bundle B ID
			-b B --bundle=/nowhere ID
			--bundle B --no-pivot ID
			--no-pivot --bundle B ID
			--no-pivot ID
			ID
			ID --bundle B
			ID -b=B
			ID -b B --no-pivot
			--no-pivot ID --bundle B
			-- ID
			--bundle B -- ID
			-b -- ID
			-- ID --bundle B
			--bundle= ID
			--keep=false --bundle B ID
			--keep=true --bundle=B ID
			--help=false --bundle B ID
			--bundle B ID extra
			--unknown --bundle B ID
			--bundle B --unknown ID
			--no-subreaper -b B ID
			--pid-file PIDFILE -b B ID
			--pid-file --bundle -b B ID
			--preserve-fds 0 -b B ID
			--preserve-fds=0 -b B ID
			--preserve-fds 0 ID -b B
			-db B ID --bundle /nowhere
		EOF
	done
	# most are not merely stopped
	((tried >= 70 && agreed >= tried * 8 / 10)) || { echo "$agreed of $tried"; false; }
}

@test "every option of exec, in every spelling, does what it does without the wrapper" {
	for name in env pwd; do ln -sf busybox "$RIG/rootfs/bin/$name"; done
	printf '#!/bin/sh\npwd; env; id; grep -e ^Cap -e ^NoNew /proc/self/status\n' >"$RIG/rootfs/bin/probe"
	chmod 755 "$RIG/rootfs/bin/probe"
	tried=0 agreed=0
	: >"$RIG/differ"
	for rt in runc crun; do
		id=$(sleeper w $rt CAP_KILL)
		process_file '.args = ["probe"] | .cwd = "/bin"'
		while read -r line; do
			line=${line//PROCESS/$RIG/process.json}
			line=${line//PIDFILE/$RIG/pid}
			line=${line//ID/$id}
			mapfile -t words < <(xargs -n 1 printf '%s\n' <<<"${line//PROBE/probe}")
			for call in real w; do
				rm -f "$RIG/pid"
				$call $rt exec "${words[@]}" </dev/null >"$RIG/$call.out" 2>"$RIG/$call.err" || echo "status $?" >>"$RIG/$call.out"
				[ ! -e "$RIG/pid" ] || echo "with a pid file" >>"$RIG/$call.out"
			done
			tried=$((tried + 1))
			if cmp -s "$RIG/real.out" "$RIG/w.out" || ! grep -q PATH= "$RIG/real.out" "$RIG/w.out"; then
				agreed=$((agreed + 1))
			else
				echo "$rt exec $line: $(head -n 1 "$RIG/w.err")" >>"$RIG/differ"
				# one of the two did not start it: the runtime is too strict, or the wrapper is
				! grep -q PATH= "$RIG/real.out" || ! grep -q PATH= "$RIG/w.out" || { cat "$RIG/differ" "$RIG/real.out" "$RIG/w.out"; false; }
				# where it is the wrapper, it says so; runc after 1.5 takes one "--" away anywhere
				grep -q PATH= "$RIG/w.out" || grep -q '"--.*": executable file not found' "$RIG/w.err" || grep -q 'capgate: exec: refused: ' "$RIG/w.err" || { cat "$RIG/differ" "$RIG/w.out"; false; }
			fi
		done <<-'EOF'
			ID PROBE
			-- ID PROBE
			--cwd /bin ID PROBE
			--cwd=/bin ID PROBE
			-cwd /bin ID PROBE
			-cwd=/bin ID PROBE
			--cw /bin ID PROBE
			--env A=B ID PROBE
			--env=A=B ID PROBE
			-e A=B ID PROBE
			-e=A=B ID PROBE
			-eA=B ID PROBE
			-e A=B -e C=D --env=E= ID PROBE
			--env A= ID PROBE
			--env=A ID PROBE
			--user 7 ID PROBE
			--user=7:8 ID PROBE
			-u 7:8 ID PROBE
			-u7:8 ID PROBE
			-u=7:8 ID PROBE
			--use 7 ID PROBE
			--user 7 --user 9 ID PROBE
			--additional-gids 12 ID PROBE
			-g 12 -g 13 ID PROBE
			--additional-gids=12 --additional-gids=13 ID PROBE
			--no-new-privs ID PROBE
			--no-new-privs=true ID PROBE
			--no-new-privs=false ID PROBE
			-no-new-privs ID PROBE
			--no-new ID PROBE
			--cap CAP_KILL ID PROBE
			--cap=CAP_KILL --cap CAP_CHOWN ID PROBE
			-c CAP_CHOWN ID PROBE
			-cCAP_CHOWN ID PROBE
			--pid-file PIDFILE ID PROBE
			--pid-file=PIDFILE ID PROBE
			-pid-file PIDFILE ID PROBE
			--pid PIDFILE ID PROBE
			--preserve-fds 0 ID PROBE
			--preserve-fds=0 ID PROBE
			--process PROCESS ID
			--process=PROCESS ID
			-p PROCESS ID
			-pPROCESS ID
			-p=PROCESS ID
			--process PROCESS ID ignored words
			--process PROCESS --cwd / --env X=Y -u 5 ID
			--process PROCESS --cap CAP_CHOWN ID
			--process /nowhere --process PROCESS ID
			--process PROCESS --process /nowhere ID
			--process - ID
			--process= ID PROBE
			--process-label '' ID PROBE
			--apparmor '' ID PROBE
			--cgroup / ID PROBE
			--cgroup=/ ID PROBE
			--ignore-paused ID PROBE
			--detach=false ID PROBE
			-d=false ID PROBE
			--tty=false ID PROBE
			-t=false ID PROBE
			-tfalse ID PROBE
			--no-subreaper ID PROBE
			--unknown ID PROBE
			--unknown=1 ID PROBE
			-x ID PROBE
			--cwd
			--cwd /bin
			ID
			ID --cwd /bin
			ID -- PROBE
			--console-socket /nowhere -t ID PROBE
			--help ID PROBE
			-h
			--env --cap --cwd=/bin ID PROBE
			-e -c --cwd=/bin ID PROBE
			--cwd -- ID PROBE
			-- -e A=B ID PROBE
			- PROBE
			'' PROBE
		EOF
	done
	((tried >= 150)) || { echo "only $tried"; false; }
	echo "$agreed of $tried agree; the others:" && cat "$RIG/differ"
	((agreed >= tried - 12))
}

@test "crun --config: the file that is named is the one that is judged" {
	b=$(bundle elsewhere "$(caps CAP_KILL)")
	for spelling in "--config X" "--config=X" "-f X" "-fX" "--conf X"; do
		jq "$(caps CAP_NET_RAW CAP_KILL)" "$b/config.json" >"$RIG/other.json"
		ln -sf "$RIG/other.json" "$RIG/link.json"
		for file in "$RIG/other.json" "$RIG/link.json"; do
			# shellcheck disable=SC2086
			run w crun run ${spelling//X/$file} --bundle "$b" elsewhere </dev/null
			[ "$status" -eq 0 ]
			holds_nowhere $NET_RAW
			holds $KILL Eff
		done
	done
	cd "$RIG"
	jq "$(caps CAP_NET_RAW)" "$b/config.json" >"$RIG/other.json"
	run w crun run -f other.json -b "$b" elsewhere </dev/null
	[ "$status" -eq 0 ]
	holds_nowhere $NET_RAW
	# the bundle's own, by its plain name, wherever we stand
	run w crun run -f config.json -b "$b" elsewhere </dev/null
	holds $KILL Eff
	run w runc run -f other.json -b "$b" elsewhere </dev/null
	[ "$status" -eq 1 ]
	[[ "$output" == *'unknown option "-f"'* ]]
	# a runc that has --config finds another file than the bundle's, judged
	jq "$(caps CAP_NET_RAW CAP_KILL)" "$b/config.json" >"$RIG/config.json"
	cp "$b/config.json" "$RIG/before.json"
	run w runc run --config config.json -b "$b" elsewhere </dev/null
	[ "$status" -ne 0 ]
	# (without it, the option is an error, or a second name)
	[[ "$output" == *"flag provided but not defined: -config"* || "$output" == *"requires exactly 1 argument"* ]] || { echo "$output"; false; }
	! grep -q NET_RAW "$RIG/config.json"
	cmp "$b/config.json" "$RIG/before.json"
	cd /
}

@test "exec --process: every spelling loses NET_RAW, and passes on the rest" {
	process_file "$(caps CAP_NET_RAW CAP_KILL | sed 's/\.process//')"
	for rt in runc crun; do
		id=$(sleeper w $rt CAP_KILL)
		for spelling in "--process X" "--process=X" "-p X" "-p=X" "-process X" "-pX" "--proces X" "--process /nowhere --process X"; do
			# shellcheck disable=SC2086
			run w $rt exec ${spelling//X/$RIG/process.json} "$id" </dev/null
			if [ "$status" -eq 0 ]; then
				holds_nowhere $NET_RAW
				holds $KILL Prm Eff Bnd
				echo "$rt $spelling" >>"$RIG/went-on"
			else
				# what this runtime has not, or what two options begin with
				[[ "$output" == *option* || "$output" == *"cannot open the process file"* ]] || { echo "$output"; false; }
			fi
		done
		[ "$(grep -c "^$rt" "$RIG/went-on")" -ge 4 ]
		[ "$(decision '.verdict + " " + .stage')" = "strip exec" ]
	done
}

@test "exec: --cap with a process object gives nothing" {
	process_file .
	for rt in runc crun; do
		id=$(sleeper w $rt CAP_KILL)
		for spelling in "--cap CAP_NET_RAW --process X" "-p X -c CAP_NET_RAW" "--cap=CAP_SYS_ADMIN --process=X --cap 13"; do
			# shellcheck disable=SC2086
			run w $rt exec ${spelling//X/$RIG/process.json} "$id" </dev/null
			[ "$status" -eq 0 ] || { echo "$rt $spelling: $output"; false; }
			holds_nowhere $NET_RAW
			holds_nowhere 21
			holds $KILL Prm Eff Bnd
		done
	done
}

@test "exec: the container is looked for where the runtime looks for it" {
	command -v strace >/dev/null || skip "not installed: strace"
	# as root of a user namespace, with or without a name, as conmon calls
	mkdir -p "$RIG/xdg"
	for rt in runc crun; do
		for as in "-u USER" USER= USER=root USER=somebody; do
			# shellcheck disable=SC2086
			real=$(unshare -Ur env $as XDG_RUNTIME_DIR="$RIG/xdg" strace -f $rt state nowhere 2>&1 | grep -o '"[^"]*/nowhere' | head -n 1 | tr -s /)
			# shellcheck disable=SC2086
			run unshare -Ur env $as XDG_RUNTIME_DIR="$RIG/xdg" "$RIG/bin/capgate-$rt" exec nowhere ls
			[ "$status" -eq 1 ]
			[[ -n "$real" && "$output" == *"not known in this --root: ${real#\"}: "* ]] || { echo "$rt $as: $real, but $output"; false; }
		done
	done
}

@test "exec: a process object without capabilities gets the container's, with {} none" {
	for rt in runc crun; do
		id=$(sleeper w $rt CAP_KILL)
		for absent in . '.capabilities = null'; do
			process_file "$absent"
			run w $rt exec --process "$RIG/process.json" "$id" </dev/null
			[ "$status" -eq 0 ]
			holds $KILL Prm Eff Bnd
			holds_nowhere $NET_RAW
		done
		process_file '.capabilities = {}'
		run w $rt exec --process "$RIG/process.json" "$id" </dev/null
		[ "$status" -eq 0 ]
		[ "$(set_of Bnd)" = 0000000000000000 ]
	done
}

@test "exec into a container made without capgate inherits nothing forbidden" {
	for rt in runc crun; do
		id=$(sleeper real $rt CAP_NET_RAW CAP_KILL)
		process_file .
		run w $rt exec --process "$RIG/process.json" "$id" </dev/null
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds $KILL Prm Eff Bnd
		run w $rt exec "$id" grep ^Cap /proc/self/status
		[ "$status" -eq 1 ]
		[[ "$output" == *"the container itself does not comply with the policy"*CAP_NET_RAW* ]]
		[[ "$output" != *CapEff* ]]
	done
}

@test "exec without a process file, and --cap in every spelling" {
	for rt in runc crun; do
		id=$(sleeper w $rt CAP_KILL CAP_CHOWN)
		run w $rt exec "$id" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ]
		holds $KILL Prm Eff Bnd
		for spelling in "--cap X" "--cap=X" "-c X" "-c=X" "-cap X" "-cX" "--ca X" "-tcX" "--cap CAP_KILL --cap X"; do
			for cap in CAP_NET_RAW cap_net_raw 13 0xd CAP_NET_RAW,CAP_KILL CAP_SYS_ADMIN CAP_UNHEARD_OF; do
				# shellcheck disable=SC2086
				run w $rt exec ${spelling//X/$cap} "$id" grep ^Cap /proc/self/status </dev/null
				[ "$status" -ne 0 ] || { holds_nowhere $NET_RAW && holds_nowhere 21; } || { echo "$rt $spelling $cap"; false; }
			done
		done
		# crun has them in place of the container's: nothing left is not everything
		run w $rt exec --cap CAP_NET_RAW "$id" grep ^Cap /proc/self/status
		if [ $rt = runc ]; then
			[ "$status" -eq 0 ]
			holds $KILL Prm Eff Bnd
		else
			[ "$status" -eq 1 ]
			[[ "$output" == *"refused: --cap: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
		fi
		run w $rt exec --cap CAP_KILL --cap CAP_NET_RAW "$id" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ]
		holds $KILL Prm Eff Bnd
		holds_nowhere $NET_RAW
		# behind the id they belong to the command
		run w $rt exec "$id" echo --cap CAP_NET_RAW --process x
		[ "$output" = "--cap CAP_NET_RAW --process x" ]
	done
}

@test "exec without a process file is not led to another bundle by an annotation" {
	evil=$(bundle led-astray "$(caps CAP_NET_RAW CAP_KILL)")
	cd "$RIG"
	for annotation in "$evil" "bundles/led-astray" ""; do
		b=$(bundle led "$(caps CAP_KILL) | .process.args = [\"sleep\", \"600\"] | .annotations.bundle = \"$annotation\"")
		for rt in runc crun; do
			w $rt run -d --bundle "$b" led-$rt </dev/null >/dev/null 2>&1
			run w $rt exec led-$rt grep ^Cap /proc/self/status </dev/null
			if [ $rt = runc ]; then
				[ "$status" -eq 1 ]
				[[ "$output" == *'annotation "bundle"'* ]] || { echo "$output"; false; }
			else
				[ "$status" -eq 0 ]
				holds_nowhere $NET_RAW
			fi
			# an object says it itself
			process_file "$(caps CAP_KILL | sed 's/\.process//')"
			run w $rt exec --process "$RIG/process.json" led-$rt </dev/null
			[ "$status" -eq 0 ]
			holds $KILL Prm Eff Bnd
			real $rt delete -f led-$rt
		done
	done
}

@test "a policy that rejects: one line on stderr, one object in --log, nothing on stdout, nothing changed" {
	policy_with '"action":"reject"'
	for rt in runc crun; do
		b=$(bundle rejected "$(caps CAP_NET_RAW)")
		cp "$b/config.json" "$RIG/before.json"
		rm -f "$RIG/log.json"
		status=0
		w $rt --log "$RIG/log.json" --log-format json create --bundle "$b" rejected-$rt >"$RIG/out" 2>"$RIG/err" || status=$?
		[ "$status" -eq 1 ]
		[ ! -s "$RIG/out" ]
		[ "$(wc -l <"$RIG/err")" -eq 1 ]
		grep -q "^capgate: create: refused: .*CAP_NET_RAW" "$RIG/err"
		[ "$(jq -s length "$RIG/log.json")" -eq 1 ]
		jq -e '.level == "error" and (.msg | startswith("capgate: create: refused: ")) and (.time | fromdate > 0)' "$RIG/log.json"
		cmp "$b/config.json" "$RIG/before.json"
		[ "$(ls -A "$b")" = config.json ]
		run real $rt state rejected-$rt
		[ "$status" -ne 0 ]
		[ "$(decision '.verdict + " " + (.status | tostring)')" = "refuse 10" ]
		rm -f "$RIG/log.txt"
		run w $rt --log="$RIG/log.txt" run --bundle "$b" rejected-$rt </dev/null
		[ "$status" -eq 1 ]
		grep -qE '^time="2[0-9T:Z-]*" level=error msg="capgate: run: refused: ' "$RIG/log.txt"
		id=$(sleeper w $rt CAP_KILL)
		run w $rt exec --cap CAP_NET_RAW "$id" grep ^Cap /proc/self/status
		[ "$status" -eq 1 ]
		[[ "$output" == *"--cap: "*CAP_NET_RAW* ]]
		process_file "$(caps CAP_NET_RAW | sed 's/\.process//')"
		run w $rt exec --process "$RIG/process.json" "$id" </dev/null
		[ "$status" -eq 1 ]
		[[ "$output" == *CAP_NET_RAW* ]]
	done
}

@test "audit: everything is passed on unchanged and silently, and is logged" {
	policy_with '"mode":"audit"'
	for rt in runc crun; do
		b=$(bundle audited "$(caps CAP_NET_RAW)")
		cp "$b/config.json" "$RIG/before.json"
		w $rt run --bundle "$b" audited-$rt </dev/null >"$RIG/out" 2>"$RIG/err"
		output=$(cat "$RIG/out")
		holds $NET_RAW Eff
		[ ! -s "$RIG/err" ]
		cmp "$b/config.json" "$RIG/before.json"
		[ "$(decision '.mode + " " + .verdict')" = "audit strip" ]
	done
}

@test "a full disk: the container is refused and config.json is as it was" {
	mkdir -p "$RIG/small"
	mount -t tmpfs -o size=64k small "$RIG/small"
	b=$(bundle forsmall "$(caps CAP_NET_RAW)")
	cp "$b/config.json" "$RIG/small/config.json"
	dd if=/dev/zero of="$RIG/small/ballast" bs=1k 2>/dev/null || true
	for rt in runc crun; do
		run w $rt run --bundle "$RIG/small" full-$rt </dev/null
		[ "$status" -eq 1 ]
		[[ "$output" == *"refused"*"No space left"* ]]
		cmp "$b/config.json" "$RIG/small/config.json"
		[ "$(ls -A "$RIG/small" | tr '\n' ' ')" = "ballast config.json " ]
	done
	rm "$RIG/small/ballast"
	run w runc run --bundle "$RIG/small" full-runc </dev/null
	[ "$status" -eq 0 ]
	holds_nowhere $NET_RAW
	umount "$RIG/small"
}

@test "a bundle that cannot be changed, or is changed by forty at once" {
	# before a runtime that does nothing, so that only the bundle matters
	printf '#!/bin/sh\necho went on\n' >"$RIG/bin/tell"
	chmod 755 "$RIG/bin/tell"
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/told"
	printf '{"version":1,"runtimes":{"told":"%s"}}' "$RIG/bin/tell" >/etc/capgate/runtime.json
	b=$(bundle fixed "$(caps CAP_NET_RAW)")
	cp "$b/config.json" "$RIG/before.json"
	mount --bind "$b" "$b"
	mount -o remount,ro,bind "$b"
	run "$RIG/bin/told" create --bundle "$b" x
	umount "$b"
	[ "$status" -eq 1 ]
	[[ "$output" == *"cannot be written"*"make the bundle writable"* ]] || { echo "$output"; false; }
	if chattr +i "$b/config.json" 2>/dev/null; then
		run "$RIG/bin/told" create --bundle "$b" x
		chattr -i "$b/config.json"
		[ "$status" -eq 1 ]
		[[ "$output" == *"cannot be written"* ]] || { echo "$output"; false; }
	fi
	cmp "$b/config.json" "$RIG/before.json"
	mv "$b/config.json" "$RIG/elsewhere.json"
	ln -s "$RIG/elsewhere.json" "$b/config.json"
	run "$RIG/bin/told" create --bundle "$b" x
	[ "$status" -eq 1 ]
	[[ "$output" == *"symbolic link"* ]] || { echo "$output"; false; }
	cmp "$RIG/elsewhere.json" "$RIG/before.json"
	# a hard link keeps its name for what it was
	ln -f "$RIG/elsewhere.json" "$b/config.json"
	run "$RIG/bin/told" create --bundle "$b" x
	[ "$output" = "went on" ]
	cmp "$RIG/elsewhere.json" "$RIG/before.json"
	"$CAPGATE" precreate <"$RIG/before.json" >"$RIG/after.json"
	for round in 1 2 3; do
		cp "$RIG/before.json" "$b/config.json"
		for i in $(seq 40); do
			"$RIG/bin/told" create --bundle "$b" "x$i" >"$RIG/out$i" 2>&1 3>&- 4>&- &
		done
		wait
		cat "$RIG"/out* >"$RIG/all"
		[ "$(grep -c "^went on$" "$RIG/all")" -eq 40 ] || { sort "$RIG/all" | uniq -c; false; }
		cmp "$b/config.json" "$RIG/after.json"
		[ "$(ls -A "$b")" = config.json ]
	done
}

@test "a configuration that cannot be read one way only is refused, and left alone" {
	for rt in runc crun; do
		b=$(bundle twofold "$(caps CAP_KILL)")
		sed -i 's/"capabilities"/"capabilities": {}, "capabilities"/' "$b/config.json"
		cp "$b/config.json" "$RIG/before.json"
		run w $rt run --bundle "$b" twofold-$rt </dev/null
		[ "$status" -eq 1 ]
		[[ "$output" == *"refused"*"capabilities"* ]]
		cmp "$b/config.json" "$RIG/before.json"
	done
	# no engine finds a phrase in it that it would replace
	run w runc run --bundle /nowhere nowhere
	[ "$status" -eq 1 ]
	shopt -s nocasematch
	[[ "$output" != *"no such file or directory"* ]]
	run w runc exec --process /root/none none
	[[ "$output" != *"no such file or directory"* ]]
	run w runc exec --process /tmp none
	[[ "$output" != *"is a directory"* ]]
}

@test "standard input, output and exit codes are the container's own" {
	for rt in runc crun; do
		b=$(bundle pipe "$(caps CAP_NET_RAW) | .process.args = [\"sh\", \"-c\", \"wc -c; exit 42\"]")
		status=0
		output=$(head -c 300000 /dev/zero | w $rt run --bundle "$b" pipe-$rt) || status=$?
		[ "$status" -eq 42 ]
		[ "$output" = 300000 ]
		id=$(sleeper w $rt CAP_KILL)
		process_file '.args = ["sh", "-c", "wc -c; exit 43"]'
		status=0
		output=$(head -c 300000 /dev/zero | w $rt exec --process "$RIG/process.json" "$id") || status=$?
		[ "$status" -eq 43 ]
		[ "$output" = 300000 ]
		status=0
		output=$(echo five5 | w $rt exec "$id" wc -c) || status=$?
		[ "$output" = 6 ]
	done
}

@test "a terminal: run and exec -t have its size and the exit code" {
	for rt in runc crun; do
		b=$(bundle term "$(caps CAP_NET_RAW) | .process.args = [\"sh\"] | .process.terminal = true")
		run "$TOP/tests/e2e/terminal.py" '# ' 'for i in 1 2 3 4 5 6 7 8 9; do stty size | grep . && break; sleep 0.1; done; tty\n' '# ' 'exit 44\n' \
			-- "$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" run --bundle "$b" term-$rt
		[ "$status" -eq 44 ] || { echo "$rt run: $status $output"; false; }
		# crun tells the container of a size only when it changes
		[[ "$output" == *"31 97"* || $rt = crun ]] && [[ "$output" == */dev/pts/* ]] || { echo "$rt run: $output"; false; }
		id=$(sleeper w $rt CAP_KILL)
		process_file '.args = ["sh"] | .terminal = true'
		for how in "-t $id sh" "--process $RIG/process.json -t $id"; do
			# shellcheck disable=SC2086
			run "$TOP/tests/e2e/terminal.py" '# ' 'tty\n' '# ' 'exit 44\n' \
				-- "$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" exec $how
			[ "$status" -eq 44 ] || { echo "$rt exec $how: $status $output"; false; }
			[[ "$output" == */dev/pts/* ]] || { echo "$rt exec $how: $output"; false; }
		done
	done
}

@test "--preserve-fds and LISTEN_FDS reach the container, our own descriptors do not" {
	ln -sf busybox "$RIG/rootfs/bin/readlink"
	for rt in runc crun; do
		b=$(bundle fds "$(caps CAP_NET_RAW) | .process.args = [\"sh\", \"-c\", \"cat <&3; cat <&4; ls /proc/self/fd\"]")
		for call in w real; do
			$call $rt run --preserve-fds 2 --bundle "$b" "fds-$rt-$call" 3< <(echo three) 4< <(echo four) </dev/null >"$RIG/$call.out"
			id=$(sleeper w $rt CAP_KILL)
			process_file '.args = ["sh", "-c", "cat <&3; cat <&4; ls /proc/self/fd"]'
			$call $rt exec --preserve-fds 2 --process "$RIG/process.json" "$id" 3< <(echo three) 4< <(echo four) </dev/null >"$RIG/$call.exec"
			LISTEN_FDS=1 $call $rt run --bundle "$b" "listen-$rt-$call" 3< <(echo three) </dev/null >"$RIG/$call.listen" 2>/dev/null || true
		done
		grep -q three "$RIG/w.out"
		grep -q four "$RIG/w.exec"
		cmp "$RIG/w.out" "$RIG/real.out"
		cmp "$RIG/w.exec" "$RIG/real.exec"
		cmp "$RIG/w.listen" "$RIG/real.listen"
	done
}

@test "the runtime finds process, descriptors, signals, environment and directory as they were" {
	cat >"$RIG/bin/probe" <<-'EOF'
		#!/usr/bin/python3 -IS
		import ctypes, os, resource, sys
		libc, number = ctypes.CDLL(None), ctypes.c_int()
		libc.prctl(2, ctypes.byref(number))
		print("parent-death signal", number.value, "oom", open("/proc/self/oom_score_adj").read(), "nice", os.nice(0))
		print("children", open(f"/proc/self/task/{os.getpid()}/children").read() if os.path.exists(f"/proc/self/task/{os.getpid()}/children") else "")
		print("terminal", open("/proc/self/stat").read().split(")")[1].split()[2:5][::2])
		print("pid", os.getpid(), os.getppid())
		for line in open("/proc/self/status"):
		    if line.startswith(("Sig", "Cap", "NoNewPrivs", "Seccomp:", "Umask")) and not line.startswith("SigQ"):
		        print(line, end="")
		for fd in range(10):
		    try: print(fd, os.readlink(f"/proc/self/fd/{fd}"))
		    except OSError: print(fd, "closed")
		print(os.getcwd(), sorted(os.environ.items()), sys.argv[1:])
		print([resource.getrlimit(i) for i in range(16)])
	EOF
	chmod 755 "$RIG/bin/probe"
	printf '{"version":1,"runtimes":{"probed":"%s","unused":["/nowhere"]}}' "$RIG/bin/probe" >/etc/capgate/runtime.json
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/probed"
	b=$(bundle probe "$(caps CAP_NET_RAW)")
	cd "$b"
	cat >"$RIG/as.py" <<-'EOF'
		# Some signals blocked and ignored, one for when the parent dies, descriptors 3 and 7 open.
		import ctypes, os, signal, sys
		ctypes.CDLL(None).prctl(1, int(signal.SIGUSR2))
		open("/proc/self/oom_score_adj", "w").write("123")
		os.nice(3)
		signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR1, signal.SIGCHLD})
		signal.signal(signal.SIGCHLD, signal.SIG_IGN)
		signal.signal(signal.SIGPIPE, signal.SIG_DFL)
		os.umask(0o002)
		fd = os.open("/dev/null", os.O_RDONLY)
		os.dup2(fd, 7, inheritable=True)
		os.set_inheritable(fd, True)
		os.execve(sys.argv[1], sys.argv[1:], {"PATH": "/bin:/usr/bin", "NAME": "value", "LISTEN_FDS": "1"})
	EOF
	# What the ceiling takes has tests of its own; the words are those that are handed on.
	policy_with '"ceiling":"off","ceiling_reason":"a test"'
	for line in "state x" "create --bundle $b -- x" "run --bundle $b --pid-file /p -- x"; do
		# shellcheck disable=SC2086
		python3 "$RIG/as.py" "$RIG/bin/probe" $line 2>/dev/null </dev/null | grep -v ^pid >"$RIG/direct"
		# shellcheck disable=SC2086
		python3 "$RIG/as.py" "$RIG/bin/probed" $line 2>/dev/null </dev/null | grep -v ^pid >"$RIG/through"
		[ "$(wc -l <"$RIG/direct")" -gt 15 ]
		grep -q "^parent-death signal 12 oom 123" "$RIG/direct"
		grep -q "^children *$" "$RIG/through"
		diff <(sed 's/pipe:.*/pipe/' "$RIG/direct") <(sed 's/pipe:.*/pipe/' "$RIG/through") || { echo "$line"; false; }
	done
	# the same process, not a child of it
	sh -c 'echo $$; exec "$0" state x' "$RIG/bin/probed" >"$RIG/through"
	[ "$(head -n 1 "$RIG/through")" = "$(sed -n 's/^pid \([0-9]*\) .*/\1/p' "$RIG/through")" ]
}

@test "commands that capgate does not judge answer exactly as the runtime does" {
	for rt in runc crun; do
		for line in "--version" "list" "state nothing" "help" "--help" "no-such-command" "kill nothing" "features" ""; do
			# shellcheck disable=SC2086
			a=$($rt $line 2>&1 </dev/null; echo "status $?")
			# shellcheck disable=SC2086
			b=$("$RIG/bin/capgate-$rt" $line 2>&1 </dev/null; echo "status $?")
			# a program's own name in its own message, and the time of day
			[ "$(sed 's|/[a-z/]*/||; s/time="[^"]*"//; s/^20[^ ]* //' <<<"$a")" = "$(sed 's|/[a-z/]*/||; s/time="[^"]*"//; s/^20[^ ]* //' <<<"$b")" ] ||
				{ echo "$rt $line: $a -- $b"; false; }
		done
	done
}

@test "a link named runc, first in PATH, becomes the real runc" {
	b=$(bundle link "$(caps CAP_NET_RAW CAP_KILL)")
	run env PATH="$RIG/bin:$PATH" runc --root "$RIG/state-runc" run --bundle "$b" link </dev/null
	[ "$status" -eq 0 ]
	holds_nowhere $NET_RAW
	holds $KILL Eff
}

@test "it does not execute itself, nor what a stranger has named" {
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/loop"
	printf '{"version":1,"runtimes":{"loop":["%s","%s"]}}' "$RIG/bin/loop" "$CAPGATE" >/etc/capgate/runtime.json
	run "$RIG/bin/loop" state x
	[ "$status" -eq 1 ]
	[[ "$output" == *'"loop": no program of this name'* ]]
	# nor a copy of itself, a hard link, or two copies that name each other
	cp "$CAPGATE_HOOK" "$RIG/bin/ping-copy"
	strip -o "$RIG/bin/pong-copy" "$CAPGATE_HOOK" 2>/dev/null || cp "$CAPGATE_HOOK" "$RIG/bin/pong-copy"
	ln "$RIG/bin/ping-copy" "$RIG/bin/hard-link"
	printf '{"version":1,"runtimes":{"ping-copy":"%s","pong-copy":"%s","hard-link":"%s"}}' "$RIG/bin/pong-copy" "$RIG/bin/ping-copy" \
		"$RIG/bin/ping-copy" >/etc/capgate/runtime.json
	for name in ping-copy pong-copy hard-link; do
		run timeout 300 "$RIG/bin/$name" state x
		[ "$status" -eq 1 ] || { echo "$name: $status $output"; false; }
		[[ "$output" == *"capgate itself"* ]]
	done
	# a list goes on to the next
	printf '{"version":1,"runtimes":{"loop":["%s","/nowhere","%s"]}}' "$RIG/bin/loop" "$(command -v runc)" >/etc/capgate/runtime.json
	run "$RIG/bin/loop" --version
	[ "$status" -eq 0 ]
	[[ "$output" == *"runc version"* ]]
	run "$RIG/bin/capgate-crun" --version
	[ "$status" -eq 0 ]
	[[ "$output" == *"crun version"* ]]
	chmod 666 /etc/capgate/runtime.json
	run "$RIG/bin/capgate-runtime" --version
	[ "$status" -eq 1 ]
	[[ "$output" == *"not trusted"* ]]
	for bad in '{"version":1,"runtimes":{"capgate-runtime":"runc"}}' '{"version":2,"runtimes":{}}' '{"runtimes":{}}' \
		'{"version":1,"runtimes":{"capgate-runtime":17}}' '{"version":1,"runtime":{}}' 'x' ''; do
		rm -f /etc/capgate/runtime.json
		printf '%s' "$bad" >/etc/capgate/runtime.json
		run "$RIG/bin/capgate-runtime" --version
		[ "$status" -eq 1 ] || { echo "$bad: $output"; false; }
		[[ "$output" == *runtime.json* ]]
	done
	# where, what instead, and in the log that the engine reads
	printf '{"version":1,\n "runtimes":{},\n "runtimess":{}}' >/etc/capgate/runtime.json
	for name in capgate-runtime loop; do
		rm -f "$RIG/log.json"
		run "$RIG/bin/$name" --root /r --log "$RIG/log.json" --log-format json create --bundle /b x
		[ "$status" -eq 1 ]
		[[ "$output" == *'runtime.json:3:2: '*'did you mean "runtimes"?'*"fix runtime.json"* ]] || { echo "$output"; false; }
		jq -e '.level == "error" and (.msg | contains("runtime.json:3:2"))' "$RIG/log.json"
	done
	# a name that is nowhere
	rm /etc/capgate/runtime.json
	run "$RIG/bin/loop" --log "$RIG/log.txt" create --bundle /b x
	[ "$status" -eq 1 ]
	[[ "$output" == *'"loop": '*'runtime.json has no such runtime'* ]] || { echo "$output"; false; }
	run "$RIG/bin/loop" --version
	[[ "$output" == "capgate "* ]]
}

@test "a parser that has been taken over stops the container and harms nothing" {
	planted=$(dirname "$CAPGATE")/capgate-planted
	[ -x "$planted" ]
	mkdir -p "$RIG/planted"
	for rt in runc crun; do
		ln -sf "$planted" "$RIG/planted/$rt"
		for plant in open execve socket ptrace fork mprotect read kill unlink crash; do
			b=$(bundle planted "$(caps CAP_NET_RAW) | .annotations.plant = \"$plant\"")
			sed -i 's/"plant": /"plant":/' "$b/config.json"
			cp "$b/config.json" "$RIG/before.json"
			run "$RIG/planted/$rt" --root "$RIG/state-$rt" run --bundle "$b" planted-$rt </dev/null
			[ "$status" -eq 1 ] || { echo "$plant: $status $output"; false; }
			[[ "$output" == *"the confined parser was ended by signal"* ]]
			[[ "$output" != *survived* && "$output" != *CapEff* ]]
			cmp "$b/config.json" "$RIG/before.json"
		done
	done
}

@test "a parser that cannot be confined: no container; with best-effort a container, a message and a log entry" {
	denied=$(dirname "$CAPGATE")/denied
	[ -x "$denied" ]
	rt=runc # crun 1.8.1 itself starts nothing without seccomp(2)
	b=$(bundle unconfinable "$(caps CAP_NET_RAW CAP_KILL)")
	default_policy
	run "$denied" seccomp=ENOSYS "$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" run --bundle "$b" uc-$rt </dev/null
	[ "$status" -eq 1 ]
	[[ "$output" == *"cannot be confined"* && "$output" != *CapEff* ]]
	policy_with '"confinement":"best-effort"'
	run "$denied" seccomp=ENOSYS "$RIG/bin/capgate-$rt" --root "$RIG/state-$rt" run --bundle "$b" uc-$rt </dev/null
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(grep -c "confined in part.*missing: the system call filter" <<<"$output")" = 1 ]
	[[ "$output" == *"CapBnd:"*"0000000000000020"* ]] || { echo "$output"; false; }
	[ "$(decision '"\(.confinement) \(.verdict)"')" = "partial strip" ] || { decision .; false; }
}

# Odd lines under every runtime: each either is refused, or is judged as it is read.
@test "words that are empty or have white space around them are refused" {
	local rt name line n=0
	good=$(bundle odd-good "$(caps CAP_KILL) | .process.args = [\"sleep\", \"600\"]")
	evil=$(bundle odd-evil "$(caps CAP_NET_RAW)")
	mkdir -p "$RIG/sp" "$RIG/sp "
	cp "$good/config.json" "$RIG/sp /config.json"
	cp "$evil/config.json" "$RIG/sp/config.json"
	process_file '.capabilities = {bounding: ["CAP_KILL"]}'
	cp "$RIG/process.json" "$RIG/good.json"
	process_file '.capabilities = (["CAP_NET_RAW"] as $c | {bounding: $c, effective: $c, permitted: $c})'
	cp "$RIG/process.json" "$RIG/evil.json"
	entries=
	for rt in ${RUNTIMES:-runc crun}; do
		name=$(basename "$rt")
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/odd-$name"
		entries="$entries${entries:+,}\"odd-$name\":\"$(command -v "$rt")\""
	done
	echo "{\"version\":1,\"runtimes\":{$entries}}" >/etc/capgate/runtime.json
	for rt in ${RUNTIMES:-runc crun}; do
		name=$(basename "$rt")
		o() { "$RIG/bin/odd-$name" --root "$RIG/state-odd-$name" "$@" </dev/null 2>&1; }
		o run -d --bundle "$good" odd >/dev/null
		while IFS= read -r line; do
			cp "$evil/config.json" "$RIG/sp/config.json"
			eval "output=\$(o $line)" || true
			! grep -q ^CapBnd <<<"$output" || holds_nowhere $NET_RAW || { echo "$name: $line: $output"; false; }
			n=$((n + 1))
		done <<-'LINES'
			' run' --bundle "$evil" e1
			'run ' --bundle "$evil" e2
			' --debug' run --bundle "$evil" e3
			'' run --bundle "$evil" e4
			run '--bundle=/nowhere' --bundle "$evil" ' e5'
			exec --process "$RIG/good.json" ' --process' "$RIG/evil.json" odd
			exec --process "$RIG/good.json" odd ' --process' "$RIG/evil.json"
			exec odd '' --process "$RIG/evil.json"
			exec '' odd --process "$RIG/evil.json"
			exec --process "$RIG/good.json" '' odd --process "$RIG/evil.json"
			exec --process="$RIG/evil.json " odd
			'exec ' --process "$RIG/evil.json" odd
			exec --cap CAP_KILL odd '' --cap CAP_NET_RAW grep ^Cap /proc/self/status
			exec --cap 'CAP_NET_RAW ' odd grep ^Cap /proc/self/status
			exec --cap CAP_KILL,CAP_NET_RAW odd grep ^Cap /proc/self/status
		LINES
		# a bundle whose name ends with a blank is that bundle, and not the other
		o run -d --bundle "$RIG/sp " sp1
		o run -d "--bundle=$RIG/sp " sp2
		for id in sp1 sp2; do
			[ "$("$rt" --root "$RIG/state-odd-$name" state $id | jq -r .bundle)" = "$RIG/sp " ]
			"$rt" --root "$RIG/state-odd-$name" delete -f $id
		done
		"$rt" --root "$RIG/state-odd-$name" delete -f odd
	done
	[ "$n" -ge 30 ]
}
