"""Imports can tighten and never loosen: no mix of exports, in whatever order, makes lawful what a stop forbids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from sayso.capture import import_files
from sayso.decision import judge
from sayso.decision.topics import with_kind
from sayso.law import rulebooks
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import (
    AnyBody,
    BounceReceived,
    ComplaintReceived,
    ConsentWithdrawn,
    NumberReassigned,
    ObjectionReceived,
)
from sayso.sample.shop import begin, write_files
from sayso.sample.stories import STORIES
from sayso.vocabulary import Channel, Facts

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=6 * 365)
CHANNELS: dict[str, tuple[Channel, ...]] = {
    "email": ("email", "post", "online_ad"),
    "phone": ("sms", "mms", "voice_live"),
}
STOPS: dict[str, AnyBody] = {
    "everything": ConsentWithdrawn(),
    "free text": ConsentWithdrawn(means="free_text"),
    "this channel": ConsentWithdrawn(scope="channel", channels=["email", "sms"]),
    "this topic": ConsentWithdrawn(scope="topic", topics=["abandoned_cart"]),
    "objection": ObjectionReceived(),
    "complaint": ComplaintReceived(),
    "bounce": BounceReceived(hard=True),
    "reassigned": NumberReassigned(),
}
SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples"
REAL = [SAMPLES / name for name in ("klaviyo/profile-export.csv", "shopify/rest-abandoned-checkouts.json",
        "shopify/customers_export.csv", "shopify/rest-order.json", "woocommerce/webhook-order-created.json",
        "mailchimp/audience-export.csv")]  # fmt: skip
REAL_PEOPLE = [Address("email", "ok1@test.dev"), Address("email", "bob.norman@mail.example.com")]


class Shop(NamedTuple):
    """The files that may be imported, and whom they are about."""

    files: list[Path]
    people: list[Address]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Every story of the sample shop, once in Australia and once in California, and real exports where they are here."""
    told = begin(Random(11), datetime(2026, 11, 24, tzinfo=UTC))
    people = []
    for story, _ in STORIES:
        for country, state in (("AU", "VIC"), ("US", "CA")):
            who = told.people.person(country, state)
            story(told, who, told.now - timedelta(days=20))
            people.append(Address("email", who.email))
            people += [Address("phone", who.phone)] if who.phone else []
    files = write_files(tmp_path_factory.mktemp("shop"), told)
    real = [path for path in REAL if path.is_file()]
    return Shop([*files, *real], [*people, *(REAL_PEOPLE if real else [])])


def answer(ledger: Ledger, who: Address, channel: Channel) -> tuple[str, Facts]:
    facts = with_kind(ledger.facts_for(who, channel=channel, topic="abandoned_cart", at=NOON))
    return judge(facts, NOON, rulebooks()).answer, facts


def put_in(ledger: Ledger, imports: list[list[Path]]) -> None:
    for together in imports:
        import_files(ledger, together, now=NOON)


def stop(ledger: Ledger, who: Address, body: AnyBody, happened_at: datetime) -> None:
    origin = f"stop:{who.value}"
    ledger.append([Entry(body=body, happened_at=happened_at, origin=origin, actor="owner", addresses=[who])])


def forbidden(ledger: Ledger, who: Address) -> list[Channel]:
    """The channels on which this address is refused, and that a stop on record reaches."""
    found: list[Channel] = []
    for channel in CHANNELS[who.kind]:
        said, facts = answer(ledger, who, channel)
        reaching = [one for one in facts.stops if one.covers_channel is not False and one.covers_topic is not False]
        if said != "allowed" and reaching:
            found.append(channel)
    return found


def mixes(data: some.DataObject, files: list[Path]) -> list[list[Path]]:
    """Some of the files in some order, in one import or several."""
    chosen = data.draw(some.lists(some.sampled_from(files), min_size=1, max_size=len(files), unique=True))
    cuts = data.draw(some.sets(some.integers(1, max(1, len(chosen) - 1)), max_size=3))
    edges = [0, *sorted(cuts), len(chosen)]
    return [chosen[start:end] for start, end in pairwise(edges) if start < end]


def loosened(shop: Shop, data: some.DataObject, files: list[Path], happened_at: datetime) -> list[tuple[str, Channel]]:
    """Who is stopped, then imported, and is allowed afterwards nonetheless; by place in the list, not by address."""
    stopped = data.draw(some.lists(some.integers(0, len(shop.people) - 1), min_size=4, max_size=16, unique=True))
    with TemporaryDirectory() as home, Ledger.init(Path(home) / "store", clock=lambda: NOON) as ledger:
        if data.draw(some.booleans(), label="some files were there before"):
            put_in(ledger, mixes(data, files))
        kinds = {number: data.draw(some.sampled_from(sorted(STOPS))) for number in stopped}
        for number, kind in kinds.items():
            stop(ledger, shop.people[number], STOPS[kind], happened_at)
        before = {number: forbidden(ledger, shop.people[number]) for number in stopped}
        assert any(before.values())
        put_in(ledger, mixes(data, files))
        return [
            (f"{number}: {kinds[number]}", channel)
            for number, channels in before.items()
            for channel in channels
            if answer(ledger, shop.people[number], channel)[0] == "allowed"
        ]


def quickly(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )


@quickly(12)
@given(data=some.data())
def test_after_a_stop_no_import_makes_anything_lawful_that_it_forbids(shop: Shop, data: some.DataObject) -> None:
    assert loosened(shop, data, shop.files, NOON) == []


@quickly(8)
@given(data=some.data())
def test_what_an_export_claims_never_lifts_a_stop_however_old(shop: Shop, data: some.DataObject) -> None:
    exports = [path for path in shop.files if path.suffix != ".jsonl"]
    assert len(exports) < len(shop.files)
    assert loosened(shop, data, exports, LONG_AGO) == []


def test_without_a_stop_the_same_files_do_make_some_of_it_lawful(shop: Shop, tmp_path: Path) -> None:
    with Ledger.init(tmp_path / "store", clock=lambda: NOON) as ledger:
        put_in(ledger, [shop.files])
        answers = {
            (who, channel): answer(ledger, who, channel)[0] for who in shop.people for channel in CHANNELS[who.kind]
        }
    allowed = {channel for (_, channel), said in answers.items() if said == "allowed"}
    assert {"email", "sms", "voice_live"} <= allowed


def test_a_later_proved_yes_of_the_person_s_own_does_lift_an_old_stop(shop: Shop, tmp_path: Path) -> None:
    with Ledger.init(tmp_path / "store", clock=lambda: NOON) as ledger:
        for who in shop.people:
            stop(ledger, who, ConsentWithdrawn(), LONG_AGO)
        put_in(ledger, [[path for path in shop.files if path.suffix == ".jsonl"]])
        assert any(answer(ledger, who, "email")[0] == "allowed" for who in shop.people if who.kind == "email")
