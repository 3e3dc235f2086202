"""
SendGrid's signed events: ECDSA on P-256 with SHA-256, over the timestamp and the body as it came.

A request holds many events. `dropped` says that SendGrid itself did not send, since it knows of an earlier stop.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sayso.capture.hooks import HookRefused
from sayso.ledger.entries import AnyBody
from sayso.sending.returns.events import event
from sayso.sending.returns.events.event import Request, Told, Trust, words

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """A key as SendGrid shows it (base64 of DER), or as PEM. Raises ValueError saying what was expected."""
    try:
        if "BEGIN" in text:
            key = serialization.load_pem_public_key(text.encode())
        else:
            key = serialization.load_der_public_key(base64.b64decode(text))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("this is not SendGrid's verification key; copy it from Mail Settings, Event Webhook, Security")
    return key


class SendGrid:
    """One account's events."""

    def __init__(self, trust: Trust) -> None:
        self._keys = [public_key(text) for text in trust.public_keys]

    def verify(self, request: Request, now: datetime) -> None:
        """The signature over timestamp and body. What comes again is told by its `sg_event_id`, so its age does not matter."""
        signed = request.headers.get(TIMESTAMP, "").encode() + request.body
        try:
            signature = base64.b64decode(request.headers.get(SIGNATURE, ""), validate=True)
        except (binascii.Error, ValueError):
            signature = b""
        for key in self._keys:
            try:
                return key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
            except InvalidSignature:
                continue
        raise HookRefused(401, "the signature is not that of this body and key")

    def read(self, request: Request, now: datetime) -> list[Told]:
        """Every event of the list that stops something or was not delivered."""
        try:
            events = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise HookRefused(400, "the body is not JSON") from None
        found = [(one, _body(one)) for one in event.objects(events)]
        return [
            Told(
                id=words(one, "sg_event_id") or words(one, "sg_message_id", "event", "timestamp"),
                addresses=(words(one, "email"),), body=body, at=one.get("timestamp"), raw=one,
                actor="shop" if one.get("event") in ("bounce", "dropped", "deferred") else "person",
            )
            for one, body in found if body is not None
        ]  # fmt: skip


def _body(one: dict[str, Any]) -> AnyBody | None:
    said = words(one, "status", "reason")
    match one.get("event"):
        case "spamreport":
            return event.complaint()
        case "unsubscribe" | "group_unsubscribe":
            return event.withdrawn()
        case "group_resubscribe":
            return event.came_back()
        case "bounce":
            return event.bounce(said, final=one.get("type") != "blocked")
        case "deferred":
            return event.bounce(said, final=False)
        case "dropped":
            return _dropped(words(one, "reason").casefold())
    return None


def _dropped(reason: str) -> AnyBody | None:
    if "unsubscribed" in reason:
        return event.withdrawn()
    if "spam report" in reason:
        return event.complaint()
    if "bounced" in reason or "invalid" in reason:
        return event.bounce("", final=True)
    return None
