"""What would make it lawful: each remedy, when done, really does, and where nothing is offered somebody said why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from sayso.decision import Decision, Remedy, decide
from sayso.decision.acts import ACTS, LawfulAct
from sayso.decision.topics import with_kind
from sayso.law import Rulebooks, rulebooks, tree
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import ConsentGiven, DetailsCollected, OrderPlaced
from sayso.reports.casebook import Case, asked_of, read_cases
from sayso.sample.shop import begin, load, write_files
from sayso.sample.stories import STORIES
from sayso.vocabulary import Channel, Facts, Stop

ON = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CASES = Path(__file__).parents[1] / "law" / "cases"
CHANNELS: tuple[Channel, ...] = ("email", "sms", "voice_live", "post", "online_ad")

NOTHING_HELPS = {
    "au.spam-act.16-6": "an address made up by a program belongs to nobody who could agree",
    "us.tcpa.a-12": "a second text after STOP cannot be unsent",
    "us-ca.caloppa.22576": "a promise to honour a browser's signal is kept by honouring it",
    "us-ca.ccpa.121": "a request to limit sensitive data is lifted by the person alone",
    "us.ftc-act.5-signal": "a promise to honour a browser's signal is kept by honouring it",
}
"""Rules decided by something the sender can change, against which no act is offered, and why."""


def acts_of(remedy: Remedy, facts: Facts) -> list[LawfulAct]:
    """The acts a remedy names, by their words."""
    found = [act for said in remedy.do for act in ACTS if act.do(facts) == said]
    assert len(found) == len(remedy.do)
    return found


def done(remedy: Remedy, facts: Facts, on: date) -> Facts:
    for act in acts_of(remedy, facts):
        facts = act.done(facts, on)
    return facts


def day_of(case: Case) -> date:
    return case.at.date() if isinstance(case.at, datetime) else case.at


@pytest.fixture(scope="module")
def decided() -> list[tuple[Case, Rulebooks, Decision]]:
    """Every worked case that is refused or left open, decided with its remedies."""
    law = rulebooks()
    asked = [(case, asked_of(case, law)) for case in read_cases([CASES])]
    told = [(case, books, decide(case.given, case.at, books)) for case, books in asked]
    return [one for one in told if one[2].answer in ("not_allowed", "depends")]


def test_every_remedy_of_every_worked_case_makes_it_allowed(decided: list[tuple[Case, Rulebooks, Decision]]) -> None:
    offered = 0
    for case, books, decision in decided:
        for remedy in decision.remedies:
            offered += 1
            after = decide(done(remedy, case.given, day_of(case)), case.at, books)
            assert after.answer == "allowed", (case.id, remedy.do, after.answer, after.rule)
    assert offered > len(decided)


def test_no_part_of_a_remedy_is_superfluous(decided: list[tuple[Case, Rulebooks, Decision]]) -> None:
    for case, books, decision in decided:
        for remedy in (remedy for remedy in decision.remedies if len(remedy.do) > 1):
            for left_out in acts_of(remedy, case.given):
                facts = case.given
                for act in acts_of(remedy, case.given):
                    facts = facts if act is left_out else act.done(facts, day_of(case))
                assert decide(facts, case.at, books).answer != "allowed", (case.id, left_out.name)


def test_every_act_is_of_use_in_some_worked_case(decided: list[tuple[Case, Rulebooks, Decision]]) -> None:
    used = {
        act.name for case, _, decision in decided for remedy in decision.remedies for act in acts_of(remedy, case.given)
    }
    assert [act.name for act in ACTS if act.name not in used] == []


def changeable(rule: tree.Rule, limb: str, law: Rulebooks) -> bool:
    """Does the rule, or the limb of it that decided, ask for something of the sender or message that the sender can change?"""
    limbs = [one for one in rule.limbs if one.letter == limb] or rule.limbs
    for fact in facts_below(limbs, law):
        term = law.vocabulary.scope(fact.scope)[fact.name]
        if term.owner in ("sender", "message") and "the sender" in term.fact.changed_by:
            return True
    return False


def facts_below(limbs: Any, law: Rulebooks) -> Iterator[tree.FactRef]:
    for limb in limbs:
        yield from tree.facts_in(limb.expression)
        for node in tree.walk(limb.expression):
            if isinstance(node, tree.Defined):
                yield from facts_below(law.content.definitions[node.name].limbs, law)


def test_where_the_sender_could_change_what_decided_an_act_is_offered_or_it_is_said_why_none_helps(
    decided: list[tuple[Case, Rulebooks, Decision]],
) -> None:
    law = rulebooks()
    rules = {rule.id: rule for rule in law.rules}
    missing = []
    for case, _, decision in decided:
        undated = any(stop.received_on is None for stop in case.given.stops)
        if decision.answer != "not_allowed" or decision.remedies or decision.rule in NOTHING_HELPS or undated:
            # A stop that nobody dated is lifted by no later yes; those on record in a ledger are dated.
            continue
        if changeable(rules[decision.rule], decision.limb, law):
            missing.append((decision.rule, decision.limb, case.id))
    assert missing == [], "offer an act in sayso.decision.acts, or say in NOTHING_HELPS why none is lawful"


def test_what_is_said_to_be_past_help_decides_some_case_without_a_remedy(
    decided: list[tuple[Case, Rulebooks, Decision]],
) -> None:
    without = {decision.rule for _, _, decision in decided if not decision.remedies}
    assert [rule for rule in NOTHING_HELPS if rule not in without] == []


# The sample shop --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Each story of the sample shop once for each of two places, loaded as the demo loads them."""
    told = begin(Random(7), datetime(2026, 11, 24, tzinfo=UTC))
    for story, _ in STORIES:
        for country, state in (("AU", "VIC"), ("US", "CA")):
            story(told, told.people.person(country, state), told.now - timedelta(days=20))
    folder = tmp_path_factory.mktemp("shop")
    write_files(folder / "files", told)
    with Ledger.init(folder / "store", clock=lambda: NOON) as ledger:
        load(ledger, folder / "files", now=NOON)
        yield ledger


def test_every_remedy_of_the_sample_shop_makes_it_allowed(shop: Ledger) -> None:
    law, offered, refused = rulebooks(), 0, 0
    for number, person in enumerate(shop.iter_people(NOON)):
        channel = CHANNELS[number % len(CHANNELS)]
        facts = with_kind(person.facts(channel, "abandoned_cart"))
        decision = decide(facts, NOON, law)
        refused += decision.answer in ("not_allowed", "depends")
        for remedy in decision.remedies:
            offered += 1
            assert decide(done(remedy, facts, ON), NOON, law).answer == "allowed", (remedy.do, channel)
    assert refused > 20
    assert offered > refused


# What an act promises, the ledger can record ----------------------------------------------------------------------


ASKED = Facts(channel="email", topic="offers")


@pytest.mark.parametrize("act", [act for act in ACTS if act.done(ASKED, ON).grounds], ids=lambda act: act.name)
def test_the_ground_that_an_act_promises_can_be_recorded_as_it_is(act: LawfulAct, tmp_path: Path) -> None:
    (promised,) = act.done(ASKED, ON).grounds
    values = {
        name: getattr(promised, name) for name in promised.__struct_fields__ if getattr(promised, name) is not None
    }
    body: ConsentGiven | OrderPlaced = OrderPlaced(paid=True)
    if promised.kind == "consent":
        fields = {name: value for name, value in values.items() if name in ConsentGiven.__struct_fields__}
        body = ConsentGiven(**fields, channels=["email"], topics=["offers"])
    who = [Address("email", "odette@letterbox.example")]
    given = DetailsCollected(given_directly=True, given_for_other_use=False)
    with Ledger.init(tmp_path / "store", clock=lambda: NOON) as ledger:
        ledger.append([
            Entry(body=one, happened_at=NOON, origin=f"{one}", actor="person", proof="captured_here", addresses=who)
            for one in (body, given)
        ])  # fmt: skip
        (ground,) = ledger.facts_for(who[0], channel="email", topic="offers", at=NOON).grounds
    assert {name: getattr(ground, name) for name in values} == values


def test_a_yes_after_a_stop_of_today_counts_from_tomorrow() -> None:
    law = rulebooks()
    facts = Facts(channel="email", topic="newsletter", person_country="AU", message_kind="newsletter")
    left = Stop(kind="unsubscribe", received_on=ON, covers_channel=True, covers_topic=True)
    decision = decide(msgspec.structs.replace(facts, stops=[left]), ON, law)
    assert decision.answer == "not_allowed"
    assert any("unticked box" in said for remedy in decision.remedies for said in remedy.do)
