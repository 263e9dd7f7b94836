# SPDX-License-Identifier: Apache-2.0
# Trust.
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
chmod 755 "$policydir"; mv "$policydir/policy.json" "$work/target.json"; ln -s "$work/target.json" "$policydir/policy.json"
prove "and one that is a symbolic link" distrusted "symbolic link"
rm "$policydir/policy.json"; mkfifo "$policydir/policy.json"
prove "and one that is no file" distrusted "not a regular file"
clean; echo "$good" | put "$policydir/policy.d/a.json"; chmod 666 "$policydir/policy.d/a.json"
prove "and so with drop-ins" distrusted "policy.d/a.json"
