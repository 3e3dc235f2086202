"""
Files as shops export them: which encoding, which delimiter, which rows, and what is wrong with them.

A file is read twice: once through to find its encoding (nothing is guessed from the first few bytes alone), then row by
row. CSV goes record by record, so that one quote that is never closed costs one line and not the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import msgspec

from sayso.capture.errors import BadRowError, FileRefusedError

LONGEST_CELL = 131_072
"""Characters. No export holds a cell this long; past it a quote was left open or the file is not a table."""

LONGEST_RECORD = 1_000
"""Lines one record may span through newlines inside quotes."""

LONGEST_LINE = 1 << 20
"""Characters of one line that are read; the rest of a longer one is passed over, and its row is refused."""

_CHUNK = 1 << 20
_BOMS: tuple[tuple[bytes, str, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: open it and save it as `CSV UTF-8`"),
    (b"PK\x03\x04", "a spreadsheet or a zip file: save the spreadsheet as `CSV UTF-8`, or unpack the zip file"),
    (b"PK\x05\x06", "a zip file with nothing in it"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"%PDF", "a PDF: export a CSV file instead"),
    (b"PAR1", "a Parquet file: export a CSV file instead"),
)


@dataclass(frozen=True)
class TextFile:
    """One file that turned out to be text: how to read it, and what was noticed on the way."""

    path: Path
    encoding: str
    lines: int
    digest: str
    """SHA-256 of its bytes, hexadecimal."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One record: where it stands, its cells by heading, and the text as it was written."""

    line: int
    """Number of its first line in the file (the heading is line 1), or of the item in a JSON list."""
    cells: dict[str, str]
    written: str


@dataclass(frozen=True)
class Broken:
    """One record that is not well formed, with the reason."""

    line: int
    reason: str
    written: str


@dataclass(frozen=True)
class Table:
    """A CSV file: its headings in order, and its records, read when asked for."""

    file: TextFile
    headings: tuple[str, ...]
    delimiter: str
    heading_line: int
    heading_text: str
    notes: tuple[str, ...] = field(default=())

    def rows(self) -> Iterator[Row | Broken]:
        """Each record after the headings; blank lines are passed over."""
        with self.file.path.open(encoding=self.file.encoding, errors="replace", newline="") as stream:
            for line, written in _records(stream, self.delimiter):
                if line <= self.heading_line or not written.strip():
                    continue
                yield self._row(line, written)

    def _row(self, line: int, written: str) -> Row | Broken:
        if len(written) > LONGEST_CELL:
            return Broken(line, f"a cell is longer than {LONGEST_CELL:,} characters; shorten it, or see whether a "
                          "quotation mark is missing", written[:200])  # fmt: skip
        if "\x00" in written:
            return Broken(
                line, "there are NUL bytes in it, so the file was damaged on its way; export it again", written
            )
        try:
            (cells,) = list(csv.reader([written], delimiter=self.delimiter, strict=True))
        except (csv.Error, ValueError):
            if _ends_inside_quotes(written, self.delimiter):
                return Broken(line, "a quotation mark is opened and never closed; close it or double it", written)
            (cells,) = list(csv.reader([written], delimiter=self.delimiter))
        width = len(self.headings)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            return Broken(line, f"it has {len(cells)} cells where the heading has {width}; put quotation marks around "
                          "a cell that holds a comma", written)  # fmt: skip
        if len(cells) < width:
            return Broken(line, f"it has {len(cells)} cells where the heading has {width}, so a value may stand under "
                          "the wrong heading; export the file again or complete the row", written)  # fmt: skip
        return Row(line, dict(zip(self.headings, (cell.strip() for cell in cells), strict=False)), written)


def open_text(path: Path) -> TextFile:
    """Read through the file once: is it text, in which encoding, how many lines. Raises `FileRefusedError`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as problem:
        raise FileRefusedError(
            f"`{path.name}` cannot be read ({problem.strerror}); check the path and who may read it"
        ) from None
    if size == 0 or not head.strip():
        raise FileRefusedError(f"`{path.name}` is empty; export it again")
    for magic, what in _NOT_TEXT:
        if head.startswith(magic):
            raise FileRefusedError(f"`{path.name}` is {what}")
    encoding, said = _encoding_of_bom(head)
    notes = [f"encoded in {said}"] if said else []
    if not encoding:
        encoding, said = _encoding_without_bom(path, head)
        notes += [said] if said else []
    digest, lines, decodes = _read_through(path, encoding)
    if not decodes:
        raise FileRefusedError(
            f"`{path.name}` starts like {said or encoding} and then holds bytes that are not; export it again as UTF-8"
        )
    return TextFile(path, encoding, lines, digest, tuple(notes))


def _encoding_of_bom(head: bytes) -> tuple[str, str]:
    for mark, encoding, said in _BOMS:
        if head.startswith(mark):
            return encoding, said
    return "", ""


def _encoding_without_bom(path: Path, head: bytes) -> tuple[str, str]:
    pairs = max(1, len(head) // 2)
    if head[1::2].count(0) > pairs * 0.4 and head[0::2].count(0) < pairs * 0.1:
        return "utf-16-le", "encoded in UTF-16 without a byte order mark"
    if head[0::2].count(0) > pairs * 0.4 and head[1::2].count(0) < pairs * 0.1:
        return "utf-16-be", "encoded in UTF-16 without a byte order mark"
    if head.count(0) > len(head) * 0.1:
        raise FileRefusedError(f"`{path.name}` is not a text file; export it as CSV or JSON in UTF-8")
    if _read_through(path, "utf-8")[2]:
        return "utf-8", ""
    said = "it is not UTF-8 and was read as {}; if names look wrong, export it again as UTF-8"
    if _read_through(path, "cp1252")[2]:
        return "cp1252", said.format("Windows-1252 (Latin-1)")
    return "latin-1", said.format("Latin-1")


def _read_through(path: Path, encoding: str) -> tuple[str, int, bool]:
    """Digest, number of lines, and whether every byte decodes."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    digest = hashlib.sha256()
    lines, last = 0, ""
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                text = decoder.decode(chunk)
                lines += text.count("\n") or text.count("\r")
                last = text[-1:] or last
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "", 0, False
    return digest.hexdigest(), lines + (last not in ("\n", "\r")), True


def open_table(file: TextFile) -> Table:
    """The headings and the delimiter of a CSV file. Raises `FileRefusedError` where there are none."""
    name = file.path.name
    with file.path.open(encoding=file.encoding, newline="") as stream:
        first = next(((line, text) for line, text in _records(stream, "") if _is_heading(text)), None)
    if first is None:
        raise FileRefusedError(f"`{name}` has no headings; export it again with its first line")
    line, written = first
    if len(written) > LONGEST_CELL or "\x00" in written:
        raise FileRefusedError(f"the first line of `{name}` is not a line of headings; export it as CSV in UTF-8")
    delimiter = max((",", ";", "\t", "|"), key=lambda mark: len(next(csv.reader([written], delimiter=mark))))
    cells = [cell.strip() for cell in next(csv.reader([written], delimiter=delimiter))]
    notes = [] if delimiter == "," else [f"cells are parted by {'a tab' if delimiter == chr(9) else f'`{delimiter}`'}"]
    headings: list[str] = []
    for number, cell in enumerate(cells, start=1):
        heading = cell or f"column {number}"
        if heading in headings:
            again = sum(1 for earlier in headings if earlier == heading or earlier.startswith(f"{heading} (")) + 1
            notes.append(f"the heading `{heading}` comes twice; the later one is read as `{heading} ({again})`")
            heading = f"{heading} ({again})"
        headings.append(heading)
    return Table(file, tuple(headings), delimiter, line + written.rstrip("\r\n").count("\n"), written, tuple(notes))


def _is_heading(text: str) -> bool:
    return bool(text.strip()) and not text.startswith("#") and not text.lower().startswith("sep=")


def _ends_inside_quotes(text: str, delimiter: str) -> bool:
    try:
        list(csv.reader([text], delimiter=delimiter or ",", strict=True))
    except csv.Error as problem:
        return "unexpected end" in str(problem)
    return False


def _lines(stream: TextIO) -> Iterator[str]:
    """Line by line, whatever their length; of one that is too long only the beginning, without its end."""
    while line := stream.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and rest[-1] not in "\r\n":
            rest = stream.readline(LONGEST_LINE)
        yield line


def _records(stream: TextIO, delimiter: str) -> Iterator[tuple[int, str]]:
    """
    Records with the number of their first line.

    A record goes on while a quotation mark is open. If none closes it within reason, the first line alone is given out
    as the broken one and reading goes on with the next line.
    """
    waiting: list[str] = []
    number = 0
    source = enumerate(_lines(stream), start=1)
    while True:
        if waiting:
            number, text = number + 1, waiting.pop(0)
        else:
            try:
                number, text = next(source)
            except StopIteration:
                return
        if text.count('"') % 2 == 0 or not _ends_inside_quotes(text, delimiter):
            yield number, text
            continue
        taken: list[str] = []
        whole, length, closed = [text], len(text), False
        while len(whole) < LONGEST_RECORD and length <= LONGEST_CELL:
            if waiting:
                more = waiting.pop(0)
            else:
                more = next(source, (0, ""))[1]
                if not more:
                    break
            taken.append(more)
            whole.append(more)
            length += len(more)
            if more.count('"') % 2 and not _ends_inside_quotes("".join(whole), delimiter):
                closed = True
                break
        if closed:
            yield number, "".join(whole)
            number += len(taken)
        else:
            yield number, text
            waiting[:0] = taken


def json_lines(file: TextFile) -> Iterator[tuple[int, str, Any | BadRowError]]:
    """Each line of a JSON-lines file: its number, its text, and its value or what is wrong with it."""
    with file.path.open(encoding=file.encoding, newline="\n") as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if not line.strip():
                continue
            if len(line) == LONGEST_LINE:
                yield (
                    number,
                    line[:200],
                    BadRowError(f"this line is longer than {LONGEST_LINE:,} characters; shorten it"),
                )
                continue
            try:
                yield number, line, msgspec.json.decode(line)
            except (msgspec.DecodeError, ValueError, RecursionError):
                yield (
                    number,
                    line,
                    BadRowError("this line is not well-formed JSON; write one whole JSON object on each line"),
                )
