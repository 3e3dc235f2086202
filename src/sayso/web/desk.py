"""What the pages read: an overview kept for as long as nothing was recorded, and one person's answer with its evidence."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from sayso.decision import Decision, Looked
from sayso.law import Rulebooks, tree
from sayso.law.sources import Source, sources
from sayso.ledger import Entry
from sayso.reports.answers import Answers, Overview, Reason, Row, as_moment
from sayso.reports.evidence import Event, events
from sayso.reports.words import masked
from sayso.vocabulary import CHANNELS, LAYERS, Channel
from sayso.web.chart import overview_svg

TOPICS = ("abandoned_cart", "newsletter", "offers")
"""Topics offered for choosing; any other can be asked by its name."""
SHOWN: tuple[Channel, ...] = ("email", "sms", "mms", "voice_live", "post", "online_ad")
ROWS = 50
"""Rows on one page of the audience table."""
KEPT = 4
"""Overviews kept; each is made in about a second for every thousand people."""
REASONS = 5
STRICTEST_FIRST = ("not_allowed", "not_covered", "depends", "allowed")


@dataclass(frozen=True)
class Wanted:
    """Which part of the audience table."""

    topic: str
    at: date | None
    channel: str
    answer: str
    rule: str
    page: int

    def link(self, **changes: Any) -> str:
        """The address of the table with some of this changed; never a contact detail."""
        given = {name: getattr(self, name) for name in ("topic", "at", "channel", "answer", "rule", "page")} | changes
        return "/people?" + urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class ChannelReasons:
    """One channel on the front page: how many of how many, and why the others not."""

    channel: Channel
    allowed: int
    asked: int
    unreachable: int
    reasons: list[Reason]
    more: int


@dataclass(frozen=True)
class Front:
    topic: str
    at: date | None
    asked_at: datetime
    people: int
    channels: list[ChannelReasons]
    picture: str


@dataclass(frozen=True)
class Known:
    """A person as a row of the table shows them."""

    row: Row
    address: str
    link: str


@dataclass(frozen=True)
class Table:
    wanted: Wanted
    found: int
    pages: int
    rows: list[Known]
    rules: list[tuple[str, int]]


@dataclass(frozen=True)
class Step:
    """One rule in the unfolding law."""

    looked: Looked
    rule: tree.Rule
    decided: bool


@dataclass(frozen=True)
class Book:
    """One rulebook in the unfolding law, the steps that matter first."""

    instrument: tree.Instrument | None
    source: Source | None
    applies: bool
    decided: bool
    steps: list[Step]
    silent: int


@dataclass(frozen=True)
class PersonPage:
    person: str
    address: str
    country: str | None
    channel: Channel
    topic: str
    at: date | None
    decision: Decision
    events: list[Event]
    layers: list[tuple[str, list[Book]]]
    others: list[tuple[Channel, str]]


class Desk:
    """Reads one store for the pages. Safe between threads."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.channels = SHOWN
        self._kept: OrderedDict[Any, Overview] = OrderedDict()
        self._pictures: dict[Any, str] = {}
        self._lock = Lock()

    def overview(self, topic: str, at: date | None) -> Overview:
        """Everybody's answers, made anew once anything was recorded or an hour has passed."""
        size = self.answers.ledger.head().size
        key = (topic, at or datetime.now(UTC).strftime("%Y-%m-%dT%H"), size)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self.answers.overview(topic=topic, channels=SHOWN, at=at)
                while len(self._kept) > KEPT:
                    self._pictures.pop(self._kept.popitem(last=False)[0], None)
            self._kept.move_to_end(key)
            return self._kept[key]

    def picture(self, topic: str, at: date | None) -> str:
        """The overview as SVG."""
        overview = self.overview(topic, at)
        with self._lock:
            key = next(key for key, kept in self._kept.items() if kept is overview)
            if key not in self._pictures:
                self._pictures[key] = overview_svg(overview)
            return self._pictures[key]

    def front(self, topic: str, at: date | None) -> Front:
        overview = self.overview(topic, at)
        channels = []
        for channel in SHOWN:
            reasons = overview.reasons(channel)
            counts = overview.counts(channel)
            channels.append(
                ChannelReasons(
                    channel,
                    counts.get("allowed", 0),
                    sum(counts.values()),
                    overview.unreachable[channel],
                    [reason for reason in reasons if reason.answer != "allowed"][:REASONS],
                    max(0, sum(reason.answer != "allowed" for reason in reasons) - REASONS),
                )
            )
        picture = "/overview.svg?" + urlencode({"topic": topic} | ({"at": at} if at else {}))
        return Front(topic, at, overview.at, overview.people, channels, picture)

    def people(self, wanted: Wanted) -> Table:
        rows = [
            row
            for row in self.overview(wanted.topic, wanted.at).rows
            if wanted.channel in ("", row.channel) and wanted.answer in ("", row.answer)
        ]
        counted: dict[str, int] = {}
        for row in rows:
            counted[row.rule] = counted.get(row.rule, 0) + 1
        rules = sorted(((rule, people) for rule, people in counted.items() if rule), key=lambda pair: -pair[1])
        rows = [row for row in rows if wanted.rule in ("", row.rule)]
        rows.sort(key=lambda row: (SHOWN.index(row.channel), STRICTEST_FIRST.index(row.answer), row.rule, row.person))
        shown = rows[(wanted.page - 1) * ROWS : wanted.page * ROWS]
        return Table(
            wanted, len(rows), max(1, -(-len(rows) // ROWS)), [self._known(row, wanted) for row in shown], rules
        )

    def _known(self, row: Row, wanted: Wanted) -> Known:
        asked = urlencode({"topic": wanted.topic} | ({"at": wanted.at} if wanted.at else {}))
        entries = self.answers.ledger.entries_about(row.person)
        return Known(row, _address(entries, row.channel), f"/people/{row.person}/{row.channel}?{asked}")

    def person(self, person: str, channel: str, topic: str, at: date | None) -> PersonPage | None:
        """One answer, or None if there is no such person or channel."""
        ledger = self.answers.ledger
        if channel not in CHANNELS or not ledger.knows(person):
            return None
        moment = as_moment(at)
        asked: Channel = channel
        facts = self.answers.facts(person, channel=asked, topic=topic, at=moment)
        decision = self.answers.decide(facts, moment)
        entries = ledger.entries_about(person, moment)
        standing = self.answers.standing(moment)
        return PersonPage(
            person,
            _address(entries, asked),
            facts.person_country,
            asked,
            topic,
            at,
            decision,
            events(entries, set(decision.entries)),
            _unfold(decision, standing.law, moment.date()),
            [(other, self.answers.answer(person, channel=other, topic=topic, at=moment).answer) for other in SHOWN],
        )


def _address(entries: list[Entry], channel: str) -> str:
    """The latest address of the kind the channel uses, masked."""
    kind = "email" if channel in ("email", "post", "online_ad", "website", "inbox_ad") else "phone"
    found = [address for entry in entries for address in entry.addresses]
    fitting = [address for address in found if address.kind == kind] or found
    return masked(fitting[-1]) if fitting else "erased"


def _unfold(decision: Decision, law: Rulebooks, day: date) -> list[tuple[str, list[Book]]]:
    """Layer by layer, rulebook by rulebook, each rule that was looked at; rulebooks that do not apply come last."""
    rules = {rule.id: rule for rule in law.on(day).rules()}
    books: dict[str, dict[str, list[Step]]] = {layer: {} for layer in LAYERS}
    for looked in decision.looked_at:
        rule = rules[looked.rule]
        step = Step(looked, rule, looked.rule == decision.rule)
        books[looked.layer].setdefault(rule.instrument, []).append(step)
    unfolded = []
    for layer, instruments in books.items():
        found = [_book(law.instruments.get(name), steps) for name, steps in instruments.items()]
        found.sort(key=lambda book: (not book.decided, not book.applies))
        if found:
            unfolded.append((layer, found))
    return unfolded


_SPEAKING = ("refuses", "open", "lifted", "holds", "not_covered", "to_arrange")


def _book(instrument: tree.Instrument | None, steps: list[Step]) -> Book:
    applies = any(step.looked.outcome != "does_not_apply" for step in steps)
    speaking = [step for step in steps if step.decided or step.looked.outcome in _SPEAKING]
    others = [step for step in steps if step not in speaking and step.looked.outcome != "does_not_apply"]
    return Book(
        instrument,
        sources().get(instrument.source) if instrument else None,
        applies,
        any(step.decided for step in steps),
        sorted(speaking, key=lambda step: not step.decided) + others,
        len(steps) if not applies else 0,
    )
