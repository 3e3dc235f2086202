"""JSON-LD in a service mail: what it repeats is no matter, what it says beyond that is read, and what is none of a dealing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from labelled_messages import SENDERS

from sayso.messages.content import Content, judge_content
from sayso.messages.mail import read_mail
from sayso.messages.requirements import judge_sender

KETTLE = SENDERS["kettle"]
SITE = f"https://{KETTLE.domains[0]}"
ORDER: dict[str, Any] = {
    "@context": "http://schema.org",
    "@type": "Order",
    "merchant": {"@type": "Organization", "name": KETTLE.brand},
    "orderNumber": "1044",
    "priceCurrency": "AUD",
    "price": "120.00",
    "orderDate": "2026-11-25T01:00:00+00:00",
    "orderStatus": "http://schema.org/OrderProcessing",
    "acceptedOffer": [
        {
            "@type": "Offer",
            "itemOffered": {"@type": "Product", "name": "Copper kettle", "image": f"{SITE}/i/44.png"},
            "price": "120.00",
            "eligibleQuantity": {"@type": "QuantitativeValue", "value": 1},
        }
    ],
    "url": f"{SITE}/orders/1044",
}


def judged(*records: str, shown: str = "") -> Content:
    scripts = "".join(f'<script type="application/ld+json">{one}</script>' for one in records)
    html = (
        f"<html><head>{scripts}</head><body><p>Thank you for your order 1044 at {KETTLE.brand}.</p><p>1 x Copper kettle"
        f" $120.00</p><p>Total: $120.00</p>{shown}</body></html>"
    )
    head = f"From: {KETTLE.brand} <{KETTLE.email}>\r\nTo: ana@people.example\r\nSubject: Your order 1044\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    reading = read_mail((head + html).encode()).reading
    return judge_content(reading, KETTLE)


def test_an_order_that_repeats_what_is_shown_is_service() -> None:
    content = judged(json.dumps(ORDER), json.dumps([ORDER, {"@graph": [ORDER]}]))
    assert content.findings == ()
    assert content.facts["message_kind"] == "transactional"


@pytest.mark.parametrize(
    "more",
    [
        {"description": "Get 20% off your next order"},
        {"name": "Summer sale"},
        {"itemOffered": {"@type": "Product", "name": "Copper kettle and a free mug for your friend"}},
        {"potentialAction": {"@type": "ViewAction", "name": "Shop now", "target": f"{SITE}/orders/1044"}},
        {"url": f"{SITE}/sale"},
        {"url": "https://elsewhere.example/orders/1044"},
        {"url": "javascript:alert(1)"},
        {"image": f"{SITE}/i/half-price-sale.png"},
        {"@type": "DiscountOffer"},
        {"@type": ["Order", "PromotionCard"]},
        {"offers": {"@type": "https://schema.org/AggregateOffer"}},
    ],
    ids=lambda more: json.dumps(more)[:40],
)
def test_what_it_says_beyond_that_counts(more: dict[str, Any]) -> None:
    assert judged(json.dumps({**ORDER, "more": {"@type": "Offer", **more}})).facts["commercial_purpose"] is True


def test_of_two_members_of_one_name_both_are_read() -> None:
    twice = json.dumps(ORDER)[:-1] + ', "x": {"name": "Half price today", "name": "Copper kettle"}}'
    assert judged(twice).facts["commercial_purpose"] is True


@pytest.mark.parametrize(
    "record", ["{", "[" * 100_000, '"' + "x" * 60_000 + '"', "<!-- {} -->"], ids=["cut", "deep", "long", "comment"]
)
def test_what_cannot_be_read_counts_as_promotion_and_says_why(record: str) -> None:
    content = judged(record)
    assert content.facts["commercial_purpose"] is True
    assert any("JSON-LD" in finding.said for finding in content.findings)


def test_a_name_in_it_is_not_shown_to_anybody() -> None:
    head = "From: x@people.example\r\nSubject: Hello\r\nContent-Type: text/html\r\n\r\n"
    html = f'<script type="application/ld+json">{json.dumps({"@type": "Organization", "name": KETTLE.legal_name})}</script><p>Hello</p>'
    reading = read_mail((head + html).encode()).reading
    assert judge_sender(reading, KETTLE).facts["sender_identified_in_body"] is False
