"""Runs one round of the campaigns of a store and dies at the point it is told: `killed_at.py HOME PORT POINT HOURS`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from left_carts import LEFT, opened

from sayso.ledger import Ledger
from sayso.ledger.entries import MessageSent
from sayso.sending.campaigns import durable, sequence
from sayso.sending.campaigns.sequence import Sequencer, running
from sayso.sending.dispatch import Dispatch
from sayso.sending.journal import Journal
from sayso.sending.smart_host import SmartHost
from sayso.settings import SmartHost as Wanted


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(owner: Any, name: str, *, before: bool, when: Callable[..., bool] = lambda *_: True) -> None:
    """Let this function be the last thing the process comes to, or does."""
    real = getattr(owner, name)

    def wrapped(*args: Any, **more: Any) -> Any:
        if before and when(*args):
            die()
        found = real(*args, **more)
        if not before and when(*args):
            die()
        return found

    setattr(owner, name, wrapped)


def dying_later(owner: Any, name: str, *, before: bool) -> None:
    """The same for what is awaited."""
    real = getattr(owner, name)

    async def wrapped(*args: Any, **more: Any) -> Any:
        if before:
            die()
        found = await real(*args, **more)
        die()
        return found

    setattr(owner, name, wrapped)


def _records_sending(_ledger: Ledger, entries: Any) -> bool:
    return any(isinstance(entry.body, MessageSent) for entry in entries)


POINTS: dict[str, Callable[[], None]] = {
    "before the attempt begins": lambda: dying(sequence, "run_attempt", before=True),
    "before the message is looked at": lambda: dying(Sequencer, "hand_over", before=True),
    "before the dispatch": lambda: dying_later(Dispatch, "send", before=True),
    "before the journal": lambda: dying(Journal, "note", before=True),
    "after the journal": lambda: dying(Journal, "note", before=False),
    "before the next hop": lambda: dying_later(SmartHost, "hand_over", before=True),
    "after the next hop": lambda: dying_later(SmartHost, "hand_over", before=False),
    "before the ledger": lambda: dying(Ledger, "append", before=True, when=_records_sending),
    "after the ledger": lambda: dying(Ledger, "append", before=False, when=_records_sending),
    "after the dispatch": lambda: dying_later(Dispatch, "send", before=False),
    "after the hand-over is kept": lambda: dying(durable, "_hand_over", before=False),
    "before it is written down": lambda: dying(Sequencer, "keep", before=True),
    "after it is written down": lambda: dying(Sequencer, "keep", before=False),
    "after the attempt": lambda: dying(sequence, "run_attempt", before=False),
    "nowhere": lambda: None,
}


def main(home: Path, port: int, point: str, hours: float) -> None:
    def clock() -> Any:
        return LEFT + timedelta(hours=hours)

    POINTS[point]()
    way = SmartHost(Wanted(host="127.0.0.1", port=port, tls="none"), home)
    with Ledger(home, clock) as ledger, opened(ledger, clock, {"email": way}) as found, running(found) as sequencer:
        print("ready", flush=True)
        print(dict(sequencer.tick()), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4]))
