#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the layers: who may include whom, which libraries have one room each,
# and that lib/ does no I/O, asks no clock or environment, and allocates nothing.
#   tests/layers.sh BUILD-DIRECTORY
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$top/build}

cd "$top" || exit 1
none "only lib/json/read.c includes yajl" "$(grep -rln '<yajl' lib hook --include='*.[ch]' | grep -vx 'lib/json/read.c')"
none "only hook/confine/ includes libseccomp and libcap-ng" \
	"$(grep -rlnE '<(seccomp|cap-ng)\.h>' lib hook --include='*.[ch]' | grep -vE '^hook/confine/')"
none "lib/ includes nothing of hook/" "$(grep -rnE '#include "(\.\./)?hook/' lib)"
# Includes of HEADER, by the name of its room or, inside the room, by its own.
includes() {
	header=$1; shift
	for f; do
		grep -nH "#include \"lib/$header\"" "$f"
		[ "$(dirname "$f")" != "$(dirname "$header")" ] || grep -nH "#include \"$(basename "$header")\"" "$f"
	done
}
# below FILE... -- HEADER...: these files may not include these headers.
placed=
below() {
	files=
	while [ "$1" != -- ]; do files="$files $1"; shift; done
	placed="$placed $files"
	shift
	for h; do
		# shellcheck disable=SC2086
		none "$files: below $h" "$(cd lib && includes $h $files)"
	done
}
below caps/print.c judge/findings.c base/arena.c inputs/criu.c base/error.c base/text.c base/utf8.c json/bytes.c base/out.c caps/caps.c caps/capnotes.c caps/odd.c judge/rules.c -- json/read.h json/walk.h spec/fields.h
below json/read.c -- json/walk.h spec/fields.h judge/findings.h
below json/walk.c -- spec/fields.h judge/findings.h
below inputs/request.c -- json/walk.h spec/fields.h judge/findings.h
below inputs/compose.c inputs/inspect.c inputs/kubernetes.c inputs/kubernetes_shape.c -- spec/fields.h judge/findings.h
below spec/spec.c spec/places.c spec/seccomp.c spec/shape.c spec/state.c policy/policy.c policy/exemptions.c policy/read.c caps/profiles.c caps/reach.c -- judge/findings.h
below judge/judge.c judge/pretend.c judge/notes.c judge/lowport.c -- json/walk.h spec/fields.h
below policy/match.c spec/filter.c policy/lint.c policy/ceiling.c policy/tighten.c caps/symptoms.c judge/newuser.c judge/rewrite.c report/sentence.c report/remedies.c judge/substitute.c report/matters.c \
	report/github.c report/html.c report/json.c report/junit.c report/sarif.c -- json/read.h json/walk.h spec/fields.h judge/findings.h
unplaced() {
	for f in $(cd lib && echo */*.c); do
		case " $placed " in *" $f "*) ;; *) echo "$f" ;; esac
	done
}
none "every file of lib/ has its place" "$(unplaced)"

# What lib/ may ask of the C library: memory and text, formatted into buffers.
allowed='memcpy|memmove|memset|memcmp|memchr|strlen|strchr|strcmp|strnlen|snprintf|vsnprintf'
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
	declared=$(grep -oE 'capgate_[a-z0-9_]+\(' lib/capgate.h | tr -d '(' | sort -u)
	none "the shared library exports what the header declares, no more" \
		"$(nm -D --defined-only "$build/libcapgate.so.0" | awk '{print $3}' | grep -vxF "$declared")"
fi
for header in lib/*.h lib/*/*.h hook/*/*.h; do
	none "$header compiles alone" \
		"$(${CC:-cc} -D_GNU_SOURCE -std=gnu11 -Wall -I. -Ilib -I"$build" -x c -fsyntax-only "$header" 2>&1 | grep -v 'pragma once')"
done
finish "layers"
