"""Whatever happens in whatever order, who asked to stop stays stopped until a proved yes of a later day."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from sayso.choices.links import About, ChoiceLinks
from sayso.choices.stopping import Evidence, ask_again, stop
from sayso.decision import judge
from sayso.ledger import Address, Entry, EntryError, Ledger
from sayso.ledger.entries import ConsentGiven, DetailsCollected, OrderPlaced
from sayso.reports.answers import Answers

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ANA, BEN = Address("email", "ana@post.example"), Address("email", "ben@post.example")
TAGGED = Address("email", "ana+shop@post.example")
ANA_PHONE, BEN_PHONE = Address("phone", "+61491570156"), Address("phone", "+61491570157")
PEOPLE = [(ANA, ANA_PHONE), (BEN, BEN_PHONE), (TAGGED, ANA_PHONE)]


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty") / "store"
    Ledger.init(home, Clock()).close()
    return home


class Story:
    """A ledger, the links that went out, and when each mailbox last asked to stop, by our own simple count."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock, self.number = ledger, clock, 0
        links = ChoiceLinks(ledger)
        self.tokens = {one: links.token(About(one, "email", "offers", "shop")) for one in (ANA, BEN, TAGGED)}
        self.stopped: dict[Address, datetime] = {}
        self.agreed: dict[Address, datetime] = {}

    def record(self, body: ConsentGiven | DetailsCollected | OrderPlaced, *addresses: Address) -> None:
        self.number += 1
        self.ledger.append([Entry(body=body, happened_at=self.clock.now, origin=f"test:{self.number}", actor="person",
                                  proof="captured_here", addresses=list(addresses))])  # fmt: skip

    def do(self, step: str, who: int) -> None:
        mailbox, phone = PEOPLE[who]
        about = ChoiceLinks(self.ledger).about(self.tokens[mailbox])
        now = self.clock.now
        match step:
            case "one_click" | "page" | "mail" | "unclear":
                for _ in range(2):
                    stop(self.ledger, about, step, "topic", now, Evidence(words=step))  # type: ignore[arg-type]
                self.stopped[mailbox] = now
            case "everything":
                stop(self.ledger, about, "page", "everything", now)
                self.stopped[mailbox] = now
            case "again":
                ask_again(self.ledger, about, "I want these again", "https://ask.kettle.example/u", now)
            case "agree":
                self.record(ConsentGiven(act="ticked_box", form_submitted=True, channels=["email"], topics=["offers"],
                                         marketing_named=True, names_sender=True, separate_from_terms=True), mailbox)  # fmt: skip
                self.agreed[mailbox] = now
            case "merge":
                self.record(DetailsCollected(), mailbox, phone)
            case "order":
                self.record(OrderPlaced(paid=True), mailbox)
            case "erase":
                for person in self.ledger.find(mailbox.value):
                    self.number += 1
                    self.ledger.erase(person, origin=f"test:{self.number}")
                    for one in (ANA, BEN, TAGGED):
                        if person not in self.ledger.find(one.value) and one == mailbox:
                            self.agreed.pop(one, None)
            case "rotate":
                self.ledger.rotate_lookup_key()
            case "rebuild":
                self.ledger.rebuild()
            case "later":
                self.clock.now += timedelta(days=1)

    def check(self, *, told: bool = True) -> None:
        """
        Who asked last to stop, and did not say yes on a later day, is refused for that reason, through any spelling; with
        `told`, the whole answer is looked at, which takes thirty times as long as the bare verdict that it tells of.
        """
        answers = Answers(self.ledger)
        law = answers.standing(self.clock.now).law
        for mailbox, asked in self.stopped.items():
            spellings = [mailbox] if mailbox == BEN else [ANA, TAGGED]
            for one in spellings:
                yes = self.agreed.get(one)
                if yes is not None and yes.date() > asked.date():
                    continue
                facts = answers.facts(one, channel="email", topic="offers", at=self.clock.now)
                verdict = judge(facts, self.clock.now, law)
                refuse = [verdict.compiled.rules[number].id for number in verdict.hit]
                assert "own.any-stop.marketing" in refuse, (one.value, self.stopped, self.agreed)
                assert verdict.answer == "not_allowed"
                if told:
                    decision = answers.answer(one, channel="email", topic="offers", at=self.clock.now)
                    rule = next(looked for looked in decision.looked_at if looked.rule == "own.any-stop.marketing")
                    assert (rule.outcome, decision.answer) == ("refuses", "not_allowed")


STEPS = ["one_click", "page", "mail", "unclear", "everything", "again", "agree", "merge", "order", "erase", "rotate",
         "rebuild", "later"]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.sampled_from(STEPS), some.sampled_from([0, 0, 0, 1, 2])), min_size=4, max_size=14))
@example([("one_click", 0), ("later", 0), ("agree", 0), ("later", 0), ("one_click", 0)])
@example([("one_click", 0), ("later", 0), ("one_click", 0), ("agree", 0)])
@example([("merge", 0), ("merge", 2), ("page", 2), ("rotate", 0), ("erase", 0), ("page", 0), ("rebuild", 0)])
@example([("agree", 0), ("unclear", 0), ("later", 0), ("again", 0), ("later", 0), ("order", 0), ("rotate", 0)])
def test_no_stop_is_ever_lost(empty: Path, steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "store"
        shutil.copytree(empty, home)
        clock = Clock()
        with Ledger(home, clock) as ledger:
            story = Story(ledger, clock)
            for step, who in steps:
                story.do(step, who)
                clock.now += timedelta(minutes=1)
                story.check(told=False)
            story.check()
            assert ledger.verify() == []


def test_a_yes_that_turns_up_later_and_is_older_than_the_last_stop_lifts_nothing(empty: Path, tmp_path: Path) -> None:
    home, clock = tmp_path / "store", Clock()
    shutil.copytree(empty, home)
    with Ledger(home, clock) as ledger:
        story = Story(ledger, clock)
        story.do("one_click", 0)
        clock.now = START + timedelta(days=2)
        story.do("one_click", 0)
        clock.now = START + timedelta(days=3)
        body = ConsentGiven(act="ticked_box", form_submitted=True, channels=["email"], topics=["offers"],
                            marketing_named=True, names_sender=True, separate_from_terms=True)  # fmt: skip
        ledger.append([Entry(body=body, happened_at=START + timedelta(days=1), origin="test:late", actor="import", proof="imported_with_proof",
                             addresses=[ANA])])  # fmt: skip
        story.check()


def test_the_links_of_a_backup_that_was_restored_stop_whom_it_never_knew(empty: Path, tmp_path: Path) -> None:
    clock = Clock()
    first, backup = tmp_path / "first", tmp_path / "backup"
    shutil.copytree(empty, first)
    shutil.copytree(empty, backup)
    with Ledger(first, clock) as ledger:
        story = Story(ledger, clock)
        story.do("agree", 0)
        token = story.tokens[ANA]
    with Ledger(backup, clock) as ledger:
        about = ChoiceLinks(ledger).about(token)
        stop(ledger, about, "one_click", "topic", clock.now)
        facts = ledger.facts_for(ANA, channel="email", topic="offers")
        assert [one.kind for one in facts.stops] == ["unsubscribe"]


def test_an_origin_taken_by_something_else_is_said_aloud_and_not_swallowed(empty: Path, tmp_path: Path) -> None:
    home = tmp_path / "store"
    shutil.copytree(empty, home)
    with Ledger(home, Clock()) as ledger:
        story = Story(ledger, Clock())
        about = ChoiceLinks(ledger).about(story.tokens[ANA])
        added = stop(ledger, about, "page", "topic", START)
        (origin,) = [one.origin for one in ledger.entries(added)]
    other = tmp_path / "other"
    shutil.copytree(empty, other)
    with Ledger(other, Clock()) as ledger:
        taken = Entry(body=OrderPlaced(), happened_at=START, origin=origin, actor="shop", addresses=[BEN])
        ledger.append([taken])
        with pytest.raises(EntryError):
            stop(ledger, about, "page", "topic", START)
