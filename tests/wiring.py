#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is a root wired as it should be?  wiring.py ENGINE BEFORE AFTER HOOKSDIR

Reads the engine's configuration in both trees as the engine does, and asserts that
nothing is different but the programs of the runtimes, each of which is now a link to
capgate that runtime.json maps to what was there before."""
import copy
import glob
import json
import os
import re
import sys
import tomllib

engine, before, after, hooks = sys.argv[1:5]
# The directories of 50-capgate.conf that both engines read.
OURS = {"/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"}
RUNC = ("io.containerd.runc.v2", "io.containerd.runc.v1", "${RUNTIME_TYPE}")
SHIM = "/usr/bin/containerd-shim-runc-v2"
PLUGINS = {2: "io.containerd.grpc.v1.cri", 3: "io.containerd.cri.v1.runtime"}
SITES = {
    "containerd": ("/etc/containerd/config.toml", None),
    "k3s": ("/var/lib/rancher/k3s/agent/etc/containerd/config.toml",
            "/var/lib/rancher/k3s/agent/etc/containerd/config-v3.toml.d"),
    "rke2": ("/var/lib/rancher/rke2/agent/etc/containerd/config.toml",
            "/var/lib/rancher/rke2/agent/etc/containerd/config-v3.toml.d"),
    "k0s": ("/run/k0s/containerd-cri.toml", "/etc/k0s/containerd.d"),
    "microk8s": ("/var/snap/microk8s/current/args/containerd-template.toml", None),
}


def merge(old, new):
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            merge(old[key], value)
        else:
            old[key] = copy.deepcopy(value)


def text(root, path):
    with open(root + path, "rb") as f:
        return f.read().decode()


def toml(root, path):
    if not os.path.exists(root + path):
        return {}
    words = text(root, path)
    if path.endswith(".tmpl"):
        # Go's actions: a comment where one begins its line, else a value.
        words = re.sub(r"(?m)^([ \t]*)\{\{.*?\}\}", lambda m: m.group(1) + "#", words)
        words = re.sub(r"\{\{.*?\}\}", "0", words)
    return tomllib.loads(words)


def mapped(path):
    """What runtime.json has for a wrapper, which must be a link to capgate."""
    assert path.startswith(hooks + "/capgate-"), f"{path} is no wrapper"
    assert os.readlink(after + path) == "capgate", path
    entry = json.loads(re.sub(r"^\s*//.*$", "", text(after, "/etc/capgate/runtime.json"), flags=re.M))["runtimes"]
    value = entry[os.path.basename(path)]
    return value if isinstance(value, list) else [value]


def stands_for(wrapper, program):
    """The wrapper runs what the engine would have run."""
    paths = mapped(wrapper)
    if program.startswith("/"):
        assert program in paths, (wrapper, paths, program)
    else:
        assert all(os.path.basename(p) == (program or "runc") for p in paths), (wrapper, paths, program)


def containerd_files(root, main):
    files = [main]
    for name in files:
        config = toml(root, name)
        for pattern in config.get("imports", []):
            pattern = os.path.join(os.path.dirname(name), pattern)
            for found in sorted(glob.glob(root + pattern)):
                if found[len(root):] not in files:
                    files.append(found[len(root):])
    return files


def containerd(root):
    main, directory = SITES[engine]
    for template in "config-v3.toml.tmpl", "config.toml.tmpl":
        # k3s makes its file from a template, where there is one.
        if os.path.exists(root + os.path.dirname(main) + "/" + template):
            main = os.path.dirname(main) + "/" + template
            break
    files = containerd_files(root, main)
    for name in sorted(glob.glob(root + directory + "/*.toml")) if directory else []:
        if name[len(root):] not in files:
            files.append(name[len(root):])
    whole = {}
    for name in files:
        config = toml(root, name)
        plugins = config.get("plugins", {})
        for version, plugin in PLUGINS.items():
            if plugin in plugins and plugin != "plugin":
                merge(plugins.setdefault("plugin", {}), plugins.pop(plugin))
        config.pop("version", None)
        merge(whole, config)
    return whole


def compare_containerd():
    old, new = containerd(before), containerd(after)
    handlers = new["plugins"]["plugin"]["containerd"]["runtimes"]
    was = old.setdefault("plugins", {}).setdefault("plugin", {}).setdefault("containerd", {}).setdefault("runtimes", {})
    wrapped = 0
    # The old table of the default, which is a handler of its own.
    default = new["plugins"]["plugin"]["containerd"].get("default_runtime", {})
    if default.get("runtime_type") in RUNC:
        was_default = old["plugins"]["plugin"]["containerd"]["default_runtime"]["options"]
        stands_for(default["options"].pop("BinaryName"), was_default.pop("BinaryName", ""))
    if "runc" not in was:
        was["runc"] = {"runtime_type": "io.containerd.runc.v2"}
        handlers["runc"].setdefault("runtime_type", "io.containerd.runc.v2")
    for name, handler in list(handlers.items()):
        kind = was[name].get("runtime_type", "io.containerd.runc.v2" if name == "runc" else "")
        if kind not in RUNC or (was[name].get("runtime_path") or SHIM) != SHIM:
            continue
        program = handler["options"].pop("BinaryName")
        stands_for(program, was[name].get("options", {}).pop("BinaryName", ""))
        for h in handler, was[name]:
            if h.get("options") == {}:
                h.pop("options")
        wrapped += 1
    assert old == new, f"\n{old}\n{new}"
    assert wrapped, "nothing is wrapped"


def compare_docker():
    path = "/etc/docker/daemon.json"
    old = json.loads(text(before, path)) if os.path.exists(before + path) else {}
    new = json.loads(text(after, path))
    was = old.setdefault("runtimes", {})
    if old.get("default-runtime", "runc") == "runc":
        assert new.pop("default-runtime") == "capgate"
        assert new["runtimes"].pop("capgate") == {"path": hooks + "/capgate-runtime"}
        old.pop("default-runtime", None)
    for name, runtime in new.get("runtimes", {}).items():
        shim = runtime.get("runtimeType")
        if shim and shim not in RUNC:
            continue
        if any(a.startswith("--platform") for a in runtime.get("runtimeArgs", [])):
            continue
        if shim:
            stands_for(runtime["options"].pop("BinaryName"), was[name].setdefault("options", {}).pop("BinaryName", ""))
        else:
            stands_for(runtime["path"], was[name]["path"])
            runtime["path"] = was[name]["path"]
    assert old == new or old == {**new, "runtimes": new.get("runtimes", {})}, f"\n{old}\n{new}"


def crio(root):
    runtime = {"runtimes": {}}
    files = ["/etc/crio/crio.conf"]
    for where, dirs, names in os.walk(root + "/etc/crio/crio.conf.d"):
        files += [os.path.join(where, name)[len(root):] for name in names]
    files.sort()  # "crio.conf" sorts before "crio.conf.d/"
    for name in files:
        config = toml(root, name).get("crio", {}).get("runtime", {})
        # A later table of a handler takes the place of the earlier one.
        runtime["runtimes"].update(config.pop("runtimes", {}))
        runtime.update(config)
    return runtime


def compare_crio():
    old, new = crio(before), crio(after)
    default = old.get("default_runtime", "crun")
    if default not in old["runtimes"]:
        assert mapped(new["runtimes"].pop(default)["runtime_path"])
    for name, handler in new["runtimes"].items():
        was = old["runtimes"][name]
        if was.get("runtime_type") == "vm" or was.get("inherit_default_runtime"):
            continue
        stands_for(handler.pop("runtime_path"), was.pop("runtime_path", "") or name)
    compare_hooks(old, new)
    assert old == new, f"\n{old}\n{new}"


def compare_hooks(old, new):
    """The directories that the host had are still there, in their order, and capgate's are."""
    was, now = old.pop("hooks_dir", []), new.pop("hooks_dir")
    assert [d for d in now if d in was] == was, (was, now)
    assert OURS <= set(now) and len(set(now)) == len(now), now


def podman_files(root):
    """In the order of podman 4, or of podman 6: the first of the main files, then the drop-ins by
    name, of which a later directory's takes the place of an earlier one's."""
    share, etc = root + "/usr/share/containers/containers", root + "/etc/containers/containers"
    if not os.path.exists(before + "/podman-version"):
        return glob.glob(share + ".conf") + glob.glob(etc + ".conf") + sorted(glob.glob(etc + ".conf.d/*.conf"))
    drop_ins = {}
    for place in share + ".conf.d", share + ".rootful.conf.d", etc + ".conf.d", etc + ".rootful.conf.d":
        drop_ins.update({os.path.basename(f): f for f in glob.glob(place + "/*.conf")})
    return (glob.glob(etc + ".conf") or glob.glob(share + ".conf")) + [drop_ins[name] for name in sorted(drop_ins)]


def podman(root):
    whole = {}
    for name in podman_files(root):
        config = toml(root, name[len(root):])
        dirs = config.get("engine", {}).get("hooks_dir", [])
        if {"append": True} in dirs:
            dirs[:] = whole["engine"]["hooks_dir"] + [d for d in dirs if isinstance(d, str)]
        merge(whole, config)
    return whole


def compare_podman():
    old, new = podman(before), podman(after)
    was = old.setdefault("engine", {}).setdefault("runtimes", {})
    default = old["engine"].get("runtime", "crun")
    if default.startswith("/"):
        assert new["engine"]["runtime"] == os.path.basename(default)
        was[os.path.basename(default)] = [default]
        new["engine"]["runtime"] = default
    for name, paths in new["engine"].pop("runtimes").items():
        if name in ("kata", "runsc"):
            assert paths == was[name]
            continue
        assert len(paths) == 1
        for program in was.get(name, []):
            assert program in mapped(paths[0]), (name, program)
    old["engine"].pop("runtimes")
    compare_hooks(old["engine"], new["engine"])
    assert old == new, f"\n{old}\n{new}"


{"docker": compare_docker, "cri-o": compare_crio, "podman": compare_podman}.get(engine, compare_containerd)()
