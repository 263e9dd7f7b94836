# SPDX-License-Identifier: Apache-2.0
# Images.
clean
id=1111111111111111111111111111111111111111111111111111111111111111
store=/run/graph/overlay-containers
mkdir -p "$store/$id/userdata"
printf '[{"id":"%s","names":["x"],"metadata":"{\\"image-name\\":\\"registry/ping:1\\"}"}]' $id >"$store/containers.json"
chmod 600 "$store/containers.json"
cat <<'JSON' | put "$policydir/policy.json"
{ "version": 1, "exemptions": [ { "id": "IMG", "match": { "image": "registry/*" }, "allow": ["NET_RAW"], "reason": "r" } ] }
JSON
spec '"CAP_NET_RAW"' '"annotations":{"image":"registry/ping:1"}' >"$store/$id/userdata/config.json"
state() { printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' $id "$1" | "$capgate" createRuntime >/dev/null 2>"$work/err"; }
state "$store/$id/userdata"
prove "the image is that of podman's own store" [ $? -eq 0 ]
sed -i s/registry/elsewhere/ "$store/containers.json"; state "$store/$id/userdata"
prove "another image is not exempt, whatever the annotations say" [ $? -eq 10 ]
sed -i s/elsewhere/registry/ "$store/containers.json"; chmod 666 "$store/containers.json"; state "$store/$id/userdata"
prove "a store that others may write is not asked" [ $? -eq 10 ]
