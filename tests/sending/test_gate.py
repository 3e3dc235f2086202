from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from dispatched import ANA, BEN, CARA, NOW, ORDER, RAW, filled
from gates import NextHop, Running, certificate, client, gate, given, next_hop, settings

from sayso.ledger import Ledger
from sayso.ledger.entries import MessageSent
from sayso.sending.gate.serving import _tls
from sayso.sending.gate.streams import HEADER, StreamSigner
from sayso.settings import SettingsError


@pytest.fixture(scope="module")
def behind() -> Iterator[tuple[NextHop, int]]:
    with next_hop() as hop:
        yield hop


@pytest.fixture
def hop(behind: tuple[NextHop, int]) -> NextHop:
    behind[0].__init__()  # type: ignore[misc]
    return behind[0]


@pytest.fixture
def running(hop: NextHop, behind: tuple[NextHop, int], tmp_path: Path) -> Iterator[Running]:
    with filled(tmp_path / "store") as ledger, gate(ledger, settings(behind[1])) as one:
        yield one


def sent(ledger: Ledger) -> list[MessageSent]:
    return [entry.body for entry in ledger.entries_from("gate:") if isinstance(entry.body, MessageSent)]


def test_what_is_allowed_is_completed_passed_on_and_recorded(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        code, said = given(session, RAW, ANA.value)
    assert code == 250, said
    (taken,) = hop.taken
    content = bytes(taken.content)  # type: ignore[arg-type]
    assert taken.rcpt_tos == [ANA.value]
    assert str(taken.mail_from).endswith("@back.oak.example")
    assert content.startswith(b"Received: by gate.oak.example")
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in content
    (record,) = sent(running.ledger)
    assert (record.outcome, record.stream, record.topic) == ("accepted", "carts", "abandoned_cart")


@pytest.mark.parametrize(("who", "rule"), [(BEN, "au.spam-act.sch2-6"), (CARA, "au.spam-act.16-1")])
def test_what_is_forbidden_is_refused_with_the_rule_and_a_sentence(
    running: Running, hop: NextHop, who: object, rule: str
) -> None:
    with client(running) as session:
        code, said = given(session, RAW, who.value)  # type: ignore[attr-defined]
    assert code == 550
    assert said.startswith("5.7.1 ")
    assert f"({rule}" in said
    assert "@" not in said
    assert hop.taken == []


def test_each_recipient_gets_a_transaction_of_their_own(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        session.mail("bounces@oak.example")
        assert session.rcpt(ANA.value)[0] == 250
        assert session.rcpt(BEN.value) == (
            452,
            b"4.5.3 one recipient at a time, since each gets their own answer and links",
        )
        assert session.data(RAW)[0] == 250
    assert [taken.rcpt_tos for taken in hop.taken] == [[ANA.value]]


def test_nobody_logs_in_before_tls_or_sends_without_logging_in(running: Running) -> None:
    with smtplib.SMTP("127.0.0.1", running.port, timeout=10) as session:
        assert b"AUTH" not in session.ehlo()[1]
        assert session.docmd("AUTH", "PLAIN AGEAYg==")[0] == 538
        assert session.mail("bounces@oak.example")[0] == 530
        session.starttls(context=ssl._create_unverified_context())  # noqa: S323 -- loopback
        session.ehlo()
        assert session.mail("bounces@oak.example")[0] == 530


@pytest.mark.parametrize(("user", "password"), [("carts", "guessed"), ("nobody", "walnut stool"), ("", "")])
def test_a_wrong_user_name_or_password_lets_nobody_in(running: Running, user: str, password: str) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError), client(running, user, password):
        pass


def test_from_is_bound_to_the_log_in(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        code, said = given(session, RAW.replace(b"shop@oak.example", b"shop@elm.example"), ANA.value)
    assert (code, hop.taken) == (550, [])
    assert "may not write for" in said


def test_service_mail_goes_only_in_a_stream_that_is_meant_for_it(running: Running, hop: NextHop) -> None:
    with client(running, "orders") as session:
        assert given(session, ORDER, BEN.value)[0] == 250
        assert given(session, RAW, BEN.value)[0] == 550
    with client(running, "carts") as session:
        assert given(session, ORDER.replace(b"<two@", b"<three@"), BEN.value)[0] == 550
    assert len(hop.taken) == 1


def test_a_label_that_nobody_signed_is_refused(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        code, said = given(session, f"{HEADER}: orders\r\n".encode() + ORDER, BEN.value)
    assert (code, hop.taken) == (550, [])
    assert "stream_header()" in said


def test_a_signed_header_says_what_one_message_to_one_person_is_for(running: Running, hop: NextHop) -> None:
    signer = StreamSigner(running.ledger)
    value = signer.stream_header("orders", BEN, "<two@oak.example>", NOW + timedelta(hours=1))
    stale = signer.stream_header("orders", BEN, "<two@oak.example>", NOW - timedelta(hours=1))
    with client(running) as session:
        assert given(session, f"{HEADER}: {value}\r\n".encode() + ORDER, BEN.value)[0] == 250
        assert given(session, f"{HEADER}: {value}\r\n".encode() + ORDER, ANA.value)[0] == 550
        assert "expired" in given(session, f"{HEADER}: {stale}\r\n".encode() + ORDER, BEN.value)[1]
        other = ORDER.replace(b"<two@", b"<three@")
        assert given(session, f"{HEADER}: {value}\r\n".encode() + other, BEN.value)[0] == 550
    (taken,) = hop.taken
    assert HEADER.encode() not in bytes(taken.content)  # type: ignore[arg-type]


def test_the_same_message_again_is_answered_and_not_sent_a_second_time(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        replies = [given(session, RAW, ANA.value)[0] for _ in range(3)]
    assert (replies, len(hop.taken), len(sent(running.ledger))) == ([250, 250, 250], 1, 1)


@pytest.mark.parametrize(
    ("at", "says", "code"),
    [("to_data", "451 4.3.0 busy", 451), ("to_data", "554 5.7.1 looks like spam", 554), ("to_rcpt", "450 4.2.0 greylisted", 450),
     ("to_rcpt", "550 5.1.1 ana@people.example unknown", 550)],
)  # fmt: skip
def test_what_the_next_hop_says_is_passed_back(running: Running, hop: NextHop, at: str, says: str, code: int) -> None:
    setattr(hop, at, says)
    with client(running) as session:
        answered, said = given(session, RAW, ANA.value)
        assert (answered, sent(running.ledger)) == (code, [])
        assert "@" not in said
        hop.__init__()  # type: ignore[misc]
        assert given(session, RAW, ANA.value)[0] == 250


def test_nothing_goes_while_the_store_cannot_be_asked(running: Running, hop: NextHop) -> None:
    with client(running) as session:
        running.ledger.path.write_bytes(b"no ledger " * 1000)
        code, said = given(session, RAW, ANA.value)
    assert (code, hop.taken) == (451, [])
    assert "no answer" in said


def test_no_next_hop_means_try_again(tmp_path: Path) -> None:
    with filled(tmp_path / "store") as ledger, gate(ledger, settings(1)) as running, client(running) as session:
        code, _ = given(session, RAW, ANA.value)
        assert (code, sent(ledger)) == (451, [])


def test_each_decision_is_a_line_with_its_stream_and_rule_and_no_contact_detail(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sayso.gate.decisions")
    with client(running) as session:
        given(session, RAW, ANA.value)
        given(session, RAW, BEN.value)
        given(session, RAW.replace(b"shop@oak.example", b"shop@elm.example"), ANA.value)
    with pytest.raises(smtplib.SMTPAuthenticationError), client(running, "carts", "guessed"):
        pass
    lines = [record.getMessage() for record in caplog.records if record.name == "sayso.gate.decisions"]
    assert [line.split("  ")[:2] for line in lines[:4]] == [
        ["sent", "carts"], ["refused", "carts"], ["refused", "carts"], ["refused", "-"],
    ]  # fmt: skip
    assert "(au.spam-act.sch2-6" in lines[1]
    assert not any("@" in line for line in lines)


def test_a_refused_receipt_is_told_which_kind_of_stream_it_needs(running: Running) -> None:
    with client(running, "carts") as session:
        code, said = given(session, ORDER, BEN.value)
        assert "it reads as service mail: send that through a stream with service = true" in said
        assert code == 550
        assert "service" not in given(session, RAW, BEN.value)[1]


@pytest.mark.parametrize("missing", ["cert.pem", "key.pem"])
def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, missing: str) -> None:
    certificate(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(SettingsError, match=f"{missing}, which is not there"):
        _tls(settings(25).gate, tmp_path)
