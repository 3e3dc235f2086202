"""What is kept whole for a human, in the store's folder and readable by its owner alone. Nothing that came is lost."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

MOST = 20_000
"""Mails kept at once. Beyond that nothing more is taken, and who sent it keeps it, until a human has looked."""


class AsideFullError(Exception):
    """There is no room for another; the message says what to do."""


def folder_of(home: Path) -> Path:
    """Where they are kept."""
    return home / "aside" / "returns"


def keep(home: Path, raw: bytes, kind: str, suffix: str = ".eml") -> Path:
    """Write one mail or event, on disk before this returns; the same mail again is the same file. Raises AsideFullError."""
    folder = folder_of(home)
    path = folder / f"{kind}-{sha256(raw).hexdigest()[:24]}{suffix}"
    if path.exists():
        return path
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sum(1 for _ in os.scandir(folder)) >= MOST:
            raise AsideFullError(f"{folder} holds {MOST} mails that nobody has looked at; read them and remove them")
        draft = path.with_suffix(f".{os.getpid()}.new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise AsideFullError(f"it could not be kept aside ({error.strerror}); check the disk") from None
    return path
