"""Rulebooks as loaded, and the law in force on one day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from sayso.law import tree
from sayso.law.fences import LawError, LawProblem
from sayso.law.read import Content, read
from sayso.vocabulary import LAYERS, VOCABULARY, Layer, Vocabulary


class Law(msgspec.Struct, frozen=True, eq=False):
    """
    The rules in force on one day, in deciding order: by layer, then rulebook, then as written.

    `refusing` are bans and duties, `exceptions` what lifts them, `not_encoded` the laws known to apply but not read.
    """

    day: date
    vocabulary: Vocabulary
    instruments: dict[str, tree.Instrument]
    refusing: tuple[tree.Rule, ...]
    exceptions: dict[str, tuple[tree.Rule, ...]]
    not_encoded: tuple[tree.Rule, ...]
    definitions: dict[str, tree.Definition]
    numbers: dict[str, float]
    penalties: tuple[tree.Penalty, ...]

    def layer(self, rule: tree.Rule) -> Layer:
        return self.instruments[rule.instrument].layer if rule.instrument else "law"

    def rules(self) -> Iterator[tree.Rule]:
        """Every rule in force: refusing ones in deciding order, then exceptions, then laws not encoded."""
        yield from self.refusing
        seen = set()
        for rules in self.exceptions.values():
            for rule in rules:
                if rule.id not in seen:
                    seen.add(rule.id)
                    yield rule
        yield from self.not_encoded


class Rulebooks:
    """All rulebooks that were read, past and future versions included."""

    def __init__(self, content: Content, vocabulary: Vocabulary = VOCABULARY) -> None:
        self.content = content
        self.vocabulary = vocabulary
        order = {name: rank for rank, name in enumerate(self._instrument_order())}
        self.rules = tuple(sorted(content.rules, key=lambda rule: order.get(rule.instrument, -1)))
        self._boundaries = sorted(self._boundary_days())
        self._in_force: dict[int, Law] = {}

    def _instrument_order(self) -> list[str]:
        return sorted(
            self.content.instruments, key=lambda name: (LAYERS.index(self.content.instruments[name].layer), name)
        )

    def _boundary_days(self) -> set[date]:
        days = {value.start for values in self.content.numbers.values() for value in values}
        spans = [rule.in_force for rule in self.content.rules] + [
            penalty.in_force for penalty in self.content.penalties
        ]
        return days | {span.start for span in spans} | {span.before for span in spans if span.before}

    @cached_property
    def instruments(self) -> dict[str, tree.Instrument]:
        """Every rulebook, in deciding order."""
        return {name: self.content.instruments[name] for name in self._instrument_order()}

    @property
    def boundaries(self) -> list[date]:
        """The days on which the law changes in any way."""
        return self._boundaries

    def on(self, day: date) -> Law:
        """The law in force on that day; the same object for all days between two changes of law."""
        position = bisect_right(self._boundaries, day)
        if position not in self._in_force:
            self._in_force[position] = self._build(day)
        return self._in_force[position]

    def _build(self, day: date) -> Law:
        rules = [rule for rule in self.rules if rule.in_force.holds(day)]
        exceptions: dict[str, list[tree.Rule]] = {}
        for rule in rules:
            for target in rule.exception_to:
                exceptions.setdefault(target, []).append(rule)
        numbers = {}
        for name, values in self.content.numbers.items():
            held = [value.value for value in values if value.start <= day]
            # Before its first value a number bounds nothing: no rule that uses it is in force yet.
            numbers[name] = held[-1] if held else values[0].value
        return Law(
            day=day,
            vocabulary=self.vocabulary,
            instruments=self.instruments,
            refusing=tuple(rule for rule in rules if rule.kind in ("ban", "duty")),
            exceptions={target: tuple(lifting) for target, lifting in exceptions.items()},
            not_encoded=tuple(rule for rule in rules if rule.kind == "not_encoded"),
            definitions=self.content.definitions,
            numbers=numbers,
            penalties=tuple(penalty for penalty in self.content.penalties if penalty.in_force.holds(day)),
        )

    def only(self, under: Iterable[str]) -> Rulebooks:
        """
        These instruments or rules alone (named by id or the start of one); a law that is not encoded only by its own id.
        The exceptions that lift one of these come with them, and the exceptions to those; no others.

        Raises KeyError with the name where one matches nothing.
        """
        wanted = tuple(under)

        def named(rule: tree.Rule, name: str) -> bool:
            return rule.id == name or rule.id.startswith(name + ".")

        for name in wanted:
            if not any(named(rule, name) for rule in self.content.rules):
                raise KeyError(name)

        def asked(rule: tree.Rule) -> bool:
            if rule.kind == "not_encoded":
                return rule.id in wanted
            return rule.kind != "exception" and any(named(rule, name) for name in wanted)

        reached = {rule.id for rule in self.content.rules if asked(rule)}
        exceptions = [rule for rule in self.content.rules if rule.kind == "exception"]
        lifting: set[str] = set()
        while more := {rule.id for rule in exceptions if not reached.isdisjoint(rule.exception_to)} - lifting:
            lifting |= more
            reached |= more
        rules = [
            rule for rule in self.content.rules if (rule.id in lifting if rule.kind == "exception" else asked(rule))
        ]
        return Rulebooks(msgspec.structs.replace(self.content, rules=rules), self.vocabulary)

    def without(self, instruments: Iterable[str]) -> Rulebooks:
        """All but these instruments, which were turned off."""
        off = set(instruments)
        content = msgspec.structs.replace(
            self.content, rules=[rule for rule in self.content.rules if rule.instrument not in off]
        )
        return Rulebooks(content, self.vocabulary)


def _files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _files(entry, f"{name}/")
        elif name.endswith(".md"):
            yield name, entry.read_text("utf-8")


@cache
def rulebooks() -> Rulebooks:
    """The rulebooks that come with sayso, read once."""
    return Rulebooks(read(_files(resources.files("sayso.law") / "rulebooks")))


def read_rulebooks(paths: Iterable[Path], vocabulary: Vocabulary = VOCABULARY) -> Rulebooks:
    """Rulebooks from files of one's own, by themselves. Raises LawError."""
    return Rulebooks(read([(path.name, path.read_text("utf-8")) for path in paths], vocabulary), vocabulary)


def with_house_rules(paths: Iterable[Path]) -> Rulebooks:
    """The shipped rulebooks together with house rules of one's own, which can only tighten. Raises LawError."""
    shipped = list(_files(resources.files("sayso.law") / "rulebooks"))
    books = Rulebooks(read([*shipped, *((path.name, path.read_text("utf-8")) for path in paths)]))
    own = [one for name, one in books.instruments.items() if name not in rulebooks().instruments]
    problems = [LawProblem(one.place, one.id, "house rules have `layer: own`") for one in own if one.layer != "own"]
    if problems:
        raise LawError(problems)
    return books
