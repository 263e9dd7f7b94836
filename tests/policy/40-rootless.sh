# SPDX-License-Identifier: Apache-2.0
# Rootless users.
clean
mkdir -p "$work/home/.config/capgate"
echo '{"version":1,"profile":"all","allow":["NET_RAW"],"deny":["KILL"],"mode":"audit"}' >"$work/home/.config/capgate/policy.json"
chown -R 1234 "$work/home"
as_user() { setpriv --reuid 1234 --regid 1234 --clear-groups env -i "$@" "$capgate" precreate >"$work/out" 2>"$work/err"; }
as_user XDG_CONFIG_HOME="$work/home/.config" < <(spec '"CAP_NET_RAW","CAP_KILL","CAP_CHOWN"')
prove "a user's own policy does not widen the system's" loses NET_RAW
prove "nor switches it off" [ -s "$work/out" ]
prove "but takes away from it" loses KILL
prove "and leaves the rest" keeps CHOWN
as_user HOME="$work/home" < <(spec '"CAP_KILL"')
prove "it is found in .config of his home too" loses KILL
echo '{"version":1,"deny":["CHOWN"],"nonsense":1}' >"$work/home/.config/capgate/policy.json"
as_user HOME="$work/home" < <(spec '')
prove "a typo in it stops his containers" [ $? -eq 20 ]
judge 0 < <(spec '"CAP_CHOWN"')
XDG_CONFIG_HOME="$work/home/.config" HOME="$work/home" judge 0 < <(spec '"CAP_CHOWN"')
prove "root does not look at it" keeps CHOWN
