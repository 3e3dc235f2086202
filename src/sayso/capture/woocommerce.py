"""
WooCommerce: orders as its REST interface and webhooks give them.

A `checkout-draft` is made as soon as the checkout page opens: it is no order, and its details were taken before
anything was pressed. WooCommerce itself keeps no marketing opt-in; a plugin's key in the meta data has to be named,
and where it is absent nothing is known. A key that looks like an opt-in and says `unsubscribed`, as Mailchimp's plugin
writes, stops without being named: nothing has to be believed for that.
"""

from __future__ import annotations

import re
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
    stop_in,
    ticked_or_not,
    without_secrets,
)
from sayso.capture.values import read_moment, read_yes_no, text_of
from sayso.ledger.entries import (
    AnyBody,
    CheckoutAbandoned,
    DetailsCollected,
    OrderPlaced,
    Private,
    RelationshipRecorded,
)
from sayso.vocabulary import Channel

_POSTAL = ("address_1", "address_2", "city", "postcode")
_PAID = frozenset({"processing", "completed", "refunded"})
_GIVEN_UP = frozenset({"pending", "failed", "cancelled"})
_PAID_LATER = frozenset({"cod", "bacs", "cheque", "invoice"})
_NEITHER = frozenset({"trash", "auto-draft"})
_ENDED = frozenset({"cancelled", "expired", "pending-cancel"})
_LOOKS_LIKE_OPT_IN = re.compile(r"subscri|opt_?in|newsletter|marketing", re.IGNORECASE)


def is_order(item: Any) -> bool:
    """Whether a JSON object is an order (or a subscription) of WooCommerce's."""
    return isinstance(item, dict) and "billing" in item and "status" in item and "created_via" in item


def _happening(item: dict[str, Any], form: str, places: list[Any]) -> AnyBody:
    status = text_of(item.get("status"))
    lines = item.get("line_items")
    goods = [text_of(line.get("name")) for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    if "billing_period" in item:
        return RelationshipRecorded(
            relationship="subscription", ongoing=status == "active", ended_by_a_party=status in _ENDED, two_way=True
        )
    if status == "checkout-draft":
        return CheckoutAbandoned(form=form, goods=goods, pressed_pay=False, places=places)
    later = text_of(item.get("payment_method")) in _PAID_LATER
    if status in _GIVEN_UP and not item.get("date_paid") and not later:
        return CheckoutAbandoned(form=form, goods=goods, pressed_pay=True, places=places)
    return OrderPlaced(
        form=form, paid=True if status in _PAID or item.get("date_paid") else None, goods=goods, places=places
    )


def read_order(line: int, item: Any, options: Options, now: datetime) -> Reading:
    """One order, draft or subscription."""
    if not isinstance(item, dict) or not isinstance(item.get("billing"), dict) or not text_of(item.get("id")):
        raise BadRowError("it is not an order with an id and a billing address; export it again")
    status = text_of(item.get("status"))
    if status in _NEITHER:
        raise BadRowError("it was thrown away in the shop before it became an order; nothing to do")
    at = read_moment(item.get("date_created_gmt") or item.get("date_created"), now)
    if at is None:
        raise BadRowError("it has no `date_created_gmt`, so it has no date; export it again")
    billing = item["billing"]
    shipping = item.get("shipping") if isinstance(item.get("shipping"), dict) else {}
    warnings: list[str] = []
    places = [
        read_place("shipping", shipping.get("country"), shipping.get("state"), warnings) if shipping else None,
        read_place("billing", billing.get("country"), billing.get("state"), warnings),
    ]
    country = next((place.country for place in reversed(places) if place), options.default_country)
    contact = read_contact(billing.get("email"), [billing.get("phone")], country)
    found = places_of(places, contact)
    form = f"woocommerce:order:{text_of(item.get('id'))}"
    draft = status == "checkout-draft"
    details = DetailsCollected(
        collected_for="purchase", from_individual=True, given_directly=True, form=form, places=found,
        before_submission=draft, form_submitted=not draft if item.get("created_via") != "admin" else None,
    )  # fmt: skip
    private = Private(
        name=full_name(billing.get("first_name"), billing.get("last_name")),
        postal_address=postal_lines(billing, _POSTAL),
        ip=text_of(item.get("customer_ip_address")) or None,
        user_agent=text_of(item.get("customer_user_agent")) or None,
    )
    happening, left = _happening(item, form, found), _changed(item, at, now)
    drafts = [
        Draft(body=details, happened_at=at, addresses=contact.addresses, private=private, with_raw=True),
        Draft(body=happening, happened_at=left if isinstance(happening, CheckoutAbandoned) else at,
              addresses=contact.addresses),
    ]  # fmt: skip
    notes = read_opt_in(item, form, at, contact, drafts, warnings, options)
    if "date_created_gmt" not in item:
        notes.append("there is no `date_created_gmt`, so `date_created` was read as UTC; it may be some hours off")
    raw = msgspec.json.encode(without_secrets(item)).decode()
    return Reading(line=line, written="", key=form, drafts=drafts, warnings=warnings + contact.warnings,
                   notes=notes, raw=raw)  # fmt: skip


def _changed(item: dict[str, Any], at: datetime, now: datetime) -> datetime:
    """The last sign of life of a checkout that was left."""
    try:
        return max(at, read_moment(item.get("date_modified_gmt") or item.get("date_modified"), now) or at)
    except BadValueError:
        return at


def read_opt_in(item: dict[str, Any], form: str, at: datetime, contact: Contact, drafts: list[Draft],
            warnings: list[str], options: Options) -> list[str]:  # fmt: skip
    """Adds the consent, refusal or stop that a plugin recorded under the key named; says which keys look like one."""
    meta = item.get("meta_data")
    pairs = [pair for pair in meta if isinstance(pair, dict)] if isinstance(meta, list) else []
    by_key = {text_of(pair.get("key")): pair.get("value") for pair in pairs}
    for key, value in ((text_of(pair.get("key")), pair.get("value")) for pair in pairs):
        channel: Channel = "sms" if "sms" in key.casefold() else "email"
        stop = stop_in(value, channel) if key == options.opt_in_key or _LOOKS_LIKE_OPT_IN.search(key) else None
        address = contact.email if channel == "email" else contact.phone
        if stop is not None and address is not None:
            drafts.append(Draft(body=stop, addresses=[address]))
    if options.opt_in_key is None:
        seen = sorted(key for key in by_key if _LOOKS_LIKE_OPT_IN.search(key))
        return [
            f"`{key}` in the meta data looks like an opt-in; name it as the opt-in key if it is one" for key in seen
        ]
    if options.opt_in_key not in by_key:
        return []
    try:
        answer = read_yes_no(by_key[options.opt_in_key])
    except BadValueError as problem:
        warnings.append(f"`{options.opt_in_key}`: {problem.reason}")
        return []
    body = ticked_or_not(answer, "email", options.checkout_box, form=form)
    if body is not None and contact.email is not None:
        drafts.append(Draft(body=body, happened_at=at, addresses=[contact.email]))
    return []
