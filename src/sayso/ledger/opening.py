"""Making a ledger's files, and opening them again: nothing is opened that is not this ledger, whole, and its owner's own."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from sayso.ledger.audit import rebuild
from sayso.ledger.chain import Chain, read_note, read_standing, write_note
from sayso.ledger.engine import create_tables, keep_log, migrate, open_engine, reading, shed_deleted, writing
from sayso.ledger.entries import new_id
from sayso.ledger.errors import (
    KeyMissingError,
    LedgerError,
    StoreExistsError,
    StoreFullError,
    StoreMissingError,
)
from sayso.ledger.keys import Keys, create_keys, refuse_exposed
from sayso.ledger.projection import PROJECTION

STORE = "ledger.sqlite3"
KEYS = "keys"
"""Names inside the folder that `SAYSO_HOME` points to."""

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a store; a write-ahead log holds the latest entries."""


def create(home: Path, now: datetime) -> None:
    """A new store with fresh keys in `home`, or nothing at all. Raises a LedgerError."""
    path = home / STORE
    if path.exists():
        raise StoreExistsError(f"there already is a ledger in {home}; use it, or choose another folder with SAYSO_HOME")
    if any(_filled(path.with_name(STORE + suffix)) for suffix in _BESIDE):
        raise StoreExistsError(
            f"in {home} lie the latest entries of a ledger ({STORE}-wal), and the ledger itself is missing; "
            "put it back, or move them away"
        )
    draft = home / f"{STORE}.new"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(draft)
        create_keys(home / KEYS)
        keys = Keys(home / KEYS, 1)
        draft.touch(mode=0o600)
        engine = open_engine(draft)
        try:
            keep_log(engine, draft)
            create_tables(engine, draft)
            with writing(engine, draft) as connection:
                write_note(connection, "store", new_id())
                write_note(connection, "key_marks", _marks(keys))
                write_note(connection, "lookup", "1")
                write_note(connection, "projection", PROJECTION)
                Chain.read(connection).save(connection, keys, now)
            shed_deleted(engine, draft)
        finally:
            engine.dispose()
        draft.rename(path)
    except OSError as error:
        _remove(draft)
        raise StoreFullError(
            f"no ledger could be made in {home} ({error.strerror}); check the disk and who owns it"
        ) from error
    except LedgerError:
        _remove(draft)
        raise


def open_store(home: Path, wait_seconds: float) -> tuple[sa.Engine, Keys]:
    """
    The store in `home`, brought up to this version, and its own keys. Raises a LedgerError.

    `wait_seconds` is how long to wait for a writer.
    """
    path = home / STORE
    if not path.is_file():
        raise StoreMissingError(f"there is no ledger in {home}; make one with `sayso init`, or set SAYSO_HOME")
    refuse_exposed(path)
    engine = open_engine(path, wait_seconds)
    try:
        migrate(engine, path)
        keep_log(engine, path)
        with reading(engine, path) as connection:
            keys = Keys(home / KEYS, read_standing(connection).lookup)
            own = read_note(connection, "key_marks") == _marks(keys)
            current = read_note(connection, "projection") == PROJECTION
        if not own:
            raise KeyMissingError(
                f"the keys in {home / KEYS} are not those of this ledger; restore its own keys folder"
            )
        if not current:
            with writing(engine, path) as connection:
                rebuild(connection, keys)
    except BaseException:
        engine.dispose()
        raise
    return engine, keys


def _marks(keys: Keys) -> str:
    return msgspec.json.encode(keys.marks, order="sorted").decode()


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _remove(store: Path) -> None:
    """A store that was never finished, with its side files, as far as they are there and may be removed."""
    for suffix in ("", *_BESIDE):
        with suppress(OSError):
            store.with_name(store.name + suffix).unlink()
