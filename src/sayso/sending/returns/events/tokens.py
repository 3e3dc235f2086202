"""Tokens that were used, each with what it came with; kept in a file for as long as they could be used once more."""

from __future__ import annotations

import fcntl
import os
from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock

REMEMBERED = 100_000
"""Tokens; the oldest goes first."""


class Tokens:
    """
    The tokens of one provider. Without a path they are remembered until the process ends. Safe between threads.

    A line holds the moment of signing, a hash of the token, and a hash of what it came with. A line that cannot be
    written holds up no event, since an event can only stop; another process would then take its token once more.
    """

    def __init__(self, path: Path | None, age: timedelta) -> None:
        """`age`: how old a signature may be, and how far ahead of our clock."""
        self._path, self._age = path, age
        self._seen: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._lock = Lock()
        self._read_to = 0

    def first(self, token: str, came_with: str, signed_at: int, now: datetime) -> bool:
        """Is it new, or does it come with what it came with the first time? It is remembered from now on."""
        named = sha256(token.encode()).hexdigest()
        with self._lock:
            file = self._opened()
            try:
                if file is not None:
                    self._read(file)
                known = self._seen.get(named)
                if known is not None:
                    return known[1] == came_with
                self._remember(named, signed_at, came_with)
                if file is not None:
                    self._write(file, f"{signed_at} {named} {came_with}\n", now)
            finally:
                if file is not None:
                    os.close(file)
        return True

    def _remember(self, named: str, signed_at: int, came_with: str) -> None:
        self._seen[named] = (signed_at, came_with)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _opened(self) -> int | None:
        """The file, ours alone until it is closed; None where there is none."""
        if self._path is None:
            return None
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            return None
        return file

    def _read(self, file: int) -> None:
        """What was added since it was read last, also by another process."""
        size = os.fstat(file).st_size
        if size < self._read_to:
            self._read_to = 0
        for line in os.pread(file, size - self._read_to, self._read_to).split(b"\n"):
            at, _, rest = line.decode("ascii", "replace").partition(" ")
            named, _, came_with = rest.partition(" ")
            if at.isdigit() and came_with and named not in self._seen:
                self._remember(named, int(at), came_with)
        self._read_to = size

    def _write(self, file: int, line: str, now: datetime) -> None:
        try:
            if self._read_to > 200 * REMEMBERED:
                self._shorten(file, now)
            else:
                self._read_to += os.write(file, line.encode())
        except OSError:
            return

    def _shorten(self, file: int, now: datetime) -> None:
        """Write anew what is remembered, without what is too old to be used again."""
        oldest = (now - 2 * self._age).timestamp()
        kept = [f"{at} {named} {came}\n" for named, (at, came) in self._seen.items() if at >= oldest]
        os.ftruncate(file, 0)
        self._read_to = os.write(file, "".join(kept).encode())
