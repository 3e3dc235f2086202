"""The tables of campaigns, in SQL that SQLite and PostgreSQL share: ids and moments (seconds since 1970), nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

FILE = "campaigns.sqlite3"
_WRITING = "sayso_writing"

metadata = sa.MetaData()
_Moment = sa.BigInteger
notes = sa.Table(
    "sayso_notes", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)
"""`read`: the place in the ledger up to which it was read; `begun:<campaign>`: when that campaign first ran;
`topic:<campaign>`: the topic it was last run under."""
carts = sa.Table(
    "sayso_carts",
    metadata,
    sa.Column("entry", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("form", sa.Text),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("left_at", _Moment, nullable=False, index=True),
)
orders = sa.Table(
    "sayso_orders",
    metadata,
    sa.Column("entry", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("form", sa.Text, index=True),
    sa.Column("placed_at", _Moment, nullable=False),
)
outcomes = sa.Table(
    "sayso_outcomes",
    metadata,
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("cart", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("next_try", _Moment),
)


def open_database(url: str) -> sa.Engine:
    """An engine on the database; every commit is on disk before it is acknowledged."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            connection.isolation_level = "IMMEDIATE"
            for pragma in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")

        @sa.event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            if connection.get_execution_options().get(_WRITING):
                connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def make_tables(engine: sa.Engine) -> None:
    """Make what is missing. Of several processes that come at the same moment one makes it, and the others wait for it."""
    if set(metadata.tables) <= set(sa.inspect(engine).get_table_names()):
        return
    with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        if engine.dialect.name != "sqlite":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('sayso_notes'))"))
        metadata.create_all(connection)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction of the one writer of these tables; others wait for it."""
    with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        if engine.dialect.name != "sqlite":
            connection.execute(sa.text("LOCK TABLE sayso_notes IN EXCLUSIVE MODE"))
        yield connection


def database_of(home: Path, url: str) -> str:
    """Where a store's campaigns are kept: as set, or a file beside the ledger that its owner alone can read."""
    if url:
        return url
    (home / FILE).touch(mode=0o600)
    return f"sqlite:///{home / FILE}"
