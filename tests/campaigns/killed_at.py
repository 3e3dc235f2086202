"""
Runs one round of the campaigns of a store, in a process of its own that dies at the point it is told.

The processes are forked from one that has loaded this module and made ready the law, and nothing else: it has opened no store,
begun no thread and no loop that they could share, which each of them makes sure of.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from left_carts import LEFT, opened

from sayso.decision import judge_for
from sayso.law import rulebooks
from sayso.ledger import Ledger
from sayso.ledger.business import Business
from sayso.ledger.entries import MessageSent
from sayso.ledger.standing import standing_of
from sayso.ledger.states import BusinessState
from sayso.sending import dispatch
from sayso.sending.campaigns import durable, sequence
from sayso.sending.campaigns.sequence import Sequencer, running
from sayso.sending.dispatch import Dispatch
from sayso.sending.journal import Journal
from sayso.sending.smart_host import SmartHost
from sayso.settings import SmartHost as Wanted

judge_for(standing_of(rulebooks(), Business(BusinessState(), LEFT)).law, "gate").compiled(LEFT.date())  # kept in memory
LOADED_BY = os.getpid()


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
    "before the last dot": lambda: dying_later(dispatch._Latest, "still", before=False),
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


def nothing_is_shared() -> None:
    """Raises AssertionError unless this process was forked from one that had loaded this module and had nothing open."""
    server = Path(f"/proc/{os.getppid()}")
    assert os.getppid() == LOADED_BY != os.getpid()
    assert len(list((server / "task").iterdir())) == 1
    held = []
    for one in (server / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile: it was there for another process that is being forked
            held.append((int(one.name), str(one.readlink())))
    assert not [name for number, name in held if number > 2 and name.startswith("/") and not name.startswith("/dev/")]


def main(home: Path, port: int, point: str, hours: float, said: Path, ready: Connection) -> None:
    """One round, hours after the carts were left. What it prints goes to the file `said`; `ready` tells of its start."""
    with said.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    nothing_is_shared()

    def clock() -> Any:
        return LEFT + timedelta(hours=hours)

    POINTS[point]()
    way = SmartHost(Wanted(host="127.0.0.1", port=port, tls="none"), home)
    with Ledger(home, clock) as ledger, opened(ledger, clock, {"email": way}) as found, running(found) as sequencer:
        ready.send("ready")
        sequencer.tick()
