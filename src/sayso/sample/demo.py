"""The sample shop's store: made once, and found again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sayso.capture import Progress
from sayso.ledger import Entry, Ledger, LedgerError
from sayso.ledger.entries import SettingChanged
from sayso.ledger.ledger import STORE
from sayso.sample.campaigns import write_campaigns
from sayso.sample.shop import load, write

UNTIL, LOADED = "sample_day", "sample_loaded"
"""Settings in the store: the moment at which the shop's story ends, and whether all of it was loaded."""


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def open_sample(
    home: Path, clock: Callable[[], datetime] = now, *, size: int = 2000, progress: Progress | None = None
) -> Ledger:
    """
    The sample shop in `home`, loaded unless it is there already; a load that was cut off is taken up where it stopped.

    The shop's story ends at the moment that `clock` gave when it was first made.

    Raises LedgerError where the store holds a shop that is not the sample.
    """
    ledger = Ledger(home, clock) if (home / STORE).is_file() else Ledger.init(home, clock)
    settings = ledger.business().settings
    if UNTIL not in settings and ledger.count()[0]:
        ledger.close()
        raise LedgerError(
            f"the store in {home} holds a shop of its own; set SAYSO_HOME to another folder for the sample"
        )
    until = datetime.fromisoformat(str(settings.get(UNTIL, clock().replace(microsecond=0).isoformat())))
    write_campaigns(home)
    if settings.get(LOADED):
        return ledger
    _set(ledger, UNTIL, until.isoformat(), clock())
    with tempfile.TemporaryDirectory(prefix="sayso-sample-") as folder:
        write(Path(folder), now=until, size=size)
        load(ledger, Path(folder), now=clock(), progress=progress)
    _set(ledger, LOADED, True, clock())
    return ledger


def _set(ledger: Ledger, name: str, value: bool | str, at: datetime) -> None:
    body = SettingChanged(name=name, value=value)
    entry = Entry(body=body, happened_at=at, origin=f"sample:{name}", actor="owner", proof="captured_here")
    ledger.append([entry])
