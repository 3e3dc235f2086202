"""What is answered to a text: that a stop was heard, and to HELP who writes, how to reach them, and how to stop."""

from __future__ import annotations

from typing import Any

from sayso.ledger.entries import Address
from sayso.messages.identity import Identity
from sayso.sending.outgoing import Outgoing, Stream, Text
from sayso.settings import Sms
from sayso.vocabulary.message import MessageKind

_PLAIN: dict[str, Any] = {
    "commercial_purpose": False, "contains_marketing": False, "links_to_promotion": False, "promotes": "nothing",
}  # fmt: skip


def stopped(to: Address, text: str, identity: Identity, sms: Sms, unclear: bool) -> Outgoing:
    """The one text that may confirm a stop, and does nothing else (47 CFR 64.1200(a)(12))."""
    heard = "we received your text and you are unsubscribed" if unclear else "you are unsubscribed"
    said = f"{identity.brand}: {heard}. You will get no more marketing texts from us."
    return _answer(to, text, said, "opt_out_confirmation", sms)


def helped(to: Address, text: str, identity: Identity, sms: Sms) -> Outgoing:
    """Who writes, how to reach them, and how to stop (CTIA Messaging Principles 5.1.2)."""
    said = (
        f"{identity.brand}: we have received your request. We are {identity.legal_name}. "
        f"Contact: {identity.phone or identity.email}. Reply STOP to unsubscribe."
    )
    return _answer(to, text, said, "informational", sms)


def _answer(to: Address, text: str, said: str, kind: MessageKind, sms: Sms) -> Outgoing:
    return Outgoing(
        to=to,
        channel="sms",
        stream=Stream("answers-to-texts", sms.topic, service=True),
        content=Text(said),
        origin=f"text:{text}:answer",
        facts={**_PLAIN, "message_kind": kind},
    )
