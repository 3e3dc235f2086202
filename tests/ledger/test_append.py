"""Appending: once for each origin, all of a batch or none of it, on whom it falls, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledgers import (
    JONAH,
    JONAH_PHONE,
    MIRA,
    MIRA_PHONE,
    MIRA_TAGGED,
    NAME,
    START,
    Clock,
    checkout,
    collected,
    consent,
    entry,
    stop,
)

from sayso.ledger import Address, AddressError, Entry, EntryError, Ledger, email_address
from sayso.ledger.entries import (
    CheckoutAbandoned,
    ConsentWithdrawn,
    DetailsCollected,
    ErasureDone,
    NoticePublished,
    OrderPlaced,
    PersonDescribed,
    SettingChanged,
)


def test_the_same_origin_again_adds_nothing(ledger: Ledger) -> None:
    first = consent(MIRA)
    done = ledger.append([first])
    head = ledger.head()
    again = ledger.append([consent(MIRA, origin=first.origin)])
    assert (done.added, done.already_known) == ([first.id], [])
    assert (again.added, again.already_known) == ([], [first.origin])
    assert ledger.head() == head
    assert ledger.count() == (1, 1)


def test_an_origin_twice_in_one_batch_is_recorded_once(ledger: Ledger) -> None:
    one, other = consent(MIRA, origin="form:7"), consent(MIRA, origin="form:7")
    done = ledger.append([one, other])
    assert (done.added, done.already_known) == ([one.id], ["form:7"])
    assert ledger.count() == (1, 1)


def test_a_batch_with_nothing_in_it_changes_nothing(ledger: Ledger) -> None:
    head = ledger.head()
    assert ledger.append([]).added == []
    assert ledger.head() == head


REFUSED: list[tuple[Any, str]] = [
    (entry(CheckoutAbandoned()), "say whom it concerns"),
    (entry(NoticePublished(), MIRA), "about the business"),
    (entry(CheckoutAbandoned(), MIRA, origin=""), "`origin` is empty"),
    (entry(CheckoutAbandoned(), MIRA, person="no-one"), "nobody with this id"),
    (entry(CheckoutAbandoned(), MIRA, happened_at=datetime(2026, 11, 2)), "time zone"),  # noqa: DTZ001
    (entry(CheckoutAbandoned(), MIRA, happened_at=START + timedelta(minutes=6)), "in the future"),
    (entry(CheckoutAbandoned(), MIRA, recorded_at=START + timedelta(seconds=1)), "in the future"),
    (entry(CheckoutAbandoned(), MIRA, recorded_at=START - timedelta(days=1)), "before the last entry"),
    (entry(CheckoutAbandoned(), MIRA, happened_at=datetime.max.replace(tzinfo=UTC) - timedelta(1)), "in the future"),
    (entry(PersonDescribed(facts={"no_such_fact": True}), MIRA), "not a fact of a person"),
    (entry(PersonDescribed(facts={"person_country": 7.0}), MIRA), "cannot be that value"),
    (entry(SettingChanged(name="x", value=float("nan"))), "canonical JSON"),
    (entry(SettingChanged(name="x", value=2**60)), "canonical JSON"),
    (entry(DetailsCollected(collected_for="mira@letterbox.example"), MIRA), "`body.collected_for`"),  # type: ignore[arg-type]
    (entry(ConsentWithdrawn(channels=["e-mail"]), MIRA), "`body.channels[0]`"),  # type: ignore[list-item]
    (entry(CheckoutAbandoned(), MIRA, actor="Mira"), "`actor`"),
    (entry(CheckoutAbandoned(), Address("post", "7 Lantern Row")), "`addresses[0].kind`"),  # type: ignore[arg-type]
    (entry(OrderPlaced(goods=["half a character: \ud800"]), MIRA), "cannot be written as text"),
    (checkout(MIRA, raw="\udfff"), "cannot be written as text"),
    (entry(CheckoutAbandoned(), MIRA, origin="test:\ud800"), "cannot be written as text"),
    (entry(CheckoutAbandoned(), Address("email", "mira at letterbox")), "not an email address"),
    (entry(CheckoutAbandoned(), Address("phone", "+999 12 34567")), "not a phone number"),
    (entry(CheckoutAbandoned(), Address("phone", "+9991234567")), "not a phone number"),
    (entry(CheckoutAbandoned(), Address("phone", "0491570156")), "no country"),
]


@pytest.mark.parametrize(("bad", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_one_bad_entry_refuses_its_whole_batch(ledger: Ledger, bad: Any, words: str) -> None:
    ledger.append([consent(JONAH)])
    head = ledger.head()
    with pytest.raises((EntryError, AddressError)) as refused:
        ledger.append([consent(MIRA), bad, consent(MIRA)])
    assert words in str(refused.value)
    for detail in (*[address.value for address in bad.addresses], NAME):
        assert detail not in str(refused.value)
    assert ledger.head() == head
    assert ledger.count() == (1, 1)
    assert ledger.verify() == []
    assert ledger.find(MIRA.value) == []


def test_an_id_that_was_used_before_is_refused(ledger: Ledger) -> None:
    first = consent(MIRA)
    ledger.append([first])
    with pytest.raises(EntryError, match="id"):
        ledger.append([consent(MIRA), consent(MIRA, id=first.id)])
    assert ledger.count() == (1, 1)


def test_what_was_recorded_comes_back_as_it_was(ledger: Ledger) -> None:
    entries = [checkout(MIRA, MIRA_PHONE), consent(MIRA, sender="brand"), stop(MIRA, proof="asserted", import_id="i-1")]
    ledger.append(entries)
    (person,) = ledger.find(MIRA.value)
    back = ledger.entries_about(person)
    assert [one.id for one in back] == [one.id for one in entries]
    for sent, found in zip(entries, back, strict=True):
        sent.person, sent.recorded_at = person, START
        assert found == sent


def test_a_moment_in_another_zone_is_the_same_moment(ledger: Ledger) -> None:
    there = datetime.fromisoformat("2026-11-02T19:30:00+11:00")
    ledger.append([checkout(MIRA, happened_at=there)])
    (found,) = ledger.entries_about(ledger.find(MIRA.value)[0])
    assert found.happened_at == there
    assert found.happened_at.utcoffset() == timedelta(0)


def test_a_clock_that_is_set_back_does_not_turn_the_order_of_entries(ledger: Ledger, clock: Clock) -> None:
    ledger.append([consent(MIRA)])
    clock.forward(hours=-1)
    ledger.append([checkout(MIRA, happened_at=clock.now)])
    recorded = [one.recorded_at for one in ledger.entries_about(ledger.find(MIRA.value)[0])]
    assert recorded == [START, START]


# Whom an entry falls on ---------------------------------------------------------------------------------------------


def test_the_same_mailbox_is_the_same_person(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA), consent(MIRA, MIRA_PHONE)])
    assert ledger.count() == (2, 1)
    assert ledger.find(MIRA_PHONE.value) == ledger.find(MIRA.value)


def test_two_mailboxes_behind_one_number_stay_two_people(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA, MIRA_PHONE), checkout(JONAH, MIRA_PHONE)])
    assert len(ledger.find(MIRA_PHONE.value)) == 2
    assert ledger.find(MIRA.value) != ledger.find(JONAH.value)


def test_another_spelling_is_another_person_until_they_are_told_to_be_one(ledger: Ledger) -> None:
    ledger.append([collected(MIRA), collected(MIRA_TAGGED)])
    assert ledger.find(MIRA.value) != ledger.find(MIRA_TAGGED.value)


def test_an_entry_with_both_addresses_joins_them_and_both_people_stay_findable(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA), checkout(JONAH_PHONE)])
    (mira,), (jonah,) = ledger.find(MIRA.value), ledger.find(JONAH_PHONE.value)
    ledger.append([checkout(MIRA, JONAH_PHONE)])
    assert ledger.find(MIRA.value) == [mira]
    assert ledger.find(JONAH_PHONE.value) == [jonah, mira]
    assert ledger.verify() == []


def test_an_erasure_that_is_appended_deletes_the_key_as_well(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA)])
    (person,) = ledger.find(MIRA.value)
    ledger.append([entry(ErasureDone(scope="everything"), person=person), consent(MIRA)])
    assert [one.kind for one in ledger.entries_about(person)] == ["erasure_done"]
    (new,) = ledger.find(MIRA.value)
    assert new != person
    assert ledger.verify() == []


def test_the_place_of_a_moment_is_where_what_was_recorded_since_begins(tmp_path: Path) -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    kinds = frozenset({"order_placed"})
    with Ledger.init(tmp_path / "places", clock=lambda: start + timedelta(days=90)) as ledger:
        assert ledger.place_of(start) == 0
        for day in (0, 1, 1, 2, 5):
            at = start + timedelta(days=day)
            ledger.append([Entry(body=OrderPlaced(), happened_at=at, recorded_at=at, origin=f"order:{ledger.count()[0]}",
                                 actor="shop", addresses=[email_address("ana@shop.example")])])  # fmt: skip
        for day, since in ((-1, 5), (0, 5), (1, 4), (2, 2), (3, 1), (5, 1), (6, 0)):
            entries, _ = ledger.recorded_after(ledger.place_of(start + timedelta(days=day)), kinds)
            assert len(entries) == since, day
