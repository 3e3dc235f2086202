"""A fresh ledger, and short ways to put a file into it and to see what it then knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sayso.capture import ImportReport, Options, import_file
from sayso.ledger import Address, Ledger
from sayso.vocabulary import Channel, Facts
from stores import fresh

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SHARED = Path(__file__).parents[2] / ".." / "shared" / "samples"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    fresh(tmp_path / "store", NOW)
    with Ledger(tmp_path / "store", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def put(ledger: Ledger, tmp_path: Path) -> Callable[..., ImportReport]:
    """Write a file and import it."""

    def put(name: str, contents: str | bytes, *, kind: str | None = None, mapping: Path | None = None,
            **options: Any) -> ImportReport:  # fmt: skip
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return import_file(ledger, path, kind, mapping, Options(**options), now=NOW)

    return put


@pytest.fixture
def take(ledger: Ledger) -> Callable[..., ImportReport]:
    """Import a file that is there already."""
    return lambda path, **options: import_file(ledger, path, options=Options(**options), now=NOW)


@pytest.fixture
def known(ledger: Ledger) -> Callable[..., Facts]:
    """What the ledger knows about a mailbox or number, for one question."""

    def known(value: str, channel: Channel = "email", topic: str = "abandoned_cart") -> Facts:
        kind = Address("email", value) if "@" in value else Address("phone", value)
        return ledger.facts_for(kind, channel=channel, topic=topic, at=NOW)

    return known


@pytest.fixture
def real() -> Callable[[str], Path]:
    """A real file of the samples; skips where they are absent."""

    def real(name: str) -> Path:
        if not (SHARED / name).is_file():
            pytest.skip("../shared is absent")
        return SHARED / name

    return real
