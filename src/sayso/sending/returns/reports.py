"""
Complaints by feedback report (RFC 5965), and Microsoft's, which are none: a mixed message with the original attached.

A report that somebody pressed "spam" is a complaint. A failed authentication (RFC 6591) and a "not spam" (RFC 6430) are
reports too, and say nothing of the kind; a type that is not known is taken for a complaint, since it may be one.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import Literal

import msgspec

from sayso.ledger.entries import Address
from sayso.sending.returns.parsing import header, mailbox

_NO_COMPLAINT = frozenset({"auth-failure", "not-spam", "dmarc", "virus"})
_OPT_OUT = frozenset({"opt-out", "opt-out-list"})
_RECIPIENT = ("Removal-Recipient", "Original-Rcpt-To")
_MICROSOFT = "X-HmXmrOriginalRecipient"


class Report(msgspec.Struct, frozen=True):
    """What a report says, and whom it names: often nobody, since receivers hide who complained."""

    kind: Literal["complaint", "opt_out", "notice"]
    type: str
    recipients: tuple[Address, ...] = ()


def read_report(message: Message) -> Report | None:
    """The report; None where this is none."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            return _feedback(part)
    original = next((part for part in message.walk() if part.get(_MICROSOFT)), None)
    if original is not None and message.get_content_type() == "multipart/mixed":
        named = mailbox(header(original, _MICROSOFT))
        return Report("complaint", "abuse", (named,) if named else ())
    return None


def _feedback(part: Message) -> Report:
    fields = part.get_payload()
    inner = fields[0] if isinstance(fields, list) and fields else None
    if not isinstance(inner, Message):
        return Report("complaint", "unknown")
    kind = re.sub(r"[^a-z-]", "", header(inner, "Feedback-Type").lower().partition(";")[0])
    named = [mailbox(str(value)) for field in _RECIPIENT for value in inner.get_all(field, [])]
    recipients = tuple(dict.fromkeys(one for one in named if one is not None))
    if kind in _NO_COMPLAINT:
        return Report("notice", kind, recipients)
    return Report("opt_out" if kind in _OPT_OUT else "complaint", kind or "unknown", recipients)
