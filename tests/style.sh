#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The style that no compiler checks; .clang-format has the rest.
set -u
. "$(dirname "$0")/tally.sh"
cd "$(dirname "$0")/.." || exit 1
sources() { find hook lib tests -name '*.[ch]' -o -name '*.def'; }
# A tab ends at the next multiple of eight; bytes that go on with a character take none.
wide() {
	sources | LC_ALL=C xargs awk '{
		columns = 0
		n = split($0, part, "\t")
		for (i = 1; i <= n; i++) {
			gsub(/[\200-\277]/, "", part[i])
			columns += length(part[i])
			if (i < n) columns += 8 - columns % 8
		}
		if (columns > 100) print FILENAME ":" FNR ": " columns " columns"
	}'
}
none "lines of C have at most 100 columns" "$(wide)"
none "no line of C ends with a blank" "$(sources | xargs grep -nE '[[:blank:]]$')"
none "C is indented with tabs" "$(sources | xargs grep -nE '^ {8}')"

# Names, and that each check of them can fail: on files in which the fault is planted.
named() { find hook lib -name '*.[ch]' -exec tests/names.py "$1" {} +; }
none "no name is both a type and a function" "$(named both)"
none "no static function's name is in more than three files" "$(named shared)"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf 'struct door {\n\tint n;\n};\n' >"$work/type.h"
for file in a b c d; do
	printf '/* int way(void); */\nstatic int look(int n)\n{\n\treturn n;\n}\n' >"$work/$file.c"
done
printf 'struct way;\nint door(const struct door *d,\n\t void *user);\n' >"$work/function.h"
planted() { # KIND FOUND: what the check says of these files
	(cd "$work" && "$OLDPWD/tests/names.py" "$1" ./*.[ch]) | grep -qxF "$2"
}
planted both './function.h: door' && ok || not_ok "a function that is called as a type is found"
planted shared 'look: ./a.c ./b.c ./c.c ./d.c' && ok || not_ok "a static function's name in four files is found"
none "and nothing else is" "$(cd "$work" && rm d.c && { "$OLDPWD/tests/names.py" shared ./*.[ch]; "$OLDPWD/tests/names.py" both ./*.c; })"
finish "style"
