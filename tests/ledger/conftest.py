"""Ledgers for tests: one made anew for each session, and a copy of it for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledgers import Clock, copied

from sayso.ledger import Ledger


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger without entries, closed; copy it, never open it."""
    home = tmp_path_factory.mktemp("ledger") / "home"
    Ledger.init(home, Clock()).close()
    return home


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Path:
    """A ledger's folder of the test's own."""
    return copied(empty_home, tmp_path / "home")


@pytest.fixture
def ledger(home: Path, clock: Clock) -> Iterator[Ledger]:
    """The ledger in `home`, open, on the hand-set `clock`."""
    with Ledger(home, clock) as opened:
        yield opened
