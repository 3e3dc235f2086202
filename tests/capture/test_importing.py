"""What holds of every import: stops first, nothing believed without evidence, nothing twice, nothing half-written."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sayso.capture import CaptureError, ImportReport, Options, import_file, import_files, settle_evidence
from sayso.capture.files import open_text
from sayso.capture.json_items import open_json
from sayso.ledger import Entry, Ledger
from sayso.ledger.append import Appended
from sayso.ledger.entries import Stopping
from sayso.vocabulary import Facts

Put = Callable[..., ImportReport]
Known = Callable[..., Facts]

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHO = "odette@letterbox.example"
MEMBERS = "Email Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID"
SUBSCRIBED = f"{MEMBERS}\n{WHO},2,2024-01-02 03:04:05,,2024-01-02 04:00:00,1,a\n"


class Watched:
    """A store that remembers in which order entries came."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.entries: list[Entry] = []

    def fingerprint(self, text: str) -> str:
        return str(hash(text))

    def append(self, entries: Sequence[Entry]) -> Appended:
        self.entries += entries
        return Appended([entry.id for entry in entries], [])


def written(folder: Path, files: dict[str, str]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    return [folder / name for name in files]


def test_the_stops_of_all_files_go_in_before_anything_else_of_any(tmp_path: Path) -> None:
    store = Watched(tmp_path)
    files = written(tmp_path / "in", {
        "subscribed.csv": SUBSCRIBED,
        "unsubscribed.csv": f"{MEMBERS},UNSUB_TIME\nuna@letterbox.example,2,,,,2,b,2026-01-01 00:00:00\n",
        "z-stops.csv": "address\npavel@letterbox.example\n",
    })  # fmt: skip
    import_files(store, files, now=NOW)
    stops = [isinstance(entry.body, Stopping) for entry in store.entries]
    assert stops.count(True) == 2
    assert stops == sorted(stops, reverse=True)


def test_within_one_file_stops_go_in_first_too(tmp_path: Path) -> None:
    store = Watched(tmp_path)
    rows = [f"no{number}@letterbox.example,SUBSCRIBED," for number in range(700)]
    rows.append(f"{WHO},SUBSCRIBED,SPAM_COMPLAINT")
    sheet = "\n".join(["Email,Email Marketing Consent,Email Suppressions", *rows])
    import_files(store, written(tmp_path / "in", {"klaviyo.csv": sheet}), now=NOW)
    assert store.entries[0].kind == "complaint_received"


def test_a_permission_imported_after_a_stop_does_not_lift_it(put: Put, known: Known) -> None:
    put("stops.csv", f"address,date\n{WHO},2020-01-01\n")
    put("subscribed.csv", SUBSCRIBED)
    facts = known(WHO)
    assert [stop.received_on for stop in facts.stops] == [datetime(2020, 1, 1, tzinfo=UTC).date()]
    assert facts.grounds[0].evidence == "asserted"


def test_a_stop_on_one_spelling_holds_for_the_others(put: Put, known: Known) -> None:
    put("subscribed.csv", SUBSCRIBED)
    put("stops.csv", "address\nODETTE@Letterbox.example\n")
    assert known(WHO).stops


def test_a_claimed_permission_stays_asserted_until_its_evidence_is_settled(
    put: Put, known: Known, ledger: Ledger
) -> None:
    report = put("subscribed.csv", SUBSCRIBED)
    assert report.waiting == 1
    assert report.import_id in " ".join(report.sentences())
    said = {"statement": "the form's log of 2024 is in the safe", "by": "the owner"}
    settle_evidence(ledger, report.import_id, "imported_with_proof", now=NOW, **said)
    assert known(WHO).grounds[0].evidence == "imported_with_proof"
    settle_evidence(ledger, report.import_id, "none", now=NOW + timedelta(seconds=1), **said)
    assert known(WHO).grounds[0].evidence == "none"


def test_evidence_can_be_settled_for_one_entry_and_not_for_its_neighbours(
    put: Put, known: Known, ledger: Ledger
) -> None:
    report = put("subscribed.csv", SUBSCRIBED + "una@letterbox.example,2,2024-01-02 03:04:05,,,2,b\n")
    entry = known(WHO).grounds[0].entry
    assert entry is not None
    settle_evidence(ledger, report.import_id, "imported_with_proof", statement="s", by="o", entries=[entry], now=NOW)
    assert known(WHO).grounds[0].evidence == "imported_with_proof"
    assert known("una@letterbox.example").grounds[0].evidence == "asserted"


@pytest.mark.parametrize(("statement", "by"), [("", "the owner"), ("it is proved", " ")])
def test_evidence_is_not_settled_without_saying_what_it_is_and_who_says_so(
    ledger: Ledger, statement: str, by: str
) -> None:
    with pytest.raises(CaptureError, match="one more claim"):
        settle_evidence(ledger, "import-1", "imported_with_proof", statement=statement, by=by)
    assert ledger.count() == (0, 0)


def test_tomorrow_s_export_adds_only_what_is_new_in_it(put: Put) -> None:
    put("subscribed.csv", SUBSCRIBED)
    more = put("subscribed-tuesday.csv", SUBSCRIBED + "una@letterbox.example,2,2026-11-23 00:00:00,,,2,b\n")
    assert (more.loaded, more.already_known) == (1, 1)
    assert more.added == {"details_collected": 1, "consent_given": 1}


def test_an_undated_stop_of_a_later_list_counts_as_a_later_request(put: Put, known: Known) -> None:
    put("stops-may.csv", f"address\n{WHO}\n")
    put("stops-may.csv", f"address\n{WHO}\n")
    assert len(known(WHO).stops) == 1
    put("stops-june.csv", f"address\n{WHO}\nuna@letterbox.example\n")
    assert len(known(WHO).stops) == 2


def test_a_bad_row_is_kept_aside_with_its_reason_and_the_others_load(put: Put, ledger: Ledger, known: Known) -> None:
    report = put("subscribed.csv", SUBSCRIBED + "nobody at all,2,,,,2,b\n")
    assert (report.loaded, report.kept_aside) == (1, 1)
    assert [problem.line for problem in report.rejected] == [3]
    assert report.aside is not None
    assert report.aside.read_text().splitlines() == [MEMBERS, "nobody at all,2,,,,2,b"]
    assert report.aside.stat().st_mode & 0o077 == 0
    mended = report.aside.read_text().replace("nobody at all", "una@letterbox.example")
    assert put("subscribed-mended.csv", mended).loaded == 1
    assert known("una@letterbox.example").grounds


def test_bad_items_of_a_json_list_are_kept_aside_as_json(put: Put) -> None:
    good = {"token": "a", "email": WHO, "created_at": "2026-11-01T00:00:00Z", "abandoned_checkout_url": "x"}
    report = put(
        "c.json", json.dumps([good, good | {"token": "b", "created_at": None}, good | {"token": "c", "email": "?"}])
    )
    assert report.aside is not None
    kept = json.loads(report.aside.read_text())
    assert len(kept) == 2
    assert "token" not in kept[0]


def test_files_of_a_folder_and_of_a_zip_file_are_read_and_a_refused_one_hinders_no_other(
    tmp_path: Path, ledger: Ledger
) -> None:
    folder = tmp_path / "in"
    written(folder, {"stops.csv": f"address\n{WHO}\n", "notes.json": '{"a": 1}'})
    with zipfile.ZipFile(folder / "audience.zip", "w") as archive:
        archive.writestr("export/subscribed_members.csv", SUBSCRIBED)
    reports = {report.file: report for report in import_files(ledger, [folder], now=NOW)}
    assert reports["stops.csv"].loaded == 1
    assert reports["subscribed_members.csv"].added["consent_given"] == 1
    assert "name its kind" in (reports["notes.json"].refused or "")


class FullError(Exception):
    """The disk is full."""


def test_an_import_that_is_cut_off_is_taken_up_where_it_stopped(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"no{number}@letterbox.example,2,2024-01-02 03:04:05,,,{number},b\n" for number in range(900))
    (path,) = written(tmp_path / "in", {"subscribed.csv": f"{MEMBERS}\n{rows}"})
    whole, batches = ledger.append, 0

    def fails_the_second_time(entries: Sequence[Entry]) -> Appended:
        nonlocal batches
        batches += 1
        if batches == 2:
            raise FullError
        return whole(entries)

    monkeypatch.setattr(ledger, "append", fails_the_second_time)
    with pytest.raises(FullError):
        import_file(ledger, path, now=NOW)
    monkeypatch.undo()
    assert ledger.verify() == []
    before = ledger.count()[0]
    assert 0 < before < 1800
    import_file(ledger, path, now=NOW)
    assert ledger.count() == (1801, 900)


def test_progress_is_told_up_to_the_last_row(tmp_path: Path, ledger: Ledger) -> None:
    told: list[tuple[str, int, int]] = []
    (path,) = written(tmp_path / "in", {"subscribed.csv": SUBSCRIBED})
    import_file(ledger, path, progress=lambda *now: told.append(now), now=NOW)
    assert told[-1] == ("subscribed.csv", 2, 2)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(items: int) -> int:
        item: dict[str, Any] = {"abandoned_checkout_url": "x", "note": "n" * 2000}
        path = tmp_path / f"{items}.json"
        path.write_text(json.dumps({"checkouts": [item | {"token": str(number)} for number in range(items)]}))
        tracemalloc.start()
        found = open_json(open_text(path), frozenset({"checkouts"}))
        assert sum(1 for _ in found.items()) == found.count == items
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(16_000) < peak(4_000) + (1 << 20)


def test_a_brand_s_permission_is_not_another_brand_s_and_a_stop_is_everybody_s(
    tmp_path: Path, ledger: Ledger, known: Known
) -> None:
    files = written(tmp_path / "in", {"subscribed.csv": SUBSCRIBED, "stops.csv": f"address\n{WHO}\n"})
    import_files(ledger, files, Options(sender="other brand"), now=NOW)
    assert not known(WHO).grounds
    assert known(WHO).stops
