#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The commands for what learn keeps in its store: report, merge, forget.
#   ONLY=WORDS      the tests with these words in their sentence
set -u
. "$(dirname "$0")/tally.sh"
capgate=${CAPGATE:?}
again() { echo "make check-kept ONLY=\"$(words "$1")\""; }
[ -n "$own_machine" ] || skip_all "kept" "no root, or no namespaces"
work=$(mktemp -d)
trap 'cd /; umount -l "$work"; rmdir "$work"' EXIT
# Of a directory that only root may write, as every one above it has to be.
mount -t tmpfs -o mode=755 tmpfs "$work" || exit 1
store=$work/store

prove() { # SENTENCE COMMAND...
	local sentence=$1
	shift
	[[ $sentence == *"${ONLY:-}"* ]] || return 0
	if "$@"; then ok; else not_ok "$sentence" && head -n 5 "$work/out" "$work/err"; fi
}
# learn STATUS WORD...: ends with it
learn() {
	local wanted=$1
	shift
	"$capgate" learn "$@" --store "$store" >"$work/out" 2>"$work/err"
	local got=$?
	[ $got -eq "$wanted" ] || { echo "status $got, not $wanted" >>"$work/err"; return 1; }
}
shows() { grep -qF -- "$1" "$work/out"; }
says() { grep -qF -- "$1" "$work/err"; }
# keep NAME RUNS CAP:COUNT:GRANTED:PROGRAM...: in the store
keep() {
	mkdir -p "$store"
	jq -cn --arg name "$1" --argjson runs "$2" '{recorded: 1, name: $name, runs: $runs, seconds: ($runs * 60),
		first: 1764000000, last: 1764003600, lost: 0, used: [$ARGS.positional[] | split(":") | {capability: ("CAP_" + .[0]),
		program: .[3], count: (.[1] | tonumber), granted: (.[2] | tonumber), first: 1764000001, last: 1764000002}], running: []}' \
		--args "${@:3}" >"$store/$(file "$1")"
	chmod 600 "$store/$(file "$1")"
}
file() { printf '%s.json' "${1//\//%2F}"; }
fresh() { rm -rf "$store"; keep web 2 CHOWN:5:5:nginx SETUID:4:3:nginx NET_ADMIN:1:0:ip; }

# ---- report -------------------------------------------------------------------------------

fresh
prove "a report says used, and never needed" eval 'learn 0 report web && shows "web used CHOWN SETUID; 2 runs, 2 min" && ! shows " needs "'
prove "it says how often and by whom" eval 'learn 0 report web && shows "used 3 times, refused 1: nginx"'
prove "it says what was asked for and not given" eval 'learn 0 report web && shows "not given, but asked for 1 time: ip"'
prove "it has lines to paste, without what was not given" eval 'learn 0 report web && shows "--cap-drop=ALL --cap-add=CHOWN --cap-add=SETUID" && ! shows "add=NET_ADMIN"'
prove "it is JSON for programs" eval 'learn 0 report web -f json && jq -e ".[0] | .used == [\"CAP_CHOWN\",\"CAP_SETUID\"] and .asked == [\"CAP_CHOWN\",\"CAP_SETUID\",\"CAP_NET_ADMIN\"] and .runs == 2" "$work/out" >/dev/null'
keep docker.io/db 1 CHOWN:1:1:postgres
prove "all names are reported, in their order" eval 'learn 0 report --all && [ "$(grep -o "^[a-z./]* used" "$work/out" | tr "\n" " ")" = "docker.io/db used web used " ]'
prove "and as one array" eval 'learn 0 report --all -f json && [ "$(jq -c "map(.name)" "$work/out")" = "[\"docker.io/db\",\"web\"]" ]'
prove "a name under which nothing is kept is status 1, with what to do" eval 'learn 1 report nothing && says "report --all"'
prove "what is not a name of a command is usage" eval 'learn 64 report && learn 64 report --all web && learn 64 merge web && learn 64 forget'
jq -c '.lost = 7' "$store/web.json" >"$work/r" && cat "$work/r" >"$store/web.json"
prove "an incomplete record says so" eval 'learn 0 report web && shows "Incomplete: 7"'
fresh
jq -c '.running = [{token: "00000000000000ff", began: 1764010000, last: 1764010060, over: false,
	used: [{capability: "CAP_KILL", program: "sh", count: 1, granted: 1, first: 1764010001, last: 1764010001}]},
	{token: "0000000000000001", began: 1764010000, last: 1764010060, over: true, used: []}]' "$store/web.json" >"$work/r" && cat "$work/r" >"$store/web.json"
prove "a container that runs counts, and one that is over counts once" eval 'learn 0 report web && shows "web used CHOWN KILL SETUID; 3 runs, 3 min" && shows "1 of these runs has not ended yet"'
echo '{"version":1,"image":"web","needed":["CAP_CHOWN"],"finished":true}' >"$store/web.proof.json"
prove "a result of learn is shown as needed, beside what was used" eval 'learn 0 report web && shows "web needs CHOWN, proved by capgate learn" && shows "web used CHOWN"'

# ---- hostile files ------------------------------------------------------------------------

fresh
bad() { # SENTENCE TEXT: web's file is refused, with its place, and shows nothing
	printf '%s' "$2" >"$store/web.json"
	prove "$1" eval 'learn 2 report web && [ ! -s "$work/out" ] && says web.json'
}
one='{"recorded":1,"name":"web","runs":1,"seconds":1,"first":1,"last":1,"lost":0,"used":['
bad "a file that is cut off is refused" "${one}{\"capability\":"
bad "an unknown member is refused" "${one%\"used*}\"usde\":[]}"
bad "a name that is no capability is refused" "$one{\"capability\":\"CAP_X\",\"program\":\"p\",\"count\":1,\"granted\":1}]}"
bad "more granted than asked is refused" "$one{\"capability\":\"CAP_KILL\",\"program\":\"p\",\"count\":1,\"granted\":2}]}"
bad "a program's name that is too long is refused" "$one{\"capability\":\"CAP_KILL\",\"program\":\"12345678901234567\",\"count\":1,\"granted\":1}]}"
bad "another version is refused" "${one/recorded\":1/recorded\":2}]}"
bad "a run without a token is refused" "$one],\"running\":[{\"used\":[{\"capability\":\"CAP_KILL\",\"program\":\"p\",\"count\":1,\"granted\":1}],\"token\":\"01\"}]}"
bad "more rows than a record has are refused" "$one$(for ((i = 0; i < 4100; i++)); do printf '{"capability":"CAP_KILL","program":"%d","count":1,"granted":1},' $i; done | sed 's/,$//')],\"running\":[$(for ((i = 1; i < 300; i++)); do printf '{"token":"%x"},' $i; done | sed 's/,$//')]}"
fresh
chmod 666 "$store/web.json"
prove "a file that others may write is not believed" eval 'learn 2 report web && says "not trusted"'
fresh
mv "$store/web.json" "$store/mail.json"
ln -s mail.json "$store/web.json"
prove "a link is not followed" learn 2 report web
rm "$store/web.json"
mkfifo "$store/web.json"
prove "a pipe does not make it wait" learn 2 report web
fresh
jq -c '.used[0].program = "\u001b[31m\"x"' "$store/web.json" >"$work/r" && cat "$work/r" >"$store/web.json"
prove "a program's name cannot write to the terminal" eval 'learn 0 report web && ! grep -q "$(printf "\033")" "$work/out"'

# ---- merge --------------------------------------------------------------------------------

fresh
keep db 1 CHOWN:1:1:postgres KILL:1:1:postgres
prove "a merge is a union, with counts and runs added up" eval 'learn 0 merge web db --into both && learn 0 report both && shows "both used CHOWN KILL SETUID; 3 runs, 3 min" && shows "used 6 times: nginx, postgres"'
prove "what was merged stays" learn 0 report web db
prove "a merge over another name is refused" eval 'learn 64 merge web --into db && says "forget it first"'
cp "$store/web.json" "$work/other-web.json"
prove "a file of another machine is merged into the same name" eval 'learn 0 merge web "$work/other-web.json" --into web && learn 0 report web && shows "; 4 runs"'
echo '{' >"$work/none.json"
cp "$store/db.json" "$work/before"
prove "a file that is no record changes nothing" eval 'learn 2 merge db "$work/none.json" --into db && cmp -s "$work/before" "$store/db.json"'
prove "a merge of nothing is status 1, and writes nothing" eval 'learn 1 merge nothing --into x && [ ! -e "$store/x.json" ]'
jq -c '.running = [{token: "00000000000000ff", began: 1, last: 2, over: false, used: []}]' "$store/web.json" >"$work/r" && cat "$work/r" >"$store/web.json"
prove "a run that goes on stays its own in a merge into its name" eval 'learn 0 merge db web --into web && jq -e ".running[0].token == \"00000000000000ff\" and .runs == 5" "$store/web.json" >/dev/null'
long=$(printf '%0130d' 0)
prove "a name that is too long is usage" learn 64 merge web --into "$long"
prove "a name with odd bytes has a file in the store all the same" eval 'learn 0 merge db --into "../../etc/Ä x" && learn 0 report "../../etc/Ä x" && [ "$(ls "$store" | grep -c Ä)" = 0 ] && [ -e "$store/%2E.%2F..%2Fetc%2F%C3%84%20x.json" ]'

# ---- forget -------------------------------------------------------------------------------

fresh
echo '{"version":1,"image":"web","needed":[],"finished":true}' >"$store/web.proof.json"
keep db 1 KILL:1:1:x
prove "forget removes record and result, and nothing else" eval 'learn 0 forget web && [ "$(ls "$store")" = db.json ]'
prove "what is not there cannot be forgotten" learn 1 forget web
touch "$store/README"
prove "forget --all leaves what is not its own" eval 'learn 0 forget --all && [ "$(ls "$store")" = README ]'

# ---- disks and death ----------------------------------------------------------------------

fresh
mkdir "$work/small"
mount -t tmpfs -o size=8k,mode=755 tmpfs "$work/small"
cp "$store/web.json" "$work/small/"
chmod 600 "$work/small/web.json"
head -c 4096 /dev/zero >"$work/small/full"
store=$work/small
cp "$store/web.json" "$work/before"
prove "a full disk loses nothing, and leaves nothing" eval 'learn 2 merge web "$work/before.json" --into web || learn 2 merge web "$work/other-web.json" --into web; cmp -s "$work/before" "$store/web.json" && [ "$(ls -A "$store" | tr "\n" " ")" = "full web.json " ]'
umount "$work/small"
store=$work/store
# Killed after each of its calls: the old record is there, or the new one.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	fresh
	cp "$store/web.json" "$work/old.json"
	learn 0 merge web "$work/old.json" --into web
	cp "$store/web.json" "$work/new.json"
	half=
	for call in openat write fsync renameat fchmod close; do
		for n in 1 2 3 4 5 6; do
			cp "$work/old.json" "$store/web.json"
			{ strace -qq -o /dev/null -e trace=$call -e inject=$call:signal=KILL:when=$n "$capgate" learn merge web "$work/old.json" --into web --store "$store"; } >/dev/null 2>&1
			cmp -s "$store/web.json" "$work/old.json" || cmp -s "$store/web.json" "$work/new.json" || half="$half $call:$n"
			learn 0 report web || half="$half $call:$n(report)"
		done
	done
	none "a process that is killed at any call leaves the old record or the new one" "$half"
	learn 0 merge web "$work/old.json" --into web
	prove "what it left behind goes with the next" eval '[ "$(ls -A "$store")" = web.json ]'
else
	skip "killed at each call: no strace"
fi

finish "kept"
