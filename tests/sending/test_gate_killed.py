"""The gate killed, the next hop dying, the store locked: what was answered 250 arrived, and what arrived is on record."""

from __future__ import annotations

import asyncio
import fcntl
import multiprocessing
import os
import random
import signal
import smtplib
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

import killed_gate
import pytest
from dispatched import ANA, BEN, NOW, ORDER, RAW, filled
from gates import PASSWORD, NextHop, certificate, client, free_port, gate, given, next_hop, settings, streams

from sayso.ledger import Ledger
from sayso.ledger.entries import MessageSent
from sayso.sending.gate.approved import fingerprint
from sayso.sending.journal import FOLDER
from sayso.sending.outgoing import Mail
from sayso.sending.recording import APPROVED
from sayso.sending.smart_host import SmartHost
from sayso.settings import SmartHost as Wanted

HERE = Path(__file__).parent
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["killed_at", "killed_gate"])  # both, as there is one server for all modules of tests


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    """The process that the others are forked from, with the module loaded: Python 3.11 tells it nothing of `sys.path`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()


def a_shop(home: Path, port: int, hop: int) -> None:
    """A store with a declaration and settings, for `sayso gate`."""
    filled(home).close()
    certificate(home)
    declared = (HERE.parent / "public" / "notices.yaml").read_text("utf-8")
    for theirs, ours in (("kettle.example", "oak.example"), ("Copper Kettle", "Oak Iron")):
        declared = declared.replace(theirs, ours)
    (home / "notices.yaml").write_text(declared, "utf-8")
    (home / "sayso.toml").write_text(
        f"""[gate]
port = {port}
certificate_file = "cert.pem"
key_file = "key.pem"
return_domain = "back.oak.example"
[gate.streams.carts]
password_hash = "{streams()["carts"].password_hash}"
from_domains = ["oak.example"]
topic = "abandoned_cart"
[smart_host]
host = "127.0.0.1"
port = {hop}
tls = "none"
""",
        "utf-8",
    )


@contextmanager
def sayso_gate(home: Path, port: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`sayso gate` as its own process, once it takes connections."""
    with (home.parent / "gate.log").open("ab") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "sayso"), "gate", *more],
            env={**os.environ, "SAYSO_HOME": str(home)}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        answering(home, port, lambda: process.poll() is None)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


@contextmanager
def forked_gate(home: Path, port: int) -> Iterator[BaseProcess]:
    """The same, forked from a process that has imported what the command needs: it is there in a fifth of the time."""
    process = PROCESSES.Process(target=killed_gate.main, args=(home, home.parent / "gate.log"))
    process.start()
    try:
        answering(home, port, process.is_alive)
        yield process
    finally:
        process.terminate()
        process.join(30)


def answering(home: Path, port: int, alive: Callable[[], bool]) -> None:
    for _ in range(1500):
        assert alive(), (home.parent / "gate.log").read_text()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.01)


def mailer(home: Path, port: int, numbers: list[int], taken: set[int]) -> None:
    """A mailer that tries each message until it is told 250, as MTAs do."""
    context = ssl.create_default_context(cafile=str(home / "cert.pem"))
    until = time.monotonic() + 180
    for number in numbers:
        while number not in taken and time.monotonic() < until:
            try:
                with smtplib.SMTP("127.0.0.1", port, timeout=15) as session:
                    session.starttls(context=context)
                    session.login("carts", PASSWORD)
                    code, said = given(session, RAW.replace(b"<one@", f"<{number}@".encode()), ANA.value)
                    if code == 250:
                        taken.add(number)
                        continue
                    assert 400 <= code < 500, said
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)


def identities(hop: NextHop) -> Counter[str]:
    return Counter(
        str(message_from_bytes(bytes(one.content))["Message-ID"])  # type: ignore[arg-type]
        for one in hop.taken
    )


def children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_no_message_is_lost_after_a_250_however_often_the_gate_is_killed(tmp_path: Path) -> None:
    home, port = tmp_path / "store", free_port()
    chance = random.Random(4)
    taken: set[int] = set()
    with next_hop() as (hop, behind):
        a_shop(home, port, behind)
        mailers = [
            threading.Thread(target=mailer, args=(home, port, list(range(first, 180, 6)), taken)) for first in range(6)
        ]
        for one in mailers:
            one.start()
        kills = 0
        while any(one.is_alive() for one in mailers):
            with forked_gate(home, port) as process:
                until = time.monotonic() + (0.3 + chance.random() / 2 if kills < 12 else 60)
                while time.monotonic() < until and any(one.is_alive() for one in mailers):
                    time.sleep(0.01)
                process.kill()
                process.join()
                assert process.exitcode == -signal.SIGKILL
                kills += 1
        with forked_gate(home, port):
            with smtplib.SMTP("127.0.0.1", port, timeout=15) as session:
                session.noop()
            mailer(home, port, [1000], taken)  # whoever starts takes over what was left behind
    assert kills >= 8
    arrived = identities(hop)
    assert {f"<{number}@oak.example>" for number in taken} <= set(arrived)
    assert len(taken) == 181
    with Ledger(home) as ledger:
        assert ledger.verify() == []
        bodies = [entry.body for entry in ledger.entries_from("gate:") if isinstance(entry.body, MessageSent)]
        recorded = Counter(body.message_id for body in bodies)
        assert set(arrived) <= set(recorded), "what arrived is on record"
        for identity, times in arrived.items():
            assert recorded[identity] >= times, "each time that it arrived"
        unknown = sum(body.outcome == "unknown" for body in bodies)
        assert sum(arrived.values()) - len(arrived) <= unknown, "twice only where nobody could know of the first time"
    left = list((home / FOLDER).glob("*.log"))
    assert not left, [one.stat().st_size for one in left]


def test_of_several_processes_one_that_is_killed_is_started_again(tmp_path: Path) -> None:
    home, port = tmp_path / "store", free_port()
    taken: set[int] = set()
    with next_hop() as (hop, behind):
        a_shop(home, port, behind)
        with sayso_gate(home, port, "--processes", "2") as process:
            for _ in range(200):
                if len(serving := children(process.pid)) >= 2:
                    break
                time.sleep(0.05)
            mailers = [
                threading.Thread(target=mailer, args=(home, port, list(range(first, 40, 4)), taken))
                for first in range(4)
            ]
            for one in mailers:
                one.start()
            time.sleep(1)
            os.kill(max(serving), signal.SIGKILL)
            for one in mailers:
                one.join(120)
    assert len(taken) == 40
    assert {f"<{number}@oak.example>" for number in taken} <= set(identities(hop))


class Dying:
    """A next hop that hangs up at a moment of one's choice; what it was given by then."""

    def __init__(self, at: str) -> None:
        self.at, self.given, self.port = at, b"", free_port()
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection, connection.makefile("rwb") as wire:
                    self._talk(connection, wire)

    def _talk(self, connection: socket.socket, wire: object) -> None:
        def say(line: bytes) -> None:
            wire.write(line + b"\r\n")  # type: ignore[attr-defined]
            wire.flush()  # type: ignore[attr-defined]

        if self.at == "connecting":
            return
        say(b"220 dying.example")
        in_data = False
        for line in wire:  # type: ignore[attr-defined]
            if in_data:
                self.given += line
                if self.at == "the message" and len(self.given) > 200:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    return
                if line == b".\r\n":
                    return  # after the last dot, before the reply
            elif line[:4].upper() in (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"RSET"):
                if self.at == line[:4].decode().upper():
                    return
                say(b"250 OK")
            elif line[:4].upper() == b"DATA":
                if self.at == "DATA":
                    return
                in_data = True
                say(b"354 go on")

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize("at", ["connecting", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_next_hop_that_dies_before_it_has_the_message_means_try_again(tmp_path: Path, at: str) -> None:
    dying = Dying(at)
    with (
        filled(tmp_path / "store") as ledger,
        gate(ledger, settings(dying.port)) as running,
        client(running) as session,
    ):
        assert given(session, RAW, ANA.value)[0] == 451
        assert ledger.entries_from("gate:") == []
    dying.close()


def test_a_next_hop_that_dies_while_the_message_is_on_its_way_did_not_take_it(tmp_path: Path) -> None:
    """The last dot is not sent while anything before it waits in this process."""
    dying = Dying("the message")
    large = RAW + b"a line of text that goes on for a while\r\n" * 400_000

    async def handed() -> str:
        host = SmartHost(Wanted(host="127.0.0.1", port=dying.port, tls="none"), tmp_path)
        return (await host.hand_over(ANA, Mail(large, "x@oak.example"), "entry")).state

    assert asyncio.run(handed()) == "deferred"
    assert b"\r\n.\r\n" not in dying.given
    dying.close()


def test_a_next_hop_that_dies_after_the_last_dot_leaves_the_outcome_unknown(tmp_path: Path) -> None:
    dying = Dying("the reply")
    with (
        filled(tmp_path / "store") as ledger,
        gate(ledger, settings(dying.port)) as running,
        client(running) as session,
    ):
        code, said = given(session, RAW, ANA.value)
        assert (code, said[:5]) == (451, "4.4.2")
        (entry,) = ledger.entries_from("gate:")
        assert isinstance(entry.body, MessageSent)
        assert entry.body.outcome == "unknown"
    dying.close()


def test_a_connection_the_next_hop_dropped_meanwhile_is_opened_anew(tmp_path: Path) -> None:
    with next_hop() as (hop, port), filled(tmp_path / "store") as ledger:

        async def twice() -> list[str]:
            host = SmartHost(Wanted(host="127.0.0.1", port=port, tls="none"), tmp_path)
            first = await host.hand_over(ANA, Mail(RAW, "x@oak.example"), "1")
            client, _ = host._idle[0]
            assert client.transport is not None
            client.transport.abort()
            second = await host.hand_over(ANA, Mail(RAW, "x@oak.example"), "2")
            await host.close()
            return [first.state, second.state]

        assert asyncio.run(twice()) == ["sent", "sent"]
        assert len(hop.taken) == 2
        assert ledger.entries_from("gate:") == []


def test_what_went_while_the_store_was_locked_is_recorded_with_the_next(tmp_path: Path) -> None:
    with next_hop() as (hop, port), filled(tmp_path / "store") as first:
        first.close()
        with (
            Ledger(tmp_path / "store", lambda: NOW, wait_seconds=0.3) as ledger,
            gate(ledger, settings(port)) as running,
            client(running) as session,
        ):
            locking = sqlite3.connect(ledger.path, isolation_level=None)
            assert given(session, RAW.replace(b"<one@", b"<zero@"), ANA.value)[0] == 250
            locking.execute("BEGIN IMMEDIATE")
            assert given(session, RAW, ANA.value)[0] == 250
            assert given(session, RAW, BEN.value)[0] == 451, "a refusal that cannot be recorded waits"
            locking.execute("ROLLBACK")
            assert len(ledger.entries_from("gate:")) == 1
            assert given(session, RAW.replace(b"<one@", b"<two@"), ANA.value)[0] == 250
            assert len(ledger.entries_from("gate:")) == 3
        assert len(hop.taken) == 3


def test_only_service_mail_that_the_owner_approved_goes_while_no_answer_can_be_had(tmp_path: Path) -> None:
    wanted_streams = streams()
    wanted_streams["orders"].approved = [fingerprint(ORDER)]
    with next_hop() as (hop, port), filled(tmp_path / "store") as ledger:
        with gate(ledger, settings(port, streams=wanted_streams)) as running, client(running, "orders") as session:
            written = ledger.path.read_bytes()
            ledger.path.write_bytes(b"no ledger " * 1000)
            other = ORDER.replace(b"1044", b"1045").replace(b"<two@", b"<three@").replace(b"$120.00", b"$80.00")
            assert given(session, other, BEN.value)[0] == 250, "a number of its own makes no other message"
            promoting = ORDER.replace(b"shipped.", b"shipped. Buy another one!")
            assert given(session, promoting, BEN.value)[0] == 451
            assert given(session, RAW, ANA.value)[0] == 451
            ledger.path.write_bytes(written)
        assert len(hop.taken) == 1
        assert bytes(hop.taken[0].content).endswith(b"shipped.\r\n")  # type: ignore[arg-type]
        with client_of(ledger, port) as session:
            assert given(session, RAW, ANA.value)[0] == 250
        rules = [entry.body.rule for entry in ledger.entries_from("gate:") if isinstance(entry.body, MessageSent)]
        assert APPROVED in rules


@contextmanager
def client_of(ledger: Ledger, port: int) -> Iterator[smtplib.SMTP]:
    with gate(ledger, settings(port)) as running, client(running) as session:
        yield session


def test_a_journal_in_use_is_left_alone(tmp_path: Path) -> None:
    with (
        next_hop() as (_, port),
        filled(tmp_path / "store") as ledger,
        gate(ledger, settings(port)) as one,
        client(one) as session,
    ):
        assert given(session, RAW, ANA.value)[0] == 250
        (mine,) = (ledger.home / FOLDER).glob("*.log")
        with gate(ledger, settings(port)) as other, client(other) as second:
            assert given(second, RAW.replace(b"<one@", b"<two@"), ANA.value)[0] == 250
            with mine.open("rb") as file, pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert mine.exists()
