"""No limb is decoration: striking out any single one makes a named case come out otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from sayso.law import Rulebooks, rulebooks
from sayso.law.tree import Defined, Limb, walk
from sayso.reports.casebook import Case, agrees, put, read_cases


def asked(case: Case) -> tuple[tuple[str, ...], int]:
    """The rules that a case is put to, and between which changes of law: cases of the same are judged by one function."""
    day = case.at.date() if isinstance(case.at, datetime) else case.at
    return case.under, bisect_right(rulebooks().boundaries, day)


def many_first(cases: list[Case]) -> list[Case]:
    """Those asked the same one after the other, the most first: that one of them fails is likely, and few laws are compiled."""
    many = Counter(map(asked, cases))
    return sorted(cases, key=lambda case: (-many[asked(case)], asked(case)))


CASES = many_first(read_cases([Path(__file__).parent / "cases"]))
Struck = tuple[str, str]


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
            found += [(f"rule {rule.id} {rule.in_force.start}", limb.letter) for limb in rule.limbs]
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


def first_to_fail(law: Rulebooks, cases: list[Case]) -> str | None:
    return next((case.id for case in cases if not agrees(case, put(case, law))), None)


@pytest.mark.parametrize("struck", limbs(), ids=lambda struck: f"{struck[0]} {struck[1]}")
def test_striking_out_a_limb_makes_a_case_fail(struck: Struck) -> None:
    rules = touched(struck)

    def asks_none(case: Case) -> bool:
        """Cases in which such a rule is asked come first."""
        return not any(rule.startswith(tuple(case.under)) for rule in rules)

    near = sorted(CASES, key=asks_none)
    assert first_to_fail(without(struck), near), f"no case turns on {struck[0]} {struck[1]}: add one on each side of it"
