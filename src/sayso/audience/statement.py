"""A statement in layers: each expression that others build on is worked out once, in a projection below theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

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


class Names:
    """Expressions that were given a name, in levels: each builds on those of lower levels alone."""

    def __init__(self, refer: Callable[[str], exp.Expr], prefix: str = "_") -> None:
        self._refer = refer
        self._prefix = prefix
        self._names: dict[str, str] = {}
        self._depths: dict[str, int] = {}
        self._used: dict[str, set[str]] = {}
        """By name: the names that its expression builds on."""
        self.levels: list[dict[str, exp.Expr]] = []

    def name(self, sql: exp.Expr, hint: str) -> exp.Expr:
        """What refers to this expression by its name; the same name for the same expression."""
        key = sql.sql(copy=False)
        if key not in self._names:
            name = f"{self._prefix}{hint}_{len(self._names)}"
            used = self.named_in(sql)
            depth = 1 + max((self._depths[one] for one in used), default=-1)
            if depth == len(self.levels):
                self.levels.append({})
            self.levels[depth][name] = sql
            self._names[key], self._depths[name], self._used[name] = name, depth, used
        return self._refer(self._names[key])

    def named_in(self, sql: exp.Expr) -> set[str]:
        """The names that this expression mentions."""
        return {name.name for name in sql.find_all(exp.Identifier) if name.name in self._depths}

    def needed(self, mentioned: set[str]) -> set[str]:
        """These names and all that they build on, directly or through others."""
        needed: set[str] = set()
        while mentioned:
            needed |= mentioned
            mentioned = set().union(*(self._used[name] for name in mentioned)) - needed
        return needed


class Statement:
    """Nested projections over a source. Names given here start with an underscore, which no fact does."""

    def __init__(self, source: exp.Expr) -> None:
        self.source = source
        self._names = Names(lambda name: exp.column(name, quoted=True))
        self._finals: dict[str, exp.Expr] = {}

    def name(self, sql: exp.Expr, hint: str) -> exp.Column:
        """A column that holds this expression; the same one for the same expression."""
        named = self._names.name(sql, hint)
        assert isinstance(named, exp.Column)  # noqa: S101 -- that is how it is referred to
        return named

    def mask(self, kind: str, layer: Layer, first: int, conditions: Sequence[Logic]) -> Mask:
        """A column with a bit for each condition that holds."""
        bits = packed(condition.sql for condition in conditions)
        return Mask(self.name(bits, f"{kind}_{layer}").name, kind, layer, first, len(conditions))

    def final(self, name: str, sql: exp.Expr) -> None:
        """A column of the result."""
        self._finals[name] = sql

    def select(
        self, wanted: Iterable[str], finals: Mapping[str, exp.Expr] | None = None, *, whole: bool = False
    ) -> exp.Select:
        """
        These columns: of the result (or of `finals` in its place), of the source, or named on the way.

        What none of them builds on is left out: an engine would read and plan it before it drops it. The expressions
        are not copied, so write the statement down with `copy=False` and do not change it. `whole` leaves out nothing.
        """
        made = {**self._finals, **(finals or {})}
        outputs = [_as(made[name], name) if name in made else exp.column(name, quoted=True) for name in wanted]
        needed = self._names.needed(set().union(*(self._names.named_in(sql) for sql in outputs)))
        inner: exp.Expr = self.source
        for number, level in enumerate(self._names.levels):
            if kept := [_as(sql, name) for name, sql in level.items() if whole or name in needed]:
                below = exp.select("*", *kept, copy=False).from_(inner, copy=False)
                inner = below.subquery(f"level_{number}", copy=False)
        return exp.select(*outputs, copy=False).from_(inner, copy=False)


class Items:
    """What is asked of each item of a list: expressions that others build on are worked out once for an item."""

    def __init__(self, item: str) -> None:
        self.item = item
        self._names = Names(
            lambda name: exp.Dot(this=exp.to_identifier(item), expression=exp.to_identifier(name, quoted=True)),
            "_item_",
        )

    def name(self, sql: exp.Expr, hint: str) -> exp.Expr:
        """A field of the item that holds this expression; the same one for the same expression."""
        return self._names.name(sql, hint)

    def prepared(self, items: exp.Expr) -> exp.Expr:
        """The list with the named expressions as fields of its items."""
        for level in self._names.levels:
            fields = [
                exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=sql) for name, sql in level.items()
            ]
            items = self.each(
                items, exp.Anonymous(this="STRUCT_INSERT", expressions=[exp.to_identifier(self.item), *fields])
            )
        return items

    def each(self, items: exp.Expr, told: exp.Expr) -> exp.Expr:
        """A list of what is told of each item."""
        return exp.Transform(this=items, expression=exp.Lambda(this=told, expressions=[exp.to_identifier(self.item)]))


def _as(sql: exp.Expr, name: str) -> exp.Expr:
    return exp.alias_(sql, name, quoted=True, copy=False)


def packed(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """An integer with a bit set for each condition that holds; NULL sets none."""
    return added(flag(condition, bit) for bit, condition in enumerate(conditions))


def flag(condition: exp.Expr, bit: int) -> exp.Expr:
    """An integer with this bit set where the condition holds."""
    return exp.Case().when(condition, exp.convert(1 << bit), copy=False).else_(exp.convert(0), copy=False)


def kleene_flags(condition: exp.Expr, bit: int) -> exp.Expr:
    """An integer with this bit set where the condition holds, and the next one where it is NULL, asked only once."""
    value = exp.Coalesce(this=exp.cast(condition, "BIGINT", copy=False), expressions=[exp.convert(2)])
    return exp.Mul(this=value, expression=exp.convert(1 << bit))


def added(terms: Iterable[exp.Expr]) -> exp.Expr:
    """The sum of integers."""
    total: exp.Expr | None = None
    for term in terms:
        total = term if total is None else exp.Add(this=total, expression=term)
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
    return exp.Add(this=exp.cast(exp.BitwiseCount(this=below), "INT", copy=False), expression=exp.convert(first))
