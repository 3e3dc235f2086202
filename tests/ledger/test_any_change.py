"""Any one value in any table, changed to anything: `verify` finds it, and nothing but a `LedgerError` is ever raised."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from ledgers import JONAH, MIRA, MIRA_PHONE, Clock, checkout, raw, stop

from sayso.ledger import Ledger, LedgerError

VALUES = [
    (table, column)
    for table, columns in {
        "entries": ["seq", "id", "origin", "person", "clear", "secret", "raw", "leaf", "link"],
        "people": ["person", "wrapped_key"],
        "projection": ["key", "state"],
        "meta": ["name", "value"],
    }.items()
    for column in columns
]

_integers = some.integers(-(2**63), 2**63 - 1)
_changes = some.one_of(
    some.tuples(
        some.just("value"), some.one_of(some.binary(max_size=40), some.text("a\x00é{}0", max_size=9), _integers)
    ),
    some.tuples(some.just("flip"), some.integers(0, 10_000), some.integers(0, 7)),
    some.tuples(some.just("text"), some.just(0)),
    some.tuples(some.just("cut"), some.integers(0, 10_000)),
)


def changed(value: Any, change: tuple[Any, ...]) -> Any:
    """The value with one thing changed; the same where the change does not apply to it."""
    if change[0] == "value":
        return change[1]
    if not isinstance(value, bytes | str) or not value:
        return value
    data = bytearray(value.encode() if isinstance(value, str) else value)
    if change[0] == "flip":
        data[change[1] % len(data)] ^= 1 << change[2]
    elif change[0] == "cut":
        del data[change[1] % len(data) :]
    elif isinstance(value, str):
        return bytes(data)
    return bytes(data).decode("latin-1") if isinstance(value, str) or change[0] == "text" else bytes(data)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any-change") / "home"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=some.sampled_from(VALUES), number=some.integers(0, 20), change=_changes)
def test_any_one_change_is_found(
    written_home: Path, scratch: Path, where: tuple[str, str], number: int, change: tuple[Any, ...]
) -> None:
    table, column = where
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(written_home, scratch)
    with raw(scratch) as store:
        # A store that says it was projected in another way is replayed on opening, and then nothing is wrong with it.
        spared = "WHERE name <> 'projection'" if table == "meta" else ""
        rows = store.execute(f"SELECT rowid, {column} FROM {table} {spared} ORDER BY 1").fetchall()  # noqa: S608 -- names from VALUES
        rowid, before = rows[number % len(rows)]
        after = changed(before, change)
        assume(after != before)
        try:
            store.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (after, rowid))  # noqa: S608
        except sqlite3.Error:
            assume(False)
        (kept,) = store.execute(f"SELECT {column} FROM {table} WHERE {column} = ?", (after,)).fetchone() or (before,)  # noqa: S608
        assume(kept != before and _means_something_else(before, kept))
    try:
        with Ledger(scratch, Clock()) as ledger:
            assert ledger.verify(), (where, before, after)
            for ask in (
                lambda: ledger.facts_for(MIRA, channel="email", topic="offers"),
                lambda: list(ledger.iter_people()),
                lambda: ledger.entries([one.id for one in ledger.entries_about("nobody")]),
                lambda: [ledger.entries_about(person.id) for person in ledger.iter_people()],
                ledger.head,
                ledger.business,
                lambda: ledger.append([stop(MIRA), checkout(JONAH, MIRA_PHONE)]),
                ledger.rebuild,
            ):
                with suppress(LedgerError):
                    ask()
    except LedgerError:
        return


def _means_something_else(before: Any, after: Any) -> bool:
    """A signature in capitals, or a head with a blank more, says the same as before."""
    return not (isinstance(before, str) and isinstance(after, str) and before.casefold() == after.casefold())
