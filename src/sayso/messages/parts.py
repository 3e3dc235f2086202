"""What a reader of a message meets, with the place of each part: the one form in which content is judged and checked."""

from __future__ import annotations

from typing import Literal

import msgspec

PartKind = Literal[
    "subject", "sender", "text", "heading", "list_item", "button", "image", "footer", "header", "recipient"
]
"""`header` is a header field the reader is not shown, or a file beside the text; `recipient` names whom it goes to; `image` has only its alternative text."""


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


class Reading(msgspec.Struct, frozen=True):
    """A message as its reader meets it, in order. A text message or a call script has passages and links alone."""

    subject: str
    sender: str
    """The From line as shown: display name and address; empty where the channel has none."""
    passages: tuple[Passage, ...]
    language: str = ""
    """Of the text, as ISO 639-1, where the message says it."""
    headers: tuple[Passage, ...] = ()
    """What other header fields show: names of `kind` sender beside addresses, and words."""


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
