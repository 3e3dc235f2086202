"""
One message put to the rules: what is known of the person, what the message is and carries, and when it would arrive.

Nothing here reads a clock, a file or the network: the edges bring the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sayso.decision import Decision, decide, sentence, settle, work_out
from sayso.decision.compile import STANDS
from sayso.decision.verdict import Verdict
from sayso.ledger.projection import NOT_MARKETING
from sayso.ledger.standing import Standing
from sayso.sending.outgoing import Stream
from sayso.vocabulary import Answer, Facts

STRICTEST: tuple[Answer, ...] = ("not_allowed", "not_covered", "depends", "allowed")


class Ruling(msgspec.Struct, frozen=True):
    """What the rules come to for one message, at the strictest of the moments it may arrive at."""

    facts: Facts
    """All that was judged."""
    at: datetime
    standing: Standing
    answer: Answer
    rule: str
    because: str
    with_consent: bool
    """It rests on a consent."""

    @property
    def decision(self) -> Decision:
        """The same with all its reasons and what would make it lawful; worked out when asked for, since it is slow."""
        return decide(self.facts, self.at, self.standing.law, gate=True, accepted=self.standing.accepted)


def judge_outgoing(
    known: Facts,
    message: Mapping[str, Any],
    moments: Sequence[Mapping[str, Any]],
    at: datetime,
    standing: Standing,
) -> Ruling:
    """
    May this message go? `known` is what the ledger holds, `message` the facts of the message (`facts_of_message`),
    `moments` those of each plausible clock. Unknown facts of the message and the moment refuse.
    """
    told = {name: value for name, value in message.items() if value is not None}
    rulings = (_ruling(_with(known, told, moment), at, standing) for moment in moments or ({},))
    strictest: Ruling | None = None
    for ruling in rulings:
        if strictest is None or STRICTEST.index(ruling.answer) < STRICTEST.index(strictest.answer):
            strictest = ruling
        if strictest.answer == "not_allowed":
            break
    assert strictest is not None  # noqa: S101 -- there is at least one moment
    return strictest


def facts_of_message(found: Mapping[str, Any], configured: Mapping[str, Any], stream: Stream) -> dict[str, Any]:
    """
    What the message is, from its content and from what its sender configured.

    Content wins. The configuration only adds, and names the kind more closely within the same class: nothing turns
    marketing into service. A message is taken as service only where its stream is meant for that and its content bears
    it out; what is not recognised is marketing.
    """
    facts = {**configured, **{name: value for name, value in found.items() if value is not None}}
    kind, said = found.get("message_kind"), configured.get("message_kind")
    if kind is None or (kind in NOT_MARKETING and not stream.service):
        return facts | {"message_kind": "promotional", "commercial_purpose": True} | _marketing(said)
    if said is not None and (said in NOT_MARKETING) == (kind in NOT_MARKETING):
        facts["message_kind"] = said
    return facts


def _marketing(said: str | None) -> dict[str, Any]:
    return {} if said is None or said in NOT_MARKETING else {"message_kind": said}


def _with(known: Facts, message: Mapping[str, Any], moment: Mapping[str, Any]) -> Facts:
    return msgspec.structs.replace(known, **message, **moment)


def _ruling(facts: Facts, at: datetime, standing: Standing) -> Ruling:
    worked = work_out(facts, at.date())
    answer, verdict = settle(worked, at.date(), standing.law, "gate", standing.accepted)
    rule = verdict.rule
    because = "nothing that applies forbids it"
    if rule is not None:
        because = sentence(rule, verdict.limb, is_open=verdict.answer == "depends")
    name = f"{rule.id} {verdict.limb}".strip() if rule else ""
    return Ruling(facts, at, standing, answer, name, because, _with_consent(verdict, worked))


def _with_consent(verdict: Verdict, facts: Facts) -> bool:
    """Does an exception that holds rest on a consent?"""
    rules = verdict.compiled.rules
    return any(
        rules[number].each == "ground" and verdict.trace[number] >= STANDS and facts.grounds[best].kind == "consent"
        for number, (best, _) in verdict.details.items()
        if best >= 0
    )
