"""
Receipts: the copy a person keeps of what a form showed them and what they chose.

The record has the fields of ISO/IEC TS 27560:2023, written as JSON-LD with the terms of W3C's DPV, and is signed with the
ledger's key (Ed25519 over the canonical JSON of RFC 8785). It names the person by the receipt alone: whoever finds one
learns no address from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
import rfc8785

from sayso.capture.links import LinkError, Links
from sayso.capture.stopped import stopped_since
from sayso.capture.widget import awaits
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import ConsentDeclined, ConsentGiven, ConsentWithdrawn, DetailsCollected
from sayso.notices.declaration import Declaration
from sayso.vocabulary import Channel

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
}
CONFORMS = "https://w3id.org/dpv/schema/dpv-27560"
DATA = {"email": "pd:EmailAddress", "phone": "pd:TelephoneNumber"}
INDICATED: dict[str, tuple[str, str]] = {
    "ticked_box": ("dpv:ConsentGiven", "ticked the box"),
    "confirmed_by_link": ("dpv:RenewedConsentGiven", "confirmed from the mailbox"),
    "left_box_ticked": ("dpv:ConsentInvalidated", "the box was not ticked by the person's own hand"),
}
"""What an act is in DPV's terms, and in words."""


class Choice(msgspec.Struct):
    """One box as the person left it, and what has become of it since."""

    number: int
    wording: str
    topics: list[str]
    channels: list[Channel]
    state: Literal["yes", "no", "stopped", "not by hand"]
    confirmed: bool
    waits: bool
    """For email it counts once it is confirmed from the mailbox."""
    at: datetime


class Receipt(msgspec.Struct):
    """What a receipt says."""

    report: str
    at: datetime
    page: str | None
    notice: str | None
    """Version of the notice that was seen; None where it was not seen."""
    choices: list[Choice]
    entries: list[Entry]

    @property
    def person(self) -> str | None:
        return self.entries[0].person


def read(ledger: Ledger, links: Links, token: str) -> Receipt:
    """What a receipt's link is about. Raises LinkError where it is not ours, or everything about it was erased."""
    report = links.received(token)
    entries = ledger.entries_from(f"widget:{report}:")
    if not entries or entries[0].person is None:
        raise LinkError("what this receipt is about has been erased, or was never recorded")
    confirmed = {entry.origin.rpartition(":")[2] for entry in ledger.entries_from(f"confirm:{report}:")}
    details = next((entry.body for entry in entries if isinstance(entry.body, DetailsCollected)), None)
    consents = [entry for entry in entries if isinstance(entry.body, ConsentGiven | ConsentDeclined)]
    waiting = [entry.id for entry in consents if awaits(entry)]
    sure = {entry for number, entry in enumerate(waiting) if str(number) in confirmed}
    boxes: dict[str | None, list[Entry]] = {}
    for entry in consents:
        boxes.setdefault(getattr(entry.body, "wording_version", None), []).append(entry)
    choices = [_choice(ledger, number, entries, sure) for number, entries in enumerate(boxes.values())]
    page = next((entry.body.page for entry in consents if isinstance(entry.body, ConsentGiven | ConsentDeclined)), None)
    return Receipt(report, entries[0].happened_at, page, details.notice_version if details else None, choices, entries)


def _choice(ledger: Ledger, number: int, entries: Sequence[Entry], sure: set[str]) -> Choice:
    """One box, from its entry for the mailbox, or for the number, or from both."""
    entry = entries[0]
    body = entry.body
    assert isinstance(body, ConsentGiven | ConsentDeclined)  # noqa: S101 -- the caller picked these
    state: Literal["yes", "no", "stopped", "not by hand"] = "no"
    if isinstance(body, ConsentGiven):
        state = "yes" if body.act == "ticked_box" else "not by hand"
    if any(stopped_since(ledger, one, one.happened_at) for one in entries):
        state = "stopped"
    words = body.wording or (entry.private.words if entry.private else None) or ""
    confirmed = any(one.id in sure for one in entries)
    waits = not confirmed and any(awaits(one) and one.proof == "asserted" for one in entries)
    return Choice(number, words, body.topics, body.channels, state, confirmed, waits, entry.happened_at)


def stop(ledger: Ledger, receipt: Receipt, which: str, now: datetime) -> None:
    """
    Record a change of mind: `everything`, or the number of one choice. It counts from this moment.

    Raises LinkError where there is no such choice.
    """
    if which == "everything":
        body = ConsentWithdrawn(scope="everything", through_offered_mechanism=True)
    else:
        choice = next((one for one in receipt.choices if str(one.number) == which), None)
        if choice is None:
            raise LinkError("there is no such choice on this receipt")
        body = ConsentWithdrawn(
            scope="topic", topics=choice.topics, channels=choice.channels, through_offered_mechanism=True
        )
    addresses = sorted({address for entry in receipt.entries for address in entry.addresses})
    origin = f"receipt:{receipt.report}:{which}:{now.isoformat()}"
    ledger.append(
        [
            Entry(body=body, happened_at=now, origin=origin, actor="person", proof="captured_here",
                  person=receipt.person, addresses=addresses)
        ]
    )  # fmt: skip


def record(ledger: Ledger, receipt: Receipt, declaration: Declaration, here: str, notice: str, now: datetime) -> bytes:
    """
    The receipt as signed JSON-LD. `here` is its own address, `notice` the address of the notice it was given under.

    `proof.signatureValue` signs the canonical JSON of everything else.
    """
    business = declaration.business
    kinds = sorted({DATA[address.kind] for entry in receipt.entries for address in entry.addresses})
    written: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": here,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": receipt.report,
        "dct:conformsTo": f"{CONFORMS}#receipt",
        "dct:created": _moment(now),
        "dct:publisher": business.legal_name,
        "dpv:hasRecordOfActivity": {
            "@id": f"{here}#record",
            "@type": "dpv:ConsentRecord",
            "dct:identifier": f"{receipt.report}-record",
            "dct:conformsTo": f"{CONFORMS}#record",
            "dpv:hasDataSubject": {"@id": f"{here}#person"},
            "dpv:hasDataController": {
                "@id": business.website,
                "@type": "dpv:DataController",
                "schema:name": business.legal_name,
                "schema:address": business.address,
                "schema:email": business.email,
            },
            "dpv:hasJurisdiction": [f"loc:{place}" for place in declaration.jurisdictions],
            "dpv:hasNotice": {"@id": notice, "@type": "dpv:ConsentNotice", "dct:hasVersion": receipt.notice, "dct:language": "en"},
            "dpv:hasProcess": [_process(choice, declaration, kinds) for choice in receipt.choices],
            "dpv:hasConsentControl": {"@type": ["dpv:WithdrawConsent"], "dpv:isExercisedAt": here},
            "dpv:hasConsentStatus": [status for entry in receipt.entries for status in _statuses(entry)],
        },
    }  # fmt: skip
    public, signature = ledger.sign(rfc8785.dumps(written))
    written["proof"] = {"type": "Ed25519", "publicKey": public, "signatureValue": signature}
    return msgspec.json.encode(written)


def _process(choice: Choice, declaration: Declaration, kinds: list[str]) -> dict[str, Any]:
    kept = sorted({kind.kept for kind in declaration.data.values()})
    return {
        "@type": "dpv:Process",
        "dct:title": choice.wording,
        "dpv:hasPurpose": "dpv:DirectMarketing" if "online_ad" not in choice.channels else "dpv:TargetedAdvertising",
        "schema:keywords": choice.topics,
        "dpv:hasPersonalData": kinds,
        "dpv:hasRecipient": [recipient.words for recipient in declaration.recipients.values()],
        "dpv:hasStorageCondition": {"@type": "dpv:StorageDuration", "dpv:hasDuration": kept},
    }


def _statuses(entry: Entry) -> list[dict[str, Any]]:
    body = entry.body
    if isinstance(body, ConsentGiven):
        status, how = INDICATED.get(body.act, ("dpv:ConsentUnknown", body.act))
    elif isinstance(body, ConsentDeclined):
        status, how = "dpv:ConsentRefused", "left the box unticked"
    else:
        return []
    return [
        {
            "@type": [status, "dpv:ExpressedConsent"] if status == "dpv:ConsentGiven" else status,
            "dct:title": body.wording,
            "dpv:isIndicatedBy": "dpv:DataSubject",
            "dpv:hasIndicationMethod": how,
            "dpv:isIndicatedAtTime": _moment(entry.happened_at),
        }
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
