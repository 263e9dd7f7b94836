#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The runc, crun, runsc and criu that Debian's other suites package, with the
# libraries they need, for the tests.  Nothing is installed: everything lies
# below one directory, and runs from there.
#   tests/runtimes/fetch.sh [DIRECTORY]      build/runtimes unless said otherwise
#
# DIRECTORY/SUITE/bin/{runc,crun,runsc,criu} are the programs; list.sh names them.
# What was fetched is kept for a week; CAPGATE_RUNTIMES_KEEP is another number of days.
# CAPGATE_MIRROR is another mirror than the one this machine's apt uses.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tally.sh"
dir=${1:-$here/../../build/runtimes}
suites="bookworm trixie sid"
packages="runc crun runsc criu libcriu2 patchelf"
# A network may be away for a moment.  In CI, where this counts as a failure, it gets time.
pauses="0${CI:+ 5 15 30 60 60}"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# The archive that this machine's own Debian packages come from.
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1
}

# apt SUITE COMMAND...: apt with a state of its own, in which nothing is installed.
# Only signed indexes are read.  Their age is not checked: a mirror may be a
# snapshot, and old runtimes are as welcome as new ones.
apt() {
	suite=$dir/$1
	command=$2
	shift 2
	"$command" -qq -oDir::Etc::SourceList="$suite/apt.sources" -oDir::Etc::SourceParts=- -oDir::Etc::Preferences=- \
		-oDir::Etc::PreferencesParts=- -oDir::State="$suite" -oDir::State::Lists="$suite/lists" \
		-oDir::State::status=/dev/null -oDir::Cache="$suite" -oDir::Cache::archives="$suite/archives" \
		-oAPT::Default-Release= -oAPT::Sandbox::User=root -oDebug::NoLocking=true -oDpkg::Use-Pty=false \
		-oAPT::Get::AllowUnauthenticated=false -oAcquire::AllowInsecureRepositories=false \
		-oAcquire::Check-Valid-Until=false -oAcquire::Languages=none -oAcquire::Retries=3 \
		-oAcquire::http::Timeout=30 -oAcquire::https::Timeout=30 "$@"
}

download() {
	rm -rf "${dir:?}/$1"
	mkdir -p "$dir/$1/lists/partial" "$dir/$1/archives/partial" "$dir/$1/root" "$dir/$1/bin"
	printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' "$base" "$1" "$keyring" >"$dir/$1/apt.sources"
	# An index that cannot be had is only a warning to apt, and its exit status is 0.
	apt "$1" apt-get update -oAPT::Update::Error-Mode=any || return 1
	# Not every suite has every package; runc and crun it must have.  Asked once: apt makes
	# its index of packages anew for every question.
	# shellcheck disable=SC2086
	available=$(apt "$1" apt-cache show $packages 2>/dev/null | sed -n 's/^Package: //p' | sort -u)
	# shellcheck disable=SC2086
	apt "$1" apt-get install -y --no-install-recommends --download-only $available || return 1
	for deb in "$dir/$1"/archives/*.deb; do dpkg-deb -x "$deb" "$dir/$1/root" || return 1; done
}

# A program finds the libraries beside it, wherever it is started: runc executes
# itself by /proc/self/exe, so calling the loader by name is not enough.
make_ready() {
	root=$dir/$1/root
	loader=$(find "$root" -name 'ld-linux*.so.*' | head -n 1)
	libraries=$(find "$root" -name '*.so.*' -path '*lib*' -exec dirname {} + | sort -u | paste -sd:)
	for name in runc crun runsc criu; do
		found=$(find "$root" -type f -path "*bin/$name" | head -n 1)
		[ -n "$found" ] || continue
		cp "$found" "$dir/$1/bin/$name"
		# A static program needs nothing.
		"$loader" --verify "$found" >/dev/null 2>&1 || [ $? -eq 2 ] || continue
		"$loader" --library-path "$libraries" "$root/usr/bin/patchelf" --set-interpreter "$loader" \
			--force-rpath --set-rpath "$libraries" "$dir/$1/bin/$name" || return 1
	done
	for name in runc crun; do "$dir/$1/bin/$name" --version >/dev/null || return 1; done
	rm -rf "${dir:?}/$1/lists" "$dir/$1/archives" "$dir/$1"/*.bin "$root/usr/share" "$root"/usr/*bin
}

# What was fetched is of this script, and young enough.
fresh() {
	[ -e "$dir/$1/of" ] && [ "$(cat "$dir/$1/of")" = "$of" ] &&
		[ -n "$(find "$dir/$1/of" -mtime "-${CAPGATE_RUNTIMES_KEEP:-7}")" ]
}

fetch() {
	for pause in $pauses; do
		sleep "$pause"
		if download "$1" >"$logs/$1" 2>&1 && make_ready "$1" >>"$logs/$1" 2>&1; then
			printf '%s\n' "$of" >"$dir/$1/of"
			return 0
		fi
		rm -rf "${dir:?}/$1"
	done
	return 1
}

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
command -v apt-get >/dev/null 2>&1 && [ -r $keyring ] ||
	skip_all "runtimes of other suites" "no apt-get or no $keyring here: only this machine's own runtimes are tried"
base=${CAPGATE_MIRROR:-$(mirror)}
base=${base:-http://deb.debian.org/debian}
of=$(cksum <"$0")
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
others= # SUITE:PID of each; the network is what they wait for
for suite in $suites; do
	[ "$suite" != "$own" ] || continue
	{ fresh "$suite" || fetch "$suite"; } &
	others="$others $suite:$!"
done
for other in $others; do
	suite=${other%:*}
	if wait "${other#*:}"; then
		ok
	else
		cat "$logs/$suite" >&2
		skip "the runtimes of $suite cannot be had from $base: they are not tried"
	fi
done
finish "runtimes of other suites"
