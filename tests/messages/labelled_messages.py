"""The labelled messages: read from `labelled/*.yaml`, and from ../shared/samples/email where that is at hand."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

from sayso.messages.identity import Identity
from sayso.messages.mail import read_mail
from sayso.messages.parts import Link, PartKind, Passage, Place, Reading
from sayso.messages.reading_html import read_html

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "email"
HERE = Path(__file__).parent / "labelled"
SENDERS = {
    name: msgspec.convert(said, Identity) for name, said in yaml.safe_load((HERE / "senders.yaml").read_text()).items()
}
_LINK = re.compile(r"(!)?\[(\[)?([^\]]*)\]?\]\(([^)\s]+)\)")
_BARE = re.compile(r"https?://[^\s)]+")


class Labelled(msgspec.Struct, frozen=True):
    """A message with what a careful reader found. `marked`: how the passages that promote begin, or which are plain."""

    id: str
    reading: Reading
    sender: Identity
    kind: str
    commercial: bool
    marked: tuple[str, ...] | None = None


def own(file: str) -> list[Labelled]:
    """Messages of our own words from one file."""
    return [_labelled(one) for one in yaml.safe_load((HERE / file).read_text(encoding="utf-8"))]


def lines(file: str) -> list[Labelled]:
    """Each line that promotes in an otherwise plain receipt, and each that serves."""
    said = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [
        Labelled(
            f"{'promotes' if promotes else 'serves'}: {line}", _receipt_with(line), SENDERS["kettle"], kind, promotes
        )
        for promotes, kind in ((True, "service_with_promotion"), (False, "transactional"))
        for line in said.get("promotes" if promotes else "serves", ())
    ]


def _receipt_with(line: str) -> Reading:
    said = (
        "Thank you for your order. We have received your payment of $48.95.",
        line,
        "Questions? Reply to this email.",
    )
    passages = tuple(Passage(words, "text", Place("text", number)) for number, words in enumerate(said, 1))
    return Reading("Receipt for order KC-1001", "Kettle & Co <help@kettle.example>", passages)


def samples() -> list[Labelled]:
    """The real newsletters and templates, each as from a sender of which nothing is known; none where they are not at hand."""
    nobody = Identity(brand="", legal_name="", postal_address="", email="")
    said = yaml.safe_load((HERE / "samples.yaml").read_text(encoding="utf-8"))
    files = [(one, file) for one in said for file in SAMPLES.glob(f"*/{one['file']}")]
    return [
        Labelled(one["file"], _read(file), nobody, one["kind"], one["commercial"], tuple(one["plain"]))
        for one, file in files
    ]


def digest(words: str) -> str:
    """By which `samples.yaml` names a passage without its text."""
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def _read(file: Path) -> Reading:
    if file.suffix == ".eml":
        return read_mail(file.read_bytes()).reading
    return Reading("", "", tuple(read_html(file.read_text(encoding="utf-8"))))


def _labelled(one: dict[str, Any]) -> Labelled:
    channel = one.get("channel", "email")
    passages = tuple(
        _passage(words, Place("text", number)) for number, words in enumerate(one["body"].strip().split("\n\n"), 1)
    )
    sender = SENDERS[one["sender"]]
    shown = f"{sender.brand} <{sender.email}>" if channel == "email" else ""
    marked = tuple(one["promotes"]) if "promotes" in one else None
    return Labelled(
        one["id"], Reading(one.get("subject", ""), shown, passages), sender, one["kind"], one["commercial"], marked
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
