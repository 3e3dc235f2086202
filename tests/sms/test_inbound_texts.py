"""A text that comes in: heard before it is answered, once however often it comes, and believed of the gateway alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from listening import ANA, NOON, SECRET, STRANGER, Clock, Listening, settings_of, shop
from twilio_api import TwilioApi, error

from sayso.choices.waiting import asked_erasure
from sayso.ledger.entries import (
    BounceReceived,
    ConsentGiven,
    ConsentWithdrawn,
    DeliveryReported,
    MessageSent,
    NumberReassigned,
    RequestReceived,
    TextReceived,
)
from sayso.ledger.errors import StoreLockedError
from sayso.ledger.ledger import Ledger

START = "Text START to Copper Kettle to get texts about the basket you left. Up to 3 a week."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listening(tmp_path: Path, api: TwilioApi, clock: Clock) -> Iterator[Listening]:
    with shop(tmp_path / "shop", clock) as ledger:
        opened = Listening(ledger, settings_of("twilio", api.url), clock)
        with opened.client:
            yield opened


@pytest.fixture
def by_kannel(tmp_path: Path, clock: Clock) -> Iterator[Listening]:
    with shop(tmp_path / "shop", clock) as ledger:
        opened = Listening(
            ledger, settings_of("kannel", "http://127.0.0.1:9/cgi-bin/sendsms", confirm_stops=False), clock
        )
        with opened.client:
            yield opened


def said(api: TwilioApi) -> list[str]:
    return [form["Body"][0] for form in api.forms]


def test_a_text_goes_to_who_agreed_until_they_answer_stop(listening: Listening, api: TwilioApi) -> None:
    assert listening.send().state == "sent"
    assert "Reply STOP" in said(api)[0] or "STOP" in said(api)[0]
    answer = listening.twilio("STOP")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "application/xml")
    assert answer.text.endswith("<Response/>")
    (stop,) = listening.bodies(ConsentWithdrawn)
    assert (stop.means, stop.scope, stop.channels) == ("stop_keyword", "channel", ["sms", "mms"])
    listening.clock.wait(days=8)
    refused = listening.send(origin="test:next")
    assert (refused.state, refused.decision.answer) == ("refused", "not_allowed")  # type: ignore[union-attr]
    assert listening.send("Look", "test:mms", "https://kettle.example/k.png").state == "refused"


def test_a_picture_goes_as_an_mms_with_the_stop_words(listening: Listening, api: TwilioApi) -> None:
    picture = "https://kettle.example/kettle.png"
    assert listening.send("Copper Kettle: you left this in your basket", "test:mms", picture).state == "sent"
    (form,) = api.forms
    assert form["MediaUrl"] == [picture]
    assert "STOP" in form["Body"][0]
    (sent,) = listening.bodies(MessageSent)
    assert (sent.channel, sent.reference[:2]) == ("mms", "MM")


def test_a_stop_is_confirmed_once_by_a_text_that_does_nothing_else(listening: Listening, api: TwilioApi) -> None:
    listening.twilio("Stop")
    listening.twilio("Stop")
    listening.twilio("STOP")
    assert said(api) == ["Copper Kettle: you are unsubscribed. You will get no more marketing texts from us."]
    (sent,) = listening.bodies(MessageSent)
    assert sent.message_kind == "opt_out_confirmation"


def test_the_same_text_told_again_is_the_same_text(listening: Listening, api: TwilioApi) -> None:
    for _ in range(3):
        listening.twilio("please take me off this list", MessageSid="SM1")
    assert len(listening.bodies(ConsentWithdrawn)) == 1
    assert len(listening.bodies(TextReceived)) == 1
    assert len(api.forms) == 1


def test_a_stop_holds_even_where_the_confirmation_cannot_go(listening: Listening, api: TwilioApi) -> None:
    api.answer = lambda _: error(500, 0)
    assert listening.twilio("STOP").status_code == 200
    assert listening.stops()


def test_the_carriers_own_answer_is_not_answered_again(listening: Listening, api: TwilioApi) -> None:
    listening.twilio("STOP", OptOutType="STOP")
    assert listening.stops()
    assert api.forms == []


@pytest.mark.parametrize("words", ["who is this?", "ugh seriously", "ΣΤΑΜΑΤΑ ΤΩΡΑ"])
def test_what_may_be_a_stop_stops_and_waits_for_a_human(listening: Listening, api: TwilioApi, words: str) -> None:
    listening.twilio(words)
    (stop,) = listening.bodies(ConsentWithdrawn)
    assert stop.means_stop is None
    assert "received your text" in said(api)[0]
    assert listening.send().state == "refused"


def test_a_text_about_something_else_stops_nothing(listening: Listening, api: TwilioApi) -> None:
    listening.twilio("Thanks! Do you also have the blue one?")
    assert listening.stops() == []
    assert api.forms == []
    assert [body.read_as for body in listening.bodies(TextReceived)] == ["none"]


def test_help_is_answered_to_strangers_three_times_a_day(listening: Listening, api: TwilioApi) -> None:
    for _ in range(5):
        listening.twilio("HELP", STRANGER.value)
    assert len(api.forms) == 3
    assert said(api)[0].startswith("Copper Kettle: ")
    assert "privacy@kettle.example" in said(api)[0]
    assert "STOP" in said(api)[0]
    listening.clock.wait(days=1, minutes=1)
    listening.twilio("info", STRANGER.value)
    assert len(api.forms) == 4


def test_of_a_stranger_who_wants_nothing_nothing_is_kept(listening: Listening) -> None:
    people = listening.ledger.count()
    listening.twilio("Happy birthday!", STRANGER.value)
    assert listening.ledger.count() == people


def test_a_stranger_can_stop_too(listening: Listening, api: TwilioApi) -> None:
    listening.twilio("stop", STRANGER.value)
    assert listening.stops(STRANGER.value)


def test_a_text_that_names_calls_stops_calls_and_texts(listening: Listening) -> None:
    listening.twilio("Stop calling me")
    (stop,) = listening.bodies(ConsentWithdrawn)
    assert set(stop.channels) == {"sms", "mms", "voice_live", "voice_recorded"}


def test_a_text_that_asks_to_be_deleted_stops_everything_and_waits_for_the_owner(listening: Listening) -> None:
    listening.twilio("please delete all my data")
    (stop,) = listening.bodies(ConsentWithdrawn)
    assert (stop.scope, stop.means_stop) == ("everything", True)
    (asked,) = listening.bodies(RequestReceived)
    assert asked.asks_for == "erasure"
    assert [one.words for one in asked_erasure(listening.ledger)] == ["please delete all my data"]


def test_start_permits_nothing_where_no_programme_offers_it(listening: Listening) -> None:
    listening.twilio("START", STRANGER.value)
    assert listening.bodies(ConsentGiven, STRANGER.value) == []


def test_start_is_a_fresh_act_worth_the_words_it_is_offered_with(tmp_path: Path, api: TwilioApi, clock: Clock) -> None:
    with shop(tmp_path / "shop", clock) as ledger:
        opened = Listening(ledger, settings_of("twilio", api.url, start_means=START), clock)
        with opened.client:
            opened.twilio("STOP")
            clock.wait(minutes=1)
            opened.twilio("Start")
            assert opened.send().state == "refused", "a stop of today is not lifted today"
            clock.wait(days=1)
            assert opened.send(origin="test:2").state == "refused", "nor by what was said on its day"
            opened.twilio("Start")
            *_, consent = opened.bodies(ConsentGiven)
            assert (consent.act, consent.wording, consent.names_sender) == ("wrote_yes", START, True)
            assert opened.send(origin="test:3").state == "sent"
            opened.twilio("yes")
            assert len(opened.bodies(ConsentGiven)) == 3, "yes answers a question, and none was asked"


def test_start_without_a_word_of_marketing_lifts_no_stop(listening: Listening) -> None:
    listening.twilio("STOP")
    listening.clock.wait(days=2)
    listening.twilio("START")
    listening.clock.wait(days=2)
    assert listening.send().state == "refused"


@pytest.mark.parametrize(
    "words",
    ["Wrong number", "sorry you have the wrong number", "Falsche Nummer!", "mauvais numéro", "wrong person mate"],
)
def test_a_wrong_number_belongs_to_somebody_else(listening: Listening, words: str) -> None:
    listening.twilio(words)
    assert listening.bodies(NumberReassigned)
    assert "number_reassigned" in {stop.kind for stop in listening.stops()}
    assert listening.send().state == "refused"


def test_what_twilio_did_not_sign_is_refused_and_nothing_is_recorded(listening: Listening) -> None:
    before = listening.ledger.count()
    form = {"MessageSid": "SM1", "From": ANA.value, "Body": "STOP"}
    assert listening.client.post("/texts/twilio", data=form).status_code == 403
    assert listening.signed("/texts/twilio", form, token="another").status_code == 403
    tampered = listening.client.post(
        "/texts/twilio", data=form | {"Body": "START"}, headers={"X-Twilio-Signature": "bm8="}
    )
    assert tampered.status_code == 403
    assert listening.client.post("/texts/twilio", content=b"&".join(b"a=%d" % n for n in range(500))).status_code == 403
    assert listening.client.post("/texts/twilio", content=b"x" * (65 << 10)).status_code == 403
    assert listening.ledger.count() == before


@pytest.mark.parametrize("secret", ["x", SECRET[:-1], SECRET + "x", "reports"])
def test_kannel_without_its_secret_finds_nothing(by_kannel: Listening, secret: str) -> None:
    assert by_kannel.kannel(b"STOP", secret=secret).status_code == 404
    assert by_kannel.stops() == []


def test_a_gateway_that_is_not_set_finds_nothing(by_kannel: Listening) -> None:
    assert by_kannel.twilio("STOP").status_code == 403
    assert by_kannel.stops() == []


def test_neither_does_kannel_where_twilio_is_set(listening: Listening) -> None:
    assert listening.kannel(b"STOP").status_code == 404
    assert listening.client.get("/texts/kannel/reports/b-x?status=1").status_code == 404


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"STOP", "UTF-8"),
        ("arrête 🛑".encode(), "UTF-8"),
        ("停止".encode("utf-16-be"), "UTF-16BE"),
        ("СТОП 🛑".encode("utf-16-be"), "UTF-16BE"),
        (b"stop", "no-such-charset"),
    ],
)
def test_kannel_is_read_in_the_charset_it_names_and_answered_with_nothing(
    by_kannel: Listening, body: bytes, charset: str
) -> None:
    answer = by_kannel.kannel(body, charset)
    assert (answer.status_code, answer.text) == (200, "")
    assert by_kannel.stops()


@pytest.mark.parametrize("number", ["+61491570156", "61491570156", "0491570156", "0491 570 156"])
def test_a_number_counts_however_the_gateway_writes_it(by_kannel: Listening, number: str) -> None:
    by_kannel.kannel(b"STOP", number=number)
    assert by_kannel.stops()


@pytest.mark.parametrize("number", ["12345", "SHOP", "", "+", "anonymous"])
def test_what_comes_from_no_number_is_acknowledged_and_nobodys(by_kannel: Listening, number: str) -> None:
    before = by_kannel.ledger.count()
    assert by_kannel.kannel(b"STOP", number=number).status_code == 200
    assert by_kannel.ledger.count() == before


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"\x00" * 300, b"a" * 60_000, b"\xd8\x00"])
def test_no_text_whatever_its_bytes_is_an_error(by_kannel: Listening, body: bytes) -> None:
    for charset in ("UTF-8", "UTF-16BE"):
        assert by_kannel.kannel(body, charset).status_code == 200


def test_a_stop_that_could_not_be_recorded_is_asked_for_again(
    by_kannel: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any) -> Any:
        raise StoreLockedError("another process writes")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "append", locked)
        answer = by_kannel.kannel(b"STOP")
        assert (answer.status_code, answer.text) == (503, "")
    assert by_kannel.kannel(b"STOP").status_code == 200
    assert by_kannel.stops()


def test_many_texts_at_once_are_not_held_to_the_limit_of_visitors(by_kannel: Listening) -> None:
    answers = [by_kannel.kannel(b"hello", number=STRANGER.value).status_code for _ in range(200)]
    assert set(answers) == {200}


def test_no_number_and_no_word_is_logged(
    listening: Listening, api: TwilioApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.answer = lambda _: error(400, 21610)
    listening.twilio("please stop, said Ana Example")
    listening.twilio("HELP", STRANGER.value)
    listening.twilio("x", "not a number 0491570156")
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("sayso"))
    assert "not answered" in told
    assert not [word for word in ("49157", "Ana", "Example") if word in told]


def reports(api: TwilioApi) -> str:
    return api.forms[-1]["StatusCallback"][0].removeprefix("https://texts.example")


@pytest.mark.parametrize(
    ("status", "code", "outcome", "hard"),
    [
        ("sent", "", None, False),
        ("delivered", "", "delivered", False),
        ("undelivered", "30003", "undelivered", False),
        ("undelivered", "30005", "undelivered", True),
        ("failed", "30006", "undelivered", False),
        ("failed", "junk", "undelivered", False),
    ],
)
def test_a_report_of_twilio_is_evidence_and_only_a_number_that_is_none_bounces_hard(
    listening: Listening, api: TwilioApi, status: str, code: str, outcome: str | None, hard: bool
) -> None:
    sent = listening.send()
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": ANA.value, "ErrorCode": code}
    for _ in range(2):
        assert listening.signed(reports(api), form).status_code == 200
    told = listening.bodies(DeliveryReported)
    assert [(body.message, body.outcome) for body in told] == ([(sent.entry, outcome)] if outcome else [])
    assert bool(listening.bodies(BounceReceived)) is hard
    assert listening.send(origin="test:2").state == ("refused" if hard else "sent")


def test_a_report_that_the_carrier_saw_a_stop_is_one(listening: Listening, api: TwilioApi) -> None:
    listening.send()
    listening.signed(reports(api), {"MessageStatus": "undelivered", "ErrorCode": "21610"})
    assert listening.stops()


def test_a_report_comes_again_until_its_message_is_on_record(by_kannel: Listening) -> None:
    code = by_kannel.desk.choices.return_local("b", "019c0000-0000-7000-8000-000000000001")
    assert by_kannel.client.get(f"/texts/kannel/reports/{code}?status=1").status_code == 503
    assert by_kannel.client.get(f"/texts/kannel/reports/{code}?status=4").status_code == 200
    forged = code[:9] + ("c" if code[9] != "c" else "d") + code[10:]
    assert by_kannel.client.get(f"/texts/kannel/reports/{forged}?status=1").status_code == 404
    unsubscribe = by_kannel.desk.choices.return_local("u", "019c0000-0000-7000-8000-000000000001")
    assert by_kannel.client.get(f"/texts/kannel/reports/{unsubscribe}?status=1").status_code == 404


def test_the_moment_of_a_stop_is_when_it_came(listening: Listening) -> None:
    listening.twilio("STOP")
    (stop,) = listening.stops()
    assert stop.received_on == NOON.date()


def without_a_name(by_kannel: Listening, words: bytes, number: str = ANA.value) -> Any:
    headers = {"Content-Type": "text/plain; charset=UTF-8", "X-Kannel-From": number}
    return by_kannel.client.post(f"/texts/kannel/{SECRET}", content=words, headers=headers)


def test_of_two_texts_without_a_name_neither_is_lost(by_kannel: Listening) -> None:
    for number in (ANA.value, STRANGER.value):
        assert without_a_name(by_kannel, b"STOP", number).status_code == 200
        assert by_kannel.stops(number)


def test_a_text_without_a_name_that_comes_again_is_recorded_once(by_kannel: Listening) -> None:
    for words in (b"STOP", b"STOP", b"thanks", b"thanks"):
        without_a_name(by_kannel, words)
    assert [one.read_as for one in by_kannel.bodies(TextReceived)] == ["stop", "none"]
    by_kannel.clock.wait(minutes=2)
    without_a_name(by_kannel, b"thanks")
    assert len(by_kannel.bodies(TextReceived)) == 3


def test_a_second_stop_within_a_minute_counts_if_a_yes_came_between(by_kannel: Listening) -> None:
    by_kannel.desk.settings.sms.start_means = START
    without_a_name(by_kannel, b"STOP")
    without_a_name(by_kannel, b"START")
    without_a_name(by_kannel, b"STOP")
    assert len(by_kannel.bodies(ConsentWithdrawn)) == 2


def test_two_numbers_that_a_gateway_gives_one_name_are_two_texts(listening: Listening) -> None:
    for number in (ANA.value, STRANGER.value):
        listening.twilio("STOP", number, MessageSid="SM1")
        assert listening.stops(number)
