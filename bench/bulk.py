"""Many contacts at once: the rules as one statement on DuckDB, its result written, against a bare scan of the columns."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from time import perf_counter

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp, parse_one

from bench.measure import Pairs
from bench.words import CUSTOMER, TODAY, Customer
from sayso import default_rulebooks
from sayso.audience.compile import compile_audience
from sayso.audience.table import shape_of, table_of
from sayso.decision import Judge, work_out
from sayso.law import read_rulebooks
from sayso.reports.answers import with_kind
from sayso.sample.demo import open_sample

RULES = Path(__file__).parent / "rulebooks" / "many-contacts.md"
CHUNK = 1_000_000
DAY = 86_400_000_000
JURISDICTIONS, BASES = ["AU", "CA", "GB", "US", "NZ", "OTHER"], ["express", "inferred", "legitimate", "none"]
SHARES = [.02, .002, .005, .02, .005, .05, .09, .01, .2, .04, .3, .3, .03, .05, .9, .02]  # fmt: skip
"""How often each of the sixteen flags is set."""
FLAGS = {
    "suppressed": 0, "deceased": 1, "erasure_requested": 2, "hard_bounce": 3, "complaint": 4, "sensitive": 5,
    "third_party": 6, "harvested": 7, "employee": 8, "minor": 9, "parental_consent": 10, "opted_out": 12,
    "notice_without_marketing": 13, "source_disclosed": 14,
}  # fmt: skip
MOMENTS = ("express_ts", "collected_ts", "withdrawn_ts", "last_order_ts", "last_inquiry_ts")
SCANNED = ("contact_id", "jurisdiction", "basis", "notice_version", "flags", "freq_7d", "utc_offset_min", *MOMENTS)


def generate(file: Path, rows: int) -> None:
    """Invented contacts as Parquet: 13 columns, of which seven are nullable moments or dictionaries."""
    midnight = np.datetime64(TODAY, "us").astype(np.int64)

    def moments(random: np.random.Generator, size: int, most: int, missing: float) -> pa.Array:
        values = (midnight - random.integers(DAY, most * DAY, size)).view("datetime64[us]")
        return pa.array(values, mask=random.random(size) < missing)

    def words(random: np.random.Generator, size: int, values: list[str], shares: list[float]) -> pa.Array:
        codes = random.choice(len(values), size, p=shares).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values))

    writer = None
    for start in range(0, rows, CHUNK):
        size = min(CHUNK, rows - start)
        random = np.random.default_rng(start + 1)
        flags = np.zeros(size, np.int32)
        for bit, share in enumerate(SHARES):
            flags |= (random.random(size) < share).astype(np.int32) << bit
        hashes = random.integers(0, 1 << 63, (size, 2), dtype=np.int64)
        offsets = np.array([-480, -300, 0, 480, 570, 600, 660], np.int16)
        table = pa.table(
            {
                "contact_id": np.arange(start, start + size, dtype=np.int64),
                "jurisdiction": words(random, size, JURISDICTIONS, [0.55, 0.15, 0.1, 0.1, 0.05, 0.05]),
                "email_hash": pa.Array.from_buffers(pa.binary(16), size, [None, pa.py_buffer(hashes.tobytes())]),
                "express_ts": moments(random, size, 2500, 0.4),
                "basis": words(random, size, BASES, [0.55, 0.3, 0.1, 0.05]),
                "notice_version": random.integers(1, 12, size).astype(np.int16),
                "collected_ts": moments(random, size, 2500, 0.0),
                "withdrawn_ts": moments(random, size, 60, 0.93),
                "last_order_ts": moments(random, size, 1500, 0.3),
                "last_inquiry_ts": moments(random, size, 800, 0.7),
                "flags": flags,
                "freq_7d": random.integers(0, 6, size).astype(np.int16),
                "utc_offset_min": random.choice(offsets, size),
            }
        )
        writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd", compression_level=1)
        writer.write_table(table)
    if writer:
        writer.close()


def _source(file: Path) -> tuple[exp.Expr, list[str]]:
    """The file's columns as the facts that the rules ask about."""
    days = {"express_on": "express_ts", "collected_on": "collected_ts", "withdrawn_on": "withdrawn_ts",
            "last_order_on": "last_order_ts", "last_inquiry_on": "last_inquiry_ts"}  # fmt: skip
    facts = {name: f"CAST({column} AS DATE)" for name, column in days.items()}
    facts |= {name: f"(flags & {1 << bit}) <> 0" for name, bit in FLAGS.items()}
    facts |= {name: name for name in ("jurisdiction", "basis", "notice_version")}
    facts |= {"sent_in_7_days": "freq_7d", "local_minute": "(utc_offset_min + 2040) % 1440"}
    selected = ", ".join(f"{sql} AS {name}" for name, sql in facts.items())
    statement = f"SELECT contact_id, {selected} FROM read_parquet('{file}')"
    return exp.Subquery(this=parse_one(statement, dialect="duckdb"), alias=exp.to_identifier("s")), list(facts)


def scan_sql(file: Path) -> str:
    """Every column but the hash read and summed: what no answer can be quicker than."""
    sums = [
        f"sum(epoch_us({name}))" if name in MOMENTS
        else f"count_if({name} = 'AU')" if name in ("jurisdiction", "basis") else f"sum({name})"
        for name in SCANNED
    ]  # fmt: skip
    return f"SELECT {', '.join(sums)} FROM read_parquet('{file}')"


def screen_sql(file: Path, out: Path) -> str:
    """Answer and deciding rule of every row, written."""
    law = read_rulebooks([RULES], CUSTOMER).on(TODAY)
    source, columns = _source(file)
    compiled = compile_audience(law, TODAY, source, columns)
    statement = compiled.codes(["contact_id"], layers=False).sql("duckdb")
    return f"COPY ({statement}) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"


def once(sql: str) -> tuple[float, float]:
    """Seconds and peak memory in MB of one statement in a process of its own, two threads, start-up not counted."""
    program = (
        "import duckdb, json, resource, sys, time\n"
        "c = duckdb.connect(); c.execute('SET threads=2'); c.execute('SET preserve_insertion_order=false'); c.execute('SET enable_progress_bar=false')\n"
        "sql = sys.stdin.read(); start = time.perf_counter(); c.execute(sql).fetchall()\n"
        "s = time.perf_counter() - start\n"
        "print(json.dumps([s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=sql, capture_output=True, text=True, check=True)
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return seconds, memory


def like_beside_like(folder: Path, rows: int, rounds: int) -> tuple[Pairs, float]:
    """The screen against the bare scan, in turn; and the screen's peak memory in MB."""
    file, out = folder / f"contacts-{rows}.parquet", folder / "screened.parquet"
    if not file.exists():
        generate(file, rows)
    screen, scan = screen_sql(file, out), scan_sql(file)
    once(scan)
    times = [(once(screen), once(scan)) for _ in range(rounds)]
    if duckdb.sql(f"SELECT count(*) FROM read_parquet('{out}')").fetchall() != [(rows,)]:
        raise AssertionError("the screen did not write a row for every contact")
    pairs = Pairs("screen: 25 rules, answer and deciding rule written", "bare scan of the same columns",
                  tuple(ours for (ours, _), _ in times), tuple(theirs for _, (theirs, _) in times))  # fmt: skip
    return pairs, max(memory for (_, memory), _ in times)


def shipped(folder: Path, rounds: int, copies: int = 100) -> Pairs:
    """The sample shop's people many times over, through all shipped rulebooks, against a bare scan of the same facts."""
    home, file, out = folder / "shop", folder / "people.parquet", folder / "answers.parquet"
    at = datetime.combine(TODAY, time(12), UTC)
    with open_sample(home, lambda: at) as ledger:
        people = [work_out(with_kind(one.facts("email", "abandoned_cart")), TODAY) for one in ledger.iter_people(at)]
    law = default_rulebooks().on(TODAY)
    shape = shape_of(law)
    table = table_of(people, shape)
    pq.write_table(pa.concat_tables([table] * copies), file, compression="zstd", compression_level=1)
    read = f"SELECT * FROM read_parquet('{file}')"
    source = exp.Subquery(this=parse_one(read, dialect="duckdb"), alias=exp.to_identifier("s"))
    statement = compile_audience(law, TODAY, source, shape.columns).codes([], layers=False).sql("duckdb")
    screen = f"COPY ({statement}) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    scan = f"SELECT {', '.join(f'count(hash({name}))' for name in table.column_names)} FROM read_parquet('{file}')"
    once(scan)
    times = [(once(screen)[0], once(scan)[0]) for _ in range(rounds)]
    return Pairs(f"shipped rulebooks: {len(people) * copies:,} people", "bare scan of their facts",
                 tuple(ours for ours, _ in times), tuple(theirs for _, theirs in times))  # fmt: skip


def agreement(folder: Path, rows: int) -> float:
    """Seconds of the closures for the same rows, after both gave each row the same answer and deciding rule."""
    file = folder / f"contacts-{rows}.parquet"
    generate(file, rows)
    books = read_rulebooks([RULES], CUSTOMER)
    source, columns = _source(file)
    compiled = compile_audience(books.on(TODAY), TODAY, source, columns)
    table = duckdb.sql(compiled.codes([*columns], layers=False).sql("duckdb")).to_arrow_table()
    judge = Judge(books)
    people = [Customer(**{name: row[name] for name in columns}) for row in table.select(columns).to_pylist()]
    start = perf_counter()
    verdicts = [judge.judge(person, TODAY) for person in people]
    seconds = perf_counter() - start
    codes = table.column("reason").to_pylist()
    for verdict, code in zip(verdicts, codes, strict=True):
        reason = compiled.reasons[code]
        if (verdict.answer, verdict.rule_id) != (reason.answer, reason.rule):
            raise AssertionError("closures and SQL disagree")
    return seconds
