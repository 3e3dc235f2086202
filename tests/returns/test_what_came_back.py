"""What each of the real mails is: by its own word, before anybody asks whom it concerns."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returned_mails import arf, dsn, mail

from sayso.sending.returns import read_returned

REAL = {
    "arf/sisimai-arf-01.eml": ("complaint", "", []),
    "arf/sisimai-arf-02.eml": ("complaint", "", ["this-local-part-does-not-exist-on-yahoo@yahoo.com"]),
    "arf/sisimai-arf-12.eml": ("opt_out", "", ["user@example.com"]),
    "arf/sisimai-arf-14.eml": ("complaint", "", ["kijitora@y.example.com"]),
    "arf/sisimai-arf-22.eml": ("complaint", "", ["kijitora@example.com"]),
    "arf/sisimai-arf-26.eml": ("unsubscribe", "", []),
    "auto-reply/sisimai-rfc3834-01.eml": ("auto_reply", "", []),
    "auto-reply/sisimai-rfc3834-02.eml": ("auto_reply", "", []),
    "auto-reply/sisimai-rfc3834-06.eml": ("auto_reply", "", []),
    "dsn/flufl-dsn_01.eml": ("soft bounce", "5.0.0", ["userx@example.com"]),
    "dsn/flufl-dsn_03.eml": ("soft bounce", "", ["userx@example.be"]),
    "dsn/flufl-exim_01.eml": ("hard bounce", "5.1.1", ["userx@its.example.nl"]),
    "dsn/flufl-microsoft_02.eml": ("hard bounce", "", ["userx@example.com"]),
    "dsn/flufl-postfix_02.eml": ("soft bounce", "", ["yyyyy@digicool.com"]),
    "dsn/flufl-simple_14.eml": ("soft bounce", "", ["userx@example.com", "usery@example.com"]),
    "dsn/sisimai-lhost-amazonses-05.eml": ("hard bounce", "5.1.1", ["bounce@simulator.amazonses.com"]),
    "dsn/sisimai-lhost-gmail-01.eml": ("hard bounce", "5.1.1", ["userunknown@example.jp"]),
    "dsn/sisimai-lhost-office365-01.eml": ("hard bounce", "5.1.10", []),
    "dsn/sisimai-rfc3464-01.eml": ("hard bounce", "5.1.1", ["userunknown@bouncehammer.jp"]),
    "dsn/sisimai-rhost-outlook-01.eml": ("soft bounce", "5.2.2", ["kijitora@example.jp"]),
}
"""What a careful reader takes each for: kind, code, whom it names."""


@pytest.mark.parametrize("name", REAL)
def test_each_real_mail_is_told_for_what_it_is(samples: Path, name: str) -> None:
    returned = read_returned((samples / "email" / name).read_bytes())
    kind = f"{'hard' if returned.hard else 'soft'} bounce" if returned.kind == "bounce" else returned.kind
    assert (kind, returned.code, [one.value for one in returned.recipients]) == REAL[name]


def test_the_table_has_every_real_mail(samples: Path) -> None:
    found = {f"{path.parent.name}/{path.name}" for folder in ("arf", "auto-reply", "dsn")
             for path in (samples / "email" / folder).iterdir()}  # fmt: skip
    assert found == set(REAL)


@pytest.mark.parametrize(
    ("status", "hard"),
    [("5.1.1", True), ("5.1.2", True), ("5.1.3", True), ("5.1.6", True), ("5.1.10", True), ("5.1.0", False), ("5.2.2", False),
     ("5.7.1", False), ("5.7.26", False), ("4.4.1 (Persistent)", False), ("4.1.1", False), ("5.2.1", False)],
)  # fmt: skip
def test_only_codes_that_speak_of_the_address_are_hard(status: str, hard: bool) -> None:
    returned = read_returned(dsn("ana@mail.example", status=status))
    assert (returned.kind, returned.hard) == ("bounce", hard)


@pytest.mark.parametrize("action", ["failed (Bad destination mailbox address)", "failure", "FAILED"])
def test_odd_actions_are_failures(action: str) -> None:
    assert read_returned(dsn("ana@mail.example", action=action)).hard


@pytest.mark.parametrize(("action", "kind"), [("delivered", "notice"), ("relayed", "notice"), ("delayed", "bounce")])
def test_a_report_of_no_failure_is_no_hard_bounce(action: str, kind: str) -> None:
    returned = read_returned(dsn("ana@mail.example", status="2.0.0" if kind == "notice" else "5.1.1", action=action))
    assert (returned.kind, returned.hard) == (kind, False)


@pytest.mark.parametrize("type_", ["auth-failure", "not-spam"])
def test_a_report_that_is_no_complaint_stops_nothing(type_: str) -> None:
    assert read_returned(arf(f"Feedback-Type: {type_}\nOriginal-Rcpt-To: ana@mail.example")).kind == "notice"


def test_several_recipients_of_a_complaint_are_all_named() -> None:
    report = arf("Feedback-Type: abuse\nOriginal-Rcpt-To: ana@mail.example\nOriginal-Rcpt-To: <bob@mail.example>")
    assert [one.value for one in read_returned(report).recipients] == ["ana@mail.example", "bob@mail.example"]


def test_a_type_of_report_that_nobody_knows_is_taken_for_a_complaint() -> None:
    assert read_returned(arf("Feedback-Type: x-new\nOriginal-Rcpt-To: ana@mail.example")).kind == "complaint"


def test_words_of_a_person_that_read_like_a_bounce_are_a_reply() -> None:
    text = "Sorry, unable to deliver your message to ana@mail.example for the following reason:\n\n550 5.1.1 user unknown\n"
    assert read_returned(mail("Bob <bob@mail.example>", text)).kind == "reply"


@given(st.binary(max_size=3000))
def test_whatever_bytes_come_nothing_is_raised(raw: bytes) -> None:
    read_returned(raw)


@given(st.lists(st.sampled_from([
    b"Content-Type: multipart/report; boundary=x\n", b"--x\n", b"--x--\n", b"\n", b"Content-Type: message/delivery-status\n",
    b"Content-Type: message/feedback-report\n", b"Final-Recipient: rfc822; \xff@\n", b"Status: 5.1.1\n", b"From: =?x?b?!!?=\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Type: text/html; charset=nonsense\n", b"<blockquote>", b"Action: failed\n",
    b"Content-Type: message/rfc822\n", b"X-HmXmrOriginalRecipient: \x00\n",
]), max_size=40))  # fmt: skip
def test_broken_reports_are_read_or_said_to_be_unreadable(pieces: list[bytes]) -> None:
    read_returned(b"".join(pieces))


@pytest.mark.parametrize("raw", [
    b"From: a@b.example\nContent-Type: text/html\n\n" + b"<div>" * 100_000,
    b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 60_000 + b"\n\nhi",
    b"From: mailer-daemon@b.example\n\n" + b"a@" * 400_000,
], ids=["nested page", "encoded words", "mailboxes"])  # fmt: skip
def test_a_mail_made_to_take_long_does_not(raw: bytes) -> None:
    """Each of the first two took 20 to 50 seconds once."""
    began = time.process_time()
    read_returned(raw)
    assert time.process_time() - began < 5


def test_a_mail_nested_without_end_is_unreadable_and_not_a_crash() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert read_returned(b"From: a@b.example\n" + deep).kind in ("unreadable", "reply")


@pytest.mark.parametrize(
    "piece", ["-", "- ", "--\n", "-- copy o", "a", "user ", "5.1.1 ", "<a@", "a@", "received:", "b-", "/u/a", "\r\n "]
)
def test_no_mail_takes_long_to_read_whatever_is_repeated_in_it(piece: str) -> None:  # fmt: skip
    text = base64.encodebytes((piece * (700_000 // len(piece))).encode())
    raw = (
        b"From: MAILER-DAEMON@elm.example\r\nSubject: failure\r\nX-Failed-Recipients: " + b"a" * 5000 + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n" + text.replace(b"\n", b"\r\n")
    )
    began = time.process_time()
    read_returned(raw)
    assert time.process_time() - began < 3
