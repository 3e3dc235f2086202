"""Reading one expression: Python's own grammar, narrowed to what both compilers can say, every name checked."""

from __future__ import annotations

import ast
from datetime import date
from difflib import get_close_matches
from typing import Literal

from sayso.law import tree
from sayso.vocabulary import Term, Vocabulary

OPERATORS: dict[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">="]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
CUTOFFS: dict[str, Literal["days", "months"]] = {"days_before": "days", "months_before": "months"}


class ExpressionError(Exception):
    """What is wrong with an expression, in a sentence for the person who wrote it."""


def nearest(word: str, words: list[str]) -> str:
    """`; did you mean ...?` with the nearest known word, or nothing."""
    close = get_close_matches(word, words, 1, 0.5)
    return f"; did you mean `{close[0]}`?" if close else ""


class Reader:
    """Reads expressions against a vocabulary, the definitions and the dated numbers of one set of rulebooks."""

    def __init__(self, vocabulary: Vocabulary, definitions: dict[str, str | None], numbers: set[str]) -> None:
        self.vocabulary = vocabulary
        self.definitions = definitions
        self.numbers = numbers

    def read(self, text: str, each: str | None) -> tree.Expression:
        """Raises ExpressionError naming the reader's words and what to write instead."""
        try:
            parsed = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise ExpressionError(f"`{text}` is not an expression: {error.msg}") from None
        return self._condition(parsed, each)

    def _condition(self, node: ast.expr, each: str | None) -> tree.Expression:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return tree.All(tuple(self._condition(value, each) for value in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return tree.AnyOf(tuple(self._condition(value, each) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return tree.Not(self._condition(operand, each))
            case ast.Call(func=ast.Name(id="recorded"), args=[argument], keywords=[]):
                return tree.Recorded(self._fact(argument, each))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[ast.List(elts=elements)]):
                member = self._member(self._fact(left, each), elements)
                return tree.Not(member) if isinstance(op, ast.NotIn) else member
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                return self._compare(left, OPERATORS[type(op)], right, each)
            case ast.Name(id=name) if name in self.definitions:
                wanted = self.definitions[name]
                if wanted not in (None, each):
                    raise ExpressionError(f"`{name}` is about each {wanted}; this rule is not (`for_each: {wanted}`)")
                return tree.Defined(name)
            case ast.Name() | ast.Attribute():
                fact = self._fact(node, each)
                if fact.kind != "flag":
                    raise ExpressionError(
                        f"`{ast.unparse(node)}` is a {fact.kind}, not a yes or no: compare it with something"
                    )
                return tree.Truth(fact)
        raise ExpressionError(
            f"`{ast.unparse(node)}` cannot be said in a rule; use facts, and, or, not, comparisons, in [...]"
        )

    def _term(self, node: ast.expr, each: str | None) -> tuple[Term, tree.Scope]:
        scope: tree.Scope = "facts"
        match node:
            case ast.Attribute(value=ast.Name(id="ground" | "stop" as owner), attr=name):
                if owner != each:
                    raise ExpressionError(
                        f"`{owner}.{name}` is asked of each {owner}: the rule needs `for_each: {owner}`"
                    )
                scope = "ground" if owner == "ground" else "stop"
            case ast.Name(id=name):
                pass
            case _:
                raise ExpressionError(f"`{ast.unparse(node)}` is not the name of a fact")
        terms = self.vocabulary.scope(scope)
        if name not in terms:
            owners = [
                owner for owner in ("ground", "stop") if scope == "facts" and name in self.vocabulary.scope(owner)
            ]
            words = [*terms, *(self.definitions if scope == "facts" else ())]
            hint = f"; did you mean `{owners[0]}.{name}`?" if owners else nearest(name, words)
            raise ExpressionError(f"no fact is called `{name}`{hint}")
        return terms[name], scope

    def _fact(self, node: ast.expr, each: str | None) -> tree.FactRef:
        term, scope = self._term(node, each)
        return tree.FactRef(term.name, scope, term.kind, term.fact.unknown)

    def _member(self, fact: tree.FactRef, elements: list[ast.expr]) -> tree.Member:
        if fact.kind not in ("choice", "text"):
            raise ExpressionError(f"`{fact.name}` is a {fact.kind}; only choices and texts can be looked for in a list")
        return tree.Member(fact, tuple(self._choice(fact, element) for element in elements))

    def _choice(self, fact: tree.FactRef, node: ast.expr) -> str:
        match node:
            case ast.Name(id=word) | ast.Constant(value=str(word)):
                choices = list(self.vocabulary.scope(fact.scope)[fact.name].choices)
                if choices and word not in choices:
                    raise ExpressionError(f"`{fact.name}` is never `{word}`{nearest(word, choices)}")
                return word
        raise ExpressionError(f"`{ast.unparse(node)}` is not a value of `{fact.name}`")

    def _compare(
        self, left: ast.expr, op: Literal["==", "!=", "<", "<=", ">", ">="], right: ast.expr, each: str | None
    ) -> tree.Expression:
        fact = self._fact(left, each)
        if fact.kind in ("choice", "text"):
            if op not in ("==", "!="):
                raise ExpressionError(f"`{fact.name}` is a {fact.kind}: only ==, != and in make sense for it")
            return tree.Compare(fact, op, tree.Value(self._choice(fact, right)))
        if fact.kind == "flag":
            raise ExpressionError(f"`{fact.name}` is a yes or no: write `{fact.name}` or `not {fact.name}`")
        other = self._operand(right, each)
        kind = (
            "day"
            if isinstance(other, tree.Cutoff)
            else other.kind
            if isinstance(other, tree.FactRef)
            else ("day" if isinstance(other, tree.Value) and isinstance(other.value, date) else "number")
        )
        if kind != fact.kind:
            raise ExpressionError(f"`{fact.name}` is a {fact.kind} and cannot be compared with a {kind}")
        return tree.Compare(fact, op, other)

    def _operand(self, node: ast.expr, each: str | None) -> tree.Operand:
        match node:
            case ast.Constant(value=bool()):
                raise ExpressionError("write the fact itself, or `not` and the fact, instead of True or False")
            case ast.Constant(value=int() | float() as value):
                return tree.Value(float(value))
            case ast.Call(func=ast.Name(id=name), args=[amount], keywords=[]) if name in CUTOFFS:
                counted = self._operand(amount, each)
                if isinstance(counted, tree.Value) and isinstance(counted.value, float):
                    return tree.Cutoff(CUTOFFS[name], counted.value)
                if isinstance(counted, tree.Number):
                    return tree.Cutoff(CUTOFFS[name], counted)
                raise ExpressionError(f"`{name}` takes a number or the name of a dated number")
            case ast.Call(func=ast.Name(id="day"), args=[ast.Constant(value=str(text))], keywords=[]):
                try:
                    return tree.Value(date.fromisoformat(text))
                except ValueError:
                    raise ExpressionError(f"`{text}` is not a day; write it as 2026-11-24") from None
            case ast.Name(id=name) if name in self.numbers:
                return tree.Number(name)
            case ast.Name(id=name) if name not in self.vocabulary.facts:
                hint = nearest(name, [*self.vocabulary.facts, *self.numbers])
                raise ExpressionError(f"`{name}` is neither a fact nor a dated number{hint}")
            case ast.Name() | ast.Attribute():
                return self._fact(node, each)
        raise ExpressionError(f"`{ast.unparse(node)}` cannot stand in a comparison")
