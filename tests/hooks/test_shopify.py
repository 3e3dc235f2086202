"""Shopify's webhooks: real payloads, and what each topic comes to."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from shops import NOW, SECRET, SETTINGS, Shop, boxed, signed

from sayso import ask
from sayso.capture import import_file
from sayso.capture.hooks import HookSettings, handle
from sayso.capture.live import sweep
from sayso.ledger.entries import RequestReceived

Sample = Callable[[str], Any]
ANA = "ana@letterbox.example"


def checkout(**fields: Any) -> dict[str, Any]:
    return {
        "token": "t1", "abandoned_checkout_url": "https://shop.example/checkouts/t1?key=opens-it", "email": ANA,
        "created_at": "2026-11-24T08:00:00Z", "updated_at": "2026-11-24T08:10:00Z", "completed_at": None,
        "line_items": [{"title": "Kettle"}], "shipping_address": {"country_code": "AU", "province_code": "VIC"}, **fields,
    }  # fmt: skip


def order(**fields: Any) -> dict[str, Any]:
    return {
        "id": 7, "order_number": 1007, "checkout_token": "t1", "email": ANA, "buyer_accepts_marketing": False,
        "created_at": "2026-11-24T08:20:00Z", "financial_status": "paid", "line_items": [{"title": "Kettle"}], **fields,
    }  # fmt: skip


def consent(state: str, at: str | None, **fields: Any) -> dict[str, Any]:
    said = {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": at}
    return {"customer_id": 11, "email_address": ANA, "email_marketing_consent": said, **fields}


EMAIL = "customers_email_marketing_consent/update"


def test_a_real_checkout_is_open_and_nobody_permitted_anything(shop: Shop, sample: Sample) -> None:
    answer = shop.shopify("checkouts/create", sample("shopify/webhook-checkouts-create.json"))
    assert answer.status == 200, answer
    assert shop.kinds("example@email.com") == ["details_collected", "checkout_started"]
    assert not shop.known("example@email.com").grounds
    assert not shop.known("john@example.com").grounds, "what is typed counts, not the account's address"


def test_what_opens_the_checkout_is_kept_nowhere(shop: Shop, sample: Sample) -> None:
    shop.shopify("checkouts/create", sample("shopify/webhook-checkouts-create.json"))
    (person,) = shop.ledger.find("example@email.com")
    kept = "".join(str(entry) for entry in shop.ledger.entries_about(person))
    for secret in ("example-secret-token", "123123123", "eeafa272cebfd4b22385bc4b645e762c"):
        assert secret not in kept
    assert "IPod Nano" in kept, "the event as it came is kept with what is new in it"


def test_every_real_payload_is_taken(shop: Shop, sample: Sample) -> None:
    said = {
        topic: shop.shopify(topic, sample(f"shopify/webhook-{name}.json"))
        for topic, name in (
            ("checkouts/delete", "checkouts-delete"),
            ("customers/update", "customers-update"),
            (EMAIL, "customers-email-marketing-consent-update"),
            ("customers_marketing_consent/update", "customers-marketing-consent-update"),
            ("customers/data_request", "customers-data-request"),
        )
    }
    assert {topic: answer.status for topic, answer in said.items()} == dict.fromkeys(said, 200)
    assert said["customers/update"].said.startswith("1 new")
    assert "nobody's act" in said[EMAIL].said
    assert shop.kinds("john@example.com") == ["request_received"]


def test_a_real_order_is_a_purchase(shop: Shop, sample: Sample) -> None:
    item = sample("shopify/rest-order.json")["order"]
    assert shop.shopify("orders/create", item).status == 200
    assert "order_placed" in shop.kinds(item["email"])


@pytest.mark.parametrize("topic", ["orders/create", "customers/update", "customers/redact", EMAIL, "shop/redact"])
def test_a_body_is_believed_only_under_its_own_topic(shop: Shop, topic: str) -> None:
    assert shop.shopify(topic, checkout()).status == 400
    assert shop.ledger.count() == (0, 0)


def test_a_data_request_is_not_taken_for_a_request_to_erase(shop: Shop, sample: Sample) -> None:
    assert shop.shopify("customers/redact", sample("shopify/webhook-customers-data-request.json")).status == 400


def test_an_unsubscribe_stops_and_its_date_is_the_platform_s(shop: Shop) -> None:
    shop.shopify(EMAIL, consent("unsubscribed", "2026-11-20T10:00:00Z"))
    (stop,) = shop.known(ANA).stops
    assert (stop.kind, stop.covers_channel, str(stop.received_on)) == ("unsubscribe", True, "2026-11-20")


@pytest.mark.parametrize("state", ["subscribed", "SUBSCRIBED"])
def test_a_subscribed_state_is_a_claim_that_permits_nothing(shop: Shop, state: str) -> None:
    shop.shopify("checkouts/create", checkout())
    shop.shopify(EMAIL, consent(state, "2026-11-20T10:00:00Z"))
    facts = shop.known(ANA)
    assert [ground.evidence for ground in facts.grounds] == ["asserted"]
    assert ask(facts, at=NOW).answer == "not_allowed"


@pytest.mark.parametrize("state", ["not_subscribed", "pending", "invalid", None, "paused"])
def test_a_default_is_nobody_s_act(shop: Shop, state: str | None) -> None:
    assert shop.shopify(EMAIL, consent(state, "2026-11-20T10:00:00Z")).status == 200  # type: ignore[arg-type]
    assert shop.ledger.count() == (0, 0)


def test_a_resync_resubscribes_nobody(shop: Shop) -> None:
    shop.shopify("checkouts/create", checkout(shipping_address={"country_code": "US", "province_code": "TX"}))
    shop.shopify(EMAIL, consent("unsubscribed", "2026-11-20T10:00:00Z"))
    for minute in range(3):
        shop.shopify(EMAIL, consent("subscribed", f"2026-11-23T10:0{minute}:00Z"))
        shop.shopify(
            "checkouts/update", checkout(buyer_accepts_marketing=True, updated_at=f"2026-11-24T08:1{minute}:00Z")
        )
    answer = ask(shop.known(ANA), at=NOW)
    assert answer.answer == "not_allowed"
    assert answer.layers["law"].answer == answer.layers["own"].answer == "not_allowed", "no law lifts the stop either"


def test_a_box_left_blank_at_a_later_checkout_is_no_withdrawal(shop: Shop) -> None:
    settings = boxed(checkout_box="unticked")
    shop.shopify("checkouts/create", checkout(buyer_accepts_marketing=True), settings)
    later = checkout(**{"token": "t2"}, created_at="2026-11-24T08:30:00Z", updated_at="2026-11-24T08:30:00Z",
                     buyer_accepts_marketing=False)  # fmt: skip
    shop.shopify("checkouts/create", later, settings)
    facts = shop.known(ANA)
    assert not facts.stops
    acts = {(ground.act, ground.refused_later) for ground in facts.grounds if ground.kind == "consent"}
    assert acts == {("ticked_box", None), ("left_box_unticked", None)}


def test_whats_app_is_stopped_and_never_permitted(shop: Shop) -> None:
    topic = "customers_whats_app_marketing_consent/update"
    body = {"customer_id": 11, "phone_number": "+61491570156", "whats_app_marketing_consent": {"state": "subscribed"}}
    assert "nothing to keep" in shop.shopify(topic, body).said
    body["whats_app_marketing_consent"] = {"state": "unsubscribed", "updated_at": "2026-11-20T10:00:00Z"}
    shop.shopify(topic, body)
    assert [stop.covers_channel for stop in shop.known("+61491570156", "instant_message").stops] == [True]
    assert [stop.covers_channel for stop in shop.known("+61491570156", "sms").stops] == [False]


def test_a_request_to_erase_is_on_record_and_stops_until_it_is_done_and_after(shop: Shop) -> None:
    shop.shopify("checkouts/create", checkout())
    body = {"shop_id": 1, "shop_domain": "shop.example", "customer": {"id": 11, "email": ANA}, "orders_to_redact": []}
    for _retry in range(3):
        shop.clock.forward(minutes=1)
        assert shop.shopify("customers/redact", body, **{"X-Shopify-Webhook-Id": "w-1"}).status == 200
    (person,) = shop.ledger.find(ANA)
    asked = [entry for entry in shop.ledger.entries_about(person) if isinstance(entry.body, RequestReceived)]
    assert [(entry.body.asks_for, entry.happened_at) for entry in asked] == [("erasure", NOW + timedelta(minutes=1))]  # type: ignore[union-attr]
    assert shop.known(ANA).stops
    shop.ledger.erase(person, origin="answered")
    assert {stop.kind for stop in shop.known(ANA).stops} == {"free_text", "erasure"}
    assert sweep(shop.ledger, shop.clock.forward(hours=3)) == 0
    assert shop.ledger.verify() == []


def test_the_shop_s_own_erasure_is_for_the_owner_to_decide(shop: Shop) -> None:
    shop.shopify("checkouts/create", checkout())
    assert shop.shopify("shop/redact", {"shop_id": 954889, "shop_domain": "shop.example"}).said.startswith("1 new")
    assert shop.ledger.business().settings["shopify_asks_to_erase_shop"] == "shop.example"
    assert shop.ledger.find(ANA), "nobody was erased by a webhook"


def test_a_cancelled_order_is_no_sale(shop: Shop) -> None:
    shop.shopify("orders/create", order())
    (sale,) = shop.known(ANA).grounds
    shop.shopify("orders/cancelled", order(cancelled_at="2026-11-24T08:40:00Z", financial_status="refunded"))
    (cancelled,) = shop.known(ANA).grounds
    assert (sale.remunerated, cancelled.remunerated) == (True, False)
    assert cancelled.last_event_on == sale.last_event_on


def test_the_same_in_an_export_adds_nothing(shop: Shop, tmp_path: Any) -> None:
    item = checkout(buyer_accepts_marketing=True)
    shop.shopify("checkouts/create", item)
    sweep(shop.ledger, shop.clock.forward(hours=2))
    before = shop.ledger.count()
    path = tmp_path / "checkouts.json"
    path.write_text(json.dumps({"checkouts": [item]}))
    assert import_file(shop.ledger, path, now=shop.clock.now).added == {}
    assert shop.ledger.count() == before


def test_a_secret_that_is_being_replaced_is_taken_beside_the_new_one(shop: Shop) -> None:
    body = b'{"shop_id": 1, "shop_domain": "shop.example"}'
    sent = {"x-shopify-topic": "shop/redact", "x-shopify-hmac-sha256": signed(body, "the-old-one")}
    both = HookSettings(secrets=(SECRET, "the-old-one"))
    assert handle(shop.ledger, "shopify", sent, body, SETTINGS, NOW).status == 401
    assert handle(shop.ledger, "shopify", sent, body, both, NOW).status == 200
