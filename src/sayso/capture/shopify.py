"""
Shopify: abandoned checkouts and orders as JSON (REST lists and webhook bodies).

What its fields do not mean is as important as what they do. `buyer_accepts_marketing: false` is neither an
unsubscribe nor, unless the box is known to have been shown, a refusal. The consent is for the address typed into the
checkout, whatever address the customer's account has. A checkout has no `id` since 2026-04 and is known by its token,
which also opens it: only a keyed hash of it is kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from sayso.capture.errors import BadRowError, BadValueError
from sayso.capture.readings import (
    Contact,
    Draft,
    Options,
    Reading,
    full_name,
    places_of,
    postal_lines,
    read_contact,
    read_place,
    ticked_or_not,
    without_secrets,
)
from sayso.capture.shopify_customers import stops_of_account
from sayso.capture.values import read_moment, read_yes_no, text_of
from sayso.ledger.entries import Address, CheckoutAbandoned, DetailsCollected, OrderPlaced, Place, Private
from sayso.vocabulary import Channel

_POSTAL = ("address1", "address2", "city", "zip")


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def is_checkout(item: Any) -> bool:
    """Whether a JSON object is a checkout of Shopify's."""
    return isinstance(item, dict) and "abandoned_checkout_url" in item and "order_number" not in item


def is_order(item: Any) -> bool:
    """Whether a JSON object is an order of Shopify's."""
    return isinstance(item, dict) and "order_number" in item and "buyer_accepts_marketing" in item


def _places(item: dict[str, Any], warnings: list[str]) -> list[Place | None]:
    shipping, billing = _mapping(item.get("shipping_address")), _mapping(item.get("billing_address"))
    default = _mapping(_mapping(item.get("customer")).get("default_address"))
    return [
        read_place("shipping", _country(shipping), _state(shipping), warnings),
        read_place("billing", _country(billing), _state(billing), warnings),
        read_place("account", _country(default), _state(default), warnings),
    ]


def _country(address: dict[str, Any]) -> Any:
    return address.get("country_code") or address.get("country")


def _state(address: dict[str, Any]) -> Any:
    return address.get("province_code") or address.get("province")


def _goods(item: dict[str, Any]) -> list[str]:
    lines = item.get("line_items")
    return [text_of(_mapping(line).get("title")) for line in lines] if isinstance(lines, list) else []


def _private(item: dict[str, Any]) -> Private:
    shipping, billing = _mapping(item.get("shipping_address")), _mapping(item.get("billing_address"))
    address = shipping or billing
    client = _mapping(item.get("client_details"))
    return Private(
        name=full_name(address.get("first_name"), address.get("last_name")),
        postal_address=postal_lines(address, _POSTAL),
        ip=text_of(item.get("browser_ip") or client.get("browser_ip")) or None,
    )


def _contact(item: dict[str, Any], country: str | None) -> Contact:
    """The address typed; a number from the delivery address only where the buyer gave no other."""
    numbers = [item.get("phone"), item.get("sms_marketing_phone")]
    numbers += [_mapping(item.get(which)).get("phone") for which in ("shipping_address", "billing_address")]
    return read_contact(item.get("email") or item.get("contact_email"), numbers, country)


def _boxes(item: dict[str, Any], contact: Contact, at: datetime, form: str, options: Options,
           warnings: list[str]) -> list[Draft]:  # fmt: skip
    drafts = []
    boxes: tuple[tuple[str, Channel, Address | None], ...] = (
        ("buyer_accepts_marketing", "email", contact.email),
        ("buyer_accepts_sms_marketing", "sms", contact.phone),
    )
    for key, channel, address in boxes:
        try:
            answer = read_yes_no(item.get(key))
        except BadValueError as problem:
            warnings.append(f"`{key}`: {problem.reason}")
            continue
        body = ticked_or_not(answer, channel, options.checkout_box, form=form)
        if body is not None and address is not None:
            drafts.append(Draft(body=body, happened_at=at, addresses=[address]))
    return drafts


def read_checkout(line: int, item: Any, options: Options, now: datetime) -> Reading:
    """One checkout: the details typed, the boxes, and, unless it was completed, that it was abandoned."""
    if not isinstance(item, dict):
        raise BadRowError("it is not a checkout; each item has to be a JSON object as Shopify exports it")
    token = text_of(item.get("token")) or text_of(item.get("id"))
    if not token:
        raise BadRowError("it has neither a token nor an id, so it could not be told from others; export it again")
    warnings: list[str] = []
    at = read_moment(item.get("created_at"), now)
    if at is None:
        raise BadRowError("it has no `created_at`, so nobody can tell when the details were typed; export it again")
    places = _places(item, warnings)
    country = next((place.country for place in places if place), options.default_country)
    contact = _contact(item, country)
    found = places_of(places, contact)
    notes = []
    account = text_of(_mapping(item.get("customer")).get("email")).casefold()
    if account and contact.email and account != contact.email.value.casefold():
        notes.append("some checkouts were typed with another address than the customer's account has; what was ticked "
                     "counts for the address typed")  # fmt: skip
    form = f"shopify:checkout:{token}"
    drafts = [
        Draft(
            body=DetailsCollected(
                collected_for="purchase",
                from_individual=True,
                given_directly=True,
                form=form,
                form_submitted=True if item.get("completed_at") else None,
                places=found,
            ),
            happened_at=at,
            addresses=contact.addresses,
            private=_private(item),
            with_raw=True,
        ),
        *_boxes(item, contact, at, form, options, warnings),
        *stops_of_account(item, contact, country, now),
    ]
    if item.get("completed_at"):
        done = read_moment(item.get("completed_at"), now)
        drafts.append(Draft(body=OrderPlaced(form=form), happened_at=done, addresses=contact.addresses))
    else:
        left = CheckoutAbandoned(form=form, goods=_goods(item), places=found)
        drafts.append(
            Draft(body=left, happened_at=_later(item.get("updated_at"), at, now), addresses=contact.addresses)
        )
    raw = msgspec.json.encode(without_secrets(item)).decode()
    return Reading(line=line, written="", key=form, drafts=drafts, warnings=warnings + contact.warnings,
                   notes=notes, raw=raw)  # fmt: skip


def _later(value: Any, at: datetime, now: datetime) -> datetime:
    try:
        return max(at, read_moment(value, now) or at)
    except BadValueError:
        return at


def read_order(line: int, item: Any, options: Options, now: datetime) -> Reading:
    """One order: a purchase, which also tells that the checkout of its token was submitted."""
    if not isinstance(item, dict) or not text_of(item.get("id")):
        raise BadRowError("it is not an order with an id; export it again")
    warnings: list[str] = []
    at = read_moment(item.get("created_at"), now)
    if at is None:
        raise BadRowError("it has no `created_at`, so the purchase has no date; export it again")
    places = _places(item, warnings)
    country = next((place.country for place in places if place), options.default_country)
    contact = _contact(item, country)
    token = text_of(item.get("checkout_token"))
    form = f"shopify:checkout:{token}" if token else f"shopify:order:{text_of(item.get('id'))}"
    found = places_of(places, contact)
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=True, form=form, form_submitted=True,
        places=found,
    )  # fmt: skip
    paid = {"paid": True, "partially_refunded": True, "refunded": True, "pending": False, "voided": False}
    order = OrderPlaced(
        form=form, paid=paid.get(text_of(item.get("financial_status"))), goods=_goods(item), places=found
    )
    drafts = [
        Draft(body=details, happened_at=at, addresses=contact.addresses, private=_private(item), with_raw=True),
        Draft(body=order, happened_at=at, addresses=contact.addresses),
        *_boxes(item, contact, at, form, options, warnings),
        *stops_of_account(item, contact, country, now),
    ]
    raw = msgspec.json.encode(without_secrets(item)).decode()
    return Reading(line=line, written="", key=f"shopify:order:{text_of(item.get('id'))}", drafts=drafts,
                   warnings=warnings + contact.warnings, raw=raw)  # fmt: skip
