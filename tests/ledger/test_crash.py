"""A writer killed at any moment: what it said was done is there, the rest is not there at all, and nothing is half there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ledgers import stops_at
from writer import PEOPLE, person

from sayso.ledger import Ledger

WRITER = Path(__file__).with_name("writer.py")


def started(home: Path, name: str) -> subprocess.Popen[str]:
    writer = subprocess.Popen([sys.executable, str(WRITER), str(home), name], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


def killed(writer: subprocess.Popen[str]) -> tuple[list[int], list[int]]:
    """Kill it (signal 9); the batches and erasures it had said were done."""
    writer.kill()
    said, _ = writer.communicate(timeout=30)
    assert writer.returncode == -signal.SIGKILL, "it had ended before it was killed"
    lines = [line.split() for line in said.splitlines() if line.endswith(tuple("0123456789"))]
    return (
        [int(line[1]) for line in lines if line[0] == "batch"],
        [int(line[1]) for line in lines if line[0] == "erased"],
    )


def check(home: Path, said: dict[str, tuple[list[int], list[int]]]) -> None:
    with Ledger(home) as ledger:
        assert ledger.verify() == []
        size, _ = ledger.count()
        whole = 0
        for name, (batches, erased) in said.items():
            for batch in batches:
                for number in range(PEOPLE):
                    assert stops_at(ledger, person(name, batch, number)), "a stop was lost"
                assert len(ledger.find(person(name, batch, 1).value)) == 1
            for batch in erased:
                assert ledger.find(person(name, batch, 0).value) == []
            after = max(batches, default=-1) + 1
            # The batch after the last one said may have been finished and not said any more; then it is there whole.
            there = [bool(stops_at(ledger, person(name, after, number))) for number in range(PEOPLE)]
            assert len(set(there)) == 1, "a batch is half there"
            whole += 2 * PEOPLE * (len(batches) + there[0])
            whole += len(erased)
        # An erasure may have been finished and not said.
        assert whole <= size <= whole + len(said)


@pytest.mark.parametrize("seed", range(3))
def test_what_a_killed_writer_said_was_done_is_there_and_nothing_is_half_there(home: Path, seed: int) -> None:
    chance, said = random.Random(seed), {}
    for life in range(2):
        name = f"life{life}"
        writer = started(home, name)
        time.sleep(chance.uniform(0.05, 0.5))
        said[name] = killed(writer)
        check(home, said)
    assert sum(len(batches) for batches, _ in said.values()) > 0


def test_two_writers_at_once_take_turns_and_one_that_is_killed_does_not_hold_up_the_other(home: Path) -> None:
    one, other = started(home, "one"), started(home, "other")
    time.sleep(0.7)
    said = {"one": killed(one)}
    time.sleep(0.3)
    said["other"] = killed(other)
    assert said["one"][0]
    assert said["other"][0]
    check(home, said)


def test_a_ledger_whose_making_broke_off_is_made_anew(home: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    for suffix in ("", "-wal", "-shm"):
        (fresh / f"ledger.sqlite3.new{suffix}").write_bytes(b"half a store")
    with Ledger.init(fresh) as ledger:
        assert ledger.count() == (0, 0)
    assert sorted(path.name for path in fresh.iterdir()) == ["keys", "ledger.sqlite3"]
