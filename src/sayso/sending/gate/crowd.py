"""How many connections there are, in total and from each address; no one client keeps the others out."""

from __future__ import annotations

from collections import Counter


class Crowd:
    """The connections of one process."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most, self._most_per_address = most, most_per_address
        self._from: Counter[str] = Counter()
        self.count = 0

    def enter(self, address: str) -> bool:
        """Is there room for another? If so, it is counted until it leaves."""
        if self.count >= self._most or self._from[address] >= self._most_per_address:
            return False
        self.count += 1
        self._from[address] += 1
        return True

    def leave(self, address: str) -> None:
        """One that was counted is gone."""
        self.count -= 1
        self._from[address] -= 1
        if not self._from[address]:
            del self._from[address]
