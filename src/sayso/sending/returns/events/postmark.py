"""
Postmark's events. Nothing is signed: the proof is a secret in the address, or the password of basic authentication.

A suppression that an owner or Postmark's staff took back is nobody's consent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sayso.ledger.entries import Actor, AnyBody
from sayso.sending.returns.events import event
from sayso.sending.returns.events.event import Request, Told, Trust, decoded_object, require_secret, words

_HARD = frozenset({"HardBounce", "BadEmailAddress"})
_SOFT = frozenset(
    {"SoftBounce", "Transient", "DnsError", "Blocked", "SpamNotification", "Undeliverable", "DMARCPolicy"}
)
_WANTS_NONE = frozenset({"Unsubscribe", "ManuallyDeactivated"})


class Postmark:
    """One account's events."""

    def __init__(self, trust: Trust) -> None:
        self._secrets = trust.secrets

    def verify(self, request: Request, now: datetime) -> None:
        """The secret."""
        require_secret(request, self._secrets)

    def read(self, request: Request, now: datetime) -> list[Told]:
        """The one event."""
        one = decoded_object(request.body, "the body")
        kind = words(one, "RecordType")
        body = (
            _change(one)
            if kind == "SubscriptionChange"
            else _bounce(one)
            if kind in ("Bounce", "SpamComplaint")
            else None
        )
        if body is None:
            return []
        known = words(one, "ID") or words(one, "MessageID", "ChangedAt", "SuppressSending")
        actor: Actor = "shop" if kind == "Bounce" or one.get("Origin") in ("Customer", "Admin") else "person"
        return [
            Told(
                id=f"{kind}:{known}", addresses=(words(one, "Email") or words(one, "Recipient"),), body=body, actor=actor,
                at=one.get("BouncedAt") or one.get("ChangedAt"),
                raw={name: value for name, value in one.items() if name != "Content"},
            )
        ]  # fmt: skip


def _bounce(one: dict[str, Any]) -> AnyBody | None:
    kind, said = words(one, "Type"), words(one, "Details")
    if kind == "SpamComplaint" or words(one, "RecordType") == "SpamComplaint":
        return event.complaint()
    if kind in _WANTS_NONE:
        return event.withdrawn()
    if kind in _HARD | _SOFT:
        return event.bounce(said, final=kind in _HARD)
    return None


def _change(one: dict[str, Any]) -> AnyBody | None:
    if one.get("SuppressSending") is False:
        return event.came_back() if one.get("Origin") == "Recipient" else None
    match words(one, "SuppressionReason"):
        case "HardBounce":
            return event.bounce("", final=True)
        case "SpamComplaint":
            return event.complaint()
    return event.withdrawn()
