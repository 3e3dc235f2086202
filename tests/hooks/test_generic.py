"""Our own signed format: what it proves, and that the same adds nothing by whichever way it comes."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from shops import NOW, SECRET, Shop

from sayso import ask
from sayso.capture import import_file
from sayso.capture.hooks import generic

ANA = "ana@letterbox.example"
BOX = {
    "wording": "Yes, Billy Button may email me about a cart I leave.", "version": "cart-1", "default": "unticked",
    "final": "ticked", "changed_by": "person", "channels": ["email"], "topics": ["abandoned_cart"],
    "marketing_named": True, "names_sender": True, "separate_from_terms": True,
}  # fmt: skip
FORM = {
    "event": "form", "at": "2026-11-24T08:30:00Z", "form": "checkout", "page": "https://shop.example/checkout",
    "email": ANA, "country": "AU", "submitted": True, "boxes": [BOX],
}  # fmt: skip
STOP = {
    "event": "happened", "at": "2026-11-24T08:40:00Z", "email": ANA,
    "body": {"kind": "consent_withdrawn", "scope": "channel", "channels": ["email"]},
}  # fmt: skip
CHECKOUT = {
    "event": "checkout", "at": "2026-11-24T08:50:00Z", "form": "basket-17", "email": ANA, "phone": "+61491570156",
    "shipping": {"country": "AU"},
}  # fmt: skip


def test_the_signature_is_the_documented_one() -> None:
    moment = str(int(NOW.timestamp()))
    expected = hmac.new(SECRET.encode(), f"{moment}.{{}}".encode(), hashlib.sha256).hexdigest()
    assert generic.sign(SECRET.encode(), b"{}", NOW) == f"t={moment},v1={expected}"


def test_a_box_shown_in_full_permits_and_a_stop_ends_it(shop: Shop) -> None:
    shop.generic(FORM)
    shop.generic(CHECKOUT)
    before = ask(shop.known(ANA), at=NOW).layers["own"]
    shop.generic(STOP)
    after = ask(shop.known(ANA), at=NOW).layers["own"]
    assert (before.answer, after.answer) == ("allowed", "not_allowed")


@pytest.mark.parametrize("missing", ["wording", "version", "default", "changed_by"])
def test_a_box_of_which_anything_is_missing_is_a_claim(shop: Shop, missing: str) -> None:
    shop.generic({**FORM, "boxes": [{name: value for name, value in BOX.items() if name != missing}]})
    assert [ground.evidence for ground in shop.known(ANA).grounds] == ["asserted"]


def test_what_the_log_also_holds_adds_nothing(shop: Shop, tmp_path: Path) -> None:
    for event in (FORM, STOP):
        assert "0 known already" in shop.generic(event).said
    before = shop.ledger.count()
    head = {"event": "log", "format": "sayso-widget-log", "version": 1}
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in (head, FORM, STOP)))
    assert import_file(shop.ledger, path, now=NOW).added == {}
    assert shop.ledger.count() == before
    shop.clock.forward(minutes=30)
    for event in (FORM, STOP, FORM):
        assert shop.generic(event).said.startswith("0 new")


def consent(granted: bool, source: str, **segments: dict[str, Any]) -> dict[str, Any]:
    inner = {f"dev.ucp.consent.marketing.{name}": value for name, value in segments.items()}
    said = {"granted": granted, "source": source, "description": "Promotional communications", "segments": inner}
    return {**CHECKOUT, "consent": {"dev.ucp.consent.marketing": said}}


def test_the_shop_s_default_in_an_agent_s_checkout_is_nobody_s_act(shop: Shop) -> None:
    for granted in (True, False):
        shop.generic(consent(granted, "business", sms={"granted": granted, "source": "business"}))
    for channel in ("email", "sms"):
        facts = shop.known(ANA if channel == "email" else "+61491570156", channel)  # type: ignore[arg-type]
        assert (facts.grounds, facts.stops) == ([], [])


def test_a_buyer_s_yes_through_an_agent_is_a_claim_and_a_no_is_a_stop(shop: Shop) -> None:
    shop.generic(consent(False, "business", email={"granted": True, "source": "platform"},
                         sms={"granted": False, "source": "platform"}))  # fmt: skip
    (ground,) = shop.known(ANA).grounds
    assert (ground.evidence, ground.covers_channel) == ("asserted", True)
    assert [stop.covers_channel for stop in shop.known("+61491570156", "sms").stops] == [True]
    assert [stop.covers_channel for stop in shop.known(ANA, "email").stops] == [False]


def test_a_buyer_who_refuses_sale_through_an_agent_is_heard(shop: Shop) -> None:
    said = {"dev.ucp.consent.sale_or_sharing": {"granted": False, "source": "platform"}}
    shop.generic({**CHECKOUT, "consent": said})
    assert [stop.kind for stop in shop.known(ANA, "online_ad").stops] == ["do_not_sell"]


def test_details_taken_from_the_page_before_anything_was_pressed_were_not_given(shop: Shop) -> None:
    shop.generic({**CHECKOUT, "before_submission": True})
    facts = shop.known(ANA)
    assert facts.captured_before_submission is True


def test_the_events_of_the_how_to_are_taken(shop: Shop) -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "webhooks.md"
    tokens = MarkdownIt("commonmark").parse(page.read_text("utf-8"))
    (block,) = [token.content for token in tokens if token.type == "fence" and token.info == "json"]
    shop.clock.forward(minutes=10)
    for line in block.splitlines():
        assert shop.generic(line.encode()).said.startswith("2 new")
    assert shop.kinds("odette@letterbox.example").count("order_placed") == 1
