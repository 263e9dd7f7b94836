# SPDX-License-Identifier: Apache-2.0
# Bare runc and crun, with capgate as a hook in config.json.

load rig

setup_file() { rig_up; }
teardown_file() { rig_down; }

NET_RAW=13

@test "the rig can tell: without hooks NET_RAW reaches the container" {
	for rt in runc crun; do
		start $rt "$(bundle open "$(caps CAP_NET_RAW)")"
		[ "$status" -eq 0 ]
		holds $NET_RAW Inh Prm Eff Bnd Amb
	done
}

@test "createRuntime, prestart and createContainer refuse NET_RAW with status 10" {
	for stage in createRuntime prestart createContainer; do
		b=$(bundle "no-$stage" "$(caps CAP_NET_RAW) | $(hooks $stage)")
		start runc "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *"exit status 10"* ]]
		[[ "$output" == *"CAP_NET_RAW is not allowed"* ]]
		[[ "$output" != *"CapEff"* ]]
		start crun "$b"
		[ "$status" -ne 0 ]
		[[ "$output" == *"exit code: 10"* ]]
		[[ "$output" != *"CapEff"* ]]
	done
}

@test "another capability is refused with status 11" {
	b=$(bundle admin "$(caps CAP_SYS_ADMIN) | $(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 11"* ]]
	start crun "$b"
	[[ "$output" == *"exit code: 11"* ]]
}

@test "bounding alone is a grant, and is refused" {
	b=$(bundle bounding '.process.capabilities = {bounding:["CAP_NET_RAW"]} | '"$(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 10"* ]]
}

@test "spellings that only crun understands are refused under both" {
	for odd in cap_net_raw 13 0xd 015 "CAP_NET_RAW "; do
		b=$(bundle odd '.process.capabilities = {bounding:["'"$odd"'"]}')
		start crun "$b"
		holds $NET_RAW Bnd
		b=$(bundle odd '.process.capabilities = {bounding:["'"$odd"'"]} | '"$(hooks createRuntime)")
		start runc "$b"
		[[ "$output" == *"exit status 12"* ]]
		start crun "$b"
		[[ "$output" == *"exit code: 12"* ]]
	done
}

@test "a look-alike key that only runc understands is refused under both" {
	b=$(bundle lookalike "$(hooks createRuntime)")
	sed -i 's/"capabilities"/"capabilitie\xc5\xbf"/' "$b/config.json"
	start runc "$b"
	[[ "$output" == *"exit status 12"* ]]
	start crun "$b"
	[[ "$output" == *"exit code: 12"* ]]
}

@test "absent capabilities are refused, an empty object is not" {
	b=$(bundle absent "del(.process.capabilities) | $(hooks createRuntime)")
	start runc "$b"
	[[ "$output" == *"exit status 10"* ]]
	b=$(bundle empty ".process.capabilities = {} | $(hooks createRuntime createContainer poststart)")
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		[ "$(set_of Bnd)" = 0000000000000000 ]
	done
}

@test "what is allowed starts unchanged with every hook in place" {
	b=$(bundle allowed "$(caps CAP_KILL CAP_CHOWN) | $(hooks prestart createRuntime createContainer poststart)")
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		holds 5 Prm Eff Bnd
		holds 0 Prm Eff Bnd
	done
}

@test "poststart kills a container whose sets exceed the policy" {
	# As if the file had been swapped between the check and the start.
	b=$(bundle late "$(caps CAP_NET_RAW) | .process.args = [\"sleep\", \"20\"] | $(hooks poststart)")
	for rt in runc crun; do
		before=$SECONDS
		start $rt "$b"
		[ "$status" -ne 0 ]
		((SECONDS - before < 10))
	done
}

@test "poststart lets a nested user namespace be" {
	b=$(bundle nested "$(caps CAP_KILL) | .process.noNewPrivileges = false
		| .process.args = [\"unshare\", \"-U\", \"sh\", \"-c\", \"sleep 0.4; echo alive\"]
		| $(hooks poststart)")
	ln -sf busybox "$RIG/rootfs/bin/unshare"
	for rt in runc crun; do
		start $rt "$b"
		[[ "$output" == *alive* ]]
	done
}

@test "a specification rewritten by precreate starts without NET_RAW" {
	b=$(bundle rewritten "$(caps CAP_NET_RAW CAP_KILL)")
	"$CAPGATE" precreate <"$b/config.json" >"$b/new.json"
	mv "$b/new.json" "$b/config.json"
	for rt in runc crun; do
		start $rt "$b"
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds 5 Prm Eff Bnd
	done
}

@test "what runc spec and crun spec write is never refused" {
	d="$RIG/plain"
	for rt in runc crun; do
		rm -rf "$d" && mkdir "$d"
		(cd "$d" && $rt spec)
		"$CAPGATE" precreate <"$d/config.json" >"$d/out.json"
		run "$CAPGATE" createRuntime <"$d/out.json"
		[ "$status" -eq 0 ]
	done
}
