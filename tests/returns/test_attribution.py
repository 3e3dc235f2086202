"""Whom a mail that came back concerns, and what somebody gains who forges one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from returned_mails import arf, dsn, mail
from shop_post import ANA, BOB, NOW, Post

from sayso.ledger import Ledger
from sayso.sending.returns import TryLaterError, take
from sayso.sending.returns.taking import MOST_UNPROVED


def test_the_return_address_wins_over_whom_the_report_names(ledger: Ledger, post: Post) -> None:
    """Ana forwards her mail, and the mailbox it goes on to is gone."""
    post.known(BOB)
    taken = take(ledger, dsn("bob@mail.example"), recipient=post.bounces_to(post.sent()), now=NOW)
    assert taken.became == "recorded"
    assert (post.stops(ANA), post.stops(BOB)) == (["hard_bounce"], [])


def test_a_return_address_counts_in_capitals_and_from_a_header(ledger: Ledger, post: Post) -> None:
    raw = b"Delivered-To: " + post.bounces_to(post.sent()).upper().encode() + b"\n" + dsn("gone@elsewhere.example")
    take(ledger, raw, now=NOW)
    assert post.stops() == ["hard_bounce"]


def test_our_token_in_the_attached_message_says_whom_a_complaint_is_from(ledger: Ledger, post: Post) -> None:
    """Most receivers hide who complained."""
    entry = post.sent()
    for original in (
        f"Return-Path: <{post.bounces_to(entry)}>\nSubject: x",
        f"List-Unsubscribe: <mailto:{post.unsubscribe_by_mail_to(entry)}>,\n <{post.unsubscribe_link()}>\nSubject: x",
        f"Subject: x\n\nStop these: {post.unsubscribe_link()}",
    ):
        take(ledger, arf("Feedback-Type: abuse\nOriginal-Rcpt-To: redacted@mail.example", original=original), now=NOW)
        assert set(post.stops()) == {"complaint"}
    assert post.bodies()


def test_a_hard_bounce_without_a_token_counts_for_whom_we_wrote_to_of_late(ledger: Ledger, post: Post) -> None:
    post.sent(ANA)
    post.sent(BOB, ago=timedelta(days=15))
    assert take(ledger, dsn(ANA.value), now=NOW).became == "recorded"
    assert take(ledger, dsn(BOB.value), now=NOW).became == "aside"
    assert take(ledger, dsn("carol@mail.example"), now=NOW).became == "aside"
    assert (post.stops(ANA), post.stops(BOB)) == (["hard_bounce"], [])


def test_a_complaint_without_a_token_counts_for_who_is_on_record(ledger: Ledger, post: Post) -> None:
    post.known(BOB)
    assert take(ledger, arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: {BOB.value}"), now=NOW).became == "recorded"
    assert take(ledger, arf("Feedback-Type: abuse\nOriginal-Rcpt-To: carol@mail.example"), now=NOW).became == "aside"
    assert post.stops(BOB) == ["complaint"]
    assert not ledger.find("carol@mail.example")


def test_nobody_silences_a_list_with_forged_reports(ledger: Ledger, post: Post) -> None:
    people = [f"p{number}@mail.example" for number in range(MOST_UNPROVED + 5)]
    for person in people:
        post.known(type(ANA)("email", person))
    became = [take(ledger, arf(f"Feedback-Type: abuse\nOriginal-Rcpt-To: {one}"), now=NOW).became for one in people]
    assert became == ["recorded"] * MOST_UNPROVED + ["aside"] * 5
    take(ledger, dsn("x@y.example"), recipient=post.bounces_to(post.sent()), now=NOW)
    assert post.stops() == ["hard_bounce"], "what bears our token still counts"


def test_a_token_that_was_made_up_counts_for_nothing(ledger: Ledger, post: Post) -> None:
    address = post.bounces_to(post.sent())
    forged = address.replace(address[2], "b" if address[2] == "a" else "a", 1)
    taken = take(ledger, dsn("x@y.example"), recipient=forged, now=NOW)
    assert (taken.became, post.stops()) == ("aside", [])


def test_what_comes_back_before_its_message_is_on_record_is_offered_again(ledger: Ledger, post: Post) -> None:
    just_now = str(UUID(int=(int(NOW.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | 5))
    with pytest.raises(TryLaterError):
        take(ledger, dsn(ANA.value), recipient=post.bounces_to(just_now), now=NOW + timedelta(seconds=2))
    later = take(ledger, dsn(ANA.value), recipient=post.bounces_to(just_now), now=NOW + timedelta(hours=2))
    assert later.became == "aside"


def test_a_mail_taken_twice_is_one_entry(ledger: Ledger, post: Post) -> None:
    to, raw = post.bounces_to(post.sent()), dsn("x@y.example")
    assert [take(ledger, raw, recipient=to, now=NOW).became for _ in range(3)] == ["recorded", "known", "known"]


def test_a_soft_bounce_is_counted_and_stops_nothing(ledger: Ledger, post: Post) -> None:
    for days in range(3):
        take(
            ledger,
            dsn("x@y.example", status="4.2.2"),
            recipient=post.bounces_to(post.sent()),
            now=NOW - timedelta(days=days),
        )
    assert (post.stops(), post.bodies()) == ([], ["bounce_received"] * 3)


def test_a_mail_to_the_unsubscribe_address_stops_whoever_sent_it(ledger: Ledger, post: Post) -> None:
    to = post.unsubscribe_by_mail_to(post.sent())
    for raw in (mail("someone@else.example", "", subject=""), b"\x00\xff", dsn("x@y.example")):
        assert take(ledger, raw, recipient=to, now=NOW).became in ("recorded", "known")
    assert set(post.stops()) == {"unsubscribe"}


def test_a_report_about_somebody_erased_keeps_nothing(ledger: Ledger, post: Post) -> None:
    post.sent()
    ledger.erase(ledger.find(ANA.value)[0], origin="test:erased")
    taken = take(ledger, dsn(ANA.value), now=datetime(2026, 11, 24, 11, tzinfo=UTC))
    assert taken.became == "ignored"
    assert not (ledger.home / "aside").exists()


def test_what_is_set_aside_is_whole_and_its_owners_alone(ledger: Ledger) -> None:
    raw = dsn("carol@mail.example")
    take(ledger, raw, now=NOW)
    (kept,) = (ledger.home / "aside" / "returns").iterdir()
    assert kept.read_bytes() == raw
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "carol" not in kept.name


def test_an_opt_out_report_counts_for_who_is_on_record_and_one_that_names_a_whole_list_for_nobody(
    ledger: Ledger, post: Post
) -> None:
    post.known(BOB)
    assert take(ledger, arf(f"Feedback-Type: opt-out\nRemoval-Recipient: {BOB.value}"), now=NOW).became == "recorded"
    assert post.stops(BOB) == ["unsubscribe"]
    people = [type(ANA)("email", f"p{number}@mail.example") for number in range(MOST_UNPROVED + 1)]
    for person in people:
        post.known(person)
    for type_ in ("opt-out", "abuse"):
        listed = "\n".join(f"Original-Rcpt-To: {person.value}" for person in people)
        assert take(ledger, arf(f"Feedback-Type: {type_}\n{listed}"), now=NOW).became == "aside"
    assert [person for person in people if post.stops(person)] == []
