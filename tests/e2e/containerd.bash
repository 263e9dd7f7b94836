# SPDX-License-Identifier: Apache-2.0
# A private containerd below $RIG: its client, its CRI, an image.

load daemon

c() {
	ctr -a "$RIG/containerd.sock" "$@" 3>&- 4>&-
}

# cri_toml: the configuration of a containerd below $RIG whose CRI needs no network, up to its
# table of runtimes; the rest of that table follows from standard input.
cri_toml() {
	cat <<-EOF
		version = 2
		root = "$RIG/root"
		state = "$RIG/state"
		[grpc]
		  address = "$RIG/containerd.sock"
		[ttrpc]
		  address = "$RIG/containerd.sock.ttrpc"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "docker.io/library/bb:latest"
		  disable_apparmor = true
		  restrict_oom_score_adj = true
		  disable_hugetlb_controller = true
		  disable_tcp_service = true
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "$RIG/cni"
		    conf_dir = "$RIG/cni"
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    snapshotter = "native"
	EOF
	cat
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
