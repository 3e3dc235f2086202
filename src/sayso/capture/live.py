"""
Events as they happen: recorded before they are acknowledged, and checkouts that nobody finished.

How far a live event is believed. A webhook's signature proves that the shop's platform said something; it does not show
what the person did. `subscribed` with an `opt_in_level` and a `consent_updated_at` is a state in the platform's
database: staff, an app or an uploaded list can set it, and an agent's checkout that sends no choice gets the shop's own
default for the buyer's country. No wording, box or page comes with it, and each law that asks for proof asks for those:
whoever relies on consent points to evidence of it (Spam Act 2003 s 16(5)), shows what the person was told and did (GDPR
art 7(1)), or holds a signed writing with its disclosures (47 CFR 64.1200(f)(9)). So what a platform claims is
`asserted`, as in its exports, and permits nothing until the owner settles what proves it, for one day's events at a
time. Only our own signed format, which carries wording, version, both states of the box, who changed it and the page,
is `imported_with_proof`. A stop is believed at once, whoever says so.

Order. Nothing here depends on the order in which events come in: what happened counts by its own date, a stop is lifted
only by an affirmative act of a later day with evidence, and an order closes its checkout whichever of them is heard first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from sayso.capture.entering import Intake, Store, entry_of, origin_of
from sayso.capture.readings import Draft, Reading
from sayso.ledger import Ledger, LedgerError
from sayso.ledger.append import checked, chunks
from sayso.ledger.entries import CheckoutAbandoned, CheckoutStarted, Entry

ABANDONED_AFTER = timedelta(minutes=60)
"""How long a checkout with contact details may lie still before it counts as abandoned, unless the shop says otherwise."""


class Recorded(msgspec.Struct, frozen=True):
    """What became of an event's readings. Holds no contact detail."""

    added: int
    already_known: int
    refused: list[str] = []
    """Why a part could not be recorded; its stops were all the same."""


def record(store: Store, readings: Iterable[Reading], intake: Intake) -> Recorded:
    """
    Record readings in one transaction, stops first; what they come to is on disk when this returns.

    What is wrong with the rest of a reading costs it no stop. Raises `LedgerError` where the store cannot take anything.
    """
    stops: list[Entry] = []
    others: list[Entry] = []
    refused: list[str] = []
    for reading in readings:
        stops += [_checked(store, intake, reading, draft) for draft in reading.drafts if draft.stops]
        try:
            others += [_checked(store, intake, reading, draft) for draft in reading.drafts if not draft.stops]
        except LedgerError as problem:
            refused.append(str(problem))
    if not stops and not others:
        return Recorded(0, 0, refused)
    appended = store.append(stops + others)
    return Recorded(len(appended.added), len(appended.already_known), refused)


def _checked(store: Store, intake: Intake, reading: Reading, draft: Draft) -> Entry:
    return checked(entry_of(store, intake, reading, draft), intake.now)


def sweep(ledger: Ledger, now: datetime, after: timedelta = ABANDONED_AFTER) -> int:
    """
    Record as abandoned every checkout that gave no sign of life for `after` and has no order; how many were.

    Which ones wait is part of the ledger's projection, kept in the transaction of each event: nothing is forgotten when
    this process ends, `verify` holds the list against the entries, and erasing a person empties it of them. Run it
    as often as you like, also twice at once. The entry has the origin that the shop's own export of abandoned checkouts
    would give it, so importing that export later adds nothing.
    """
    added = 0
    for waiting in chunks(ledger.open_checkouts(now - after)):
        added += len(ledger.append([_abandoned(ledger, entry) for entry in waiting]).added)
    return added


def _abandoned(ledger: Ledger, started: Entry) -> Entry:
    """The abandonment of a checkout by its last sign of life, which is when it was left."""
    body = started.body
    assert isinstance(body, CheckoutStarted)  # noqa: S101 -- narrows the type only
    left = CheckoutAbandoned(**msgspec.structs.asdict(body))
    kind = started.origin.partition(":")[0]
    return Entry(
        body=left,
        happened_at=started.happened_at,
        origin=origin_of(ledger, kind, left.form or "", left, started.happened_at, "asserted", started.addresses),
        actor="sayso",
        sender=started.sender,
        addresses=started.addresses,
        import_id=started.import_id,
    )
