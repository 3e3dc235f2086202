"""The store: a shop's files imported against the same rows bare inserted, and one look-up against the bare rows read."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.measure import Pairs, paired
from sayso.ledger import Address, Ledger
from sayso.sample import load, write

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BATCH = 500
"""Rows a commit in the bare insert, as in an import."""


def _bare(file: Path) -> closing[sqlite3.Connection]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return closing(connection)


def imported(folder: Path, size: int, rounds: int) -> tuple[Pairs, int]:
    """Seconds an entry; and how many entries the shop came to. The bare rows are those that the import wrote."""
    files, home = folder / "files", folder / "store"
    files.mkdir()
    write(files, now=NOW, size=size)

    def ours() -> float:
        shutil.rmtree(home, ignore_errors=True)
        with Ledger.init(home, clock=lambda: NOW) as ledger:
            start = perf_counter()
            load(ledger, files, now=NOW)
            return (perf_counter() - start) / ledger.count()[0]

    ours()
    with closing(sqlite3.connect(home / "ledger.sqlite3")) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(entries)")]
        rows = connection.execute("SELECT * FROM entries ORDER BY seq").fetchall()

    def theirs() -> float:
        file = folder / "bare.sqlite3"
        for stale in folder.glob("bare.sqlite3*"):
            stale.unlink()
        with _bare(file) as connection:
            connection.execute(f"CREATE TABLE entries (seq INTEGER PRIMARY KEY, {', '.join(names[1:])})")
            insert = f"INSERT INTO entries VALUES ({', '.join('?' * len(names))})"
            start = perf_counter()
            for first in range(0, len(rows), BATCH):
                connection.execute("BEGIN")
                connection.executemany(insert, rows[first : first + BATCH])
                connection.execute("COMMIT")
            return (perf_counter() - start) / len(rows)

    named = "import: read, sealed, chained, projected", "the same rows inserted bare, as many a commit"
    return paired(*named, ours, theirs, rounds), len(rows)


def looked_up(folder: Path, rounds: int) -> Pairs:
    """Seconds a question's facts take from the store of `imported`, against reading the person's bare rows."""
    with Ledger(folder / "store", clock=lambda: NOW) as ledger:
        people = list(_people(ledger))

        def ours() -> float:
            start = perf_counter()
            for _, address in people:
                ledger.facts_for(address, channel="email", topic="abandoned_cart", at=NOW)
            return (perf_counter() - start) / len(people)

        with _bare(folder / "store" / "ledger.sqlite3") as connection:

            def theirs() -> float:
                start = perf_counter()
                for person, _ in people:
                    connection.execute("SELECT * FROM entries WHERE person = ?", (person,)).fetchall()
                return (perf_counter() - start) / len(people)

            return paired("all facts for one question, by address", "the person's rows read bare", ours, theirs, rounds)


def _people(ledger: Ledger) -> Iterator[tuple[str, Address]]:
    for person in ledger.iter_people(NOW):
        addresses = {address for entry in ledger.entries_about(person.id) for address in entry.addresses}
        mailbox = next((address for address in sorted(addresses) if address.kind == "email"), None)
        if mailbox:
            yield person.id, mailbox
