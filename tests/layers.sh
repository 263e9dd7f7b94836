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
none "only lib/json.c includes yajl" "$(grep -rln '<yajl' lib hook --include='*.[ch]' | grep -vx 'lib/json.c')"
none "only hook/confine*.c includes libseccomp and libcap-ng" \
	"$(grep -rlnE '<(seccomp|cap-ng)\.h>' lib hook --include='*.[ch]' | grep -vE '^hook/confine')"
none "lib/ includes nothing of hook/" "$(grep -rnE '#include "(\.\./)?hook/' lib)"
for header in hook/*.h; do
	none "lib/ does not include $(basename "$header")" \
		"$(grep -rn "#include \"$(basename "$header")\"" lib)"
done

# below FILE... -- HEADER...: these files may not include these headers.
placed=
below() {
	files=
	while [ "$1" != -- ]; do files="$files $1"; shift; done
	placed="$placed $files"
	shift
	for h; do
		# shellcheck disable=SC2086
		none "$files: below $h" "$(cd lib && grep -nH "#include \"$h\"" $files)"
	done
}
below arena.c criu.c error.c text.c utf8.c bytes.c out.c caps.c capnotes.c odd.c rules.c -- json.h walk.h spec.h findings.h
below json.c -- walk.h spec.h findings.h
below walk.c -- spec.h findings.h
below request.c -- walk.h spec.h findings.h
below compose.c inspect.c kubernetes.c kubernetes_shape.c -- spec.h findings.h
below spec.c spec_places.c spec_seccomp.c spec_shape.c state.c policy.c policy_exempt.c profiles.c reach.c -- findings.h
below judge.c pretend.c notes.c lowport.c -- walk.h spec.h
below exempt.c filter.c lint.c policy_tighten.c symptoms.c newuser.c rewrite.c report.c remedies.c substitute.c matters.c \
	$(cd lib && echo report_*.c) -- json.h walk.h spec.h findings.h
unplaced() {
	for f in $(cd lib && echo *.c); do
		case " $placed " in *" $f "*) ;; *) echo "$f" ;; esac
	done
}
none "every file of lib/ has its place" "$(unplaced)"

# What lib/ may ask of the C library: memory and text, formatted into buffers.
allowed='memcpy|memmove|memset|memcmp|memchr|strlen|strchr|strcmp|strnlen|snprintf|vsnprintf'
allowed="$allowed|__(v?snprintf|memcpy|memmove|memset)_chk|__stack_chk_fail|_?_?setjmp|_setjmp|longjmp|__longjmp_chk"
allowed="$allowed|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|sanitizer)_.*|__gcov_.*|yajl_.*"
own=$(nm --defined-only "$build"/lib/*.o | awk '{print $NF}' | sort -u)
undefined=$(nm -u "$build"/lib/*.o | awk '$1 == "U" {print $2}' | sort -u)
none "lib/ calls nothing but memory and text functions" \
	"$(printf '%s\n' "$undefined" | grep -vxE "$allowed" | grep -vxF "$own")"
none "lib/ has no variables that change" "$(objdump -t "$build"/lib/*.o | awk '($4 == ".data" || $4 == ".bss" || $4 == "*COM*") && $NF !~ /^\./ {print $NF}')"
none "every exported name begins with capgate_" \
	"$(nm --defined-only -g "$build"/lib/*.o | awk 'NF == 3 {print $3}' | grep -v '^capgate_')"
if [ -f "$build/libcapgate.so.0" ]; then
	declared=$(grep -oE 'capgate_[a-z0-9_]+\(' lib/capgate.h | tr -d '(' | sort -u)
	none "the shared library exports what the header declares, no more" \
		"$(nm -D --defined-only "$build/libcapgate.so.0" | awk '{print $3}' | grep -vxF "$declared")"
fi
for header in lib/*.h hook/*.h; do
	none "$header compiles alone" \
		"$(${CC:-cc} -D_GNU_SOURCE -std=gnu11 -Wall -Ilib -I"$build" -x c -fsyntax-only "$header" 2>&1 | grep -v 'pragma once')"
done
finish "layers"
