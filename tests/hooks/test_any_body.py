"""Whatever one value of a genuine event is changed to, the request gets an answer and no stop is lost to it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from shops import NOW, SECRET, Clock, Shop, body_of

from sayso.capture.hooks import HookSettings, handle
from sayso.ledger import Ledger

ANA = "ana@letterbox.example"
ADDRESS = {"first_name": "Ana", "country_code": "AU", "province_code": "VIC", "phone": "+61491570156"}
CONSENT = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": "2026-11-20T10:00:00Z"}
CUSTOMER = {"id": 11, "verified_email": True, "email": ANA, "created_at": "2026-11-01T10:00:00Z",
            "default_address": ADDRESS, "email_marketing_consent": CONSENT, "sms_marketing_consent": CONSENT}  # fmt: skip
CHECKOUT = {
    "token": "t1", "abandoned_checkout_url": "x", "email": ANA, "created_at": "2026-11-24T08:00:00Z",
    "updated_at": "2026-11-24T08:10:00Z", "completed_at": None, "line_items": [{"title": "Kettle"}],
    "shipping_address": ADDRESS, "billing_address": ADDRESS, "customer": CUSTOMER, "buyer_accepts_marketing": True,
}  # fmt: skip
ORDER = {**CHECKOUT, "id": 7, "order_number": 7, "checkout_token": "t1", "financial_status": "paid",
         "cancelled_at": "2026-11-24T08:30:00Z"}  # fmt: skip
PRIVACY = {"shop_id": 1, "shop_domain": "shop.example", "customer": {"id": 11, "email": ANA, "phone": None},
           "orders_to_redact": [], "data_request": {"id": 3}}  # fmt: skip
WOO = {
    "id": 7, "status": "pending", "created_via": "checkout", "billing": {"email": ANA, "country": "AU", "phone": "1"},
    "shipping": {"country": "AU"}, "date_created_gmt": "2026-11-24T08:00:00", "date_modified_gmt": "2026-11-24T08:00:00",
    "line_items": [{"name": "Kettle"}], "meta_data": [{"key": "newsletter", "value": "yes"}], "username": "ana",
}  # fmt: skip
ITEMS: dict[str, dict[str, Any]] = {
    "shopify checkouts/update": CHECKOUT,
    "shopify orders/create": ORDER,
    "shopify orders/cancelled": ORDER,
    "shopify customers/update": CUSTOMER,
    "shopify customers/delete": {"id": 11, "email": ANA},
    "shopify customers_email_marketing_consent/update": CUSTOMER,
    "shopify customers_marketing_consent/update": {**CUSTOMER, "phone": "+61491570156"},
    "shopify customers_whats_app_marketing_consent/update": {"phone_number": "+61491570156", "whats_app_marketing_consent": {"state": "unsubscribed"}},
    "shopify customers/data_request": PRIVACY,
    "shopify customers/redact": PRIVACY,
    "shopify shop/redact": {"shop_id": 1, "shop_domain": "shop.example"},
    "woocommerce order.updated": WOO,
    "woocommerce customer.updated": WOO,
    "generic": {"event": "checkout", "at": "2026-11-24T08:00:00Z", "form": "f", "email": ANA, "shipping": {"country": "AU"},
                "consent": {"dev.ucp.consent.marketing": {"granted": True, "source": "platform"}}},
    "bigcommerce": {"scope": "store/order/created", "producer": "stores/s", "data": {"id": 1}},
}  # fmt: skip
VALUES = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-(10**20), 10**20),
    some.floats(allow_nan=False, allow_infinity=False),
    some.sampled_from(["", " ", "unsubscribed", "9999-99-99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
                       "\ud83e", "\x00", "=1+1", "+", "a" * 70_000, "١٢٣", "nan", "1e999"]),
    some.just([]), some.just({}), some.just([None]), some.just([[1]]), some.just({"a": {"b": 1}}),
)  # fmt: skip


def paths(value: Any, to: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*to, key)
        yield from paths(one, (*to, key))


@some.composite
def changed(draw: some.DrawFn) -> tuple[str, dict[str, Any]]:
    name = draw(some.sampled_from(sorted(ITEMS)))
    item = copy.deepcopy(ITEMS[name])
    for _ in range(draw(some.integers(1, 2))):
        *to, last = draw(some.sampled_from(list(paths(item))))
        inner = item
        for step in to:
            inner = inner[step]
        inner[last] = copy.deepcopy(draw(VALUES))
    return name, item


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    clock = Clock()
    with Ledger.init(tmp_path_factory.mktemp("any") / "home", clock) as ledger:
        yield Shop(ledger, clock)


def send(shop: Shop, name: str, item: dict[str, Any]) -> int:
    source, _, topic = name.partition(" ")
    if source == "shopify":
        return shop.shopify(topic, item).status
    if source == "woocommerce":
        return shop.woocommerce(topic, item).status
    if source == "generic":
        return shop.generic(item).status
    settings = HookSettings(secrets=(SECRET,), store="s", fetch=lambda _: item)
    event = body_of(ITEMS["bigcommerce"])
    return handle(shop.ledger, "bigcommerce", {"X-Sayso-Secret": SECRET}, event, settings, NOW).status


@given(event=changed())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_change_gets_an_answer(shop: Shop, event: tuple[str, dict[str, Any]]) -> None:
    assert send(shop, *event) in (200, 400, 422)


@pytest.mark.parametrize("name", ITEMS)
def test_unchanged_it_is_taken(shop: Shop, name: str) -> None:
    assert send(shop, name, ITEMS[name]) == 200


@given(where=some.sampled_from(list(paths(CUSTOMER))), value=VALUES)
@settings(max_examples=150, deadline=None)
def test_a_stop_is_heard_whatever_else_is_wrong(shop: Shop, where: tuple[Any, ...], value: Any) -> None:
    item = copy.deepcopy(CUSTOMER)
    item["email_marketing_consent"] = {**CONSENT, "state": "unsubscribed"}
    if where[0] in ("email", "email_marketing_consent", "id", "verified_email"):
        return
    email = f"ana{abs(hash((where, repr(value))))}@letterbox.example"
    inner = item
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = copy.deepcopy(value)
    assert send(shop, "shopify customers/update", {**item, "email": email}) == 200
    assert shop.known(email).stops


def test_the_ledger_is_whole_after_all_of_it(shop: Shop) -> None:
    assert shop.ledger.verify() == []
    assert not list(Path(shop.ledger.home).glob("*.draft"))
