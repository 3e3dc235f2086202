"""Stores and folders as they should not be: each a LedgerError that says what to do, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import JONAH, MIRA, NAME, Clock, checkout, consent, copied, raw, relink, stop, stops_at

from sayso.ledger import (
    FileExposedError,
    KeyMissingError,
    Ledger,
    LedgerError,
    StoreDamagedError,
    StoreExistsError,
    StoreFullError,
    StoreLockedError,
    StoreMissingError,
    StoreNewerError,
)

STORE = "ledger.sqlite3"


@pytest.fixture
def home(written_home: Path) -> Path:
    return written_home


def refused(home: Path, kind: type[LedgerError], words: str) -> None:
    """Opening is refused with these words, and leaves every file as it was."""
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    with pytest.raises(kind, match=words) as error:
        Ledger(home, Clock())
    assert MIRA.value not in str(error.value)
    after = {
        path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name[-4:] not in ("-wal", "-shm")
    }
    assert after == before


# No store, another store --------------------------------------------------------------------------------------------


def test_where_there_is_no_store_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreMissingError, match="sayso init"):
        Ledger(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_second_store_in_one_folder_is_refused(home: Path) -> None:
    with pytest.raises(StoreExistsError, match="already is a ledger"):
        Ledger.init(home)
    with Ledger(home, Clock()) as ledger:
        assert ledger.verify() == []


def test_no_new_store_is_made_over_the_latest_entries_of_a_lost_one(home: Path) -> None:
    with Ledger(home, Clock()) as ledger:
        ledger.append([checkout(JONAH)])
        (home / STORE).rename(home / "elsewhere")
        with pytest.raises(StoreExistsError, match="put it back, or move them away"):
            Ledger.init(home)
    (home / "elsewhere").rename(home / STORE)


def test_a_store_of_a_newer_version_is_refused(home: Path) -> None:
    with raw(home) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    refused(home, StoreNewerError, "install the newer version")


@pytest.mark.parametrize(
    "content", [b"", b"no database at all, but long enough to look at" * 40], ids=["empty", "text"]
)
def test_a_file_that_is_no_store_is_refused(home: Path, content: bytes) -> None:
    (home / STORE).write_bytes(content)
    refused(home, StoreDamagedError, "restore the latest backup")


def test_another_programs_database_is_refused(home: Path) -> None:
    (home / STORE).unlink()
    with raw(home) as store:
        store.execute("CREATE TABLE recipes (name TEXT)")
    (home / STORE).chmod(0o600)
    refused(home, StoreDamagedError, "no sayso ledger")


@pytest.mark.parametrize("table", ["entries", "people", "projection", "meta"])
def test_a_store_that_lacks_a_table_is_refused_when_it_is_needed(home: Path, table: str) -> None:
    with raw(home) as store:
        store.execute(f"DROP TABLE {table}")
    with pytest.raises(StoreDamagedError, match="restore the latest backup"), Ledger(home, Clock()) as ledger:
        ledger.append([stop(MIRA)])
    with pytest.raises(StoreDamagedError, match="restore the latest backup"), Ledger(home, Clock()) as ledger:
        ledger.verify()


def test_a_store_cut_off_in_the_middle_is_refused(home: Path) -> None:
    whole = (home / STORE).read_bytes()
    (home / STORE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreDamagedError, match="restore the latest backup"), Ledger(home, Clock()) as ledger:
        ledger.verify()


def test_every_page_of_every_table_and_index_is_looked_at(home: Path, tmp_path: Path) -> None:
    """A damaged index would let a look-up miss a stop that is there."""
    with raw(home) as store:
        pages = dict(store.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1").fetchall())
        (size,) = store.execute("PRAGMA page_size").fetchone()
    assert len(pages) >= 9
    for name, page in pages.items():
        broken = copied(home, tmp_path / name)
        data = bytearray((broken / STORE).read_bytes())
        data[(page - 1) * size : page * size] = bytes(number * 7 % 251 for number in range(size))
        (broken / STORE).write_bytes(data)
        try:
            with Ledger(broken, Clock()) as ledger:
                assert "file_damaged" in {one.kind for one in ledger.verify()}, name
        except StoreDamagedError as error:
            assert "restore the latest backup" in str(error)  # noqa: PT017 -- either is right, silence is not


@pytest.mark.parametrize("name", ["lookup", "end"])
@pytest.mark.parametrize("value", ["", "0", "-1", "x", "{}", '{"recorded_at":"yesterday"}'])
def test_notes_of_the_stores_own_that_make_no_sense_are_refused(home: Path, name: str, value: str) -> None:
    with raw(home) as store:
        store.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))
    refused(home, StoreDamagedError, "restore the latest backup")


# Keys ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["master", "signing", "lookup-1"])
@pytest.mark.parametrize(
    ("content", "words"), [(None, "is missing"), ("", "32-byte"), ("not hex", "cannot be read"), ("ab" * 16, "32-byte")]
)
def test_a_key_that_is_missing_or_broken_is_named(home: Path, name: str, content: str | None, words: str) -> None:
    path = home / "keys" / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    refused(home, KeyMissingError, f"keys/{name} .*{words}.* restore the keys folder")


def test_without_its_keys_folder_a_store_is_not_opened_and_no_new_keys_are_made(home: Path) -> None:
    shutil.rmtree(home / "keys")
    refused(home, KeyMissingError, "restore the keys folder")
    assert not (home / "keys").exists()


@pytest.mark.parametrize("names", [("master", "signing", "lookup-1"), ("master",), ("lookup-1",)], ids="+".join)
def test_the_keys_of_another_ledger_open_nothing(home: Path, tmp_path: Path, names: tuple[str, ...]) -> None:
    Ledger.init(tmp_path / "other").close()
    for name in names:
        shutil.copy(tmp_path / "other" / "keys" / name, home / "keys" / name)
    refused(home, KeyMissingError, "not those of this ledger")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602])
@pytest.mark.parametrize("name", [STORE, "keys/master", "keys/signing", "keys/lookup-1"])
def test_a_file_that_others_may_read_or_write_is_refused_until_it_is_closed(home: Path, name: str, mode: int) -> None:
    (home / name).chmod(mode)
    refused(home, FileExposedError, f"chmod 600 .*{name}")
    (home / name).chmod(0o600)
    Ledger(home, Clock()).close()


# Other writers, full disks, files that may not be written -----------------------------------------------------------


def test_while_another_process_writes_one_waits_and_then_is_told(home: Path) -> None:
    with Ledger(home, Clock(), wait_seconds=0.1) as ledger, raw(home) as other:
        head = ledger.head()
        other.execute("BEGIN IMMEDIATE")
        for deed in (
            lambda: ledger.append([stop(JONAH)]),
            lambda: ledger.erase(ledger.find(MIRA.value)[0], origin="test:erasure-2"),
            ledger.rebuild,
            ledger.rotate_lookup_key,
        ):
            with pytest.raises(StoreLockedError, match="wait and try again"):
                deed()
        assert stops_at(ledger, MIRA)
        assert ledger.verify() == []
        other.execute("ROLLBACK")
        assert ledger.head() == head
        ledger.append([stop(JONAH)])


def big_batch() -> list[object]:
    return [checkout(MIRA, raw="x" * 4000) for _ in range(200)]


def test_a_store_that_may_grow_no_more_takes_nothing_and_keeps_what_it_has(home: Path) -> None:
    with Ledger(home, Clock()) as ledger:

        @sa.event.listens_for(ledger._engine, "begin")
        def keep_small(connection: sa.Connection) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        head = ledger.head()
        with pytest.raises(StoreFullError, match="make room and try again"):
            ledger.append(big_batch())
        assert ledger.head() == head
        assert ledger.verify() == []
        assert stops_at(ledger, MIRA)
    with Ledger(home, Clock()) as ledger:
        assert len(ledger.append(big_batch()).added) == 200


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ledgers import Clock
from sayso.ledger import Ledger, StoreFullError
from test_bad_stores import big_batch
limit = int(sys.argv[3])
with Ledger(Path(sys.argv[1]), Clock()) as ledger:
    size = ledger.head().size
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        ledger.append(big_batch())
    except StoreFullError as error:
        assert "nothing was written" in str(error), error
    else:
        raise AssertionError("that should not have fitted")
    assert ledger.head().size == size
    assert ledger.verify() == []
print("as it should be")
"""


@pytest.mark.parametrize("room", [0, 50_000, 400_000])
def test_a_disk_that_fills_up_in_the_middle_of_a_batch_leaves_nothing_of_it(home: Path, room: int) -> None:
    """The operating system refuses to let any file grow beyond a size, as a full disk would."""
    limit = str((home / STORE).stat().st_size + room)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(home), str(Path(__file__).parent), limit], capture_output=True, text=True
    )
    assert done.stdout == "as it should be\n", done.stderr
    with Ledger(home, Clock()) as ledger:
        assert ledger.verify() == []
        assert ledger.count()[0] == 7
        assert stops_at(ledger, MIRA)
        ledger.append(big_batch())


def test_a_ledger_that_cannot_be_made_leaves_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFullError, match=r"check the disk and who owns it"):
        Ledger.init(tmp_path / "file" / "home")


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder of an ordinary user's, as whom the test runs: the superuser may write anywhere."""
    folder = Path(tempfile.mkdtemp(prefix="sayso-"))
    if os.geteuid() != 0:
        yield folder
    else:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


def test_a_store_that_may_only_be_read_is_read_and_says_why_it_takes_nothing(nobody: Path) -> None:
    home = nobody / "home"
    with Ledger.init(home, Clock()) as ledger:
        ledger.append([consent(MIRA), stop(MIRA)])
    (home / STORE).chmod(0o400)
    with Ledger(home, Clock()) as ledger:
        assert stops_at(ledger, MIRA)
        assert ledger.verify() == []
        with pytest.raises(StoreFullError, match=r"may not be written to.*check who owns"):
            ledger.append([stop(JONAH)])


def test_a_folder_that_may_not_be_written_to_is_named(nobody: Path) -> None:
    home = nobody / "home"
    with Ledger.init(home, Clock()) as ledger:
        ledger.append([stop(MIRA)])
    home.chmod(0o500)
    with pytest.raises(StoreFullError, match="check who owns"), Ledger(home, Clock()) as ledger:
        ledger.append([stop(JONAH)])
    with pytest.raises(StoreFullError, match=r"check the disk and who owns it"):
        Ledger.init(home / "another")


def test_a_store_that_may_not_be_read_is_named(nobody: Path) -> None:
    home = nobody / "home"
    Ledger.init(home, Clock()).close()
    (home / STORE).chmod(0o000)
    with pytest.raises(LedgerError, match="check"):
        Ledger(home, Clock())
    (home / STORE).chmod(0o600)
    (home / "keys" / "master").chmod(0o000)
    with pytest.raises(KeyMissingError, match="cannot be read"):
        Ledger(home, Clock())


def test_no_error_repeats_what_was_in_the_entries(home: Path) -> None:
    with raw(home) as store:
        store.execute(
            "UPDATE entries SET secret = x'00', clear = CAST('{\"' || ? AS BLOB) WHERE seq = 1", (MIRA.value,)
        )
        store.execute("UPDATE projection SET state = ? WHERE key LIKE 'p:%'", (f"{MIRA.value} {NAME}",))
    relink(home)
    with Ledger(home, Clock()) as ledger:
        said = [finding.sentence for finding in ledger.verify()]
        for ask in (
            lambda: ledger.facts_for(MIRA, channel="email", topic="offers"),
            ledger.rebuild,
            lambda: ledger.append([stop(MIRA)]),
            lambda: list(ledger.iter_people()),
        ):
            with pytest.raises(LedgerError) as error:
                ask()
            said.append(str(error.value))
    assert not any(detail in sentence for sentence in said for detail in (MIRA.value, NAME))
