"""Where the law was read, and how far: the register of sources that rulebooks refer to."""

from __future__ import annotations

from functools import cache
from importlib import resources

import msgspec


class Source(msgspec.Struct, frozen=True):
    """One source. `read` says in words which parts were read in what form, and what was not read."""

    key: str
    title: str
    where: str
    version: str
    read: str


@cache
def sources() -> dict[str, Source]:
    """Every registered source by its key."""
    found: dict[str, Source] = {}
    for file in sorted((resources.files("sayso.law") / "sources").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            for source in msgspec.yaml.decode(file.read_bytes(), type=list[Source], strict=False):
                found[source.key] = source
    return found
