# SPDX-License-Identifier: Apache-2.0
# Audit mode in every door: decided, logged, nothing changed, status 0.
clean
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.json"
spec '"CAP_NET_RAW", "CAP_BPF" ' >"$work/in"
judge 0 <"$work/in"
prove "audit mode hands on the same bytes" cmp -s "$work/in" "$work/out"
prove "and logs what it would have done" last '.mode == "audit" and .verdict == "strip" and .status == 0'
for stage in prestart createRuntime createContainer; do
	"$capgate" $stage <"$work/in" >"$work/out" 2>"$work/err"
	prove "in audit mode $stage lets everything through" [ $? -eq 0 ]
	prove "and logs it" last '.mode == "audit" and .verdict == "refuse" and .stage == "'$stage'" and .removed.bounding == ["CAP_NET_RAW","CAP_BPF"]'
	printf '{"id":"gone","pid":7,"status":"creating","bundle":"%s/nowhere"}' "$work" | "$capgate" $stage 2>"$work/err"
	prove "so does it what cannot be read" [ $? -eq 0 ]
	prove "which is logged with its id" last '.mode == "audit" and .verdict == "refuse" and .id == "gone" and (.reason | contains("nowhere"))'
	printf 'nonsense' | "$capgate" $stage 2>"$work/err"
	prove "and what is no JSON" [ $? -eq 0 ]
done
printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW"],"bounding":[]}}}' >"$work/in"
judge 0 <"$work/in"
prove "what is ambiguous goes on" cmp -s "$work/in" "$work/out"
padded 5000000 >"$work/in"
judge 0 <"$work/in"
prove "a call with a larger file is passed on" cmp -s "$work/in" "$work/out"
prove "but more than 64 MiB cannot be handed on" judge 21 < <(padded 67108864)
sleep 60 & held=$!
disown $held
poststart() { printf '{"id":"p","pid":%s,"status":"running","bundle":"%s/nowhere"}' $held "$work" | "$capgate" poststart 2>"$work/err"; }
poststart
prove "in audit mode poststart kills nobody" eval '[ $? -eq 0 ] && kill -0 $held'
prove "and says whom it would have killed" eval 'says "would kill process $held" && last ".mode == \"audit\" and .stage == \"poststart\" and .verdict == \"refuse\""'
echo '{"version":1,"runtimes":{"capgate-runtime":"'"$work"'/fake"}}' | put "$policydir/runtime.json"
spec '"CAP_SYS_ADMIN","CAP_NET_RAW"' >"$work/bundle/config.json"; cp "$work/bundle/config.json" "$work/in"; rm -f "$work/ran"
for command in create run restore; do
	wrapper $command --bundle "$work/bundle" c-$command
	prove "in audit mode the wrapper's $command goes on as it came" eval \
		'[ "$(tail -n 1 "$work/ran")" = "$command --bundle $work/bundle c-$command" ] && cmp -s "$work/in" "$work/bundle/config.json"'
	# Of a checkpoint that is not there nothing is known.
	prove "and is logged" last '.mode == "audit" and .stage == "'$command'" and .id == "c-'$command'" and .status == 0 and
		.verdict == (if .stage == "restore" then "refuse" else "strip" end)'
done
echo '{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}' >"$work/process.json"
wrapper exec --process "$work/process.json" c-run
prove "so does its exec" eval '[ "$(tail -n 1 "$work/ran")" = "exec --process $work/process.json c-run" ] && last ".stage == \"exec\" and .mode == \"audit\""'
rm "$policydir/policy.json"
poststart
prove "in enforce mode poststart kills" eval 'for _ in $(seq 3000); do kill -0 $held 2>/dev/null || break; sleep 0.02; done; ! kill -0 $held 2>/dev/null'
prove "in enforce mode the wrapper rewrites" eval 'wrapper create --bundle "$work/bundle" c2 && ! grep -q CAP_ "$work/bundle/config.json" && last ".verdict == \"strip\" and .mode == \"enforce\""'
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.json"; cp "$work/in" "$work/bundle/config.json"; rm "$work/ran"
prove "and with action reject refuses" eval '! wrapper create --bundle "$work/bundle" c3 && [ ! -e "$work/ran" ] && cmp -s "$work/in" "$work/bundle/config.json"'
"$capgate" precreate --dry-run <"$work/in" >"$work/out" 2>"$work/err"
prove "a dry run changes nothing and says what would be" eval '[ $? -eq 0 ] && cmp -s "$work/in" "$work/out" && says "would refuse" && last ".mode == \"dry-run\""'
