"""A ledger, and gateways on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from twilio_api import TwilioApi, twilio_api

from sayso.ledger import Ledger
from stores import fresh

BEFORE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    fresh(tmp_path / "store", BEFORE)
    with Ledger(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def api() -> Iterator[TwilioApi]:
    with twilio_api() as opened:
        yield opened
