"""
What waits for the owner: answers that may or may not have asked to stop, and requests to delete what is on record.

What the owner finds no stop is lifted, and that one alone: another stop, an objection or a bounce of the same person
stands. If the person is erased, so is the finding, and the stop holds again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from sayso.ledger import Entry, EntryError, Ledger
from sayso.ledger.entries import Private, StopSettled

_UNCLEAR, _SETTLED, _ERASURE = "choice:unclear:", "choice:settled:", "choice:erasure:"


class Waiting(msgspec.Struct, frozen=True):
    """One answer that a human has to read."""

    entry: str
    happened_at: datetime
    channels: list[str]
    """What is stopped meanwhile; empty where it is everything."""
    words: str
    asks: Literal["unclear", "erasure"] = "unclear"
    """Whether it may ask to stop, or asks to have their details deleted."""


def waiting(ledger: Ledger) -> list[Waiting]:
    """What was not read yet, the oldest first; one answer once, however many people share the address."""
    return [
        Waiting(
            one.id,
            one.happened_at,
            list(getattr(one.body, "channels", [])),
            one.private.words if one.private and one.private.words else "",
        )
        for one in _open(ledger)
        if one.origin.endswith(":0")
    ]


def asked_erasure(ledger: Ledger) -> list[Waiting]:
    """Who asked in a reply to have their details deleted, until they are; all marketing stopped when they asked."""
    return [
        Waiting(one.id, one.happened_at, [], one.private.words if one.private and one.private.words else "", "erasure")
        for one in ledger.entries_from(_ERASURE)
        if one.addresses and one.origin.endswith(":0")
    ]


def settle(ledger: Ledger, entry: str, *, means_stop: bool, note: str, now: datetime) -> None:
    """Record what the owner found an answer to mean, and why. Raises EntryError where none of that name waits."""
    waits = _open(ledger)
    found = next((one for one in waits if one.id == entry), None)
    if found is None:
        raise EntryError(f"no answer `{entry[:40]}` waits to be read; `sayso choices waiting` lists those that do")
    same = found.origin.rpartition(":")[0]
    ledger.append(
        [
            Entry(body=StopSettled(stop=one.id, means_stop=means_stop), happened_at=now, origin=f"{_SETTLED}{one.id}",
                  actor="owner", proof="captured_here", sender=one.sender, person=one.person,
                  addresses=one.addresses, private=Private(words=note))
            for one in waits
            if one.origin.rpartition(":")[0] == same
        ]
    )  # fmt: skip


def _open(ledger: Ledger) -> list[Entry]:
    """Unclear answers that nobody settled; those of somebody erased cannot be read any more, and stay stops."""
    settled = {one.body.stop for one in ledger.entries_from(_SETTLED) if isinstance(one.body, StopSettled)}
    return [one for one in ledger.entries_from(_UNCLEAR) if one.id not in settled and one.addresses]
