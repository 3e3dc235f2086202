"""A ledger, and gateways on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio_api import TwilioApi, twilio_api

from sayso.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def api() -> Iterator[TwilioApi]:
    with twilio_api() as opened:
        yield opened
