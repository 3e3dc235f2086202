"""Every fact of a ground, stop, person or sender that a rule may ask about: some entry records it, replay gives it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, get_args

import pytest

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import (
    AnyBody,
    BounceReceived,
    CheckoutAbandoned,
    ComplaintReceived,
    ConsentDeclined,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    ErasureDone,
    MessageSent,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
    OrderPlaced,
    PersonDescribed,
    Place,
    PublicationFound,
    RegisterChecked,
    RelationshipRecorded,
    SettingChanged,
)
from sayso.ledger.sealing import IMPERSONAL
from sayso.vocabulary import VOCABULARY, Channel, Facts, Term
from sayso.vocabulary.ground import StopKind

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THEN = NOW - timedelta(days=5)

ASKED_WHEN_ASKING = {
    "ground.covers_channel": "follows from the channels that the wording names and the one asked about",
    "ground.covers_topic": "follows from the topics that the wording names and the one asked about",
    "stop.covers_channel": "follows from the channels that the stop names and the one asked about",
    "stop.covers_topic": "follows from the topics that the stop names and the one asked about",
    "stop.business_day": "counted on the day asked about, from the day the stop came",
    "stop.business_days_after": "counted on the day asked about, from the day the stop came",
    "last_stop_on": "the latest of the stops that reach what is asked about, worked out from them",
    "months_since_opt_out": "counted on the day asked about, from the latest opt-out of sale",
}
"""Facts that no entry states, and why."""

What = tuple[list[AnyBody], Any]
TICK: dict[str, Any] = {"act": "ticked_box"}
LEFT = ConsentWithdrawn()


def _flags(scope: dict[str, Term], recorded_by: type[Any], **needed: Any) -> dict[str, What]:
    """Flags that an entry records in a field of their own name."""
    names = [name for name in recorded_by.__struct_fields__ if name in scope and scope[name].kind == "flag"]
    return {name: ([recorded_by(**{name: True}, **needed)], True) for name in names}


GROUND: dict[str, What] = {
    **_flags(VOCABULARY.ground, PublicationFound),
    **_flags(VOCABULARY.ground, RelationshipRecorded, relationship="account"),
    **_flags(VOCABULARY.ground, ConsentGiven, **TICK),
    "kind": ([PublicationFound()], "publication"),
    "act": ([ConsentGiven(act="said_yes")], "said_yes"),
    "entry": ([ConsentGiven(**TICK)], "entry-of-ground.entry"),
    "evidence": ([ConsentGiven(**TICK)], "captured_here"),
    "given_on": ([ConsentGiven(**TICK)], THEN.date()),
    "given_by": ([ConsentGiven(given_by="nominee", **TICK)], "nominee"),
    "duration": ([ConsentGiven(duration="specified", **TICK)], "specified"),
    "expires_on": ([ConsentGiven(expires_on=date(2027, 1, 1), **TICK)], date(2027, 1, 1)),
    "refused_later": (
        [
            ConsentGiven(**TICK),
            DetailsCollected(form="f", promised_only_tickers=True),
            ConsentDeclined(form="f", form_submitted=True),
        ],
        True,
    ),
    "relationship": ([RelationshipRecorded(relationship="membership")], "membership"),
    "last_event_on": ([OrderPlaced()], THEN.date()),
    "address_given_directly": ([ConsentGiven(**TICK), DetailsCollected(given_directly=True)], True),
    "address_given_for_other_use": ([ConsentGiven(**TICK), DetailsCollected(given_for_other_use=True)], True),
}
STOP: dict[str, What] = {
    **_flags(VOCABULARY.stop, ConsentWithdrawn),
    "kind": ([LEFT], "unsubscribe"),
    "entry": ([LEFT], "entry-of-stop.entry"),
    "scope": ([ConsentWithdrawn(scope="topic", topics=["newsletter"])], "topic"),
    "received_on": ([LEFT], THEN.date()),
    "earlier_message_with_consent": (
        [MessageSent(channel="email", topic="newsletter", message_kind="newsletter", with_consent=True), LEFT],
        True,
    ),
    "person_known": ([OptOutOfSaleReceived(signal="gpc", person_known=True)], True),
}
COLLECTED: dict[str, What] = {
    name: ([DetailsCollected(**{field: True})], True)
    for name, field in {
        "collected_from_individual": "from_individual",
        "captured_before_submission": "before_submission",
        "sensitive_information": "sensitive",
        "sensitive_consent": "sensitive_consent",
        "notice_at_collection": "notice_shown",
        "notice_names_marketing": "notice_names_marketing",
        "notice_beside_field": "notice_beside_field",
        "notice_complete": "notice_complete",
        "notice_covers_app5": "notice_covers_app5",
        "notice_tells_circumstances": "notice_tells_circumstances",
        "opt_out_notice_posted_at_collection": "opt_out_notice_posted",
        "promised_only_tickers": "promised_only_tickers",
        "refusal_offered_at_collection": "refusal_offered",
        "asked_for_contact": "asked_for_contact",
    }.items()
}
FLAT: dict[str, What] = {
    **COLLECTED,
    "person_country": ([DetailsCollected(places=[Place("declared", "NZ")])], "NZ"),
    "person_state": ([DetailsCollected(places=[Place("declared", "AU", "VIC")])], "VIC"),
    "recipient_type": ([DetailsCollected(recipient_type="sole_trader")], "sole_trader"),
    "address_type": ([DetailsCollected(address_type="work_generic")], "work_generic"),
    "collected_on": ([DetailsCollected()], THEN.date()),
    "collected_for": ([DetailsCollected(collected_for="competition")], "competition"),
    "notice_names_channel": ([DetailsCollected(notice_channels=["sms"])], True),
    "notice_link_target": ([DetailsCollected(notice_link_target="top_of_policy")], "top_of_policy"),
    "list_source": ([DetailsCollected(list_source="bought")], "bought"),
    "address_verified": ([OrderPlaced(paid=True)], True),
    "address_exists": ([BounceReceived(hard=True)], False),
    "on_do_not_call_register": ([RegisterChecked(register="au_do_not_call", registered=True)], True),
    "wash_reported_registered": ([RegisterChecked(register="au_do_not_call", registered=True)], True),
    "list_washed_days_ago": ([RegisterChecked(register="au_do_not_call", registered=False)], 5.0),
    "on_national_dnc": ([RegisterChecked(register="us_national_do_not_call", registered=True)], True),
    "on_preference_register": ([RegisterChecked(register="preference_register", registered=True)], True),
    "recipient_is_student_household": ([RelationshipRecorded(relationship="student")], True),
    "pressed_pay": ([CheckoutAbandoned(pressed_pay=True)], True),
    "agreed_other_opt_out": (
        [RelationshipRecorded(relationship="contract", agreed_other_opt_out=True)],
        True,
    ),
    "further_texts_after_stop": (
        [ConsentWithdrawn(means="stop_keyword"), MessageSent(channel="sms", topic="offers")],
        1.0,
    ),
    "messages_last_7_days": ([MessageSent(channel="email", topic="offers")], 1.0),
}
"""Person facts that have an entry of their own, and facts of the message that the ledger knows."""
SAMPLE = {"flag": True, "number": 3.0, "text": "AU", "day": date(2026, 11, 1)}


def _what_records(name: str) -> What:
    """What happened, and the value it leaves; raises KeyError where nothing could record the fact."""
    scope, _, fact = name.rpartition(".")
    if scope:
        return {"ground": GROUND, "stop": STOP}[scope][fact]
    if fact in FLAT:
        return FLAT[fact]
    term = VOCABULARY.facts[fact]
    value = term.choices[0] if term.choices else SAMPLE[term.kind]
    if term.owner == "sender":
        return [SettingChanged(name=fact, value=value)], value
    if term.owner == "person":
        return [PersonDescribed(facts={fact: value})], value
    raise KeyError(fact)


def _of_the_ledger(term: Term) -> bool:
    return term.owner in ("person", "sender") or term.fact.known_from == "the ledger"


FACTS = [
    *(name for name, term in VOCABULARY.facts.items() if _of_the_ledger(term)),
    *(f"ground.{name}" for name in VOCABULARY.ground),
    *(f"stop.{name}" for name in VOCABULARY.stop),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.init(tmp_path_factory.mktemp("facts") / "store", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def after(ledger: Ledger) -> Callable[..., Facts]:
    """What the ledger knows of somebody new after these things happened, a second apart, asked about texts."""
    numbers = count()

    def after(name: str, bodies: list[AnyBody], channel: Channel = "sms") -> Facts:
        number = next(numbers)
        who = Address("phone", f"+1{212 + number // 100}55501{number % 100:02}")
        ledger.append([
            Entry(
                body=body,
                id=f"entry-of-{name}" if place == 0 else f"entry-of-{name}-{place}",
                happened_at=THEN + timedelta(seconds=place),
                origin=f"{name}:{place}",
                actor="owner",
                proof="captured_here",
                addresses=[] if isinstance(body, IMPERSONAL) else [who],
            )
            for place, body in enumerate(bodies)
        ])  # fmt: skip
        return ledger.facts_for(who, channel=channel, topic="offers", at=NOW)

    return after


@pytest.mark.parametrize("name", [name for name in FACTS if name not in ASKED_WHEN_ASKING])
def test_an_entry_records_the_fact_and_the_replay_delivers_it(name: str, after: Callable[..., Facts]) -> None:
    bodies, expected = _what_records(name)
    facts = after(name, bodies)
    scope, _, fact = name.rpartition(".")
    holder = {"": [facts], "ground": facts.grounds, "stop": facts.stops}[scope][0]
    assert getattr(holder, fact) == expected


@pytest.mark.parametrize("name", ASKED_WHEN_ASKING)
def test_only_facts_that_can_be_worked_out_are_excepted(name: str) -> None:
    scope, _, fact = name.rpartition(".")
    term = VOCABULARY.scope(scope)[fact]
    assert term.fact.worked_out or fact.startswith("covers_")


HAPPENED: dict[StopKind, AnyBody] = {
    "unsubscribe": ConsentWithdrawn(),
    "stop_keyword": ConsentWithdrawn(means="stop_keyword"),
    "free_text": ConsentWithdrawn(means="free_text"),
    "do_not_call": ConsentWithdrawn(means="do_not_call"),
    "objection": ObjectionReceived(),
    "complaint": ComplaintReceived(),
    "hard_bounce": BounceReceived(hard=True),
    "number_reassigned": NumberReassigned(),
    "do_not_sell": OptOutOfSaleReceived(signal="do_not_sell"),
    "gpc": OptOutOfSaleReceived(signal="gpc"),
    "limit_sensitive": OptOutOfSaleReceived(signal="limit_sensitive"),
    "erasure": ErasureDone(),
}


@pytest.mark.parametrize("kind", get_args(StopKind))
def test_every_kind_of_stop_can_be_recorded(kind: StopKind, after: Callable[..., Facts]) -> None:
    assert [stop.kind for stop in after(f"kind:{kind}", [HAPPENED[kind]]).stops] == [kind]


def test_a_sale_is_remunerated_unless_it_is_known_not_to_be_paid(after: Callable[..., Facts]) -> None:
    told = [after(f"paid:{paid}", [OrderPlaced(paid=paid)]).grounds[0].remunerated for paid in (True, None, False)]
    assert told == [True, True, None]


@pytest.mark.parametrize(
    ("left", "promised", "refused"),
    [
        (ConsentDeclined(form="f", form_submitted=True), True, True),
        (ConsentDeclined(form="f"), True, True),
        (ConsentDeclined(form="f", channels=["sms"]), True, True),
        (ConsentDeclined(form="f", channels=["email"]), True, None),
        (ConsentDeclined(form="f", topics=["newsletter"]), True, None),
        (ConsentDeclined(form="f", form_submitted=False), True, None),
        (ConsentDeclined(form="f", form_submitted=True), None, None),
        (ConsentDeclined(form="another form", form_submitted=True), True, None),
    ],
)
def test_a_box_left_blank_ends_an_older_consent_only_where_its_form_said_so(
    left: ConsentDeclined, promised: bool | None, refused: bool | None, after: Callable[..., Facts]
) -> None:
    consent, form = ConsentGiven(**TICK), DetailsCollected(form="f", promised_only_tickers=promised)
    facts = after(f"blank:{left}:{promised}", [consent, form, left])
    assert facts.grounds[0].refused_later is refused


def test_a_consent_given_after_a_box_was_left_blank_stands(after: Callable[..., Facts]) -> None:
    form, left = DetailsCollected(form="f", promised_only_tickers=True), ConsentDeclined(form="f", form_submitted=True)
    facts = after("blank before", [form, left, ConsentGiven(**TICK)])
    assert [ground.refused_later for ground in facts.grounds if ground.act == "ticked_box"] == [None]


def test_minutes_and_texts_are_counted_from_the_latest_stop_that_reaches_texts(after: Callable[..., Facts]) -> None:
    facts = after(
        "since the stop",
        [
            MessageSent(channel="sms", topic="offers"),
            ConsentWithdrawn(means="stop_keyword", scope="channel", channels=["sms"]),
            MessageSent(channel="mms", topic="offers"),
            ConsentWithdrawn(means="do_not_call", scope="channel", channels=["voice_live"]),
            OptOutOfSaleReceived(signal="gpc"),
        ],
    )
    assert facts.further_texts_after_stop == 1
    assert facts.minutes_after_stop == pytest.approx((NOW - THEN - timedelta(seconds=1)).total_seconds() / 60)
    assert after("never stopped", [OrderPlaced()]).minutes_after_stop is None
