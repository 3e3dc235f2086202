"""No limb is decoration: striking out any single one makes a named case come out otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest

from sayso.decision import work_out
from sayso.decision.verdict import Judge
from sayso.law import Rulebooks, rulebooks
from sayso.law.tree import All as AllOf
from sayso.law.tree import AnyOf, Compare, Defined, Definition, FactRef, Limb, Not, Rule, Value, walk
from sayso.reports.casebook import Case, agrees, asked_of, put, read_cases
from sayso.vocabulary import Facts

Struck = tuple[str, str]
Asked = tuple[tuple[str, ...], int]
"""The rules that a case is put to, and between which changes of law: cases of the same are judged by one function."""


class StruckFacts(Facts, kw_only=True):
    """Facts, and one more: which limb is struck out."""

    struck: str = ""


STRUCK = FactRef("struck", "facts", "text", "against")


def day_of(case: Case) -> date:
    return case.at.date() if isinstance(case.at, datetime) else case.at


def together(cases: list[Case]) -> dict[Asked, list[Case]]:
    """Those asked the same, the most first: that one of them fails is likely, and few laws are compiled."""
    found: dict[Asked, list[Case]] = {}
    for case in cases:
        found.setdefault((case.under, bisect_right(rulebooks().boundaries, day_of(case))), []).append(case)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


GROUPS = together(read_cases([Path(__file__).parent / "cases"]))


def limbs() -> list[Struck]:
    """Owner (rule with its start, definition or instrument) and letter of every limb of the rulebooks."""
    content = rulebooks().content
    found: list[Struck] = []
    for name, instrument in content.instruments.items():
        found += [(f"instrument {name}", limb.letter) for limb in instrument.applies]
    for name, definition in content.definitions.items():
        found += [(f"define {name}", limb.letter) for limb in definition.limbs]
    for rule in content.rules:
        if rule.kind != "not_encoded":
            found += [(owner_of(rule), limb.letter) for limb in rule.limbs]
    return found


def without(struck: Struck) -> Rulebooks:
    """The rulebooks with that one limb struck out."""
    owner, letter = struck
    content = rulebooks().content

    def keep(found: tuple[Limb, ...]) -> tuple[Limb, ...]:
        return tuple(limb for limb in found if limb.letter != letter)

    kind, name, *start = owner.split(" ")
    if kind == "instrument":
        instrument = content.instruments[name]
        changed = msgspec.structs.replace(instrument, applies=keep(instrument.applies))
        return Rulebooks(msgspec.structs.replace(content, instruments={**content.instruments, name: changed}))
    if kind == "define":
        definition = content.definitions[name]
        new = msgspec.structs.replace(definition, limbs=keep(definition.limbs))
        return Rulebooks(msgspec.structs.replace(content, definitions={**content.definitions, name: new}))
    rules = [
        msgspec.structs.replace(rule, when=keep(rule.when), must=keep(rule.must))
        if rule.id == name and str(rule.in_force.start) == start[0]
        else rule
        for rule in content.rules
    ]
    return Rulebooks(msgspec.structs.replace(content, rules=rules))


def owner_of(rule: Rule) -> str:
    return f"rule {rule.id} {rule.in_force.start}"


@cache
def not_to_be_switched() -> frozenset[Struck]:
    """
    A limb that always holds, in a list that all must hold, is no limb; nor is one that never does where any will do.

    Not so a duty's only requirement, without which it is a ban, nor a limb that is open in law whatever it says.
    """
    content = rulebooks().content
    owned = [(owner_of(rule), rule.limbs) for rule in content.rules]
    owned += [(f"define {name}", one.limbs) for name, one in content.definitions.items()]
    owned += [(f"instrument {name}", one.applies) for name, one in content.instruments.items()]
    open_in_law = [(owner, limb.letter) for owner, found in owned for limb in found if limb.arguable]
    only = [(owner_of(rule), rule.must[0].letter) for rule in content.rules if len(rule.must) == 1]
    return frozenset([*open_in_law, *only])


@cache
def switched() -> Rulebooks:
    """The rulebooks with a switch at every limb that strikes it out, so that they are compiled once for all of them."""
    content = rulebooks().content

    def with_switches(limbs: tuple[Limb, ...], owner: str, join: str = "all") -> tuple[Limb, ...]:
        found = []
        for limb in limbs:
            off = Compare(STRUCK, "==", Value(f"{owner} {limb.letter}"))
            term = AnyOf((off, limb.expression)) if join == "all" else AllOf((Not(off), limb.expression))
            found.append(msgspec.structs.replace(limb, expression=term))
        return tuple(found)

    def definition(one: Definition) -> Definition:
        return msgspec.structs.replace(one, limbs=with_switches(one.limbs, f"define {one.name}", one.join))

    def rule(one: Rule) -> Rule:
        owner = owner_of(one)
        return msgspec.structs.replace(one, when=with_switches(one.when, owner), must=with_switches(one.must, owner))

    instruments = {
        name: msgspec.structs.replace(one, applies=with_switches(one.applies, f"instrument {name}"))
        for name, one in content.instruments.items()
    }
    return Rulebooks(
        msgspec.structs.replace(
            content,
            instruments=instruments,
            definitions={name: definition(one) for name, one in content.definitions.items()},
            rules=[rule(one) if one.kind != "not_encoded" else one for one in content.rules],
        )
    )


@cache
def names_in(limbs: tuple[Limb, ...]) -> set[str]:
    """The definitions that the limbs name, and those that these name in turn."""
    content = rulebooks().content
    found: set[str] = set()
    waiting = [node.name for limb in limbs for node in walk(limb.expression) if isinstance(node, Defined)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inner = content.definitions[name].limbs
            waiting += [node.name for limb in inner for node in walk(limb.expression) if isinstance(node, Defined)]
    return found


def touched(struck: Struck) -> set[str]:
    """The rules that the limb bears on."""
    kind, name, *_ = struck[0].split(" ")
    content = rulebooks().content
    if kind == "rule":
        return {name}
    scopes = {
        one for one, instrument in content.instruments.items() if name == one or name in names_in(instrument.applies)
    }
    return {
        rule.id
        for rule in content.rules
        if rule.instrument in scopes or (kind == "define" and name in names_in(rule.limbs))
    }


@cache
def judges(asked: Asked) -> tuple[Judge, list[tuple[Case, StruckFacts]]]:
    """The rules with their switches, and the cases that are put to them with what follows from their facts."""
    cases = GROUPS[asked]
    worked = [(case, work_out(case.given, day_of(case))) for case in cases]
    return Judge(asked_of(cases[0], switched())), [
        (case, StruckFacts(**{name: getattr(facts, name) for name in Facts.__struct_fields__}))
        for case, facts in worked
    ]


def fails_switched(struck: Struck) -> Callable[[Asked], str | None]:
    def fails(asked: Asked) -> str | None:
        judge, cases = judges(asked)
        for case, facts in cases:
            facts.struck = " ".join(struck)
            if not agrees(case, judge.judge(facts, day_of(case))):
                return case.id
        return None

    return fails


def fails_without(struck: Struck) -> Callable[[Asked], str | None]:
    law = without(struck)
    return lambda asked: next((case.id for case in GROUPS[asked] if not agrees(case, put(case, law))), None)


@pytest.mark.parametrize("struck", limbs(), ids=lambda struck: f"{struck[0]} {struck[1]}")
def test_striking_out_a_limb_makes_a_case_fail(struck: Struck) -> None:
    rules = touched(struck)

    def asks_none(asked: Asked) -> bool:
        """Cases in which such a rule is asked come first."""
        return not any(rule.startswith(asked[0]) for rule in rules)

    fails = fails_without(struck) if struck in not_to_be_switched() else fails_switched(struck)
    assert any(fails(asked) for asked in sorted(GROUPS, key=asks_none)), (
        f"no case turns on {struck[0]} {struck[1]}: add one on each side of it"
    )


SOME = [one for one in limbs() if one not in not_to_be_switched()][::30]


@pytest.mark.parametrize("struck", SOME, ids=" ".join)
def test_a_limb_switched_off_is_a_limb_struck_out(struck: Struck) -> None:
    law, rules = without(struck), touched(struck)
    near = [asked for asked in GROUPS if any(rule.startswith(asked[0]) for rule in rules)]
    for asked in near[:2]:
        judge, cases = judges(asked)
        for case, facts in cases:
            facts.struck = " ".join(struck)
            off, out = judge.judge(facts, day_of(case)), put(case, law)
            assert (off.answer, off.rule_id, off.limb) == (out.answer, out.rule_id, out.limb), case.id


def test_with_no_limb_struck_out_every_case_comes_out_as_it_should() -> None:
    for asked in GROUPS:
        judge, cases = judges(asked)
        for case, facts in cases:
            facts.struck = ""
            assert agrees(case, judge.judge(facts, day_of(case))), case.id
