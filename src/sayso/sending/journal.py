"""
What is being handed over at this moment, noted on disk before it is.

A process that dies between handing a message over and recording it leaves its note behind. Whoever starts next records
that message as one with an unknown outcome, so that it is neither forgotten nor sent again by itself. A note that the
ledger will not take as it stands holds up nothing: it is kept aside, still sealed.
"""

from __future__ import annotations

import base64
import fcntl
import logging
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sayso.ledger import AddressError, Entry, EntryError, Ledger
from sayso.ledger.entries import new_id
from sayso.sending.claims import Claims

LOG = logging.getLogger("sayso.sending")
FOLDER = "handing-over"
"""Beside the store."""
ASIDE = "aside"
"""Within it, for notes that cannot be recorded."""
LARGEST = 4_000_000
"""Bytes after which the file is emptied as soon as nothing is under way."""


class Journal:
    """
    One process's notes, in a file of its own that it keeps locked. A line `+` holds an entry, sealed under a key of the
    ledger; a line `-` names an entry that is recorded, or was not handed over after all.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Raises OSError where the folder cannot be written to."""
        self._cipher = AESSIV(ledger.secret("handing over"))
        folder = ledger.home / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        self._take_over(folder, ledger)
        self.claims = Claims(folder)
        self.path, self._file = _own_file(folder)
        self._under_way: set[str] = set()
        self._written = 0

    def note(self, entries: Sequence[Entry]) -> None:
        """These are about to be handed over; on disk before this returns."""
        lines = [b"+" + base64.b64encode(self._cipher.encrypt(msgspec.json.encode(entry), None)) for entry in entries]
        self._under_way.update(entry.id for entry in entries)
        try:
            self._write(b"\n".join((b"", *lines, b"")))  # the line before may have been cut off by a full disk
            os.fdatasync(self._file)
        except OSError:
            self._under_way.difference_update(entry.id for entry in entries)
            raise

    def done(self, entry: str) -> None:
        """It is recorded, or was not taken. If this note is lost, the record is found to be there already."""
        self._under_way.discard(entry)
        if self._written > LARGEST and not self._under_way:
            os.ftruncate(self._file, 0)
            self._written = 0
        else:
            self._write(f"-{entry}\n".encode())

    def close(self) -> None:
        """Let go of the file; what is still under way is left for the next to find."""
        if not self._under_way:
            self.path.unlink(missing_ok=True)
        os.close(self._file)
        self.claims.close()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        self._written += len(data)

    def _take_over(self, folder: Path, ledger: Ledger) -> None:
        """Record what processes that are no longer there had under way."""
        for path in sorted(folder.glob("*.log")):
            with path.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                self._record(self._left(file.read()), folder, ledger)
                path.unlink(missing_ok=True)

    def _record(self, left: dict[str, bytes], folder: Path, ledger: Ledger) -> None:
        """
        Record what was left, each by itself. One that the ledger refuses for what it is, and no other time would change
        that, is kept aside.
        """
        for name, plain in left.items():
            try:
                ledger.append([msgspec.json.decode(plain, type=Entry)])
            except (EntryError, AddressError, msgspec.DecodeError) as error:
                LOG.error("kept aside, since it cannot be recorded as it stands: %s (%s)", name, type(error).__name__)
                aside = folder / ASIDE
                aside.mkdir(mode=0o700, exist_ok=True)
                (aside / f"{name}.sealed").write_bytes(base64.b64encode(self._cipher.encrypt(plain, None)) + b"\n")

    def _left(self, written: bytes) -> dict[str, bytes]:
        """Notes without an end, by the names of their entries."""
        left: dict[str, bytes] = {}
        for line in written.split(b"\n"):
            if line.startswith(b"-"):
                left.pop(line[1:].decode("ascii", "replace"), None)
            elif line.startswith(b"+"):
                try:
                    plain = self._cipher.decrypt(base64.b64decode(line[1:]), None)
                except (InvalidTag, ValueError):
                    continue  # cut off while it was written, so nothing was handed over yet
                left[_name(plain)] = plain
        return left


class _Named(msgspec.Struct):
    id: str


def _name(plain: bytes) -> str:
    """The name of a noted entry, also of one that another version wrote."""
    try:
        return msgspec.json.decode(plain, type=_Named).id
    except msgspec.DecodeError:
        return sha256(plain).hexdigest()


def _own_file(folder: Path) -> tuple[Path, int]:
    """A new file that this process alone holds; one that another took for left behind before it was locked is given up."""
    while True:
        path = folder / f"{new_id()}.log"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return path, file
        os.close(file)
