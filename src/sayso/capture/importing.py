"""
Running an import: files in, ledger entries out, and a report that says what became of every row.

Stops go in before anything that might permit, over all files of one import and within each. What a file claims of a
permission is only asserted, and waits until somebody settles how well it is proved. Reading the same again, from this
file or from tomorrow's export, adds nothing (see `entering`).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from sayso.capture import mapping as mappings
from sayso.capture.aside import Aside, Rows
from sayso.capture.entering import Intake, Store, entry_of
from sayso.capture.errors import CaptureError
from sayso.capture.readings import Options, Reading, Rejected
from sayso.capture.recognise import Source, recognise
from sayso.capture.unpacking import Unreadable, expand
from sayso.ledger.append import Appended, checked
from sayso.ledger.entries import Entry, EvidenceSet, ImportFinished
from sayso.ledger.errors import LedgerError

BATCH = 500
"""Entries in one transaction. An import that is cut off leaves whole batches; the next one goes on from there."""

SHOWN = 1000
"""Problems a report lists one by one; past that it only counts."""

Progress = Callable[[str, int, int], None]
"""Called now and then with the file's name, the rows done and the rows there are."""


class Problem(msgspec.Struct, frozen=True):
    """One row, and why it or a part of it was not used. Holds no contact detail."""

    line: int
    reason: str


class ImportReport(msgspec.Struct, kw_only=True):
    """What became of one file."""

    file: str
    kind: str = ""
    recognised: str = ""
    import_id: str = ""
    """Names the import; `settle_evidence` and the ledger's entries refer to it."""
    rows: int = 0
    loaded: int = 0
    """Rows that told something new."""
    already_known: int = 0
    """Rows that told nothing new."""
    added: dict[str, int] = {}
    """Entries added, by kind."""
    waiting: int = 0
    """Permissions added that are only asserted, and permit nothing until their evidence class is settled."""
    kept_aside: int = 0
    """Rows that could not be used at all."""
    rejected: list[Problem] = []
    warned: int = 0
    warnings: list[Problem] = []
    """Rows used in part."""
    notes: list[str] = []
    aside: Path | None = None
    """The rows that could not be used, as they were written: correct them there and import that file."""
    mapping: Path | None = None
    """The mapping proposed for a CSV file: correct it and give it back."""
    refused: str | None = None
    """Why nothing of the file could be read."""

    def sentences(self) -> list[str]:
        """The report in words, one thing a line."""
        if self.refused:
            return [f"{self.file}: nothing was loaded: {self.refused}"]
        said = [f"{self.file}: {self.recognised}"]
        if not self.rows:
            said.append("there are no rows in it; nothing to load")
        elif self.kept_aside == self.rows:
            said.append("none of its rows could be used")
        elif not self.added:
            said.append(f"nothing new: {_count(self.already_known, 'row')} known already")
        else:
            entries = ", ".join(f"{kind} {count:,}" for kind, count in sorted(self.added.items()))
            known = f"; {self.already_known:,} known already" if self.already_known else ""
            said.append(f"{_count(self.loaded, 'row')} of {self.rows:,} told something new{known} ({entries})")
        if self.waiting:
            said.append(f"{_count(self.waiting, 'permission')} claimed and not yet proved; they permit nothing until "
                        f"their evidence is settled for import {self.import_id}")  # fmt: skip
        said += self.notes
        if self.kept_aside:
            said.append(f"{_count(self.kept_aside, 'row')} could not be used, kept in {self.aside}")
            said += [f"line {problem.line}: {problem.reason}" for problem in self.rejected]
        if self.warned:
            said.append(f"{_count(self.warned, 'row')} used in part")
            said += [f"line {problem.line}: {problem.reason}" for problem in self.warnings]
        if self.mapping:
            said.append(f"the mapping was saved as {self.mapping}; correct it and give it back if it is wrong")
        return said


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def import_file(
    store: Store,
    path: Path,
    kind: str | None = None,
    mapping: Path | None = None,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """
    Import one file. What kind it is follows from its contents unless `kind` says so.

    Raises `CaptureError` if nothing can be read from it; a bad row raises nothing, it is reported and kept aside.
    """
    now = now or datetime.now(UTC)
    source = recognise(path, kind, options or Options(), now, mapping)
    run = _Run(store, source, progress, now)
    run.stops()
    return run.everything_else()


def import_files(
    store: Store,
    paths: Iterable[Path],
    options: Options | None = None,
    *,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> list[ImportReport]:
    """
    Import several files, folders or zip files as one: the stops of all of them before anything else of any.

    A file that cannot be read is reported as refused and the others are loaded.
    """
    now = now or datetime.now(UTC)
    reports: list[ImportReport] = []
    runs: list[_Run] = []
    with tempfile.TemporaryDirectory(prefix="sayso-import-") as unpacked:
        for path in expand(paths, Path(unpacked)):
            if isinstance(path, Unreadable):
                reports.append(ImportReport(file=path.name, refused=path.reason))
                continue
            try:
                runs.append(_Run(store, recognise(path, None, options or Options(), now), progress, now))
            except CaptureError as problem:
                reports.append(ImportReport(file=path.name, refused=str(problem)))
        for run in runs:
            run.stops()
        return reports + [run.everything_else() for run in runs]


def settle_evidence(
    store: Store,
    import_id: str,
    evidence: Literal["imported_with_proof", "asserted", "none"],
    *,
    statement: str,
    by: str,
    entries: Iterable[str] = (),
    now: datetime | None = None,
) -> Appended:
    """
    Settle how well the permissions claimed by one import are proved: who says so, and what the evidence is.

    `entries` narrows it to some of them, by entry id. The latest word counts.
    """
    if not statement.strip() or not by.strip():
        raise CaptureError("say what the evidence is and who settles it; without both it would be one more claim")
    named = sorted(entries)
    body = EvidenceSet(import_id=import_id, entries=named, evidence=evidence, statement=f"{by}: {statement}")
    moment = now or datetime.now(UTC)
    said = hashlib.sha256(msgspec.json.encode([body, moment])).hexdigest()[:32]
    origin = f"evidence:{import_id}:{said}"
    return store.append([Entry(body=body, happened_at=moment, origin=origin, actor="owner", proof="captured_here")])


class _Run:
    """One file on its way into the ledger."""

    def __init__(self, store: Store, source: Source, progress: Progress | None, now: datetime) -> None:
        self._store = store
        self._source = source
        self._progress = progress
        self._now = now
        self._id = f"import-{source.file.digest[:16]}"
        self._intake = Intake(
            kind=source.kind, import_id=self._id, sender=source.options.sender, digest=source.file.digest, now=now
        )
        self._report = ImportReport(
            file=source.file.path.name,
            kind=source.kind,
            recognised=source.said,
            import_id=self._id,
            notes=list(source.notes),
        )
        self._added: Counter[str] = Counter()
        self._new = Rows()
        self._batch: list[tuple[int, Entry]] = []
        self._aside = Aside(store.home / "aside", source)
        self._noted: Counter[str] = Counter()

    def stops(self) -> None:
        """Record every stop of the file. Rows that cannot be read are left to the second time through."""
        for reading in self._source.readings():
            if isinstance(reading, Reading):
                with suppress(LedgerError):
                    self._take(reading, stops=True)
        self._flush()

    def everything_else(self) -> ImportReport:
        """Record the rest, and say what became of every row."""
        report, source = self._report, self._source
        for reading in source.readings():
            report.rows += 1
            refused = reading if isinstance(reading, Rejected) else self._refused(reading)
            if refused is not None:
                report.kept_aside += 1
                self._aside.keep(refused)
                if len(report.rejected) < SHOWN:
                    report.rejected.append(Problem(refused.line, refused.reason))
            elif isinstance(reading, Reading):
                self._say(reading)
            if self._progress and report.rows % BATCH == 0:
                self._progress(report.file, min(reading.line, source.size), source.size)
        self._flush()
        if self._progress:
            self._progress(report.file, source.size, source.size)
        report.loaded = self._new.count
        report.already_known = report.rows - report.kept_aside - report.loaded
        report.added = dict(self._added)
        report.notes += [f"{note} ({_count(rows, 'row')})" for note, rows in self._noted.items()]
        report.aside = self._aside.close()
        if source.proposed and source.columns is not None and source.table is not None:
            report.mapping = self._store.home / "mappings" / f"{source.file.path.stem}.yaml"
            mappings.write_mapping(source.columns, report.mapping, report.file)
        if self._added:
            self._finish()
        return report

    def _say(self, reading: Reading) -> None:
        report = self._report
        self._noted.update(set(reading.notes))
        if reading.warnings:
            report.warned += 1
        for warning in reading.warnings:
            if len(report.warnings) < SHOWN:
                report.warnings.append(Problem(reading.line, warning))

    def _refused(self, reading: Reading) -> Rejected | None:
        """Take what is not a stop; gives back the row where the ledger would not have it."""
        try:
            self._take(reading, stops=False)
        except LedgerError as problem:
            return Rejected(line=reading.line, written=reading.written or reading.raw or "", reason=str(problem))
        return None

    def _take(self, reading: Reading, *, stops: bool) -> None:
        """
        Take the row's stops, or everything else of it.

        Raises `LedgerError` if there is anything in it that the ledger would not have, and then takes none of it; what
        is wrong with the rest of a row costs it no stop.
        """
        drafts = [draft for draft in reading.drafts if draft.stops or not stops]
        taken = [(draft, checked(entry_of(self._store, self._intake, reading, draft), self._now)) for draft in drafts]
        self._batch += [(reading.line, entry) for draft, entry in taken if draft.stops == stops]
        if len(self._batch) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if not self._batch:
            return
        added = set(self._store.append([entry for _, entry in self._batch]).added)
        for line, entry in self._batch:
            if entry.id in added:
                self._new.add(line)
                self._added[entry.kind] += 1
                if entry.kind == "consent_given" and entry.proof == "asserted":
                    self._report.waiting += 1
        self._batch.clear()

    def _finish(self) -> None:
        report = self._report
        body = ImportFinished(
            import_id=self._id,
            file_kind=report.kind,
            file_sha256=self._source.file.digest,
            rows=report.rows,
            loaded=report.loaded,
            already_known=report.already_known,
            kept_aside=report.kept_aside,
        )
        origin = f"{self._id}:finished:{report.loaded}:{report.already_known}:{report.kept_aside}"
        self._store.append([Entry(body=body, happened_at=self._now, origin=origin, actor="import")])
