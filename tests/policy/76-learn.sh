# SPDX-License-Identifier: Apache-2.0
# Whose capabilities are recorded.
clean
shown
prove "learn: by default nothing is recorded" line learn off "built in"
echo '{"version":1,"learn":"record","learn_match":[{"hostname":"web-*"}]}' | put "$policydir/policy.json"
echo '{"version":1,"learn_match":[{"image":"registry/db:*","uid":70}]}' | put "$policydir/policy.d/10-db.json"
shown
prove "learn: record is shown with its place, and so is each part of learn_match" eval \
	'line learn record "$policydir/policy.json" && line learn_match "hostname=web-\*" "$policydir/policy.json"'
prove "learn: the lists of two files append" line learn_match "image=registry/db:\* uid=70" "$policydir/policy.d/10-db.json"
spec '' '"hostname":"web-1"' >"$work/web.json"
spec '' '"hostname":"mail"' >"$work/mail.json"
shown --for "$work/web.json"
prove "learn: policy show --for says that one is recorded" grep -qx "learn      recorded" "$work/out"
shown --for "$work/mail.json"
prove "learn: and that another is not, and why" grep -qx "learn      not recorded: nothing in learn_match matches" "$work/out"
"$capgate" explain --spec "$work/web.json" >"$work/out"
prove "learn: explain says it" grep -q "^  learn  *the capabilities that it uses are recorded" "$work/out"
mkdir -p "$work/learn/web" "$work/learn/mail"
cp "$work/web.json" "$work/learn/web/config.json"
cp "$work/mail.json" "$work/learn/mail/config.json"
echo '{"verdict":"pass","learn":true}' | tee "$work/learn/web/expect.json" >"$work/learn/mail/expect.json"
"$capgate" policy test "$work/learn" >"$work/out"; got=$?
prove "learn: policy test expects it, and says what differs" eval '[ $got -eq 1 ] && grep -qx "ok web" "$work/out" && grep -qx "not ok mail: it is not recorded" "$work/out"'
typo() { # FIELDS WHERE WORDS: refused there, with these words
	echo '{"version":1,'"$1"'}' | put "$policydir/policy.d/20-typo.json"
	"$capgate" policy check >"$work/out" 2>"$work/err"
	local got=$?
	rm "$policydir/policy.d/20-typo.json"
	[ $got -eq 2 ] && says "20-typo.json:1:$2: " && says "$3"
}
prove "learn: a word that is none names those that are" typo '"learn":"yes"' 22 'unknown value "yes"; this field is "off" or "record"'
prove "learn: a mistyped field says which was meant" typo '"lern":"record"' 14 '"learn"'
prove "learn: a match of nothing is refused, with what to do" typo '"learn_match":[{}]' 29 'remove "learn_match" to record every container'
prove "learn: a mistyped member of a match says which was meant" typo '"learn_match":[{"imag":"x"}]' 30 '"image"'
prove "learn: a match that is no object is refused" typo '"learn_match":["web"]' 29 "object"
prove "CPP16: learn_match alone records nothing" warns '"learn_match":[{"image":"x"}]' CPP16
rm -r "$work/learn" "$policydir/policy.d/10-db.json"
echo '{"version":1,"learn":"record"}' | put "$policydir/policy.json"
mkdir -p "$work/web"
spec '' >"$work/web/config.json"
echo '{"ociVersion":"1.0.2","id":"x","pid":'$$',"bundle":"'"$work/web"'"}' >"$work/state"
"$capgate" createRuntime <"$work/state" 2>"$work/err"; got=$?
prove "learn: a container that cannot be marked starts, and the log says why" eval '[ $got -eq 0 ] && last ".verdict == \"pass\" and (.learn | startswith(\"not recorded: \"))"'
rm -r "$work/web"
