"""What every source of webhooks has in common: what it is given, what it may answer, and how a signature is checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from sayso.capture.readings import Draft, Options, Reading
from sayso.ledger.entries import Checkout, CheckoutAbandoned, CheckoutStarted, DetailsCollected, OrderPlaced

LARGEST = 1 << 20
"""Bytes of a body. No checkout, order or customer is this long."""

Fetch = Callable[[str], Any]
"""Gets one resource of the shop's API by its path: the JSON value, or None where it is gone. Raises `FetchError`."""


class HookRefused(Exception):  # noqa: N818 -- the word the answer uses
    """The request is not taken. `status` is the HTTP status; the text holds no contact detail and no secret."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class FetchError(Exception):
    """The shop's API did not answer; the event is not acknowledged, and the shop sends it again."""


class Ignored(msgspec.Struct, frozen=True):
    """The event is understood, and nothing has to be recorded of it."""

    reason: str


class HookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a source needs to know. Without a secret every event is refused: what is unsigned could be anybody's."""

    secrets: tuple[str, ...]
    """Shared with the shop; more than one while a secret is being replaced."""
    options: Options = msgspec.field(default_factory=Options)
    store: str | None = None
    """BigCommerce: the hash in the store's API path, `stores/<hash>`."""
    fetch: Fetch | None = None
    """BigCommerce: gets what an event only names."""


class Hook(Protocol):
    """One source."""

    def verify(self, headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> None:
        """Raises `HookRefused` unless the body comes from who holds the secret. Header names are in lower case."""

    def read(
        self, headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
    ) -> tuple[str, list[Reading]] | Ignored:
        """
        What it was read as, and what it says. The kind is that of the export which would say the same.

        Raises `HookRefused`; `BadRowError` where a genuine event cannot be used; `FetchError`.
        """


def secrets_of(settings: HookSettings) -> tuple[bytes, ...]:
    """The secrets as bytes. Raises `HookRefused` where none is set."""
    found = tuple(secret.encode() for secret in settings.secrets if secret)
    if not found:
        raise HookRefused(401, "no secret is set for this source, so nothing from it can be believed; set one")
    return found


def verify_base64_hmac(given: str, body: bytes, settings: HookSettings) -> None:
    """A base64 HMAC-SHA256 of the body as it came, as Shopify and WooCommerce sign. Compared in constant time."""
    try:
        claimed = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        claimed = b""
    fits = [hmac.compare_digest(hmac.digest(secret, body, hashlib.sha256), claimed) for secret in secrets_of(settings)]
    if not any(fits):
        raise HookRefused(401, "the signature is not that of this body and secret")


def decoded(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; half a character, as a name cut off in the middle has it, becomes a question mark."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
        value = _mended(body)
    if not isinstance(value, dict):
        raise HookRefused(400, "the body is not a JSON object")
    return value


def _mended(body: bytes) -> Any:
    try:
        whole = json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
        return msgspec.json.decode(whole)
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
        raise HookRefused(400, "the body is not JSON") from None


def as_live(reading: Reading) -> Reading:
    """
    A reading of an export, as the event it is now: a checkout without an order was not left, it is open.

    The event as it came is kept with what is new in it, since the details typed are often those of the event before.
    """
    drafts = [_open(draft) for draft in reading.drafts]
    news = [draft for draft in drafts if not isinstance(draft.body, DetailsCollected)] or drafts
    carrier = next((draft for draft in news if isinstance(draft.body, Checkout | OrderPlaced)), news[0])
    for draft in drafts:
        draft.with_raw = draft is carrier
    return msgspec.structs.replace(reading, drafts=drafts)


def _open(draft: Draft) -> Draft:
    if not isinstance(draft.body, CheckoutAbandoned):
        return draft
    return msgspec.structs.replace(draft, body=CheckoutStarted(**msgspec.structs.asdict(draft.body)))
