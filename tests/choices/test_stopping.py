"""Every way of asking to stop ends on record, reaches as far as it was meant, and is asked for once or a hundred times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sayso.choices.links import About, ChoiceLinks
from sayso.choices.stopping import Evidence, How, Reach, ask_again, stop
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import AnyBody, ConsentGiven, ConsentWithdrawn, DetailsCollected, OrderPlaced
from sayso.vocabulary import Channel

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
MIRA = Address("email", "mira@letterbox.example")
MIRA_PHONE = Address("phone", "+61491570156")
JONAH = Address("email", "jonah@letterbox.example")
CARTS = About(MIRA, "email", "abandoned_cart", "shop")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store", clock) as opened:
        yield opened


def record(ledger: Ledger, body: AnyBody, *addresses: Address, at: datetime = START, **more: object) -> None:
    origin = f"test:{ledger.count()[0]}"
    ledger.append([Entry(body=body, happened_at=at, origin=origin, actor="person", proof="captured_here",
                         addresses=list(addresses), **more)])  # type: ignore[arg-type]  # fmt: skip


def yes(channel: Channel = "email", topic: str = "abandoned_cart") -> ConsentGiven:
    return ConsentGiven(
        act="ticked_box", form_submitted=True, box_default="unticked", box_final="ticked", box_changed_by="person",
        channels=[channel], topics=[topic], marketing_named=True, names_sender=True, separate_from_terms=True,
    )  # fmt: skip


def test_a_stop_of_texts_is_one_of_texts_with_pictures_too(ledger: Ledger) -> None:
    record(ledger, yes("sms"), MIRA_PHONE)
    (entry,) = stop(ledger, About(MIRA_PHONE, "sms", "abandoned_cart", "shop"), "keyword", "channel", START)
    (body,) = [one.body for one in ledger.entries([entry])]
    assert isinstance(body, ConsentWithdrawn)
    assert body.channels == ["sms", "mms"]
    assert stopped(ledger, MIRA_PHONE, "mms")
    assert not stopped(ledger, MIRA_PHONE, "voice_live")


def test_a_stop_by_mail_that_names_texts_reaches_the_person_s_phone(ledger: Ledger) -> None:
    record(ledger, yes("email"), MIRA, MIRA_PHONE)
    (entry,) = stop(ledger, CARTS, "reply", "channel", START, named=("sms", "mms"))
    (body,) = [one.body for one in ledger.entries([entry])]
    assert isinstance(body, ConsentWithdrawn)
    assert body.channels == ["email", "sms", "mms"]
    assert stopped(ledger, MIRA)
    assert stopped(ledger, MIRA_PHONE, "sms")
    assert not stopped(ledger, MIRA_PHONE, "voice_live")


def stopped(ledger: Ledger, who: Address | str, channel: Channel = "email", topic: str = "abandoned_cart") -> bool:
    """Does a stop reach this, that no ground of a later day stands against?"""
    facts = ledger.facts_for(who, channel=channel, topic=topic)
    reaching = [
        one.received_on for one in facts.stops
        if one.covers_channel is not False and one.covers_topic is not False and one.means_stop is not False
    ]  # fmt: skip
    given = [one.given_on for one in facts.grounds if one.kind == "consent" and one.evidence == "captured_here"]
    return bool(reaching) and all(day is None or day <= max(filter(None, reaching)) for day in given)


@pytest.mark.parametrize(
    ("reach", "email_carts", "email_offers", "text_carts"),
    [("topic", True, False, False), ("channel", True, True, False), ("everything", True, True, True)],
)
def test_a_stop_reaches_as_far_as_it_was_meant(
    ledger: Ledger, reach: Reach, email_carts: bool, email_offers: bool, text_carts: bool
) -> None:
    record(ledger, DetailsCollected(), MIRA, MIRA_PHONE)
    stop(ledger, CARTS, "page", reach, START)
    assert stopped(ledger, MIRA) == email_carts
    assert stopped(ledger, MIRA, topic="offers") == email_offers
    assert stopped(ledger, MIRA_PHONE, "sms") == text_carts


def test_a_refusal_of_sale_stops_ads_and_not_the_shop_s_own_messages(ledger: Ledger) -> None:
    record(ledger, DetailsCollected(), MIRA)
    stop(ledger, CARTS, "page", "sale", START)
    assert stopped(ledger, MIRA, "online_ad")
    assert not stopped(ledger, MIRA)


@pytest.mark.parametrize("how", ["one_click", "page", "mail", "keyword", "reply", "unclear", "told"])
def test_asking_a_hundred_times_is_asking_once(ledger: Ledger, how: How) -> None:
    record(ledger, DetailsCollected(), MIRA)
    for _ in range(100):
        stop(ledger, CARTS, how, "topic", START, Evidence(words="no more"))
    assert ledger.count()[0] == 2
    assert stopped(ledger, MIRA)


def test_a_stop_after_coming_back_is_another_stop(ledger: Ledger, clock: Clock) -> None:
    for _ in range(3):
        record(ledger, yes(), MIRA, at=clock.now)
        assert not stopped(ledger, MIRA)
        stop(ledger, CARTS, "one_click", "topic", clock.now)
        assert stopped(ledger, MIRA)
        clock.now += timedelta(days=30)


def test_other_words_are_another_reply(ledger: Ledger) -> None:
    record(ledger, DetailsCollected(), MIRA)
    assert stop(ledger, CARTS, "unclear", "channel", START, Evidence(words="what is this"))
    assert stop(ledger, CARTS, "unclear", "channel", START, Evidence(words="who are you"))


def test_the_link_of_someone_erased_stops_and_they_stay_erased(ledger: Ledger, clock: Clock) -> None:
    record(ledger, DetailsCollected(), MIRA)
    token = ChoiceLinks(ledger).token(CARTS)
    ledger.erase(ledger.find(MIRA.value)[0], origin="test:erase")
    entries, people = ledger.count()
    for _ in range(3):
        stop(ledger, ChoiceLinks(ledger).about(token), "one_click", "topic", START, Evidence(ip="192.0.2.1"))
    assert ledger.count() == (entries + 2, people)
    assert not ledger.find(MIRA.value)
    (kept,) = ledger.entries_from("choice:one_click:")
    assert (kept.addresses, kept.private) == ([], None)
    assert stopped(ledger, MIRA)
    assert ledger.verify() == []


def test_the_link_of_someone_unknown_stops_them_before_anything_else_is_known(ledger: Ledger) -> None:
    assert stop(ledger, CARTS, "one_click", "topic", START)
    assert stop(ledger, CARTS, "one_click", "topic", START) == []
    assert stopped(ledger, MIRA)


def test_whoever_shares_the_address_is_stopped_everywhere_with_it(ledger: Ledger) -> None:
    record(ledger, DetailsCollected(), MIRA, MIRA_PHONE)
    other = Address("phone", "+61491570157")
    record(ledger, DetailsCollected(), JONAH, other)
    record(ledger, DetailsCollected(), MIRA, person=ledger.find(JONAH.value)[0])
    stop(ledger, CARTS, "page", "everything", START)
    assert all(stopped(ledger, one, "sms") for one in (MIRA_PHONE, other))


def test_what_cannot_be_written_never_keeps_a_stop_from_being_recorded(ledger: Ledger) -> None:
    evidence = Evidence(words="stop \udce9 " + "x" * 100_000, ip="\udcff", user_agent="\x00" * 5000)
    (entry,) = stop(ledger, CARTS, "reply", "channel", START, evidence)
    (kept,) = ledger.entries([entry])
    assert isinstance(kept.body, ConsentWithdrawn)
    assert kept.private is not None
    assert kept.private.words is not None
    assert kept.private.words.startswith("stop ?")
    assert stopped(ledger, MIRA)


def test_somebody_erased_while_the_stop_is_being_recorded_ends_stopped(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger, DetailsCollected(), MIRA)
    append, person = ledger.append, ledger.find(MIRA.value)[0]

    def erased_first(entries: list[Entry]) -> object:
        monkeypatch.setattr(ledger, "append", append)
        ledger.erase(person, origin="test:erase")
        return append(entries)

    monkeypatch.setattr(ledger, "append", erased_first)
    stop(ledger, CARTS, "page", "topic", START)
    assert stopped(ledger, MIRA)


def test_a_yes_that_came_while_the_stop_was_being_recorded_is_stopped_too(
    ledger: Ledger, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger, DetailsCollected(), MIRA)
    stop(ledger, CARTS, "page", "topic", START)
    clock.now += timedelta(days=2)
    append = ledger.append

    def agreed_first(entries: list[Entry]) -> object:
        monkeypatch.setattr(ledger, "append", append)
        record(ledger, yes(), MIRA, at=clock.now)
        return append(entries)

    monkeypatch.setattr(ledger, "append", agreed_first)
    stop(ledger, CARTS, "page", "topic", clock.now)
    assert stopped(ledger, MIRA)


def test_wanting_it_again_by_the_link_lifts_nothing(ledger: Ledger, clock: Clock) -> None:
    record(ledger, OrderPlaced(paid=True), MIRA)
    stop(ledger, CARTS, "page", "topic", START)
    clock.now += timedelta(days=3)
    ask_again(ledger, CARTS, "Send me these emails again", "https://ask.kettle.example/u", clock.now)
    (given,) = [one for one in ledger.entries_about(ledger.find(MIRA.value)[0]) if isinstance(one.body, ConsentGiven)]
    assert (given.proof, given.body.act, given.body.wording) == (
        "asserted",
        "pressed_button",
        "Send me these emails again",
    )  # type: ignore[union-attr]
    assert stopped(ledger, MIRA)


def test_wanting_it_again_records_nobody_who_is_not_on_record(ledger: Ledger) -> None:
    ask_again(ledger, CARTS, "Send me these emails again", "https://ask.kettle.example/u", START)
    assert ledger.count() == (0, 0)


@pytest.mark.parametrize("topic", ["", "everything"])
def test_a_stop_of_no_topic_in_particular_stops_the_channel(ledger: Ledger, topic: str) -> None:
    stop(ledger, About(MIRA, "email", topic, "shop"), "one_click", "topic", START)
    assert stopped(ledger, MIRA)
    assert stopped(ledger, MIRA, topic="offers")
