#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Pipelines that judge files: the steps of the GitHub action as GitHub executes them, the
# hook of pre-commit run by pre-commit itself, and the image of the static program.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
capgate=${CAPGATE:-$top/build/capgate}
work=$(mktemp -d)
trap 'cd /; rm -rf --one-file-system "$work"' EXIT
prove() { if "${@:2}" >"$work/out" 2>&1; then ok; else not_ok "$1"; tail -15 "$work/out" | sed 's/^/  # /'; fi; }
gives() { # STATUS COMMAND...
	local status=0
	"${@:2}" || status=$?
	[ $status -eq "$1" ] || { echo "status $status"; return 1; }
}
mkdir "$work/bin"
ln -s "$capgate" "$work/bin/capgate"
export PATH="$work/bin:$PATH" HOME="$work/home" XDG_CACHE_HOME="$work/cache"
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@t.invalid GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@t.invalid GIT_CONFIG_GLOBAL=/dev/null

# A repository with a good file, beside which a bad one is put.
git init -q "$work/repo"
cd "$work/repo" || exit 1
printf '{"version":1}' >"$work/policy.json"
chmod 600 "$work/policy.json"
cat >compose.yaml <<'END'
services:
  web:
    image: nginx
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
END
echo 'no container is described here' >README
bad() { printf 'services:\n  tool:\n    image: x\n    cap_add: [SYS_ADMIN]\n' >"compose-debug.yml"; }
good() { rm -f compose-debug.yml; }

# ---- The action ---------------------------------------------------------------------------
action() { "$here/action.py" "$top/contrib/github-action" policy="$work/policy.json" "$@"; }
# said REGEX: the last command printed such a line.
said() { grep -Eq "$1" "$work/out" && ok || { not_ok "printed: $1"; tail -5 "$work/out"; }; }
unsaid() { ! grep -Eq "$1" "$work/out" && ok || { not_ok "not printed: $1"; tail -5 "$work/out"; }; }
echo '{"port": 8080}' >config.json # an application's
mkdir deploy
printf 'apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n' >deploy/service.yaml
printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n' >deploy/template.yaml
prove "a repository of good files passes the action" gives 0 action
said '^::notice file=compose.yaml,'
said '^::notice file=deploy/template.yaml::a template'
unsaid 'service.yaml|config.json|README'
bad
prove "a bad file fails it" gives 1 action
said '^::error file=compose-debug.yml,line=4.*SYS_ADMIN'
unsaid '^::error file=compose.yaml'
prove "the step fails with a SARIF file wanted, too" gives 1 action sarif=result.sarif
prove "which is one by its schema" "$here/validate.py" "$here/schemas/sarif-2.1.0.json" result.sarif
prove "and names the file" grep -q '"uri":"compose-debug.yml"' result.sarif
rm result.sarif
prove "paths that are named are judged, and no others" gives 0 action paths="compose.yaml"
prove "a bad manifest in a directory fails it" sh -c 'printf "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: x\n    securityContext: {capabilities: {add: [NET_RAW]}}\n" >deploy/pod.yaml'
prove "with its directory named" gives 1 action paths=deploy
said '^::error file=deploy/pod.yaml,.*NET_RAW'
rm deploy/pod.yaml
prove "a path that is not there is no success" gives 2 action paths=nowhere
prove "nor is a directory without containers" gives 2 action paths=deploy
said '^::error::no file in deploy describes a container'
good
prove "a policy that is not there is no success" gives 2 action policy="$work/none.json"
prove "what is in an input is no command" gives 2 action paths='$(touch${IFS}made) ;touch made'
prove "and none was executed" test ! -e made
# All that is in /usr/bin, but for one that is installed here.
mkdir "$work/bare" && ln -s /usr/bin/* "$work/bare" && rm -f "$work/bare/capgate"
PATH=$work/bare prove "without capgate it is no success" gives 2 "$here/action.py" "$top/contrib/github-action"
said '^::error::capgate is not installed'

# ---- pre-commit ----------------------------------------------------------------------------
if command -v pre-commit >/dev/null; then
	git init -q "$work/hooks"
	cp "$top/.pre-commit-hooks.yaml" "$work/hooks"
	git -C "$work/hooks" add -A && git -C "$work/hooks" commit -qm hooks
	prove "pre-commit takes the definition" pre-commit validate-manifest "$work/hooks/.pre-commit-hooks.yaml"
	cat >.pre-commit-config.yaml <<-END
		repos:
		  - repo: $work/hooks
		    rev: $(git -C "$work/hooks" rev-parse HEAD)
		    hooks:
		      - id: capgate
		        args: [--policy, $work/policy.json]
	END
	prove "pre-commit is installed in the repository" pre-commit install
	git add -A
	prove "a commit of good files goes through" git commit -qm good
	bad
	git add -A
	prove "a commit of a bad one does not" sh -c '! git commit -qm bad'
	said SYS_ADMIN
	prove "files of other names are left alone" sh -c 'git rm -qf compose-debug.yml && echo "cap_add: [SYS_ADMIN]" >notes.txt && git add -A && git commit -qm notes'
else
	skip "pre-commit is not here"
fi

# ---- The image -------------------------------------------------------------------------------
# static_programs DIRECTORY: the objects are those of the other programs, so that only
# linking is left where their directory is the one that is built in.
static_programs() {
	local built status=0
	built=$(dirname "$capgate")
	mkdir "$1"
	(cd "$built" && cp -a lib hook ./*.h .FLAGS_STAMP .PATHS_STAMP libcapgate.a generate "$1" &&
		cp -a .MUSL_STAMP "$1" && { [ ! -d musl ] || cp -a musl "$1"; }) || return 1
	mount --bind "$1" "$built" || return 1
	make -s -C "$top" -j2 STATIC=1 O="$(basename "$built")" "$(basename "$built")/capgate" "$(basename "$built")/capgate-hook" || status=$?
	umount "$built"
	return $status
}
# image STATIC-BUILD: as contrib/Containerfile says; without a network, and only
# what it copies is in the context.
image() {
	local context=$work/context
	mkdir -p "$context/build-static"
	cp "$1"/capgate "$1"/capgate-hook "$context/build-static/"
	"${p[@]}" build --network none -q -f "$top/contrib/Containerfile" -t capgate "$context"
}
if [ -n "$own_machine" ] && command -v podman >/dev/null && command -v buildah >/dev/null; then
	mountpoint -q /sys/fs/cgroup/unified && umount /sys/fs/cgroup/unified
	printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\nnetns = "none"\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\n' >"$work/containers.conf"
	export CONTAINERS_CONF=$work/containers.conf
	p=(podman --root "$work/p/root" --runroot "$work/p/runroot" --tmpdir "$work/p/tmp" --storage-driver vfs)
	prove "the static programs can be linked" static_programs "$work/static"
	prove "the image is built without a network" image "$work/static"
	bad
	in_image() { "${p[@]}" run --rm --cap-drop all --read-only -v "$PWD:/src:ro" -v "$work/policy:/etc/capgate:ro" capgate "$@"; }
	mkdir -m 755 "$work/policy" && install -m 644 "$work/policy.json" "$work/policy/policy.json"
	prove "as a user without capabilities it judges files" gives 1 in_image check /src/compose.yaml /src/compose-debug.yml
	said compose-debug.yml
	unsaid 'compose.yaml.*refused'
	good
	prove "good ones pass" gives 0 in_image check /src/compose.yaml
	prove "it judges what comes from standard input" sh -c '"$@" <compose.yaml' - "${p[@]}" run --rm -i capgate check -
	prove "it holds both programs" "${p[@]}" run --rm --entrypoint /capgate-hook capgate --version
else
	skip "the image: root, podman and buildah are needed"
fi
finish "pipelines"
