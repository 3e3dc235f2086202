"""
Shopify's webhooks (API versions 2026-04 to 2026-10): checkouts, orders, customers, consents, the three privacy topics.

The signature is over the body alone: neither the topic nor the time is signed. So each topic is believed only where the
body has that topic's own shape, and a body that is sent again adds nothing however old it is, because what it says is
on record under an origin of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from sayso.capture import shopify, shopify_customers
from sayso.capture.errors import BadValueError
from sayso.capture.hooks.hook import HookRefused, HookSettings, Ignored, as_live, decoded, verify_base64_hmac
from sayso.capture.readings import Contact, Draft, Options, Reading, read_contact, stop_in, without_secrets
from sayso.capture.values import read_moment, text_of
from sayso.ledger.entries import ConsentWithdrawn, RelationshipRecorded, RequestReceived, SettingChanged

Read = tuple[str, list[Reading]] | Ignored
Item = dict[str, Any]


class Event(NamedTuple):
    """One event: its body, and what else a reading of it needs."""

    item: Item
    headers: Mapping[str, str]
    options: Options
    now: datetime


def verify(headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> None:
    """`X-Shopify-Hmac-Sha256`: base64 HMAC-SHA256 of the raw body under the app's client secret."""
    verify_base64_hmac(headers.get("x-shopify-hmac-sha256", ""), body, settings)


def read(headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> Read:
    """What the event says, by its topic."""
    topic = headers.get("x-shopify-topic", "")
    if topic in _NOT_READ:
        return Ignored(_NOT_READ[topic])
    if topic not in _TOPICS:
        return Ignored("the topic is not one that is read here")
    fits, reader = _TOPICS[topic]
    item = decoded(body)
    if not fits(item):
        raise HookRefused(400, f"the body is not that of `{topic}`")
    return reader(Event(item, headers, settings.options, now))


def _checkout(event: Event) -> Read:
    return "shopify-checkouts", [as_live(shopify.read_checkout(1, event.item, event.options, event.now))]


def _order(event: Event) -> Read:
    return "shopify-orders", [as_live(shopify.read_order(1, event.item, event.options, event.now))]


def _cancelled(event: Event) -> Read:
    """An order that was called off is no sale any more; when it was placed stays the day of the dealing."""
    reading = as_live(shopify.read_order(1, event.item, event.options, event.now))
    details, order = reading.drafts[:2]
    ended = RelationshipRecorded(
        relationship="purchase", remunerated=False,
        last_event_on=order.happened_at.date() if order.happened_at else None,
    )  # fmt: skip
    at = read_moment(event.item.get("cancelled_at"), event.now)
    reading.drafts.append(Draft(body=ended, happened_at=at, addresses=details.addresses))
    return "shopify-orders", [reading]


def _customer(event: Event) -> Read:
    return "shopify-customers", [as_live(shopify_customers.read_customer_item(1, event.item, event.options, event.now))]


def _deleted(event: Event) -> Read:
    """The account is gone; what its owner asked for stands."""
    contact = read_contact(event.item.get("email"), [event.item.get("phone")], event.options.default_country)
    ended = RelationshipRecorded(relationship="account", ongoing=False, ended_by_a_party=True)
    return "shopify-customers", [_about(event.item, contact, [Draft(body=ended, addresses=contact.addresses)])]


def _consent(event: Event) -> Read:
    """A change of the consent to emails or texts; its date, not its arrival, says what came first."""
    number = event.item.get("phone") or event.item.get("phone_number")
    mailbox = event.item.get("email_address") or event.item.get("email")
    contact = read_contact(mailbox, [number], event.options.default_country)
    warnings: list[str] = []
    drafts = shopify_customers.consents(event.item, contact, event.now, warnings)
    if not drafts:
        return Ignored(warnings[0] if warnings else "the state is nobody's act: it neither permits nor stops")
    return "shopify-customers", [_about(event.item, contact, drafts, warnings)]


def _whats_app(event: Event) -> Read:
    """Permissions for WhatsApp are not kept; a request to stop it is."""
    consent = event.item["whats_app_marketing_consent"]
    stop = stop_in(consent.get("state"), "instant_message")
    if stop is None:
        return Ignored("a permission for WhatsApp, on which nothing is sent from here")
    contact = read_contact(None, [event.item.get("phone_number")], event.options.default_country)
    try:
        at = read_moment(consent.get("updated_at"), event.now)
    except BadValueError:
        at = None
    draft = Draft(body=stop, happened_at=at, addresses=contact.addresses)
    return "shopify-customers", [_about(event.item, contact, [draft])]


def _data_request(event: Event) -> Read:
    """The person asks to see what is kept (Shopify's deadline for answering is 30 days)."""
    customer = event.item["customer"]
    contact = read_contact(customer.get("email"), [customer.get("phone")], event.options.default_country)
    asked = RequestReceived(asks_for="access", through="shopify")
    number = text_of(event.item["data_request"].get("id"))
    reading = _about(event.item, contact, [Draft(body=asked, addresses=contact.addresses)])
    return "shopify-requests", [msgspec.structs.replace(reading, key=f"shopify:data_request:{number}")]


def _redact(event: Event) -> Read:
    """The person is to be erased. Until the owner has done it nothing is sent, and the stop outlives the erasure."""
    customer = event.item["customer"]
    contact = read_contact(customer.get("email"), [customer.get("phone")], event.options.default_country)
    drafts = [
        Draft(body=RequestReceived(asks_for="erasure", through="shopify"), addresses=contact.addresses),
        Draft(body=ConsentWithdrawn(means="free_text", means_stop=True, scope="everything"),
              addresses=contact.addresses),
    ]  # fmt: skip
    reading = _about(event.item, contact, drafts)
    number = event.headers.get("x-shopify-webhook-id", "")
    return "shopify-requests", [msgspec.structs.replace(reading, key=f"shopify:redact:{number}")]


def _shop_redact(event: Event) -> Read:
    """The app was removed and Shopify asks that the shop's data go; the owner, whose ledger this is, decides."""
    body = SettingChanged(name="shopify_asks_to_erase_shop", value=text_of(event.item["shop_domain"]))
    key = f"shopify:shop_redact:{text_of(event.item.get('shop_id'))}"
    return "shopify-requests", [Reading(line=1, written="", key=key, drafts=[Draft(body=body)])]


def _about(item: Item, contact: Contact, drafts: list[Draft], warnings: list[str] | None = None) -> Reading:
    """A reading about a customer, the event kept with the first draft."""
    drafts[0].with_raw = True
    number = text_of(item.get("customer_id")) or text_of(item.get("id")) or contact.addresses[0].value
    raw = msgspec.json.encode(without_secrets(item)).decode()
    return Reading(line=1, written="", key=f"shopify:customer:{number}", drafts=drafts,
                   warnings=(warnings or []) + contact.warnings, raw=raw)  # fmt: skip


def _holds(*names: str) -> Callable[[Item], bool]:
    """A shape: objects of these names (or, after a `.`, plain values) stand in the body."""
    objects = [name for name in names if not name.startswith(".")]
    values = [name[1:] for name in names if name.startswith(".")]
    return lambda item: (
        all(isinstance(item.get(name), dict) for name in objects) and all(text_of(item.get(name)) for name in values)
    )


_is_data_request = _holds("customer", "data_request", ".shop_domain")


def _is_redact(item: Item) -> bool:
    return _holds("customer", ".shop_domain")(item) and isinstance(item.get("orders_to_redact"), list)


def _is_shop_redact(item: Item) -> bool:
    return _holds(".shop_domain", ".shop_id")(item) and "customer" not in item


def _is_account(item: Item) -> bool:
    return shopify_customers.is_customer(item) and bool(text_of(item.get("id")))


def _is_deleted(item: Item) -> bool:
    return bool(text_of(item.get("id"))) and "verified_email" not in item and "order_number" not in item


_TOPICS: dict[str, tuple[Callable[[Item], bool], Callable[[Event], Read]]] = {
    "checkouts/create": (shopify.is_checkout, _checkout),
    "checkouts/update": (shopify.is_checkout, _checkout),
    "orders/create": (shopify.is_order, _order),
    "orders/paid": (shopify.is_order, _order),
    "orders/cancelled": (shopify.is_order, _cancelled),
    "customers/create": (_is_account, _customer),
    "customers/update": (_is_account, _customer),
    "customers/delete": (_is_deleted, _deleted),
    "customers_email_marketing_consent/update": (_holds("email_marketing_consent"), _consent),
    "customers_marketing_consent/update": (_holds("sms_marketing_consent"), _consent),
    "customers_whats_app_marketing_consent/update": (_holds("whats_app_marketing_consent"), _whats_app),
    "customers/data_request": (_is_data_request, _data_request),
    "customers/redact": (_is_redact, _redact),
    "shop/redact": (_is_shop_redact, _shop_redact),
}
_NOT_READ = {
    "checkouts/delete": "a deleted checkout is named by an id under which none is known; it waits for its order as before",
    "customers/merge": "accounts are named by ids alone; the account that is left tells its addresses with its next change, "
    "and from then on the stops of each hold for all",
}
"""Topics that say nothing by themselves, and why."""
