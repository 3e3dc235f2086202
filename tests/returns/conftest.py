"""A ledger in which Ana was written to, and the samples of real mails and events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shop_post import NOW, Post

from sayso.ledger import Ledger
from stores import fresh

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    fresh(tmp_path / "store", NOW)
    with Ledger(tmp_path / "store", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def post(ledger: Ledger) -> Post:
    return Post(ledger)


@pytest.fixture(scope="session")
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("../shared is absent")
    return SAMPLES
