"""
Delivery reports (RFC 3464), and the many that look otherwise; which of them mean that a mailbox is not there.

Hard are the codes of RFC 3463 that say so of the address itself. A full mailbox, a policy or a reputation is about the
message or the moment: it is counted and stops nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from email.message import Message

import msgspec
from flufl.bounce import all_failures

from sayso.ledger.entries import Address
from sayso.sending.returns.parsing import header, mailbox, own_text

logging.getLogger("flufl.bounce").disabled = True  # it logs what it stumbled over, and that may be somebody's address

HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
"""No such mailbox; no such domain; not an address; moved without a new address; null MX (RFC 3463 3.2, RFC 7505)."""

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_UNKNOWN_USER = re.compile(
    r"user (is )?(unknown|not known)|(unknown|no such|invalid|illegal) (user|recipient|mailbox|address|local part)"
    r"|(recipient|mailbox|user|account|address)( name| you entered)?( is| was)? (unknown|not (recognized|recogni[sz]ed|found))"
    r"|(account|mailbox|address|user)[^.\n]{0,40} does(n't| not) exist|no mailbox here by that name",
    re.IGNORECASE,
)
_TEMPORARY = re.compile(r"try again|temporar|delayed|will be retried|not (yet )?been delivered", re.IGNORECASE)
_RETURNED = re.compile(
    r"^--[^\n]{0,200}?(?:copy of|original|returned|below this line|follows)|^-{2,} *$|^(?:return-path|received): ",
    re.I | re.M,
)
"""Where the message that came back begins. A line is looked at as far as anybody writes one: it may be a megabyte long."""
_FROM_MAILER = re.compile(r"mailer-daemon|postmaster|mail delivery|mail administrator|system administrator", re.I)


class Failure(msgspec.Struct, frozen=True):
    """One recipient that the message did not reach. `code` is of RFC 3463, empty where none was given."""

    address: Address | None
    hard: bool
    code: str = ""


def is_hard(code: str) -> bool:
    """Does the code say that the address itself is no good?"""
    return code in HARD


def code_in(text: str) -> str:
    """The code in what a server said, the most telling one where there are several; empty where there is none."""
    found = [str(code) for code in _ENHANCED.findall(text)]
    telling = [code for code in found if not code.endswith(".0.0")]
    return next((code for code in telling if is_hard(code)), next(iter(telling or found), ""))


def judge(said: str, *, otherwise: bool = False) -> tuple[str, bool]:
    """The code in what a server said, and whether the address is no good; by its words where it gave no code."""
    code = code_in(said)
    if code and not code.endswith(".0.0"):
        return code, is_hard(code)
    if _UNKNOWN_USER.search(said):
        return code, True
    return code, otherwise


def read_failures(message: Message) -> list[Failure] | None:
    """Whom the message did not reach, as far as a delivery report says it; None where this is no such report."""
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is not None:
        blocks = (
            [block for block in status.get_payload() if isinstance(block, Message)] if status.is_multipart() else []
        )
        found = [failure for block in blocks if (failure := _of_block(block)) is not None]
        if found or any(block.get("Action") or block.get("Final-Recipient") for block in blocks):
            return found
    return _without_status(message, reported=status is not None)


def _of_block(block: Message) -> Failure | None:
    """A recipient's block. `Action: failed (Bad destination)` and `Action: failure` are both met in the wild."""
    action = header(block, "Action").lower()
    status, diagnostic = header(block, "Status"), header(block, "Diagnostic-Code")
    if not (action or status or diagnostic) or action.startswith(("delivered", "relayed", "expanded")):
        return None
    recipient = mailbox(header(block, "Original-Recipient")) or mailbox(header(block, "Final-Recipient"))
    if recipient is None and not action:
        return None
    code = code_in(status)
    if not code or code.endswith(".0.0"):
        code, hard = judge(f"{status} {diagnostic}")
    else:
        hard = is_hard(code)
    return Failure(recipient, hard and not action.startswith("delayed") and not code.startswith("4"), code)


def _without_status(message: Message, *, reported: bool) -> list[Failure] | None:
    """A report in words alone, as Exim, qmail and old Exchange send them. Only what a mail system sent is one."""
    if not (reported or _by_a_mail_system(message)):
        return None
    addresses = [address for address in map(mailbox, _named_in_words(message)) if address is not None]
    failed = mailbox(message.get("X-Failed-Recipients"))
    if failed and failed not in addresses:
        addresses.append(failed)
    said = _RETURNED.split(own_text(message), maxsplit=1)[0]
    code, hard = judge(said)
    if not addresses and not code and not hard and not reported:
        return None
    waiting = bool(_TEMPORARY.search(said)) and not code
    named: Sequence[Address | None] = addresses or [None]
    return [Failure(address, hard and not waiting, code) for address in named]


def _named_in_words(message: Message) -> list[str]:
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # a detector that stumbles finds nothing; what the report says in codes still counts
        return []
    return [address.decode("ascii", "replace") for address in sorted({*temporary, *permanent})]


def _by_a_mail_system(message: Message) -> bool:
    return bool(
        message.get("X-Failed-Recipients")
        or header(message, "Return-Path") == "<>"
        or _FROM_MAILER.search(header(message, "From"))
        or message.get_param("report-type", "") == "delivery-status"
    )
