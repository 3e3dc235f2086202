"""What comes to the gate is malformed, enormous, slow, or meant to fool it."""

from __future__ import annotations

import base64
import random
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dispatched import ANA, RAW, filled
from gates import PASSWORD, NextHop, Running, client, gate, given, next_hop, settings

HEADER, BODY = RAW.split(b"\r\n\r\n", 1)


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, NextHop]]:
    with (
        next_hop() as (hop, port),
        filled(tmp_path_factory.mktemp("gate") / "store") as ledger,
        gate(ledger, settings(port)) as running,
    ):
        yield running, hop


@pytest.fixture
def running(_running: tuple[Running, NextHop]) -> Iterator[Running]:
    running, hop = _running
    hop.__init__()  # type: ignore[misc]
    yield running
    with client(running) as session:  # whatever came, the next one is served
        fresh = RAW.replace(b"<one@", f"<{random.random()}@".encode())
        assert given(session, fresh, ANA.value)[0] == 250


@pytest.fixture
def hop(_running: tuple[Running, NextHop]) -> NextHop:
    return _running[1]


class Wire:
    """A connection on which every byte is the test's own, logged in after STARTTLS."""

    def __init__(self, running: Running) -> None:
        self.plain = socket.create_connection(("127.0.0.1", running.port), 20)
        self.socket: socket.socket = self.plain
        self.read()
        self.said(b"EHLO mailer.oak.example\r\n")
        self.said(b"STARTTLS\r\n")
        context = ssl.create_default_context(cafile=str(running.ledger.home / "cert.pem"))
        self.socket = context.wrap_socket(self.plain, server_hostname="localhost")
        self.said(b"EHLO mailer.oak.example\r\n")
        assert self.said(b"AUTH PLAIN " + base64.b64encode(f"\0carts\0{PASSWORD}".encode()) + b"\r\n")[:3] == "235"

    def said(self, data: bytes) -> str:
        self.socket.sendall(data)
        return self.read()

    def read(self, replies: int = 1) -> str:
        lines: list[str] = []
        held = b""
        while sum(line[3:4] != "-" for line in lines) < replies:
            piece = self.socket.recv(65536)
            if not piece:
                break
            held += piece
            *whole, held = held.split(b"\r\n")
            lines += [line.decode() for line in whole]
        return "\n".join(lines)

    def to_data(self) -> None:
        self.said(b"MAIL FROM:<bounces@oak.example>\r\n")
        self.said(f"RCPT TO:<{ANA.value}>\r\n".encode())
        assert self.said(b"DATA\r\n").startswith("354")

    def message(self, raw: bytes) -> str:
        self.to_data()
        return self.said(raw + b"\r\n.\r\n")


@pytest.mark.parametrize(
    "end",
    [b"\n.\r\n", b"\n.\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\n\n.\r\n", b"\r\n\x00.\r\n"],
    ids=repr,
)
def test_only_crlf_dot_crlf_ends_a_message_and_what_hides_another_is_refused(
    running: Running, hop: NextHop, end: bytes
) -> None:
    hidden = b"MAIL FROM:<x@oak.example>\r\nRCPT TO:<ben@people.example>\r\nDATA\r\n" + RAW
    wire = Wire(running)
    answer = wire.message(RAW + end + hidden)
    assert answer[:3] == "554", answer
    assert hop.taken == []
    assert wire.said(b"NOOP\r\n")[:3] == "250"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEADER + b"\r\n\r\n" + b"bare\nline", "554"),
        (HEADER + b"\r\n\r\n" + b"bare\rreturn", "554"),
        (HEADER + b"\r\n\r\n" + b"nul \x00 byte", "554"),
        (HEADER + b"\r\n\r\n" + b"x" * 1200, "554"),
        (b"no header at all", "554"),
        (b"", "554"),
        (b"\r\n\r\n", "554"),
        (b" continued: from nothing\r\n" + RAW, "554"),
        (RAW.replace(b"Subject:", b"Subject: one\r\nSubject:"), "554"),
        (b"From: shop@elm.example\r\n" + RAW, "554"),
        (RAW.replace(b"<shop@oak.example>", b"<shop@oak.example>, <shop@elm.example>"), "554"),
        (RAW.replace(b"From: Oak & Iron <shop@oak.example>\r\n", b""), "554"),
        (RAW.replace(b"<shop@oak.example>", b"<shop@oak.example"), None),
        (RAW.replace(b"Oak & Iron", "Öak".encode()), "554"),
        (b"X-Long: " + b"a b " * 80_000 + b"\r\n" + RAW, "554"),
        (b"".join(b"X-Many-%d: x\r\n" % one for one in range(20_000)) + RAW, "552"),
        (b"Received: by elsewhere; now\r\n" * 51 + RAW, "554"),
        (HEADER.replace(b"text/plain", b"multipart/mixed") + b"\r\n\r\n--nothing", None),
        (HEADER.replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b"') + b"\r\n\r\n"
         + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 500, None),
        (HEADER.replace(b"charset=utf-8", b"charset=no-such-thing") + b"\r\n\r\n\xff\xfe text", None),
        (HEADER + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!! not base64 !!!!", None),
    ],
    ids=lambda value: repr(value)[-40:] if isinstance(value, bytes) else str(value),
)  # fmt: skip
def test_a_malformed_message_gets_a_clear_no_or_is_judged(running: Running, raw: bytes, code: str | None) -> None:
    answer = Wire(running).message(raw)
    assert answer[:3] in ({code} if code else {"250", "550", "554"}), answer
    assert answer[4:5] in "25" or code is None
    assert "@" not in answer


@pytest.mark.parametrize(
    "line",
    [
        b"RCPT TO:<ana@people.example>\nRCPT TO:<ben@people.example>\r\n",
        b"RCPT TO:<ana@people.example\r\nDATA\r\n",
        b"RCPT TO:<\"ana\r\n\"@people.example>\r\n",
        b"RCPT TO:<ana@people.example\x00>\r\n",
        b"RCPT TO:<@relay.example:ana@people.example>\r\n",
        b"RCPT TO:<ana%people.example@oak.example>\r\n",
        "RCPT TO:<änn@people.example>\r\n".encode(),
        b"RCPT TO:<" + b"a" * 5000 + b"@people.example>\r\n",
        b"RCPT TO:<>\r\n",
        b"MAIL FROM:<a@oak.example> SMTPUTF8\r\n",
        b"MAIL FROM:<a@oak.example> SIZE=99999999999\r\n",
        b"BDAT 10 LAST\r\n",
        b"\xff\xfe\xfd\r\n",
        b"A" * 100_000 + b"\r\n",
    ],
    ids=lambda line: repr(line)[:40],
)  # fmt: skip
def test_a_malformed_command_is_refused_and_changes_nothing(running: Running, hop: NextHop, line: bytes) -> None:
    wire = Wire(running)
    if not line.startswith(b"MAIL"):
        wire.said(b"MAIL FROM:<bounces@oak.example>\r\n")
    assert wire.said(line)[:1] in ("5", "4", "2")
    assert hop.taken == []


def test_ten_thousand_recipients_get_one_taken_and_the_others_sent_again(running: Running) -> None:
    wire = Wire(running)
    wire.said(b"MAIL FROM:<bounces@oak.example>\r\n")
    began = time.monotonic()
    codes = []
    for _ in range(20):
        wire.socket.sendall(b"".join(b"RCPT TO:<p%d@people.example>\r\n" % one for one in range(500)))
        codes += [line[:3] for line in wire.read(500).split("\n")]
    assert (codes.count("250"), codes.count("452")) == (1, 9_999)
    assert time.monotonic() - began < 30


def test_a_message_that_is_too_large_is_refused_by_what_it_says_and_by_what_it_is(running: Running) -> None:
    largest = running.listener._gate.max_message_bytes
    wire = Wire(running)
    assert wire.said(f"MAIL FROM:<bounces@oak.example> SIZE={largest + 1}\r\n".encode())[:3] == "552"
    wire.to_data()
    line = b"x" * 76 + b"\r\n"
    for _ in range(largest // (len(line) * 1000) + 2):
        wire.socket.sendall(line * 1000)
    assert wire.said(b".\r\n")[:9] == "552 5.3.4"
    assert wire.said(b"NOOP\r\n")[:3] == "250"
    assert running.listener.memory.held == 0


def test_many_large_messages_at_once_are_taken_or_told_to_come_again(running: Running, hop: NextHop) -> None:
    """A gate that is busy refuses nothing for good, and holds no more than it has room for."""
    pdf = base64.encodebytes(b"%PDF" + b"p" * 14_500_000).replace(b"\n", b"\r\n")
    header = HEADER.replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b")
    large = (
        header + b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + BODY + b"\r\n--b\r\nContent-Type: application/pdf\r\n"
        b"Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + pdf + b"--b--"
    )  # fmt: skip

    def one(number: int) -> str:
        wire = Wire(running)
        wire.to_data()
        mine = large.replace(b"<one@", b"<large.%d@" % number)
        for start in range(0, len(mine), 1 << 20):
            wire.socket.sendall(mine[start : start + (1 << 20)])
        wire.socket.settimeout(120)
        return wire.said(b"\r\n.\r\n")[:9]

    with ThreadPoolExecutor(12) as many:
        codes = list(many.map(one, range(12)))
    assert set(codes) == {"452 4.3.1", "250 2.0.0"}
    assert codes.count("250 2.0.0") == len(hop.taken)
    assert running.listener.memory.peak <= running.listener.memory.most
    assert running.listener.memory.held == 0


def test_a_text_too_long_to_be_judged_is_refused_for_what_it_is(running: Running) -> None:
    """However idle the gate: the next try would find it as long."""
    line = b"x" * 76 + b"\r\n"
    answer = Wire(running).message(HEADER + b"\r\n\r\n" + line * 20_000)
    assert answer.startswith("554 5.0.0 its text is longer than 1 million characters"), answer


def test_dots_at_the_start_of_lines_arrive_as_they_were_written(running: Running, hop: NextHop) -> None:
    raw = RAW + b".\r\n..two\r\n.three\r\n"
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    wire = Wire(running)
    wire.to_data()
    for byte in range(0, len(stuffed), 7):  # the end may be split anywhere
        wire.socket.sendall(stuffed[byte : byte + 7])
    assert wire.said(b".\r\n")[:3] == "250"
    (taken,) = hop.taken
    assert b"\r\n.\r\n..two\r\n.three\r\n" in bytes(taken.content)  # type: ignore[arg-type]


def test_commands_sent_all_at_once_are_answered_one_by_one(running: Running, hop: NextHop) -> None:
    wire = Wire(running)
    wire.socket.sendall(f"MAIL FROM:<bounces@oak.example>\r\nRCPT TO:<{ANA.value}>\r\nDATA\r\n".encode())
    assert [line[:3] for line in wire.read(3).split("\n")] == ["250", "250", "354"]
    wire.socket.sendall(RAW.replace(b"<one@", b"<piped@") + b".\r\nNOOP\r\nQUIT\r\n")
    assert [line[:3] for line in wire.read(3).split("\n")] == ["250", "250", "221"]
    assert len(hop.taken) == 1


def test_a_client_that_stalls_is_sent_away_and_its_message_with_it(tmp_path: Path) -> None:
    with (
        next_hop() as (hop, port),
        filled(tmp_path / "store") as ledger,
        gate(ledger, settings(port), wait=1 / 300) as running,
    ):
        wire = Wire(running)
        wire.to_data()
        wire.socket.sendall(RAW[:100])
        began = time.monotonic()
        try:
            while wire.socket.recv(1000):
                pass
        except OSError:
            pass
        assert time.monotonic() - began < 15
        drip = Wire(running)
        drip.to_data()
        began = time.monotonic()
        try:
            for number in range(400):
                drip.socket.sendall(b"X%d: y\r\n" % number)
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - began < 15
        assert hop.taken == []
        assert running.listener.memory.held == 0


def test_a_client_that_hangs_up_after_its_message_has_it_recorded_all_the_same(running: Running, hop: NextHop) -> None:
    wire = Wire(running)
    wire.to_data()
    wire.socket.sendall(RAW.replace(b"<one@", b"<gone@") + b"\r\n.\r\n")
    time.sleep(0.02)
    wire.plain.close()
    wire.socket.close()
    for _ in range(100):
        if hop.taken:
            break
        time.sleep(0.05)
    with client(running) as session:
        assert given(session, RAW.replace(b"<one@", b"<gone@") + b"\r\n", ANA.value)[0] == 250
    assert len(hop.taken) == 1


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_end_in_a_reply_or_a_closed_connection(running: Running, hop: NextHop, seed: int) -> None:
    chance = random.Random(seed)
    commands = [b"EHLO x", b"MAIL FROM:<a@oak.example>", b"RCPT TO:<ana@people.example>", b"DATA", b"RSET", b"STARTTLS",
                b"AUTH LOGIN", b"AUTH PLAIN =", b".", b"NOOP", b"HELP", b"VRFY a", b"\0", b"", RAW[:300]]  # fmt: skip
    for _ in range(40):
        raw = bytearray(b"\r\n".join(chance.choices(commands, k=chance.randrange(1, 12))) + b"\r\n")
        for _ in range(chance.randrange(4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        with socket.create_connection(("127.0.0.1", running.port), 10) as plain:
            plain.sendall(bytes(raw))
            plain.shutdown(socket.SHUT_WR)
            plain.settimeout(10)
            said = b""
            while piece := plain.recv(65536):
                said += piece
        assert said.startswith(b"220 ")
        assert b"Traceback" not in said
    assert hop.taken == []


@pytest.mark.parametrize("seed", range(2))
def test_a_message_with_random_bytes_in_it_is_judged_or_refused(running: Running, seed: int) -> None:
    chance = random.Random(seed)
    with client(running) as session:
        for number in range(25):
            raw = bytearray(RAW.replace(b"<one@", f"<{seed}.{number}@".encode()))
            for _ in range(chance.randrange(1, 6)):
                raw[chance.randrange(len(raw))] = chance.choice(b'\x00\r\n\t :<>@"=?;\x80\xff')
            session.docmd("MAIL", "FROM:<bounces@oak.example>")
            session.docmd("RCPT", f"TO:<{ANA.value}>")
            assert session.docmd("DATA")[0] == 354
            session.send(bytes(raw).replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
            code, said = session.getreply()
            assert code in (250, 550, 552, 554), (code, said)


def test_nothing_of_whom_it_is_for_is_logged(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with client(running) as session:
        given(session, RAW, ANA.value)
        given(session, RAW, "ben@people.example")
        given(session, RAW.replace(b"\r\n\r\n", b"\nbare\r\n\r\n"), ANA.value)
    assert "people.example" not in caplog.text
    assert PASSWORD not in caplog.text


def test_what_was_said_in_clear_is_not_taken_for_what_comes_after_starttls(running: Running) -> None:
    wire = Wire.__new__(Wire)
    wire.plain = wire.socket = socket.create_connection(("127.0.0.1", running.port), 10)
    wire.read()
    wire.said(b"EHLO a\r\n")
    assert wire.said(b"STARTTLS\r\nEHLO injected\r\nNOOP\r\n")[:3] == "220"
    context = ssl.create_default_context(cafile=str(running.ledger.home / "cert.pem"))
    try:
        wire.socket = context.wrap_socket(wire.plain, server_hostname="localhost")
    except (ssl.SSLError, OSError):
        return
    wire.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        wire.socket.recv(1000)


def test_mail_is_refused_while_smtplib_has_not_said_hello(running: Running) -> None:
    with smtplib.SMTP("127.0.0.1", running.port, timeout=10) as session:
        assert session.docmd("MAIL", "FROM:<a@oak.example>")[0] in (503, 530)
