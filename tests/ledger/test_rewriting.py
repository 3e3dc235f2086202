"""Whoever holds the signing key can rewrite the past so that it fits together; a head kept elsewhere still tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from ledgers import JONAH, MIRA, START, Clock, checkout, copied, raw, resign, stop
from test_tampering import TAMPERING, edited

from sayso.ledger import Head, KeyMissingError, Ledger, LedgerError, StoreDamagedError, read_head
from sayso.ledger.heads import FindingKind
from sayso.ledger.keys import Keys, create_keys


@pytest.fixture
def home(written_home: Path) -> Path:
    return written_home


@pytest.fixture
def kept(home: Path) -> Head:
    """The head of seven entries, kept elsewhere, as JSON and back."""
    with Ledger(home, Clock()) as ledger:
        return read_head(ledger.head().to_json())


@pytest.fixture
def other_keys(tmp_path: Path) -> Keys:
    create_keys(tmp_path / "other")
    return Keys(tmp_path / "other")


def kinds(home: Path, kept: Head | None = None) -> list[str]:
    with Ledger(home, Clock()) as ledger:
        return [one.kind for one in ledger.verify(kept)]


def forget_the_stop(home: Path) -> None:
    """Leave the stop out and number the rest anew, as one who holds every key would."""
    with raw(home) as store:
        store.execute("DELETE FROM entries WHERE seq = 3")
        for seq in range(4, 8):
            store.execute("UPDATE entries SET seq = ? WHERE seq = ?", (seq - 1, seq))
        rows = store.execute("SELECT seq, clear FROM entries").fetchall()
        for seq, clear in rows:
            plain = msgspec.json.decode(clear)
            plain["seq"] = seq
            store.execute("UPDATE entries SET clear = ? WHERE seq = ?", (_canonical(plain), seq))


def _canonical(plain: Any) -> bytes:
    return msgspec.json.encode(plain, order="sorted")


def test_a_past_rewritten_with_the_ledgers_own_key_is_found_by_a_head_kept_elsewhere(home: Path, kept: Head) -> None:
    forget_the_stop(home)
    resign(home, Keys(home / "keys"))
    with Ledger(home, Clock()) as ledger:
        ledger.rebuild()
        assert ledger.verify() == []
        assert [one.kind for one in ledger.verify(kept)] == ["truncated"]
        ledger.append([checkout(MIRA)])
        assert [one.kind for one in ledger.verify(kept)] == ["rewritten"]


def test_an_end_cut_off_and_signed_anew_is_found_by_a_head_kept_elsewhere(home: Path, kept: Head) -> None:
    with raw(home) as store:
        store.execute("DELETE FROM entries WHERE seq = 7")
    resign(home, Keys(home / "keys"))
    with Ledger(home, Clock()) as ledger:
        ledger.rebuild()
    assert kinds(home) == []
    assert kinds(home, kept) == ["truncated"]


def test_a_ledger_signed_anew_by_another_key_is_found_with_and_without_a_kept_head(
    home: Path, kept: Head, other_keys: Keys
) -> None:
    edited(home)
    resign(home, other_keys)
    assert kinds(home) == ["head_signature"]
    assert set(kinds(home, kept)) == {"head_signature", "rewritten"}


def test_a_signing_key_exchanged_together_with_the_head_is_found_by_a_head_kept_elsewhere(
    home: Path, kept: Head, tmp_path: Path, other_keys: Keys
) -> None:
    resign(home, other_keys)
    (home / "keys" / "signing").write_text((tmp_path / "other" / "signing").read_text())
    assert kinds(home) == []
    assert kinds(home, kept) == ["signed_by_another_key"]


def test_a_head_of_another_ledger_proves_nothing(home: Path, empty_home: Path, tmp_path: Path) -> None:
    other = Ledger.init(tmp_path / "elsewhere", Clock())
    with other:
        other.append([checkout(JONAH)])
        kept = other.head()
    assert set(kinds(home, kept)) == {"other_store", "rewritten"}


def test_a_kept_head_that_was_edited_proves_nothing(home: Path, kept: Head) -> None:
    assert kinds(home, msgspec.structs.replace(kept, root="00" * 32)) == ["head_signature", "rewritten"]
    assert kinds(home, msgspec.structs.replace(kept, size=8)) == ["head_signature", "truncated"]


def test_a_head_kept_of_each_earlier_size_still_fits(empty_home: Path, tmp_path: Path) -> None:
    home = copied(empty_home, tmp_path / "grown")
    with Ledger(home, Clock()) as ledger:
        heads = [ledger.head()]
        for _ in range(9):
            ledger.append([checkout(MIRA)])
            heads.append(ledger.head())
        assert [ledger.verify(head) for head in heads] == [[]] * 10


def test_the_key_of_someone_erased_that_came_back_from_a_copy_is_found_and_erased_again(
    empty_home: Path, tmp_path: Path
) -> None:
    home = copied(empty_home, tmp_path / "restored")
    with Ledger(home, Clock()) as ledger:
        ledger.append([checkout(MIRA)])
        (person,) = ledger.find(MIRA.value)
        with raw(home) as store:
            key = store.execute("SELECT wrapped_key FROM people").fetchone()[0]
        ledger.erase(person, origin="test:1")
        with raw(home) as store:
            store.execute("INSERT INTO people VALUES (?, ?)", (person, key))
        assert [one.kind for one in ledger.verify()] == ["erased_key_is_back"]
        ledger.erase(person, origin="test:2")
        assert ledger.verify() == []


# Nothing is signed over it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["head", "end"])
def test_nothing_is_added_to_an_end_that_was_edited(home: Path, column: str) -> None:
    with raw(home) as store:
        store.execute("UPDATE meta SET value = replace(value, '\"size\":7', '\"size\":6') WHERE name = ?", (column,))
        before = list(store.iterdump())
    with Ledger(home, Clock()) as ledger, pytest.raises(StoreDamagedError, match="sayso ledger verify"):
        ledger.append([checkout(MIRA)])
    with raw(home) as store:
        assert list(store.iterdump()) == before


def test_nothing_is_added_where_the_end_was_cut_off(home: Path) -> None:
    with raw(home) as store:
        store.execute("DELETE FROM entries WHERE seq = 7")
    with Ledger(home, Clock()) as ledger, pytest.raises(StoreDamagedError, match="nothing was written"):
        ledger.append([stop(MIRA)])


def test_nothing_is_added_to_a_ledger_signed_by_another_key(home: Path, other_keys: Keys) -> None:
    resign(home, other_keys)
    with Ledger(home, Clock()) as ledger, pytest.raises(KeyMissingError, match="keys folder"):
        ledger.append([checkout(MIRA)])


# Heads --------------------------------------------------------------------------------------------------------------


def test_a_head_verifies_by_itself_and_every_field_is_signed(kept: Head) -> None:
    assert kept.holds()
    for name, value in {
        "store": "other",
        "size": 6,
        "root": "00" * 32,
        "link": "00" * 32,
        "signed_at": START.replace(year=2025),
        "public_key": "00" * 32,
        "signature": "00" * 64,
    }.items():
        assert not msgspec.structs.replace(kept, **{name: value}).holds(), name
    assert not msgspec.structs.replace(kept, signature="no hex").holds()
    assert not msgspec.structs.replace(kept, size=2**60).holds()


def test_a_head_holds_nothing_personal(home: Path, kept: Head) -> None:
    assert set(msgspec.json.decode(kept.to_json())) == {
        "store", "size", "root", "link", "signed_at", "public_key", "signature"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "{}", "[]", "\ud800", b"\xff", '{"size": "seven"}'])
def test_what_is_no_head_is_refused_with_a_way_on(text: str | bytes) -> None:
    with pytest.raises(LedgerError, match="sayso ledger head"):
        read_head(text)


def test_every_kind_of_finding_is_met_by_a_test() -> None:
    """The kinds below are asserted by name in this module; the others are in the table of test_tampering."""
    here = {"other_store", "signed_by_another_key", "erased_key_is_back"}
    source = Path(__file__).read_text()
    assert all(source.count(f'"{kind}"') > 1 for kind in here)
    assert {kind for _, kind in TAMPERING} | here == set(get_args(FindingKind))
