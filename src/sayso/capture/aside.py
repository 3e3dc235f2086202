"""What an import remembers of single rows: those that could not be used, written to a file, and those that were new."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO

from sayso.capture.readings import Rejected
from sayso.capture.recognise import Source


class Aside:
    """Where rows that could not be used are kept: in the file's own shape, readable by the owner alone."""

    def __init__(self, folder: Path, source: Source) -> None:
        path = source.file.path
        self.path = folder / f"{path.stem}.{source.file.digest[:8]}.rejected{path.suffix}"
        self._json = source.json is not None
        self._heading = source.table.heading_text if source.table is not None else ""
        self._stream: TextIO | None = None

    def keep(self, row: Rejected) -> None:
        """Write one row."""
        if self._stream is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.unlink(missing_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._stream = os.fdopen(handle, "w", encoding="utf-8", newline="")
            self._stream.write("[\n" if self._json else _line(self._heading))
        elif self._json:
            self._stream.write(",\n")
        self._stream.write(row.written if self._json else _line(row.written))

    def close(self) -> Path | None:
        """The file, if there is one."""
        if self._stream is None:
            return None
        self._stream.write("\n]\n" if self._json else "")
        self._stream.close()
        return self.path


def _line(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


class Rows:
    """A set of row numbers in one bit each, so that a long file takes no more memory than it has to."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.count = 0

    def add(self, row: int) -> None:
        """Put a row in, once."""
        place, bit = row >> 3, 1 << (row & 7)
        if place >= len(self._bits):
            self._bits.extend(bytes(place - len(self._bits) + 1))
        if not self._bits[place] & bit:
            self._bits[place] |= bit
            self.count += 1
