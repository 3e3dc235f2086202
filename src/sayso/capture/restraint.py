"""How often of late: so that nobody fills a stranger's mailbox, or their record, by typing their address over and over."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from sayso.ledger import Address, Ledger
from sayso.ledger.addresses import folded, normalised

REMEMBERED = 100_000
"""Addresses that are counted; the one that came longest ago goes first."""


class Restraint:
    """
    At most so many of one thing for one address within some time; all spellings of a mailbox are one.

    Counted since this process began, under keyed hashes. Safe between threads.
    """

    def __init__(self, ledger: Ledger, most: int, within: timedelta) -> None:
        self._ledger, self._most, self._within = ledger, most, within
        self._came: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, address: Address, now: datetime) -> bool:
        """May it be done once more? Where it may, that is counted."""
        named = self._ledger.fingerprint(folded(normalised(address)).value)
        with self._lock:
            recent = [at for at in self._came.pop(named, []) if now - at < self._within]
            allowed = len(recent) < self._most
            self._came[named] = [*recent, now] if allowed else recent
            if len(self._came) > REMEMBERED:
                self._came.popitem(last=False)
        return allowed

    def not_done(self, address: Address, at: datetime) -> None:
        """What was allowed at that moment came to nothing, and does not count."""
        named = self._ledger.fingerprint(folded(normalised(address)).value)
        with self._lock:
            came = self._came.get(named, [])
            if at in came:
                came.remove(at)
