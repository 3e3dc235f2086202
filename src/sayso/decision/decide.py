"""One question about one person: the decision told from the trace of one judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import msgspec

from sayso.decision.answer import Decision, Dependence, LayerAnswer, Looked, Obligation, Outcome
from sayso.decision.asked import judged
from sayso.decision.compile import LIFTED, MET, NONE_ON_RECORD, NOT_ASKED, OPEN, OUT_OF_SCOPE, STANDS, Compiled, Mode
from sayso.decision.consequences import exposure, remedies, valid_until
from sayso.decision.verdict import Verdict, judge_for
from sayso.decision.work_out import work_out
from sayso.law import Law, Rulebooks, tree
from sayso.vocabulary import LAYERS, Answer, Facts, Layer


def decide(
    facts: Facts, at: datetime | date, law: Rulebooks, *, gate: bool = False, accepted: Iterable[str] = ()
) -> Decision:
    """
    May this person's details be used so, at this moment, and why?

    With `gate` there is a message and a moment: what is still unknown of them refuses. `accepted` names arguable
    limbs whose permitting reading the owner took; it can turn *depends* into *allowed*, never *not_allowed*.
    """
    on = at.date() if isinstance(at, datetime) else at
    worked = work_out(facts, on)
    mode: Mode = "gate" if gate else "ask"
    taken = frozenset(accepted)
    answer, verdict = settle(worked, on, law, mode, taken)
    risks = []
    if answer != verdict.answer:
        risks = sorted(taken & {item.accept for item in _depends_on(verdict, worked)})
    rule = verdict.rule
    return Decision(
        answer=answer,
        because=_because(verdict, risks, worked),
        rule=rule.id if rule else "",
        limb=verdict.limb,
        cite=cited(verdict.compiled.law, rule),
        layers=dict(_layers(verdict)),
        obligations=list(_obligations(verdict)),
        remedies=remedies(facts, on, law, mode) if answer != "allowed" else [],
        exposure=exposure(verdict, worked),
        depends_on=list(_depends_on(verdict, worked)),
        looked_at=list(_looked_at(verdict, worked)),
        entries=list(_entries(verdict, worked)),
        valid_until=valid_until(facts, on, law, mode),
        at_your_risk=risks,
    )


def settle(
    worked: Facts, on: date, law: Rulebooks, mode: Mode = "ask", accepted: frozenset[str] = frozenset()
) -> tuple[Answer, Verdict]:
    """The answer, with the verdict of the rules as they stand: accepted limbs turn *depends* into *allowed* only here."""
    verdict = judge_for(law, mode).judge(worked, on)
    answer = verdict.answer
    if answer == "depends" and accepted and judge_for(law, mode, accepted).judge(worked, on).answer == "allowed":
        answer = "allowed"
    return answer, verdict


def cited(law: Law, rule: tree.Rule | None) -> str:
    """Instrument and section of a rule, as one would cite it."""
    if rule is None:
        return ""
    if rule.kind == "not_encoded":
        return rule.cite
    return f"{law.instruments[rule.instrument].title}, {rule.cite}"


def sentence(rule: tree.Rule, limb: str = "", *, is_open: bool = False) -> str:
    """Why this rule decides, in its own words: the limb's sentence where it has one, else the rule's."""
    chosen = next((one.because for one in rule.limbs if one.letter == limb and one.because), "") or rule.because
    if is_open and rule.kind == "not_encoded":
        return f"it is open in law whether this is marketing there, and {chosen}"
    return f"it may be that {chosen}" if is_open else chosen


def _because(verdict: Verdict, risks: list[str], facts: Facts) -> str:
    rule = verdict.rule
    if rule is None:
        titles = dict.fromkeys(
            verdict.compiled.law.instruments[one.instrument].title
            for one in verdict.compiled.law.refusing
            if judged(verdict, one, facts)
        )
        return f"nothing forbids it in {', '.join(titles)}" if titles else "no rulebook that was asked applies to it"
    if risks:
        return f"allowed at your risk, since you accepted {', '.join(risks)}: {sentence(rule, is_open=True)}"
    return sentence(rule, verdict.limb, is_open=verdict.answer == "depends")


def _layers(verdict: Verdict) -> Iterator[tuple[str, LayerAnswer]]:
    law = verdict.compiled.law
    rules = verdict.compiled.rules
    present = {law.layer(rule) for rule in (*law.refusing, *law.not_encoded)}
    for layer in (layer for layer in LAYERS if layer in present):
        of_layer = [
            [number for number in numbers if law.layer(rules[number]) == layer]
            for numbers in (verdict.hit, verdict.uncovered, verdict.opened)
        ]
        answers: tuple[Answer, ...] = ("not_allowed", "not_covered", "depends")
        for answer, numbers in zip(answers, of_layer, strict=True):
            if numbers:
                rule = rules[numbers[0]]
                limb = verdict.failing_limb(numbers[0]) if answer == "not_allowed" else ""
                yield layer, LayerAnswer(answer, rule.id, limb, sentence(rule, limb, is_open=answer == "depends"))
                break
        else:
            lifted = next(
                (
                    number
                    for number, code in enumerate(verdict.trace)
                    if LIFTED <= code < MET and rules[number].kind != "exception" and law.layer(rules[number]) == layer
                ),
                None,
            )
            if lifted is None:
                yield layer, LayerAnswer("allowed", "", "", "nothing that applies forbids it")
            else:
                rule = verdict.lifting(lifted)
                yield layer, LayerAnswer("allowed", rule.id, "", rule.because)


def _obligations(verdict: Verdict) -> Iterator[Obligation]:
    compiled = verdict.compiled
    for number in verdict.arranged:
        rule = compiled.rules[number]
        said = [rule, *compiled.law.exceptions.get(rule.id, ())]
        for one in said:
            if one.obligation:
                yield Obligation(one.obligation, one.id, cited(compiled.law, one))
                break


def _depends_on(verdict: Verdict, facts: Facts) -> Iterator[Dependence]:
    """The unsettled limbs of every open rule: facts nobody knows, and limbs that are open in law."""
    compiled = verdict.compiled
    told = _Unsettled(verdict, facts)
    for opened in verdict.opened:
        rule = compiled.rules[opened]
        if rule.instrument:
            yield from told.part(rule, None, rule.instrument, True)
        for number in _with_exceptions(compiled, rule):
            one = compiled.rules[number]
            if verdict.trace[number] != OPEN and number != opened:
                continue
            best, values = verdict.details.get(number, (-1, ()))
            item = None
            if one.each and best >= 0:
                item = (facts.grounds if one.each == "ground" else facts.stops)[best]
            for position, value in zip(compiled.three_valued.get(number, ()), values, strict=False):
                if value is None:
                    refuses = one.kind != "exception" and position < len(one.when)
                    yield from told.limb(one, item, one.limbs[position], one.id, refuses)


def _with_exceptions(compiled: Compiled, rule: tree.Rule) -> Iterator[int]:
    yield compiled.index[rule.id]
    for exception in compiled.law.exceptions.get(rule.id, ()):
        yield from _with_exceptions(compiled, exception)


class _Unsettled:
    """Goes down from a limb that is not settled to what is not: each fact and each arguable limb once a rule."""

    def __init__(self, verdict: Verdict, facts: Facts) -> None:
        self.verdict = verdict
        self.facts = facts
        self.seen: set[tuple[str, str]] = set()

    def part(self, rule: tree.Rule, item: msgspec.Struct | None, name: str, refuses: bool) -> Iterator[Dependence]:
        """The limbs of a definition, or of an instrument's scope, whose values are not settled."""
        law, values = self.verdict.compiled.law, self.verdict.compiled.part(name, refuses)
        limbs = law.definitions[name].limbs if name in law.definitions else law.instruments[name].applies
        for limb, value in zip(limbs, values(self.facts, item, self.verdict.cutoffs), strict=True):
            if value is None:
                yield from self.limb(rule, item, limb, name, refuses)

    def limb(
        self, rule: tree.Rule, item: msgspec.Struct | None, limb: tree.Limb, owner: str, refuses: bool
    ) -> Iterator[Dependence]:
        """What of this limb, known not to be settled, is not."""
        if limb.arguable and (owner, limb.letter) not in self.seen:
            self.seen.add((owner, limb.letter))
            permits, against = limb.arguable.permits, limb.arguable.refuses
            yield Dependence(rule.id, limb.because or rule.because, "", permits, against, f"{owner} {limb.letter}")
        for name, side in _defined(limb.expression, refuses):
            yield from self.part(rule, item, name, side)
        for fact in tree.facts_in(limb.expression):
            source = self.facts if fact.scope == "facts" else item
            if (
                fact.unknown == "open"
                and getattr(source, fact.name, None) is None
                and (rule.id, fact.name) not in self.seen
            ):
                self.seen.add((rule.id, fact.name))
                term = self.verdict.compiled.law.vocabulary.scope(fact.scope)[fact.name]
                what = "not known whether" if term.kind == "flag" else "not known:"
                yield Dependence(rule.id, f"{what} {term.fact.meaning}", fact.name)


def _defined(expression: tree.Expression, refuses: bool) -> Iterator[tuple[str, bool]]:
    """Each definition the expression names, with the side on which it stands there."""
    match expression:
        case tree.Defined(name):
            yield name, refuses
        case tree.Not(term):
            yield from _defined(term, not refuses)
        case tree.All(terms) | tree.AnyOf(terms):
            for term in terms:
                yield from _defined(term, refuses)


def _looked_at(verdict: Verdict, facts: Facts) -> Iterator[Looked]:
    compiled = verdict.compiled
    for number, rule in enumerate(compiled.rules):
        code = verdict.trace[number]
        if code == NOT_ASKED or (rule.kind == "not_encoded" and code == OUT_OF_SCOPE):
            continue
        outcome, why, limb, by = _told(verdict, number, rule, code)
        layer: Layer = compiled.law.layer(rule)
        yield Looked(rule.id, layer, outcome, why, cited(compiled.law, rule), limb, by, _entry(verdict, facts, number))


def _told(verdict: Verdict, number: int, rule: tree.Rule, code: int) -> tuple[Outcome, str, str, str]:
    law = verdict.compiled.law
    if code == OUT_OF_SCOPE:
        return "does_not_apply", f"{law.instruments[rule.instrument].title} does not apply here", "", ""
    if code == NONE_ON_RECORD:
        return "not_met", f"no {rule.each} is on record", "", ""
    if code == OPEN:
        return "open", rule.because, "", ""
    if code == MET:
        outcome: Outcome = "to_arrange" if number in verdict.arranged else "met"
        return outcome, rule.obligation if outcome == "to_arrange" else "what it asks is met", "", ""
    if code >= STANDS:
        if rule.kind == "exception":
            return "holds", rule.because, "", ""
        if rule.kind == "not_encoded":
            return "not_covered", rule.because, "", ""
        limb = verdict.failing_limb(number)
        return "refuses", sentence(rule, limb), limb, ""
    if code >= LIFTED:
        exception = verdict.lifting(number)
        return "lifted", exception.because, "", exception.id
    failed = rule.when[code]
    return "not_met", failed.because or f"does not hold: {failed.text}", failed.letter, ""


def _entry(verdict: Verdict, facts: Facts, number: int) -> str:
    rule = verdict.compiled.rules[number]
    best, _ = verdict.details.get(number, (-1, ()))
    if not rule.each or best < 0:
        return ""
    item = (facts.grounds if rule.each == "ground" else facts.stops)[best]
    return item.entry or ""


def _entries(verdict: Verdict, facts: Facts) -> Iterator[str]:
    """The ledger entries of the grounds and stops that the deciding rules rest on."""
    compiled = verdict.compiled
    deciding = (
        verdict.hit or verdict.opened or [number for number, code in enumerate(verdict.trace) if LIFTED <= code < MET]
    )
    seen = set()
    for number in deciding:
        for one in _with_exceptions(compiled, compiled.rules[number]):
            entry = _entry(verdict, facts, one)
            if entry and entry not in seen:
                seen.add(entry)
                yield entry
