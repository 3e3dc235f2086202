"""
Who has a message under way: one process at a time, whichever of them a mailer comes to.

A claim is a lock on one byte of a file that all processes of a store share, the byte that the message's origin names.
The system takes it back from a process that dies, so none is ever left behind, and nothing is written.
"""

from __future__ import annotations

import fcntl
import os
import struct
from hashlib import sha256
from pathlib import Path

FILE = "claims"
"""In the folder of the journals. It stays empty."""


class Claims:
    """The claims of one dispatch. What it claimed itself is claimed, too."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the file cannot be made."""
        self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        self._held: set[str] = set()

    def take(self, origin: str) -> bool:
        """Is it ours from now on? False while somebody has it, here or in another process."""
        if origin in self._held:
            return False
        try:
            self._lock(origin, fcntl.F_WRLCK)
        except BlockingIOError:
            return False
        self._held.add(origin)
        return True

    def give_back(self, origin: str) -> None:
        """Let others have it; nothing where it was not ours."""
        if origin in self._held:
            self._lock(origin, fcntl.F_UNLCK)
            self._held.discard(origin)

    def close(self) -> None:
        """Let go of all of them."""
        os.close(self._file)

    def _lock(self, origin: str, kind: int) -> None:
        """An open file description lock (fcntl(2)), which holds between two dispatches of one process as well."""
        byte = int.from_bytes(sha256(origin.encode()).digest()[:8], "big") >> 2
        fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, struct.pack("hhqqi", kind, os.SEEK_SET, byte, 1, 0))
