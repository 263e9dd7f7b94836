#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints each place where the rooms of hook/ and lib/ are not what a table says:
# a file without a room, an include or a call along an arrow that is not in the
# table, a header that is a room's own business, files that need each other, a
# table that names a room below or a command, an arrow that nothing needs.
#   rooms.sh TOP BUILD TABLE
set -u
top=$1 build=$(cd "$2" && pwd) table=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$top" || exit 1

find hook lib -name '*.[ch]' -o -name '*.def' | sort >"$work/files"
# FROM-FILE LINE INCLUDED, with the name as it is written.
xargs grep -nHE '^#include "' <"$work/files" | sed -E 's/^([^:]*):([0-9]*):#include "([^"]*)".*/\1 \2 \3/' >"$work/includes"
# Objects whose source is there still: FILE SYMBOL, defined and used.
for file in $(grep '\.c$' "$work/files"); do
	[ ! -f "$build/${file%.c}.o" ] || echo "$build/${file%.c}.o"
done | xargs nm -A -g 2>/dev/null | sed "s|^$build/||; s|\\.o:| |" |
	awk -v d="$work/defined" -v u="$work/used" '
		$2 == "U" { print $1 ".c", $3 >u; next }
		NF == 4 { print $1 ".c", $4 >d }'
grep -ohE 'capgate_[a-z0-9_]+\(' lib/capgate/*.h | tr -d '(' | sort -u >"$work/public"

awk -v work="$work" -v table="$table" '
	function room(file, part) {
		sub(/\/[^\/]*$/, "", file)
		return file == "lib/capgate" ? "lib" : file
	}
	function bad(text) { if (!(text in said)) print text; said[text] = 1 }
	# An arrow of the table, or an offence.
	function arrow(from, to, text) {
		if (from == to) return
		if (!((from, to) in may)) bad(text ": " from " may not use " to)
		used[from, to] = 1
	}
	FILENAME == table {
		sub(/#.*/, "")
		if (NF == 0) next
		command = $1 == "command"
		if (command) { $1 = ""; $0 = $0 }
		name = $1
		sub(/:$/, "", name)
		if (name in row) bad("layers.txt: " name " has two rows")
		row[name] = ++rows
		is_command[name] = command
		for (i = 2; i <= NF; i++) {
			if (!($i in row) || $i == name) bad("layers.txt: " name " may not use " $i ", which is not above it")
			if (is_command[$i] && name != "hook") bad("layers.txt: " name " may not use the command " $i)
			may[name, $i] = 1
		}
		next
	}
	FILENAME ~ /\/files$/ {
		file[$1] = 1
		has[room($1)] = 1
		if (!(room($1) in row)) bad($1 ": no room of layers.txt")
		next
	}
	FILENAME ~ /\/public$/ { public[$1] = 1; next }
	FILENAME ~ /\/includes$/ {
		from = room($1)
		here = $1
		sub(/[^\/]*$/, "", here)
		if ((here $3) in file) target = here $3
		else if (("lib/" $3) in file) target = "lib/" $3
		else if ($3 in file) target = $3
		else next # made by the build
		to = room(target)
		n = split(to, part, "/")
		if (to != from && to != "lib" && target != to "/" part[n] ".h")
			bad($1 ":" $2 ": " target " is the business of " to " alone; include " to "/" part[n] ".h")
		arrow(from, to, $1 ":" $2)
		next
	}
	FILENAME ~ /\/defined$/ { owner[$2] = $1; next }
	FILENAME ~ /\/used$/ {
		if (!($2 in owner) || owner[$2] == $1) next
		to = room(owner[$2])
		if ($2 in public && room($1) ~ /^hook/) to = "lib"
		arrow(room($1), to, $1 " needs " $2 " of " owner[$2])
		print $1, owner[$2] >(work "/calls")
	}
	END {
		for (r in row) if (!(r in has)) bad("layers.txt: there are no files in " r)
		for (a in may) {
			split(a, pair, SUBSEP)
			if (!(a in used)) bad("layers.txt: " pair[1] " does not use " pair[2])
		}
	}' "$table" "$work/files" "$work/public" "$work/includes" "$work/defined" "$work/used" | sort
: >>"$work/calls"
tsort "$work/calls" 2>&1 >/dev/null | grep '\.c$' | sed 's/^tsort: /files that need each other: /'
exit 0
