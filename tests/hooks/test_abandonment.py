"""A checkout becomes abandoned after a set time without an order, whatever happens meanwhile and in whatever order."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from shops import NOW, Clock, Shop

from sayso.capture.live import sweep
from sayso.ledger import Ledger
from sayso.ledger.entries import CheckoutAbandoned

ANA = "ana@letterbox.example"
HOUR = timedelta(hours=1)


def checkout(at: str, form: str = "basket-17", **fields: Any) -> dict[str, Any]:
    event = {"event": "checkout", "at": f"2026-11-24T{at}:00Z", "form": form, "email": ANA, "goods": ["Kettle"]}
    return {**event, "shipping": {"country": "AU", "state": "VIC"}, **fields}


def order(at: str, form: str = "basket-17", **fields: Any) -> dict[str, Any]:
    return {"event": "order", "at": f"2026-11-24T{at}:00Z", "form": form, "email": ANA, "paid": True, **fields}


def relationships(shop: Shop) -> set[str | None]:
    return {ground.relationship for ground in shop.known(ANA).grounds}


def test_a_checkout_is_open_until_the_time_is_over(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    assert sweep(shop.ledger, shop.clock.forward(minutes=59)) == 0
    assert relationships(shop) == set()
    assert sweep(shop.ledger, shop.clock.forward(minutes=1)) == 1
    assert relationships(shop) == {"checkout_abandoned"}


def test_a_sign_of_life_starts_the_time_anew(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    shop.clock.forward(minutes=50)
    shop.generic(checkout("09:50", goods=["Kettle", "Teapot"]))
    assert sweep(shop.ledger, shop.clock.forward(minutes=30)) == 0
    assert sweep(shop.ledger, shop.clock.forward(minutes=30)) == 1
    (person,) = shop.ledger.find(ANA)
    (left,) = [entry for entry in shop.ledger.entries_about(person) if isinstance(entry.body, CheckoutAbandoned)]
    assert (left.body.goods, left.happened_at, left.actor) == (  # type: ignore[union-attr]
        ["Kettle", "Teapot"], NOW + timedelta(minutes=50), "sayso",
    )  # fmt: skip


def test_an_order_in_time_leaves_nothing_abandoned(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    shop.clock.forward(minutes=20)
    shop.generic(order("09:20"))
    assert sweep(shop.ledger, shop.clock.forward(days=2)) == 0
    assert relationships(shop) == {"purchase"}


def test_another_checkout_s_order_is_not_this_one_s(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    shop.generic(order("09:00", form="basket-18"))
    assert sweep(shop.ledger, shop.clock.forward(hours=2)) == 1
    assert relationships(shop) == {"purchase", "checkout_abandoned"}


def test_an_order_that_comes_after_the_sweep_is_known_to_the_next_answer(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    sweep(shop.ledger, shop.clock.forward(hours=2))
    shop.generic(order("09:10"))
    assert relationships(shop) == {"purchase"}
    assert sweep(shop.ledger, shop.clock.forward(hours=2)) == 0


def test_sweeping_again_or_twice_at_once_adds_nothing(shop: Shop, clock: Clock) -> None:
    shop.generic(checkout("09:00"))
    clock.forward(hours=2)
    with Ledger(shop.ledger.home, clock) as other:
        waiting = shop.ledger.open_checkouts(clock.now - HOUR)
        assert sweep(other, clock.now) == 1
        assert len(waiting) == 1
    assert sweep(shop.ledger, clock.now) == 0
    shop.generic(checkout("09:00"))
    assert sweep(shop.ledger, clock.now) == 0, "a replay of the checkout opens nothing"


def test_whoever_comes_back_and_leaves_again_has_left_again(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    sweep(shop.ledger, shop.clock.forward(hours=2))
    shop.generic(checkout("11:00"))
    assert sweep(shop.ledger, shop.clock.forward(minutes=30)) == 0
    assert sweep(shop.ledger, shop.clock.forward(minutes=30)) == 1


def test_the_ledger_alone_knows_what_is_open(shop: Shop, clock: Clock) -> None:
    shop.generic(checkout("09:00"))
    shop.ledger.rebuild()
    shop.ledger.rotate_lookup_key()
    clock.forward(hours=2)
    with Ledger(shop.ledger.home, clock) as reopened:
        assert sweep(reopened, clock.now) == 1
        assert reopened.verify() == []


def test_erasing_one_of_two_who_share_a_checkout_leaves_the_other_s_part(shop: Shop) -> None:
    shop.generic(checkout("09:00"))
    shop.generic(checkout("09:00", email="bob@letterbox.example"))
    shop.generic(order("09:10", email="bob@letterbox.example"))
    shop.ledger.erase(shop.ledger.find("bob@letterbox.example")[0], origin="e")
    assert shop.ledger.verify() == []
    assert sweep(shop.ledger, shop.clock.forward(hours=2)) == 1
    assert shop.ledger.verify() == []


KILLED = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sayso.capture import live
from sayso.ledger import Ledger
now = datetime(2026, 11, 24, 12, tzinfo=UTC)
live.chunks = lambda entries: ([entry] for entry in entries)
with Ledger(Path(sys.argv[1]), lambda: now) as ledger:
    append, done = ledger.append, []
    def one_then_die(entries):
        if len(done) == 3:
            os._exit(9)
        done.append(entries)
        return append(entries)
    ledger.append = one_then_die
    live.sweep(ledger, now)
"""


def test_a_sweep_that_is_killed_half_way_is_finished_by_the_next(shop: Shop) -> None:
    for number in range(8):
        shop.generic(checkout("09:00", form=f"basket-{number}", email=f"ana{number}@letterbox.example"))
    shop.ledger.close()
    assert subprocess.run([sys.executable, "-c", KILLED, str(shop.ledger.home)], check=False).returncode == 9
    shop.clock.forward(hours=4)
    with Ledger(shop.ledger.home, shop.clock) as ledger:
        assert sweep(ledger, shop.clock.now) == 5
        assert sweep(ledger, shop.clock.now) == 0
        assert ledger.verify() == []


STOP = {"event": "happened", "at": "2026-11-24T09:30:00Z", "email": ANA,
        "body": {"kind": "consent_withdrawn", "scope": "channel", "channels": ["email"]}}  # fmt: skip
BOX = {
    "wording": "Email me about the cart I left.", "version": "1", "default": "unticked", "final": "ticked",
    "changed_by": "person", "channels": ["email"], "topics": ["abandoned_cart"], "marketing_named": True,
    "names_sender": True,
}  # fmt: skip
FORM = {"event": "form", "at": "2026-11-24T09:05:00Z", "form": "newsletter", "page": "https://shop.example/",
        "email": ANA, "country": "AU", "submitted": True, "boxes": [BOX]}  # fmt: skip
SHOP = {"customer_id": 11, "email_address": ANA}


def shopify_consent(state: str, at: str) -> dict[str, Any]:
    return {**SHOP, "email_marketing_consent": {"state": state, "consent_updated_at": f"2026-11-{at}:00Z"}}


EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("generic", checkout("09:00")),
    ("generic", checkout("09:20", goods=["Teapot"])),
    ("generic", order("09:40")),
    ("generic", checkout("09:15", form="basket-18", shipping={"country": "US", "state": "CA"})),
    ("generic", STOP),
    ("generic", FORM),
    ("shopify", shopify_consent("unsubscribed", "20T10:00")),
    ("shopify", shopify_consent("subscribed", "19T10:00")),
    ("shopify", shopify_consent("subscribed", "22T10:00")),
]


def facts_after(home: Path, steps: list[int]) -> Any:
    """What is known after the events in this order, sweeping where a step names none."""
    clock = Clock()
    clock.forward(hours=1)
    with Ledger.init(home, clock) as ledger:
        shop = Shop(ledger, clock)
        for step in steps:
            if step >= len(EVENTS):
                sweep(ledger, clock.now, timedelta(0))
                continue
            source, event = EVENTS[step]
            sent = (
                shop.generic(event)
                if source == "generic"
                else shop.shopify("customers_email_marketing_consent/update", event)
            )
            assert sent.status == 200, sent
        clock.forward(hours=3)
        sweep(ledger, clock.now)
        assert ledger.verify() == []
        facts = shop.known(ANA)
        for record in (*facts.grounds, *facts.stops):
            record.entry = None
        facts.grounds.sort(key=repr)
        facts.stops.sort(key=repr)
        return facts


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return facts_after(tmp_path_factory.mktemp("order") / "home", list(range(len(EVENTS))))


@given(steps=some.permutations([*range(len(EVENTS)), *range(len(EVENTS) + 2)]))
@settings(max_examples=25, deadline=None)
def test_the_order_in_which_events_come_in_makes_no_difference(in_order: Any, steps: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert facts_after(Path(folder) / "home", steps) == in_order


def test_what_they_all_come_to(in_order: Any) -> None:
    assert {ground.relationship for ground in in_order.grounds} == {None, "purchase", "checkout_abandoned"}
    assert len(in_order.stops) == 2
