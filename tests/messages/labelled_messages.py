"""The labelled messages: read from `labelled/*.yaml`, and from ../shared/samples/email where that is at hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

from sayso.messages.identity import Identity
from sayso.messages.parts import Link, PartKind, Passage, Place, Reading

HERE = Path(__file__).parent / "labelled"
SENDERS = {
    name: msgspec.convert(said, Identity) for name, said in yaml.safe_load((HERE / "senders.yaml").read_text()).items()
}
_LINK = re.compile(r"(!)?\[(\[)?([^\]]*)\]?\]\(([^)\s]+)\)")
_BARE = re.compile(r"https?://[^\s)]+")


class Labelled(msgspec.Struct, frozen=True):
    """A message with what a careful reader found. `promotes`: how the passages that promote begin."""

    id: str
    reading: Reading
    sender: Identity
    kind: str
    commercial: bool
    promotes: tuple[str, ...] | None = None


def own(file: str) -> list[Labelled]:
    """Messages of our own words from one file."""
    return [_labelled(one) for one in yaml.safe_load((HERE / file).read_text(encoding="utf-8"))]


def _labelled(one: dict[str, Any]) -> Labelled:
    channel = one.get("channel", "email")
    passages = tuple(
        _passage(words, Place("text", number)) for number, words in enumerate(one["body"].strip().split("\n\n"), 1)
    )
    sender = SENDERS[one["sender"]]
    shown = f"{sender.brand} <{sender.email}>" if channel == "email" else ""
    promotes = tuple(one["promotes"]) if "promotes" in one else None
    return Labelled(
        one["id"], Reading(one.get("subject", ""), shown, passages), sender, one["kind"], one["commercial"], promotes
    )


def _passage(text: str, place: Place) -> Passage:
    links, kind = [], "text"
    for picture, button, words, target in _LINK.findall(text):
        links.append(Link(target, words, place))
        whole = _LINK.fullmatch(text)
        kind = "image" if picture and whole else "button" if button and whole else kind
    bare = _LINK.sub(lambda found: found[3], text)
    links += [Link(target, bare.split("http")[0].strip(), place) for target in _BARE.findall(bare)]
    for mark, marked in (("# ", "heading"), ("* ", "list_item")):
        if bare.startswith(mark):
            bare, kind = bare.removeprefix(mark), marked
    return Passage(bare, msgspec.convert(kind, PartKind), place, tuple(links))
