"""The ledger's facts put to the rules as the owner set them: one answer with all its reasons, or everybody at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

import msgspec

from sayso.decision import Decision, cited, decide, sentence, settle, work_out
from sayso.decision.topics import with_kind
from sayso.ledger import Address, Ledger
from sayso.ledger.standing import Standing, all_rulebooks, standing_of
from sayso.vocabulary import Answer, Channel, Facts, Layer


class Row(msgspec.Struct, frozen=True):
    """The answer for one person on one channel; `rule` and `limb` decide, and are empty where nothing that applies forbids."""

    person: str
    channel: Channel
    country: str | None
    answer: Answer
    rule: str
    limb: str
    because: str


class Reason(msgspec.Struct, frozen=True):
    """One reason, and how many people it holds for."""

    answer: Answer
    rule: str
    because: str
    cite: str
    layer: Layer | None
    people: int


class Overview(msgspec.Struct):
    """Everybody's answers for one topic at one moment. `unreachable` counts those without an address for the channel."""

    topic: str
    at: datetime
    people: int
    rows: list[Row]
    unreachable: dict[Channel, int]
    cites: dict[str, tuple[str, Layer | None]]

    def counts(self, channel: Channel) -> dict[Answer, int]:
        """People by answer on a channel."""
        return dict(Counter(row.answer for row in self.rows if row.channel == channel))

    def reasons(self, channel: Channel) -> list[Reason]:
        """Why, most frequent first."""
        counted = Counter((row.answer, row.rule, row.because) for row in self.rows if row.channel == channel)
        return [
            Reason(answer, rule, because, *self.cites.get(rule, ("", None)), people)
            for (answer, rule, because), people in counted.most_common()
        ]


class Answers:
    """One ledger, asked. House rulebooks and accepted risks are those on record at the moment asked about."""

    def __init__(self, ledger: Ledger) -> None:
        """Raises LawError where house rules of the owner's own cannot be read."""
        self.ledger = ledger
        self.rulebooks = all_rulebooks(ledger.home)

    def standing(self, at: datetime) -> Standing:
        """The rules as they stood then."""
        return standing_of(self.rulebooks, self.ledger.business(at))

    def answer(
        self, who: Address | str, *, channel: Channel, topic: str, at: datetime | date | None = None
    ) -> Decision:
        """May we, and why? `who` is an address, or a person by internal id. A day is asked as of its end."""
        moment = as_moment(at)
        return self.decide(self.facts(who, channel=channel, topic=topic, at=moment), moment)

    def decide(self, facts: Facts, at: datetime) -> Decision:
        """The decision on facts, under the rules as the owner had set them."""
        standing = self.standing(at)
        return decide(facts, at, standing.law, accepted=standing.accepted)

    def facts(self, who: Address | str, *, channel: Channel, topic: str, at: datetime) -> Facts:
        """All that was known then for this question, and what a message on this topic is taken to be."""
        return with_kind(self.ledger.facts_for(who, channel=channel, topic=topic, at=at))

    def overview(
        self,
        *,
        topic: str,
        channels: Sequence[Channel],
        at: datetime | date | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Overview:
        """Everybody on record, on each channel that can reach them. `progress` is told people done and people in all."""
        moment = as_moment(at)
        standing = self.standing(moment)
        law = standing.law.on(moment.date())
        found = Overview(topic, moment, 0, [], dict.fromkeys(channels, 0), {})
        _, all_people = self.ledger.count()
        for person in self.ledger.iter_people(moment):
            found.people += 1
            if progress and found.people % 100 == 0:
                progress(found.people, all_people)
            for channel in channels:
                if not person.reachable(channel):
                    found.unreachable[channel] += 1
                    continue
                facts = with_kind(person.facts(channel, topic))
                worked = work_out(facts, moment.date())
                answer, verdict = settle(worked, moment.date(), standing.law, "ask", standing.accepted)
                rule = verdict.rule
                because = "nothing that applies forbids it"
                if rule:
                    because = sentence(rule, verdict.limb, is_open=verdict.answer == "depends")
                if rule and rule.id not in found.cites:
                    found.cites[rule.id] = (cited(law, rule), law.layer(rule) if rule.instrument else None)
                name = rule.id if rule else ""
                found.rows.append(Row(person.id, channel, facts.person_country, answer, name, verdict.limb, because))
        if progress:
            progress(found.people, found.people)
        return found


def as_moment(at: datetime | date | None) -> datetime:
    """A moment in UTC: now if left out, the end of a day."""
    if at is None:
        return datetime.now(UTC)
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    return datetime.combine(at, time.max, UTC)
