#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks in the program that compiler and linker did what they were asked to do.
#   hardening.sh PROGRAM      beside its objects
set -u
. "$(dirname "$0")/tally.sh"
program=$1
build=$(dirname "$program")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prove() {
	name=$1
	shift
	if "$@" >/dev/null 2>&1; then ok; else not_ok "$program: $name"; fi
}
says() { readelf -W "$1" "$program" | grep -Eq "$2"; }
says_not() { ! says "$@"; }
imports() { nm -D --undefined-only "$program" | grep -Eq "$1" || nm "$program" 2>/dev/null | grep -Eq "$1"; }

command -v readelf >/dev/null || { echo "hardening: readelf is not installed" >&2; exit 1; }
prove "it is position-independent" says -h 'Type: +DYN'
prove "its stack cannot be executed" says -l 'GNU_STACK .* RW +0x'
prove "no segment is both writable and executable" says_not -l 'LOAD .* RWE'
prove "relocations are read-only" says -l 'GNU_RELRO'
if says -l 'INTERP'; then
	prove "all symbols are bound at start" says -d '(BIND_NOW|FLAGS.* NOW)'
	prove "it needs no library of its own but the C library" sh -c \
		"readelf -Wd '$program' | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -vE '^(libc|libm|ld-linux.*|libyajl|libcap-ng|libseccomp|libmd)\.so' | wc -l | grep -qx 0"
else
	# Some versions of runc start createContainer hooks with the image's environment.
	printf '#include <unistd.h>\n__attribute__((constructor)) static void in(void) { (void)!write(1, "loaded", 6); }\n' |
		cc -shared -fPIC -x c -o "$work/loaded.so" -
	loads_nothing() { ! LD_PRELOAD=$work/loaded.so LD_AUDIT=$work/loaded.so "$program" --version | grep loaded; }
	prove "no environment makes it load anything" loads_nothing
fi
prove "it has no search path of its own" says_not -d '(RPATH|RUNPATH)'
prove "it has no text relocations" says_not -d 'TEXTREL'
prove "stacks are guarded" imports '__stack_chk_fail'
# musl's start files have no note of the kernel that they need; glibc's have.
has_musl() { says -S '\.note\.gnu' && says_not -n 'ABI_TAG' && says_not -l INTERP; }
# checks COMMAND: what this compiler makes ends when it copies too much, and not before.
checks() {
	printf '#include <string.h>\n#include <stdlib.h>\nint main(int n, char **v) { char *p = malloc(n); return !memcpy(p, "copied", n - 1 + (v[1] ? atoi(v[1]) : 0)); }\n' |
		sh -c "$1 -static -x c -o '$work/copies' -" && "$work/copies" && ! "$work/copies" 9 2>/dev/null
}
if [ "${program##*/}" = capgate-hook ] && [ -s "$build/.MUSL_STAMP" ]; then
	prove "it is linked with musl, which is installed" has_musl
	prove "calls are checked (hook/sys/fortify.h)" checks "$(cat "$build/.MUSL_STAMP")"
else
	prove "calls are checked (FORTIFY_SOURCE)" imports '__(read|memcpy|snprintf|vsnprintf|realpath|fprintf)_chk'
fi
prove "it is not set-user-id" sh -c "! [ -u '$program' ] && ! [ -g '$program' ]"
# Level 3 alone checks a copy into what was allocated a moment ago.
fortified() {
	printf '#include <string.h>\n#include <stdlib.h>\nvoid *f(size_t n, const void *p, size_t m);\n%s\n' \
		'void *f(size_t n, const void *p, size_t m) { char *q = malloc(n); return q ? memcpy(q, p, m) : q; }' |
		sh -c "$(cat "$build/.FLAGS_STAMP") -x c -c -o '$work/probe.o' -" && nm "$work/probe.o" | grep -q __memcpy_chk
}
prove "FORTIFY_SOURCE has level 3, and the compiler knows it" fortified
case $(uname -m) in
x86_64)
	# The mark of a program is that of its last object: one archive of the
	# distribution without it and it is gone.  Ours all have it.
	for object in "$build"/lib/*/*.o "$build"/hook/*.o "$build"/hook/*/*.o; do
		readelf -Wn "$object" 2>/dev/null | grep -q 'x86 feature: IBT, SHSTK' || echo "$object"
	done >"$work/unmarked"
	prove "indirect branches and returns are marked (CET) in every object of ours: $(tr '\n' ' ' <"$work/unmarked")" \
		test ! -s "$work/unmarked"
	readelf -Wn "$program" | grep -q 'x86 feature: IBT, SHSTK' ||
		echo "hardening: the distribution's libraries or start files are built without CET, so the whole program is not marked"
	;;
esac
finish "hardening"
