#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do what doctor's cures say: cures.py ROOT WELL CAPGATE REPORT

ROOT is the machine that REPORT (doctor --json) speaks of, WELL the same machine before
somebody broke it.  A command is run as it stands; for what a cure says in words, the rows
below do what a person would do.  A cure that none of them knows is an error."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

root, well, capgate, report = sys.argv[1:5]
PATHS = re.compile(r"/[^\s:,\t\"()]+")


def named(words):
    """The files below ROOT that these words name."""
    return [root + p for p in PATHS.findall(words) if os.path.lexists(root + p)]


def again(path):
    """The file as it was, or nothing where there was none: who installs a program, restores
    a file or takes out what was added comes to the same."""
    was = well + path.removeprefix(root)
    if os.path.isdir(path) and not os.path.islink(path):
        return
    if os.path.lexists(path):
        os.remove(path)
    if os.path.lexists(was):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy2(was, path, follow_symlinks=False)


def configure(words, finding):
    words = words.removeprefix("capgate configure").split(", then")[0].split(", with")[0].split(", which")[0]
    words = re.sub(r"\(.*", "", words).split()
    subprocess.run([capgate, "configure", "--root", root, *words], check=True, stdout=subprocess.DEVNULL)
    k3s = root + "/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
    if "restart k3s" in finding["cure"] and os.path.exists(k3s + ".tmpl"):
        shutil.copy(k3s + ".tmpl", k3s)  # so does k3s when it is started


def command(words, finding):
    for path in PATHS.findall(words):
        words = words.replace(path, root + path, 1)
    subprocess.run(words.split(), check=True)


def fix(words, finding):
    again(root + PATHS.findall(finding["text"])[0])


def only_root(words, finding):
    path = named(finding["text"])[0]
    while path != root:
        os.chown(path, 0, 0, follow_symlinks=False)
        os.chmod(path, os.stat(path).st_mode & ~0o022)
        path = os.path.dirname(path)


def install_named(words, finding):
    """The program of the name that the finding ends with."""
    name = re.findall(r'"([^"]+)"', finding["text"])[-1]
    with open(root + "/etc/capgate/runtime.json") as f:
        paths = json.load(f)["runtimes"][name]
    path = root + (paths if isinstance(paths, str) else paths[0])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(well + "/usr/sbin/runc", path)


def install(words, finding):
    for name in "/usr/sbin/runc", "/usr/bin/crun":
        again(root + name)
    for base, _, files in os.walk(well + "/lib"):
        for name in files:
            path = os.path.join(base, name).replace(well, root, 1)
            if not os.path.exists(path):
                again(path)
    # A package brings the program, as configure does.
    configure("capgate configure podman", finding)


def edit(path, change):
    with open(path) as f:
        value = json.load(f)
    change(value)
    with open(path, "w") as f:
        json.dump(value, f)


def member(name, value):
    def cure(words, finding):
        path = named(finding["text"])
        edit(path[0] if path else root + "/etc/capgate/policy.json", lambda d: d.__setitem__(name, value))
    return cure


def deny_net_raw(words, finding):
    edit(root + "/etc/capgate/policy.json", lambda d: (d.pop("allow", 0), d.update({"deny": ["NET_RAW"]})))


def no_env(words, finding):
    edit(named(finding["text"])[0], lambda d: d["hook"].pop("env"))


def no_arguments(words, finding):
    edit(root + "/etc/docker/daemon.json", lambda d: [r.pop("runtimeArgs", 0) for r in d["runtimes"].values()])


def take_out(words, finding):
    again(named(finding["text"] + " " + words)[0])


def take_out_line(words, finding):
    for path in named(words):
        with open(path) as f:
            lines = f.readlines()
        with open(path, "w") as f:
            f.writelines(line for line in lines if not line.startswith("hooks_dir"))


def take_out_runtime(words, finding):
    name = re.search(r'"([^"]+)"', finding["text"])[1]
    edit(root + "/etc/docker/daemon.json", lambda d: d["runtimes"].pop(name, 0))


def rename(words, finding):
    path = named(finding["text"])[0]
    before = words.split("sorts before ")[1].split(",")[0]
    os.rename(path, os.path.join(os.path.dirname(path), "10-renamed." + path.rsplit(".", 1)[1]))
    assert "10-renamed" < before
    if ", then: " in words:
        configure(words.split(", then: ")[1], finding)


def move(words, finding):
    os.replace(named(finding["text"])[0], os.path.join(named(words)[0], os.path.basename(named(finding["text"])[0])))


def later(words, finding):
    os.remove(named(finding["text"])[1])


def not_needed(words, finding):
    for path in glob.glob(root + "/usr/share/containers/oci/hooks.d/[0-9]*.json"):
        os.remove(path)


def socket(words, finding):
    os.remove(root + "/dev/log")
    os.link(well + "/dev/log", root + "/dev/log")


def make_again(words, finding):
    for place in "run/crun/c1", "run/runc/c1", "var/lib/docker/containers/c1", "run/*/io.containerd.runtime.v2.task/*/c1", "run/k3s/containerd/*/*/c1":
        for path in glob.glob(f"{root}/{place}"):
            shutil.rmtree(path)


def newer_runc(words, finding):
    again(root + "/usr/sbin/runc")


def reload_docker(words, finding):
    with open(root + "/usr/bin/docker", "w") as f:
        f.write("#!/bin/sh\necho capgate\n")


def enable_recorder(words, finding):
    """Its unit runs capgate-learn record, which pins this."""
    path = root + "/sys/fs/bpf/capgate/learn_marked"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w"):
        pass


def install_learn(words, finding):
    again(root + PATHS.findall(finding["text"])[0])
    if words.endswith(", then: systemctl enable --now capgate-learn"):
        enable_recorder(words, finding)


def start(words, finding):
    path = root + PATHS.findall(finding["text"])[0]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write("version = 2\n")


def label(words, finding):
    try:
        os.setxattr(root + PATHS.findall(words)[0], "security.selinux", b"system_u:object_r:bin_t:s0\0")
    except OSError:
        os.remove(root + "/sys/fs/selinux/enforce")  # a file system without labels: SELinux off


def profile(words, finding):
    rule = re.search(r'"(.*)"', words)[1]
    os.makedirs(root + "/etc/apparmor.d", exist_ok=True)
    with open(root + "/etc/apparmor.d/usr.sbin.runc", "w") as f:
        f.write("profile runc /usr/sbin/runc {\n  " + rule + "\n}\n")


def take_option_out(words, finding):
    """Of a unit: it is one of the machine's files, and no other option was added to it."""
    path = named(finding["text"])[0]
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(re.sub(r"(/usr/\S*bin/\w+).*", r"\1", text))
    again(root + "/etc/default/docker")
    if ", then: " in words:
        configure(words.split(", then: ")[1], finding)


def name_data_root(words, finding):
    take_option_out("", finding)
    place = re.search(r"containers in (\S+),", finding["text"])[1]
    edit(root + "/etc/docker/daemon.json", lambda d: d.__setitem__("data-root", place))


def take_binary_out(words, finding):
    again(root + "/etc/buildkit/buildkitd.toml")
    configure(words.split(", then: ")[1], finding)


def move_runtimes(words, finding):
    old = root + re.search(r"\((\S+)\) runs", finding["text"])[1]
    os.rename(old, root + "/etc/containers/containers.conf.d/10-moved.conf")
    configure(words.split(", then: ")[1], finding)


def mount_graph_root(words, finding):
    again(root + re.search(r"\((/etc/\S+)\)", finding["text"])[1])  # as mounted: the usual place


def name_state(words, finding):
    path = root + re.search(r'"state" of (\S+) is ', finding["text"]).group(1)
    with open(path) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(re.sub(r'(?m)^state = .*$', 'state = "/run/other"', text))


def write_type(words, finding):
    path = named(finding["text"])[0]
    if path.endswith(".json"):
        edit(path, lambda d: [r.update(runtimeType="io.containerd.runc.v2") for r in d["runtimes"].values() if "runtimeType" in r])
    else:
        with open(path) as f:
            text = f.read()
        with open(path, "w") as f:
            f.write(text.replace('"runc.v2"', '"io.containerd.runc.v2"'))
    configure(words.split(", then: ")[1], finding)


CURES = [
    ("write io.containerd.runc.v2 as its type", write_type), ("remove it, or write runtime_type", take_out),
    ("remove runtime from that file", lambda words, finding: again(named(finding["text"])[0])),
    ("update podman, or mount that directory at ", mount_graph_root), ("name a directory below /run there", name_state),
    ("remove that option, ", take_option_out), ("start it without ", take_option_out),
    ('write it into "runtimes" of ', take_option_out), ('write "data-root" into ', name_data_root),
    ('remove "binary" from ', take_binary_out), ("move that setting into a file of ", move_runtimes),
    ("let an authorization plugin decide who may use it, or remove that program", take_out),
    ("capgate configure", configure), ("write it in version 1.0.0, as ", lambda words, finding: configure(words.split("as ")[1].removesuffix(" does"), finding)),
    ("chmod 755 ", command), ("rm -r ", command),
    ("restorecon -v ", label),
    ("only root may own and write it and the directories above", only_root),
    ("systemctl enable --now capgate-learn", enable_recorder), ("install capgate-learn", install_learn),
    ("fix or remove it", fix), ("fix it", fix), ("correct it", fix), ("install it again", install),
    ("install both from one package", install), ("install the libraries that it needs", install),
    ("install one of them", install), ("install runc or crun, or name its path", install),
    ("install it, or name its path there", install_named),
    ("name runc or crun", fix),
    ('write only "when": {"always": true}', member("when", {"always": True})),
    ('remove "env"', no_env), ("remove runtimeArgs", no_arguments),
    ("move it to ", move), ("rename or remove the latter", later), ("give it a name that sorts before ", rename),
    ("give that file a name that sorts before ", rename), ("remove hooks_dir from ", take_out_line),
    ("remove those that are not needed", not_needed),
    ('set "mode": "enforce"', member("mode", "enforce")), ('set "ceiling": "enforce"', member("ceiling", "enforce")),
    ("choose a profile: capgate policy list", member("profile", "docker-default")), ('remove it from "allow"', deny_net_raw),
    ("start systemd-journald or a syslog daemon", socket),
    ('add "', profile),
    ("update runc, or register the stage prestart", newer_runc),
    ("create it again", make_again), ("make it a readable directory, or remove it", fix),
    ("make /run/runc a readable directory, or remove it", fix),
    ("systemctl reload docker", reload_docker), ("start it, then run this again", start),
    ("let admission control allow its RuntimeClass only to those who need it, or remove the handler from ", take_out),
    ("let admission control allow it only to those who need it, or remove it", take_out), ("remove them", take_out),
    ("remove it from /etc/docker/daemon.json", take_out_runtime),
    ("remove it, or those runtimeArgs, from /etc/docker/daemon.json", take_out_runtime),
    # Of the words themselves, or of another program than this.
    ("fix the first ones, then run it again", None), ("nothing to do: ", None), ("use a newer capgate", None),
]

with open(report) as f:
    findings = json.load(f)["findings"]
for finding in findings:
    if finding["level"] == "ok":
        continue
    cure = finding["cure"]
    row = next((row for row in CURES if cure.startswith(row[0])), None)
    assert row, f"no test knows this cure: {cure!r} ({finding['text']})"
    if row[1]:
        row[1](cure, finding)
