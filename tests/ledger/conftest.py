"""Ledgers for tests: one made anew for each session, and a copy of it for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledgers import JONAH, MIRA, MIRA_PHONE, Clock, checkout, collected, consent, copied, entry, stop

from sayso.ledger import Ledger
from sayso.ledger.entries import NoticePublished


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


@pytest.fixture(scope="session")
def _written(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copied(empty_home, tmp_path_factory.mktemp("written") / "home")
    with Ledger(home, Clock()) as ledger:
        ledger.append([checkout(MIRA, MIRA_PHONE), consent(MIRA), stop(MIRA), collected(JONAH)])
        ledger.append([entry(NoticePublished(wording="We use your email to answer you", wording_version="1"))])
        ledger.erase(ledger.find(JONAH.value)[0], origin="test:erasure")
        ledger.append([checkout(MIRA)])
        assert ledger.head().size == 7
    return home


@pytest.fixture
def written_home(_written: Path, tmp_path: Path) -> Path:
    """A closed ledger with seven entries about two people: Mira, who stopped (entry 3), and Jonah, who is erased."""
    return copied(_written, tmp_path / "written")
