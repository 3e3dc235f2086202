"""Runs everything, prints the ratios with their spread, and draws them: `python -m bench [--rows N] [--rounds N]`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import altair
import typer
from rich.console import Console
from rich.table import Table

from bench import bulk, decision, gate, store
from bench.measure import Pairs

MAILS = 500
"""Mails in each turn of the gate."""
PICTURE = Path("docs/images/performance.svg")


def main(
    rows: Annotated[int, typer.Option(help="contacts screened against a bare scan")] = 10_000_000,
    rounds: Annotated[int, typer.Option(help="turns of each pair")] = 7,
    picture: Annotated[Path, typer.Option(help="where the picture goes")] = PICTURE,
) -> None:
    """Ratios on this machine, each pair measured in turn in one run."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as name, console.status("one decision") as status:
        folder = Path(name)
        pairs = [decision.like_beside_like(rounds * 3)]
        alone = decision.shipped(rounds)
        status.update("import and look-up")
        bare_import, entries = store.imported(folder, 2000, rounds)
        pairs += [bare_import, store.looked_up(folder, rounds)]
        status.update("the shipped rulebooks over many people")
        pairs.append(bulk.shipped(folder, rounds))
        status.update(f"answers of closures and SQL compared, then {rows:,} contacts")
        bulk.agreement(folder, 100_000)
        many, memory = bulk.like_beside_like(folder, rows, rounds)
        pairs.append(many)
        status.update("mail through the gate")
        pairs += [
            gate.like_beside_like(folder, MAILS, rounds),
            gate.like_beside_like(folder, MAILS, rounds, tls=True),
            gate.like_beside_like(folder, MAILS, rounds, processes=2),
            gate.like_beside_like(folder, MAILS, rounds, signed=True),
            gate.like_beside_like(folder, MAILS, rounds, unread=True),
        ]
    table = Table("ours", "beside", "ours takes", "the other takes", "times as long", "spread")
    for one in pairs:
        table.add_row(one.ours_named, one.theirs_named, _time(min(one.ours)), _time(min(one.theirs)),
                      f"{one.ratio:.2f}", f"{min(one.ratios):.2f}-{max(one.ratios):.2f}")  # fmt: skip
    console.print(table)
    for what, seconds in alone:
        console.print(f"{what}: {_time(seconds)}")
    console.print(f"the import came to {entries:,} entries; the screen of {rows:,} contacts peaked at {memory:.0f} MB")
    picture.parent.mkdir(parents=True, exist_ok=True)
    _draw(pairs).save(picture)
    console.print(f"drawn in {picture}")


def _time(seconds: float) -> str:
    return (
        f"{seconds:.2f} s"
        if seconds >= 0.5
        else f"{seconds * 1e3:.1f} ms"
        if seconds >= 1e-3
        else f"{seconds * 1e6:.1f} µs"
    )


def _draw(pairs: list[Pairs]) -> altair.LayerChart:
    """Every round of every pair as a dot, how many times the other's time ours took; the bar is the median."""
    data = altair.Data(values=[{"what": one.ours_named, "times": ratio} for one in pairs for ratio in one.ratios])
    base = altair.Chart(data, width=560).encode(
        y=altair.Y("what:N", title=None, sort=None, axis=altair.Axis(labelLimit=420)),
        x=altair.X("times:Q", title="times as long as what stands beside it", scale=altair.Scale(type="log")),
    )
    rounds = base.mark_circle(size=40, opacity=0.5)
    middle = base.mark_tick(thickness=3, size=22, color="#b3261e").encode(x=altair.X("median(times):Q"))
    return rounds + middle


if __name__ == "__main__":
    typer.run(main)
