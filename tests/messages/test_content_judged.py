"""Is a message commercial by its content: what is commercial is never called service."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from content_figures import UNSEEN, answered_for, everything, figures
from labelled_messages import SENDERS, Labelled, digest, lines, own, samples

from sayso.capture import confirmation
from sayso.decision import decide
from sayso.law import rulebooks
from sayso.messages.content import judge_content
from sayso.messages.content.passages import weigh
from sayso.messages.identity import Identity
from sayso.messages.mail import read_mail
from sayso.messages.parts import Passage, Place, Reading
from sayso.notices.declaration import Business
from sayso.vocabulary import Facts

MESSAGES = [*own("tuning.yaml"), *own("held_out.yaml")]
LINES = [one for file in ("lines.yaml", "lines_held_out.yaml", "lines_held_out_again.yaml") for one in lines(file)]
KETTLE = SENDERS["kettle"]


def facts_of(name: str) -> dict[str, object]:
    message = next(one for one in MESSAGES if one.id == name)
    return judge_content(message.reading, message.sender).facts


def named(message: Labelled) -> str:
    return message.id


@pytest.mark.parametrize("message", [one for one in (*MESSAGES, *LINES) if one.commercial], ids=named)
def test_what_is_commercial_is_never_called_service(message: Labelled) -> None:
    content = judge_content(message.reading, message.sender)
    assert content.facts["commercial_purpose"] is True
    assert content.facts["message_kind"] not in (
        "transactional",
        "factual",
        "opt_in_confirmation",
        "opt_out_confirmation",
    )
    assert content.findings


@pytest.mark.parametrize("message", [one for one in MESSAGES if not one.commercial], ids=named)
def test_plain_service_is_recognised(message: Labelled) -> None:
    content = judge_content(message.reading, message.sender)
    assert [finding.said for finding in content.findings] == []
    assert content.facts["message_kind"] == message.kind


@pytest.mark.parametrize("message", [one for one in MESSAGES if one.marked], ids=named)
def test_findings_point_at_what_promotes(message: Labelled) -> None:
    found = {finding.place for finding in judge_content(message.reading, message.sender).findings}
    for beginning in message.marked or ():
        places = {
            one.place
            for one in message.reading.passages
            if one.words.startswith(beginning) or any(link.words.startswith(beginning) for link in one.links)
        }
        assert places & found, beginning


def test_of_all_that_is_labelled_no_commercial_message_is_called_service_and_most_service_is_recognised() -> None:
    groups = everything()
    unseen = groups.pop(UNSEEN)
    assert figures(unseen).called_service == 0
    assert sum(map(answered_for, (one for one in unseen if not one.commercial))) > 50
    everybody = figures(one for group in groups.values() for one in group)
    assert everybody.called_service == 0
    assert everybody.recall == 1
    assert everybody.precision > 0.95
    assert everybody.service_recognised > 0.9


def test_real_newsletters_and_templates_are_commercial_and_nearly_all_that_promotes_in_them_is_pointed_at() -> None:
    found = samples()
    if not found:
        pytest.skip("../shared is absent")
    assert [one.id for one in found if not judge_content(one.reading, one.sender).commercial] == []
    promoting = [
        weigh(passage.words, ()).does in ("promotes", "unrecognised")
        for one in found
        for passage in one.reading.passages
        if any(sign.isalnum() for sign in passage.words) and digest(passage.words) not in (one.marked or ())
    ]
    assert len(promoting) > 200
    assert sum(promoting) / len(promoting) > 0.97


def test_nothing_is_no_service() -> None:
    assert judge_content(Reading("", "", ()), KETTLE).commercial
    assert judge_content(Reading("Hello", "", (Passage("Hi Ana,", "text", Place("text", 1)),)), KETTLE).commercial


def test_a_picture_that_says_nothing_is_no_service() -> None:
    said = Passage("Your invoice for order KC-1001 is attached.", "text", Place("HTML", 1))
    assert not judge_content(Reading("Your invoice", "", (said,)), KETTLE).commercial
    banner = Passage("", "image", Place("HTML", 2))
    assert judge_content(Reading("Your invoice", "", (said, banner)), KETTLE).findings[0].place == banner.place


def test_the_display_name_may_not_promote() -> None:
    said = (Passage("Your invoice for order KC-1001 is attached.", "text", Place("text", 1)),)
    assert not judge_content(Reading("Your invoice", "Kettle & Co <help@kettle.example>", said), KETTLE).commercial
    assert judge_content(
        Reading("Your invoice", "50% off at Kettle & Co <help@kettle.example>", said), KETTLE
    ).commercial


def test_the_primary_purpose_is_told_by_subject_and_order() -> None:
    beside = facts_of("t-receipt-coupon")
    assert (beside["subject_promotional"], beside["transactional_first"], beside["other_content"]) == (
        False,
        True,
        "transactional",
    )
    assert facts_of("t-preheader")["transactional_first"] is False
    assert facts_of("t-sale")["subject_promotional"] is True
    assert "transactional_first" not in facts_of("t-newsletter")


def test_no_transaction_is_agreed_in_a_left_cart() -> None:
    assert facts_of("t-cart")["transaction_agreed"] is False
    assert facts_of("h-cart")["message_kind"] == "abandoned_cart"


def test_betting_and_what_partners_sell_are_named() -> None:
    assert facts_of("t-betting")["promotes_gambling"] is True
    assert facts_of("t-partner")["promotes"] == "mixed"
    assert facts_of("t-order-confirmed")["promotes"] == "nothing"


@pytest.mark.parametrize(
    "wordings", [["Yes, email me news and offers from Kettle & Co"], ["I agree that Kettle & Co may text me"], []]
)
def test_our_own_second_step_is_a_confirmation_and_may_go(wordings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirmation, "wordings", lambda _: wordings)
    content = judge_content(read_mail(second_step().as_bytes()).reading, Identity.of(BUSINESS, ("say.kettle.example",)))
    assert [finding.said for finding in content.findings] == []
    assert content.facts["message_kind"] == "opt_in_confirmation"
    carried = {"sender_identified": True, "contact_details_accurate": True, "header_accurate": True}
    for country in ("AU", "US"):
        facts = Facts(
            act="send", channel="email", sender_country=country, person_country=country, **carried, **content.facts
        )
        assert decide(facts, date(2026, 11, 22), rulebooks(), gate=True).answer == "allowed"


@pytest.mark.parametrize(
    "wording",
    ["Yes, email me 20% off today", "Order now and pay half", "Yes, I want my free kettle before they sell out"],
)
def test_a_second_step_that_promotes_is_commercial(wording: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirmation, "wordings", lambda _: [wording])
    content = judge_content(read_mail(second_step().as_bytes()).reading, Identity.of(BUSINESS, ("say.kettle.example",)))
    assert content.commercial


BUSINESS = Business(
    brand="Kettle & Co",
    legal_name="Kettle and Company Pty Ltd",
    address="1 Steam Lane, Fitzroy VIC 3065",
    email="help@kettle.example",
    country="AU",
    website="https://kettle.example",
)


def second_step() -> EmailMessage:
    confirm, receipt = "https://say.kettle.example/confirm/eyJ0.a_b-1", "https://say.kettle.example/receipt/eyJ0.c"
    return confirmation.mail(BUSINESS, [], "ana@home.example", confirm, receipt, datetime(2026, 11, 1, tzinfo=UTC))
