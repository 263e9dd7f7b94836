#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs real programs without a capability: for each of their messages, capgate explain
# names that capability first.  By default it tries, for each capability, the first row of
# tests/messages.tsv whose package every Debian has or contrib/packages names.
#   MESSAGES=all       every one, the packages that are missing installed first
#   ONLY=WORDS         those whose command has these words
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null || { skip_all "messages" "wants root and setpriv"; exit; }
if [ "${MESSAGES:-}" = all ]; then
	# shellcheck disable=SC2046
	apt-get install -y --no-install-recommends $(awk -F '\t' '!/^#/ { print $2 }' "$here/messages.tsv" | sort -u) >/dev/null ||
		{ not_ok "the packages of tests/messages.tsv are installed"; }
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
again() { echo "make check-messages ONLY='$(words "$1")'"; }

# prepare: the directory that the commands run in, as new.
prepare() {
	rm -rf "$work/in" && mkdir -m 777 "$work/in" && cd "$work/in" || exit 1
	echo x >other && echo y >mine && mkdir dir && mkdir -m 700 otherdir && mkdir -m 1777 sticky && echo z >sticky/a &&
		chown 1234:1234 other otherdir && chmod 600 other && chown 1235 sticky/a && chown 1234 sticky
	! command -v setcap >/dev/null || { cp "$(command -v cat)" capfile && setcap cap_net_raw=ep capfile; }
}
# said CAP COMMAND: what it says without the capability.
said() {
	# shellcheck disable=SC2016
	timeout 300 unshare -mnu --propagation private bash -c '
		! command -v ip >/dev/null || ip link set lo up
		exec setpriv --bounding-set="-$0" --inh-caps="-$0" bash -c "$1"' "${1,,}" "$2" </dev/null 2>&1
}
# ours PACKAGE: it is of every Debian, or contrib/packages names it.  A daemon that somebody has
# set up on this machine is left alone, and may say anything.
if [ -n "${MESSAGES:-}${ONLY:-}" ] || ! command -v dpkg-query >/dev/null; then
	ours() { true; }
else
	packages=$(awk '!/^#/ { print $2 }' "$here/../contrib/packages" | tr '|' '\n'
		dpkg-query -W -f '${Priority} ${Package}\n' | sed -n 's/^\(required\|important\) //p')
	ours() { grep -qxF -- "$1" <<<"$packages"; }
fi
done_with=
while IFS='	' read -r cap package command; do
	case $cap in '#'* | '') continue ;; esac
	[ -n "${MESSAGES:-}${ONLY:-}" ] || [ "$cap" != "$done_with" ] || continue
	case $command in *"${ONLY:-}"*) ;; *) continue ;; esac
	# The program is a word of the command, or the shell's own.
	program=${command%% *}
	case $command in 'mkdir -p l'*) program=apt-get ;; *strace*) program=strace ;; *gdb*) program=gdb ;; *'command -v ping'*) program=ping ;; *'command -v fping'*) program=fping ;; *'command -v mtr-packet'*) program=mtr ;;
		*'haproxy -f'*) program=haproxy ;; *'unbound -dd'*) program=unbound ;; *'; vsftpd '*) program=vsftpd ;; ./capfile*) program=setcap ;; esac
	if ! command -v "$program" >/dev/null; then
		[ "${MESSAGES:-}" != all ] || not_ok "$command: $package is here"
		continue
	fi
	ours "$package" || continue
	prepare
	done_with=$cap
	text=$(said "$cap" "$command")
	first=$("$capgate" explain "message: $text" 2>&1 | head -1)
	if [ "$first" = "1. CAP_$cap" ]; then ok; else
		not_ok "$command: without $cap it says what explain knows"
		printf '%s\n%s\n' "$text" "$first" | head -6
	fi
	cd /
done <"$here/messages.tsv"
finish "messages of programs"
