"""Files that are wrong: a clear message that says what to do, nothing half-written, and no contact detail in it."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sayso.capture import (
    FileRefusedError,
    ImportReport,
    MappingError,
    UnknownKindError,
    import_file,
    import_files,
)
from sayso.capture.files import LONGEST_CELL
from sayso.ledger import Ledger
from sayso.vocabulary import Facts

Put = Callable[..., ImportReport]
Known = Callable[..., Facts]

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WHO = "odette@letterbox.example"
SHEET = f"Email,First Name,Email Marketing Consent,Klaviyo ID\n{WHO},Zoë,SUBSCRIBED,k1\n"


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files.items():
            archive.writestr(name, contents)
    return held.getvalue()


BOOK = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"", "is empty; export it again"),
    "blank": ("a.csv", b" \r\n \n", "is empty; export it again"),
    "cut-off JSON": (
        "a.json",
        b'{"checkouts": [{"token": "a", "email": "odette@letterbox.example"',
        r"\(line 1, column",
    ),
    "cut-off list": ("a.json", b'{"checkouts": [\n{"token": "a"}\n', r"not well-formed JSON \(line 3, column 1\)"),
    "two JSON values": ("a.json", b'[{"token": "a"}] [2]', r"\(line 1, column 18\)"),
    "trailing comma": ("a.json", b'[{"token": "a"},]', r"not well-formed JSON \(line 1, column 17\)"),
    "nested JSON": ("a.json", b"[" * 100_000, "nested too deeply"),
    "other JSON": ("a.json", b'{"a": 1}', "name its kind"),
    "empty list": ("a.json", b"[]", "empty list"),
    "old spreadsheet": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 600, "save it as `CSV UTF-8`"),
    "spreadsheet": ("a.xlsx", BOOK, "spreadsheet"),
    "spreadsheet named csv": ("a.csv", BOOK, "spreadsheet"),
    "gzip": ("a.csv.gz", b"\x1f\x8b\x08\x00" + bytes(50), "unpack it first"),
    "PDF": ("a.pdf", b"%PDF-1.7\n" + bytes(50), "export a CSV file"),
    "picture": ("a.csv", bytes(range(256)) * 40 + bytes(4000), "not a (text file|line of headings)"),
    "half UTF-16": ("a.csv", SHEET.encode("utf-16")[:-1], "export it again as UTF-8"),
    "no headings": (
        "a.csv",
        b"odette@letterbox.example,yes\nuna@letterbox.example,no\n",
        "a line of headings above it",
    ),
    "no headings, twice": ("a.csv", b"+61355501234,+61355501234\n", "a line of headings above it"),
    "no addresses": ("a.csv", b"colour,size\nred,4\n", "no column is read as `email` or `phone`"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(
    case: str, put: Put, ledger: Ledger, tmp_path: Path
) -> None:
    name, contents, said = REFUSED[case]
    with pytest.raises((FileRefusedError, MappingError), match=said) as refusal:
        put(name, contents)
    assert "odette" not in str(refusal.value)
    assert ledger.count() == (0, 0)
    assert {path.name for path in ledger.home.iterdir()} <= {"keys", *(p.name for p in ledger.home.glob("ledger.*"))}


@pytest.mark.parametrize("case", REFUSED)
def test_among_other_files_it_is_reported_and_the_others_load(case: str, ledger: Ledger, tmp_path: Path) -> None:
    name, contents, _ = REFUSED[case]
    (tmp_path / name).write_bytes(contents)
    (tmp_path / "stops-ok.csv").write_text(f"address\n{WHO}\n")
    reports = import_files(ledger, [tmp_path / name, tmp_path / "stops-ok.csv"], now=NOW)
    assert [bool(report.refused) for report in reports] == [True, False]
    assert reports[1].loaded == 1


def test_a_file_that_is_not_there_or_may_not_be_read_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="check the path and who may read it"):
        import_file(ledger, tmp_path / "none.csv")


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do(put: Put) -> None:
    with pytest.raises(UnknownKindError, match="shopify-checkouts"):
        put("a.csv", SHEET, kind="shopfy")


# Encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "note"), [
    ("utf-8", ""), ("utf-8-sig", "byte order mark"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16 without"),
    ("utf-16-be", "UTF-16 without"), ("utf-32", "UTF-32"), ("cp1252", "Windows-1252"), ("latin-1", "Windows-1252"),
])  # fmt: skip
def test_every_encoding_that_exports_come_in_is_read(
    put: Put, ledger: Ledger, known: Known, encoding: str, note: str
) -> None:
    report = put("k.csv", SHEET.encode(encoding))
    assert (report.kind, report.loaded) == ("klaviyo-profiles", 1)
    assert note in " ".join(report.notes)
    (person,) = ledger.find(WHO)
    assert [entry.private.name for entry in ledger.entries_about(person) if entry.private] == ["Zoë"]


def test_bytes_that_break_utf_8_far_into_the_file_are_found_and_the_whole_is_read_as_latin_1(put: Put) -> None:
    rows = "".join(f"n{number}@letterbox.example,Ann,SUBSCRIBED,{number}\n" for number in range(2000))
    report = put(
        "k.csv", SHEET.replace("Zoë", "Zoe").encode() + rows.encode() + "z@letterbox.example,Zoë,,z\n".encode("latin-1")
    )
    assert any("not UTF-8" in note for note in report.notes)
    assert report.loaded == 2002


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_line_ends_and_delimiters_of_every_country_are_read(put: Put, newline: str, delimiter: str) -> None:
    assert put("k.csv", SHEET.replace("\n", newline).replace(",", delimiter)).loaded == 1


def test_a_newline_inside_quotes_does_not_end_the_row_and_lines_are_still_counted(put: Put) -> None:
    report = put("k.csv", SHEET + 'x@letterbox.example,"two\nlines",SUBSCRIBED,k2\nnobody,X,,k3\n')
    assert report.loaded == 2
    assert [problem.line for problem in report.rejected] == [5]


# Rows -------------------------------------------------------------------------------------------------------------

BAD_ROWS: dict[str, tuple[str, str]] = {
    "quote never closed": ('"una@letterbox.example,U,SUBSCRIBED,k2', "never closed"),
    "too few cells": ("una@letterbox.example,U", "2 cells where the heading has 4"),
    "too many cells": ("una@letterbox.example,U,SUBSCRIBED,k2,extra", "put quotation marks around"),
    "no address": (",U,SUBSCRIBED,k2", "neither an email address nor a phone number"),
    "not an address": ("not-an-email,U,SUBSCRIBED,k2", "cannot exist"),
    "no domain": ("una@,U,SUBSCRIBED,k2", "cannot exist"),
    "address that cannot exist": ("una@nowhere..example,U,SUBSCRIBED,k2", "cannot exist"),
    "several addresses": ('"una@letterbox.example; bob@letterbox.example",U,,k2', "more than one plain address"),
    "name in brackets": ("Una <una@letterbox.example>,U,,k2", "more than one plain address"),
    "formula": ('"=HYPERLINK(""http://x.example"",""una@letterbox.example"")",U,,k2', "spreadsheet formula"),
    "NUL bytes": ("una@letterbox.example,U\x00,SUBSCRIBED,k2", "damaged on its way"),
    "huge cell": (f"una@letterbox.example,{'U' * (LONGEST_CELL + 1)},SUBSCRIBED,k2", "a cell is longer than"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_reported_with_its_line_and_reason_and_the_rows_around_it_load(
    case: str, put: Put, ledger: Ledger
) -> None:
    row, said = BAD_ROWS[case]
    report = put("k.csv", f"{SHEET}{row}\nlast@letterbox.example,L,SUBSCRIBED,k9\n")
    assert [problem.line for problem in report.rejected] == [3]
    assert said in report.rejected[0].reason
    assert "una" not in " ".join(report.sentences())
    assert ledger.find("last@letterbox.example")
    assert not ledger.find("una@letterbox.example")
    assert report.aside is not None
    assert report.aside.read_text().startswith("Email,First Name")


@pytest.mark.parametrize("kind", ["table", "log"])
def test_a_line_without_end_is_passed_over_and_never_held_in_memory(kind: str, put: Put) -> None:
    huge = "U" * (40 << 20)
    if kind == "table":
        name, text, line = (
            "k.csv",
            f"{SHEET}una@letterbox.example,{huge},SUBSCRIBED,k2\nlast@letterbox.example,L,,k3\n",
            3,
        )
    else:
        good = f'{{"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f", "email": "{WHO}"}}'
        name, text, line = (
            "l.jsonl",
            f'{{"event": "log", "format": "sayso-widget-log", "version": 1}}\n{{"x": "{huge}"}}\n{good}\n',
            2,
        )
    contents = text.encode()
    tracemalloc.start()
    report = put(name, contents)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.line for problem in report.rejected] == [line]
    assert report.rows == report.kept_aside + report.loaded
    assert used < 20 << 20


@pytest.mark.parametrize(("cell", "said"), [
    ("31/31/2026", "cannot be read"), ("2026-02-30", "cannot be read"), ("soon", "cannot be read"),
    ("1875-01-01", "before 1990"), ("2031-01-01", "in the future"), ("9999-12-31T23:59:59-14:00", ""),
])  # fmt: skip
def test_an_impossible_date_is_reported_and_makes_the_permission_undated(
    put: Put, known: Known, cell: str, said: str
) -> None:
    heading = "Email,Email Marketing Consent,Email Marketing Consent Timestamp"
    report = put("k.csv", f"{heading}\n{WHO},SUBSCRIBED,{cell}\n")
    assert [problem.line for problem in report.warnings] == [2]
    assert said in report.warnings[0].reason
    assert str(known(WHO).grounds[0].given_on) == "1990-01-01"


@pytest.mark.parametrize("date", ["2031-01-01T00:00:00Z", "1875-01-01T00:00:00Z", "yesterday", None, 10**30])
def test_a_checkout_with_an_impossible_date_is_kept_aside(put: Put, ledger: Ledger, date: object) -> None:
    item = {"token": "a", "email": WHO, "abandoned_checkout_url": "x", "created_at": date}
    assert put("c.json", json.dumps([item])).kept_aside == 1
    assert ledger.count() == (0, 0)


@pytest.mark.parametrize(("number", "said"), [
    ("03 5550 1234", "names no country"), ("+61 1", "cannot"), ("+999 555 0100", "cannot"), ("call me", "names no country"),
    ("=cmd|'/c calc'!A1", "names no country"),
])  # fmt: skip
def test_a_number_without_a_country_or_that_cannot_exist_is_left_out_with_a_reason(
    put: Put, known: Known, number: str, said: str
) -> None:
    report = put("leads.csv", f'email,phone,name\n{WHO},"{number}",Odette\n')
    assert [said in problem.reason for problem in report.warnings] == [True]
    assert number not in " ".join(report.sentences())
    assert known(WHO).person_country is None


def test_the_file_s_usual_country_lets_national_numbers_be_read(put: Put, known: Known) -> None:
    put("leads.csv", f"email,phone\n{WHO},03 5550 1234\n", default_country="AU")
    assert known("+61355501234", "sms").person_country == "AU"


def test_formula_cells_are_kept_as_text_and_never_become_an_address(put: Put, ledger: Ledger) -> None:
    report = put("leads.csv", f'email,name\n{WHO},"=1+1"\n"@SUM(1)",X\n')
    assert (report.loaded, report.kept_aside) == (1, 1)
    (person,) = ledger.find(WHO)
    assert [entry.private.name for entry in ledger.entries_about(person) if entry.private] == ["=1+1"]


def test_characters_that_json_cannot_carry_cost_one_row(put: Put) -> None:
    good = {"token": "a", "email": WHO, "abandoned_checkout_url": "x", "created_at": "2026-11-01T00:00:00Z"}
    text = json.dumps([good, good | {"token": "b", "note": "\ud800"}, good | {"token": "c", "total": float("nan")}])
    report = put("c.json", text)
    assert report.loaded == 1
    assert [problem.line for problem in report.rejected] == [2, 3]


@pytest.mark.parametrize("item", [
    1, None, [], "text", {}, {"token": "a"}, {"token": {"a": 1}, "created_at": []},
    {"token": "a", "created_at": "2026-11-01T00:00:00Z", "email": ["x"], "phone": {}, "shipping_address": "here"},
])  # fmt: skip
@pytest.mark.parametrize("kind", ["shopify-checkouts", "shopify-orders", "shopify-customers", "woocommerce-orders"])
def test_items_of_any_shape_are_kept_aside_and_never_break_an_import(put: Put, kind: str, item: object) -> None:
    report = put("c.json", json.dumps([item]), kind=kind)
    assert (report.rows, report.kept_aside) == (1, 1)


@pytest.mark.parametrize("line", [
    "{", "[]", "1", '{"event": "form"}', '{"event": "nothing"}', '{"event": "form", "at": "x", "form": "f", "boxes": 3}',
    '{"event": "happened", "at": "2026-11-01T00:00:00Z", "body": {"kind": "bounce_received"}}',
    '{"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f", "email": "una@letterbox.example", "typo": 1}',
    '{"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f", "una@letterbox.example": 1}',
    '{"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f", "boxes": [{"final": "una@letterbox.example"}]}',
    '{"event": "happened", "at": "2026-11-01T00:00:00Z", "body": {"kind": "una@letterbox.example"}}',
])  # fmt: skip
def test_a_bad_line_of_a_log_costs_that_line(put: Put, known: Known, line: str) -> None:
    head = '{"event": "log", "format": "sayso-widget-log", "version": 1}'
    good = f'{{"event": "form", "at": "2026-11-01T00:00:00Z", "form": "f", "email": "{WHO}"}}'
    report = put("log.jsonl", f"{head}\n{line}\n{good}\n")
    assert [problem.line for problem in report.rejected] == [2]
    assert "una@" not in report.rejected[0].reason
    assert report.loaded == 1


def test_what_the_ledger_would_not_have_costs_one_row_and_not_the_import(put: Put, known: Known) -> None:
    event = {"event": "happened", "at": "2026-11-01T00:00:00Z", "email": WHO}
    log = "\n".join([
        '{"event": "log", "format": "sayso-widget-log", "version": 1}',
        json.dumps(event | {"body": {"kind": "person_described", "facts": {"shoe_size": 44}}}),
        json.dumps(event | {"body": {"kind": "person_described", "facts": {"age": "old"}}}),
        json.dumps(event | {"body": {"kind": "person_described", "facts": {"age": 15}}}),
    ])  # fmt: skip
    report = put("log.jsonl", log)
    assert [problem.line for problem in report.rejected] == [2, 3]
    assert "`shoe_size`" in report.rejected[0].reason
    assert report.aside is not None
    assert "shoe_size" in report.aside.read_text()
    assert known(WHO).age == 15


@pytest.mark.parametrize(
    "address", ["Foo@shop.test", "Zoë@shop.test", "ZOË@letterbox.example", "qqq@b.invalid", "qqx@localhost"]
)
def test_an_address_of_any_kind_ends_in_the_ledger_or_aside(put: Put, address: str) -> None:
    report = put("k.csv", f"{SHEET}{address},Zoë,SUBSCRIBED,k2\n")
    assert report.loaded + report.kept_aside == 2
    assert address.split("@")[0] not in " ".join(report.sentences())


# Columns and mappings ---------------------------------------------------------------------------------------------


def test_columns_that_say_nothing_are_named_and_not_read(put: Put) -> None:
    report = put("leads.csv", f"email,shoe size,hat\n{WHO},44,L\n")
    assert any("columns not read: `shoe size`, `hat`" in note for note in report.notes)


@pytest.mark.parametrize(("text", "said"), [
    ("columns: {email: emial}", "did you mean `email`"),
    ("columns: {emal: email}", "did you mean `email`"),
    ("columns: {email: ignore}", "no column is read as `email` or `phone`"),
    ("columns: {email: email, hat: email}", "two columns are read as `email`"),
    ("columns: [", "not well-formed YAML"),
    ("just text", "has no `columns:`"),
    ("columns: {email: email}\ncolour: red", "colour"),
    ("", "has no `columns:`"),
])  # fmt: skip
def test_a_wrong_mapping_is_refused_with_the_nearest_match(
    put: Put, ledger: Ledger, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(MappingError, match=said):
        put("leads.csv", f"email,hat\n{WHO},L\n", mapping=tmp_path / "m.yaml")
    assert ledger.count() == (0, 0)


# Zip files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("contents", "said"), [
    (BOOK, "spreadsheet"),
    (zipped({}), "holds no files"),
    (zipped({f"{number}.csv": b"x" for number in range(1001)}), "more than 1,000 files"),
    (zipped({"bomb.csv": bytes(200 << 20)}), "times its size"),
    (zipped({"a.csv": SHEET.encode() * 50})[:-40], ""),
    (zipped({"a.csv": SHEET.encode() * 50}).replace(b"a.csv", b"b.csv", 1), "damaged"),
])  # fmt: skip
def test_a_zip_file_that_is_no_export_is_refused(ledger: Ledger, tmp_path: Path, contents: bytes, said: str) -> None:
    (tmp_path / "a.zip").write_bytes(contents)
    (report,) = import_files(ledger, [tmp_path / "a.zip"], now=NOW)
    assert said in (report.refused or "nothing was refused")
    assert report.refused
    assert ledger.count() == (0, 0)


def test_names_inside_a_zip_file_lead_nowhere_else(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"../../stops-out.csv": f"address\n{WHO}\n".encode()}))
    (report,) = import_files(ledger, [tmp_path / "a.zip"], now=NOW)
    assert (report.file, report.loaded) == ("stops-out.csv", 1)
    assert not list(tmp_path.parent.rglob("stops-out.csv"))
