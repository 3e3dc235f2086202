"""The sample shop's own files beside its store: what it declares, its settings, and the sequence for left checkouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sayso.ledger import Ledger

FILES = Path(__file__).parent / "files"


def write_campaigns(home: Path) -> None:
    """Put the files there that are missing; what somebody changed stays as they left it."""
    for file in sorted(FILES.rglob("*")):
        place = home / file.relative_to(FILES)
        if file.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())


def first_round(ledger: Ledger, clock: Callable[[], datetime]) -> Counter[str] | None:
    """
    The first round of the sample's sequence; with no smart host set up, what may go is laid into the outbox.

    None where it ran before: from then on it runs when its owner says so.
    """
    from sayso.sending.campaigns.opening import open_store_campaigns  # both are slow to import
    from sayso.sending.campaigns.sequence import running

    with open_store_campaigns(ledger, clock) as opened:
        if any(opened.records.begun(campaign.name) for campaign in opened.campaigns):
            return None
        with running(opened) as sequencer:
            return sequencer.tick()
