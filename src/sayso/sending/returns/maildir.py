"""Takes what lands in a maildir. A mail leaves new/ only once it is recorded, so that nothing is lost in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sayso.ledger import Ledger, LedgerError
from sayso.sending.returns.aside import AsideFullError
from sayso.sending.returns.attribution import TryLaterError
from sayso.sending.returns.taking import LARGEST, take

SECONDS, SECONDS_IN_TROUBLE = 2.0, 30.0
"""Between two looks into the folder; longer where something could not be recorded."""


def watch(ledger: Ledger, folder: Path, *, once: bool, said: Callable[[str], None]) -> int:
    """
    Take what is there, and go on until interrupted, or end where `once`. How many were left, to be taken another time.

    Raises FileNotFoundError where the folder is no maildir.
    """
    while True:
        left = sum(not _taken(ledger, path, said) for path in sorted((folder / "new").iterdir()))
        if once:
            return left
        time.sleep(SECONDS_IN_TROUBLE if left else SECONDS)


def _taken(ledger: Ledger, path: Path, said: Callable[[str], None]) -> bool:
    """One mail, recorded and then marked as seen; one that cannot be recorded now stays where it is."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST)
        taken = take(ledger, raw)
        path.rename(path.parent.parent / "cur" / f"{path.name}:2,S")
    except FileNotFoundError:
        return True  # somebody else took it meanwhile
    except (LedgerError, TryLaterError, AsideFullError) as error:
        said(f"left for later: {error}")
        return False
    said(f"{taken.kind}, {taken.became}: {taken.said}")
    return True
