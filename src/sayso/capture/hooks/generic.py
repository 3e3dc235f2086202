"""
Our own signed format, for any shop that can send JSON. See docs/how-to/webhooks.md.

An event is a line of the form widget's log, or a checkout, or an order. The signature covers the moment of sending, so
that what was overheard cannot be sent again later; and what an event says, not when it was sent, makes it the same
event, so that sending it twice, or importing the log it also stands in, adds nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from sayso.capture import widget_log
from sayso.capture.errors import BadRowError, NobodyError
from sayso.capture.hooks import ucp
from sayso.capture.hooks.hook import HookRefused, HookSettings, Ignored, as_live, secrets_of
from sayso.capture.readings import Contact, Draft, Options, Reading, places_of, read_contact, read_place
from sayso.capture.values import read_moment
from sayso.ledger.entries import AnyBody, CheckoutStarted, DetailsCollected, OrderPlaced, Place, PlaceSource

HEADER = "x-sayso-signature"
TOLERANCE = timedelta(minutes=5)
"""How far the moment of signing may lie from ours, either way."""

_SIGNATURE = re.compile(r"t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,4})")


class Where(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A place typed into an address: country by code or name, state as its code."""

    country: str
    state: str | None = None


class _Typed(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="event"):
    at: str
    form: str
    """Names the checkout, the same in its order; kept as a keyed hash."""
    email: str | None = None
    phone: str | None = None
    shipping: Where | None = None
    billing: Where | None = None
    goods: list[str] = []
    sensitive: bool | None = None


class Checkout(_Typed, tag="checkout", kw_only=True):
    """A checkout with contact details, as it stands after the latest change. `at` is when it changed."""

    before_submission: bool | None = None
    """The details were taken from the page before the person pressed anything."""
    consent: dict[str, ucp.Choice] = {}
    """An agent's checkout: its `buyer.consent`, as the Universal Commerce Protocol has it."""


class Order(_Typed, tag="order", kw_only=True):
    """An order. `at` is when it was placed."""

    paid: bool | None = None


_EVENTS = msgspec.json.Decoder(widget_log.Form | widget_log.Happened | Checkout | Order)


def sign(secret: bytes, body: bytes, at: datetime) -> str:
    """The header's value for a body sent at a moment: `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of t.body>`."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(secret, moment, body)}"


def _digest(secret: bytes, moment: str, body: bytes) -> str:
    return hmac.digest(secret, moment.encode() + b"." + body, hashlib.sha256).hex()


def verify(headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> None:
    """The signature first, so that nobody without the secret learns anything of our clock."""
    given = _SIGNATURE.fullmatch(headers.get(HEADER, ""))
    secrets = secrets_of(settings)
    moment = given[1] if given else "0"
    claimed = given[2].split(",v1=")[1:] if given else [""]
    fits = [hmac.compare_digest(_digest(secret, moment, body), one) for secret in secrets for one in claimed]
    if not any(fits):
        raise HookRefused(401, "the signature is not that of this body and secret")
    if abs(now - datetime.fromtimestamp(int(moment), UTC)) > TOLERANCE:
        raise HookRefused(401, "it was signed too long ago, or ahead of our clock; sign it again and check both clocks")


def read(
    headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
) -> tuple[str, list[Reading]] | Ignored:
    """What the event says. An event that is not as the format has it is refused, since its sender can mend it."""
    try:
        event = _EVENTS.decode(body)
    except msgspec.ValidationError as problem:
        raise HookRefused(
            422, f"the event is not as the format has it: {widget_log.without_values(str(problem))}"
        ) from None
    except (msgspec.DecodeError, UnicodeError, ValueError, RecursionError):
        raise HookRefused(400, "the body is not JSON") from None
    try:
        if isinstance(event, Checkout):
            return "events", [_checkout(event, body, settings.options, now)]
        if isinstance(event, Order):
            return "events", [_order(event, body, settings.options, now)]
        reading = widget_log.read_event(1, body.decode(), event, settings.options, now)
        return "widget-log", [reading]
    except NobodyError:
        raise
    except BadRowError as problem:
        raise HookRefused(422, problem.reason) from None


def _typed(
    event: Checkout | Order, options: Options, now: datetime
) -> tuple[datetime, Contact, list[Place], list[str]]:
    warnings: list[str] = []
    at = read_moment(event.at, now)
    if at is None:
        raise BadRowError("the event has no time; write `at` as 2026-11-24T09:30:00Z")
    named: list[tuple[PlaceSource, Where | None]] = [("shipping", event.shipping), ("billing", event.billing)]
    places = [read_place(source, where.country, where.state, warnings) for source, where in named if where]
    country = next((place.country for place in places if place), options.default_country)
    contact = read_contact(event.email, [event.phone], country)
    return at, contact, places_of(places, contact), warnings + contact.warnings


def _checkout(event: Checkout, body: bytes, options: Options, now: datetime) -> Reading:
    at, contact, places, warnings = _typed(event, options, now)
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=event.before_submission is not True,
        before_submission=event.before_submission, form=event.form, places=places, sensitive=event.sensitive,
    )  # fmt: skip
    started = CheckoutStarted(form=event.form, goods=event.goods, sensitive=event.sensitive, places=places)
    drafts = _drafts([details, started], at, contact)
    drafts += ucp.drafts_of(event.consent, contact, at, event.form)
    return _reading(event, body, drafts, warnings)


def _order(event: Order, body: bytes, options: Options, now: datetime) -> Reading:
    at, contact, places, warnings = _typed(event, options, now)
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=True, form=event.form, form_submitted=True,
        places=places, sensitive=event.sensitive,
    )  # fmt: skip
    order = OrderPlaced(form=event.form, paid=event.paid, goods=event.goods, sensitive=event.sensitive, places=places)
    return _reading(event, body, _drafts([details, order], at, contact), warnings)


def _drafts(bodies: list[AnyBody], at: datetime, contact: Contact) -> list[Draft]:
    return [Draft(body=body, happened_at=at, addresses=contact.addresses, actor="shop") for body in bodies]


def _reading(event: Checkout | Order, body: bytes, drafts: list[Draft], warnings: list[str]) -> Reading:
    reading = Reading(line=1, written="", key=event.form, drafts=drafts, warnings=warnings, raw=body.decode())
    return as_live(reading)
