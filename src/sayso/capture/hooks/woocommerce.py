"""
WooCommerce's webhooks: orders, drafts and subscriptions, and customers.

A draft is made as soon as the checkout page opens, and `order.created` is sent for it: it is a checkout that waits, no
order. WooCommerce's first call to a new address is a bare `webhook_id=7`, which says nothing and is merely answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sayso.capture import woocommerce
from sayso.capture.hooks.hook import HookRefused, HookSettings, Ignored, as_live, decoded, verify_base64_hmac
from sayso.capture.readings import (
    UNDATED,
    Draft,
    Reading,
    full_name,
    places_of,
    read_contact,
    read_place,
    without_secrets,
)
from sayso.capture.values import read_moment, text_of
from sayso.ledger.entries import DetailsCollected, Private

_PING = re.compile(rb"webhook_id=\d{1,20}")
_THROWN_AWAY = frozenset({"trash", "auto-draft"})


def verify(headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime) -> None:
    """`X-WC-Webhook-Signature`: base64 HMAC-SHA256 of the raw body under the webhook's secret."""
    if not _PING.fullmatch(body):
        verify_base64_hmac(headers.get("x-wc-webhook-signature", ""), body, settings)


def read(
    headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
) -> tuple[str, list[Reading]] | Ignored:
    """What the event says, by its topic. The topic is not signed, so the body has to have its shape."""
    if _PING.fullmatch(body):
        return Ignored("a first call, which only asks whether anybody is there")
    resource, _, event = headers.get("x-wc-webhook-topic", "").partition(".")
    if event == "deleted":
        return Ignored("it is named by its number alone; what was recorded of it stands")
    if resource not in ("order", "subscription", "customer") or event not in ("created", "updated", "restored"):
        return Ignored("the topic is not one that is read here")
    item = decoded(body)
    if resource == "customer":
        return _customer(item, settings, now)
    if not woocommerce.is_order(item):
        raise HookRefused(400, f"the body is not that of `{resource}.{event}`")
    if text_of(item.get("status")) in _THROWN_AWAY:
        return Ignored("it was thrown away in the shop before it became an order")
    reading = woocommerce.read_order(1, item, settings.options, now)
    return "woocommerce-orders", [as_live(reading)]


def _customer(item: dict[str, Any], settings: HookSettings, now: datetime) -> tuple[str, list[Reading]]:
    """An account: where its owner is, and a plugin's opt-in where one is named."""
    billing, shipping = item.get("billing"), item.get("shipping")
    if not isinstance(billing, dict) or "username" not in item:
        raise HookRefused(400, "the body is not that of a customer")
    shipping = shipping if isinstance(shipping, dict) else {}
    warnings: list[str] = []
    places = [
        read_place("shipping", shipping.get("country"), shipping.get("state"), warnings),
        read_place("billing", billing.get("country"), billing.get("state"), warnings),
    ]
    country = next((place.country for place in places if place), settings.options.default_country)
    contact = read_contact(item.get("email") or billing.get("email"), [billing.get("phone")], country)
    at = read_moment(item.get("date_created_gmt") or item.get("date_created"), now)
    details = DetailsCollected(from_individual=True, given_directly=True, places=places_of(places, contact))
    private = Private(name=full_name(item.get("first_name"), item.get("last_name")))
    drafts = [Draft(body=details, happened_at=at, addresses=contact.addresses, private=private)]
    form = f"woocommerce:customer:{text_of(item.get('id'))}"
    notes = woocommerce.read_opt_in(item, form, UNDATED, contact, drafts, warnings, settings.options)
    raw = msgspec.json.encode(without_secrets(item)).decode()
    reading = Reading(line=1, written="", key=form, drafts=drafts, warnings=warnings + contact.warnings,
                      notes=notes, raw=raw)  # fmt: skip
    return "woocommerce-customers", [as_live(reading)]
