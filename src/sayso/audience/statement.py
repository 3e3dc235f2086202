"""A statement in layers: each expression that others build on is worked out once, in a projection below theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from sayso.audience.logic import Logic
from sayso.vocabulary import Layer


class Mask(msgspec.Struct, frozen=True):
    """An integer column whose bit n stands for the reason with code `first` + n."""

    name: str
    kind: str
    layer: Layer
    first: int
    count: int


class Statement:
    """Nested projections over a source. Names given here start with an underscore, which no fact does."""

    def __init__(self, source: exp.Expr) -> None:
        self.source = source
        self._names: dict[str, exp.Column] = {}
        self._depths: dict[str, int] = {}
        self._levels: list[list[exp.Expr]] = []
        self._finals: dict[str, exp.Expr] = {}

    def name(self, sql: exp.Expr, hint: str) -> exp.Column:
        """A column that holds this expression; the same one for the same expression."""
        key = sql.sql(copy=False)
        if key not in self._names:
            column = exp.column(f"_{hint}_{len(self._names)}", quoted=True)
            depth = 1 + max(
                (self._depths[used.name] for used in sql.find_all(exp.Column) if used.name in self._depths), default=-1
            )
            if depth == len(self._levels):
                self._levels.append([])
            self._levels[depth].append(exp.alias_(sql, column.name, quoted=True, copy=False))
            self._names[key] = column
            self._depths[column.name] = depth
        return self._names[key].copy()

    def mask(self, kind: str, layer: Layer, first: int, conditions: Sequence[Logic]) -> Mask:
        """A column with a bit for each condition that holds."""
        bits = packed((condition.sql, 1 << number) for number, condition in enumerate(conditions))
        return Mask(self.name(bits, f"{kind}_{layer}").name, kind, layer, first, len(conditions))

    def final(self, name: str, sql: exp.Expr) -> None:
        """A column of the result."""
        self._finals[name] = sql

    def select(self, wanted: Iterable[str], finals: Mapping[str, exp.Expr] | None = None) -> exp.Select:
        """These columns: of the result (or of `finals` in its place), of the source, or named on the way."""
        made = {**self._finals, **(finals or {})}
        inner: exp.Expr = self.source
        for number, level in enumerate(self._levels):
            below = exp.select("*", *level, copy=False).from_(inner, copy=False)
            inner = below.subquery(f"level_{number}", copy=False)
        outputs = [
            exp.alias_(made[name], name, quoted=True, copy=False) if name in made else exp.column(name, quoted=True)
            for name in wanted
        ]
        return exp.select(*outputs, copy=False).from_(inner, copy=False)


def packed(terms: Iterable[tuple[exp.Expr, int]]) -> exp.Expr:
    """An integer with these bits set where their conditions hold; NULL sets none."""
    total: exp.Expr | None = None
    for condition, bit in terms:
        one = exp.Case().when(condition, exp.convert(bit), copy=False).else_(exp.convert(0), copy=False)
        total = one if total is None else exp.Add(this=total, expression=one)
    return exp.convert(0) if total is None else total


def has(bits: exp.Expr, number: int) -> exp.Expr:
    """Is this bit set?"""
    return exp.NEQ(
        this=exp.Paren(this=exp.BitwiseAnd(this=bits, expression=exp.convert(1 << number))),
        expression=exp.convert(0),
    )


def reason_of(masks: Sequence[Mask], kinds: Sequence[str]) -> exp.Expr:
    """The code of the first reason of the strictest kind that any of these masks holds; 0 where none does."""
    chosen = exp.Case()
    ordered = sorted(masks, key=lambda mask: (-kinds.index(mask.kind), mask.first))
    for mask in ordered:
        bits = exp.column(mask.name, quoted=True)
        chosen = chosen.when(exp.NEQ(this=bits, expression=exp.convert(0)), _lowest(bits, mask.first), copy=False)
    return chosen.else_(exp.convert(0), copy=False) if ordered else exp.convert(0)


def first_of(conditions: Iterable[tuple[int, exp.Expr]]) -> exp.Expr:
    """The code of the first condition that holds; 0 where none does. Later ones are asked only of who is left."""
    chosen = exp.Case()
    for code, condition in conditions:
        chosen = chosen.when(condition, exp.convert(code), copy=False)
    return chosen.else_(exp.convert(0), copy=False) if chosen.args.get("ifs") else exp.convert(0)


def _lowest(bits: exp.Expr, first: int) -> exp.Expr:
    """
    `first` plus the number of the lowest bit set.

    Written as `m & (0 - m)`: DataFusion 55.0.0 gets `m & -m` wrong (apache/datafusion issue 24665).
    """
    below = exp.Sub(
        this=exp.Paren(
            this=exp.BitwiseAnd(this=bits, expression=exp.Paren(this=exp.Sub(this=exp.convert(0), expression=bits)))
        ),
        expression=exp.convert(1),
    )
    return exp.Add(this=exp.cast(exp.BitwiseCount(this=below), "INT"), expression=exp.convert(first))
