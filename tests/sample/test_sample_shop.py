"""The sample shop: the same every time, loaded once, and each story leaves behind what it promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sayso.ledger import Address, Ledger, LedgerError
from sayso.reports.answers import Answers, Overview
from sayso.sample import load, write
from sayso.sample.demo import open_sample
from sayso.sample.people import Person
from sayso.sample.shop import begin, write_files
from sayso.sample.stories import STORIES, Story, business_days_before
from sayso.vocabulary import Channel, Facts

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    write(folder, now=NOON)
    return folder


@pytest.fixture(scope="module")
def shop(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger.init(tmp_path_factory.mktemp("shop") / "store", clock=lambda: NOON)
    load(ledger, files, now=NOON)
    return ledger


@pytest.fixture(scope="module")
def overview(shop: Ledger) -> Overview:
    channels: tuple[Channel, ...] = ("email", "sms", "voice_live", "post", "online_ad")
    return Answers(shop).overview(topic="abandoned_cart", channels=channels, at=NOON)


# The whole shop ---------------------------------------------------------------------------------------------------


def test_the_same_seed_and_day_give_the_same_bytes(files: Path, tmp_path: Path) -> None:
    for path in write(tmp_path / "again", now=NOON):
        assert path.read_bytes() == (files / path.name).read_bytes()


def test_another_seed_or_day_gives_another_shop(files: Path, tmp_path: Path) -> None:
    (first, *_) = write(tmp_path / "a", now=NOON, seed=7, size=60)
    (second, *_) = write(tmp_path / "b", now=NOON, seed=8, size=60)
    assert first.read_bytes() != second.read_bytes()


def test_every_row_of_the_sample_loads_and_loading_it_again_adds_nothing(shop: Ledger, files: Path) -> None:
    before = shop.count()
    assert before[1] >= 2000
    reports = load(shop, files, now=NOON)
    assert [report.file for report in reports if report.refused or report.kept_aside or report.loaded] == []
    assert shop.count() == before


def test_everybody_is_invented_and_nobody_can_be_reached(files: Path) -> None:
    text = "".join(path.read_text() for path in sorted(files.iterdir()))
    domains = {word.split("@")[1].strip('",\\').split('"')[0] for word in text.split() if "@" in word}
    assert {domain.split(",")[0].rpartition(".")[2] for domain in domains} == {"example"}


def test_a_shop_owner_sees_every_answer_and_many_reasons(overview: Overview) -> None:
    counts = overview.counts("email")
    assert 0.15 < counts["allowed"] / overview.people < 0.45
    assert counts["not_allowed"] / overview.people < 0.8
    assert set(overview.counts("sms")) == {"allowed", "depends", "not_covered", "not_allowed"}
    for channel in overview.unreachable:
        assert overview.counts(channel)["allowed"] > 20, channel
        assert len({row.rule for row in overview.rows if row.channel == channel}) >= 5, channel


def test_nobody_is_allowed_on_a_permission_that_is_only_claimed(shop: Ledger, overview: Overview) -> None:
    answers = {row.person: row.answer for row in overview.rows if row.channel == "email"}
    claimed = 0
    for person in shop.iter_people(NOON):
        consents = [one for one in person.facts("email", "abandoned_cart").grounds if one.kind == "consent"]
        if consents and all(one.evidence == "asserted" for one in consents):
            claimed += 1
            assert answers[person.id] != "allowed"
    assert claimed > 100


def test_permissioned_people_are_allowed_by_email(overview: Overview) -> None:
    allowed = {row.because for row in overview.rows if row.channel == "email" and row.answer == "allowed"}
    assert "the person agreed expressly" in allowed


def test_the_sample_is_made_once_and_found_again(tmp_path: Path) -> None:
    with open_sample(tmp_path, lambda: NOON, size=60) as ledger:
        made = ledger.count()
    with open_sample(tmp_path, lambda: NOON + timedelta(days=40), size=60) as ledger:
        assert ledger.count() == made


def test_the_sample_does_not_mix_with_a_shop_of_one_s_own(tmp_path: Path) -> None:
    write(tmp_path / "files", now=NOON, size=1)
    with Ledger.init(tmp_path) as ledger:
        load(ledger, tmp_path / "files")
    with pytest.raises(LedgerError, match="another folder"):
        open_sample(tmp_path, lambda: NOON)


def test_business_days_are_those_of_victoria() -> None:
    assert business_days_before(date(2026, 11, 9), 5) == date(2026, 10, 30)


# Each story -------------------------------------------------------------------------------------------------------

Check = Callable[[Facts], bool]


def acts(facts: Facts) -> list[str | None]:
    return [ground.act for ground in facts.grounds if ground.kind == "consent"]


def dealings(facts: Facts) -> set[str | None]:
    return {ground.relationship for ground in facts.grounds if ground.kind == "relationship"}


def stops(facts: Facts) -> list[str | None]:
    return [stop.kind for stop in facts.stops if stop.covers_channel is not False]


def said(name: str, value: Any) -> Check:
    """Some consent says this of itself."""
    return lambda facts: any(getattr(ground, name) == value for ground in facts.grounds if ground.kind == "consent")


def proved(facts: Facts) -> bool:
    return any(ground.evidence == "imported_with_proof" and ground.act == "ticked_box" for ground in facts.grounds)


def again_later(facts: Facts) -> bool:
    given = [ground.given_on for ground in facts.grounds if ground.act == "ticked_box" and ground.given_on]
    return max(given) > min(stop.received_on for stop in facts.stops if stop.received_on)


PROMISES: dict[str, tuple[Channel, Check]] = {
    "ticked": ("sms", lambda f: proved(f) and said("covers_channel", True)(f) and not stops(f)),
    "ticked_email_only": ("sms", lambda f: said("covers_channel", False)(f) and not said("covers_channel", True)(f)),
    "ticked_ads_too": ("online_ad", lambda f: proved(f) and said("covers_channel", True)(f)),
    "ticked_channel_silent": ("sms", lambda f: proved(f) and said("covers_channel", None)(f)),
    "ticked_order_updates": ("email", said("marketing_named", False)),
    "ticked_and_confirmed": ("email", lambda f: said("confirmed_from_account", True)(f) and f.address_verified is True),
    "ticked_not_submitted": ("email", lambda f: said("form_submitted", False)(f) and f.captured_before_submission is True),
    "ticked_by_script": ("email", lambda f: "left_box_ticked" in acts(f) and not proved(f)),
    "ticked_after_being_asked_by_mail": ("email", said("prompted_by_message", True)),
    "left_unticked": ("email", lambda f: acts(f) == ["left_box_unticked"]),
    "left_unticked_promised": ("email", lambda f: f.promised_only_tickers is True and acts(f) == ["left_box_unticked"]),
    "pre_ticked": ("email", lambda f: "left_box_ticked" in acts(f) and not proved(f)),
    "pre_ticked_and_cleared": ("email", lambda f: acts(f) == ["left_box_unticked"]),
    "policy_linked": ("email", lambda f: not acts(f) and f.notice_names_marketing is True and f.notice_beside_field is False),
    "notice_beside_field": ("sms", lambda f: f.notice_beside_field is True and f.notice_names_channel is True),
    "notice_without_marketing": ("email", lambda f: f.notice_at_collection is True and f.notice_names_marketing is False),
    "no_notice": ("email", lambda f: f.notice_at_collection is False and not acts(f)),
    "scraped": ("email", lambda f: f.captured_before_submission is True and not acts(f)),
    "export_says_yes": ("email", lambda f: acts(f) == ["ticked_box"] and not proved(f)),
    "export_says_no": ("email", lambda f: not acts(f) and not stops(f)),
    "old_list_claims": ("email", lambda f: acts(f) == ["ticked_box"] and not proved(f)),
    "old_list_left": ("email", lambda f: stops(f) == ["unsubscribe"]),
    "old_list_bounced": ("email", lambda f: stops(f) == ["hard_bounce"] and f.address_exists is False),
    "bought_once": ("email", lambda f: "purchase" in dealings(f) and f.address_verified is True),
    "bought_long_ago": ("email", lambda f: any(
        ground.relationship == "purchase" and ground.last_event_on is not None
        and ground.last_event_on < NOON.date() - timedelta(days=548) for ground in f.grounds)),
    "has_account": ("email", lambda f: any(
        ground.relationship == "account" and ground.ongoing and ground.offer_related for ground in f.grounds)),
    "asked_to_be_written_to": ("email", lambda f: f.asked_for_contact is True),
    "unsubscribed_and_ticked_again": ("email", lambda f: stops(f) == ["unsubscribe"] and again_later(f)),
    "unsubscribed_long_ago": ("email", lambda f: stops(f) == ["unsubscribe"]
                              and f.stops[0].earlier_message_with_consent is True),
    "unsubscribed_three_business_days_ago": ("email", lambda f: f.stops[0].received_on == date(2026, 11, 19)),
    "texted_stop": ("sms", lambda f: stops(f) == ["stop_keyword"]),
    "asked_never_to_be_called": ("voice_live", lambda f: stops(f) == ["do_not_call"]),
    "browser_sends_gpc": ("online_ad", lambda f: stops(f) == ["gpc"] and f.stops[0].person_known is True),
    "under_age": ("email", lambda f: f.age is not None and f.age < 16),
    "complained": ("email", lambda f: stops(f) == ["complaint"]),
    "objected": ("email", lambda f: stops(f) == ["objection"]),
    "bounced": ("email", lambda f: stops(f) == ["hard_bounce"]),
    "number_reassigned": ("sms", lambda f: stops(f) == ["number_reassigned"]),
    "on_the_stop_list": ("sms", lambda f: len(stops(f)) == 1),
    "typed_other_address": ("email", proved),
    "sensitive_goods": ("email", lambda f: f.sensitive_information is True),
    "ships_elsewhere": ("email", lambda f: f.person_country is None),
}  # fmt: skip
"""Story -> the channel asked about, and what the ledger has to know then."""


@pytest.mark.parametrize("story", [story for story, _ in STORIES], ids=lambda story: story.__name__)
@pytest.mark.parametrize("seed", [1, 2])
def test_each_story_leaves_behind_the_facts_it_promises(story: Story, seed: int, tmp_path: Path) -> None:
    told = begin(Random(seed), datetime(2026, 11, 24, tzinfo=UTC))
    who: Person = told.people.person("AU", "VIC")
    story(told, who, told.now - timedelta(days=20))
    folder = tmp_path / "files"
    write_files(folder, told)
    channel, holds = PROMISES[story.__name__]
    address = (
        Address("phone", who.phone) if channel in ("sms", "voice_live") and who.phone else Address("email", who.email)
    )
    with Ledger.init(tmp_path / "store", clock=lambda: NOON) as ledger:
        load(ledger, folder, now=NOON)
        assert ledger.verify() == []
        assert holds(ledger.facts_for(address, channel=channel, topic="abandoned_cart", at=NOON))
