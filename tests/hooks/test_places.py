"""Which country and state a person is in, from the evidence there is, and how sure; conflicting evidence applies both laws."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from shops import NOW, Shop

from sayso import ask
from sayso.ledger.places import Whereabouts

ANA = "ana@letterbox.example"
AU, CALIFORNIA, TEXAS = (
    {"country": "AU", "state": "VIC"},
    {"country": "US", "state": "CA"},
    {"country": "US", "state": "TX"},
)


def at(shop: Shop, **typed: Any) -> Whereabouts:
    event = {"event": "checkout", "at": "2026-11-24T08:50:00Z", "form": "basket", "email": ANA, **typed}
    assert shop.generic(event).status == 200
    (person,) = shop.ledger.iter_people()
    return person.place


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, (None, None, "unknown")),
        ({"shipping": AU}, ("AU", "VIC", "one_source")),
        ({"phone": "+61491570156"}, ("AU", None, "one_source")),
        ({"shipping": AU, "billing": AU}, ("AU", "VIC", "agreed")),
        ({"shipping": AU, "phone": "0491 570 156"}, ("AU", "VIC", "agreed")),
        ({"shipping": AU, "billing": CALIFORNIA}, (None, None, "conflicting")),
        ({"shipping": AU, "phone": "+1 415 555 0123"}, (None, None, "conflicting")),
        ({"shipping": TEXAS, "billing": CALIFORNIA}, ("US", None, "conflicting")),
        ({"shipping": {"country": "Australia", "state": "Victoria"}}, ("AU", "VIC", "one_source")),
    ],
)
def test_the_evidence_has_to_agree(shop: Shop, typed: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert at(shop, **typed)[:3] == expected


def test_what_the_person_says_goes_before_everything(shop: Shop) -> None:
    form = {"event": "form", "at": "2026-11-24T08:55:00Z", "form": "news", "email": ANA, "country": "NZ"}
    assert shop.generic(form).status == 200
    assert at(shop, shipping=AU)[:3] == ("NZ", None, "declared")


def test_an_account_s_old_address_conflicts_with_where_the_goods_go(shop: Shop) -> None:
    item = {
        "token": "t1", "abandoned_checkout_url": "x", "email": ANA, "created_at": "2026-11-24T08:00:00Z",
        "shipping_address": {"country_code": "US", "province_code": "KY"},
        "customer": {"verified_email": True, "default_address": {"country_code": "CA", "province_code": "ON"}},
    }  # fmt: skip
    shop.shopify("checkouts/create", item)
    (person,) = shop.ledger.iter_people()
    assert (person.place.country, person.place.sure) == (None, "conflicting")
    assert {place.source for place in person.place.evidence} == {"shipping", "account"}


STRICTNESS = ["allowed", "depends", "not_covered", "not_allowed"]


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_conflicting_evidence_applies_both_laws(shop: Shop, channel: Any) -> None:
    at(shop, shipping=AU, billing=CALIFORNIA, phone="+61491570156")
    facts = shop.known(ANA if channel == "email" else "+61491570156", channel)
    assert facts.person_country is None
    both = ask(facts, at=NOW)
    looked = {instrument.split(".")[0] for instrument in (one.rule for one in both.looked_at)}
    assert {"au", "us"} <= looked
    for country, state in (("AU", "VIC"), ("US", "CA")):
        alone = ask(msgspec.structs.replace(facts, person_country=country, person_state=state), at=NOW)
        for layer in ("law", "own"):
            assert STRICTNESS.index(both.layers[layer].answer) >= STRICTNESS.index(alone.layers[layer].answer)
