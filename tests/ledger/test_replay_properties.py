"""Whatever happens, in whatever order: the projection is the replay, the past stays as it was known, stops stay."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from happenings import ADDRESSES, QUESTIONS, Step, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from ledgers import START, Clock, stops_at

from sayso.ledger import Address, Ledger
from sayso.ledger.projection import ADDRESS_BOUND, stop_kind
from sayso.vocabulary import Facts

calmly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
_numbers = itertools.count()


class Shop:
    """A ledger that lives through a history, step by step."""

    def __init__(self, home: Path) -> None:
        self.clock = Clock()
        self.home = home
        self.ledger = Ledger(home, self.clock)
        self.erased: set[str] = set()

    def take(self, step: Step) -> None:
        self.ledger.append(step.entries)
        match step.then:
            case "rebuild":
                self.ledger.rebuild()
            case "rotate":
                self.ledger.rotate_lookup_key()
            case "reopen":
                self.ledger.close()
                self.ledger = Ledger(self.home, self.clock)
            case "erase":
                for person in self.ledger.find(step.whom.value)[:1]:
                    self.ledger.erase(person, origin=f"erase:{next(_numbers)}")
                    self.erased.add(person)

    def answers(self, at: datetime) -> list[Facts]:
        return [
            self.ledger.facts_for(who, channel=channel, topic=topic, at=at, sender=sender)
            for who, channel, topic in QUESTIONS
            for sender in ("shop", "brand")
        ]

    def people(self, at: datetime) -> dict[str, tuple[object, ...]]:
        return {
            person.id: (
                person.addresses,
                person.place,
                *[person.facts(channel, topic) for _, channel, topic in QUESTIONS[::3]],
            )
            for person in self.ledger.iter_people(at)
        }


@pytest.fixture
def opened(empty_home: Path, tmp_path: Path) -> Callable[[], AbstractContextManager[Shop]]:
    @contextmanager
    def open_anew() -> Iterator[Shop]:
        home = tmp_path / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(empty_home, home)
        shop = Shop(home)
        try:
            yield shop
        finally:
            shop.ledger.close()

    return open_anew


@settings(calmly, max_examples=40)
@given(some.data())
def test_the_projection_is_the_replay_after_every_batch(
    opened: Callable[[], AbstractContextManager[Shop]], data: some.DataObject
) -> None:
    with opened() as shop:
        for step in data.draw(histories(START)):
            shop.take(step)
            assert shop.ledger.verify() == []
            shop.clock.forward(hours=25)


@settings(calmly, max_examples=25)
@given(some.data())
def test_the_past_is_answered_as_by_a_ledger_that_got_only_what_was_recorded_by_then(
    opened: Callable[[], AbstractContextManager[Shop]], data: some.DataObject
) -> None:
    with opened() as shop:
        then: list[tuple[datetime, list[Facts], dict[str, tuple[object, ...]]]] = []
        for step in data.draw(histories(START, erasures=False)):
            shop.take(step)
            now = shop.clock.now
            then.append((now, shop.answers(now), shop.people(now)))
            shop.clock.forward(hours=25)
        for at, answers, people in then:
            for question, before, after in zip(_questions(), answers, shop.answers(at), strict=True):
                assert after == before, (question, at)
            # In hashes of addresses a rotation shows; everything else has to be as it was.
            asked = shop.people(at)
            assert {who: said[1:] for who, said in asked.items()} == {who: said[1:] for who, said in people.items()}


def _questions() -> list[tuple[object, ...]]:
    return [(*question, sender) for question in QUESTIONS for sender in ("shop", "brand")]


@settings(calmly, max_examples=40)
@given(some.data())
def test_a_stop_once_recorded_holds_for_each_address_of_the_person_ever_after(
    opened: Callable[[], AbstractContextManager[Shop]], data: some.DataObject
) -> None:
    with opened() as shop:
        held: dict[Address, set[str]] = {address: set() for address in ADDRESSES}
        for step in data.draw(histories(START)):
            shop.take(Step(step.entries, "nothing", step.whom))
            for entry in step.entries:
                kind = stop_kind(entry.body) if hasattr(entry.body, "scope") else None
                if kind is not None:
                    for address in _reached(shop.ledger, entry.id, entry.addresses, kind in ADDRESS_BOUND):
                        held[address].add(entry.id)
            shop.take(Step([], step.then, step.whom))
            for address, stops in held.items():
                now = stops_at(shop.ledger, address)
                assert stops <= now, "a stop was lost"
                held[address] = now
            shop.clock.forward(hours=25)


def _reached(ledger: Ledger, entry: str, named: list[Address], bound: bool) -> set[Address]:
    """The addresses a stop has to reach: those it names, and unless it is about them alone, all of the person's so far."""
    if bound:
        return set(named)
    (found,) = ledger.entries([entry])
    assert found.person is not None
    reached = set(named)
    for one in ledger.entries_about(found.person):
        reached.update(one.addresses)
        if one.id == entry:
            break
    return reached
