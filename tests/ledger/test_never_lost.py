"""A stop is never lost: not by another address, merge, erasure, rotation, rebuild, import, or a later version."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from ledgers import (
    JONAH,
    JONAH_PHONE,
    MIRA,
    MIRA_PHONE,
    MIRA_TAGGED,
    START,
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
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import sayso.ledger
from sayso.capture.importing import import_file
from sayso.ledger import Address, Ledger, schema
from sayso.ledger.engine import REVISIONS, open_engine
from sayso.ledger.entries import (
    BounceReceived,
    ConsentWithdrawn,
    ErasureDone,
    EvidenceSet,
    NumberReassigned,
)
from sayso.ledger.projection import PROJECTION

KIT = Address("email", "kit@letterbox.example")
STORES = Path(__file__).parent / "stores"
MIGRATIONS = Path(sayso.ledger.__file__).parent / "migrations"


# Which addresses a stop reaches -------------------------------------------------------------------------------------


def test_a_stop_holds_for_every_spelling_and_every_address_of_the_person(ledger: Ledger) -> None:
    said = stop(MIRA_TAGGED)
    ledger.append([collected(MIRA_TAGGED, MIRA_PHONE), said])
    for address in (MIRA, MIRA_TAGGED, Address("email", "mira+any@letterbox.example"), MIRA_PHONE):
        assert stops_at(ledger, address) == {said.id}
    assert stops_at(ledger, JONAH) == set()


def test_a_stop_by_internal_id_alone_reaches_all_of_the_persons_addresses(ledger: Ledger) -> None:
    ledger.append([collected(MIRA, MIRA_PHONE)])
    said = stop(person=ledger.find(MIRA.value)[0])
    ledger.append([said])
    assert stops_at(ledger, MIRA) == stops_at(ledger, MIRA_PHONE) == {said.id}


def test_a_stop_of_an_address_nobody_has_waits_for_whoever_brings_it(ledger: Ledger) -> None:
    said = stop(MIRA)
    ledger.append([said])
    ledger.append([consent(MIRA_TAGGED, MIRA_PHONE), checkout(MIRA_PHONE)])
    assert stops_at(ledger, MIRA_TAGGED) == stops_at(ledger, MIRA_PHONE) == {said.id}


@pytest.mark.parametrize("first", [0, 1])
def test_an_address_that_comes_later_takes_over_the_stops_and_brings_its_own(ledger: Ledger, first: int) -> None:
    of_mail, of_phone = stop(MIRA), stop(MIRA_PHONE)
    ledger.append([of_mail, of_phone])
    addresses = [MIRA, MIRA_PHONE]
    ledger.append([collected(addresses[first], addresses[1 - first])])
    assert stops_at(ledger, MIRA) == stops_at(ledger, MIRA_PHONE) == {of_mail.id, of_phone.id}


def test_a_shared_number_has_one_stop_for_all_who_use_it(ledger: Ledger) -> None:
    ledger.append([collected(MIRA, MIRA_PHONE), collected(JONAH, MIRA_PHONE)])
    said = stop(JONAH)
    ledger.append([said])
    assert stops_at(ledger, MIRA_PHONE) == stops_at(ledger, JONAH) == {said.id}
    for person in ledger.find(MIRA_PHONE.value):
        facts = ledger.facts_for(person, channel="sms", topic="offers")
        assert [one.entry for one in facts.stops] == [said.id]


def test_what_is_about_a_mailbox_or_number_alone_stays_with_it(ledger: Ledger) -> None:
    bounced, passed_on = entry(BounceReceived(hard=True), MIRA), entry(NumberReassigned(), MIRA_PHONE)
    ledger.append([collected(MIRA, MIRA_PHONE), bounced, passed_on, collected(MIRA, JONAH_PHONE)])
    assert stops_at(ledger, MIRA) == {bounced.id}
    assert stops_at(ledger, MIRA_PHONE) == {passed_on.id}
    assert stops_at(ledger, JONAH_PHONE) == set()


def test_a_stop_is_known_since_it_holds_for_this_address_and_no_sooner(ledger: Ledger, clock: Clock) -> None:
    said = stop(MIRA)
    ledger.append([said, collected(MIRA_PHONE)])
    before = clock.now
    clock.forward(days=1)
    ledger.append([collected(MIRA, MIRA_PHONE)])
    assert stops_at(ledger, MIRA_PHONE, before) == set()
    assert stops_at(ledger, MIRA_PHONE) == stops_at(ledger, MIRA, before) == {said.id}


# What is done to a ledger later -------------------------------------------------------------------------------------


def _nothing(ledger: Ledger) -> None:
    pass


def _erase_both(ledger: Ledger) -> None:
    for address in (MIRA, JONAH):
        ledger.erase(ledger.find(address.value)[0], origin=f"test:erasure:{ledger.fingerprint(address.value)}")


def _merge(ledger: Ledger) -> None:
    ledger.append([collected(MIRA, JONAH, JONAH_PHONE)])


def _claim(ledger: Ledger) -> None:
    given = consent(MIRA, proof="asserted", import_id="old-shop", actor="import")
    ledger.append([given, consent(MIRA, happened_at=START.replace(year=2025))])


@pytest.mark.parametrize(
    "deeds",
    [
        [_nothing],
        [Ledger.rebuild],
        [Ledger.rotate_lookup_key],
        [_erase_both],
        [_merge],
        [_claim],
        [_merge, _erase_both, Ledger.rotate_lookup_key, Ledger.rebuild, Ledger.rotate_lookup_key],
        [Ledger.rotate_lookup_key, _merge, Ledger.rotate_lookup_key, _erase_both, Ledger.rebuild],
    ],
    ids=lambda deeds: "+".join(deed.__name__.strip("_") for deed in deeds),
)
def test_the_stops_outlive(home: Path, deeds: list[Callable[[Ledger], None]]) -> None:
    mine, theirs = stop(MIRA, MIRA_PHONE), stop(JONAH)
    with Ledger(home, Clock()) as ledger:
        ledger.append([collected(MIRA, MIRA_PHONE), mine, collected(JONAH, JONAH_PHONE), theirs])
        for deed in deeds:
            deed(ledger)
    with Ledger(home, Clock()) as ledger:
        assert ledger.verify() == []
        for address in (MIRA, MIRA_TAGGED, MIRA_PHONE):
            assert mine.id in stops_at(ledger, address)
        for address in (JONAH, JONAH_PHONE):
            assert theirs.id in stops_at(ledger, address)


def test_an_erasure_is_itself_a_stop_of_everything(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA, MIRA_PHONE)])
    ledger.erase(ledger.find(MIRA.value)[0], origin="test:erasure")
    for address in (MIRA_TAGGED, MIRA_PHONE):
        channel = "email" if address.kind == "email" else "sms"
        (held,) = ledger.facts_for(address, channel=channel, topic="offers").stops
        assert (held.kind, held.scope, held.covers_channel, held.covers_topic) == ("erasure", "everything", True, True)


def test_whoever_comes_back_after_an_erasure_is_a_new_person_under_the_old_stops(ledger: Ledger) -> None:
    said = stop(MIRA)
    ledger.append([checkout(MIRA), said])
    (old,) = ledger.find(MIRA.value)
    ledger.erase(old, origin="test:erasure")
    ledger.append([checkout(MIRA, MIRA_PHONE)])
    assert ledger.find(MIRA.value) != [old]
    assert said.id in stops_at(ledger, MIRA)
    assert said.id in stops_at(ledger, MIRA_PHONE)


def test_an_erasure_of_an_address_that_nobody_has_leaves_a_stop_and_no_key(ledger: Ledger, home: Path) -> None:
    said = entry(ErasureDone(scope="everything"), MIRA)
    ledger.append([said])
    assert stops_at(ledger, MIRA) == {said.id}
    with raw(home) as store:
        assert store.execute("SELECT count(*) FROM people").fetchone() == (0,)
    assert ledger.verify() == []


def test_a_ledger_open_elsewhere_hears_of_stops_rotations_and_erasures(home: Path) -> None:
    with Ledger(home, Clock()) as here, Ledger(home, Clock()) as there:
        there.append([checkout(MIRA, MIRA_PHONE)])
        said = stop(MIRA)
        here.append([said])
        assert stops_at(there, MIRA_PHONE) == {said.id}
        here.rotate_lookup_key()
        assert stops_at(there, MIRA_PHONE) == {said.id}
        later = stop(MIRA_PHONE)
        there.append([later])
        assert stops_at(here, MIRA) == stops_at(there, MIRA) == {said.id, later.id}
        there.rotate_lookup_key()
        here.erase(here.find(MIRA.value)[0], origin="test:erasure")
        assert there.find(MIRA.value) == []
        assert len(stops_at(there, MIRA)) == 3
        assert here.verify() == there.verify() == []


def test_a_rotation_that_broke_off_is_taken_up_again(ledger: Ledger, home: Path) -> None:
    said = stop(MIRA)
    ledger.append([said])
    (home / "keys" / "lookup-2").write_text("ab" * 32)
    (home / "keys" / "lookup-2").chmod(0o600)
    with Ledger(home, Clock()) as again:
        assert stops_at(again, MIRA) == {said.id}
        again.rotate_lookup_key()
        assert (home / "keys" / "lookup-2").read_text() == "ab" * 32
        assert stops_at(again, MIRA) == {said.id}


@pytest.mark.parametrize("back", [2, 60, 60 * 24])
def test_a_stop_counts_at_once_although_the_clock_went_back(ledger: Ledger, clock: Clock, back: int) -> None:
    ledger.append([checkout(MIRA)])
    clock.forward(minutes=-back)
    said = stop(MIRA, happened_at=clock.now)
    ledger.append([said])
    assert stops_at(ledger, MIRA) == stops_at(ledger, MIRA, clock.now) == {said.id}
    for person in ledger.iter_people(clock.now):
        assert [one.entry for one in person.facts("email", "offers").stops] == [said.id]


def test_a_stop_is_recorded_under_its_own_origin_though_another_thing_has_it(ledger: Ledger) -> None:
    ledger.append([checkout(MIRA, origin="shop:customer:7")])
    with pytest.raises(sayso.ledger.EntryError, match="origin"):
        ledger.append([stop(MIRA, origin="shop:customer:7")])
    with pytest.raises(sayso.ledger.EntryError, match="origin"):
        ledger.append([checkout(MIRA, origin="shop:customer:8"), stop(MIRA, origin="shop:customer:8")])
    ledger.append([stop(MIRA, origin="shop:customer:9")])
    assert ledger.append([stop(MIRA, origin="shop:customer:9")]).already_known == ["shop:customer:9"]


# Imports ------------------------------------------------------------------------------------------------------------


def test_an_import_after_a_stop_lifts_nothing(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    said = entry(ConsentWithdrawn(), MIRA, MIRA_PHONE)
    ledger.append([said])
    clock.forward(days=30)
    file = tmp_path / "customers_export.csv"
    file.write_text(
        "First Name,Last Name,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing,Default Address Country Code\n"
        f"Mira,Quillfeather,{MIRA.value},yes,{MIRA_PHONE.value},yes,AU\n"
    )
    report = import_file(ledger, file)
    assert report.loaded == 1
    for address, channel in ((MIRA, "email"), (MIRA_PHONE, "sms")):
        facts = ledger.facts_for(address, channel=channel, topic="offers")
        assert said.id in {one.entry for one in facts.stops}
        assert {one.evidence for one in facts.grounds if one.kind == "consent"} == {"asserted"}
    owner = EvidenceSet(
        import_id=ledger.entries_about(ledger.find(MIRA.value)[0])[-1].import_id, evidence="none", statement=""
    )
    ledger.append([entry(owner)])
    assert said.id in stops_at(ledger, MIRA)


# Versions -----------------------------------------------------------------------------------------------------------


def old_store(name: str, to: Path) -> Path:
    """A store as an earlier version left it, from its dump."""
    home = copied(STORES / name, to / "old")
    for key in (home / "keys").iterdir():
        key.chmod(0o600)
    (home / "ledger.sqlite3").touch(mode=0o600)
    with raw(home) as store:
        store.executescript((home / "store.sql").read_text())
    return home


def test_a_store_of_the_first_version_opens_whole_with_its_stops(tmp_path: Path) -> None:
    home = old_store("0001", tmp_path)
    clock = Clock(START.replace(day=4))
    with Ledger(home, clock) as ledger:
        assert ledger.verify() == []
        for address, kinds in {
            MIRA_TAGGED: {"unsubscribe"},
            MIRA_PHONE: {"unsubscribe"},
            JONAH: {"objection", "erasure"},
            JONAH_PHONE: {"hard_bounce", "unsubscribe"},
            KIT: {"unsubscribe"},
        }.items():
            channel = "email" if address.kind == "email" else "sms"
            facts = ledger.facts_for(address, channel=channel, topic="offers")
            assert {one.kind for one in facts.stops} == kinds
        assert [one.kind for one in ledger.entries_about(ledger.find(MIRA.value)[0])] == [
            "checkout_abandoned", "consent_given", "consent_withdrawn"
        ]  # fmt: skip
        ledger.append([stop(KIT, happened_at=clock.now)])
        assert ledger.verify() == []


PROJECTED = ("2", "56f6376cb9668610")


def test_whoever_changes_what_is_projected_numbers_it_anew(tmp_path: Path) -> None:
    """If only the hash differs: raise PROJECTION, so that stores in use are replayed, and write both down here."""
    home = old_store("0001", tmp_path)
    Ledger(home, Clock()).close()
    with raw(home) as store:
        rows = store.execute("SELECT key, state FROM projection ORDER BY key").fetchall()
    assert (PROJECTION, sha256(repr(rows).encode()).hexdigest()[:16]) == PROJECTED


def test_every_migration_is_known_in_order_and_has_a_store_to_start_from() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == REVISIONS
    assert {path.name for path in STORES.iterdir()} >= {REVISIONS[0]}


def test_the_tables_that_migrations_make_are_those_the_code_reads(home: Path) -> None:
    engine = open_engine(home / "ledger.sqlite3")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
    engine.dispose()


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=str)
def test_each_table_can_be_written_in_the_sql_of_postgresql(table: sa.Table) -> None:
    assert "BYTEA" in str(CreateTable(table).compile(dialect=postgresql.dialect())) or table.name == "meta"
