"""What a reader of a message meets, with the place of each part: the one form in which content is judged and checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec

PartKind = Literal[
    "subject", "sender", "text", "heading", "list_item", "button", "image", "footer", "header", "recipient"
]
"""`header` is a header field the reader is not shown, or a file beside the text; `recipient` names whom it goes to; `image` has only its alternative text."""


CALENDAR = "calendar"
"""Where it stands in a file that calendars show; its lines are counted there."""


class Place(msgspec.Struct, frozen=True, cache_hash=True):
    """Where in the message it stands, as one would point at it: `header Subject`, `HTML, line 42`, `text, line 7`."""

    where: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.where}, line {self.line}" if self.line else self.where


class Link(msgspec.Struct, frozen=True, cache_hash=True):
    """A way out of the message: where it leads, and the words (or alternative text) that one would press."""

    target: str
    words: str
    place: Place


class Passage(msgspec.Struct, frozen=True, cache_hash=True):
    """One stretch of words that stands by itself: a heading, a paragraph, an item of a list, a button."""

    words: str
    kind: PartKind
    place: Place
    links: tuple[Link, ...] = ()
    unread: str = ""
    """Why nobody can tell from words what stands here, and what to do: something drawn, fetched, attached, or spoken."""
    shown: tuple[str, ...] = ()
    """What is left to read of it where letters of one look are not seen; empty where all its letters look alike."""
    pictures: tuple[str, ...] = ()
    """From where its pictures are fetched."""


Run: TypeAlias = tuple[Passage, ...]
"""Passages that follow each other."""


class Reading(msgspec.Struct, frozen=True, dict=True):
    """A message as its reader meets it, in order. A text message or a call script has passages and links alone."""

    subject: str
    sender: str
    """The From line as shown: display name and address; empty where the channel has none."""
    passages: tuple[Passage, ...]
    language: str = ""
    """Of the text, as ISO 639-1, where the message says it."""
    headers: tuple[Passage, ...] = ()
    """What other header fields show: names of `kind` sender beside addresses, and words."""

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """
        The passages cut into runs, of which the mails of one campaign share most. What is found in a message does not
        depend on where they are cut.
        """
        return tuple(_cut(self.passages))


_SHORT, _ONE_IN, _LONGEST, _MOST = 40, 8, 16, 20_000
_OFTEN = 3
"""Readings after which a passage is taken for one that many mails share: a mail is read again once it is completed."""
_shared: set[int] = set()
"""The hashes of passages met so often lately, so that what is somebody's own is told from what all are written."""
_met: dict[int, int] = {}
"""How often others were met."""


def _cut(passages: tuple[Passage, ...]) -> Iterator[Run]:
    """
    Cut after one passage in eight, by what it says, around what is somebody's own, and where a run grows too long to be
    remembered; never between short ones.
    """
    hashes = list(map(hash, passages))
    first, shared = 0, [one in _shared for one in hashes]
    for number, (before, after) in enumerate(pairwise(passages), 1):
        long = number - first >= _LONGEST
        cut = long or shared[number - 1] != shared[number] or hashes[number - 1] % _ONE_IN == 0
        if cut and (len(before.words) > _SHORT or len(after.words) > _SHORT):
            yield passages[first:number]
            first = number
    if passages:
        yield passages[first:]
    if not all(shared):
        _meet([one for one, often in zip(hashes, shared, strict=True) if not often])


def _meet(hashes: list[int]) -> None:
    if len(_met) > _MOST or len(_shared) > _MOST:
        _met.clear()
        _shared.clear()
    for one in hashes:
        times = _met[one] = _met.get(one, 0) + 1
        if times >= _OFTEN:
            _shared.add(one)


class Finding(msgspec.Struct, frozen=True):
    """
    One thing found about a message, at its place.

    `present` is there as asked; `missing` is not; `wrong` is there and not as asked; `note` is worth knowing and
    decides nothing.
    """

    matter: str
    """What it is about, as a short stable name: `unsubscribe-one-click`, `postal-address`, `promotion`."""
    state: Literal["present", "missing", "wrong", "note"]
    said: str
    """One sentence, and what to do where something is to be done."""
    place: Place
    cite: str = ""
    """The law's section or the RFC that asks for it."""
