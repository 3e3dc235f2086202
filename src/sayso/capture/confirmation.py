"""
Double opt-in: a second step, from the mailbox itself, before a ticked box for email counts as confirmed.

Anyone can type anyone's address into a form, so until then the address is not a known mailbox. Looking at the link
confirms nothing, since mail scanners look at every link; pressing the button on its page does. The mail that asks
carries no promotion.

Which mails were asked for and never left is read from the ledger alone, so that no crash forgets one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Literal

import msgspec

from sayso.capture.links import LinkError, Links
from sayso.capture.stopped import stopped_since
from sayso.capture.widget import awaits
from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import ConsentGiven
from sayso.notices.declaration import Business

MOST, WITHIN = 3, timedelta(days=1)
"""Mails that ask one mailbox, at most, and within what time. The link of each still works."""
WIRE = policy.SMTP.clone(max_line_length=998)


class Asked(msgspec.Struct):
    """What a confirming link is about."""

    report: str
    consents: list[Entry]
    """As they were given on the form."""
    state: Literal["open", "confirmed", "stopped"]
    """`stopped`: the person asked to stop after the mail was made; the link permits nothing any more."""


def mail(
    business: Business, consents: Sequence[Entry], to: str, confirm: str, receipt: str, now: datetime
) -> EmailMessage:
    """The mail that asks for the second step: who asks, for what, the two links, and nothing else."""
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(business.brand, addr_spec=business.email)
    message["To"] = to
    message["Subject"] = f"Please confirm: messages from {business.brand}"
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=business.email.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    asked = "\n".join(f"  - {wording}" for wording in wordings(consents))
    message.set_content(
        f"Somebody ticked this on a form of {business.brand} with your email address.\n\n{asked}\n\n"
        f"If it was you, please confirm your email address here:\n{confirm}\n\n"
        f"If it was not you, ignore this email: nothing will be sent to you.\n\n"
        f"Your receipt of this form: {receipt}\n\n"
        f"{business.legal_name}, {business.address}\n{business.email}\n"
    )
    return message


def wordings(consents: Sequence[Entry]) -> list[str]:
    """The words that stood beside the boxes."""
    return [body.wording for entry in consents if isinstance(body := entry.body, ConsentGiven) and body.wording]


def origin(report: str) -> str:
    """Under which a report's mail is sent, and never twice."""
    return f"double-opt-in:{report}"


def report_of(entry: Entry) -> str | None:
    """The report whose box this is, if it is one that only claims a mailbox until the second step."""
    source, _, rest = entry.origin.partition(":")
    return rest.partition(":")[0] if source == "widget" and entry.proof == "asserted" and awaits(entry) else None


def waiting(ledger: Ledger, report: str, now: datetime, days: int) -> list[Entry]:
    """What of a report still waits for its second step: given no more than `days` ago, not confirmed, not stopped since."""
    consents = [entry for entry in ledger.entries_from(f"widget:{report}:") if awaits(entry)]
    if ledger.has_origin(f"confirm:{report}:"):
        return []
    if any(entry.happened_at < now - timedelta(days=days) for entry in consents):
        return []
    return [] if any(stopped_since(ledger, entry, entry.happened_at) for entry in consents) else consents


def asked(ledger: Ledger, links: Links, token: str, days: int) -> Asked:
    """What a confirming link is about, and how it stands. Changes nothing. Raises LinkError, LinkExpiredError."""
    report, made = links.confirmed(token, days)
    consents = [entry for entry in ledger.entries_from(f"widget:{report}:") if awaits(entry)]
    if not consents:
        raise LinkError("what this link is about is not on record any more")
    stopped = any(stopped_since(ledger, entry, made) for entry in consents)
    done = bool(ledger.entries_from(f"confirm:{report}:"))
    return Asked(report, consents, "stopped" if stopped else "confirmed" if done else "open")


def confirm(ledger: Ledger, wanted: Asked, page: str, now: datetime) -> None:
    """Record the second step. A second press adds nothing; one after a stop is not recorded."""
    if wanted.state != "open":
        return
    entries = []
    for number, given in enumerate(wanted.consents):
        body = msgspec.structs.replace(
            given.body, act="confirmed_by_link", confirmed_from_account=True, confirmed_in_second_step=True, page=page,
            form_submitted=True, box_default=None, box_final=None, box_changed_by=None,
        )  # fmt: skip
        entries.append(
            Entry(
                body=body,
                happened_at=now,
                origin=f"confirm:{wanted.report}:{number}",
                actor="person",
                proof="captured_here",
                sender=given.sender,
                person=given.person,
                addresses=[address for address in given.addresses if address.kind == "email"],
            )
        )
    ledger.append(entries)
