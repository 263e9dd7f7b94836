#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bash, zsh and fish really complete every command, every option of --help and the values
# that options take; and every option is in a manual page.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() { if "${@:2}"; then ok; else not_ok "$1"; fi; }
commands=$("$capgate" --help | sed -n '/^commands:/,/^$/s/^  \([^ ]*\) .*/\1/p')
options() { "$capgate" "$1" --help | sed -n '/^options:/,$s/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'; }
for shell in bash zsh fish; do cp "$(dirname "$capgate")/completions.$shell" "$work/capgate.$shell" || not_ok "completions for $shell"; done

# ---- bash: what the function answers ----------------------------------------------------
# shellcheck disable=SC1091
. "$work/capgate.bash"
offered() { # WORD...: the last one is being typed
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_capgate
	printf '%s\n' "${COMPREPLY[@]}"
}
# ---- zsh and fish: what they offer, asked in a real shell ---------------------------------
# lines: every line that is asked in all three shells, and a word that must come.
lines() {
	local c o
	for c in $commands; do
		printf 'capgate \t%s\n' "$c"
		for o in $(options "$c"); do printf 'capgate %s --\t%s\n' "$c" "$o"; done
	done
	for o in table json jsonl sarif junit github html; do printf 'capgate check --format=\t%s\n' $o; done
	printf '%s\t%s\n' 'capgate check -f j' jsonl 'capgate audit --format ' jsonl 'capgate check --exit-threshold=' critical \
		'capgate doctor po' podman 'capgate configure ' cri-o 'capgate explain NET_R' NET_RAW 'capgate explain CPG4' CPG404 \
		'capgate explain CHECKPOINT_' CHECKPOINT_RESTORE 'capgate policy ' test \
		'capgate check --policy=spec' spec.json 'capgate check spec' spec.json 'capgate policy check spec' spec.json \
		'capgate configure --root=d' dir 'capgate policy --for spec' spec.json
}
touch "$work/spec.json" "$work/spec two.json" && mkdir "$work/dir"
cd "$work" || exit 1
lines >"$work/lines"

ask_bash() { # LINE: as readline splits it, = being a word of its own
	local words
	read -ra words <<<"${1//=/ = }"
	[[ $1 == *[\ =] ]] && words+=("")
	offered "${words[@]}"
}
ask_fish() { HOME=$work fish --no-config -c "source $work/capgate.fish; while read -l line; echo \$line; complete -C\"\$line\" | sed 's/^/	/'; end"; }
# answers SHELL <"line, then each match behind a tab": each of the lines has its word.
judge_answers() {
	awk -F'\t' -v shell="$1" '
		NR == FNR { if (/^\t/) { w = $2; sub(/^--[a-z-]*=/, "", w); sub(/\/$/, "", w); has[line, w] = 1; has[line, $2] = 1 } else line = $0; next }
		{ if (has[$1, $2] || has[$1, $2 "="]) print "ok"; else print "not ok " shell " offers " $2 " for: " $1 }' "$2" "$work/lines" >"$work/judged"
	grep '^not ok' "$work/judged"
	passed=$((passed + $(grep -c '^ok' "$work/judged")))
	failed=$((failed + $(grep -c '^not ok' "$work/judged")))
}
cut -f1 "$work/lines" | sort -u >"$work/asked"
while IFS= read -r line; do printf '%s\n' "$line"; ask_bash "$line" | sed 's/^/	/'; done <"$work/asked" >"$work/answers.bash"
judge_answers bash "$work/answers.bash"
check "bash keeps a file name with a blank in one piece" grep -qx "spec two.json" <<<"$(offered capgate check spec)"
if command -v zsh >/dev/null; then
	zsh -f "$here/completions.zsh" "$work/capgate.zsh" <"$work/asked" >"$work/answers.zsh"
	judge_answers zsh "$work/answers.zsh"
	check "zsh finds it by its place in fpath" grep -q 'doctor' <<<"$(mkdir "$work/fpath"; cp "$work/capgate.zsh" "$work/fpath/_capgate"
		zsh -f -c "fpath=($work/fpath \$fpath); autoload -U compinit; compinit -D -u -d $work/dump; echo \$_comps[capgate]; autoload +X _capgate; functions _capgate")"
else
	skipped=$((skipped + 1))
fi
if command -v fish >/dev/null; then
	ask_fish <"$work/asked" >"$work/answers.raw"
	# fish says what a match means behind a second tab.
	sed 's/^\(	[^	]*\)	.*/\1/' "$work/answers.raw" >"$work/answers.fish"
	judge_answers fish "$work/answers.fish"
else
	skipped=$((skipped + 1))
fi
cd "$here" || exit 1

# ---- manual pages ---------------------------------------------------------------------------
if ls "$here"/../hook/*.[1-8] >/dev/null 2>&1; then
	for c in $commands; do
		for o in $(options "$c") ; do
			[ "$o" = --help ] && continue
			check "a manual page has $c $o" grep -qE "^\.(It )?Fl (. , Fl )?-${o#--}( |$)|Fl -${o#--}( |$)" "$here"/../hook/*.[1-8]
		done
	done
fi
if command -v mandoc >/dev/null; then
	for page in "$here"/../hook/*.[1-8] "$here"/../lib/*.3; do
		[ -f "$page" ] || continue
		check "mandoc has nothing to say of $(basename "$page")" mandoc -Tlint -W warning "$page"
	done
else
	skipped=$((skipped + 1))
fi

finish "completions and manual pages"
