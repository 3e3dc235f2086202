"""
Many small events, few commits: events that come in at the same time share one transaction.

A commit waits for the disk; one for each event would hold a busy shop back. Here whoever comes first writes for all who
queued meanwhile, and each is told only after the commit that holds their entries.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from sayso.ledger import AddressError, Entry, EntryError, Ledger, LedgerError
from sayso.ledger.append import Appended

LARGEST = 500
"""Events in one transaction."""


class _Waiting:
    """One caller's entries, and what became of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.result: Appended | None = None
        self.error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.result is not None or self.error is not None


class Gathering:
    """
    A ledger's writer for many threads: appends as the ledger does, with fewer commits. Nothing runs in the background.

    Use it wherever a `Store` is asked for.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.home = ledger.home
        self._queue: deque[_Waiting] = deque()
        self._turn = threading.Lock()

    def fingerprint(self, text: str) -> str:
        """Names a text without telling it."""
        return self._ledger.fingerprint(text)

    def append(self, entries: Sequence[Entry]) -> Appended:
        """Record entries, all or none, on disk before this returns. Raises as `Ledger.append` does."""
        mine = _Waiting(entries)
        self._queue.append(mine)
        while not mine.done:
            with self._turn:
                if not mine.done:
                    self._write([self._queue.popleft() for _ in range(min(LARGEST, len(self._queue)))])
        if mine.error is not None:
            raise mine.error
        assert mine.result is not None  # noqa: S101 -- narrows the type only
        return mine.result

    def _write(self, batch: list[_Waiting]) -> None:
        """One transaction for all; where one event spoils it, each by itself, so that nobody pays for another's."""
        try:
            appended = self._ledger.append([entry for waiting in batch for entry in waiting.entries])
        except (EntryError, AddressError) as error:
            if len(batch) == 1:
                batch[0].error = error
            else:
                for waiting in batch:
                    self._write([waiting])
            return
        except BaseException as error:
            for waiting in batch:
                waiting.error = LedgerError("the writer was interrupted before the commit; send it again")
                if isinstance(error, LedgerError):
                    waiting.error = error
            if not isinstance(error, LedgerError):
                raise
            return
        added = set(appended.added)
        for waiting in batch:
            mine = [entry for entry in waiting.entries if entry.id in added]
            known = [entry.origin for entry in waiting.entries if entry.id not in added]
            waiting.result = Appended([entry.id for entry in mine], known)
