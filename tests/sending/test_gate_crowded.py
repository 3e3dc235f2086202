"""More who want in than there is room for: each is told to come again, and whoever was let in before is heard."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from dispatched import filled
from gates import PASSWORD, Running, client, gate, settings, streams

from sayso.sending.gate.credentials import WRONG_MOST, Credentials, TryLaterError, decoy, hashed
from sayso.sending.gate.crowd import Crowd


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Running]:
    wanted = settings(1, max_connections_per_address=3, login_seconds=5.0)
    with filled(tmp_path / "store") as ledger, gate(ledger, wanted) as running:
        yield running


def greeting(port: int, keep: ExitStack) -> str:
    connection = keep.enter_context(socket.create_connection(("127.0.0.1", port), 20))
    return connection.recv(1000).decode()


def test_a_connection_too_many_is_told_to_come_again(few: Running) -> None:
    with ExitStack() as all_of_them:
        said = [greeting(few.port, all_of_them)[:9] for _ in range(5)]
    assert [one[:4] for one in said[:3]] == ["220 "] * 3
    assert said[3:] == ["421 4.7.0"] * 2
    for _ in range(100):
        if few.listener.crowd.count == 0:
            break
        time.sleep(0.05)
    with client(few) as session:
        assert session.noop()[0] == 250
        assert few.listener.crowd.count == 1, "one that changed to TLS is still one"


def test_whoever_does_not_log_in_soon_is_sent_away_and_whoever_did_stays(few: Running) -> None:
    with client(few) as session, socket.create_connection(("127.0.0.1", few.port), 20) as idle:
        idle.recv(1000)
        assert idle.recv(1000).startswith(b"421 4.4.2")
        assert idle.recv(1000) == b""
        assert session.noop()[0] == 250


def test_connections_are_counted_in_total_and_for_each_address() -> None:
    crowd = Crowd(3, 2)
    assert [crowd.enter(one) for one in ("a", "a", "a", "b", "c")] == [True, True, False, True, False]
    crowd.leave("a")
    assert [crowd.enter(one) for one in ("a", "b")] == [True, False]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_so_many_passwords_wait_to_be_checked() -> None:
    async def all_at_once() -> list[Any]:
        credentials = Credentials(streams(), waiting=3)
        return await asyncio.gather(
            *(credentials.right("carts", f"guess {one}", f"192.0.2.{one}") for one in range(8)), return_exceptions=True
        )

    found = asyncio.run(all_at_once())
    assert [one for one in found if one is False] == [False] * 3
    assert sum(isinstance(one, TryLaterError) for one in found) == 5


def test_to_check_an_unknown_user_takes_as_long_as_a_known_one() -> None:
    """It fails for the last of reasons, and is of the same kind, cost and lengths."""
    made_up, real = decoy(), hashed(PASSWORD)
    assert made_up.rpartition("$")[0].rpartition("$")[0] == real.rpartition("$")[0].rpartition("$")[0]
    assert [len(part) for part in made_up.split("$")] == [len(part) for part in real.split("$")]
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(made_up, PASSWORD)
    assert made_up != decoy()


def test_whoever_was_wrong_often_is_not_heard_for_a_while_and_nobody_else_suffers() -> None:
    clock = Clock()

    async def guessing() -> None:
        credentials = Credentials(streams(), clock=clock)
        assert await credentials.right("orders", PASSWORD, "192.0.2.1")
        for number in range(WRONG_MOST):
            assert not await credentials.right("carts", f"guess {number}", "192.0.2.1")
        with pytest.raises(TryLaterError):
            await credentials.right("carts", PASSWORD, "192.0.2.1")
        assert await credentials.right("orders", PASSWORD, "192.0.2.1"), "another log-in of the same machine"
        assert not await credentials.right("carts", "guess", "192.0.2.2"), "another machine"
        clock.now += 1.1
        assert not await credentials.right("carts", "another guess", "192.0.2.1")
        clock.now += 1.1
        with pytest.raises(TryLaterError):
            await credentials.right("carts", PASSWORD, "192.0.2.1")
        clock.now += 1.0
        assert await credentials.right("carts", PASSWORD, "192.0.2.1")
        assert not await credentials.right("carts", "a slip", "192.0.2.1"), "it is forgiven"

    asyncio.run(guessing())


def test_a_gate_that_does_not_look_at_a_password_says_so_and_hears_those_it_knows(tmp_path: Path) -> None:
    with filled(tmp_path / "store") as ledger, gate(ledger, settings(1)) as running:
        with client(running, "orders"):
            pass
        codes = []
        for number in range(WRONG_MOST + 1):
            with smtplib.SMTP("127.0.0.1", running.port, timeout=30) as session:
                session.starttls(context=ssl._create_unverified_context())  # noqa: S323 -- loopback
                session.ehlo()
                secret = base64.b64encode(f"\0orders\0guess {number}".encode()).decode()
                codes.append(session.docmd("AUTH", f"PLAIN {secret}"))
        assert [code for code, _ in codes] == [535] * WRONG_MOST + [454]
        assert codes[-1][1].startswith(b"4.7.0 ")
        with client(running, "orders") as session:
            assert session.noop()[0] == 250
