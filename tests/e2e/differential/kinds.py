# SPDX-License-Identifier: Apache-2.0
"""Every kind of hostile configuration, and how one is chosen."""
import around
import hostile
from hostile import Kind


def again(k):
    hostile.again(k, (around.paths, around.plugins))


KINDS = {"name": hostile.name, "sets": hostile.sets, "exec": hostile.execution, "absent": hostile.absent, "dup": hostile.twice,
         "key": hostile.key, "type": hostile.type_, "lex": hostile.lexical, "ns": hostile.namespaces, "seccomp": hostile.seccomp,
         "annot": hostile.annotations, "proc": hostile.proc, "second": hostile.second, "agent": hostile.agent, "again": again,
         "words": hostile.words, "paths": around.paths, "plugins": around.plugins, "host": around.host}
# Those that were found last are tried most.
OFTEN = sorted(KINDS) + ["proc", "second", "agent", "again", "paths", "host"]


def spoil(rng, spec, writer):
    """The document's bytes and what is to be known of it."""
    kind = rng.choice(OFTEN)
    k = Kind(rng, spec, writer)
    text = KINDS[kind](k)
    if text is None:
        text = writer.value(spec).encode()
    return text, dict(k.about, kind=kind)
