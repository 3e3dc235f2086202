"""What all providers have in common: what they are trusted by, what one event says, and the stop that it comes to."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from sayso.capture.hooks import HookRefused
from sayso.ledger.entries import Actor, AnyBody, BounceReceived, ComplaintReceived, ConsentGiven, ConsentWithdrawn
from sayso.sending.returns.bounces import judge

GetText = Callable[[str], str]
"""Gets a file from a public address, as text. Raises FetchError."""


class Trust(msgspec.Struct, frozen=True, kw_only=True):
    """What proves that an event comes from the provider, as its owner set it. With nothing set, nothing is believed."""

    secrets: tuple[str, ...] = ()
    public_keys: tuple[str, ...] = ()
    topic_arns: tuple[str, ...] = ()
    get: GetText | None = None
    home: Path | None = None
    """The store's folder, in which what was seen is kept; left out, it is forgotten when the process ends."""


class Request(msgspec.Struct, frozen=True):
    """One request. Names of headers are in lower case; `secret` is what stood in the path after the provider's name."""

    body: bytes
    headers: Mapping[str, str] = {}
    secret: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a provider says of one mailbox."""

    id: str
    """The provider's own name for the event, by which it is the same when it comes again."""
    addresses: tuple[str, ...]
    """As the provider writes them."""
    body: AnyBody
    at: Any = None
    """When, as the provider writes it; left out, it counts from now."""
    actor: Actor = "person"
    raw: Mapping[str, Any] = {}


class Source(Protocol):
    """One provider."""

    def verify(self, request: Request, now: datetime) -> None:
        """Raises HookRefused unless the request comes from the provider; FetchError where that cannot be found out now."""

    def read(self, request: Request, now: datetime) -> list[Told]:
        """What it says that concerns us; nothing for what is not known. Raises HookRefused, FetchError or BadRowError."""


def withdrawn() -> ConsentWithdrawn:
    """Somebody unsubscribed at the provider, whose lists and groups are not our topics: so from all email."""
    return ConsentWithdrawn(scope="channel", channels=["email"], through_offered_mechanism=True, means_stop=True)


def complaint() -> ComplaintReceived:
    """Somebody pressed "spam"."""
    return ComplaintReceived(scope="channel", channels=["email"])


def bounce(said: str, *, final: bool) -> BounceReceived:
    """
    A message that was not delivered. `final` is what the provider calls permanent; a code that speaks of the moment or of
    the message, and not of the address, is believed before it.
    """
    return BounceReceived(hard=final and judge(said, otherwise=True)[1], scope="channel", channels=["email"])


def came_back() -> ConsentGiven:
    """
    The provider says that somebody subscribed again. Only said, by a provider, of a page that it keeps to itself: it is on
    record, lifts no stop, and permits nothing until its owner settles what proves it.
    """
    return ConsentGiven(act="pressed_button", channels=["email"])


def is_secret(given: str, secrets: tuple[str, ...]) -> bool:
    """Is it one of the secrets? Compared in constant time."""
    fits = [hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode()) for secret in secrets]
    return any(fits)


def basic_password(header: str) -> str:
    """The password of an Authorization header (RFC 7617); empty where there is none."""
    scheme, _, code = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(code, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def require_secret(request: Request, secrets: tuple[str, ...]) -> None:
    """The secret in the address, or as the password of basic authentication: for who signs nothing. Raises HookRefused."""
    given = request.secret or basic_password(request.headers.get("authorization", ""))
    if not given or not is_secret(given, secrets):
        raise HookRefused(401, "the secret in the address is not the one set for this provider")


def decoded_object(text: str | bytes, what: str) -> dict[str, Any]:
    """A JSON object. Raises HookRefused."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise HookRefused(400, f"{what} is not a JSON object")
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; nothing where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object inside another; empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def words(value: Mapping[str, Any], *names: str) -> str:
    """The named values as one text, those that are there."""
    return " ".join(str(value[name]) for name in names if isinstance(value.get(name), str | int) and value[name] != "")
