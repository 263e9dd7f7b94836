# SPDX-License-Identifier: Apache-2.0
# Users who are not root: their own file takes away, and gives nothing.
clean
mkdir -p "$work/home/.config/capgate" /run/user/1234
chown 1234 /run/user/1234; chmod 700 /run/user/1234
own="$work/home/.config/capgate/policy.json"
echo '{"version":1,"profile":"all","allow":["NET_RAW"],"deny":["KILL"],"mode":"audit"}' >"$own"
chown -R 1234 "$work/home"
as_user() { # [VARIABLE=VALUE...] [-- ARGUMENT...]: capgate as uid 1234, else precreate
	local variables=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do variables+=("$1"); shift; done
	shift
	[ $# -gt 0 ] || set -- precreate
	setpriv --reuid 1234 --regid 1234 --clear-groups env -i "${variables[@]}" "$capgate" "$@" >"$work/out" 2>"$work/err"
}
as_user XDG_CONFIG_HOME="$work/home/.config" < <(spec '"CAP_NET_RAW","CAP_KILL","CAP_CHOWN"')
prove "a user's own policy does not widen the system's" loses NET_RAW
prove "nor switches it off" [ -s "$work/out" ]
prove "but takes away from it" loses KILL
prove "and leaves the rest" keeps CHOWN
prove "a user's decisions are in a log of their own" eval \
	'tail -n 1 /run/user/1234/capgate/decisions.jsonl | jq -e ".verdict == \"strip\" and .mode == \"enforce\" and .policy == \"$own\"" >/dev/null'
as_user HOME="$work/home" < <(spec '"CAP_KILL"')
prove "it is also found in .config of the user's home" loses KILL
put "$policydir/policy.json" <<'JSON'
{"version":1,"mode":"audit","deny":["KILL"],
 "exemptions":[{"id":"S","match":{"hostname":"h"},"reason":"r","allow":["KILL","NET_RAW"]}]}
JSON
as_user HOME="$work/home" < <(spec '"CAP_KILL","CAP_NET_RAW"' '"hostname":"h"')
prove "what a user denies, no exemption of the system allows, even if the system denies it too" eval 'keeps CAP_KILL && [ "$(jq -c .removed.bounding /run/user/1234/capgate/decisions.jsonl | tail -n 1)" = "[\"CAP_KILL\"]" ]'
put "$own" <<'JSON'
{"version":1,"mode":"enforce","action":"reject","no_new_privileges":"require","limits":{"bytes":2048},"log":{"required":true,"file":"/x","max_bytes":8192},
 "exemptions":[{"id":"U","match":{"hostname":"u"},"reason":"r","allow":["SYS_ADMIN"]}]}
JSON
chown 1234 "$own"
as_user HOME="$work/home" -- policy show
for what in "mode enforce" "action reject" "no_new_privileges require" "limits.bytes 2048" "log.required true"; do
	prove "a user may ask for more: $what" line ${what% *} "${what#* }" "$own"
done
prove "but not log elsewhere" eval 'line log.max_bytes 1048576 "built in" && line log.file /run/capgate/decisions.jsonl "built in"'
prove "nor exempt" eval '! grep -q "exemption.*U:" "$work/out"'
as_user HOME="$work/home" < <(spec '"CAP_SYS_ADMIN"' '"hostname":"u"')
prove "and what they deny is refused" [ $? -eq 11 ]
clean
echo '{"version":1,"deny":["CHOWN"],"nonsense":1}' | put "$own"; chown 1234 "$own"
as_user HOME="$work/home" < <(spec '')
prove "a typo in it stops the user's containers" [ $? -eq 20 ]
chown 0 "$own"; chmod 666 "$own"; as_user HOME="$work/home" < <(spec ''); got=$?
prove "one that others may write does, too" eval '[ $got -eq 20 ] && says "chmod go-w"'
judge 0 < <(spec '"CAP_CHOWN"')
XDG_CONFIG_HOME="$work/home/.config" HOME="$work/home" judge 0 < <(spec '"CAP_CHOWN"')
prove "root does not look at it" keeps CHOWN

# The ways to a home are many, and most users have no policy in theirs.
clean
mkdir -m 711 "$work/homes"; mkdir -p "$work/homes/u/.config/capgate"; ln -s homes "$work/users"
echo '{"version":1,"deny":["KILL"]}' >"$work/homes/u/.config/capgate/policy.json"
chown -R 1234 "$work/homes/u"
as_user HOME="$work/homes/u" < <(spec '"CAP_KILL","CAP_CHOWN"')
prove "a home below a directory that the user may only search" eval 'loses KILL && keeps CHOWN'
as_user HOME="$work/users/u" < <(spec '"CAP_KILL","CAP_CHOWN"')
prove "a home that is reached through a link of the machine's" eval 'loses KILL && keeps CHOWN'
chmod 000 "$work/homes/u/.config/capgate"
as_user HOME="$work/homes/u" < <(spec ''); got=$?
prove "one that the user cannot read is not skipped" eval '[ $got -eq 20 ] && says "Permission denied"'
rm -r "$work/homes/u/.config/capgate"; chmod 777 "$work/homes/u/.config"
mkdir -m 700 "$work/closed"; mkdir "$work/others"; chown 4321 "$work/others"; : >"$work/plain"
for home in "$work/homes/u" "$work/closed" "$work/closed/deeper" "$work/others" "$work/nowhere" "$work/plain" /; do
	as_user HOME="$home" < <(spec '"CAP_KILL"'); got=$?
	prove "no policy of the user's own: ${home#"$work"}" eval '[ $got -eq 0 ] && keeps KILL'
	as_user XDG_CONFIG_HOME="$home" < <(spec '"CAP_KILL"'); got=$?
	prove "nor there: ${home#"$work"}" eval '[ $got -eq 0 ] && keeps KILL'
done

# The store of a user is his, and so is what it says.
clean
put "$policydir/policy.json" <<'JSON'
{ "version": 1, "exemptions": [ { "id": "IMG", "match": { "image": "registry/*" }, "allow": ["NET_RAW"], "reason": "r" } ] }
JSON
rm "$own"
id=3333333333333333333333333333333333333333333333333333333333333333
store="$work/home/storage/overlay-containers"; mkdir -p "$store/$id/userdata"
printf '[{"id":"%s","metadata":"{\\"image-name\\":\\"registry/x\\"}"}]' $id >"$store/containers.json"
spec '"CAP_NET_RAW"' >"$store/$id/userdata/config.json"; chown -R 1234 "$work/home/storage"
as_user HOME="$work/home" -- createRuntime < <(printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' $id "$store/$id/userdata")
prove "a user's own store counts for that user" [ $? -eq 0 ]
"$capgate" createRuntime < <(printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' $id "$store/$id/userdata") 2>/dev/null
prove "and not for root" [ $? -eq 10 ]
# What podman keeps of a container that has ended, in a user's own store.
stopped=$(printf 'e%063d' 40)
store=$work/home/.local/share/containers/storage/overlay-containers
mkdir -p "$store/$stopped/userdata"
spec '"CAP_NET_RAW"' >"$store/$stopped/userdata/config.json"
echo "[{\"id\":\"$stopped\",\"names\":[\"mine\"]}]" >"$store/containers.json"
as_user HOME="$work/home" -- audit --format lines --control 5.4
prove "audit by a user finds the user's stopped containers of podman" grep -q '^CIS-Docker-5.4 FAIL 1 of 1: mine NET_RAW' "$work/out"
"$capgate" audit --cis >"$work/out" 2>"$work/err"
prove "and says to root that it does not look for them" eval '! grep -q "$stopped" "$work/out" && grep -q "^not looked for: stopped containers of other users" "$work/out"'
rm -r "$work/home/.local"
