"""Whoever can write to the store's file, but has no key, is found out by `verify`: each way, and the finding that names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledgers import MIRA, Clock, raw, relink

from sayso.ledger import Finding, Ledger
from sayso.ledger.heads import FindingKind


@pytest.fixture
def home(written_home: Path) -> Path:
    return written_home


def found(home: Path) -> list[Finding]:
    with Ledger(home, Clock()) as ledger:
        return ledger.verify()


def change(home: Path, statement: str, *values: Any) -> None:
    with raw(home) as store:
        assert store.execute(statement, values).rowcount > 0


def test_an_untouched_ledger_has_nothing_wrong(home: Path) -> None:
    assert found(home) == []


Tamper = Callable[[Path], None]


def edited(home: Path) -> None:
    change(home, "UPDATE entries SET clear = CAST(replace(clear, 'Yes, write', 'Yes, call') AS BLOB) WHERE seq = 2")


def made_text(home: Path) -> None:
    change(home, "UPDATE entries SET clear = replace(clear, 'Yes, write', 'Yes, call') WHERE seq = 2")


def made_text_that_is_none(home: Path) -> None:
    change(home, "UPDATE entries SET clear = CAST(x'ff00ff' AS TEXT) WHERE seq = 2")


def edited_and_hashed(home: Path) -> None:
    edited(home)
    relink(home)


def deleted(home: Path) -> None:
    change(home, "DELETE FROM entries WHERE seq = 3")


def cut_off(home: Path) -> None:
    change(home, "DELETE FROM entries WHERE seq = 7")


def moved(home: Path) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        change(home, "UPDATE entries SET seq = ? WHERE seq = ?", new, old)


def added_in_front(home: Path) -> None:
    change(
        home,
        "INSERT INTO entries SELECT 0, 'x', 'x', person, clear, secret, raw, leaf, link FROM entries WHERE seq = 3",
    )


def details_changed(home: Path) -> None:
    change(home, "UPDATE entries SET secret = (SELECT secret FROM entries WHERE seq = 2) WHERE seq = 1")


def details_removed(home: Path) -> None:
    change(home, "UPDATE entries SET secret = NULL WHERE seq = 1")


def details_made_text(home: Path) -> None:
    change(home, "UPDATE entries SET secret = CAST(secret AS TEXT) WHERE seq = 1")


def raw_changed(home: Path) -> None:
    change(home, "UPDATE entries SET raw = x'00' WHERE seq = 1")


def given_to_somebody_else(home: Path) -> None:
    change(home, "UPDATE entries SET person = 'somebody' WHERE seq = 3")


def origin_changed(home: Path) -> None:
    change(home, "UPDATE entries SET origin = 'other' WHERE seq = 3")


def unlinked(home: Path) -> None:
    change(home, "UPDATE entries SET link = zeroblob(32) WHERE seq = 3")


def head_removed(home: Path) -> None:
    change(home, "DELETE FROM meta WHERE name = 'head'")


def head_edited(home: Path) -> None:
    change(home, "UPDATE meta SET value = replace(value, '\"size\":7', '\"size\":6') WHERE name = 'head'")


def head_unreadable(home: Path) -> None:
    change(home, "UPDATE meta SET value = '{}' WHERE name = 'head'")


def end_moved(home: Path) -> None:
    change(home, "UPDATE meta SET value = replace(value, '\"size\":7', '\"size\":6') WHERE name = 'end'")


def end_in_the_future(home: Path) -> None:
    change(home, "UPDATE meta SET value = replace(value, '2026-', '2999-') WHERE name = 'end'")


def key_deleted(home: Path) -> None:
    change(home, "DELETE FROM people")


def key_changed(home: Path) -> None:
    change(home, "UPDATE people SET wrapped_key = zeroblob(60)")


def stop_taken_out(home: Path) -> None:
    change(home, "DELETE FROM projection WHERE key LIKE 's:%'")


def stop_weakened(home: Path) -> None:
    change(home, "UPDATE projection SET state = CAST(replace(state, 'unsubscribe', 'free_text') AS BLOB)")


def permission_invented(home: Path) -> None:
    change(home, "INSERT INTO projection VALUES ('p:nobody', '{}')")


def index_exchanged(home: Path) -> None:
    """The index of the projection holds what another one should."""
    with raw(home) as store:
        (page,) = store.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_projection_1'"
        ).fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
        (other,) = store.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ix_entries_person'").fetchone()
    path = home / "ledger.sqlite3"
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = data[(other - 1) * size : other * size]
    path.write_bytes(data)


TAMPERING: list[tuple[Tamper, FindingKind]] = [
    (edited, "entry_edited"),
    (made_text, "entry_edited"),
    (made_text_that_is_none, "entry_edited"),
    (edited_and_hashed, "rewritten"),
    (deleted, "entry_missing"),
    (cut_off, "truncated"),
    (moved, "entry_moved"),
    (added_in_front, "entry_moved"),
    (details_changed, "ciphertext_changed"),
    (details_removed, "ciphertext_changed"),
    (details_made_text, "ciphertext_changed"),
    (raw_changed, "ciphertext_changed"),
    (given_to_somebody_else, "column_edited"),
    (origin_changed, "column_edited"),
    (unlinked, "chain_broken"),
    (head_removed, "head_missing"),
    (head_edited, "head_signature"),
    (head_unreadable, "head_signature"),
    (end_moved, "store_notes_edited"),
    (end_in_the_future, "store_notes_edited"),
    (key_deleted, "person_key_missing"),
    (key_changed, "person_key_missing"),
    (stop_taken_out, "projection_differs"),
    (stop_weakened, "projection_differs"),
    (permission_invented, "projection_differs"),
    (index_exchanged, "file_damaged"),
]


@pytest.mark.parametrize(("tamper", "kind"), TAMPERING, ids=[tamper.__name__ for tamper, _ in TAMPERING])
def test_each_kind_of_tampering_is_named(home: Path, tamper: Tamper, kind: FindingKind) -> None:
    tamper(home)
    findings = found(home)
    assert kind in {one.kind for one in findings}, findings
    for one in findings:
        assert MIRA.value not in one.sentence + one.where
