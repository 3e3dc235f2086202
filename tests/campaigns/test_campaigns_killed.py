"""`kill -9` wherever it can hurt: no message is lost, none that was known sent is sent again, and doubt is said."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import forkserver
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from killed_at import POINTS, main
from left_carts import make_shop

from sayso.sending.campaigns.records import Records

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["killed_at", "killed_gate"])  # both, as there is one server for all modules of tests


class Counting:
    """A real mail server that takes everything, and counts whose mail it took. It answers while `answers` is set."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.answers = threading.Event()
        self.answers.set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        self.taken[envelope.rcpt_tos[0]] += 1
        await asyncio.to_thread(self.answers.wait)
        return "250 2.0.0 taken"


@pytest.fixture
def next_hop() -> Iterator[tuple[Counting, int]]:
    counting = Counting()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(counting, hostname="127.0.0.1", port=port)
    controller.start()
    yield counting, port
    controller.stop()


@pytest.fixture(scope="module", autouse=True)
def server() -> None:
    """The process that the others are forked from, with the module loaded: Python 3.11 tells it nothing of `sys.path`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()


class Running:
    """A process of its own that runs one round."""

    def __init__(self, home: Path, port: int, point: str = "nowhere", hours: float = 1) -> None:
        self.said = home.parent / f"said-{time.monotonic_ns()}"
        self.ready, ready = PROCESSES.Pipe(duplex=False)
        self.process = PROCESSES.Process(target=main, args=(home, port, point, hours, self.said, ready))
        self.process.start()
        ready.close()

    def ended(self) -> tuple[int | None, str]:
        """Its exit code, less than zero where a signal ended it, and what it said on both its outputs."""
        self.process.join(120)
        code = self.process.exitcode
        self.process.kill()
        self.ready.close()
        return code, self.said.read_text()


def run(home: Path, port: int, point: str = "nowhere") -> tuple[int | None, str]:
    return Running(home, port, point).ended()


def states(home: Path) -> Counter[str]:
    records = Records(f"sqlite:///{home / 'campaigns.sqlite3'}")
    found = Counter(str(known.state) for known in records.all_known("cart", "first"))
    records.close()
    return found


SURE = {
    "before the attempt begins", "before the message is looked at", "before the dispatch", "before the journal",
    "after the ledger", "after the dispatch",
    "after the hand-over is kept", "before it is written down", "after it is written down", "after the attempt",
}  # fmt: skip
"""Points at which it is known for certain whether the message went."""
EITHER = {"before the next hop"}
"""Points at which the note that it is about to go may be on disk, or not yet."""


@pytest.mark.parametrize("point", [point for point in POINTS if point != "nowhere"])
def test_a_crash_at_this_point_neither_doubles_a_message_nor_loses_sight_of_it(
    tmp_path: Path, next_hop: tuple[Counting, int], point: str
) -> None:
    counting, port = next_hop
    home = tmp_path / "store"
    make_shop(home).close()
    assert run(home, port, point)[0] == -signal.SIGKILL
    code, said = run(home, port)
    assert code == 0, said
    assert counting.taken.total() <= 1
    if point in SURE:
        assert counting.taken.total() == 1
        assert states(home) == {"sent": 1}
    elif point in EITHER:
        assert states(home) == {"sent" if counting.taken else "unknown": 1}
    else:
        assert states(home) == {"unknown": 1}


def test_killed_again_and_again_at_any_moment_everybody_is_sent_to_at_most_once(
    tmp_path: Path, next_hop: tuple[Counting, int]
) -> None:
    counting, port = next_hop
    home = tmp_path / "store"
    make_shop(home, 80).close()
    for seed in range(6):
        running = Running(home, port)
        assert running.ready.recv() == "ready"
        time.sleep(random.Random(seed).uniform(0.05, 0.5))
        running.process.kill()
        assert running.ended()[0] in (-signal.SIGKILL, 0)
    code, said = run(home, port)
    assert code == 0, said
    found = states(home)
    assert found.total() == 80
    assert set(found) <= {"sent", "unknown"}
    assert max(counting.taken.values()) == 1
    assert found["sent"] <= len(counting.taken) <= found["sent"] + found["unknown"]


def test_two_processes_at_once_send_nothing_twice(tmp_path: Path, next_hop: tuple[Counting, int]) -> None:
    counting, port = next_hop
    counting.answers.clear()
    home = tmp_path / "store"
    make_shop(home, 12).close()
    both = [Running(home, port) for _ in range(2)]
    # Only one can have ended while the mail server has the other wait for its answers.
    wait([running.process.sentinel for running in both], timeout=100)
    counting.answers.set()
    ended = [running.ended() for running in both]
    assert sorted(code for code, _ in ended if code is not None) == [0, 1], ended
    (said,) = [said for code, said in ended if code == 1]
    assert "another process runs the campaigns" in said, said
    assert (len(counting.taken), max(counting.taken.values())) == (12, 1)
