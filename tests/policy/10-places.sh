# SPDX-License-Identifier: Apache-2.0
# Places, and how files come together.
clean
judge 0 < <(spec '"CAP_NET_RAW","CAP_KILL"')
prove "without any file the embedded policy takes NET_RAW out" loses NET_RAW
prove "and keeps what Docker gives otherwise" keeps CAP_KILL
shown() { "$capgate" policy show "$@" >"$work/out" 2>"$work/err"; }
line() { grep -qE "^$1  *$2  *# $3\$" "$work/out"; } # FIELD VALUE FILE: policy show has it
shown
prove "the embedded policy is cis-docker, enforce, rewrite" eval \
	'line profile cis-docker "built in" && line mode enforce "built in" && line action rewrite "built in"'

echo '{"version":1,"allow":["NET_RAW"]}' | put "$vendordir/policy.json"
judge 0 < <(spec '"CAP_NET_RAW"')
prove "the vendor's file counts" keeps NET_RAW
echo '{"version":1,"action":"reject","deny":["NET_RAW"]}' | put "$policydir/policy.json"
prove "the administrator's file comes over it, and deny wins" judge 10 < <(spec '"CAP_NET_RAW"')
prove "it is named in the refusal" says "$policydir/policy.json"
echo '{"version":1,"action":"rewrite"}' | put "$policydir/policy.d/10-a.json"
prove "drop-ins come over that" judge 0 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.d/20-b.json"
for odd in 30-not-json.txt .hidden.json 40.json~ '#50.json#' 60.json.rpmsave 70.json.dpkg-old 80.JSON .json json; do
	echo '{"version":1,"action":' | put "$policydir/policy.d/$odd"
done
prove "in the order of their names, and only *.json" judge 10 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"deny":["KILL"]}' | put "$policydir/policy.d/typo.jsn"
: >"$policydir/policy.d/.hidden"
"$capgate" policy check >"$work/out" 2>"$work/err"; got=$?
prove "policy check names those that are not read" eval '[ $got -le 1 ] && says "policy.d/typo.jsn is not read" && ! says ".hidden"'
rm "$policydir/policy.d/typo.jsn" "$policydir/policy.d/.hidden"
shown
prove "policy show says where the action comes from" line action reject "$policydir/policy.d/20-b.json"
prove "and each name" line allow NET_RAW "$vendordir/policy.json"
prove "and what is denied" line deny NET_RAW "$policydir/policy.json"
prove "and what is built in" line mode enforce "built in"
echo '{"version":1,"mode":"audit","profile":"none","allow":["KILL"],"deny":["KILL","CHOWN"]}' | put "$policydir/policy.d/30 odd näme.json"
shown
prove "lists append" eval 'line deny NET_RAW "$policydir/policy.json" && line deny CHOWN "$policydir/policy.d/30 odd näme.json"'
prove "other fields are those of the last file that has them" eval \
	'line mode audit "$policydir/policy.d/30 odd näme.json" && line profile none "$policydir/policy.d/30 odd näme.json" &&
	line action reject "$policydir/policy.d/20-b.json"'
prove "every line but the last two names its file" [ "$(grep -c '# ' "$work/out")" = "$(sed '/^$/,$d' "$work/out" | wc -l)" ]
echo '{"version":1,"mode":"enforce","allow":["KILL"]}' | put "$policydir/policy.d/99.json"
prove "what one file denies, no later file allows" judge 11 < <(spec '"CAP_KILL"')
mkdir "$policydir/policy.d/dir.json"
prove "a directory among them stops every container" judge 20 < <(spec '')
rmdir "$policydir/policy.d/dir.json"; mkfifo "$policydir/policy.d/fifo.json"
prove "so does a FIFO, which is not waited for" timeout 300 bash -c "! '$capgate' createRuntime </dev/null 2>/dev/null"
rm "$policydir/policy.d/fifo.json"; : | put "$policydir/policy.d/empty.json"
prove "so does an empty file" judge 20 < <(spec '')
prove "with its place" says "$policydir/policy.d/empty.json:1:1"
rm "$policydir/policy.d/empty.json"
{ echo '{"version":1}'; head -c 10000000 /dev/zero | tr '\0' ' '; } | put "$policydir/policy.d/large.json"
prove "so does one of ten megabytes, which says the limit" eval 'judge 20 < <(spec "") && says "larger than 1048576 bytes"'

echo '{"version":1,"allow":["NET_RAW"]}' | put "$work/alone.json"
judge 0 --policy "$work/alone.json" < <(spec '"CAP_NET_RAW"')
prove "--policy replaces all of them, broken ones too" keeps NET_RAW

# ---- The language ------------------------------------------------------------
clean
put "$policydir/policy.json" <<'JSON'
// Names in any case,
{ "version": 1, /* with or without CAP_ */ "profile": "none",
  "allow": ["net_raw", "CAP_KILL", "cap_chown", "Setuid"] }
JSON
judge 0 < <(spec '"CAP_NET_RAW","CAP_KILL","CAP_CHOWN","CAP_SETUID","CAP_FOWNER"')
prove "comments of both kinds are read" keeps CAP_KILL
prove "names may be in any case, with or without CAP_" eval 'keeps CAP_NET_RAW && keeps CAP_CHOWN && keeps CAP_SETUID'
prove "profile none is empty" loses FOWNER
for all in ALL all All; do echo '{"version":1,"allow":["'$all'"]}' | put "$policydir/policy.json"; shown; done
prove "ALL is all of them, in any case" [ "$(grep -c '^allow ' "$work/out")" = 41 ]
echo '{"version":1,"allow":["ALL"],"deny":["ALL"]}' | put "$policydir/policy.json"
judge 0 < <(spec '"CAP_KILL"')
prove "deny of ALL leaves nothing" loses CAP_KILL
prove "what is no JSON is refused" eval 'echo "{version:1,}" >"$work/j5"; ! "$capgate" policy check "$work/j5" >/dev/null 2>&1'

profiles() {
	"$capgate" policy list | while read -r name count _ && read -r caps; do
		echo "$name $count $caps"
	done
}
docker='CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE'
put "$work/pinned" <<EOF
cis-docker (13): $docker SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP
docker-default (14): ${docker} NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP
podman-default (11): $docker SYS_CHROOT SETFCAP
crio-default (9): $docker
pss-baseline (13): $docker SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP
pss-restricted (1): NET_BIND_SERVICE
agent-sandbox (1): DAC_OVERRIDE
web-service (7): CHOWN DAC_OVERRIDE KILL SETGID SETUID NET_BIND_SERVICE SYS_CHROOT
none (0): none
all (41): all
EOF
prove "the built-in profiles are these and no others, and have not changed" eval 'profiles | diff "$work/pinned" -'
prove "each says whose list it is" [ "$("$capgate" policy list | grep -cE '^[a-z-]+ \([0-9]+\): [A-Za-z].{10}')" = 10 ]
while read -r name _; do
	echo '{"version":1,"profile":"'"$name"'"}' | put "$policydir/policy.json"
	prove "profile $name can be chosen" judge 0 < <(spec '' '"linux":{}' | sed 's/"process":{/&"noNewPrivileges":true,/')
done <"$work/pinned"

echo '{"version":1,"profile":"agent-sandbox"}' | put "$policydir/policy.json"
"$capgate" policy show >"$work/out"
prove "agent-sandbox denies user namespaces" grep -qE "^user_namespaces +deny .*policy.json" "$work/out"
judge 11 < <(spec '"CAP_DAC_OVERRIDE","CAP_CHOWN"')
prove "a refusal names what keeps it from being rewritten, too" eval 'says "CAP_CHOWN is not allowed" && says "no linux object"'
judge 0 < <(spec '"CAP_DAC_OVERRIDE","CAP_CHOWN"' '"linux":{}')
prove "agent-sandbox requires no_new_privs" eval 'jq -e ".process | .noNewPrivileges and .capabilities.bounding == [\"CAP_DAC_OVERRIDE\"]" "$work/out" >"$work/said"'
echo '{"version":1,"profile":"agent-sandbox","no_new_privileges":"keep"}' | put "$policydir/policy.json"
judge 0 < <(spec '"CAP_DAC_OVERRIDE"' '"linux":{}')
prove "unless the file says otherwise" eval 'jq -e ".process.noNewPrivileges | not" "$work/out" >"$work/said"'
echo '{"version":1}' | put "$policydir/policy.json"
judge 0 < <(spec '"CAP_NET_RAW"')
prove "action rewrite takes out where it can" loses NET_RAW
spec '"CAP_NET_RAW"' >"$work/in"
prove "and refuses elsewhere" eval '"$capgate" createRuntime <"$work/in" 2>/dev/null; [ $? -eq 10 ]'
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.json"
prove "action reject refuses everywhere" eval 'judge 10 <"$work/in"; a=$?; "$capgate" createRuntime <"$work/in" 2>/dev/null; [ $a$? = 010 ]'

# ---- Limits and confinement ------------------------------------------------------
for bytes in 1023 67108865 0 -1 1e6 4096.0 '"4096"'; do
	echo '{"version":1,"limits":{"bytes":'"$bytes"'}}' | put "$policydir/policy.json"
	prove "limits.bytes is no $bytes" judge 20 < <(spec '')
done
padded() { spec '' | sed 's/}$//'; printf ',"x":"'; head -c "$1" /dev/zero | tr '\0' x; printf '"}'; } # BYTES more
echo '{"version":1,"limits":{"bytes":1024}}' | put "$policydir/policy.json"
more=$((1024 - $(padded 0 | wc -c)))
prove "a specification of just the limit is judged" judge 0 < <(padded $more)
prove "and one of a byte more is not" judge 21 < <(padded $((more + 1)))
echo '{"version":1}' | put "$policydir/policy.json"
more=$((4194304 - $(padded 0 | wc -c)))
prove "without a limit it is four mebibytes" eval 'judge 0 < <(padded $more) && judge 21 < <(padded $((more + 1)))'

# A kernel that will not confine anybody.
unconfinable() { # COMMAND...
	python3 - "$@" <<'PY'
import ctypes, os, sys
lib = ctypes.CDLL("libseccomp.so.2")
lib.seccomp_init.restype = ctypes.c_void_p
rules = ctypes.c_void_p(lib.seccomp_init(0x7fff0000))
for call in (b"seccomp", b"prctl"):
    lib.seccomp_rule_add(rules, 0x00050001, lib.seccomp_syscall_resolve_name(call), 0)
os.dup2(os.open(os.environ["INPUT"], os.O_RDONLY), 0)
lib.seccomp_load(rules)
os.execv(sys.argv[1], sys.argv[1:])
PY
}
spec '"CAP_KILL"' >"$work/in"
export INPUT="$work/in"
# A build for sanitizers or coverage does not confine itself, and says so.
if ! "$capgate" precreate <"$work/in" 2>&1 >/dev/null | grep -q "NOT CONFINED"; then
	unconfinable "$capgate" precreate >"$work/out" 2>"$work/err"
	prove "where confinement is required and impossible no container starts" [ $? -eq 22 ]
	echo '{"version":1,"confinement":"best-effort"}' | put "$policydir/policy.json"
	unconfinable "$capgate" precreate >"$work/out" 2>"$work/err"
	prove "with best-effort it goes on" eval '[ $? -eq 0 ] && keeps CAP_KILL'
	prove "and one line says what is missing" eval '[ "$(grep -c "confined in part.*missing: " "$work/err")" = 1 ]'
	prove "as does the log" last '.confinement == "partial"'
else
	prove "where confinement is required and impossible no container starts" true
	prove "with best-effort it goes on" true
	prove "and one line says what is missing" true
	prove "as does the log" true
fi

# ---- What is left to the kernel --------------------------------------------------
cp "$(command -v id)" "$work/setuid-id"; chmod 4755 "$work/setuid-id"
unprivileged() { setpriv --reuid 1234 --regid 1234 --clear-groups "$@" "$work/setuid-id" -u; }
prove "a set-user-ID program gives nothing under no_new_privs" eval '[ "$(unprivileged)" = 0 ] && [ "$(unprivileged --no-new-privs)" = 1234 ]'
echo '{"version":1,"no_new_privileges":"require"}' | put "$policydir/policy.json"
judge 0 < <(spec '"CAP_KILL"')
prove "no_new_privileges is put in where it can be" keeps '"noNewPrivileges":true'
prove "and is refused elsewhere" eval '"$capgate" createRuntime < <(spec "\"CAP_KILL\"") 2>/dev/null; [ $? -eq 11 ]'
echo '{"version":1}' | put "$policydir/policy.json"
judge 0 < <(spec '"CAP_KILL"')
prove "and left alone by default" loses noNewPrivileges
spec '"CAP_NET_RAW"' '"linux":{"namespaces":[]}' >"$work/config.json"
"$capgate" check "$work/config.json" >"$work/out" 2>&1
prove "check says why no sysctl is put in" grep -qi "network" "$work/out"
