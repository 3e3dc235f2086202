"""
Everything that differs between databases: how a connection is set up, how the one writer is kept alone, what an error
means. PostgreSQL later is a second set of the functions here; no other module knows which database it speaks to.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from sayso.ledger.errors import (
    LedgerError,
    StoreDamagedError,
    StoreFullError,
    StoreLockedError,
    StoreMissingError,
    StoreNewerError,
)

REVISIONS = ("0001",)
"""The migrations this version knows, oldest first; a test holds the list against the folder."""

Lookup = sa.Connection | sa.PoolProxiedConnection
"""What `quick` look-ups may be made on, within a transaction."""

_WRITING = "sayso_writing"
_LOOK_SECONDS = 0.0005
"""How often a writer looks whether it is its turn."""
_NOT_AS_WRITTEN = ("no such table", "no such column", "Could not decode")
"""How SQLite's messages begin when tables are not those that were made."""


def open_engine(path: Path, wait_seconds: float = 10.0) -> sa.Engine:
    """An engine on a SQLite file: every commit is on disk before it is acknowledged, what is deleted is overwritten."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": wait_seconds}, pool_size=8, max_overflow=32)

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        cursor = connection.cursor()
        for pragma in ("synchronous=FULL", "secure_delete=ON", "foreign_keys=ON", "mmap_size=268435456"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(_WRITING):
            _enter(connection, wait_seconds)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _enter(connection: sa.Connection, wait_seconds: float) -> None:
    """
    Begin to write once no other process does. SQLite itself would look again after as much as a tenth of a second, by
    when several writers after each other may have had their turn.
    """
    driver: Any = connection.connection.driver_connection
    until = time.monotonic() + wait_seconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(_LOOK_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {round(wait_seconds * 1000)}")


@contextmanager
def writing(engine: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """One transaction of the one writer, which no other process can enter; all of it is kept, or nothing."""
    with translated(path), engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """One transaction that sees the store as of one moment and keeps nobody waiting."""
    with translated(path), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def looking(engine: sa.Engine, path: Path) -> Iterator[sa.PoolProxiedConnection]:
    """Like `reading`, for `quick` look-ups alone: they take less time than a transaction of SQLAlchemy's does."""
    with translated(path), closing(engine.raw_connection()) as held:
        driver: Any = held.driver_connection
        driver.execute("BEGIN")
        yield held  # the pool rolls back what it is given back, and nothing was written


@contextmanager
def examining(engine: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """Like `reading`, for an audit: text that is no UTF-8 is handed over as it is instead of raising."""
    with reading(engine, path) as connection:
        driver: Any = connection.connection.driver_connection
        driver.text_factory = _any_text
        try:
            yield connection
        finally:
            driver.text_factory = str


def quick(connection: Lookup, query: str, values: Sequence[Any] = ()) -> list[Any]:
    """
    Rows straight from the driver, in the same transaction, for the few look-ups that every question and every batch
    needs: a tenth of the time that a statement takes otherwise. `?` stands for a value.
    """
    held = connection.connection if isinstance(connection, sa.Connection) else connection
    driver: Any = held.driver_connection
    found: list[Any] = driver.execute(query, values).fetchall()
    return found


def _any_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def _outside(engine: sa.Engine, path: Path) -> Iterator[sqlite3.Connection]:
    """The driver's connection outside any transaction, for what SQLite does only there."""
    with translated(path), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        yield driver


def keep_log(engine: sa.Engine, path: Path) -> None:
    """Have the file keep a write-ahead log, so that readers and the writer do not wait for each other. It stays so."""
    with _outside(engine, path) as driver:
        driver.execute("PRAGMA journal_mode = WAL").fetchone()


def damage_to_file(connection: sa.Connection) -> list[str]:
    """What the database itself finds wrong with its file, such as an index that differs from its table."""
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    return [] if said == ["ok"] else said


def shed_deleted(engine: sa.Engine, path: Path, *, wait: bool = True) -> bool:
    """
    Leave no trace of deleted rows in the write-ahead log. False if someone who reads or writes stands in the way, for
    whom is waited only if `wait`.
    """
    with _outside(engine, path) as driver:
        (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
        try:
            driver.execute(f"PRAGMA busy_timeout = {patience if wait else 0}")
            return bool(driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        finally:
            driver.execute(f"PRAGMA busy_timeout = {patience}")


def migrate(engine: sa.Engine, path: Path) -> None:
    """Bring the tables of a ledger up to this version; what is no ledger, or one from a newer version, is refused."""
    with reading(engine, path) as connection:
        made = sa.inspect(connection).has_table("alembic_version")
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() if made else None
    if found is None:
        raise StoreDamagedError(f"{path} is empty or no sayso ledger; move it away or restore the latest backup")
    if found not in REVISIONS:
        raise StoreNewerError(
            f"the store {path} was made by a newer version of sayso (its tables are at step `{found}`, this version "
            f"knows up to `{REVISIONS[-1]}`); install the newer version, or open a backup made before it"
        )
    if found != REVISIONS[-1]:
        create_tables(engine, path)


def create_tables(engine: sa.Engine, path: Path) -> None:
    """Take every step of migration that was not taken yet, in one transaction."""
    from alembic import command  # only when there is something to do: it is slow to import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine, path) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn a database's errors, and what cannot be read from its rows, into our errors, which say what to do."""
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(path) from error
    except sa.exc.DBAPIError as error:
        known = explain(error.orig, path)
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error


def damaged(path: Path) -> StoreDamagedError:
    """The store can be opened, and what is in it is not what was written."""
    return StoreDamagedError(
        f"{path} holds something that was not written so; run `sayso ledger verify`, and restore the latest backup"
    )


def explain(error: BaseException | None, path: Path) -> LedgerError | None:
    """What a driver's error means for the reader, if it is one they can do something about."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError(f"the disk that holds {path} is full; nothing was written: make room and try again")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLockedError(f"another process is writing to {path}; nothing was written: wait and try again")
    if code == sqlite3.SQLITE_READONLY:
        return StoreFullError(
            f"{path} may not be written to; nothing was written: check who owns the file and its folder"
        )
    if code == sqlite3.SQLITE_IOERR:
        return StoreFullError(f"the disk that holds {path} did not answer as it should; nothing was written: check it")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreDamagedError(f"{path} is damaged or no sayso ledger; restore the latest backup")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreMissingError(f"the store {path} cannot be opened; check the folder, or run `sayso init`")
    if code == sqlite3.SQLITE_CONSTRAINT or str(error).startswith(_NOT_AS_WRITTEN):
        return damaged(path)
    return None
