"""The sample shop's store: made once, and found again."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from sayso.capture import Progress
from sayso.ledger import Entry, Ledger, LedgerError
from sayso.ledger.entries import SettingChanged
from sayso.ledger.ledger import STORE
from sayso.sample.shop import load, write

DAY, LOADED = "sample_day", "sample_loaded"
"""Settings in the store: the day on which the shop's story ends, and whether all of it was loaded."""


def open_sample(home: Path, today: date, *, size: int = 2000, progress: Progress | None = None) -> Ledger:
    """
    The sample shop in `home`, loaded unless it is there already; a load that was cut off is taken up where it stopped.

    Raises LedgerError where the store holds a shop that is not the sample.
    """
    ledger = Ledger(home) if (home / STORE).is_file() else Ledger.init(home)
    settings = ledger.business().settings
    if DAY not in settings and ledger.count()[0]:
        ledger.close()
        raise LedgerError(
            f"the store in {home} holds a shop of its own; set SAYSO_HOME to another folder for the sample"
        )
    day = date.fromisoformat(str(settings.get(DAY, today.isoformat())))
    if settings.get(LOADED):
        return ledger
    _set(ledger, DAY, day.isoformat())
    with tempfile.TemporaryDirectory(prefix="sayso-sample-") as folder:
        write(Path(folder), today=day, size=size)
        load(ledger, Path(folder), progress=progress)
    _set(ledger, LOADED, True)
    return ledger


def _set(ledger: Ledger, name: str, value: bool | str) -> None:
    body = SettingChanged(name=name, value=value)
    now = datetime.now(UTC)
    entry = Entry(body=body, happened_at=now, origin=f"sample:{name}", actor="owner", proof="captured_here")
    ledger.append([entry])
