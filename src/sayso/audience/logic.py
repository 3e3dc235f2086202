"""
Kleene's three-valued logic over SQL, with constants worked out while writing.

SQL's own `AND`, `OR` and `NOT` are Kleene's: NULL is the third value. What is known of a whole audience (its channel,
its topic, a fact nobody has a column for) is worked out here, so that the SQL asks only what differs between people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlglot import exp


class Logic(msgspec.Struct, frozen=True, eq=False):
    """A condition in SQL. Where it is `settled` it is never NULL."""

    sql: exp.Expr
    settled: bool


TRUE = Logic(exp.true(), True)
FALSE = Logic(exp.false(), True)
UNKNOWN = Logic(exp.null(), False)
CONSTANTS = (TRUE, FALSE, UNKNOWN)


def constant(value: bool | None) -> Logic:
    """The condition that is always this."""
    return UNKNOWN if value is None else TRUE if value else FALSE


def all_of(terms: Iterable[Logic]) -> Logic:
    """Kleene's and."""
    return _joined(terms, FALSE, TRUE, exp.And)


def any_of(terms: Iterable[Logic]) -> Logic:
    """Kleene's or."""
    return _joined(terms, TRUE, FALSE, exp.Or)


def _joined(terms: Iterable[Logic], decides: Logic, says_nothing: Logic, join: type[exp.Connector]) -> Logic:
    kept: list[Logic] = []
    for term in terms:
        if term is decides:
            return decides
        if term is not says_nothing and not (term is UNKNOWN and UNKNOWN in kept):
            kept.append(term)
    if not kept:
        return says_nothing
    joined = _wrapped(kept[0].sql)
    for term in kept[1:]:
        joined = join(this=joined, expression=_wrapped(term.sql))
    return kept[0] if len(kept) == 1 else Logic(joined, all(term.settled for term in kept))


def _wrapped(sql: exp.Expr) -> exp.Expr:
    return exp.Paren(this=sql) if isinstance(sql, exp.Connector) else sql


def negate(term: Logic) -> Logic:
    """Kleene's not."""
    if term in CONSTANTS:
        return {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[term]
    return Logic(exp.Not(this=exp.Paren(this=term.sql)), term.settled)


def settle(term: Logic, unknown_reads: bool) -> Logic:
    """The condition with unknown read as true or as false."""
    if term is UNKNOWN:
        return constant(unknown_reads)
    if term.settled:
        return term
    asked = exp.Is(this=exp.Paren(this=term.sql), expression=exp.convert(not unknown_reads))
    return Logic(exp.Not(this=asked) if unknown_reads else asked, True)  # "is not false", or "is true"


def unsettled(term: Logic) -> Logic:
    """A limb that is open in law: true counts as not settled."""
    if term is FALSE:
        return FALSE
    if term in CONSTANTS:
        return UNKNOWN
    return Logic(exp.Nullif(this=term.sql, expression=exp.true()), False)


def is_true(term: Logic) -> Logic:
    """Is it settled that it holds?"""
    return settle(term, False)


def is_open(term: Logic) -> Logic:
    """Is it not settled whether it holds?"""
    if term is UNKNOWN:
        return TRUE
    return FALSE if term.settled else Logic(exp.Is(this=exp.Paren(this=term.sql), expression=exp.null()), True)


def literal(value: str | float | bool | date) -> exp.Expr:
    """A value of the rule language in SQL. Whole numbers are written whole, so that columns of whole numbers stay so."""
    if isinstance(value, bool):
        return exp.convert(value)
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(int(value)) if value.is_integer() else exp.cast(exp.Literal.number(value), "DOUBLE")
