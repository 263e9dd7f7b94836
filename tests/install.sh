#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make install` into a separate directory: everything is there, programs in C and C++ can
# be built with what is installed, and uninstall leaves nothing.
set -u
. "$(dirname "$0")/tally.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# prove SENTENCE COMMAND...
prove() {
	sentence=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		ok
	else
		not_ok "$sentence"
		tail -5 "$work/said"
	fi
}

# The commands of a program, in the order of the alphabet.
commands() { "$1" --help | sed -n '/^commands:/,/^$/s/^  \([^ ]*\) .*/\1/p' | sort | tr '\n' ' '; }

# As it was built: another prefix would build the program anew.
root=$work/root prefix=$PREFIX
make_() { "${MAKE:-make}" -s -f "$MAKEFILE" "$@" DESTDIR="$root"; }
prove "make install" make_ install

# The flags are of the build, not of one target: else each target would have everything
# built anew after another. The file that has flags of its own is asked for alone.
stamp() { env -u MAKEFLAGS -u MAKELEVEL "${MAKE:-make}" -s -f "$MAKEFILE" O="$work/o" "$work/o/$1"; cat "$work/o/.FLAGS_STAMP"; }
prove "each target is built with the same flags" [ "$(stamp hook/log/entry.o)" = "$(stamp hook/bpf/load.o)" ]
rm -rf "$work/o"

for f in "$HOOKSDIR/capgate" "$HOOKSDIR/capgate-runtime" "$prefix/bin/capgate" "$LIBDIR/libcapgate.a" "$LIBDIR/libcapgate.so" \
	"$LIBDIR/libcapgate.so.0" "$prefix/include/capgate.h" "$LIBDIR/pkgconfig/libcapgate.pc" "$prefix/share/man/man1/capgate.1" \
	"$prefix/share/man/man8/capgate-hook.8" "$prefix/share/capgate/podman-hooks.d/99-capgate.json" \
	"$prefix/share/capgate/schemas/policy.schema.json" "$prefix/share/capgate/schemas/runtime.schema.json" \
	"$prefix/share/capgate/audit/capgate.audit" "$prefix/share/capgate/audit/capgate_sca.yml" "$prefix/share/doc/capgate/evidence.md" \
	"$OCIHOOKSDIR/99-capgate-createRuntime.json" "$OCIHOOKSDIR/99-capgate-poststart.json"; do
	prove "$f is installed" test -e "$root$f" -o -L "$root$f"
done
prove "the files of auditors' programs name the program that is installed" sh -c 'cd "$1" &&
	[ "$(grep -rho "[/a-z]*/bin/capgate audit" . | sort -u)" = "$2/bin/capgate audit" ] && [ -x openscap/capgate.sh ]' \
	- "$root$prefix/share/capgate/audit" "$prefix"
unit=$root$prefix/lib/systemd/system/capgate-learn.service
if [ -e "$root$prefix/bin/capgate-learn" ]; then
	prove "the recorder's unit names the programs that are installed" \
		[ "$(sed -n 's/^Exec[A-Za-z]*=//p' "$unit" | cut -d ' ' -f 1 | sort -u | tr '\n' ' ')" = "$prefix/bin/capgate $prefix/bin/capgate-learn " ]
	prove "and is not enabled" [ -z "$(find "$root" -name '*.wants')" ]
	if command -v systemd-analyze >/dev/null; then
		# Without this machine's own units.
		prove "systemd takes it" sh -c 'out=$(systemd-analyze verify --man=no --recursive-errors=no --root="$1" "$2" 2>&1); status=$?; echo "$out"; [ $status -eq 0 ] && ! echo "$out" | grep -i capgate' - "$root" capgate-learn.service
	fi
else
	prove "without the recorder there is no unit of it" [ ! -e "$unit" ]
fi
prove "both programs run, and are of one version" \
	test "$("$root$HOOKSDIR/capgate" --version)" = "$("$root$prefix/bin/capgate" --version)"
prove "what engines start has the hooks and the wrapper, and no other command" \
	test "$(commands "$root$HOOKSDIR/capgate")" = "createContainer createRuntime poststart precreate prestart runtime "
prove "what people run has the commands" sh -c 'for c in check audit doctor configure precreate runtime; do
	case " $1" in *" $c "*) ;; *) echo "$c"; exit 1 ;; esac; done' - "$(commands "$root$prefix/bin/capgate")"

cat >"$work/user.c" <<'END'
#include <capgate.h>
#include <string.h>

int main(void)
{
	static unsigned char block[1 << 20];
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_report report;
	const char *text = "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}},"
		"\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}]}";

	memset(&report, 0, sizeof(report));
	capgate_policy_init(&policy);
	capgate_arena_init(&arena, block, sizeof(block));
	capgate_assess(capgate_text_of(text), CAPGATE_CONFIG, &policy, &arena, NULL, &report);
	return report.verdict == CAPGATE_STRIP ? 0 : 1;
}
END
cp "$work/user.c" "$work/user.cc"
export PKG_CONFIG_PATH="$root$LIBDIR/pkgconfig" LD_LIBRARY_PATH="$root$LIBDIR"
# The paths are those of the finished system: below $root here, where even /usr
# is no place that a compiler looks at by itself.
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
flags() { pkg-config "$@" libcapgate | sed "s|\(-[IL]\)$prefix/|\1$root$prefix/|g"; }
# shellcheck disable=SC2046
prove "pkg-config, C, shared: builds" ${CC:-cc} -Wall -Wextra -Werror -std=c11 -o "$work/c" "$work/user.c" $(flags --cflags --libs)
prove "pkg-config, C, shared: runs" "$work/c"
if command -v c++ >/dev/null 2>&1; then
	# shellcheck disable=SC2046
	prove "pkg-config, C++, shared: builds" c++ -Wall -Wextra -Werror -std=c++11 -pedantic -o "$work/cc" "$work/user.cc" $(flags --cflags --libs)
	prove "pkg-config, C++, shared: runs" "$work/cc"
fi
# shellcheck disable=SC2046
prove "pkg-config, C, the archive: builds" ${CC:-cc} -o "$work/a" "$work/user.c" $(flags --cflags) "$root$LIBDIR/libcapgate.a" \
	$(pkg-config --libs yajl)
prove "pkg-config, C, the archive: runs" "$work/a"

prove "make uninstall" make_ uninstall
left=$(find "$root" ! -type d)
prove "uninstall leaves no file: $left" test -z "$left"
left=$(find "$root" -type d -name '*capgate*')
prove "uninstall leaves no directory of its own: $left" test -z "$left"

finish "install"
