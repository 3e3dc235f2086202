"""
From a draft to a ledger entry: the one place where what was read gets its envelope, from files and from live events.

An entry's origin is a keyed hash of what it says, of whom, and of when. So the same thing adds nothing when it comes
again, be it from the same file, from tomorrow's export, or as an event and later in an export.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from sayso.capture.readings import UNDATED, Draft, Reading
from sayso.ledger.append import Appended
from sayso.ledger.entries import Address, AnyBody, Entry, Proof


class Store(Protocol):
    """What capture needs of the ledger's store."""

    home: Path
    """The folder the store lives in; what could not be used is kept aside under it."""

    def fingerprint(self, text: str) -> str:
        """Names a text without telling it: what an entry's origin stands for."""

    def append(self, entries: Sequence[Entry]) -> Appended:
        """Record entries in one transaction; those whose origin is known already add nothing."""


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What all entries of one file or event have in common."""

    kind: str
    """What it was read as, such as `shopify-orders`; the same for a file and for an event that says the same."""
    import_id: str
    """Names the file, or the source and day; `EvidenceSet` refers to it."""
    sender: str
    digest: str
    """SHA-256 of the file or body."""
    now: datetime


def entry_of(store: Store, intake: Intake, reading: Reading, draft: Draft) -> Entry:
    """
    The entry that a draft comes to. The form's name is hashed, since a checkout's token opens the checkout.

    An undated stop or request counts from now, and anything else undated from as long ago as can be. An undated stop
    also counts by the file or event it stands in: a later one may mean a later request, and one stop too many is better
    than one too few.
    """
    body = draft.body
    form = getattr(body, "form", None)
    if form is not None:
        body = msgspec.structs.replace(body, form=store.fingerprint(form))
    happened = draft.happened_at or (intake.now if draft.counts_from_now else UNDATED)
    undated_stop = draft.stops and draft.happened_at is None
    return Entry(
        body=body,
        happened_at=min(happened, intake.now),
        origin=origin_of(
            store, intake.kind, store.fingerprint(reading.key), body, draft.happened_at, draft.proof, draft.addresses,
            intake.digest if undated_stop else None,
        ),
        actor=draft.actor,
        proof=draft.proof,
        sender=intake.sender,
        addresses=draft.addresses,
        private=draft.private,
        raw=reading.raw if draft.with_raw else None,
        import_id=intake.import_id,
    )  # fmt: skip


def origin_of(
    store: Store,
    kind: str,
    key: str,
    body: AnyBody,
    happened_at: datetime | None,
    proof: Proof,
    addresses: list[Address],
    digest: str | None = None,
) -> str:
    """What makes an entry the same one when it is read again. `key` and the body's form come hashed."""
    parts: list[Any] = [key, body, happened_at, proof, addresses]
    if digest is not None:
        parts.append(digest)
    return f"{kind}:{store.fingerprint(msgspec.json.encode(parts).decode())}"
