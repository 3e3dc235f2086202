"""Which rules had anything to say of what was asked, so that an answer names no law that is about something else."""

from __future__ import annotations

from collections.abc import Callable

from sayso.decision.compile import NOT_ASKED, OUT_OF_SCOPE
from sayso.decision.verdict import Verdict
from sayso.law import Law, tree
from sayso.vocabulary import Facts

_ASKED = frozenset(("act", "channel", "person_country", "person_state"))
"""What is asked, as facts: a rule about another act, channel or place has nothing to say of it."""


def judged(verdict: Verdict, rule: tree.Rule, facts: Facts) -> bool:
    """Had this rule anything to say of what was asked? Not where it is about another act, channel or place."""
    if verdict.trace[verdict.compiled.index[rule.id]] in (OUT_OF_SCOPE, NOT_ASKED):
        return False
    return not any(_is_else(limb.expression, facts, verdict.compiled.law) is True for limb in rule.when)


def _is_else(expression: tree.Expression, facts: Facts, law: Law) -> bool | None:
    """Is it certainly false by what is asked alone? `None` where that alone does not tell; false where it holds."""
    match expression:
        case tree.Member(fact, values) if fact.name in _ASKED:
            return _told_apart(facts, fact, lambda known: known not in values)
        case tree.Compare(tree.FactRef() as fact, "==", tree.Value(value)) if fact.name in _ASKED:
            return _told_apart(facts, fact, lambda known: known != value)
        case tree.Compare(tree.FactRef() as fact, "!=", tree.Value(value)) if fact.name in _ASKED:
            return _told_apart(facts, fact, lambda known: known == value)
        case tree.Not(term):
            inner = _is_else(term, facts, law)
            return None if inner is None else not inner
        case tree.All(terms):
            return _all_of([_is_else(term, facts, law) for term in terms])
        case tree.AnyOf(terms):
            return _any_of([_is_else(term, facts, law) for term in terms])
        case tree.Defined(name):
            found = [_is_else(limb.expression, facts, law) for limb in law.definitions[name].limbs]
            return _all_of(found) if law.definitions[name].join == "all" else _any_of(found)
    return None


def _told_apart(facts: Facts, fact: tree.FactRef, is_else: Callable[[str], bool]) -> bool | None:
    known = getattr(facts, fact.name)
    return None if known is None else is_else(known)


def _all_of(found: list[bool | None]) -> bool | None:
    """Of terms that must all hold: false for certain with one that is."""
    return True if True in found else None if None in found else False


def _any_of(found: list[bool | None]) -> bool | None:
    """Of terms of which one is enough: false for certain where all are."""
    return False if False in found else None if None in found else True
