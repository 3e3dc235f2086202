"""What follows from a verdict: what would make it lawful, what a breach may cost, until when the answer holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations
from operator import eq, ge, gt, le, lt, ne

from sayso.decision.acts import ACTS, LawfulAct
from sayso.decision.answer import Exposure, Remedy
from sayso.decision.compile import Mode
from sayso.decision.verdict import Verdict, judge_for
from sayso.decision.work_out import work_out
from sayso.law import Law, Rulebooks, tree
from sayso.vocabulary import Facts

MOST_TOGETHER = 3
"""How many acts are tried together; more than that is not advice but a project."""
MOST_SHOWN = 4
OPERATORS = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
HORIZON = timedelta(days=3 * 366)
"""How far ahead an answer is followed to find the day on which it changes."""


def remedies(facts: Facts, on: date, law: Rulebooks, mode: Mode) -> list[Remedy]:
    """
    Lawful acts, fewest and lightest first, after which the same rules answer *allowed*; empty where nothing helps.

    An act that itself asks the person is offered only where asking is allowed by the same rules.
    """
    judge = judge_for(law, mode)
    worked = work_out(facts, on)
    asked = _asked_of(judge.judge(worked, on))

    def allowed(changed: Facts) -> bool:
        return judge.judge(work_out(changed, on), on).answer == "allowed"

    possible = [
        act
        for act in ACTS
        if act.applies(worked)
        and not asked.isdisjoint(_changed(facts, act.done(facts, on)))
        and (act.asking is None or allowed(act.asking(facts)))
    ]
    found: list[tuple[LawfulAct, ...]] = []
    for size in range(1, MOST_TOGETHER + 1):
        for together in combinations(possible, size):
            if any(set(smaller) <= set(together) for smaller in found):
                continue
            changed = facts
            for act in together:
                changed = act.done(changed, on)
            if allowed(changed):
                found.append(together)
    found.sort(key=lambda together: (sum(act.burden for act in together), len(together)))
    return [
        Remedy(
            [act.do(facts) for act in together],
            " and ".join(sorted({act.who for act in together})),
            min(9, sum(act.burden for act in together)),
        )
        for together in found[:MOST_SHOWN]
    ]


def _asked_of(verdict: Verdict) -> frozenset[str]:
    """The facts on which what stands in the way rests; an act that changes none of them can be left untried."""
    compiled = verdict.compiled
    standing = (*verdict.hit, *verdict.uncovered, *verdict.opened)
    return frozenset[str]().union(*(_facts_of(compiled.law, compiled.rules[number]) for number in standing))


@lru_cache(maxsize=8192)
def _facts_of(law: Law, rule: tree.Rule) -> frozenset[str]:
    """The facts that a rule, its instrument's scope and its exceptions ask for; `grounds` for anything of a ground."""
    limbs = list(rule.limbs)
    if rule.instrument:
        limbs += law.instruments[rule.instrument].applies
    names: set[str] = set()
    while limbs:
        expression = limbs.pop().expression
        names.update("grounds" if fact.scope == "ground" else fact.name for fact in tree.facts_in(expression))
        defined = (node.name for node in tree.walk(expression) if isinstance(node, tree.Defined))
        limbs += (limb for name in defined for limb in law.definitions[name].limbs)
    return frozenset(names).union(*(_facts_of(law, lifting) for lifting in law.exceptions.get(rule.id, ())))


def _changed(before: Facts, after: Facts) -> set[str]:
    return {name for name in before.__struct_fields__ if getattr(before, name) != getattr(after, name)}


def exposure(verdict: Verdict, facts: Facts) -> list[Exposure]:
    """What a breach of each refusing or open rule of the law layer may cost, as its rulebook states it for that day."""
    law = verdict.compiled.law
    breached = [verdict.compiled.rules[number].id for number in (*verdict.hit, *verdict.opened)]
    found = []
    for penalty in law.penalties:
        rule = next((rule for rule in breached if rule in penalty.rules), None)
        if rule is None or (penalty.who is not None and not _holds(penalty.who, facts)):
            continue
        unit = law.numbers[penalty.unit] if penalty.unit else 1.0
        found.append(
            Exposure(
                rule,
                penalty.kind,
                penalty.per,
                penalty.currency,
                penalty.least * unit,
                penalty.most * unit,
                penalty.cite,
                penalty.verified,
                penalty.condition,
            )
        )
    return found


def _holds(expression: tree.Expression, facts: Facts) -> bool:
    """Could this be said of the sender? Unknown counts as yes: a range should not look smaller than it is."""
    match expression:
        case tree.Truth(fact):
            return getattr(facts, fact.name) is not False
        case tree.Member(fact, values):
            value = getattr(facts, fact.name)
            return value is None or value in values
        case tree.Compare(tree.FactRef() as fact, op, tree.Value(wanted)):
            value = getattr(facts, fact.name)
            return value is None or OPERATORS[op](value, wanted)
        case tree.Not(term):
            known = all(getattr(facts, fact.name) is not None for fact in tree.facts_in(term))
            return not known or not _holds(term, facts)
        case tree.All(terms):
            return all(_holds(term, facts) for term in terms)
        case tree.AnyOf(terms):
            return any(_holds(term, facts) for term in terms)
    raise TypeError(f"a penalty's `who` cannot say {type(expression).__name__}")


def valid_until(facts: Facts, on: date, law: Rulebooks, mode: Mode) -> date | None:
    """The first later day on which the same facts get another answer or deciding rule; None if none within three years."""
    judge = judge_for(law, mode)

    def told(day: date) -> tuple[str, str]:
        verdict = judge.judge(work_out(facts, day), day)
        return verdict.answer, verdict.rule_id

    now = told(on)
    for day in sorted({day for day in _turning_days(facts, on, law, mode) if on < day <= on + HORIZON}):
        if told(day) != now:
            return day
    return None


def _turning_days(facts: Facts, on: date, law: Rulebooks, mode: Mode) -> Iterator[date]:
    yield from law.boundaries
    windows = judge_for(law, mode).compiled(on).cutoffs
    for known in _days_known(facts):
        yield known
        yield known + timedelta(1)
        for unit, amount in windows:
            later = known + timedelta(days=amount) if unit == "days" else _months_later(known, int(amount))
            yield from (later, later + timedelta(1))
    for stop in facts.stops:
        if stop.received_on and stop.received_on > on - timedelta(60):
            yield from (on + timedelta(number) for number in range(1, 32))


def _days_known(facts: Facts) -> Iterator[date]:
    for struct in (facts, *facts.grounds, *facts.stops):
        for name in struct.__struct_fields__:
            value = getattr(struct, name)
            if isinstance(value, date):
                yield value


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return min(first + timedelta(day.day - 1), (first + timedelta(31)).replace(day=1) - timedelta(1))
