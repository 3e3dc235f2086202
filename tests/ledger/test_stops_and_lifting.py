"""A stop refuses on every later question until the person, by a later act that is proved, says yes again."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from ledgers import JONAH, MIRA, MIRA_PHONE, MIRA_TAGGED, START, Clock, checkout, collected, consent, entry, stop

from sayso.decision import Decision
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import (
    BounceReceived,
    ComplaintReceived,
    ConsentGiven,
    ConsentWithdrawn,
    EvidenceSet,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
)
from sayso.reports.answers import Answers

STOP_RULE = "own.any-stop.marketing"
DAY = timedelta(days=1)
Question = tuple[Address, str, str]


def asked(ledger: Ledger, who: Address | str, at: datetime, channel: str = "email", topic: str = "offers") -> Decision:
    return Answers(ledger).answer(who, channel=channel, topic=topic, at=at)  # type: ignore[arg-type]


def stopped(decision: Decision) -> bool:
    """Did a stop refuse, whatever else there was to say?"""
    rule = next(looked for looked in decision.looked_at if looked.rule == STOP_RULE)
    assert rule.outcome in ("refuses", "lifted", "not_met")
    if rule.outcome == "refuses":
        assert decision.answer == "not_allowed"
    return rule.outcome == "refuses"


def lifted(decision: Decision) -> bool:
    return any(looked.rule == STOP_RULE and looked.outcome == "lifted" for looked in decision.looked_at)


@pytest.mark.parametrize(
    "body",
    [
        *[ConsentWithdrawn(means=means) for means in ("unsubscribe", "stop_keyword", "do_not_call")],
        ConsentWithdrawn(means="free_text", means_stop=True),
        ObjectionReceived(),
        ComplaintReceived(),
        BounceReceived(hard=True),
        NumberReassigned(),
    ],
    ids=lambda body: getattr(body, "means", body.__struct_config__.tag),
)
def test_each_kind_of_stop_refuses_although_there_is_a_consent(ledger: Ledger, clock: Clock, body: Any) -> None:
    ledger.append([consent(MIRA)])
    assert not stopped(asked(ledger, MIRA, clock.now))
    ledger.append([entry(body, MIRA)])
    for later in (timedelta(), DAY, 400 * DAY):
        assert stopped(asked(ledger, MIRA, clock.now + later))


@pytest.mark.parametrize("body", [BounceReceived(hard=False), OptOutOfSaleReceived(signal="gpc")], ids=["soft", "gpc"])
def test_what_is_no_stop_of_the_shops_own_messages_refuses_none(ledger: Ledger, clock: Clock, body: Any) -> None:
    ledger.append([consent(MIRA), entry(body, MIRA)])
    assert not stopped(asked(ledger, MIRA, clock.now))


@pytest.mark.parametrize(
    ("channel", "topic", "reached"),
    [("email", "offers", True), ("email", "abandoned_cart", False), ("sms", "offers", False)],
)
def test_a_stop_of_one_topic_on_one_channel_reaches_no_other(
    ledger: Ledger, clock: Clock, channel: str, topic: str, reached: bool
) -> None:
    body = ConsentWithdrawn(scope="topic", channels=["email"], topics=["offers"])
    ledger.append([collected(MIRA, MIRA_PHONE), entry(body, MIRA)])
    who = MIRA if channel == "email" else MIRA_PHONE
    assert stopped(asked(ledger, who, clock.now, channel, topic)) == reached


# What lifts one -----------------------------------------------------------------------------------------------------


def changed(given: Entry, **body: Any) -> Entry:
    return msgspec.structs.replace(given, body=msgspec.structs.replace(given.body, **body))


LIFTS_NOT: dict[str, Any] = {
    "on the same day": lambda day: consent(MIRA, happened_at=day - DAY),
    "before the stop": lambda day: consent(MIRA, happened_at=day - 30 * DAY),
    "only asserted": lambda day: consent(MIRA, happened_at=day, proof="asserted"),
    "by another mailbox": lambda day: consent(JONAH, happened_at=day),
    "by another spelling": lambda day: consent(MIRA_TAGGED, happened_at=day),
    "for another brand": lambda day: consent(MIRA, happened_at=day, sender="brand"),
    "for another topic": lambda day: changed(consent(MIRA, happened_at=day), topics=["abandoned_cart"]),
    "for another channel": lambda day: changed(consent(MIRA, happened_at=day), channels=["sms"]),
    "silent about topics": lambda day: changed(consent(MIRA, happened_at=day), topics=[]),
    "box left ticked": lambda day: changed(consent(MIRA, happened_at=day), box_default="ticked", box_changed_by=None),
    "box ticked by a script": lambda day: changed(consent(MIRA, happened_at=day), box_changed_by="script"),
    "box not ticked": lambda day: changed(consent(MIRA, happened_at=day), box_final="unticked"),
    "form never sent": lambda day: changed(consent(MIRA, happened_at=day), form_submitted=False),
    "asked for by message": lambda day: changed(consent(MIRA, happened_at=day), prompted_by_message=True),
    "lapsed": lambda day: changed(consent(MIRA, happened_at=day), expires_on=date(2026, 11, 3)),
    "an order": lambda day: checkout(MIRA, happened_at=day),
}


@pytest.mark.parametrize("why", LIFTS_NOT)
def test_what_is_less_than_a_later_proved_yes_to_this_lifts_nothing(ledger: Ledger, clock: Clock, why: str) -> None:
    ledger.append([stop(MIRA)])
    clock.forward(days=1)
    given = LIFTS_NOT[why](clock.now)
    ledger.append([given])
    assert stopped(asked(ledger, MIRA, clock.now + 2 * DAY))


@pytest.mark.parametrize("proof", ["captured_here", "imported_with_proof"])
def test_a_later_proved_yes_to_this_lifts_a_stop_until_the_next_one(ledger: Ledger, clock: Clock, proof: str) -> None:
    ledger.append([stop(MIRA)])
    clock.forward(days=1)
    ledger.append([consent(MIRA, happened_at=clock.now, proof=proof)])
    assert lifted(asked(ledger, MIRA, clock.now))
    assert stopped(asked(ledger, MIRA, clock.now - timedelta(hours=1)))
    clock.forward(days=1)
    ledger.append([stop(MIRA, happened_at=clock.now)])
    assert stopped(asked(ledger, MIRA, clock.now))
    assert lifted(asked(ledger, MIRA, clock.now - timedelta(hours=1)))


def test_an_asserted_yes_lifts_once_the_owner_says_what_proves_it_and_no_longer_than_that(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.append([stop(MIRA)])
    clock.forward(days=1)
    given = consent(MIRA, happened_at=clock.now, proof="asserted", import_id="import-1")
    ledger.append([given])
    assert stopped(asked(ledger, MIRA, clock.now))
    for evidence, expected in (("imported_with_proof", True), ("none", False), ("captured_here", True)):
        clock.forward(hours=1)
        body = EvidenceSet(entries=[given.id], evidence=evidence, statement="Signed forms in the safe")
        ledger.append([entry(body, happened_at=clock.now)])
        assert lifted(asked(ledger, MIRA, clock.now)) == expected


# At random ----------------------------------------------------------------------------------------------------------

_days = some.integers(0, 6)
_acts = some.sampled_from(["ticked_box", "pressed_button", "said_yes", "left_box_ticked", "typed_details"])
_said = some.one_of(
    some.tuples(some.just("stop"), _days, some.sampled_from(["person", "import"]), some.just("")),
    some.tuples(
        some.just("consent"), _days, some.sampled_from(["captured_here", "imported_with_proof", "asserted"]), _acts
    ),
    some.tuples(some.just("checkout"), _days, some.just("asserted"), some.just("")),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(_said, min_size=1, max_size=7))
def test_stopped_exactly_while_no_proved_yes_is_of_a_later_day_than_the_last_stop(
    empty_home: Path, tmp_path: Path, said: list[tuple[str, int, str, str]]
) -> None:
    """The rule written a second time, in five lines, over things recorded in any order."""
    home = tmp_path / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(empty_home, home)
    clock = Clock(START + 7 * DAY)
    stops: list[int] = []
    yes: list[int] = []
    with Ledger(home, clock) as ledger:
        for what, day, how, act in said:
            happened = START + day * DAY
            if what == "stop":
                stops.append(day)
                ledger.append([stop(MIRA, happened_at=happened, actor=how)])
            elif what == "consent":
                body = msgspec.structs.replace(consent(MIRA).body, act=act)
                assert isinstance(body, ConsentGiven)
                if how != "asserted" and act in ("ticked_box", "pressed_button", "said_yes"):
                    yes.append(day)
                ledger.append([entry(body, MIRA, happened_at=happened, proof=how)])
            else:
                ledger.append([checkout(MIRA, happened_at=happened)])
            expected = bool(stops) and max(yes, default=-1) <= max(stops)
            assert stopped(asked(ledger, MIRA, clock.now)) == expected
            clock.forward(minutes=1)
