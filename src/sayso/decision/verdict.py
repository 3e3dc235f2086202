"""The rules judged once: the verdict and its trace, from which everything a decision says is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import msgspec

from sayso.decision.compile import LIFTED, MET, STANDS, Compiled, Mode, compile_law
from sayso.decision.work_out import cutoff, work_out
from sayso.law import Rulebooks, tree
from sayso.vocabulary import LAYERS, Answer, Facts


class Verdict(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What the rules came to, as judged; everything a decision says is read from here, nothing is judged again."""

    compiled: Compiled
    cutoffs: tuple[date, ...]
    hit: list[int]
    uncovered: list[int]
    opened: list[int]
    arranged: list[int]
    trace: list[int]
    details: dict[int, tuple[int, tuple[bool | None, ...]]]

    @property
    def answer(self) -> Answer:
        if self.hit:
            return "not_allowed"
        if self.uncovered:
            return "not_covered"
        return "depends" if self.opened else "allowed"

    @property
    def rule(self) -> tree.Rule | None:
        """The deciding rule: the first refusal, else the first law not encoded, the first open rule, the first that lifted one."""
        rules = self.compiled.rules
        for numbers in (self.hit, self.uncovered):
            if numbers:
                return rules[numbers[0]]
        if self.opened:  # laws not encoded come after all that is, those of the house too
            law = self.compiled.law
            return min((rules[number] for number in self.opened), key=lambda rule: LAYERS.index(law.layer(rule)))
        for number, code in enumerate(self.trace):
            if LIFTED <= code < MET and rules[number].kind != "exception":
                return self.lifting(number)
        return None

    @property
    def rule_id(self) -> str:
        rule = self.rule
        return rule.id if rule else ""

    @property
    def limb(self) -> str:
        """The letter of the requirement that is not met, where one requirement decides."""
        return self.failing_limb(self.hit[0]) if self.hit else ""

    @property
    def reasons(self) -> list[str]:
        """The reason code of every rule that refuses, in deciding order."""
        codes = self.compiled.codes
        return [codes[number][self.trace[number] - STANDS] for number in self.hit]

    def failing_limb(self, number: int) -> str:
        rule = self.compiled.rules[number]
        return rule.must[self.trace[number] - STANDS].letter if rule.must else ""

    def lifting(self, number: int) -> tree.Rule:
        """The exception that lifted this rule."""
        return self.compiled.law.exceptions[self.compiled.rules[number].id][self.trace[number] - LIFTED]


class Judge:
    """The rules of one set of rulebooks, ready to be asked; compiled once for each stretch between changes of law."""

    def __init__(self, rulebooks: Rulebooks, mode: Mode = "ask", accepted: Iterable[str] = ()) -> None:
        self.rulebooks = rulebooks
        self.mode: Mode = mode
        self.accepted = frozenset(accepted)
        self._compiled: dict[int, Compiled] = {}
        self._days: dict[date, tuple[Compiled, tuple[date, ...]]] = {}

    def compiled(self, on: date) -> Compiled:
        """The rules in force on that day, as one function."""
        law = self.rulebooks.on(on)
        if id(law) not in self._compiled:
            self._compiled[id(law)] = compile_law(law, self.mode, self.accepted)
        return self._compiled[id(law)]

    def _day(self, on: date) -> tuple[Compiled, tuple[date, ...]]:
        compiled = self.compiled(on)
        if len(self._days) > 4096:
            self._days.clear()
        self._days[on] = compiled, tuple(cutoff(on, unit, amount) for unit, amount in compiled.cutoffs)
        return self._days[on]

    def judge(self, facts: msgspec.Struct, on: date) -> Verdict:
        """What the rules in force on that day come to. The facts are taken as they are: work them out first."""
        compiled, cutoffs = self._days.get(on) or self._day(on)
        return Verdict(compiled, cutoffs, *compiled.judge(facts, cutoffs))


@lru_cache(maxsize=64)
def judge_for(rulebooks: Rulebooks, mode: Mode = "ask", accepted: frozenset[str] = frozenset()) -> Judge:
    """The judge for these rulebooks, made once."""
    return Judge(rulebooks, mode, accepted)


def judge(facts: Facts, at: datetime | date, law: Rulebooks, mode: Mode = "ask") -> Verdict:
    """
    The bare verdict: answer, deciding rule and all reasons, without the decision's prose, remedies or exposure.

    Law: every rulebook in `law` that is in force on the day of `at`.
    """
    on = at.date() if isinstance(at, datetime) else at
    return judge_for(law, mode).judge(work_out(facts, on), on)
