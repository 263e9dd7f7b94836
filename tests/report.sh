#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The output of `capgate check`: formats, with their schemas; trees; exit statuses;
# rewritten files; interrupted runs.
set -u
. "$(dirname "$0")/tally.sh"
tests=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$tests/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '{"version":1}' >"$work/policy.json"
chmod 600 "$work/policy.json"

# is SENTENCE COMMAND...: passes when the command does.
is() {
	sentence=$1
	shift
	if out=$("$@" 2>&1); then
		ok
	else
		not_ok "$sentence"
		printf '%s\n' "$out"
	fi
}

# status EXPECTED COMMAND...: its exit status, output aside.
status() {
	expected=$1
	shift
	got=0
	"$@" >"$work/stdout" 2>"$work/stderr" || got=$?
	[ $got -eq "$expected" ] || { echo "status $got, not $expected: $*"; cat "$work/stderr"; return 1; }
}

check() { "$capgate" check --policy "$work/policy.json" "$@"; }
has() { grep -qF -- "$1" "$2" || { echo "no '$1' in:"; head -c 2000 "$2"; return 1; }; }

# Every golden case, a missing file, and a name with every kind of byte.
good='{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_KILL"]}}}'
bad='{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_KILL","CAP_NET_RAW"]}}}'
mkdir -p "$work/tree/b/rootfs" "$work/tree/a" "$work/tree/c/deep" "$work/none"
odd=$(printf 'odd %%25 "<&\047>\033[31m\377\nx')
mkdir "$work/tree/$odd"
echo "$good" >"$work/tree/a/config.json"
echo "$bad" >"$work/tree/b/config.json"
echo "$bad" >"$work/tree/b/rootfs/config.json"
echo "$bad" >"$work/tree/c/deep/config.json"
echo "$bad" >"$work/tree/c/other.json"
echo "$bad" >"$work/tree/$odd/config.json"

for f in json sarif junit; do
	check -f $f "$tests/cases" "$work/missing.json" "$work/tree" >"$work/all.$f" 2>/dev/null
done
is "JSON is valid against its schema" "$tests/validate.py" "$tests/schemas/report.schema.json" "$work/all.json"
is "SARIF is valid against the schema of OASIS" "$tests/validate.py" "$tests/schemas/sarif-2.1.0.json" "$work/all.sarif"
is "JUnit is valid against its schema" xmllint --noout --schema "$tests/schemas/junit.xsd" "$work/all.junit"
sed 's/"ruleId"/"ruleIdd"/; s/"level":"error"/"level":"bad"/' "$work/all.sarif" >"$work/broken.sarif"
is "the SARIF schema is able to object" status 1 "$tests/validate.py" "$tests/schemas/sarif-2.1.0.json" "$work/broken.sarif"
is "a result's line and column lead to the entry" python3 - "$work/all.sarif" "$work/tree/b/config.json" <<'EOF'
import json, sys
results = json.load(open(sys.argv[1]))["runs"][0]["results"]
mine = [r for r in results if r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("/b/config.json")
        and r["ruleId"] == "CPG101"]
region = mine[0]["locations"][0]["physicalLocation"]["region"]
line = open(sys.argv[2]).read().splitlines()[region["startLine"] - 1]
assert line[region["startColumn"] - 1:region["endColumn"] - 1] == '"CAP_NET_RAW"', (region, line)
EOF
counts() { python3 - "$work/all.junit" "$work/all.json" <<'EOF'
import json, sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot()
reports = json.load(open(sys.argv[2]))["reports"]
assert len(suites) == len(reports), (len(suites), len(reports))
for s, r in zip(suites, reports):
    cases = s.findall("testcase")
    assert int(s.get("tests")) == len(cases)
    assert int(s.get("failures")) == len(s.findall("testcase/failure"))
    assert int(s.get("errors")) == len(s.findall("testcase/error"))
    assert (r["verdict"] == "pass") == (s.get("failures") == s.get("errors") == "0"), s.get("name")
EOF
}
is "JUnit counts what it holds, and fails what is refused" counts

check -f html "$tests/cases" "$work/missing.json" "$work/tree" >"$work/all.html" 2>/dev/null
page() { python3 - "$work/all.html" "$work/all.json" <<'EOF'
import html.parser, json, sys
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.tags = [], [], [], set()
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        a = dict(attributes)
        assert not any(k.startswith("on") or k in ("src", "style") for k in a), a
        if "id" in a: self.ids.append(a["id"])
        if tag == "a": self.links.append(a["href"])
        if tag not in ("meta", "br"): self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (self.open[-5:], tag, self.getpos())
        self.open.pop()
page, text = Page(), open(sys.argv[1], encoding="utf-8").read()
page.feed(text)
assert not page.open and "script" not in page.tags and "img" not in page.tags, page.tags
assert "http" not in text.replace("http-equiv", ""), "it would fetch something"
assert page.links == ["#" + i for i in page.ids]
assert len(page.ids) == len(set(page.ids)) == len(json.load(open(sys.argv[2]))["reports"])
EOF
}
is "the HTML page is well formed, alone and without scripts, a section each" page
is "HTML shows a file name as text" has "&lt;&amp;&#39;&gt;" "$work/all.html"

check -f github "$work/tree/$odd/config.json" >"$work/github" 2>&1
is "a GitHub command is one line, whatever the file is called" sh -c '! grep -v "^::" "$1"' - "$work/github"
is "a GitHub property has no bare colon, comma or escape" sh -c '! grep -P "[\x1b]|^::[a-z]+ file=[^,]*:[^:]" "$1"' - "$work/github"
check "$work/tree" >"$work/table" 2>&1
is "a table shows no escape sequence of a file name" sh -c '! grep -qP "\x1b" "$1"' - "$work/table"
check "$tests/cases/net-raw-first" >"$work/one-matter" 2>&1
is "a table shows a capability of several sets once" sh -c '[ "$(grep -c CPG101 "$1")" = 1 ]' - "$work/one-matter"
is "with the names of all of them" has "also in effective, inheritable, permitted, ambient" "$work/one-matter"
is "a table ends with counts by rule" has "CPG101  net-raw                in 3" "$work/table"

check -f jsonl "$work/tree" 2>/dev/null | jq -r .file >"$work/files"
is "a tree is every config.json but the images' own, in order" \
	sh -c '[ "$(sed "s,.*/tree/,,; 3q" "$1" | tr "\n" " ")" = "a/config.json b/config.json c/deep/config.json " ] && [ "$(wc -l <"$1")" -ge 4 ] && ! grep -q rootfs "$1"' - "$work/files"
is "a directory without any is a finding" status 2 check "$work/none"
is "and is said to be one" has "no config.json in or below it" "$work/stdout"
# 70 directories within each other, a specification in the 66th and in the last.
deep=$work/deep$(printf '/d%.0s' $(seq 70))
mkdir -p "$deep"
echo "$good" >"$deep/config.json"
echo "$good" >"$work/deep$(printf '/d%.0s' $(seq 65))/config.json"
echo "$good" >"$work/deep/config.json"
is "what is too deep to be looked into is not clean" status 2 check "$work/deep"
is "and said so" has "deeper than 64" "$work/stdout"
mkdir -p "$work/odd/loop" "$work/odd/ok"
ln -s .. "$work/odd/loop/up"
ln -s /dev/zero "$work/odd/loop/config.json"
mkfifo "$work/odd/config.json"
echo "$good" >"$work/odd/ok/config.json"
is "loops of links, devices and FIFOs end, and are reported" status 2 check -f json "$work/odd" /proc/self/status
is "as unreadable" [ "$(jq -c '[.reports[] | [.verdict, .error.rule]]' "$work/stdout")" = \
	'[["refuse","CPG306"],["refuse","CPG306"],["pass",null],["refuse","CPG318"]]' ]
is "an unreadable file does not end the run" status 2 check "$work/missing.json" "$work/tree/a"
is "what is named is judged, whatever it is called" status 1 check "$work/tree/c/other.json"
is "a clean tree is status 0" status 0 check "$work/tree/a"
is "findings are status 1" status 1 check "$work/tree/b"
is "a threshold above the findings is status 0" status 0 check --exit-threshold critical "$work/tree/b"
is "a threshold at the findings is status 1" status 1 check --exit-threshold high "$work/tree/b"
is "a copy elsewhere does not make a finding go away" status 1 check --exit-threshold high --fix "$work/copies" "$work/tree/b"
is "a threshold below makes notes count" status 1 check --exit-threshold note "$work/tree/a"
is "an unknown threshold is a usage error" status 64 check --exit-threshold worst "$work/tree/a"
is "an unknown format is a usage error" status 64 check -f yaml "$work/tree/a"

# Colour and width.
is "no terminal, no colour" sh -c '! "$1" check --policy "$2" "$3" | grep -qP "\x1b"' - "$capgate" "$work/policy.json" "$work/tree/b/config.json"
on_terminal() { # COLUMNS ENV...
	python3 - "$@" "$capgate" check --policy "$work/policy.json" "$work/tree/b/config.json" <<'EOF'
import fcntl, os, pty, struct, sys, termios
columns, env, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execve(command[0], command, dict([env.split("=")], TERM="xterm",
              ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "")))
out = b""
try:
    while chunk := os.read(fd, 65536):
        out += chunk
except OSError:
    pass
os.waitpid(pid, 0)
sys.stdout.buffer.write(out)
EOF
}
on_terminal 72 A=1 >"$work/tty"
on_terminal 72 NO_COLOR=1 >"$work/tty-plain"
is "colour on a terminal" sh -c 'grep -qP "\x1b\[" "$1"' - "$work/tty"
is "no colour under NO_COLOR" sh -c '! grep -qP "\x1b" "$1"' - "$work/tty-plain"
is "findings are broken at the terminal's width" python3 -c '
import sys
wide = [l for l in open(sys.argv[1]).read().replace("\r", "").split("\n")[1:] if len(l) > 72]
sys.exit("\n".join(wide) if wide else 0)' "$work/tty-plain"

# Rewriting.
cp -r "$work/tree" "$work/before"
is "--fix leaves the originals alone and exits 1" status 1 check --fix "$work/fixed" "$work/tree"
is "--fix changes nothing in place" diff -r "$work/before" "$work/tree"
is "--fix writes copies that pass" status 0 check "$work/fixed"
is "--fix writes only what changed" sh -c '! find "$1" -path "*/a/config.json" | grep -q .' - "$work/fixed"
is "--fix does not write over what is there" status 2 check --fix "$work/fixed" "$work/tree"
"$capgate" precreate --policy "$work/policy.json" <"$work/tree/b/config.json" >"$work/precreate.json"
is "a copy is what precreate writes" cmp "$work/fixed$work/tree/b/config.json" "$work/precreate.json"
chmod 640 "$work/tree/b/config.json"
chown 12:34 "$work/tree/b/config.json" 2>/dev/null
before=$(stat -c '%a %u %g' "$work/tree/b/config.json")
ln -s ../b/config.json "$work/tree/a/link.json"
is "--in-place fixes and exits 0" status 0 check --in-place "$work/tree/a/link.json" "$work/tree/a"
is "a file that was fixed in place passes" status 0 check "$work/tree/b/config.json"
is "mode and owner are kept" [ "$before" = "$(stat -c '%a %u %g' "$work/tree/b/config.json")" ]
is "a link stays a link" [ -L "$work/tree/a/link.json" ]
is "no temporary file is left" sh -c '! find "$1" -name "*capgate-*" | grep -q .' - "$work/tree"
is "what is refused is not rewritten" status 1 check --in-place "$tests/cases/duplicate-process"
is "--diff and --fix exclude each other" status 64 check --diff --fix "$work/x" "$work/tree"

# What engines print.
cat >"$work/inspect.json" <<'EOF'
[{"Id": "1", "Name": "/web", "HostConfig": {"CapAdd": ["SYS_ADMIN"], "CapDrop": ["NET_RAW"], "Privileged": false}},
 {"Id": "2", "Name": "/<db>", "HostConfig": {"CapAdd": null, "CapDrop": ["ALL"], "Privileged": false}}]
EOF
for f in json sarif junit github html; do check -f $f "$work/inspect.json" "$work/tree/a" >"$work/inspected.$f" 2>/dev/null; done
is "docker inspect is judged" status 1 check "$work/inspect.json"
is "and said to be resolved, not read" has "resolved against Docker's default list, not read" "$work/stdout"
is "and that audit judges something else" has "this judges what it asked for; capgate audit judges what it holds" "$work/stdout"
is "its JSON is valid" "$tests/validate.py" "$tests/schemas/report.schema.json" "$work/inspected.json"
is "each container is a report" [ "$(jq -r '[.reports[] | .inspected.name] | join(" ")' "$work/inspected.json")" = "web <db> " ]
is "its SARIF is valid" "$tests/validate.py" "$tests/schemas/sarif-2.1.0.json" "$work/inspected.sarif"
is "its JUnit is valid" xmllint --noout --schema "$tests/schemas/junit.xsd" "$work/inspected.junit"
for f in sarif junit github html; do
	is "$f names the container, and says that it is resolved" \
		grep -q "docker container web, resolved against Docker.*s default list, not read" "$work/inspected.$f"
done
cat >"$work/mixed.json" <<'EOF'
[{"Id": "sha256:1", "RootFS": {}}, {"Id": "2", "Name": "/db", "HostConfig": {"CapAdd": null, "CapDrop": ["ALL"], "Privileged": false}}]
EOF
is "an image among containers is named, and not judged" status 2 check -f json "$work/mixed.json"
is "and hides none of them" [ "$(jq -c '[.reports[] | [.verdict, .inspected.engine]]' "$work/stdout")" = '[["refuse",""],["pass","docker"]]' ]
is "in valid JSON" "$tests/validate.py" "$tests/schemas/report.schema.json" "$work/stdout"
echo '{"services": {"web": {"image": "nginx", "cap_drop": ["NET_RAW"]}, "db": {"privileged": true}}}' >"$work/compose.json"
is "docker compose config is judged" status 1 check -f json "$work/compose.json"
is "each service is a report" [ "$(jq -c '[.reports[] | [.inspected.engine, .inspected.name, .verdict]]' "$work/stdout")" = \
	'[["compose","web","pass"],["compose","db","strip"]]' ]
echo '{"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}' >"$work/pod.json"
is "a pod is judged" status 1 check "$work/pod.json"
is "and said to be resolved against containerd's list" has "p/c (i), resolved against containerd's default list" "$work/stdout"
is "an object that is nothing of that sort is said to be none" sh -c 'echo "{\"a\":1}" | "$1" check --policy "$2" - | grep -q "neither a specification"' - "$capgate" "$work/policy.json"
is "an empty array is not clean" sh -c 'echo "[]" | "$1" check --policy "$2" -; [ $? = 2 ]' - "$capgate" "$work/policy.json"
is "a hook takes no inspect output for a specification" sh -c '"$1" precreate --policy "$2" <"$3"; [ $? = 21 ]' - "$capgate" "$work/policy.json" "$work/inspect.json"

# Remedies and explanations.
is "--remedies gives commands" sh -c '"$@" | grep -qF "docker run --cap-drop=NET_RAW ..."' - "$capgate" check --policy "$work/policy.json" -r "$work/tree/c"
# An exemption for this bundle, and the one that the report proposes.
printf '%s' '{"version":1,"exemptions":[{"id":"E1","match":{"bundle":"'"$work"'/tree/*/deep"},"allow":["NET_RAW"],"reason":"r","expires":"2099-12-31"}]}' >"$work/exempt.json"
is "check knows the bundle that an exemption names" status 0 "$capgate" check --policy "$work/exempt.json" "$work/tree/c/deep/config.json"
is "by a relative path, too" sh -c 'cd "$2/tree/c/deep" && "$1" check --policy "$2/exempt.json" config.json >/dev/null' - "$capgate" "$work"
is "and no other" status 1 "$capgate" check --policy "$work/exempt.json" "$work/tree/$odd"
jq '.linux.cgroupsPath = "/a/b"' "$work/tree/c/deep/config.json" >"$work/grouped.json"
check -f json "$work/grouped.json" | jq -r '.reports[0].remedies.exemption' |
	jq '{version: 1, exemptions: [.]}' >"$work/proposed.json"
chmod 600 "$work/proposed.json"
is "policy check takes the exemption that is proposed" status 0 "$capgate" policy check "$work/proposed.json"
is "which works" status 0 "$capgate" check --policy "$work/proposed.json" "$work/grouped.json"
explained() { "$capgate" explain "$@" >"$work/explained" 2>&1; }
is "explain knows names, numbers, rule ids and rule names" explained NET_RAW cap_sys_admin 13 cpg101 look-alike-key
is "explain tells which engines give it" has "given by Docker; not by podman, CRI-O" "$work/explained"
is "explain tells rules apart from notes" sh -c '"$1" explain CPG406 | grep -q "never causes a refusal"' - "$capgate"
is "explain --all explains each of them" sh -c '[ "$("$1" explain --all | grep -c "^CAP_")" = 41 ]' - "$capgate"
is "explain alone lists each of them" sh -c '[ "$("$1" explain | grep -c "^  [A-Z_]* .*[x.] [x.] [x.]  ")" = 41 ]' - "$capgate"
is "an unknown name is a usage error" status 64 "$capgate" explain NET_ROW
is "with the nearest name" has "the nearest is NET_RAW" "$work/stderr"
is "an unknown rule is one too" status 64 "$capgate" explain CPG10I
is "with the nearest id" has "the nearest is CPG101" "$work/stderr"
is "or name" sh -c '"$1" explain look-alike-keys 2>&1 | grep -q "the nearest is look-alike-key;"' - "$capgate"
is "explain --spec tells a specification" status 0 "$capgate" explain --policy "$work/policy.json" --spec "$tests/cases/net-raw-first/config.json"
is "and what it holds" has "KILL, NET_RAW" "$work/stdout"
is "explain --spec of nonsense is status 2" status 2 "$capgate" explain --policy "$work/policy.json" --spec "$tests/cases/duplicate-process/config.json"

# Many, and interrupted.
mkdir "$work/many"
i=0
while [ $i -lt 400 ]; do
	mkdir "$work/many/$i"
	ln "$work/tree/c/deep/config.json" "$work/many/$i/config.json"
	i=$((i + 1))
done
check -f jsonl "$work/many" >"$work/one" 2>/dev/null
taskset -c 0 "$capgate" check --policy "$work/policy.json" -f jsonl "$work/many" >"$work/two" 2>/dev/null
is "the order is the same on one core and on all" cmp "$work/one" "$work/two"
is "all are there" [ "$(wc -l <"$work/one")" = 400 ]
# One large file among the many: 3.5 MiB of an ignored member.
mkdir "$work/many/large"
python3 -c 'print("{\"x\":\"" + "y" * 3500000 + "\",\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\"}],\"process\":{\"capabilities\":{}}}")' >"$work/many/large/config.json"
memory() {
	python3 - "$capgate" "$work" <<'EOF'
import resource, subprocess, sys
capgate, work = sys.argv[1:]
for form in "jsonl", "table", "html":
    subprocess.run([capgate, "check", "--policy", work + "/policy.json", "-f", form, work + "/many"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert peak < 64 << 10, f"{peak} KiB"
EOF
}
case ${ASAN_OPTIONS:-} in
"") is "memory stays below 64 MiB" memory ;; # a sanitizer has memory of its own
esac
rm -r "$work/many/large"
closed() { # the status of a run whose reader goes away after one line
	bash -c 'set -o pipefail; "$@" 2>"$0" | head -1 >/dev/null; exit ${PIPESTATUS[0]}' "$work/stderr" "$@"
}
is "a closed pipe ends it as SIGPIPE would" status 141 closed "$capgate" check --policy "$work/policy.json" -f jsonl "$work/many"
is "and without a word" [ ! -s "$work/stderr" ]
interrupted() {
	python3 - "$capgate" "$work" <<'EOF'
import json, os, signal, subprocess, sys, time
capgate, work = sys.argv[1:]
# The pipe is full long before the end: the program is in the middle when the signal comes.
p = subprocess.Popen([capgate, "check", "--policy", work + "/policy.json", "-f", "json", work + "/many"],
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
time.sleep(0.3)
p.send_signal(signal.SIGINT)
out = p.communicate()[0]
assert p.returncode == -signal.SIGINT, p.returncode
doc = json.loads(out)
assert doc["complete"] is False and 0 < len(doc["reports"]) < 400, len(doc["reports"])
EOF
}
is "SIGINT ends with a whole document that says it is not complete" interrupted

# The same verdict behind every door.
same() {
	for dir in "$tests"/cases/*/; do
		policy="$dir/policy.json"
		[ -f "$policy" ] || policy="$work/policy.json"
		cp "$policy" "$work/p.json"
		chmod 600 "$work/p.json"
		grep -q '"audit"' "$work/p.json" && continue # judged, and let through
		verdict=$("$capgate" check --policy "$work/p.json" -f jsonl "$dir/config.json" 2>/dev/null | jq -r '"\(.verdict) \(.status)"')
		"$capgate" precreate --policy "$work/p.json" <"$dir/config.json" >"$work/out" 2>/dev/null
		pre=$?
		"$capgate" createRuntime --policy "$work/p.json" <"$dir/config.json" >/dev/null 2>&1
		create=$?
		case $verdict in
		"") expected="20 20" ;; # the policy cannot be used
		"pass 0") expected="0 0" ;;
		strip*) expected="0 ${verdict#* }" ;;
		refuse*) expected="${verdict#* } ${verdict#* }" ;;
		*) expected=none ;;
		esac
		[ "$expected" = "$pre $create" ] ||
			{ echo "$dir: check says $verdict, precreate $pre, createRuntime $create"; return 1; }
	done
}
is "check, precreate and createRuntime decide alike on every golden case" same

finish "reports"
