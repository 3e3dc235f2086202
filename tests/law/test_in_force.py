"""Law has days: replaced rules leave no gap and no overlap, and both sides of each change answer by their own law."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from sayso.decision import judge
from sayso.decision.consequences import exposure
from sayso.decision.verdict import judge_for
from sayso.decision.work_out import work_out
from sayso.law import rulebooks
from sayso.law.tree import Rule
from sayso.vocabulary import Facts, Ground

BOOKS = rulebooks()
DAY = timedelta(1)
AGREED = Ground(
    kind="consent",
    act="ticked_box",
    evidence="captured_here",
    form_submitted=True,
    marketing_named=True,
    covers_channel=True,
)


def versions() -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in BOOKS.content.rules:
        found[rule.id].append(rule)
    return {name: sorted(rules, key=lambda rule: rule.in_force.start) for name, rules in found.items()}


@pytest.mark.parametrize("name", [name for name, rules in versions().items() if len(rules) > 1])
def test_a_replaced_rule_is_followed_by_its_next_version_without_a_gap(name: str) -> None:
    for earlier, later in pairwise(versions()[name]):
        assert earlier.in_force.before == later.in_force.start


@pytest.mark.parametrize("day", [day for day in BOOKS.boundaries if day > date.min], ids=str)
def test_on_each_day_of_change_exactly_the_law_of_that_day_is_in_force(day: date) -> None:
    for on in (day - DAY, day, day + DAY):
        asked = BOOKS.on(on)
        in_force = {(rule.id, rule.in_force.start) for rule in asked.rules()}
        assert in_force == {
            (rule.id, rule.in_force.start)
            for rule in BOOKS.content.rules
            if rule.in_force.start <= on and (rule.in_force.before is None or on < rule.in_force.before)
        }
        ids = [rule.id for rule in asked.rules()]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("number", BOOKS.content.numbers)
def test_a_dated_number_changes_on_its_day_and_not_before(number: str) -> None:
    values = BOOKS.content.numbers[number]
    for earlier, later in pairwise(values):
        assert BOOKS.on(later.start - DAY).numbers[number] == earlier.value
        assert BOOKS.on(later.start).numbers[number] == later.value


def test_the_law_is_the_same_object_between_two_changes() -> None:
    first, second = BOOKS.boundaries[-2:]
    assert BOOKS.on(first) is BOOKS.on(second - DAY)
    assert BOOKS.on(second) is not BOOKS.on(first)


@pytest.mark.parametrize(("on", "refused"), [(date(2021, 3, 31), False), (date(2021, 4, 1), True)])
def test_a_fee_for_unsubscribing_is_refused_from_the_day_of_the_spam_regulations(on: date, refused: bool) -> None:
    facts = Facts(channel="email", person_country="AU", commercial_purpose=True, unsubscribe_fee=True, grounds=[AGREED])
    verdict = judge(facts, on, BOOKS.only(["au.spam-act"]))
    assert (verdict.answer == "not_allowed") is refused
    assert (verdict.rule_id == "au.spam-act.sr-7") is refused


@pytest.mark.parametrize(
    ("on", "most"), [(date(2026, 6, 30), 2000 * 330), (date(2026, 7, 1), 2000 * 364)], ids=["before", "from"]
)
def test_exposure_counts_in_the_penalty_unit_of_the_day(on: date, most: float) -> None:
    facts = Facts(
        channel="email", person_country="AU", commercial_purpose=True, sender_type="company", prior_contravention=False
    )
    verdict = judge_for(BOOKS.only(["au.spam-act"])).judge(work_out(facts, on), on)
    court = [one.most for one in exposure(verdict, facts) if one.per == "day" and one.kind.startswith("court")]
    assert max(court) == most


def test_a_law_not_encoded_is_asked_alone_only_by_its_own_id() -> None:
    facts = Facts(channel="email", person_country="GB")
    assert judge(facts, date(2026, 11, 22), BOOKS.only(["gb.pecr"])).answer == "not_covered"
    assert judge(facts, date(2026, 11, 22), BOOKS.only(["gb"])).answer == "allowed"
    assert not BOOKS.only(["au.spam-act"]).on(date(2026, 11, 22)).not_encoded


def test_a_rule_asked_alone_brings_the_exceptions_that_reach_it_and_no_others() -> None:
    asked = BOOKS.only(["us.do-not-call"])
    assert {rule.instrument for rule in asked.rules} == {"us.do-not-call"}
    lifting = [rule for rule in BOOKS.rules if rule.kind == "exception" and rule.instrument == "us.do-not-call"]
    assert [rule for rule in asked.rules if rule.kind == "exception"] == lifting
    assert any(one.id in two.exception_to for one in lifting for two in lifting)
    none = next(rule for rule in BOOKS.rules if not any(rule.id in one.exception_to for one in BOOKS.rules))
    assert {rule.id for rule in BOOKS.only([none.id]).rules if rule.kind == "exception"} == set()
