#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the layers: which room includes which, which libraries belong to one room, and
# that lib/ does no I/O, uses no clock or environment, and allocates nothing.
#   tests/layers.sh BUILD-DIRECTORY
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}

cd "$top" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
none "only lib/json/read.c includes yajl" "$(grep -rln '<yajl' lib hook --include='*.[ch]' | grep -vx 'lib/json/read.c')"
none "only hook/confine/ includes libseccomp and libcap-ng" \
	"$(grep -rlnE '<(seccomp|cap-ng)\.h>' lib hook --include='*.[ch]' | grep -vE '^hook/confine/')"
none "only hook/documents/yaml.c includes libyaml" "$(grep -rln '<yaml' lib hook --include='*.[ch]' | grep -vx 'hook/documents/yaml.c')"
none "the rooms use each other as tests/layers.txt says" "$("$top/tests/rooms.sh" . "$build" tests/layers.txt)"

# drawn DESIGN TABLE: rooms that the drawing has not, and arrows of the table that do
# not point down in it.
drawn() {
	awk 'NR == FNR { if ($1 == "floor") for (i = 3; i <= NF; i++) { if ($i in floor) print "drawn twice: " $i; floor[$i] = $2 + 0 }; next }
		{ sub(/#.*/, ""); sub(/^command /, "") }
		NF == 0 { next }
		{ sub(/:$/, "", $1); row[$1] = 1; if (!($1 in floor)) print "not drawn: " $1 }
		{ for (i = 2; i <= NF; i++) if (floor[$i] >= floor[$1]) print "the arrow from " $1 " to " $i " does not point down" }
		END { for (f in floor) if (!(f in row)) print "no room: " f }' "$1" "$2"
}
none "docs/design.md draws the rooms of tests/layers.txt, every arrow pointing down" "$(drawn docs/design.md tests/layers.txt)"

# Of the program that engines start, by the names in it.
small='doors wrapper gate log engines confine cli sys marks'
foreign() {
	for room in hook/*/; do
		room=${room#hook/} room=${room%/}
		case " $small " in *" $room "*) ;; *) find "$build/hook/$room" -name '*.o' -exec nm -g --defined-only {} + 2>/dev/null ;; esac
	done | awk 'NF == 3 && $3 != "main" { print $3 }' | sort -u >"$work/foreign"
	nm "$build/capgate-hook" | awk '{ print $NF }' | sort -u | comm -12 - "$work/foreign"
}
none "capgate-hook holds nothing of the rooms that it does not need" "$(foreign)"
none "capgate-hook holds no reader of TOML" "$(nm "$build/capgate-hook" | grep -w toml_parse)"

# The same with one fault planted: it is found.
# plant SENTENCE WORDS COMMAND: the command makes the fault, where $work/tree is the
# top; the words are what must be said of it.
plant() {
	rm -rf "$work/tree" && mkdir -p "$work/tree/build" && cp -r hook lib tests/layers.txt "$work/tree" &&
		cp -rs "$build/hook" "$build/lib" "$work/tree/build" && (cd "$work/tree" && eval "$3") || { not_ok "$1: it cannot be planted"; return; }
	if "$top/tests/rooms.sh" "$work/tree" "$work/tree/build" "$work/tree/layers.txt" >"$work/found" && grep -qF "$2" "$work/found"; then
		ok
	else
		not_ok "$1: it is not found:"
		cat "$work/found"
	fi
}
# object FILE C: the source of a file, and its object.
object() {
	printf '%s\n' "$2" >"$1" && rm -f "build/${1%.c}.o" && ${CC:-cc} -c -o "build/${1%.c}.o" "$1"
}
plant "a planted include against an arrow" "hook/term may not use hook/engines" \
	"echo '#include \"hook/engines/engines.h\"' >>hook/term/outbuf.c"
plant "a planted call without an include" "hook/log may not use hook/doctor" \
	"object hook/log/planted.c 'int doctor_looks_at(void); int planted(void); int planted(void) { return doctor_looks_at(); }'"
plant "a planted include of an inside header" "is the business of hook/confine alone" \
	"echo '#include \"hook/confine/parts.h\"' >>hook/check/pool.c"
plant "a planted file without a room" "hook/cellar/planted.c: no room" "mkdir hook/cellar && touch hook/cellar/planted.c"
plant "a planted command that uses another" "hook/check may not use hook/audit" \
	"echo '#include \"hook/audit/audit.h\"' >>hook/check/pool.c"
plant "a planted row that uses a command" "hook/audit may not use the command hook/check" \
	"sed -i 's|^command hook/audit:|& hook/check|' layers.txt"
plant "a planted row that makes a circle" "lib/base may not use lib/spec, which is not above it" \
	"sed -i 's|^lib/base:|& lib/spec|' layers.txt"
plant "a planted row that nothing needs" "hook/report does not use hook/engines" \
	"sed -i 's|^hook/report:|& hook/engines|' layers.txt"
# misdrawn SENTENCE SED: the drawing, so changed, is not that of the table.
misdrawn() {
	sed "$2" docs/design.md >"$work/design.md"
	if [ -n "$(drawn "$work/design.md" tests/layers.txt)" ]; then ok; else not_ok "$1"; fi
}
misdrawn "a drawing without a room is found" '/^floor/s| hook/term||'
misdrawn "a drawing with a room that is not there is found" '/^floor 7 /s|$| hook/attic|'
misdrawn "a drawing with a room too low is found" '/^floor 8 /s| hook/engines||; /^floor 7 /s|$| hook/engines|'
plant "two planted files that need each other" "files that need each other: hook/log/entry.c" \
	"object hook/log/entry.c 'void log_close(void); void log_mode(void); void log_mode(void) { log_close(); }'"

# What lib/ may ask of the C library: memory and text, formatted into buffers.
allowed='memcpy|memmove|memset|memcmp|memchr|memmem|strlen|strchr|strcmp|strnlen|snprintf|vsnprintf'
allowed="$allowed|__(v?snprintf|memcpy|memmove|memset)_chk|__stack_chk_fail|_?_?setjmp|_setjmp|longjmp|__longjmp_chk"
allowed="$allowed|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer)_.*|__gcov_.*|yajl_.*"
own=$(nm --defined-only "$build"/lib/*/*.o | awk '{print $NF}' | sort -u)
undefined=$(nm -u "$build"/lib/*/*.o | awk '$1 == "U" {print $2}' | sort -u)
none "lib/ calls nothing but memory and text functions" \
	"$(printf '%s\n' "$undefined" | grep -vxE "$allowed" | grep -vxF "$own")"
none "lib/ has no variables that change" "$(objdump -t "$build"/lib/*/*.o | awk '($4 == ".data" || $4 == ".bss" || $4 == "*COM*") && $NF !~ /^\./ {print $NF}')"
none "every exported name begins with capgate_" \
	"$(nm --defined-only -g "$build"/lib/*/*.o | awk 'NF == 3 {print $3}' | grep -v '^capgate_')"
if [ -f "$build/libcapgate.so.0" ]; then
	declared=$(grep -ohE 'capgate_[a-z0-9_]+\(' lib/capgate/*.h | tr -d '(' | sort -u)
	none "the shared library exports what the header declares, no more" \
		"$(nm -D --defined-only "$build/libcapgate.so.0" | awk '{print $3}' | grep -vxF "$declared")"
fi
for header in lib/*.h lib/*/*.h hook/*/*.h; do
	# For the kernel: their compiler alone knows what they say, and the object needs each.
	case $header in *.bpf.h) continue ;; esac
	none "$header compiles alone" \
		"$(${CC:-cc} -D_GNU_SOURCE -std=gnu11 -Wall -I. -Ilib -I"$build" -x c -fsyntax-only "$header" 2>&1 | grep -v 'pragma once')"
done
finish "layers"
