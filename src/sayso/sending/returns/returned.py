"""What a mail that came back is, by what it says of itself. Whom it concerns is told apart elsewhere, by our own token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Literal

import msgspec

from sayso.ledger.entries import Address
from sayso.sending.returns import automatic, bounces, reports
from sayso.sending.returns.parsing import header, mailbox, own_text, parsed, text_of

Kind = Literal["bounce", "complaint", "opt_out", "unsubscribe", "auto_reply", "reply", "notice", "unreadable"]
"""
`opt_out` is a receiver's report that somebody wants no more; `unsubscribe` a mail that asks for it; `notice` a report that stops nothing, such as one of a failed authentication, or of a delivery.
"""

MOST_TOKENS = 8
MOST_NAMED = 100
"""Recipients read from one report; a report about one of our messages names one."""
_RETURN = re.compile(r"(?<![a-z0-9])([bu]-[a-z2-7]{39})(?![a-z0-9])", re.IGNORECASE)
_LINK = re.compile(r"/(?:u|preferences)/([A-Za-z0-9_-]{24,})")
_LAST_HOP = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that came back, as it says itself: nothing of it is proved."""

    kind: Kind
    why: str
    """A sentence without any contact detail."""
    hard: bool = False
    """A bounce that says that the address itself is no good."""
    code: str = ""
    """The code of RFC 3463 where there is one."""
    recipients: tuple[Address, ...] = ()
    """Whom a report names; of a bounce, those that failed for good if there are any."""
    sender: Address | None = None
    """Whose mailbox it says that it comes from."""
    subject: str = ""
    text: str = ""
    """What it says, with what it quotes."""
    arrived_at: tuple[str, ...] = ()
    """Local parts with the form of our return addresses in the headers that name where it was delivered."""
    tokens: tuple[str, ...] = ()
    """Those anywhere else in it, such as in the message that came back."""
    links: tuple[str, ...] = ()
    """What has the form of an unsubscribe token of ours."""


def read_returned(raw: bytes) -> Returned:
    """What came back. Never raises: a mail that cannot be read says so."""
    try:
        message = parsed(raw)
        if not message.keys():
            return Returned(kind="unreadable", why="it has no headers")
        said = _read(message)
        arrived = [_squeezed(value) for name in _LAST_HOP for value in message.get_all(name, [])]
        inside = list(_inside(message))
        return msgspec.structs.replace(
            said, sender=mailbox(header(message, "From")), arrived_at=_found(_RETURN, arrived),
            tokens=_found(_RETURN, inside), links=_found(_LINK, inside),
        )  # fmt: skip
    except Exception as error:  # whatever shape it has: it is kept whole, and a human reads it
        return Returned(kind="unreadable", why=f"it cannot be read ({type(error).__name__})")


def _read(message: Message) -> Returned:
    report = reports.read_report(message)
    if report is not None:
        named = report.recipients[:MOST_NAMED]
        return Returned(kind=report.kind, why=f"a feedback report: {report.type[:20]}", recipients=named)
    failures = bounces.read_failures(message)
    if failures:
        return _bounce(failures)
    if failures is not None:
        return Returned(kind="notice", why="a delivery report in which nothing failed")
    if automatic.asks_to_unsubscribe(message):
        return Returned(kind="unsubscribe", why="its subject asks to unsubscribe")
    subject, text = header(message, "Subject"), own_text(message)
    if automatic.is_automatic(message):
        return Returned(kind="auto_reply", why="an automatic answer", subject=subject, text=text)
    return Returned(kind="reply", why="somebody wrote", subject=subject, text=text)


def _bounce(failures: list[bounces.Failure]) -> Returned:
    worst = [failure for failure in failures if failure.hard] or failures
    hard, code = worst[0].hard, worst[0].code
    why = f"it came back{f' with {code}' if code else ''}: " + (
        "there is no such mailbox" if hard else "not delivered, for a reason that may pass"
    )
    recipients = tuple(dict.fromkeys(failure.address for failure in worst if failure.address is not None))
    return Returned(kind="bounce", why=why, hard=hard, code=code, recipients=recipients[:MOST_NAMED])


def _inside(message: Message) -> Iterator[str]:
    """All the text in it, with headers and links that were folded made whole."""
    for part in message.walk():
        yield from map(_squeezed, part.values())
        if not part.is_multipart():
            text = text_of(part)
            yield text
            yield re.sub(r"\r?\n[ \t]+", "", text)


def _squeezed(value: object) -> str:
    return re.sub(r"\s+", "", str(value))


def _found(pattern: re.Pattern[str], texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for text in texts for found in pattern.findall(text)))[:MOST_TOKENS]
