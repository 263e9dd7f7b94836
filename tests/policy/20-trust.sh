# SPDX-License-Identifier: Apache-2.0
# Who may have written a policy: owners, modes, links, every directory on the way.
good='{"version":1}'
distrusted() { judge 20 < <(spec '') && says "$1"; }
clean; echo "$good" | put "$policydir/policy.json"
chmod 664 "$policydir/policy.json"
prove "a file that its group may write stops every container" distrusted "chmod go-w"
chmod 646 "$policydir/policy.json"
prove "and one that others may write" distrusted "chmod go-w"
chmod 644 "$policydir/policy.json"; chown 1234 "$policydir/policy.json"
prove "and one that somebody else owns" distrusted "not owned by root"
chown 0 "$policydir/policy.json"; chmod 777 "$policydir"
prove "and one in a directory that others may write" distrusted "chmod go-w"
chmod 1777 "$policydir"
prove "and one in a sticky directory, where others can link a file of root's" distrusted "other users may create files in it"
chmod 755 "$policydir"; mv "$policydir/policy.json" "$work/target.json"; ln -s "$work/target.json" "$policydir/policy.json"
prove "and one that is a symbolic link" distrusted "symbolic link"
rm "$policydir/policy.json"; ln -s /nowhere "$policydir/policy.json"
prove "and a symbolic link that leads nowhere" distrusted "symbolic link"
rm "$policydir/policy.json"; mkfifo "$policydir/policy.json"
prove "and one that is no file" distrusted "not a regular file"
clean; echo "$good" | put "$policydir/policy.d/a.json"; chmod 666 "$policydir/policy.d/a.json"
prove "and so with drop-ins" distrusted "policy.d/a.json"
chmod 644 "$policydir/policy.d/a.json"; chmod 775 "$policydir/policy.d"
prove "and with their directory" distrusted "policy.d is not trusted"
chmod 755 "$policydir/policy.d"; mv "$policydir/policy.d" "$policydir/d"; ln -s d "$policydir/policy.d"
prove "and with a link in its place" distrusted "policy.d is not trusted"
prove "a refusal for the policy is logged where the embedded policy logs" last \
	'.status == 20 and .verdict == "refuse" and (.reason | contains("policy.d is not trusted")) and .policy == null'
clean; echo "$good" | put "$vendordir/policy.json"; chmod 666 "$vendordir/policy.json"
prove "and so with the vendor's" distrusted "$vendordir/policy.json is not trusted"

# A file may be written through an access control list, which its mode shows.
acl() { # FILE: user 1234 may write it
	python3 - "$1" <<'PY'
import os, struct, sys
entries = [(0x01, 6, -1), (0x02, 6, 1234), (0x04, 4, -1), (0x10, 6, -1), (0x20, 4, -1)]
value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *e) for e in entries)
os.setxattr(sys.argv[1], "system.posix_acl_access", value)
PY
}
clean; mkdir -p "$work/deep/er/est"; echo "$good" | put "$work/deep/er/est/p.json"
deep() { judge "$1" --policy "$work/deep/er/est/p.json" < <(spec ''); }
prove "a file may lie deep" deep 0
if acl "$work/deep/er/est/p.json" 2>/dev/null; then
	prove "but not one that an access control list lets others write" eval 'deep 20 && says "chmod go-w"'
	echo "$good" | put "$work/deep/er/est/new"; mv "$work/deep/er/est/new" "$work/deep/er/est/p.json"
fi
for dir in "$work/deep/er/est" "$work/deep/er" "$work/deep"; do
	chmod o+w "$dir"; prove "not through ${dir#"$work/"}, when others may write it" eval 'deep 20 && says "$dir is not trusted"'
	chmod 755 "$dir"; chown 1234 "$dir"; prove "nor when somebody else owns it" eval 'deep 20 && says "$dir is not trusted"'
	chown 0 "$dir"
done
chmod 1777 "$work/deep"
prove "a sticky directory above is passed through" deep 0
prove "a name with .. is written out first" judge 0 --policy "$work/deep/../deep/er/est/p.json" < <(spec '')

# What is checked is what is read: the name is exchanged all the time.
clean; echo '{"version":1,"allow":["NET_RAW"]}' >"$policydir/theirs"; chown 1234 "$policydir/theirs"
echo "$good" | put "$policydir/policy.json"
python3 - "$policydir/policy.json" "$policydir/theirs" <<'PY' &
import ctypes, sys
libc = ctypes.CDLL(None)
a, b = (p.encode() for p in sys.argv[1:3])
while libc.renameat2(-100, a, -100, b, 2) == 0:
    pass
PY
swapper=$!
widened=0
for _ in $(seq 150); do
	"$capgate" precreate < <(spec '"CAP_NET_RAW"') 2>/dev/null | grep -q NET_RAW && widened=$((widened + 1))
done
kill $swapper; wait $swapper 2>/dev/null
prove "what is checked is what is read, however fast the name changes" [ $widened = 0 ]
