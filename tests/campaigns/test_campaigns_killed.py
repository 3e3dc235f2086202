"""`kill -9` wherever it can hurt: no message is lost, none that was known sent is sent again, and doubt is said."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from killed_at import POINTS
from left_carts import make_shop

from sayso.sending.campaigns.records import Records

HERE = Path(__file__).parent


class Counting:
    """A real mail server that takes everything, and counts whose mail it took."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        self.taken[envelope.rcpt_tos[0]] += 1
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


def run(home: Path, port: int, point: str = "nowhere", hours: float = 1) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "killed_at.py"), str(home), str(port), point, str(hours)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


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


@pytest.mark.parametrize("point", [point for point in POINTS if point != "nowhere"])
def test_a_crash_at_this_point_neither_doubles_a_message_nor_loses_sight_of_it(
    tmp_path: Path, next_hop: tuple[Counting, int], point: str
) -> None:
    counting, port = next_hop
    home = tmp_path / "store"
    make_shop(home).close()
    assert run(home, port, point).returncode == -signal.SIGKILL
    again = run(home, port)
    assert again.returncode == 0, again.stderr
    assert counting.taken.total() <= 1
    if point in SURE:
        assert counting.taken.total() == 1
        assert states(home) == {"sent": 1}
    else:
        assert states(home) == {"unknown": 1}


def test_killed_again_and_again_at_any_moment_everybody_is_sent_to_at_most_once(
    tmp_path: Path, next_hop: tuple[Counting, int]
) -> None:
    counting, port = next_hop
    home = tmp_path / "store"
    make_shop(home, 150).close()
    command = [sys.executable, str(HERE / "killed_at.py"), str(home), str(port), "nowhere", "1"]
    for seed in range(6):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            running.stdout.readline()
            time.sleep(random.Random(seed).uniform(0.05, 0.5))
            running.kill()
    assert run(home, port).returncode == 0
    found = states(home)
    assert found.total() == 150
    assert set(found) <= {"sent", "unknown"}
    assert max(counting.taken.values()) == 1
    assert found["sent"] <= len(counting.taken) <= found["sent"] + found["unknown"]


def test_two_processes_at_once_send_nothing_twice(tmp_path: Path, next_hop: tuple[Counting, int]) -> None:
    counting, port = next_hop
    home = tmp_path / "store"
    make_shop(home, 30).close()
    command = [sys.executable, str(HERE / "killed_at.py"), str(home), str(port), "nowhere", "1"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert any("another process runs the campaigns" in one for one in said)
    assert (len(counting.taken), max(counting.taken.values())) == (30, 1)
