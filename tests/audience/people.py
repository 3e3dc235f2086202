"""Random people: facts known, unknown and on the edge of every date, window and amount that a law names."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sayso.audience.table import shape_of
from sayso.decision.work_out import cutoff
from sayso.law import Law, tree
from sayso.vocabulary import Facts, Ground, Stop, Term


def people(law: Law, on: date, count: int, seed: int) -> Iterator[Facts]:
    """That many people, the same for the same seed."""
    rng = random.Random(seed)
    shape = shape_of(law)
    values = _Values(law, on)
    flat = [(term.name, values.of("facts", term)) for term in shape.facts]
    ground = [(term.name, values.of("ground", term)) for term in shape.ground]
    stop = [(term.name, values.of("stop", term)) for term in shape.stop]
    for _ in range(count):
        doubt = rng.choice((0.05, 0.3, 0.7))
        yield Facts(
            **_draw(rng, flat, doubt),
            grounds=[Ground(**_draw(rng, ground, doubt)) for _ in range(rng.choice((0, 1, 2, 3)))],
            stops=[Stop(**_draw(rng, stop, doubt)) for _ in range(rng.choice((0, 0, 1, 2)))],
        )


def _draw(rng: random.Random, terms: list[tuple[str, list[Any]]], doubt: float) -> dict[str, Any]:
    chance = rng.random
    return {name: values[int(chance() * len(values))] for name, values in terms if chance() > doubt}


class _Values:
    """What a fact may be: the values a law compares it with, and those just beside them."""

    def __init__(self, law: Law, on: date) -> None:
        self.law = law
        self.on = on
        self.compared: dict[tuple[str, str], list[Any]] = {}
        limbs = [limb for rule in law.rules() for limb in rule.limbs]
        limbs += [limb for one in law.definitions.values() for limb in one.limbs]
        limbs += [limb for one in law.instruments.values() for limb in one.applies]
        for limb in limbs:
            for node in tree.walk(limb.expression):
                self._note(node)

    def _note(self, node: tree.Expression) -> None:
        match node:
            case tree.Compare(tree.FactRef() as fact, _, tree.FactRef() as other):
                shared = [self.on - timedelta(days) for days in (30, 31)] if fact.kind == "day" else [1.0, 2.0]
                for one in (fact, other):
                    self.compared.setdefault((one.scope, one.name), []).extend(shared)
            case tree.Compare(tree.FactRef() as fact, _, tree.Value(value)):
                self.compared.setdefault((fact.scope, fact.name), []).append(value)
            case tree.Compare(tree.FactRef() as fact, _, tree.Number(name)):
                self.compared.setdefault((fact.scope, fact.name), []).append(self.law.numbers[name])
            case tree.Compare(tree.FactRef() as fact, _, tree.Cutoff(unit, amount)):
                counted = self.law.numbers[amount.name] if isinstance(amount, tree.Number) else amount
                self.compared.setdefault((fact.scope, fact.name), []).append(cutoff(self.on, unit, counted))
            case tree.Member(fact, values):
                self.compared.setdefault((fact.scope, fact.name), []).extend(values)

    def of(self, scope: str, term: Term) -> list[Any]:
        named = self.compared.get((scope, term.name), [])
        beside: dict[str, Callable[[Any], list[Any]]] = {
            "day": lambda day: [day - timedelta(1), day, day + timedelta(1)],
            "number": lambda number: [number - 1, number, number + 1, number + 0.5],
        }
        match term.kind:
            case "flag":
                return [True, False]
            case "choice":
                return [*term.choices, *named, *named]
            case "text":
                return [*named, "elsewhere"]
        return [value for one in named or [self.on if term.kind == "day" else 0.0] for value in beside[term.kind](one)]
