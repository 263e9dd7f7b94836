# SPDX-License-Identifier: Apache-2.0
# Command lines that the wrapper and a runtime could read differently: later versions of
# runc trim white space from every word, and stop at the first operand.

load rig
load wrapper
load attack

# Each is tried with what was judged, and with what another reading would find.
setup_file() {
	attack_up
	good=$(probe_bundle good)
	evil=$(probe_bundle evil ".process.capabilities |= map_values([\"CAP_NET_RAW\", \"CAP_SYS_ADMIN\"])")
	export good evil
	jq '.process' "$good/config.json" >"$RIG/good.json"
	jq '.process' "$evil/config.json" >"$RIG/evil.json"
}

teardown_file() { attack_down; }

# Whatever an odd word makes a runtime write lies there.
setup() { cd "$RIG"; }

# tried WHAT WORD...: the wrapper with these words, and a fresh copy of the evil bundle.
tried() {
	local rt TURN
	turn
	for rt in $TURN; do
		evil=$(probe_bundle evil '.process.capabilities |= map_values(["CAP_NET_RAW", "CAP_SYS_ADMIN"])')
		run gated "$rt" "${@:2}" <"$RIG/empty"
		must_be_harmless "$1 under $rt"
		forget "$rt" words
	done
}

@test "the test can fail: the hostile bundle gives the capability" {
	for rt in $RUNTIMES; do
		to_end ungated "$rt" "$(probe_bundle evil ".process.capabilities |= map_values([\"CAP_NET_RAW\", \"CAP_SYS_ADMIN\"])")"
		harmful "$rt"
	done
}

@test "white space about the command and the options before it" {
	for space in ' ' $'\t' $'\n' $'\v' $'\f' $'\r' $'\302\240' $'\342\200\203' $'\302\205'; do
		tried option "${space}--debug" run --bundle "$evil" words
		tried option-after "--debug$space" run --bundle "$evil" words
		tried command "${space}run" --bundle "$evil" words
		tried command-after "run$space" --bundle "$evil" words
		tried command-both " create$space" --bundle "$evil" words
		tried value --log "$RIG/log$space" run --bundle "$evil" words
		tried value-option "--log$space" "$RIG/log" run --bundle "$evil" words
	done
	none_failed
}

@test "empty words" {
	tried first '' run --bundle "$evil" words
	tried second run '' --bundle "$evil" words
	tried third run --bundle "$evil" '' words
	tried last run --bundle "$evil" words ''
	tried value --root '' run --bundle "$evil" words
	tried dash - run --bundle "$evil" words
	tried dashes -- run --bundle "$evil" words
	tried dashes-after run -- --bundle "$evil" words
	tried equals --debug= run --bundle "$evil" words
	none_failed
}

@test "a bundle whose name ends with white space" {
	for rt in $(newest runc crun); do
		for space in ' ' $'\t' $'\n' $'\302\240'; do
			evil=$(probe_bundle sp '.process.capabilities |= map_values(["CAP_NET_RAW"])')
			probe_bundle "sp$space" >/dev/null
			for spelling in "--bundle=$evil$space" "--bundle $evil$space"; do
				if [[ $spelling == *=* ]]; then set -- "$spelling"; else set -- --bundle "$evil$space"; fi
				run gated "$rt" run "$@" words <"$RIG/empty"
				must_be_harmless "run $spelling under $rt"
				forget "$rt" words
			done
			(cd "$evil$space" && exec timeout -s KILL 60 "$RIG/bin/gate-$rt" --root "$RIG/state-$rt" run words <"$RIG/empty") \
				>"$RIG/said" 2>&1 || true
			output=$(<"$RIG/said")
			must_be_harmless "run in it under $rt"
			forget "$rt" words
		done
	done
	none_failed
}

@test "exec: which of two process objects is read" {
	for rt in $(newest runc crun); do
		b=$(probe_bundle sleeps '.process.args = ["sleep", "600"]')
		gated "$rt" run -d --bundle "$b" "s-$rt" <"$RIG/empty" >"$RIG/said" 2>&1
		while read -r -a words; do
			for i in "${!words[@]}"; do
				case ${words[i]} in
				G) words[i]=$RIG/good.json ;;
				E) words[i]=$RIG/evil.json ;;
				ID) words[i]=s-$rt ;;
				NOTHING) words[i]= ;;
				_*_) words[i]=" ${words[i]#_}" && words[i]="${words[i]%_} " ;;
				_*) words[i]=" ${words[i]#_}" ;;
				*_) words[i]="${words[i]%_} " ;;
				esac
			done
			run gated "$rt" "${words[@]}" <"$RIG/empty"
			must_be_harmless "under $rt: ${words[*]@Q}"
		done <<-'EOF'
			exec --process G _--process E ID
			exec --process G --process_ E ID
			exec --process G _--process_ E ID
			exec ID NOTHING --process E
			exec NOTHING --process E ID
			exec NOTHING ID --process E
			exec --process G NOTHING --process E ID
			exec --process G ID --process E
			exec --process G -- ID --process E
			exec -- --process E ID
			exec ID --process E
			exec ID --cap CAP_NET_RAW /probe
			exec --cap CAP_NET_RAW_ ID /probe
			exec _--cap CAP_NET_RAW ID /probe
			exec --cap_ CAP_NET_RAW ID /probe
			exec NOTHING --cap CAP_NET_RAW ID /probe
			exec ID NOTHING --cap CAP_NET_RAW /probe
			exec --process G -p E ID
			exec -p G --process E ID
			exec -p=G -p E ID
			_exec --process E ID
			exec_ --process E ID
			exec --process=G --process=E ID
			exec _-p E ID
			exec -p_ E ID
			exec --user 0 _--process E ID
			exec --user_ --process E ID
			exec --env NOTHING --process E ID
			exec --env --process E ID
			exec --env _--process E ID /probe
			exec -e --process E ID /probe
		EOF
		ungated "$rt" delete -f "s-$rt"
	done
	none_failed
}
