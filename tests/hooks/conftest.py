"""A fresh ledger on a clock set by hand, and a shop that sends to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shops import Clock, Shop

from sayso.ledger import Ledger
from stores import fresh

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    fresh(tmp_path / "store", clock())
    with Ledger(tmp_path / "store", clock=clock) as opened:
        yield opened


@pytest.fixture
def shop(ledger: Ledger, clock: Clock) -> Shop:
    return Shop(ledger, clock)


@pytest.fixture
def sample() -> Callable[[str], Any]:
    """A real payload; skips where the samples are absent."""

    def sample(name: str) -> Any:
        if not (SAMPLES / name).is_file():
            pytest.skip("../shared is absent")
        return json.loads((SAMPLES / name).read_text())

    return sample
