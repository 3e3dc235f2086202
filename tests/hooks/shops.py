"""A clock set by hand, and shops that sign what they send, with what a ledger came to know from them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sayso.capture import Options
from sayso.capture.hooks import Handled, HookSettings, generic, handle
from sayso.ledger import Address, Ledger
from sayso.vocabulary import Channel, Facts

SECRET = "not-a-real-secret"  # noqa: S105
SETTINGS = HookSettings(secrets=(SECRET,))
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


def body_of(item: Any) -> bytes:
    return item if isinstance(item, bytes) else json.dumps(item).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


class Shop:
    """Whoever holds the secret, and what the ledger came to know from them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock

    def shopify(self, topic: str, item: Any, settings: HookSettings = SETTINGS, **headers: str) -> Handled:
        body = body_of(item)
        sent = {"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": signed(body), **headers}
        return handle(self.ledger, "shopify", sent, body, settings, self.clock.now)

    def woocommerce(self, topic: str, item: Any, settings: HookSettings = SETTINGS) -> Handled:
        body = body_of(item)
        sent = {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": signed(body)}
        return handle(self.ledger, "woocommerce", sent, body, settings, self.clock.now)

    def generic(self, item: Any, at: datetime | None = None, settings: HookSettings = SETTINGS) -> Handled:
        body = body_of(item)
        sent = {"X-Sayso-Signature": generic.sign(SECRET.encode(), body, at or self.clock.now)}
        return handle(self.ledger, "generic", sent, body, settings, self.clock.now)

    def known(self, value: str, channel: Channel = "email", topic: str = "abandoned_cart") -> Facts:
        address = Address("email", value) if "@" in value else Address("phone", value)
        return self.ledger.facts_for(address, channel=channel, topic=topic, at=self.clock.now)

    def kinds(self, value: str) -> list[str]:
        """What is on record of whoever holds the address, in the order recorded."""
        return [entry.kind for person in self.ledger.find(value) for entry in self.ledger.entries_about(person)]


def boxed(**options: Any) -> HookSettings:
    """Settings with what the owner says of the shop."""
    return HookSettings(secrets=(SECRET,), options=Options(**options))
