"""
One tree, two compilers: closure and SQL agree on what becomes of every rule, for random people with unknowns.

This catches wrong SQL, not a wrong date: that is what the cases are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pytest
from people import people
from sqlglot import exp

from sayso.audience.compile import Audience, compile_audience
from sayso.audience.table import shape_of, table_of
from sayso.decision import settle, work_out
from sayso.decision.compile import LIFTED, MET, NOT_ASKED, OPEN, STANDS, Mode
from sayso.decision.verdict import Verdict, judge_for
from sayso.law import Rulebooks, read_rulebooks, rulebooks
from sayso.reports.casebook import Case, asked_of, read_cases
from sayso.vocabulary import STRICTNESS, Facts

ON = date(2026, 11, 24)
OWN = read_rulebooks([Path(__file__).parent / "small-rulebook.md"])
CASES = read_cases([Path(__file__).parents[1] / "law" / "cases"])
RULEBOOKS = {"shipped": rulebooks(), "small": OWN}
PEOPLE = {"shipped": 50_000, "small": 15_000}
"""Random people for each of two seeds."""
BATCH = 5_000
"""People whose outcomes are held at once."""
Outcome = tuple[str, int]


def outcomes_by_sql(audience: Audience, table: Any) -> Iterator[dict[str, Outcome]]:
    """By person: what became of every rule that came out in some way, and of every exception."""
    connection = duckdb.connect()
    connection.register("people", table)
    asked = connection.execute(audience.outcomes().sql("duckdb", copy=False))
    masks = audience.masks
    names = list(audience.exceptions)
    while rows := asked.fetchmany(BATCH):
        yield from (_outcomes_of(audience, masks, names, row) for row in rows)


def _outcomes_of(audience: Audience, masks: Any, names: list[str], row: tuple[Any, ...]) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    for mask, value in zip(masks, row, strict=False):
        bits = value
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            reason = audience.reasons[mask.first + lowest.bit_length() - 1]
            found.setdefault(reason.judged, (mask.kind, reason.detail))
    for name, holds in zip(names, row[len(masks) :], strict=True):
        found[name] = ("exception", -1 if holds is None else int(holds))
    return found


def outcomes_by_closure(verdict: Verdict) -> dict[str, Outcome]:
    """The same, told by the trace of one judgement."""
    found: dict[str, Outcome] = {}
    for number, rule in enumerate(verdict.compiled.rules):
        code = verdict.trace[number]
        if rule.kind == "exception":
            if code != NOT_ASKED:
                found[rule.id] = ("exception", -1 if code == OPEN else int(code == STANDS))
        elif rule.kind == "not_encoded":
            if code == STANDS:
                found[rule.id] = ("not_covered", 0)
            elif code == OPEN:
                found[rule.id] = ("open", 0)
        elif code >= STANDS:
            found[rule.id] = ("refuses", code - STANDS)
        elif code == OPEN:
            found[rule.id] = ("open", 0)
        elif LIFTED <= code < MET:
            found[rule.id] = ("lifted", code - LIFTED)
    return found


def compiled(law: Rulebooks, on: date, mode: Mode = "ask", accepted: Iterable[str] = ()) -> Audience:
    in_force = law.on(on)
    columns = shape_of(in_force).columns
    return compile_audience(in_force, on, exp.to_table("people"), columns, mode=mode, accepted=accepted)


def assert_agreement(law: Rulebooks, on: date, persons: list[Facts], mode: Mode) -> None:
    audience = compiled(law, on, mode)
    told = outcomes_by_sql(audience, table_of(persons, shape_of(law.on(on))))
    judge = judge_for(law, mode)
    for person, by_sql in zip(persons, told, strict=True):
        by_closure = outcomes_by_closure(judge.judge(person, on))
        asked = {name: come for name, come in by_sql.items() if come[0] != "exception" or name in by_closure}
        assert asked == by_closure, person


def answers_by_sql(
    law: Rulebooks, on: date, persons: list[Facts], accepted: Iterable[str] = ()
) -> list[tuple[Any, ...]]:
    audience = compiled(law, on, accepted=accepted)
    connection = duckdb.connect()
    connection.register("people", table_of(persons, shape_of(law.on(on))))
    return [
        (answer, audience.reasons[reason].rule, audience.reasons[reason].limb, risky)
        for answer, reason, risky, *_ in connection.execute(audience.codes().sql("duckdb", copy=False)).fetchall()
    ]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_rule_comes_out_the_same(name: str, seed: int) -> None:
    law = RULEBOOKS[name]
    mode: Mode = "gate" if seed == 2 else "ask"
    assert_agreement(law, ON, list(people(law.on(ON), ON, PEOPLE[name], seed)), mode)


@pytest.mark.parametrize("name", RULEBOOKS)
def test_answer_rule_and_limb_come_out_the_same_with_risks_accepted_too(name: str) -> None:
    law = RULEBOOKS[name]
    arguable = [
        f"{rule.id} {limb.letter}" for rule in law.on(ON).rules() for limb in rule.limbs if limb.arguable is not None
    ]
    persons = [work_out(person, ON) for person in people(law.on(ON), ON, 3_000, 3)]
    for accepted in (frozenset[str](), frozenset(arguable[::2]), frozenset(arguable)):
        expected = []
        for person in persons:
            answer, verdict = settle(person, ON, law, "ask", accepted)
            expected.append((STRICTNESS[answer], verdict.rule_id, verdict.limb, answer != verdict.answer))
        assert answers_by_sql(law, ON, persons, accepted) == expected


def test_what_is_open_in_law_about_a_law_that_is_not_encoded_comes_out_the_same_and_can_be_accepted() -> None:
    law = rulebooks()
    persons = [work_out(person, ON) for person in people(law.on(ON), ON, 3_000, 5)]
    for person in persons:
        person.channel, person.message_kind = "email", "opt_in_confirmation"
    told = set()
    for accepted in (frozenset[str](), frozenset(["plain_service (opt-in)"])):
        expected = []
        for person in persons:
            answer, verdict = settle(person, ON, law, "ask", accepted)
            expected.append((STRICTNESS[answer], verdict.rule_id, verdict.limb, answer != verdict.answer))
            told.add((answer, bool(accepted)))
        assert answers_by_sql(law, ON, persons, accepted) == expected
    assert {("depends", False), ("allowed", True), ("not_covered", True)} <= told


SAME: list[dict[str, Any]] = [
    {"channel": "email", "person_country": "AU", "collected_on": None},
    {"channel": "voice_live", "act": "call", "topic": "newsletter"},
    {"channel": "sms", "act": "send", "message_kind": "abandoned_cart"},
]


@pytest.mark.parametrize("same", SAME, ids=lambda same: str(same["channel"]))
@pytest.mark.parametrize("name", RULEBOOKS)
def test_what_is_the_same_for_everybody_can_be_said_once(name: str, same: dict[str, Any]) -> None:
    law = RULEBOOKS[name]
    persons = [work_out(one, ON) for one in people(law.on(ON), ON, 2_000, 4)]
    for person in persons:
        for fact, value in same.items():
            setattr(person, fact, value)
    in_force = law.on(ON)
    columns = [column for column in shape_of(in_force).columns if column not in same]
    audience = compile_audience(in_force, ON, exp.to_table("people"), columns, known=same)
    table = table_of(persons, shape_of(in_force))
    verdicts = [judge_for(law).judge(person, ON) for person in persons]
    for verdict, by_sql in zip(verdicts, outcomes_by_sql(audience, table), strict=True):
        by_closure = outcomes_by_closure(verdict)
        assert {name: come for name, come in by_sql.items() if come[0] != "exception" or name in by_closure} == (
            by_closure
        )
    connection = duckdb.connect()
    connection.register("people", table)
    alone = connection.execute(audience.codes(layers=False).sql("duckdb", copy=False)).fetchall()
    for verdict, (answer, reason, _) in zip(verdicts, alone, strict=True):
        told_alone = (audience.reasons[reason].rule, audience.reasons[reason].limb)
        assert (answer, told_alone) == (STRICTNESS[verdict.answer], (verdict.rule_id, verdict.limb))


def _asked(case: Case) -> tuple[date, str, frozenset[str]]:
    on = case.at.date() if isinstance(case.at, datetime) else case.at
    return on, " ".join(case.under), frozenset()


GROUPS = [(asked, list(together)) for asked, together in groupby(sorted(CASES, key=_asked), key=_asked)]
"""Cases that are asked the same rules of the same day, so that one statement answers them."""


@pytest.mark.parametrize("part", range(8))
def test_every_worked_case_gets_the_same_answer_rule_and_limb(part: int) -> None:
    for (on, _, _), cases in GROUPS[part::8]:
        law = asked_of(cases[0], rulebooks())
        persons = [work_out(case.given, on) for case in cases]
        verdicts = [judge_for(law).judge(person, on) for person in persons]
        expected = [(STRICTNESS[one.answer], one.rule_id, one.limb, False) for one in verdicts]
        assert answers_by_sql(law, on, persons) == expected
