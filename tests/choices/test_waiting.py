"""An unclear answer stops until the owner has read it; what the owner finds lifts that one and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sayso.choices.links import About
from sayso.choices.stopping import Evidence, How, ask_erasure, stop
from sayso.choices.waiting import asked_erasure, settle, waiting
from sayso.cli.app import app
from sayso.ledger import Address, Entry, EntryError, Ledger
from sayso.ledger.entries import ConsentGiven, ObjectionReceived, StopSettled
from sayso.reports.answers import Answers

MIRA = Address("email", "mira@letterbox.example")
MAIL = About(MIRA, "email", "offers", "shop")
NOW = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store") as opened:
        yes = ConsentGiven(
            act="ticked_box", form_submitted=True, channels=["email"], topics=["offers"], marketing_named=True,
            names_sender=True, separate_from_terms=True,
        )  # fmt: skip
        opened.append([Entry(body=yes, happened_at=NOW - timedelta(days=9), origin="test:yes", actor="person",
                             proof="captured_here", addresses=[MIRA])])  # fmt: skip
        yield opened


def stopped(ledger: Ledger) -> bool:
    decision = Answers(ledger).answer(MIRA, channel="email", topic="offers")
    rule = next(one for one in decision.looked_at if one.rule == "own.any-stop.marketing")
    return rule.outcome == "refuses"


def unclear(ledger: Ledger, words: str) -> str:
    (entry,) = stop(ledger, MAIL, "unclear", "channel", NOW, Evidence(words=words))
    return entry


def test_an_unclear_answer_stops_and_waits(ledger: Ledger) -> None:
    assert not stopped(ledger)
    entry = unclear(ledger, "who is this")
    assert stopped(ledger)
    (one,) = waiting(ledger)
    assert (one.entry, one.words, one.channels) == (entry, "who is this", ["email"])


def test_what_was_no_stop_is_lifted_and_what_was_one_stays(ledger: Ledger) -> None:
    first, second = unclear(ledger, "who is this"), unclear(ledger, "hmm")
    settle(ledger, first, means_stop=False, note="asked for our address", now=NOW)
    assert stopped(ledger), "the second still waits"
    settle(ledger, second, means_stop=False, note="typed by a cat", now=NOW)
    assert not stopped(ledger)
    third = unclear(ledger, "ugh")
    settle(ledger, third, means_stop=True, note="wants no more", now=NOW)
    assert stopped(ledger)
    assert waiting(ledger) == []


def test_the_same_words_again_are_another_answer_once_the_first_was_settled(ledger: Ledger) -> None:
    settle(ledger, unclear(ledger, "hmm"), means_stop=False, note="nothing", now=NOW)
    assert not stopped(ledger)
    unclear(ledger, "hmm")
    assert stopped(ledger)


def test_settling_lifts_no_other_stop(ledger: Ledger) -> None:
    entry = unclear(ledger, "who is this")
    objection = Entry(body=ObjectionReceived(), happened_at=NOW, origin="test:no", actor="person", addresses=[MIRA])
    ledger.append([objection])
    settle(ledger, entry, means_stop=False, note="", now=NOW)
    assert stopped(ledger)


def found(ledger: Ledger, entry: str, by: str) -> None:
    body = StopSettled(stop=entry, means_stop=False)
    ledger.append([Entry(body=body, happened_at=NOW, origin=f"test:{by}", actor=by, addresses=[MIRA])])  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["import", "shop", "person", "sayso"])
def test_nobody_but_the_owner_settles(ledger: Ledger, by: str) -> None:
    found(ledger, unclear(ledger, "who is this"), by)
    assert stopped(ledger)


@pytest.mark.parametrize("how", ["page", "one_click", "mail", "keyword", "reply", "told"])
def test_nothing_but_an_unclear_answer_is_settled(ledger: Ledger, how: How) -> None:
    (clear,) = stop(ledger, MAIL, how, "topic", NOW)
    with pytest.raises(EntryError, match="waiting"):
        settle(ledger, clear, means_stop=False, note="", now=NOW)
    found(ledger, clear, "owner")
    assert stopped(ledger)


def test_a_stop_of_another_kind_whose_meaning_was_left_open_is_not_settled(ledger: Ledger) -> None:
    objection = Entry(body=ObjectionReceived(), happened_at=NOW, origin="test:no", actor="person", addresses=[MIRA])
    ledger.append([objection])
    found(ledger, objection.id, "owner")
    facts = ledger.facts_for(MIRA, channel="email", topic="offers")
    assert [one.means_stop for one in facts.stops] == [None]
    assert stopped(ledger)


def test_an_answer_from_a_shared_address_waits_once_and_is_settled_for_all(ledger: Ledger) -> None:
    other = Address("email", "jonah@letterbox.example")
    for number, addresses in enumerate(([other], [MIRA])):
        person = ledger.find(other.value)[0] if number else None
        yes = ConsentGiven(act="ticked_box")
        ledger.append([Entry(body=yes, happened_at=NOW, origin=f"test:{number}", actor="person", person=person,
                             addresses=addresses)])  # fmt: skip
    added = stop(ledger, MAIL, "unclear", "channel", NOW, Evidence(words="hm"))
    assert len(added) == 2
    (one,) = waiting(ledger)
    settle(ledger, one.entry, means_stop=False, note="", now=NOW)
    assert waiting(ledger) == []
    assert not stopped(ledger)


def test_erasure_takes_the_finding_and_leaves_the_stop(ledger: Ledger) -> None:
    settle(ledger, unclear(ledger, "who is this"), means_stop=False, note="", now=NOW)
    ledger.erase(ledger.find(MIRA.value)[0], origin="test:erase")
    assert waiting(ledger) == []
    assert stopped(ledger)
    assert ledger.verify() == []


def test_who_asks_to_be_deleted_waits_until_they_are(ledger: Ledger) -> None:
    yes = Entry(body=ConsentGiven(act="ticked_box"), happened_at=NOW, origin="test:y", actor="person", addresses=[MIRA])
    ledger.append([yes])
    assert ask_erasure(ledger, MAIL, NOW, Evidence(words="delete my data")) != []
    assert ask_erasure(ledger, MAIL, NOW) == [], "once a day"
    (one,) = asked_erasure(ledger)
    assert (one.asks, one.words) == ("erasure", "delete my data")
    assert waiting(ledger) == []
    ledger.erase(ledger.find(MIRA.value)[0], origin="test:erase")
    assert asked_erasure(ledger) == []
    assert ask_erasure(ledger, MAIL, NOW) == [], "nothing is on record of them"


def test_the_owner_does_all_of_it_from_the_command_line(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_HOME", str(ledger.home))
    run = CliRunner().invoke
    entry = unclear(ledger, "who is [bold]this[/]")
    listed = run(app, ["choices", "waiting", "--json"])
    assert [one["words"] for one in json.loads(listed.stdout)] == ["who is [bold]this[/]"]
    assert "[bold]" in run(app, ["choices", "waiting"]).stdout
    assert run(app, ["choices", "settle", entry, "--not-a-stop", "--note", "asked who we are"]).exit_code == 0
    assert not stopped(ledger)
    again = run(app, ["choices", "settle", entry, "--stop", "--note", ""])
    assert again.exit_code == 1
    told = run(app, ["choices", "stop", MIRA.value, "--channel", "email", "--words", "rang us on Monday"])
    assert told.exit_code == 0
    assert stopped(ledger)
    (kept,) = ledger.entries_from("choice:told:")
    assert kept.actor == "owner"
    assert kept.private is not None
    assert kept.private.words == "rang us on Monday"
    assert run(app, ["choices", "stop", MIRA.value, "--topic", "offers", "--words", "x"]).exit_code == 2
    assert "nothing waits" in run(app, ["choices", "waiting"]).stdout
