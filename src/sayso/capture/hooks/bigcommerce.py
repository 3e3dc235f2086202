"""
BigCommerce's webhooks: thin events, which name a thing; what it says has to be got by its API.

Events carry no signature (`hash` is an unkeyed digest). BigCommerce sends whatever headers the webhook was made with, so
the proof is a secret header. Only an id in its expected form is taken from an event, and it goes into a path under
one fixed host and store: no address in an event leads us anywhere. While the API does not answer, the event is not
acknowledged and BigCommerce sends it again. A thing that is gone (404) has nothing left to say.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from sayso.capture.errors import BadRowError
from sayso.capture.hooks.hook import Fetch, FetchError, HookRefused, HookSettings, Ignored, as_live, decoded, secrets_of
from sayso.capture.readings import (
    Draft,
    Reading,
    full_name,
    places_of,
    postal_lines,
    read_contact,
    read_place,
    without_secrets,
)
from sayso.capture.values import read_moment, text_of
from sayso.ledger.entries import (
    AnyBody,
    CheckoutAbandoned,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    OrderPlaced,
    Place,
    Private,
)

HEADER = "x-sayso-secret"
API = "https://api.bigcommerce.com"
_SECONDS = 5.0
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,18}")
_CARTS = frozenset({"store/cart/created", "store/cart/updated", "store/cart/abandoned"})
_ORDERS = frozenset({
    "store/order/created", "store/order/updated", "store/order/statusUpdated", "store/cart/converted",
})  # fmt: skip
_CUSTOMERS = frozenset({"store/customer/created", "store/customer/updated"})
_SUBSCRIBERS = frozenset({"store/subscriber/created", "store/subscriber/updated"})
_INCOMPLETE, _NO_SALE, _PAID = 0, frozenset({5, 6}), frozenset({2, 3, 8, 9, 10, 11})
"""`status_id` of an order: payment never completed; cancelled or declined; paid and on its way."""


def api(store: str, token: str, base: str = API) -> Fetch:
    """
    A `Fetch` for one store, with an API account's token (read access to carts, checkouts, orders and customers).

    Redirects are not followed, so the token goes to `base` alone.
    """
    client = httpx.Client(
        base_url=f"{base}/stores/{store}/", timeout=_SECONDS, follow_redirects=False,
        headers={"X-Auth-Token": token, "Accept": "application/json"},
    )  # fmt: skip

    def fetch(path: str) -> Any:
        try:
            answer = client.get(path)
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            return msgspec.json.decode(answer.content) if answer.content else None
        except httpx.HTTPStatusError as error:
            raise FetchError(f"BigCommerce's API answered {error.response.status_code}; check the token") from None
        except (httpx.HTTPError, msgspec.DecodeError, UnicodeError):
            raise FetchError("BigCommerce's API did not answer; the event will be sent again") from None

    return fetch


def verify(headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> None:
    """`X-Sayso-Secret`, which the webhook was made with. Compared in constant time."""
    given = headers.get(HEADER, "").encode()
    fits = [hmac.compare_digest(secret, given) for secret in secrets_of(settings)]
    if not any(fits):
        raise HookRefused(401, "the secret header is not the one set for this source")


def read(
    headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
) -> tuple[str, list[Reading]] | Ignored:
    """Gets what the event names, and reads that."""
    event = decoded(body)
    scope, data = text_of(event.get("scope")), event.get("data")
    if scope == "store/subscriber/deleted":
        raise BadRowError(
            "somebody left the newsletter, and BigCommerce names them by a number that is gone; find out who it was and "
            "import a list of addresses to stop"
        )
    if scope not in _CARTS | _ORDERS | _CUSTOMERS | _SUBSCRIBERS:
        return Ignored("the scope is not one that is read here")
    if settings.fetch is None or not settings.store:
        raise HookRefused(503, "the event only names a thing, and no access to BigCommerce's API is set to get it by")
    if event.get("producer") != f"stores/{settings.store}" or not isinstance(data, dict):
        raise HookRefused(400, "the event is not one of the store that is set")
    number = text_of(data.get("orderId") if scope == "store/cart/converted" else data.get("id"))
    if not _ID.fullmatch(number):
        raise HookRefused(400, "the event does not name a thing by its id")
    found = settings.fetch(_path(scope, number))
    found = found.get("data", found) if isinstance(found, dict) else found
    found = found[0] if isinstance(found, list) and found else found
    if not isinstance(found, dict) or not found:
        return Ignored("it is gone, or was never anybody's")
    if scope in _CARTS:
        return "bigcommerce-checkouts", [_checkout(found, scope, settings, now)]
    if scope in _ORDERS:
        return "bigcommerce-orders", [_order(found, settings, now)]
    if scope in _CUSTOMERS:
        return "bigcommerce-customers", [_customer(found, settings, now)]
    return _subscriber(found, scope, settings, now)


def _path(scope: str, number: str) -> str:
    if scope in _CARTS:
        return f"v3/checkouts/{number}"
    if scope in _ORDERS:
        return f"v2/orders/{number}"
    if scope in _CUSTOMERS:
        return f"v3/customers?id:in={number}&include=addresses"
    return f"v3/customers/subscribers/{number}"


def _moment(value: Any, now: datetime) -> datetime | None:
    """A moment as either version of the API writes it: ISO 8601, or RFC 5322 in the older one."""
    text = text_of(value)
    if "," not in text:
        return read_moment(text, now)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        raise BadRowError("its date cannot be read") from None
    return read_moment((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(), now)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _form(cart: Any) -> str:
    return f"bigcommerce:cart:{text_of(cart)}"


def _checkout(item: dict[str, Any], scope: str, settings: HookSettings, now: datetime) -> Reading:
    """A cart with its checkout, whose ids are the same. BigCommerce's own `abandoned` comes after an hour's rest."""
    cart, billing = _mapping(item.get("cart")), _mapping(item.get("billing_address"))
    shipping = next((_mapping(one.get("address")) for one in _listed(item.get("consignments"))), {})
    warnings: list[str] = []
    places = [_place("shipping", shipping, warnings), _place("billing", billing, warnings)]
    country = next((place.country for place in places if place), settings.options.default_country)
    email = billing.get("email") or cart.get("email") or shipping.get("email")
    contact = read_contact(email, [billing.get("phone"), shipping.get("phone")], country)
    lines = _mapping(cart.get("line_items"))
    goods = [text_of(line.get("name")) for kind in lines.values() for line in _listed(kind)]
    form, found = _form(item.get("id")), places_of(places, contact)
    at = _moment(item.get("created_time"), now)
    left = _moment(item.get("updated_time"), now) or at
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=True, form=form, places=found
    )
    reading = _reading(
        form, item, [(details, at), (CheckoutAbandoned(form=form, goods=goods, places=found), left)], contact.addresses,
        _private(shipping or billing), warnings + contact.warnings,
    )  # fmt: skip
    return reading if scope == "store/cart/abandoned" else as_live(reading)


def _order(item: dict[str, Any], settings: HookSettings, now: datetime) -> Reading:
    """An order, which names the cart it came from; one that was never paid for is a checkout that waits."""
    billing = _mapping(item.get("billing_address"))
    warnings: list[str] = []
    place = _place("billing", billing, warnings)
    contact = read_contact(
        billing.get("email"), [billing.get("phone")], place.country if place else settings.options.default_country
    )
    found, status = places_of([place], contact), item.get("status_id")
    form = _form(item["cart_id"]) if text_of(item.get("cart_id")) else f"bigcommerce:order:{text_of(item.get('id'))}"
    at = _moment(item.get("date_created"), now)
    changed = _moment(item.get("date_modified"), now) or at
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=True, form=form, form_submitted=True,
        places=found,
    )  # fmt: skip
    happening: AnyBody
    if status == _INCOMPLETE:
        happening, at_last = CheckoutAbandoned(form=form, pressed_pay=True, places=found), changed
    else:
        paid = False if status in _NO_SALE else True if status in _PAID else None
        happening, at_last = OrderPlaced(form=form, paid=paid, places=found), at
    reading = _reading(
        f"bigcommerce:order:{text_of(item.get('id'))}", item, [(details, at), (happening, at_last)], contact.addresses,
        _private(billing), warnings + contact.warnings,
    )  # fmt: skip
    return as_live(reading)


def _customer(item: dict[str, Any], settings: HookSettings, now: datetime) -> Reading:
    """An account. That it takes reminders to review or to come back to a cart is the shop's setting for it, no act."""
    warnings: list[str] = []
    places = [_place("account", address, warnings) for address in _listed(item.get("addresses"))]
    country = next((place.country for place in places if place), settings.options.default_country)
    contact = read_contact(item.get("email"), [item.get("phone")], country)
    details = DetailsCollected(from_individual=True, places=places_of(places, contact))
    key = f"bigcommerce:customer:{text_of(item.get('id'))}"
    return as_live(
        _reading(key, item, [(details, _moment(item.get("date_created"), now))], contact.addresses, _private(item),
                 warnings + contact.warnings)
    )  # fmt: skip


def _subscriber(
    item: dict[str, Any], scope: str, settings: HookSettings, now: datetime
) -> tuple[str, list[Reading]] | Ignored:
    """
    A newsletter subscriber. What `consents` names is a claim. None named means, in BigCommerce's words, unsubscribed or
    never ticked: on one just made it is a box left blank, and on one that was changed it is read as a request to stop.
    """
    contact = read_contact(item.get("email"), [], None)
    named = item.get("consents")
    changed = _moment(item.get("date_modified"), now)
    topics = {"marketing_newsletter": "newsletter", "abandoned_cart": "abandoned_cart"}
    consents = [topics[name] for name in named if name in topics] if isinstance(named, list) else []
    body: AnyBody
    if consents:
        body = ConsentGiven(act="ticked_box", channels=["email"], topics=consents)
    elif isinstance(named, list) and scope == "store/subscriber/updated":
        body = ConsentWithdrawn(scope="channel", channels=["email"])
    else:
        return Ignored("a subscriber who agreed to nothing, and asked for nothing to stop")
    key = f"bigcommerce:subscriber:{text_of(item.get('id'))}"
    reading = _reading(key, item, [(body, changed)], contact.addresses, None, contact.warnings)
    return "bigcommerce-subscribers", [as_live(reading)]


def _place(source: Any, address: dict[str, Any], warnings: list[str]) -> Place | None:
    return read_place(
        source,
        address.get("country_code") or address.get("country_iso2") or address.get("country"),
        address.get("state_or_province_code") or address.get("state_or_province") or address.get("state"),
        warnings,
    )


def _private(address: dict[str, Any]) -> Private:
    lines = ("address1", "street_1", "address2", "street_2", "city", "postal_code", "zip")
    return Private(
        name=full_name(address.get("first_name"), address.get("last_name")), postal_address=postal_lines(address, lines)
    )


def _reading(
    key: str, item: dict[str, Any], happened: list[tuple[AnyBody, datetime | None]], addresses: list[Any],
    private: Private | None, warnings: list[str],
) -> Reading:  # fmt: skip
    drafts = [Draft(body=body, happened_at=at, addresses=addresses) for body, at in happened]
    drafts[0].private = private
    drafts[-1].with_raw = True
    raw = msgspec.json.encode(without_secrets(item)).decode()
    return Reading(line=1, written="", key=key, drafts=drafts, warnings=warnings, raw=raw)
