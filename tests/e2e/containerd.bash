# SPDX-License-Identifier: Apache-2.0
# A containerd of this test's own, below $RIG: its client, its CRI, an image.

load daemon

c() {
	ctr -a "$RIG/containerd.sock" "$@" 3>&- 4>&-
}

# bb.tar: an image of one layer, as docker save writes it.
image() {
	local dir="$RIG/image"
	mkdir -p "$dir/layer"
	tar -C "$RIG/rootfs" -cf "$dir/layer/layer.tar" .
	printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sleep","600"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
		"$(sha256sum <"$dir/layer/layer.tar" | cut -d' ' -f1)" >"$dir/config.json"
	printf '[{"Config":"config.json","RepoTags":["docker.io/library/bb:latest"],"Layers":["layer/layer.tar"]}]' >"$dir/manifest.json"
	tar -C "$dir" -cf "$RIG/bb.tar" manifest.json config.json layer/layer.tar
}

# import [OPTION...]: bb.tar into the store, with these options of ctr.  containerd 2 leaves the
# work to a service that knows no --snapshotter, unless it is told --local.
import() {
	local options=()
	! ctr images import --help | grep -q -e --local || options=(--local)
	c "$@" images import "${options[@]}" --snapshotter native "$RIG/bb.tar" >/dev/null
}

cri() {
	python3 -I "$TOP/tests/e2e/cri.py" "$RIG/containerd.sock" "$@" 3>&- 4>&-
}
