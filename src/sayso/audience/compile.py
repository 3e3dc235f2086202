"""
The rule tree as one SQL statement over a table with one row for each person and question.

A column for each fact, `grounds` and `stops` as lists of structs; NULL is unknown. Every definition, scope and
exception is worked out once, in a projection of its own. What each rule comes to is a bit: the lowest bit set names the
deciding rule and limb, since bits are given out in deciding order. The semantics are those of `decision.compile`: in
Kleene's logic a rule refuses as *its conditions and not its exceptions*, so true refuses, NULL stays open, and false
does neither.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from sqlglot import exp

from sayso.audience.logic import (
    CONSTANTS,
    FALSE,
    Logic,
    all_of,
    any_of,
    constant,
    is_open,
    is_true,
    literal,
    negate,
    settle,
    unsettled,
)
from sayso.audience.statement import Items, Mask, Statement, added, first_of, flag, has, kleene_flags, reason_of
from sayso.decision import sentence
from sayso.decision.compile import Mode, arguable_limbs
from sayso.decision.work_out import cutoff
from sayso.law import Law, tree
from sayso.vocabulary import LAYERS, Answer, Layer

ITEM = "item"
BITS = 62
"""Bits to an integer: all of a signed 64-bit one but the sign and one to spare."""
COMPARE: dict[str, tuple[Callable[[Any, Any], bool], type[exp.Binary]]] = {
    "==": (operator.eq, exp.EQ),
    "!=": (operator.ne, exp.NEQ),
    "<": (operator.lt, exp.LT),
    "<=": (operator.le, exp.LTE),
    ">": (operator.gt, exp.GT),
    ">=": (operator.ge, exp.GTE),
}
Kind = Literal["lifted", "open", "not_covered", "refuses"]
KINDS: dict[Kind, Answer] = {
    "lifted": "allowed",
    "open": "depends",
    "not_covered": "not_covered",
    "refuses": "not_allowed",
}
"""What became of a rule, and the answer it stands for, least strict first."""


class Bit(msgspec.Struct, frozen=True, eq=False):
    """One way in which a rule may come out; `detail` is the number of its requirement or of the exception that lifts it."""

    kind: Kind
    rule: tree.Rule
    detail: int
    condition: Logic


class Reason(msgspec.Struct, frozen=True):
    """What a reason code stands for: the answer, the deciding rule and limb, and why. Code 0: nothing forbids it."""

    answer: Answer
    rule: str
    limb: str
    because: str
    layer: Layer | None
    detail: int = 0
    judged: str = ""
    """The rule that was judged: another one than `rule` where that one is the exception that lifted it."""


NOTHING = Reason("allowed", "", "", "nothing that applies forbids it", None)


class Audience(msgspec.Struct, frozen=True, eq=False):
    """
    The compiled law of one day for one audience.

    `statement` gives, for each row of its source: `reason` (a code, the place in `reasons`), the same for each layer
    (`reason_law`, `reason_guidance`, `reason_own`), `answer` (strictness, 0 to 3) and `at_your_risk`.
    """

    statement: Statement
    reasons: tuple[Reason, ...]
    layers: tuple[Layer, ...]
    masks: tuple[Mask, ...]
    exceptions: dict[str, exp.Expr]
    """By rule: whether the exception holds, for those who compare rule by rule."""
    alone: dict[str, exp.Expr]
    """Answer and reason where no layer is asked apart: then every rule need not be asked of everybody."""

    def codes(self, keep: Iterable[str] = (), layers: bool = True) -> exp.Select:
        """The statement that gives the kept columns of the source, then the codes."""
        wanted = ["answer", "reason", "at_your_risk", *(f"reason_{layer}" for layer in self.layers if layers)]
        # DuckDB 2.0.1 plans a sum over `alone` for minutes where its columns stand in the statement by themselves.
        return self.statement.select([*keep, *wanted], None if layers else self.alone, whole=not layers)

    def outcomes(self, keep: Iterable[str] = ()) -> exp.Select:
        """The statement that gives what became of every rule: the masks, and a column for each exception."""
        holding = {f"exception_{name}": sql for name, sql in self.exceptions.items()}
        return self.statement.select([*keep, *(mask.name for mask in self.masks), *holding], holding)


def compile_audience(
    law: Law,
    on: date,
    source: exp.Expr,
    columns: Iterable[str],
    *,
    known: Mapping[str, Any] | None = None,
    mode: Mode = "ask",
    accepted: Iterable[str] = (),
) -> Audience:
    """
    The law in force on that day, for the rows of `source` (a table or a subquery).

    `columns` are the facts the source has a column for, `grounds` and `stops` among them; `known` are facts that are
    the same for everybody, such as the channel. Every other fact is unknown. Facts that are worked out
    (`decision.work_out`) are taken as they are. `accepted` is as in `decision.settle`.
    """
    statement = Statement(source)
    have = frozenset(columns)
    writer = _Writer(law, on, statement, have, known or {}, mode, frozenset())
    bits = sorted(writer.bits(), key=lambda bit: list(KINDS).index(bit.kind))
    reasons: list[Reason] = [NOTHING]
    masks: list[Mask] = []
    coded: dict[Kind, list[tuple[int, exp.Expr]]] = {kind: [] for kind in KINDS}
    for kind in KINDS:
        for layer in LAYERS:
            of_layer = [bit for bit in bits if bit.kind == kind and law.layer(bit.rule) == layer]
            for start in range(0, len(of_layer), BITS):
                chunk = of_layer[start : start + BITS]
                masks.append(statement.mask(kind, layer, len(reasons), [bit.condition for bit in chunk]))
                coded[kind] += [(len(reasons) + number, bit.condition.sql) for number, bit in enumerate(chunk)]
                reasons += [_reason(law, bit) for bit in chunk]
    present = tuple(layer for layer in LAYERS if any(law.layer(rule) == layer for rule in writer.deciding))
    for layer in present:
        statement.final(f"reason_{layer}", reason_of([mask for mask in masks if mask.layer == layer], list(KINDS)))
    first = statement.name(first_of(one for kind in reversed(KINDS) for one in coded[kind]), "first")
    reason = statement.name(reason_of(masks, list(KINDS)), "reason")
    statement.final("reason", reason)
    taken = frozenset(accepted)
    at_risk = FALSE
    strict = _answer(reason, masks)
    if taken:
        risky = [
            bit.condition
            for bit in _Writer(law, on, statement, have, known or {}, mode, taken).bits()
            if bit.kind != "lifted"
        ]
        depends = Logic(exp.EQ(this=statement.name(strict, "strict"), expression=exp.convert(1)), True)
        at_risk = all_of([depends, *(negate(is_true(condition)) for condition in risky)])
        strict = exp.Case().when(at_risk.sql, exp.convert(0), copy=False).else_(strict, copy=False)
    statement.final("at_your_risk", at_risk.sql)
    statement.final("answer", strict)
    alone = {} if taken else {"reason": first, "answer": _answer(first, masks)}
    return Audience(statement, tuple(reasons), present, tuple(masks), writer.exceptions(), alone)


def _answer(reason: exp.Expr, masks: list[Mask]) -> exp.Expr:
    """Codes are given out least strict first, so the answer is a matter of where the code lies."""
    rank = exp.Case()
    for number, kind in reversed(list(enumerate(KINDS))):
        first = min((mask.first for mask in masks if mask.kind == kind), default=None)
        if first is not None and number:
            above = exp.GTE(this=reason.copy(), expression=exp.convert(first))
            rank = rank.when(above, exp.convert(number), copy=False)
    return rank.else_(exp.convert(0), copy=False) if rank.args.get("ifs") else exp.convert(0)


def _reason(law: Law, bit: Bit) -> Reason:
    layer = law.layer(bit.rule)
    decides, limb = bit.rule, ""
    if bit.kind == "lifted":
        decides = law.exceptions[bit.rule.id][bit.detail]
    elif bit.kind == "refuses" and bit.rule.must:
        limb = bit.rule.must[bit.detail].letter
    because = sentence(decides, limb, is_open=bit.kind == "open")
    return Reason(KINDS[bit.kind], decides.id, limb, because, layer, bit.detail, bit.rule.id)


class _Writer:
    def __init__(
        self,
        law: Law,
        on: date,
        statement: Statement,
        columns: frozenset[str],
        known: Mapping[str, Any],
        mode: Mode,
        accepted: frozenset[str],
    ) -> None:
        self.law = law
        self.on = on
        self.statement = statement
        self.columns = columns
        self.known = known
        self.mode = mode
        self.accepted = accepted
        self.deciding = (*law.refusing, *law.not_encoded)
        self.lifting: dict[str, Logic] = {}
        self.arguable = arguable_limbs(law)
        self.defined: dict[tuple[str, bool, frozenset[str]], Logic] = {}
        self.about: dict[str, bool] = {}
        self.items = Items(ITEM)
        """Of the list whose rules are being written."""
        self.any_item = self._items()

    # ---- rules

    def bits(self) -> Iterator[Bit]:
        """Every way in which a rule may come out for anybody in this audience, in deciding order."""
        for rule in self.law.refusing:
            instrument = self.law.instruments[rule.instrument]
            scope = self._named(all_of(self.limb(limb, True, instrument.id) for limb in instrument.applies), "scope")
            when = all_of([scope, self._conditions(rule, True)])
            musts = [self.limb(limb, False, rule.id) for limb in rule.must]
            if rule.must:
                when = self._named(when, "when")
            bites = all_of([when, negate(all_of(musts))]) if rule.must else when
            lifts = [self.exception(exception) for exception in self.law.exceptions.get(rule.id, ())]
            if lifts:
                bites = self._named(bites, "bites")
            unlifted = negate(any_of(lifts))
            refuses = all_of([bites, unlifted])
            if rule.must:
                base = all_of([when, unlifted])
                for number, must in enumerate(musts):
                    yield from self._bit("refuses", rule, number, all_of([base, negate(must)]))
            else:
                yield from self._bit("refuses", rule, 0, refuses)
            yield from self._bit("open", rule, 0, is_open(refuses))
            for number, lift in enumerate(lifts):
                yield from self._bit("lifted", rule, number, all_of([settle(bites, True), is_true(lift)]))
        for rule in self.law.not_encoded:
            yield from self._not_encoded(rule)

    def _not_encoded(self, rule: tree.Rule) -> Iterator[Bit]:
        """Not covered where its scope may hold; open where that rests on what is open in law alone."""
        scope = settle(all_of(self.limb(limb, True, rule.id) for limb in rule.when), True)
        kept, self.accepted = self.accepted, self.arguable
        permitting = settle(all_of(self.limb(limb, True, rule.id) for limb in rule.when), True)
        self.accepted = kept
        yield from self._bit("not_covered", rule, 0, permitting)
        if scope.sql != permitting.sql:
            yield from self._bit("open", rule, 0, all_of([scope, negate(permitting)]))

    def _bit(self, kind: Kind, rule: tree.Rule, detail: int, condition: Logic) -> Iterator[Bit]:
        if is_true(condition) is not FALSE:
            yield Bit(kind, rule, detail, condition)

    def exception(self, rule: tree.Rule) -> Logic:
        """Does this exception hold, its own exceptions considered?"""
        if rule.id not in self.lifting:
            above = [self.exception(one) for one in self.law.exceptions.get(rule.id, ())]
            self.lifting[rule.id] = self._named(
                all_of([self._conditions(rule, False), negate(any_of(above))]), "exception"
            )
        return self.lifting[rule.id]

    def exceptions(self) -> dict[str, exp.Expr]:
        """Every exception that lifts a rule judged here."""
        return {name: lift.sql for name, lift in self.lifting.items()}

    def _conditions(self, rule: tree.Rule, refuses: bool) -> Logic:
        outside = all_of(self.limb(limb, refuses, rule.id) for limb in rule.when if not self._item_limb(rule, limb))
        return all_of([outside, self.any_item[rule.id]]) if rule.each else outside

    # ---- grounds and stops: one pass over each list asks all rules at once

    def _items(self) -> dict[str, Logic]:
        """By rule: is there a ground, or a stop, that satisfies every limb which is about it?"""
        found: dict[str, Logic] = {}
        for each in ("ground", "stop"):
            asked = [rule for rule in self.law.rules() if rule.each == each]
            if f"{each}s" not in self.columns:
                found |= {rule.id: FALSE for rule in asked}
                continue
            self.items = Items(ITEM)
            inner = [(self._about_items(rule), rule.id) for rule in asked]
            found |= self._packed(f"{each}s", inner, self.items)
        return found

    def _about_items(self, rule: tree.Rule) -> Logic:
        limbs = [limb for limb in rule.when if self._item_limb(rule, limb)]
        return all_of(self.limb(limb, rule.kind != "exception", rule.id) for limb in limbs)

    def _packed(self, column: str, asked: list[tuple[Logic, str]], items: Items) -> dict[str, Logic]:
        """Two bits for each rule that may stay open (true, unknown), one for each other, or-ed over the list."""
        found: dict[str, Logic] = {}
        prepared = self._named(Logic(items.prepared(_column(column)), True), column).sql
        chunk: list[exp.Expr] = []
        bit = 0
        places: list[tuple[str, int, int | None]] = []

        def close() -> None:
            if not chunk:
                return
            mapped = items.each(prepared.copy(), added(chunk))
            joined = exp.func("list_aggregate", mapped, exp.Literal.string("bit_or"), dialect="duckdb", copy=False)
            bits = self.statement.name(exp.Coalesce(this=joined, expressions=[exp.convert(0)]), column)
            for rule, yes, maybe in places:
                holds = has(bits, yes)
                found[rule] = Logic(holds, True)
                if maybe is not None:
                    open_ = (
                        exp.Case().when(holds, exp.true(), copy=False).when(has(bits, maybe), exp.null(), copy=False)
                    )
                    found[rule] = Logic(open_.else_(exp.false(), copy=False), False)
            chunk.clear()
            places.clear()

        for inner, rule in asked:
            if inner is FALSE:
                found[rule] = FALSE
                continue
            if bit + 2 > BITS:
                close()
                bit = 0
            chunk.append(flag(inner.sql, bit) if inner.settled else kleene_flags(inner.sql, bit))
            places.append((rule, bit, None if inner.settled else bit + 1))
            bit += 1 if inner.settled else 2
        close()
        return found

    def _item_limb(self, rule: tree.Rule, limb: tree.Limb) -> bool:
        return rule.each is not None and self._about_item(limb.expression)

    def _about_item(self, expression: tree.Expression) -> bool:
        if any(fact.scope != "facts" for fact in tree.facts_in(expression)):
            return True
        for node in tree.walk(expression):
            if isinstance(node, tree.Defined):
                if node.name not in self.about:
                    limbs = self.law.definitions[node.name].limbs
                    self.about[node.name] = any(self._about_item(limb.expression) for limb in limbs)
                if self.about[node.name]:
                    return True
        return False

    # ---- expressions

    def limb(self, limb: tree.Limb, refuses: bool, owner: str) -> Logic:
        term = self.expression(limb.expression, refuses)
        if limb.arguable is None:
            return term
        if f"{owner} {limb.letter}" in self.accepted:
            return FALSE if refuses else term
        return unsettled(term)

    def expression(self, node: tree.Expression, refuses: bool) -> Logic:
        match node:
            case tree.Truth(fact):
                known = self._constant(fact)
                if isinstance(known, bool):
                    return constant(known)
                return self._atom((fact,), refuses, lambda: self._operand(fact))
            case tree.Recorded(fact):
                if self._missing(fact) or (fact.scope == "facts" and fact.name in self.known):
                    return constant(self._constant(fact) is not None)
                return Logic(exp.Not(this=exp.Is(this=self._operand(fact), expression=exp.null())), True)
            case tree.Member(fact, values):
                known = self._constant(fact)
                if known is not None:
                    return constant(known in values)
                choices = [literal(value) for value in values]
                return self._atom((fact,), refuses, lambda: exp.In(this=self._operand(fact), expressions=choices))
            case tree.Compare(left, op, right):
                facts = tuple(side for side in (left, right) if isinstance(side, tree.FactRef))
                values = (self._constant(left), self._constant(right))
                compare, written = COMPARE[op]
                if None not in values:
                    return constant(compare(*values))
                sides = (left, right)
                return self._atom(
                    facts,
                    refuses,
                    lambda: written(this=self._operand(sides[0]), expression=self._operand(sides[1])),
                )
            case tree.Not(term):
                return negate(self.expression(term, not refuses))
            case tree.All(terms):
                return all_of([self.expression(term, refuses) for term in terms])
            case tree.AnyOf(terms):
                return any_of([self.expression(term, refuses) for term in terms])
            case tree.Defined(name):
                return self._definition(name, refuses)

    def _definition(self, name: str, refuses: bool) -> Logic:
        key = name, refuses, self.accepted
        if key not in self.defined:
            definition = self.law.definitions[name]
            join = all_of if definition.join == "all" else any_of
            term = join(self.limb(limb, refuses, name) for limb in definition.limbs)
            about_item = any(self._about_item(limb.expression) for limb in definition.limbs)
            self.defined[key] = self._named(term, "defined", self.items if about_item else self.statement)
        return self.defined[key]

    def _atom(self, facts: tuple[tree.FactRef, ...], refuses: bool, write: Callable[[], exp.Expr]) -> Logic:
        kinds = {fact.unknown for fact in facts}
        term = constant(None) if any(self._missing(fact) for fact in facts) else Logic(write(), False)
        if "against" in kinds or (self.mode == "gate" and "arrange" in kinds):
            return settle(term, refuses)
        return settle(term, not refuses) if "arrange" in kinds else term

    def _missing(self, fact: tree.FactRef) -> bool:
        """Is the fact unknown of everybody?"""
        if fact.scope != "facts":
            return False
        return self.known.get(fact.name) is None if fact.name in self.known else fact.name not in self.columns

    def _constant(self, operand: tree.Operand) -> Any:
        """The value where it is the same for everybody, else None."""
        match operand:
            case tree.FactRef(name, "facts"):
                return self.known.get(name)
            case tree.Value(value):
                return value
            case tree.Number(name):
                return self.law.numbers[name]
            case tree.Cutoff(unit, amount):
                return cutoff(
                    self.on, unit, self.law.numbers[amount.name] if isinstance(amount, tree.Number) else amount
                )
        return None

    def _operand(self, operand: tree.Operand) -> exp.Expr:
        value = self._constant(operand)
        if value is not None:
            return literal(value)
        assert isinstance(operand, tree.FactRef)  # noqa: S101 -- everything else has a value
        if operand.scope == "facts":
            return _column(operand.name)
        return exp.Dot(this=exp.to_identifier(ITEM), expression=exp.to_identifier(operand.name, quoted=True))

    def _named(self, term: Logic, hint: str, within: Statement | Items | None = None) -> Logic:
        if term in CONSTANTS or isinstance(term.sql, exp.Column | exp.Dot):
            return term
        return Logic((within or self.statement).name(term.sql, hint), term.settled)


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
