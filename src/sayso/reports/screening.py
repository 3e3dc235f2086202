"""
A whole list put through the rules at once, as SQL on DuckDB: each row with its answer, deciding rule and reason.

What a file says of its people can only tighten what the store knows: a row is judged on the store's facts, and again
with the file's facts laid over them, and the stricter answer stands. With `facts_only` there is no store, and the
file's facts are all there is.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from sqlglot import exp

from sayso.audience.compile import Reason, compile_audience
from sayso.audience.table import shape_of, table_of
from sayso.decision import work_out
from sayso.decision.topics import with_kind
from sayso.law import Law
from sayso.law.expression import nearest
from sayso.ledger import Address, AddressError, Ledger, email_address, phone_number
from sayso.ledger.replay import ADDRESS_OF_CHANNEL
from sayso.ledger.standing import Standing
from sayso.reports.answers import Answers
from sayso.reports.errors import ScreeningError
from sayso.vocabulary import ACT_OF_CHANNEL, VOCABULARY, Answer, Channel, Facts, Layer
from sayso.vocabulary.given import FactsError, read_facts

WHO = ("person", "email", "phone")
"""Columns that say whom a row is about: an internal id, a mailbox, a number. The first that is filled counts."""
CARRIED = (*WHO, "id")
"""Columns that are carried into the result as they are."""
CHUNK = 20_000
"""Rows judged at a time, which bounds the memory."""
SHOWN = 10
"""Problems told before giving up."""
ANSWERS: tuple[Answer, ...] = get_args(Answer)

Progress = Callable[[int, int], None]


class Compiled(msgspec.Struct, frozen=True):
    """What is kept of a compiled audience: its statement as text, and what the codes stand for."""

    statement: str
    reasons: tuple[Reason, ...]
    layers: tuple[Layer, ...]


Code = tuple[int, dict[Layer, int], bool, Compiled]
"""A row's reason, that of each layer, whether it is at the owner's risk, and what the codes stand for."""


class Screened(msgspec.Struct):
    """What became of a list: rows in all, and by answer."""

    out: Path
    rows: int = 0
    counts: dict[Answer, int] = {}


def screen(
    answers: Answers | None,
    standing: Standing,
    file: Path,
    out: Path,
    *,
    channel: Channel,
    topic: str,
    at: datetime,
    progress: Progress | None = None,
) -> Screened:
    """
    Judge every row of `file` (CSV, Parquet or JSON lines) and write `out` (CSV or Parquet), wholly or not at all.

    Without `answers` the file's facts are all there is. Raises ScreeningError, LedgerError.
    """
    if out.suffix not in (".csv", ".parquet"):
        raise ScreeningError(f"the result is written as .csv or .parquet, not `{out.suffix or out.name}`")
    table = _read(file)
    judge = _Judge(answers, standing, table.schema.names, channel, topic, at)
    done = Screened(out)
    counted: Counter[Answer] = Counter()
    draft = out.with_name(f".{out.name}.part")
    try:
        with _Writer(draft, out.suffix) as writer:
            for start in range(0, table.num_rows, CHUNK):
                result = judge.rows(table.slice(start, CHUNK), start)
                counted.update(result.column("answer").to_pylist())
                writer.write(result)
                done.rows += result.num_rows
                if progress:
                    progress(done.rows, table.num_rows)
            if not table.num_rows:
                writer.write(judge.rows(table, 0))
        os.replace(draft, out)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    done.counts = {answer: counted[answer] for answer in ANSWERS if counted[answer]}
    return done


def _read(file: Path) -> pa.Table:
    """The list as a table; of a CSV file every cell is text. Raises ScreeningError."""
    path = str(file)
    try:
        match file.suffix.lower():
            case ".parquet":
                table = pq.read_table(path)
            case ".jsonl" | ".ndjson":
                table = duckdb.read_json(path, format="newline_delimited").to_arrow_table()
            case ".csv" | ".tsv" | ".txt":
                _check_headings(file)
                table = duckdb.read_csv(path, all_varchar=True, header=True, null_padding=False).to_arrow_table()
            case other:
                raise ScreeningError(f"a list is a .csv, .parquet or .jsonl file, not `{other}`")
    except (duckdb.Error, pa.ArrowInvalid, UnicodeDecodeError) as error:
        reason = str(error).split("\n")[0][:160] if isinstance(error, pa.ArrowInvalid) else _reason(error)
        raise ScreeningError(f"{file.name} cannot be read: {reason}; save it again as CSV in UTF-8") from None
    return table


def _check_headings(file: Path) -> None:
    """Columns of one name are refused: nobody could say which of them counts."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        headings = Counter(next(csv.reader(stream), []))
    for name, times in headings.items():
        if times > 1:
            raise ScreeningError(f"the column `{name[:60]}` stands twice; keep one of them")


def _reason(error: Exception) -> str:
    """What DuckDB found wrong, without the line it quotes: that may hold somebody's details."""
    known = ("not utf-8", "Expected Number of Columns", "unterminated quote", "Malformed JSON", "No magic bytes")
    return next((words for words in known if words.lower() in str(error).lower()), "it is not what its name says")


class _Judge:
    """Judges one chunk after another, by one statement."""

    def __init__(
        self, answers: Answers | None, standing: Standing, columns: Sequence[str], channel: Channel, topic: str,
        at: datetime,
    ) -> None:  # fmt: skip
        self.answers, self.standing, self.at = answers, standing, at
        self.channel, self.topic = channel, topic
        self.columns = _facts_of(columns, answers is not None)
        self.who = [name for name in WHO if name in columns]
        self.carried = [name for name in CARRIED if name in columns]
        if answers is not None and not self.who:
            raise ScreeningError(f"say whom each row is about, in a column called {', '.join(WHO[:-1])} or {WHO[-1]}")
        self.law = standing.law.on(at.date())
        self.shape = shape_of(self.law)
        self.country = _country(answers.ledger) if answers else None

    def rows(self, table: pa.Table, start: int) -> pa.Table:
        """The chunk's rows with answer, rule, limb, reason, citation and what each layer says."""
        given = self._given(table, start)
        stored: list[Facts] | None = None
        invalid: dict[int, str] = {}
        if self.answers is not None:
            stored = [self._stored(row, number, invalid) for number, row in enumerate(_dicts(table, self.who))]
        asked = list(stored or ())
        if stored is None or self.columns:
            asked += given if stored is None else [_laid_over(a, b) for a, b in zip(stored, given, strict=True)]
        # One statement for both judgements of a row: to plan it takes longer than to ask it of a few thousand more.
        codes = self._codes([self._asked(facts) for facts in asked])
        if len(codes) > table.num_rows:
            pairs = zip(codes[: table.num_rows], codes[table.num_rows :], strict=True)
            codes = [max(pair, key=_rank) for pair in pairs]
        found = [_told(code, invalid.get(number)) for number, code in enumerate(codes)]
        names = ("answer", "rule", "limb", "because", "law", "guidance", "own", "at_your_risk")
        result = table.select(self.carried)
        for position, name in enumerate(names):
            kind = pa.bool_() if name == "at_your_risk" else pa.string()
            result = result.append_column(name, pa.array([row[position] for row in found], type=kind))
        return result

    def _given(self, table: pa.Table, start: int) -> list[Facts]:
        """The file's facts. Raises ScreeningError with row and column for what cannot be read."""
        problems: list[str] = []
        facts: list[Facts] = []
        for number, row in enumerate(_dicts(table, self.columns), start + 1):
            try:
                facts.append(read_facts({name: value for name, value in row.items() if value not in (None, "")}))
            except FactsError as error:
                problems += [f"row {number}: {problem}" for problem in error.problems]
                if len(problems) >= SHOWN:
                    break
        if problems:
            raise ScreeningError("\n".join(problems[:SHOWN]))
        return facts

    def _stored(self, row: dict[str, Any], number: int, invalid: dict[int, str]) -> Facts:
        """What the store knows of the row's person; of an address that cannot be one, that it is none."""
        assert self.answers is not None  # noqa: S101 -- asked only then
        ledger = self.answers.ledger
        kind, text = next(((name, str(row[name]).strip()) for name in self.who if row[name]), ("", ""))
        try:
            who: Address | str = (
                text
                if kind == "person"
                else email_address(text)
                if kind == "email"
                else phone_number(text, self.country)
            )
        except AddressError as error:
            invalid[number] = str(error)
            who = ""
        if isinstance(who, Address) and ADDRESS_OF_CHANNEL.get(self.channel, who.kind) != who.kind:
            holders = ledger.find(text, self.country)
            who = holders[0] if len(holders) == 1 else who
        return ledger.facts_for(who, channel=self.channel, topic=self.topic, at=self.at)

    def _asked(self, facts: Facts) -> Facts:
        asked = msgspec.structs.replace(facts, channel=self.channel, topic=self.topic)
        return work_out(with_kind(asked), self.at.date())

    def _codes(self, people: list[Facts]) -> list[Code]:
        """For each: the reason's code, each layer's, whether it is at the owner's risk, and what codes stand for."""
        table = table_of(people, self.shape)
        columns, day = frozenset(table.schema.names), self.at.date()
        compiled = _compiled(self.law, day, columns, self.channel, self.topic, self.standing.accepted)
        with duckdb.connect() as engine:
            engine.register("people", table.append_column("_row", pa.array(range(len(people)))))
            rows = engine.execute(f"{compiled.statement} ORDER BY _row").fetchall()
        layers = compiled.layers
        return [(row[2], dict(zip(layers, row[4:], strict=True)), bool(row[3]), compiled) for row in rows]


@lru_cache(maxsize=8)
def _compiled(
    law: Law, day: date, columns: frozenset[str], channel: Channel, topic: str, accepted: frozenset[str]
) -> Compiled:
    """The statement for one law and question; remembered, since to compile it takes longer than to ask it of a short list."""
    known = {"channel": channel, "topic": topic, "act": ACT_OF_CHANNEL.get(channel)}
    asked = [name for name in columns if name not in known]
    audience = compile_audience(law, day, exp.to_table("people"), asked, known=known, accepted=accepted)
    return Compiled(audience.codes(["_row"]).sql("duckdb", copy=False), audience.reasons, audience.layers)


def _rank(code: Code) -> int:
    return ANSWERS.index(_answer(code))


def _answer(code: Code) -> Answer:
    reason, _, at_risk, compiled = code
    return "allowed" if at_risk else compiled.reasons[reason].answer


def _told(code: Code, invalid: str | None) -> tuple[str, str, str, str, str, str, str, bool]:
    """A row's columns. What cannot be an address is not allowed, whatever is known."""
    number, layers, at_risk, compiled = code
    reason: Reason = compiled.reasons[number]
    said = {layer: compiled.reasons[layers[layer]].answer if layer in layers else "" for layer in get_args(Layer)}
    if invalid:
        return "not_allowed", "", "", invalid, said["law"], said["guidance"], said["own"], False
    return (
        _answer(code), reason.rule, reason.limb, reason.because, said["law"], said["guidance"], said["own"], at_risk,
    )  # fmt: skip


def _laid_over(stored: Facts, given: Facts) -> Facts:
    """The store's facts with the file's in their place wherever the file says something."""
    values = {name: getattr(given, name) for name in VOCABULARY.facts if getattr(given, name) is not None}
    return msgspec.structs.replace(stored, **values, stops=[*stored.stops, *given.stops])


def _facts_of(columns: Sequence[str], with_store: bool) -> list[str]:
    """The columns that are facts. Raises ScreeningError for those that are nothing known."""
    lists = ("stops",) if with_store else ("grounds", "stops")
    known = [*VOCABULARY.facts, *lists]
    for name in columns:
        if name == "grounds" and with_store:
            raise ScreeningError(
                "a list cannot bring grounds of its own; import them with their evidence, or use --facts-only"
            )
        if name not in known and name not in CARRIED:
            close = nearest(name, [*known, *CARRIED])
            raise ScreeningError(
                f"the column `{name[:60]}` is neither a fact nor one of {', '.join(CARRIED)}"
                f"{close or '; rename it or take it out'}"
            )
    return [name for name in columns if name in known]


def _dicts(table: pa.Table, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    if not columns:
        return iter([{} for _ in range(table.num_rows)])
    return iter(table.select(list(columns)).to_pylist())


def _country(ledger: Ledger) -> str | None:
    country = ledger.business().settings.get("sender_country")
    return str(country) if country else None


class _Writer:
    """Writes chunks to a file that only its owner can read."""

    def __init__(self, file: Path, suffix: str) -> None:
        self._file, self._suffix = file, suffix
        self._writer: Any = None

    def __enter__(self) -> _Writer:
        self._file.unlink(missing_ok=True)
        os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return self

    def write(self, table: pa.Table) -> None:
        if self._writer is None:
            kind = pa.csv.CSVWriter if self._suffix == ".csv" else pq.ParquetWriter
            self._writer = kind(str(self._file), table.schema)
        self._writer.write_table(table)

    def __exit__(self, *_exception: object) -> None:
        if self._writer is not None:
            self._writer.close()
