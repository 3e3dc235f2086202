"""Nothing personal can be read in the store's files, before or after; after an erasure not even with every key."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from ledgers import (
    JONAH,
    MIRA,
    MIRA_PHONE,
    NAME,
    Clock,
    checkout,
    collected,
    consent,
    copied,
    entry,
    raw,
    stop,
    stops_at,
)

from sayso.ledger import EntryError, Ledger, LedgerError
from sayso.ledger.entries import ConsentWithdrawn, MessageSent, PersonDescribed, Private
from sayso.ledger.keys import Keys

WORDS = "please stop, I moved to 9 Seagull Steps"
DETAILS = [MIRA.value, MIRA_PHONE.value, "mira@", "91570156", NAME, "Quillfeather", "Lantern", "lighthouse", "Seagull",
           "198.51.100.7", "Firefox"]  # fmt: skip


def fill(ledger: Ledger) -> str:
    """All kinds of things about Mira, some about Jonah; her internal id."""
    ledger.append(
        [
            checkout(MIRA, MIRA_PHONE, private=Private(name=NAME, postal_address=["7 Lantern Row"], ip="198.51.100.7")),
            consent(MIRA, private=Private(ip="198.51.100.7", user_agent="Firefox"), raw=f'{{"email":"{MIRA.value}"}}'),
            entry(PersonDescribed(facts={"age": 34.0}), MIRA),
            entry(MessageSent(channel="email", topic="offers"), MIRA),
            entry(ConsentWithdrawn(means="free_text", means_stop=True), MIRA, private=Private(words=WORDS), raw=WORDS),
            collected(JONAH, MIRA_PHONE),
        ]
    )
    return ledger.find(MIRA.value)[0]


def bytes_of(home: Path) -> dict[str, bytes]:
    """Every file of the store, keys left out."""
    files = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}
    assert "ledger.sqlite3" in files
    return files


def readable(home: Path) -> set[str]:
    """The details that stand in some file, as text in UTF-8 or UTF-16."""
    found = set()
    for content in bytes_of(home).values():
        for detail in DETAILS:
            if detail.encode() in content or detail.encode("utf-16-le") in content:
                found.add(detail)
    return found


def test_the_search_would_find_what_stands_in_the_files(ledger: Ledger, home: Path) -> None:
    ledger.append([entry(ConsentWithdrawn(), MIRA, origin=f"careless:{MIRA.value}")])
    assert readable(home) == {MIRA.value, "mira@"}


def test_no_detail_stands_in_the_files_before_an_erasure_either(ledger: Ledger, home: Path) -> None:
    fill(ledger)
    assert "ledger.sqlite3-wal" in bytes_of(home)
    assert readable(home) == set()
    ledger.close()
    assert readable(home) == set()


def test_after_an_erasure_nothing_opens_though_one_holds_every_key(home: Path) -> None:
    with Ledger(home, Clock()) as ledger:
        person = fill(ledger)
        with raw(home) as store:
            (wrapped,) = store.execute("SELECT wrapped_key FROM people WHERE person = ?", (person,)).fetchone()
            sealed = store.execute(
                "SELECT secret FROM entries WHERE person = ? AND secret NOT NULL", (person,)
            ).fetchall()
        assert len(sealed) == 5
        assert any(wrapped in content for content in bytes_of(home).values())
        states = _states(home, person)
        assert states

        ledger.erase(person, origin="test:erasure", reason="she asked")

        for content in bytes_of(home).values():
            assert wrapped not in content
            assert not any(state in content for state in states)
        assert readable(home) == set()
        (left,) = [one for one in ledger.entries_about(person) if one.kind != "erasure_done"]
        assert (left.kind, left.addresses, left.private, left.raw) == ("consent_withdrawn", [], None, None)
    with raw(home) as store:
        assert store.execute("SELECT count(*) FROM people WHERE person = ?", (person,)).fetchone() == (0,)
        # What is left of Mira opens with none of the keys that are there: not the master's, not Jonah's.
        keys = Keys(home / "keys")
        ((jonah, his),) = store.execute("SELECT person, wrapped_key FROM people").fetchall()
        assert keys.person_key(jonah, his) is not None
        assert keys.person_key(person, his) is None


def _states(home: Path, person: str) -> list[bytes]:
    with raw(home) as store:
        return [row[0] for row in store.execute("SELECT state FROM projection WHERE key = ?", (f"p:{person}",))]


def test_after_an_erasure_the_chain_verifies_the_stop_holds_and_others_keep_theirs(ledger: Ledger) -> None:
    before = ledger.head()
    person = fill(ledger)
    kept = ledger.head()
    stops = stops_at(ledger, MIRA)
    ledger.erase(person, origin="test:erasure")
    assert ledger.verify(before) == ledger.verify(kept) == []
    assert stops < stops_at(ledger, MIRA)
    assert ledger.find(MIRA.value) == []
    assert ledger.find(MIRA_PHONE.value) == ledger.find(JONAH.value)
    assert not ledger.facts_for(MIRA, channel="email", topic="offers").grounds
    assert [one.addresses for one in ledger.entries_about(ledger.find(JONAH.value)[0])] == [[JONAH, MIRA_PHONE]]
    ledger.rebuild()
    assert ledger.verify(kept) == []
    assert stops < stops_at(ledger, MIRA)


def test_nothing_is_left_in_the_files_while_a_reader_was_at_work_once_it_has_gone(home: Path) -> None:
    with Ledger(home, Clock(), wait_seconds=0.2) as ledger:
        person = fill(ledger)
        with raw(home) as store:
            (wrapped,) = store.execute("SELECT wrapped_key FROM people WHERE person = ?", (person,)).fetchone()
        with closing(sqlite3.connect(home / "ledger.sqlite3", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entries").fetchone()
            ledger.erase(person, origin="test:erasure")
            reader.execute("COMMIT")
        assert ledger.find(MIRA.value) == []
        assert any(wrapped in content for content in bytes_of(home).values())
        with Ledger(home, Clock()) as another:
            another.append([stop(JONAH)])
            assert not any(wrapped in content for content in bytes_of(home).values())


def test_a_stuck_reader_holds_up_nobody_but_the_erasure_itself(home: Path) -> None:
    with Ledger(home, Clock(), wait_seconds=0.5) as ledger, closing(sqlite3.connect(home / "ledger.sqlite3")) as reader:
        person = fill(ledger)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        ledger.erase(person, origin="test:erasure")
        start = time.monotonic()
        ledger.append([stop(JONAH)])
        assert time.monotonic() - start < 0.4


def test_a_person_is_erased_once_and_one_who_is_unknown_not_at_all(ledger: Ledger) -> None:
    person = fill(ledger)
    ledger.erase(person, origin="test:erasure")
    for who in (person, "nobody"):
        with pytest.raises(EntryError, match="nobody with this id"):
            ledger.erase(who, origin=f"test:again:{who}")
    with pytest.raises(LedgerError, match="recorded before"):
        ledger.erase(ledger.find(JONAH.value)[0], origin="test:erasure")
    assert ledger.verify() == []


def test_an_erasure_that_is_refused_leaves_the_key(ledger: Ledger) -> None:
    person = fill(ledger)
    ledger.append([stop(JONAH, origin="taken")])
    with pytest.raises(EntryError, match="origin"):
        ledger.erase(person, origin="taken")
    assert len(ledger.entries_about(person)) == 5


def test_a_copy_made_before_an_erasure_is_erased_by_erasing_again(ledger: Ledger, home: Path, tmp_path: Path) -> None:
    """What a backup holds is told in the docstring of `erase`; this is the way to bring one up to date."""
    person = fill(ledger)
    ledger.close()
    old = copied(home, tmp_path / "backup")
    with Ledger(home, Clock()) as now:
        now.erase(person, origin="test:erasure")
    with Ledger(old, Clock()) as restored:
        assert restored.find(MIRA.value) == [person]
        restored.erase(person, origin="test:erasure")
        assert restored.find(MIRA.value) == []
        assert restored.verify() == []
