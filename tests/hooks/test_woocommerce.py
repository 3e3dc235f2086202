"""WooCommerce's webhooks: orders, drafts, subscriptions, customers, and the first call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shops import NOW, SETTINGS, Shop, boxed

from sayso.capture import import_file
from sayso.capture.hooks import handle
from sayso.capture.live import sweep

Sample = Callable[[str], Any]
ANA = "ana@letterbox.example"


def order(status: str, modified: str = "08:30:00", **fields: Any) -> dict[str, Any]:
    return {
        "id": 7, "status": status, "created_via": "checkout", "billing": {"email": ANA, "country": "AU"},
        "date_created_gmt": "2026-11-24T08:00:00", "date_modified_gmt": f"2026-11-24T{modified}",
        "line_items": [{"name": "Kettle"}], **fields,
    }  # fmt: skip


def relationships(shop: Shop) -> set[str | None]:
    return {ground.relationship for ground in shop.known(ANA).grounds}


def test_a_real_order_is_a_purchase(shop: Shop, sample: Sample) -> None:
    item = sample("woocommerce/webhook-order-created.json")
    assert shop.woocommerce("order.created", item).status == 200
    assert shop.kinds(item["billing"]["email"]) == ["details_collected", "order_placed"]
    assert shop.known(item["billing"]["email"]).person_country == "SN"


def test_a_real_subscription_is_a_relationship(shop: Shop, sample: Sample) -> None:
    (item,) = sample("woocommerce/rest-subscription-order-au.json")
    assert shop.woocommerce("subscription.updated", item).status == 200
    (ground,) = shop.known(item["billing"]["email"]).grounds
    assert (ground.relationship, ground.ongoing) == ("subscription", True)


def test_the_signature_is_read_from_the_headers_woocommerce_sends(shop: Shop, sample: Sample) -> None:
    headers = sample("woocommerce/webhook-headers-order-created.json")
    assert len(base64.b64decode(headers["x-wc-webhook-signature"])) == hashlib.sha256().digest_size
    body = b'{"id": 7}'
    given = base64.b64encode(hmac.digest(SETTINGS.secrets[0].encode(), body, hashlib.sha256)).decode()
    assert handle(shop.ledger, "woocommerce", headers, body, SETTINGS, NOW).status == 401
    answer = handle(shop.ledger, "woocommerce", {**headers, "x-wc-webhook-signature": given}, body, SETTINGS, NOW)
    assert answer.status == 400, "the signature fits, and the body is no order"


def test_the_first_call_is_answered_and_says_nothing(shop: Shop) -> None:
    assert handle(shop.ledger, "woocommerce", {}, b"webhook_id=7", SETTINGS, NOW).status == 200
    assert handle(shop.ledger, "woocommerce", {}, b"webhook_id=7&status=processing", SETTINGS, NOW).status == 401
    assert shop.ledger.count() == (0, 0)


@pytest.mark.parametrize("status", ["checkout-draft", "pending", "failed"])
def test_a_draft_is_open_then_abandoned_unless_it_is_paid(shop: Shop, status: str) -> None:
    shop.woocommerce("order.created", order(status))
    assert relationships(shop) == set()
    assert sweep(shop.ledger, shop.clock.forward(minutes=29)) == 0
    assert sweep(shop.ledger, shop.clock.forward(minutes=1)) == 1
    assert relationships(shop) == {"checkout_abandoned"}
    shop.woocommerce("order.updated", order("processing", "09:20:00", date_paid="2026-11-24T09:20:00"))
    assert relationships(shop) == {"purchase"}


def test_an_order_thrown_away_or_deleted_leaves_what_is_on_record(shop: Shop) -> None:
    shop.woocommerce("order.created", order("processing"))
    assert shop.woocommerce("order.updated", order("trash")).said.startswith("nothing to keep")
    assert shop.woocommerce("order.deleted", {"id": 7}).said.startswith("nothing to keep")
    assert relationships(shop) == {"purchase"}


def test_a_plugin_s_unsubscribed_stops_and_its_yes_is_a_claim(shop: Shop) -> None:
    key = "mailchimp_woocommerce_is_subscribed"
    settings = boxed(opt_in_key=key)
    shop.woocommerce("order.created", order("processing", meta_data=[{"key": key, "value": "1"}]), settings)
    assert {(g.kind, g.evidence) for g in shop.known(ANA).grounds} >= {("consent", "asserted")}
    shop.woocommerce("order.updated", order("processing", meta_data=[{"key": key, "value": "unsubscribed"}]))
    assert shop.known(ANA).stops


def test_a_customer_tells_where_they_are_and_a_yes_of_theirs_is_undated(shop: Shop) -> None:
    item = {
        "id": 3, "username": "ana", "email": ANA, "date_created_gmt": "2026-01-05T10:00:00",
        "date_modified_gmt": "2026-11-24T08:00:00", "billing": {"country": "AU", "state": "QLD", "phone": "0491 570 156"},
        "meta_data": [{"key": "newsletter", "value": "yes"}],
    }  # fmt: skip
    shop.woocommerce("customer.updated", item, boxed(opt_in_key="newsletter"))
    facts = shop.known(ANA)
    assert (facts.person_country, facts.person_state) == ("AU", "QLD")
    assert [ground.given_on.year for ground in facts.grounds if ground.given_on] == [1990], "a resync is no new consent"


def test_the_same_in_an_export_adds_nothing(shop: Shop, tmp_path: Path) -> None:
    item = order("pending")
    shop.woocommerce("order.updated", item)
    sweep(shop.ledger, shop.clock.forward(hours=2))
    before = shop.ledger.count()
    path = tmp_path / "orders.json"
    path.write_text(json.dumps([item]))
    assert import_file(shop.ledger, path, now=shop.clock.now).added == {}
    assert shop.ledger.count() == before
