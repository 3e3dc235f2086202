"""
What a carrier tells of a message that went, or that it would not take: evidence, and where the number is no good a stop.

Only what says that the number itself cannot be reached is a hard bounce. A phone that is off, or a carrier that filters,
says nothing of the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from sayso.choices.links import About
from sayso.choices.stopping import stop
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import Address, BounceReceived, DeliveryReported, MessageSent
from sayso.sending.sms import kannel, twilio
from sayso.vocabulary import Channel

TEXTS: tuple[Channel, Channel] = ("sms", "mms")
NO_SUCH_NUMBER = frozenset({21211, 21214, 21217, 21614, 30005})
"""Twilio: not a number, not a mobile, unknown handset. Unreachable (30003) and landline or carrier (30006) may pass."""


class Report(msgspec.Struct, frozen=True):
    """What became of one message; `code` is the carrier's own, 0 where it gave none."""

    outcome: Literal["delivered", "undelivered"]
    code: int = 0


class NotYetError(Exception):
    """The message is not on record yet: it is told of again later."""


def of_kannel(status: str) -> Report | None:
    """A Kannel report by its bits; None where nothing follows from it. It does not say why a text did not arrive."""
    bits = int(status) if status.isascii() and status.isdigit() and len(status) < 4 else 0
    if bits & kannel.DELIVERED:
        return Report("delivered")
    if bits & (kannel.UNDELIVERABLE | kannel.REJECTED):
        return Report("undelivered")
    return None


def of_twilio(status: str, code: str) -> Report | None:
    """A Twilio report by its MessageStatus and ErrorCode; None while the message is on its way."""
    if status in ("delivered", "read"):
        return Report("delivered")
    if status in ("undelivered", "failed"):
        return Report("undelivered", int(code) if code.isascii() and code.isdigit() and len(code) < 7 else 0)
    return None


def record_report(ledger: Ledger, message: str, report: Report, now: datetime) -> None:
    """
    Record what became of a message, by its entry; the same report again adds nothing. Raises NotYetError, LedgerError.

    What was told to have been delivered is told so for good: an undelivered that comes later is recorded beside it.
    """
    sent = next((one for one in ledger.entries([message]) if isinstance(one.body, MessageSent)), None)
    if sent is None:
        raise NotYetError("no such message is on record")
    assert isinstance(sent.body, MessageSent)  # noqa: S101 -- narrows the type only
    body = DeliveryReported(
        channel=sent.body.channel,
        message=message,
        outcome=report.outcome,
        code=str(report.code) if report.code else None,
    )
    told = Entry(
        body=body,
        happened_at=now,
        origin=f"delivery:{message}:{report.outcome}:{report.code}",
        actor="sayso",
        proof="captured_here",
        sender=sent.sender,
        person=sent.person,
        addresses=sent.addresses,
    )
    bounces = [entry for address in sent.addresses for entry in _bounce(address, report.code, message, now)]
    ledger.append([*bounces, told])
    if report.code == twilio.STOPPED:
        for address in sent.addresses:
            _stopped_there(ledger, address, now)


def refused_by_carrier(ledger: Ledger, to: Address, code: int, now: datetime) -> None:
    """What a carrier's refusal to take a text says of the number: a stop it saw, or that there is no such number."""
    if code == twilio.STOPPED:
        _stopped_there(ledger, to, now)
    elif bounces := list(_bounce(to, code, f"{ledger.fingerprint(to.value)}:{now:%Y-%m-%d}", now)):
        ledger.append(bounces)


def _bounce(address: Address, code: int, what: str, now: datetime) -> Iterator[Entry]:
    if code in NO_SUCH_NUMBER:
        yield Entry(
            body=BounceReceived(hard=True, scope="channel", channels=list(TEXTS)),
            happened_at=now,
            origin=f"bounce:text:{what}:{code}",
            actor="sayso",
            proof="captured_here",
            addresses=[address],
        )


def _stopped_there(ledger: Ledger, address: Address, now: datetime) -> None:
    stop(ledger, About(address, "sms", "everything", "shop"), "keyword", "channel", now)
