#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes each reader of documents for itself, from the documents of its kind in tests/inputs.
#   readers.sh DIRECTORY-OF-PROGRAMS WORK [RUNS [READER...]]
# RUNS: executions of each, 100000.  What broke a promise is left in WORK.  Prints a line for
# each reader: executions, edges, features; ends with 1 when one was broken.
set -u
bin=$1 work=$2 runs=${3:-100000}
shift $(($# < 3 ? $# : 3))
here=$(cd "$(dirname "$0")" && pwd)
inputs=$here/../inputs
# reader: the documents that it reads.
readers='
docker		docker-*.json
swarm		swarm-*.json docker-plugin.json
podman		podman-*.json
buildah		buildah*.json
specification	crictl-*.json ctr-*.json nerdctl-*.json
compose		compose*.yaml compose*.json
kubernetes	kubernetes*.json kubernetes*.yaml pod*.json pod*.yaml helm.yaml
quadlet		quadlet*.container quadlet*.pod
systemd		systemd*.service
ecs		ecs*.json
nomad		nomad*.json
cri		cri-*.json
devcontainer	devcontainer*.json
yaml		*.yaml
named		*.txt *.toml *.nomad state*.json unknown.yaml template.yaml cloudformation.json'
mkdir -p "$work"
status=0
while read -r reader files; do
	[ -n "$reader" ] || continue
	case " $* " in *" $reader "* | "  ") ;; *) continue ;; esac
	mkdir -p "$work/$reader" "$work/$reader.seeds"
	# shellcheck disable=SC2086
	(cd "$inputs" && cp $files "$work/$reader.seeds")
	"$bin/fuzz_documents" -runs="$runs" -max_len=4096 -dict="$here/json.dict" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$work/$reader-" -seed=$((RANDOM + 1)) \
		"$work/$reader" "$work/$reader.seeds" >"$work/$reader.out" 2>&1 || { status=1; echo "$reader: broken; see $work/$reader.out"; }
	awk -v r="$reader" '
		/^#[0-9]+/ { for (i = 1; i < NF; i++) { if ($i == "cov:") e = $(i + 1); if ($i == "ft:") f = $(i + 1) } }
		/stat::number_of_executed_units/ { n = $2 }
		END { print r, n, e, f }' "$work/$reader.out"
done <<<"$readers"
exit $status
