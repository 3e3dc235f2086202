"""
Mailgun's events: hex HMAC-SHA256 over a timestamp and a token, which leaves the event itself unsigned.

So a signature holds for one event only: the token is remembered with the body it came with, and refused with another. It
is kept in a file, since a signature outlives the process that took it.
Mailgun goes on trying for eight hours.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sayso.capture.hooks import HookRefused
from sayso.ledger.entries import AnyBody
from sayso.sending.returns.events import event
from sayso.sending.returns.events.event import Request, Told, Trust, decoded_object, inner, words
from sayso.sending.returns.events.tokens import Tokens

AGE = timedelta(hours=12)
"""How old a signature may be, so that a retry after a long outage is still heard."""
FILE = "mailgun-tokens"
"""Beside the store."""


class Mailgun:
    """One account's events."""

    def __init__(self, trust: Trust) -> None:
        self._keys = [secret.encode() for secret in trust.secrets]
        self._tokens = Tokens(trust.home / FILE if trust.home else None, AGE)

    def verify(self, request: Request, now: datetime) -> None:
        """The signature, its age, and that its token was not used for anything else."""
        given = inner(decoded_object(request.body, "the body"), "signature")
        timestamp, token, signature = (words(given, name) for name in ("timestamp", "token", "signature"))
        signed = f"{timestamp}{token}".encode()
        fits = [hmac.compare_digest(hmac.digest(key, signed, sha256).hex(), signature.lower()) for key in self._keys]
        if not token or not any(fits) or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            raise HookRefused(401, "the signature is not that of this timestamp, token and key")
        if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > AGE:
            raise HookRefused(401, "it was signed too long ago, or ahead of our clock")
        if not self._tokens.first(token, sha256(request.body).hexdigest(), int(timestamp), now):
            raise HookRefused(401, "its token came before with another event")

    def read(self, request: Request, now: datetime) -> list[Told]:
        """The one event."""
        one = inner(decoded_object(request.body, "the body"), "event-data")
        body = _body(one)
        if body is None:
            return []
        headers = inner(inner(one, "message"), "headers")
        known = words(one, "id") or words(headers, "message-id") + words(one, "event")
        at = one.get("timestamp")
        return [
            Told(
                id=known, addresses=(words(one, "recipient"),), body=body, at=int(at) if isinstance(at, float) else at,
                raw=one, actor="shop" if one.get("event") == "failed" else "person",
            )
        ]  # fmt: skip


def _body(one: dict[str, Any]) -> AnyBody | None:
    match one.get("event"):
        case "complained":
            return event.complaint()
        case "unsubscribed":
            return event.withdrawn()
        case "failed":
            return _failed(one)
    return None


def _failed(one: dict[str, Any]) -> AnyBody:
    """A failure; one that Mailgun itself made, since it knows of an earlier stop, is that stop."""
    match words(one, "reason"):
        case "suppress-unsubscribe":
            return event.withdrawn()
        case "suppress-complaint":
            return event.complaint()
    status = inner(one, "delivery-status")
    return event.bounce(words(status, "enhanced-code", "message"), final=one.get("severity") == "permanent")
