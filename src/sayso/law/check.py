"""What must hold of a set of rulebooks as a whole, once each block can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sayso.law import tree
from sayso.law.expression import nearest
from sayso.law.fences import LawProblem
from sayso.vocabulary import LAYERS, Vocabulary

if TYPE_CHECKING:
    from sayso.law.read import Content


def check(content: Content, vocabulary: Vocabulary) -> Iterator[LawProblem]:
    """Each thing that is wrong between blocks: ids, exceptions, definitions, obligations, dates."""
    yield from _versions(content)
    yield from _exceptions(content)
    yield from _definitions(content)
    yield from _obligations(content)
    yield from _letters(content)
    yield from _penalties(content)


def _versions(content: Content) -> Iterator[LawProblem]:
    versions: dict[str, list[tree.Rule]] = defaultdict(list)
    for rule in content.rules:
        versions[rule.id].append(rule)
    for rules in versions.values():
        for earlier, later in pairwise(sorted(rules, key=lambda rule: rule.in_force.start)):
            if earlier.in_force.before is None or earlier.in_force.before > later.in_force.start:
                yield LawProblem(later.place, later.id, f"in force at the same time as the version at {earlier.place}")


def _exceptions(content: Content) -> Iterator[LawProblem]:
    rules = {rule.id: rule for rule in content.rules}
    for rule in content.rules:
        for target in rule.exception_to:
            if target not in rules:
                yield LawProblem(rule.place, rule.id, f"no rule is called `{target}`{nearest(target, list(rules))}")
            elif rules[target].kind == "not_encoded":
                yield LawProblem(rule.place, rule.id, f"`{target}` is not encoded; nothing can be an exception to it")
            elif _rank(content, rule) > _rank(content, rules[target]):
                layer = content.instruments[rules[target].instrument].layer
                yield LawProblem(
                    rule.place, rule.id, f"`{target}` is of the layer `{layer}`; a lower layer cannot lift it"
                )
        seen = {rule.id}
        queue = list(rule.exception_to)
        while queue:
            target = queue.pop()
            if target == rule.id:
                yield LawProblem(rule.place, rule.id, "is an exception to itself, by way of its own exceptions")
                break
            if target in rules and target not in seen:
                seen.add(target)
                queue.extend(rules[target].exception_to)


def _rank(content: Content, rule: tree.Rule) -> int:
    return LAYERS.index(content.instruments[rule.instrument].layer)


def _definitions(content: Content) -> Iterator[LawProblem]:
    for definition in content.definitions.values():
        seen: set[str] = set()
        queue = list(_defined(definition.limbs))
        while queue:
            name = queue.pop()
            if name == definition.name:
                yield LawProblem(definition.place, name, "is defined by itself")
                break
            if name not in seen and name in content.definitions:
                seen.add(name)
                queue.extend(_defined(content.definitions[name].limbs))


def _defined(limbs: tuple[tree.Limb, ...]) -> Iterator[str]:
    for limb in limbs:
        yield from (node.name for node in tree.walk(limb.expression) if isinstance(node, tree.Defined))


def facts_of(content: Content, limbs: tuple[tree.Limb, ...]) -> Iterator[tree.FactRef]:
    """Each fact that the limbs rest on, definitions opened."""
    for limb in limbs:
        yield from tree.facts_in(limb.expression)
    for name in _defined(limbs):
        yield from facts_of(content, content.definitions[name].limbs)


def _obligations(content: Content) -> Iterator[LawProblem]:
    for rule in content.rules:
        arranged = [fact.name for fact in facts_of(content, rule.limbs) if fact.unknown == "arrange"]
        if arranged and not rule.obligation:
            yield LawProblem(
                rule.place,
                rule.id,
                f"rests on `{arranged[0]}`, which can still be arranged: say under `obligation` what to do",
            )


def _letters(content: Content) -> Iterator[LawProblem]:
    for rule in content.rules:
        letters = [limb.letter for limb in rule.limbs]
        for letter in {letter for letter in letters if letters.count(letter) > 1}:
            yield LawProblem(rule.place, rule.id, f"two limbs are lettered `{letter}`")


def _penalties(content: Content) -> Iterator[LawProblem]:
    rules = [rule.id for rule in content.rules]
    for penalty in content.penalties:
        for target in penalty.rules:
            if target not in rules:
                yield LawProblem(penalty.place, penalty.id, f"no rule is called `{target}`{nearest(target, rules)}")
        if penalty.unit and penalty.unit not in content.numbers:
            yield LawProblem(
                penalty.place,
                penalty.id,
                f"no dated number is called `{penalty.unit}`{nearest(penalty.unit, list(content.numbers))}",
            )
