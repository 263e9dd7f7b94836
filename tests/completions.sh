#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every command and every option of --help is offered by bash, zsh and fish, and
# is in a manual page.
set -u
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
ok() { passed=$((passed + 1)); }
not_ok() { failed=$((failed + 1)); echo "not ok $1"; }
check() { if "${@:2}"; then ok; else not_ok "$1"; fi; }
commands=$("$capgate" --help | sed -n '/^commands:/,/^$/s/^  \([^ ]*\) .*/\1/p')
options() { "$capgate" "$1" --help | sed -n '/^options:/,$s/^  \(-., \)\{0,1\}\(--[a-z-]*\).*/\2/p'; }
for shell in bash zsh fish; do "$capgate" completions $shell >"$work/capgate.$shell" || not_ok "completions $shell"; done

# ---- bash: what the function answers ----------------------------------------------------
# shellcheck disable=SC1091
. "$work/capgate.bash"
offered() { # WORD...: the last one is being typed
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_capgate
	printf '%s\n' "${COMPREPLY[@]}"
}
for c in $commands; do
	check "bash offers $c" grep -qxF -- "$c" <<<"$(offered capgate "")"
	check "zsh offers $c" grep -q "^		'$c:" "$work/capgate.zsh"
	check "fish offers $c" grep -q -- "-n __fish_use_subcommand -a $c -d" "$work/capgate.fish"
	for o in $(options "$c"); do
		check "bash offers $c $o" grep -qxF -- "$o" <<<"$(offered capgate "$c" --)"
		check "zsh offers $c $o" grep -q -- "^	$c) .*'$o[=[]" "$work/capgate.zsh"
		check "fish offers $c $o" grep -q -- "__fish_seen_subcommand_from $c' -l ${o#--} " "$work/capgate.fish"
	done
done
touch "$work/spec.json" && mkdir "$work/dir"
check "bash offers files for --policy" grep -qx "$work/spec.json" <<<"$(offered capgate check --policy "$work/spec")"
check "bash offers directories for --root=" [ "$(offered capgate configure --root = "$work/d")" = "$work/dir" ]
check "bash offers engines" grep -qx podman <<<"$(offered capgate doctor po)"

# ---- zsh and fish: they can read it -------------------------------------------------------
if command -v zsh >/dev/null; then
	check "zsh takes the file" zsh -n "$work/capgate.zsh"
else
	skipped=$((skipped + 1))
fi
if command -v fish >/dev/null; then
	check "fish takes the file" fish --no-execute "$work/capgate.fish"
	check "fish offers what is typed" grep -q '^--undo' <<<"$(HOME=$work fish --no-config -c "source $work/capgate.fish; complete -C'capgate configure --un'")"
else
	skipped=$((skipped + 1))
fi

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

echo "completions and manual pages: $passed passed, $failed failed, $skipped skipped"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed $skipped" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
