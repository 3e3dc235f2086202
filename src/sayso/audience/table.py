"""Facts as a table: one row for each person and question, a column for each fact that the law asks about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from sayso.law import Law, tree
from sayso.vocabulary import Kind, Term

TYPES: dict[Kind, Any] = {
    "flag": pa.bool_(),
    "choice": pa.string(),
    "number": pa.float64(),
    "day": pa.date32(),
    "text": pa.string(),
}


class Shape(msgspec.Struct, frozen=True):
    """The facts that a law asks about: flat ones, and those of each ground and stop."""

    facts: tuple[Term, ...]
    ground: tuple[Term, ...]
    stop: tuple[Term, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the table's columns."""
        lists = [name for name, terms in (("grounds", self.ground), ("stops", self.stop)) if terms]
        return (*(term.name for term in self.facts), *lists)


def shape_of(law: Law) -> Shape:
    """What the rules in force and their definitions ask about, in the order of the vocabulary."""
    limbs = [limb for rule in law.rules() for limb in rule.limbs]
    limbs += [limb for one in law.definitions.values() for limb in one.limbs]
    limbs += [limb for one in law.instruments.values() for limb in one.applies]
    asked = {(fact.scope, fact.name) for limb in limbs for fact in tree.facts_in(limb.expression)}

    def of(scope: str) -> tuple[Term, ...]:
        return tuple(term for name, term in law.vocabulary.scope(scope).items() if (scope, name) in asked)

    return Shape(of("facts"), of("ground"), of("stop"))


def table_of(people: Sequence[msgspec.Struct], shape: Shape) -> pa.Table:
    """These facts as a table. Facts that are worked out are taken as they are."""
    columns = [_column(people, term) for term in shape.facts]
    for name, terms in (("grounds", shape.ground), ("stops", shape.stop)):
        if terms:
            columns.append(_lists([getattr(person, name) for person in people], terms))
    return pa.Table.from_arrays(columns, names=list(shape.columns))


def _column(structs: Iterable[msgspec.Struct], term: Term) -> Any:
    return pa.array(map(attrgetter(term.name), structs), type=TYPES[term.kind])


def _lists(lists: Sequence[Sequence[msgspec.Struct]], terms: Sequence[Term]) -> Any:
    items = [item for one in lists for item in one]
    starts = pa.array([0, *accumulate(len(one) for one in lists)], type=pa.int32())
    fields = [_column(items, term) for term in terms]
    return pa.ListArray.from_arrays(starts, pa.StructArray.from_arrays(fields, names=[term.name for term in terms]))
