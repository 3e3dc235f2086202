"""Which kind of message it is, told from what its passages do and what they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sayso.messages.content.promotion import Act
from sayso.vocabulary.message import MessageKind

_FIRST: tuple[tuple[Act, MessageKind], ...] = (
    ("cart", "abandoned_cart"),
    ("resubscribe", "resubscribe_request"),
    ("quote", "requested_quote"),
)
"""These hold whatever else is in the message."""
_ALONE: tuple[tuple[Act, MessageKind], ...] = (
    ("consent", "consent_request"),
    ("retention", "retention"),
    ("referral", "referral"),
    ("recruitment", "recruitment"),
    ("fundraising", "fundraising"),
    ("survey", "survey"),
    ("newsletter", "newsletter"),
)
"""These hold where nothing in the message serves."""

_OPTED_OUT = re.compile(
    r"\b(?:you (?:are|have been|were|'ve been) (?:now )?(?:unsubscribed|opted out|removed)|(?:will|you'll) (?:get|receive) no (?:more|further) |"
    r"no (?:more|further) (?:marketing )?(?:messages|texts|emails)|you (?:have )?unsubscribed)\b"
)
_OPTED_IN = re.compile(
    r"\b(?:please )?confirm (?:your (?:subscription|sign-?up|e-?mail)|that you|messages|it here)|please confirm: messages\b|\bticked this on a form\b"
)
_FACT = re.compile(
    r"\b(?:privacy policy|terms (?:and conditions|of (?:use|service|your))|changes to (?:the|our) (?:terms|policy|policies|conditions)|recall|incident|breach|"
    r"interruption|interrupted|outage|power cut|maintenance|turn off|regulator)\b"
)


def commercial_kind(acts: Sequence[Act], *, serves: bool, long: bool) -> MessageKind:
    """The kind of a message that promotes. `serves`: something in it serves; `long`: it has many passages."""
    if long and not serves:
        return "newsletter"
    for act, kind in _FIRST:
        if act in acts:
            return kind
    if serves:
        return "service_with_promotion"
    return next((kind for act, kind in _ALONE if act in acts), "promotional")


def service_kind(said: Sequence[str]) -> MessageKind:
    """The kind of a message in which everything serves, from what it says first (lower case)."""
    first = " ".join(said)
    if _OPTED_OUT.search(first):
        return "opt_out_confirmation"
    return "factual" if _FACT.search(first) else "transactional"


_STATUTORY = re.compile(
    r"\b(?:order|payment|refund|booking|reservation|appointment|purchase|ticket)s?\b.{0,80}\b(?:received|confirmed|confirm|placed|shipped|dispatched|sent|delivered|refunded|"
    r"booked|cancelled|paid|arrive|processed|moved|approved|ready|due|attached|taken)\b|"
    r"\b(?:received|confirmed?|refunded|booked|dispatched|shipped|delivered|cancelled|sent|charged)\b.{0,60}\b(?:order|payment|booking|reservation|appointment|purchase|card|parcel|item|ticket)s?\b|"
    r"\b(?:invoice|receipt|statement|bill|balance)\b.{0,60}\b(?:attached|available|ready|due|paid|number|for|is|period)\b|\b(?:total|amount (?:paid|due))\b.{0,20}\d|"
    r"\b(?:recall(?:ed|ing|s)?|warranty|safety|breach|incident)\b|"
    r"\b(?:subscription|membership|account|loan|contract|policy|plan|terms|fee|price)\b.{0,80}\b(?:change|changed|changes|end|ends|ended|expires?|renew(?:s|ed)?|closed|cancelled|suspended|locked|updated)\b|"
    r"\bparcel\b.{0,60}\b(?:sent|delivered|arrive|waiting|collect|way)\b|\b(?:your|new) card (?:was|has been) (?:posted|sent)\b|\bdownload is (?:attached|ready)\b"
)
"""
15 USC 7702(17)(A), a closed list: a transaction already agreed; warranty, recall, safety and security; a change in terms,
standing or balance of an account or the like; goods and services one is entitled to.
"""
_FAILED = re.compile(
    r"\b(?:card|payment) (?:was|has been|is) (?:declined|rejected|refused|not (?:taken|accepted|received|completed))\b|\bpayment (?:failed|did not go through|was unsuccessful)\b|"
    r"\b(?:order|booking|purchase) (?:was|is|has|has been|could) not (?:been |be |yet )*(?:placed|processed|completed?|confirmed)\b|\bcould not (?:take|process|charge)\b"
)
_CONTINUING = re.compile(
    r"\b(?:subscription|contract|bill|invoice|policy|instal?ments?|direct debit|membership|account balance|loan|premium|rent|statement)\b"
)


def statutory(said: str) -> bool:
    """Is this lower-case passage of a kind that 15 USC 7702(17)(A) names?"""
    return bool(_STATUTORY.search(said))


def reports_failed_payment(said: str) -> bool:
    """Does it report that a payment for an order failed? What is owed in any case, such as a bill, is another matter."""
    return bool(_FAILED.search(said)) and not _CONTINUING.search(said)
