"""
The rule tree: what rulebooks are read into, and what both compilers (closures, SQL) are made from.

The language is a checked subset of Python's expression grammar: facts, `and`, `or`, `not`, comparisons, `in`, dated
numbers, days counted back from the moment asked about, and named definitions. Whatever one of the compilers could
not say, reading refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from sayso.vocabulary import Layer, Unknown

Scope = Literal["facts", "ground", "stop"]
Verified = Literal["primary", "quoted", "guidance", "secondary", "unverified", "analysis", "own"]
"""How far the source was verified: read itself, read as quoted elsewhere, a regulator's page, a third party's account,
general knowledge not yet confirmed, our own reasoning, or a house rule that needs no source."""


class FactRef(msgspec.Struct, frozen=True, tag=True):
    name: str
    scope: Scope
    kind: str
    unknown: Unknown


class Value(msgspec.Struct, frozen=True, tag=True):
    value: str | float | bool | date


class Number(msgspec.Struct, frozen=True, tag=True):
    """A dated number, looked up for the day that is asked about."""

    name: str


class Cutoff(msgspec.Struct, frozen=True, tag=True):
    """The day that lies `amount` units before the moment asked about; worked out once, in Python."""

    unit: Literal["days", "months"]
    amount: float | Number


Operand = FactRef | Value | Number | Cutoff


class Truth(msgspec.Struct, frozen=True, tag=True):
    fact: FactRef


class Recorded(msgspec.Struct, frozen=True, tag=True):
    """Is the fact known at all?"""

    fact: FactRef


class Compare(msgspec.Struct, frozen=True, tag=True):
    left: Operand
    op: Literal["==", "!=", "<", "<=", ">", ">="]
    right: Operand


class Member(msgspec.Struct, frozen=True, tag=True):
    fact: FactRef
    values: tuple[str, ...]


class Not(msgspec.Struct, frozen=True, tag=True):
    term: Expression


class All(msgspec.Struct, frozen=True, tag=True):
    terms: tuple[Expression, ...]


class AnyOf(msgspec.Struct, frozen=True, tag=True):
    terms: tuple[Expression, ...]


class Defined(msgspec.Struct, frozen=True, tag=True):
    name: str


Expression = Truth | Recorded | Compare | Member | Not | All | AnyOf | Defined


class Arguable(msgspec.Struct, frozen=True):
    """Why this limb is open in law: the reading that permits, and the reading that refuses."""

    permits: str
    refuses: str


class Limb(msgspec.Struct, frozen=True):
    """One lettered condition of a rule or definition."""

    letter: str
    text: str
    expression: Expression
    because: str = ""
    arguable: Arguable | None = None


class Span(msgspec.Struct, frozen=True):
    """In force from a day (counted) and before a day (not counted)."""

    start: date
    before: date | None = None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.before is None or day < self.before)


class Place(msgspec.Struct, frozen=True):
    """Where in the rulebooks something is written."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Rule(msgspec.Struct, frozen=True):
    """
    A ban (refuses when all `when` limbs hold), a duty (refuses when `when` holds and a `must` limb does not), an
    exception (lifts the rules it names when all `when` limbs hold), or a law known and not encoded (`not_encoded`).

    With `each`, the limbs are asked of every ground or stop on record, and one that satisfies them is enough.
    """

    id: str
    kind: Literal["ban", "duty", "exception", "not_encoded"]
    instrument: str
    cite: str
    in_force: Span
    because: str
    verified: Verified
    when: tuple[Limb, ...]
    must: tuple[Limb, ...] = ()
    each: Literal["ground", "stop"] | None = None
    exception_to: tuple[str, ...] = ()
    obligation: str = ""
    title: str = ""
    text: str = ""
    place: Place = Place("", 0)

    @property
    def limbs(self) -> tuple[Limb, ...]:
        return self.when + self.must

    def reason(self, limb: str = "") -> str:
        """The reason code: the rule's id, plus the limb where one limb decides."""
        return f"{self.id} {limb}".rstrip()


class Definition(msgspec.Struct, frozen=True):
    """A named condition that rules share; `join` says whether all of its limbs are needed or any one."""

    name: str
    join: Literal["all", "any"]
    limbs: tuple[Limb, ...]
    cite: str
    instrument: str
    verified: Verified
    each: Literal["ground", "stop"] | None = None
    text: str = ""
    place: Place = Place("", 0)


class Instrument(msgspec.Struct, frozen=True):
    """One law, code or set of house rules: a rulebook. It is silent where `applies` does not hold."""

    id: str
    title: str
    jurisdiction: str
    layer: Layer
    source: str
    applies: tuple[Limb, ...] = ()
    on_by_default: bool = True
    always: bool = False
    """A house rulebook that cannot be turned off."""
    text: str = ""
    place: Place = Place("", 0)


class DatedValue(msgspec.Struct, frozen=True):
    value: float
    start: date
    cite: str
    verified: Verified


class Penalty(msgspec.Struct, frozen=True):
    """What a breach of the named rules may cost: a range per `per`, in `currency`, from `most_units` of a dated unit."""

    id: str
    rules: tuple[str, ...]
    cite: str
    kind: str
    per: str
    currency: str
    least: float
    most: float
    in_force: Span
    verified: Verified
    unit: str = ""
    condition: str = ""
    who: Expression | None = None
    place: Place = Place("", 0)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, definitions not opened."""
    yield expression
    match expression:
        case Not(term):
            yield from walk(term)
        case All(terms) | AnyOf(terms):
            for term in terms:
                yield from walk(term)


def facts_in(expression: Expression) -> Iterator[FactRef]:
    """Each fact the expression names itself, definitions not opened."""
    for node in walk(expression):
        match node:
            case Truth(fact) | Recorded(fact) | Member(fact, _):
                yield fact
            case Compare(left, _, right):
                yield from (side for side in (left, right) if isinstance(side, FactRef))
