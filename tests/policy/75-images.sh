# SPDX-License-Identifier: Apache-2.0
# Images: what each engine's own store says, and nobody else.
clean
id=1111111111111111111111111111111111111111111111111111111111111111
other=2222222222222222222222222222222222222222222222222222222222222222
put "$policydir/policy.json" <<'JSON'
{ "version": 1, "exemptions": [ { "id": "IMG", "match": { "image": "registry/*" }, "allow": ["NET_RAW"], "reason": "r" } ] }
JSON
listed() { # FILE [ID IMAGE]...: a file of containers/storage
	mkdir -p "$(dirname "$1")"
	local file=$1 n=''
	shift
	{
		while [ $# -gt 0 ]; do
			printf '%s{"id":"%s","names":["x"],"metadata":"{\\"image-name\\":\\"%s\\"}"}' "${n:-[}" "$1" "$2"
			n=, && shift 2
		done
		echo ']'
	} >"$file"
	chmod 600 "$file"
}
bundle() { # DIRECTORY [MORE]: the container id, which asks for NET_RAW
	mkdir -p "$1"
	spec '"CAP_NET_RAW"' "${2:-\"annotations\":{\"image\":\"registry/ping:1\"\}}" >"$1/config.json"
}
state() { printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' $id "$1" | "$capgate" createRuntime >/dev/null 2>"$work/err"; }
exempt() { state "$1"; [ $? -eq 0 ]; }
refused() { state "$1"; [ $? -eq 10 ]; }

store=/run/graph/overlay-containers
listed "$store/containers.json" $other elsewhere/x $id registry/ping:1
bundle "$store/$id/userdata"
prove "the image is that of podman's own store" exempt "$store/$id/userdata"
listed "$store/containers.json" $other registry/ping:1 $id elsewhere/x
prove "another image is not exempt, whatever the annotations say" refused "$store/$id/userdata"
listed "$store/containers.json" $id registry/ping:1
chmod 666 "$store/containers.json"
prove "a store that others may write is not asked" refused "$store/$id/userdata"
chmod 600 "$store/containers.json"; chown 1234 "$store/containers.json"
prove "nor one that is not root's" refused "$store/$id/userdata"
listed "$store/containers.json" $id registry/ping:1; chown 0 "$store/containers.json"; chmod 777 "$store"
prove "nor one in a directory that others may write" refused "$store/$id/userdata"
chmod 755 "$store"; mv "$store/containers.json" /run/graph/real; ln -s /run/graph/real "$store/containers.json"
prove "nor one that is reached through a symbolic link" refused "$store/$id/userdata"
rm "$store/containers.json"
for hostile in '[' '[]' '{}' '[{"id":"'$id'","metadata":"{"}]' '[{"id":"'$id'","metadata":7}]' '[{"id":"'$id'"}]' \
	'[{"id":"'$id'","metadata":"{\"image-name\":[\"registry/x\"]}"}]' \
	'[{"id":"'$other'","metadata":"{\"image-name\":\"registry/x\"}"},{"id":"'$id'","metadata":"{}"}]' \
	'[{"id":"'$id'","metadata":"{\"image-name\":\"elsewhere\"}"}] [{"id":"'$id'","metadata":"{\"image-name\":\"registry/x\"}"}]'; do
	printf '%s' "$hostile" >"$store/containers.json"
	prove "what the store does not say plainly is not known: $hostile" refused "$store/$id/userdata"
done
listed "$store/containers.json" $other elsewhere/x; chmod 644 "$store/containers.json"
listed /run/containers/storage/overlay-containers/volatile-containers.json $id registry/ping:1
prove "podman run --rm is in volatile-containers.json" exempt "$store/$id/userdata"
rm /run/containers/storage/overlay-containers/volatile-containers.json
listed /var/lib/containers/storage/overlay-containers/containers.json $id registry/ping:1
bundle "/run/containers/storage/overlay-containers/$id/userdata"
prove "CRI-O's bundle is below the run root, its store below the graph root" exempt "/run/containers/storage/overlay-containers/$id/userdata"
spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/machine.slice/libpod-'$id.scope'"}' >"$work/in"
judge 0 <"$work/in"
prove "in precreate the container is known by the end of its cgroup" keeps NET_RAW
spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/'$id/libpod-$other.scope'"}' >"$work/in"
judge 0 <"$work/in"
prove "and not by a parent that its author chose" loses NET_RAW
spec '"CAP_NET_RAW"' '"linux":{"namespaces":[{"type":"mount"}]}' '{"destination":"/x","type":"bind","source":"/var/lib/containers/storage/overlay-containers/'$id'/userdata/x"}' >"$work/in"
judge 0 <"$work/in"
prove "nor by what it mounts" loses NET_RAW
bundle /run/containerd/io.containerd.runtime.v2.task/moby/$id
mkdir -p /var/lib/docker/containers/$id
docker_says() { echo '{"ID":"'"$1"'","Config":{"Image":"'"$2"'"}}' | put /var/lib/docker/containers/$id/config.v2.json; }
docker_says $id registry/ping:1
prove "Docker's image is that of its config.v2.json" exempt /run/containerd/io.containerd.runtime.v2.task/moby/$id
docker_says $id elsewhere/ping:1
prove "another is not" refused /run/containerd/io.containerd.runtime.v2.task/moby/$id
docker_says $other registry/ping:1
prove "nor is another container's" refused /run/containerd/io.containerd.runtime.v2.task/moby/$id
rm -r /var/lib/docker/containers/$id
for root in /srv/docker; do
	echo '{"ID":"'$id'","Config":{"Image":"registry/ping:1"}}' | put $root/containers/$id/config.v2.json
	prove "a store that nobody names is not asked: $root" refused /run/containerd/io.containerd.runtime.v2.task/moby/$id
	echo '{"data-root":"/srv/docker"}' | put /etc/docker/daemon.json
	prove "Docker's store elsewhere is found: $root" exempt /run/containerd/io.containerd.runtime.v2.task/moby/$id
	chmod 666 $root/containers/$id/config.v2.json
	prove "not one that others may write: $root" refused /run/containerd/io.containerd.runtime.v2.task/moby/$id
	rm -rf $root /etc/docker/daemon.json
done
spec '"CAP_NET_RAW"' >"$work/in"
shown --for "$work/in"
prove "--for says that it knows no image, and the cure" grep -q 'IMG does not match by image (image not known: give it with --image; ' "$work/out"
shown --for "$work/in" --image elsewhere/x
prove "of a known one that it is another" grep -q 'IMG does not match by image: ' "$work/out"
mkdir -p /var/lib/docker/containers/$id
cri=/run/containerd/io.containerd.runtime.v2.task/k8s.io/$id
kubernetes() { bundle $cri '"annotations":{"io.kubernetes.cri.image-name":"registry/ping:1","io.kubernetes.cri.container-type":"'$1'"}'; }
kubernetes container
prove "under containerd's CRI it is the annotation that containerd writes last" exempt $cri
# Elsewhere a directory may have any name, and an id may be any container's.
for elsewhere in "$work/x$cri" "/run/lock/x/io.containerd.runtime.v2.task/k8s.io/$id" "$cri/io.containerd.runtime.v2.task/k8s.io/$id"; do
	mkdir -p "${elsewhere%%/io.*}" && case $elsewhere in /run/lock/*) chown -R 1234 /run/lock/x ;; esac
	bundle "$elsewhere" '"annotations":{"io.kubernetes.cri.image-name":"registry/ping:1","io.kubernetes.cri.container-type":"container"}'
	case $elsewhere in /run/lock/*) chown -R 1234 /run/lock/x ;; "$cri"/*) chmod 777 "$cri" ;; esac
	prove "a bundle that only looks like containerd's is not: ${elsewhere%/*}" refused "$elsewhere"
done
chmod 755 "$cri"; rm -rf "$cri/io.containerd.runtime.v2.task" /run/lock/x
docker_says $id registry/ping:1
bundle "$work/x/io.containerd.runtime.v2.task/moby/$id"
prove "nor one that only looks like Docker's" refused "$work/x/io.containerd.runtime.v2.task/moby/$id"
bundle "$work/x/overlay-containers/$id/userdata"
chown 1234 "$work/x/overlay-containers"
prove "nor one that only looks like podman's" refused "$work/x/overlay-containers/$id/userdata"
kubernetes sandbox
prove "but of a sandbox, which hands on what its author wrote" refused $cri
bundle /run/containerd/io.containerd.runtime.v2.task/default/$id '"annotations":{"io.kubernetes.cri.image-name":"registry/ping:1","io.kubernetes.cri.container-type":"container"}'
prove "and nowhere else" refused /run/containerd/io.containerd.runtime.v2.task/default/$id

# poststart judges what runs by the same exemptions.
bundle "$store/$id/userdata"; listed "$store/containers.json" $id registry/ping:1
granted() { # the process holds NET_RAW, and lives on when its image is exempt
	capsh --drop="$(capsh --print | sed -n 's/^Bounding set =//p' | tr , '\n' | grep -v cap_net_raw | paste -sd,)" \
		-- -c "exec sleep 60" & local pid=$!
	disown $pid
	for _ in $(seq 3000); do grep -q '^CapEff:	0000000000002000' /proc/$pid/status && break; sleep 0.02; done
	printf '{"id":"%s","pid":%s,"status":"running","bundle":"%s"}' $id $pid "$store/$id/userdata" | "$capgate" poststart 2>"$work/err"
	local status=$?
	kill -KILL $pid 2>/dev/null
	return $status
}
prove "poststart leaves a container alone whose image is exempt" granted
listed "$store/containers.json" $id elsewhere/x
prove "and no other" eval '! granted'
