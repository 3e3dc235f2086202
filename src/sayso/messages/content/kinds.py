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
    r"interruption|outage|power cut|maintenance|turn off|regulator)\b"
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
