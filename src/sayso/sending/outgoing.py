"""What is to go out, and what became of it: the words that gate, gateways and campaigns share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, Protocol

import msgspec

from sayso.decision import Decision
from sayso.ledger.entries import Address
from sayso.vocabulary import Channel

State = Literal["sent", "refused", "rejected", "deferred", "unknown"]
"""
What became of a message. `sent`: the next hop took it. `refused`: our own answer forbids it. `rejected`: the next hop
will never take it. `deferred`: it was not taken now, and may be tried again. `unknown`: nobody can say whether it was
taken; it is not tried again by itself.
"""


OUTBOX = "outbox"
"""Folder beside the store in which mail lies while no smart host is set up."""


class Stream(msgspec.Struct, frozen=True):
    """
    What the messages of one credential or campaign are for, as the owner configured it; never what a message says of
    itself. `service` says that it is meant for service messages alone: content still has to bear that out.
    """

    name: str
    topic: str
    sender: str = "shop"
    service: bool = False
    pdf: bool = False
    """The owner answers for it that the PDF files of its service messages promote nothing."""


class Mail(msgspec.Struct, frozen=True):
    """An email as it came in: the whole message, and the envelope sender it came with."""

    raw: bytes
    mail_from: str = ""


class Text(msgspec.Struct, frozen=True):
    """A text message; with media it is an MMS. `media` are addresses of files that the gateway fetches."""

    body: str
    media: tuple[str, ...] = ()


class Outgoing(msgspec.Struct, frozen=True):
    """One message to one address. `origin` is unique: what is known as sent under it is not sent again."""

    to: Address
    channel: Channel
    stream: Stream
    content: Mail | Text
    origin: str
    facts: dict[str, Any] = {}
    """Facts of the message that its sender's configuration settles, by their names in the vocabulary."""
    approved: bool = False
    """The owner approved this very wording as service mail: it goes as it is even where no answer can be had."""


class Handed(msgspec.Struct, frozen=True):
    """What the next hop said. `code` is its own (SMTP reply code, HTTP status), 0 where it said nothing."""

    state: Literal["sent", "rejected", "deferred", "unknown"]
    said: str
    code: int = 0
    reference: str = ""
    """The next hop's own name for the message, by which its reports refer to it."""


Still = Callable[[], Awaitable[Handed | None]]
"""
May it go now? None where it may; else what became of it. It waits until it is on disk that the message is about to go, and
asks for the answer again where that has grown old.
"""


async def always() -> None:
    """For what may go whatever happens meanwhile."""


class Transport(Protocol):
    """A way to the next hop. Only the dispatch may hold one: whoever could reach it could go around the answer."""

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        """
        Give one completed message to the next hop. Never raises for trouble there: that is `deferred` or `unknown`.

        `still` is awaited right before the point from which the message may count as taken; where it says no, it is not
        given.
        """
        ...


class Outcome(msgspec.Struct, frozen=True):
    """What became of one message, why, and the ledger entry that records it (empty where nothing was recorded)."""

    state: State
    said: str
    """One sentence, without any contact detail."""
    entry: str = ""
    code: int = 0
    decision: Decision | None = None
    """The whole decision; always given where it was refused."""
