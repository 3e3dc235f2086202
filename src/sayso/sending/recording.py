"""What became of a message, as entries of the ledger; and what is on record of it already."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from msgspec.structs import replace

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import MessageRefused, MessageSent
from sayso.messages.mail_parts import MessageError, header_of
from sayso.sending.judging import Ruling
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Text

SENT, REFUSED = ":sent", ":refused:"
APPROVED = "approved-service-mail"
"""Stands in place of a rule where no answer could be had."""


def on_record(ledger: Ledger, origin: str) -> Outcome | None:
    """What is on record as sent under this origin, or as handed over without an answer; None where there is nothing."""
    sent = [entry for entry in ledger.entries_from(origin + SENT) if isinstance(entry.body, MessageSent)]
    accepted = [entry for entry in sent if isinstance(entry.body, MessageSent) and entry.body.outcome != "unknown"]
    if accepted:
        return Outcome("sent", "it was sent before, and is not sent again", accepted[-1].id, 250)
    if sent:
        return Outcome("unknown", "it was handed over before, and nobody can say whether it was taken", sent[-1].id)
    return None


def handing_over(
    outgoing: Outgoing,
    ruling: Ruling | None,
    content: Mail | Text,
    entry: str,
    at: datetime,
    *,
    answered_for: bool = False,
) -> Entry:
    """
    The record of a message that is about to go: while nobody answered for it, its outcome is unknown. Without a ruling
    it went because the owner approved its wording, and what it is was not judged.
    """
    body = MessageSent(
        channel=outgoing.channel,
        topic=outgoing.stream.topic,
        message_kind=ruling.facts.message_kind if ruling else None,
        with_consent=ruling.with_consent if ruling else None,
        rule=(ruling.rule or None) if ruling else APPROVED,
        outcome="unknown",
        stream=outgoing.stream.name,
        message_id=message_id(content) or None,
        content_sha256=content_hash(content),
        wording_answered_for=answered_for or None,
    )
    return _entry(outgoing, body, f"{outgoing.origin}{SENT}:{entry}", entry, at)


def handed_over(record: Entry, handed: Handed) -> Entry:
    """The same record with what the next hop said."""
    if handed.state == "unknown" or not isinstance(record.body, MessageSent):
        return record
    body = replace(record.body, outcome="accepted", reference=handed.reference or None)
    return replace(record, body=body)


def origin_of(record: Entry) -> str:
    """The origin of the message that a record of its hand-over is about."""
    return record.origin.rpartition(SENT)[0]


def refused(outgoing: Outgoing, ruling: Ruling, entry: str, at: datetime) -> Entry:
    """The record of a message that was not let go; the same refusal of the same message is one record."""
    body = MessageRefused(
        channel=outgoing.channel,
        topic=outgoing.stream.topic,
        answer=ruling.answer,
        rule=ruling.rule or None,
        because=ruling.because,
        message_kind=ruling.facts.message_kind,
        stream=outgoing.stream.name,
        message_id=message_id(outgoing.content) or None,
    )
    return _entry(outgoing, body, f"{outgoing.origin}{REFUSED}{ruling.rule}", entry, at)


def _entry(outgoing: Outgoing, body: MessageSent | MessageRefused, origin: str, entry: str, at: datetime) -> Entry:
    return Entry(
        id=entry,
        body=body,
        happened_at=at,
        origin=origin,
        actor="sayso",
        proof="captured_here",
        sender=outgoing.stream.sender,
        addresses=[outgoing.to],
    )


def message_id(content: Mail | Text) -> str:
    """The Message-ID of a mail; empty where there is none."""
    if isinstance(content, Text):
        return ""
    try:
        fields = header_of(content.raw)
    except MessageError:
        return ""
    return next((field.value.strip() for field in fields if field.name == "message-id"), "")[:500]


def content_hash(content: Mail | Text) -> str:
    """SHA-256 of the message, in hex."""
    raw = content.raw if isinstance(content, Mail) else "\n".join((content.body, *content.media)).encode()
    return sha256(raw).hexdigest()
