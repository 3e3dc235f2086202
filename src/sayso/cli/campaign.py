"""Campaigns: check them, look at them, run them."""

from __future__ import annotations

import sys
import webbrowser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Annotated, Literal, get_args

import msgspec
import typer
from rich.table import Table

from sayso.cli.common import FOUND, JsonOption, UsageError, home, one_of, print_json, told
from sayso.cli.show import err, out
from sayso.cli.store import bar
from sayso.ledger import Ledger, LedgerError
from sayso.reports.words import clock, masked
from sayso.sample.demo import now
from sayso.sending.campaigns.declared import Campaign, CampaignError, Step
from sayso.sending.campaigns.looking import Foreseen, foresee, lacking, not_set_up, preview
from sayso.sending.campaigns.opening import Opened, open_store_campaigns
from sayso.sending.campaigns.records import Known
from sayso.sending.topics import unknown_topic

campaign = typer.Typer(help="Sequences of messages for checkouts that were left.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The name of its file in campaigns/.")]
SettleAs = Literal["sent", "again"]
STATES = {
    "later": "not due yet", "due": "due", "sent": "sent", "refused": "refused", "waiting": "waiting",
    "deferred": "tried, and again later", "again": "again, as you said", "unknown": "unknown", "rejected": "not taken",
    "no_address": "no address", "bought": "stopped by a purchase", "newer": "left a newer cart", "lapsed": "too late",
}  # fmt: skip
"""How a step can stand for a cart, in words."""


@contextmanager
def _opened() -> Iterator[Opened]:
    with told():
        try:
            with Ledger(home()) as ledger, open_store_campaigns(ledger, now) as opened:
                if not opened.campaigns:
                    raise CampaignError(f"no campaign is in {home() / 'campaigns'}; docs/how-to/campaigns.md shows one")
                yield opened
        except CampaignError as error:
            raise UsageError(str(error)) from None


@campaign.command()
def check() -> None:
    """Read every campaign and fill in every template, so that nothing goes wrong at sending; say what a message lacks."""
    with _opened() as opened:
        wrong = [said for one in opened.campaigns for said in opened.templates.check(one)]
        for said in wrong:
            err.print(said, style="red", markup=False, soft_wrap=True)
        for one in opened.campaigns:
            out.print(
                f"{one.name}: {len(one.steps)} steps on {one.topic}, from {one.steps[0].after} after the cart was left"
            )
            for step in one.steps if not wrong else ():
                for found in lacking(opened, one, step):
                    said = f"  {step.key}, {found.place}: {found.said} ({found.cite})"
                    out.print(said, markup=False, highlight=False, soft_wrap=True)
            unknown = unknown_topic(opened.asking.ledger, one.topic)
            if unknown:
                wrong.append(f"{one.name}.yaml: {unknown}, so that everything would be refused")
                err.print(wrong[-1], style="red", markup=False, soft_wrap=True)
            for said in not_set_up(opened, one):
                out.print(f"  {said}", markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(FOUND)


@campaign.command("preview")
def preview_(
    name: Name,
    folder: Annotated[Path, typer.Option("--out", "-o", help="The folder to write the pages and texts into.")],
    show: Annotated[bool, typer.Option("--open", help="Open the pages in the browser.")] = False,
) -> None:
    """Write each step as the customer sees it, completed, for an invented cart."""
    with _opened() as opened:
        one = opened.campaign(name)
        folder.mkdir(parents=True, exist_ok=True)
        for step in one.steps:
            shown = preview(opened, one, step)
            files = [(".html", shown.html), (".txt", shown.text)]
            for file in [folder / f"{step.key}{suffix}" for suffix, text in files if text]:
                file.write_text(dict(files)[file.suffix], "utf-8")
                out.print(f"{step.after} {step.channel}: {file}", markup=False, soft_wrap=True)
                if show and file.suffix == ".html":
                    webbrowser.open(file.resolve().as_uri())


@campaign.command("dry-run")
def dry_run(
    name: Name,
    rows: Annotated[int, typer.Option("--rows", min=0, help="Rows to print; the counts are over all.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Who would get what when, and why the rest not, as things stand. Nothing is sent, and nothing recorded."""
    with _opened() as opened:
        one = opened.campaign(name)
        kept: list[Foreseen] = []
        counted: Counter[tuple[str, str, str, str]] = Counter()
        with bar("asking") as shown:
            for step in one.steps:
                for found in foresee(opened, one, step):
                    shown.update(shown.task_ids[0], description=step.key, advance=1)
                    counted[step.key, found.would, found.because, found.rule] += 1
                    if len(kept) < rows:
                        kept.append(found)
    if as_json:
        counts = [{"step": s, "would": w, "because": b, "rule": r, "carts": n} for (s, w, b, r), n in counted.items()]
        print_json({"counts": counts, "rows": [_plain(row) for row in kept]})
        return
    if not counted:
        out.print("nobody is in the sequence just now")
        return
    _show_rows(kept)
    table = Table("step", "would", "carts", "because", "under", title="All of them", title_justify="left")
    for (step_, would, because, rule), carts in sorted(counted.items()):
        table.add_row(step_, _would(would), f"{carts:,}", because, rule)
    out.print(table)


def _show_rows(rows: list[Foreseen]) -> None:
    table = Table("cart", "to", "step", "when", "would", "because", title="Who would get what", title_justify="left")
    for row in rows:
        to = masked(row.to) if row.to else ""
        table.add_row(row.cart[-8:], to, row.step, _when(row.when), _would(row.would), row.because)
    out.print(table)


def _plain(row: Foreseen) -> dict[str, object]:
    """A row without the address: JSON goes into files and to agents."""
    return {key: value for key, value in msgspec.structs.asdict(row).items() if key != "to"}


def _would(would: str) -> str:
    return {"go": "go", "wait": "wait", "not": "not go"}[would]


def _when(at: datetime) -> str:
    return clock(at)


@campaign.command()
def run(
    once: Annotated[bool, typer.Option("--once", help="One round over what is due, then stop.")] = False,
) -> None:
    """Send what is due, round after round, until interrupted. Stopping at any moment loses nothing and doubles nothing."""
    from sayso.sending.campaigns.sequence import running  # the engine is slow to import, and no other command needs it

    with _opened() as opened, running(opened) as sequencer:
        for one in opened.campaigns:
            for said in not_set_up(opened, one):
                err.print(f"{one.name}: {said}", markup=False, soft_wrap=True)

        def round_() -> str:
            with bar("sending") as shown:
                done = sequencer.tick(
                    lambda step, carts: shown.update(shown.task_ids[0], description=step, completed=carts)
                )
            return ", ".join(f"{count} {STATES.get(state, state)}" for state, count in done.items())

        if once:
            out.print(round_() or "nothing is due")
            return
        out.print("running; Ctrl+C stops it")
        stop = Event()
        try:
            _keep_going(round_, stop, opened.settings.campaigns.pause_seconds)
        except KeyboardInterrupt:
            stop.set()


def _keep_going(round_: Callable[[], str], stop: Event, pause_seconds: float) -> None:
    """Round after round, a line for each that came to something else than the one before; one that fails ends none."""
    before: str | None = None
    while not stop.is_set():
        try:
            said = round_()
        except LedgerError as error:
            err.print(f"{clock(now())}  this round was cut short: {error}", markup=False, soft_wrap=True)
        else:
            if said != before:
                out.print(f"{clock(now())}  {said or 'nothing is due'}", markup=False, soft_wrap=True)
                sys.stdout.flush()
            before = said
        stop.wait(pause_seconds)


@campaign.command()
def status(as_json: JsonOption = False) -> None:
    """How many carts stand how at each step, and what waits for you."""
    with _opened() as opened:
        opened.records.read(opened.asking.ledger)
        counts = {
            one.name: {step.key: opened.records.counts(one, step, opened.asking.clock()) for step in one.steps}
            for one in opened.campaigns
        }
        unknown = [known for one in opened.campaigns for known in opened.records.all_known(one.name, state="unknown")]
        refused = [known for one in opened.campaigns for known in opened.records.all_known(one.name, state="refused")]
        waits = {one.name: not_set_up(opened, one) for one in opened.campaigns}
    if as_json:
        print_json(counts)
        return
    for name, steps in counts.items():
        there = [state for state in STATES if any(found.get(state) for found in steps.values())]
        table = Table("step", *(STATES[state] for state in there), title=name, title_justify="left")
        for step, found in steps.items():
            table.add_row(step, *(f"{found.get(state, 0):,}" for state in there))
        out.print(table)
    for one in opened.campaigns:
        for said in waits[one.name]:
            out.print(f"{one.name}, {said}", markup=False, soft_wrap=True)
    for known in refused[:20]:
        out.print(f"refused: {known.said}; if a setting was amiss: sayso campaign settle {known.campaign} {known.step} "
                  f"{known.cart} --as again", markup=False, soft_wrap=True)  # fmt: skip
    for known in unknown[:20]:
        out.print(f"{known.said}: sayso campaign settle {known.campaign} {known.step} {known.cart} --as sent|again",
                  markup=False, soft_wrap=True)  # fmt: skip


@campaign.command()
def settle(
    name: Name,
    step: Annotated[str, typer.Argument(help="The step.")],
    how: Annotated[str, typer.Option("--as", help=f"One of {', '.join(get_args(SettleAs))}.")],
    cart: Annotated[
        str, typer.Argument(help="The cart, as `sayso campaign status` names it; every refused one if left out.")
    ] = "",
) -> None:
    """
    Say of a message whose outcome is unknown that it went, or that it shall be sent again; have refused ones judged anew.
    """
    with _opened() as opened:
        state = one_of("as", how, get_args(SettleAs))
        one = opened.campaign(name)
        wanted = one.step(step)
        known = opened.records.known(one.name, wanted.key, cart) if cart else None
        if not cart or (known is not None and known.state == "refused"):
            said = _judge_anew(opened, one, wanted, cart, state)
        elif known is None or known.state != "unknown":
            raise UsageError(
                "nothing unknown or refused is on record of that cart and step; see `sayso campaign status`"
            )
        else:
            opened.records.keep(_settled(known, state, opened.asking.clock()))
            again = "it goes again with the next round, if the rules allow it then"
            said = "it counts as sent" if state == "sent" else again
    out.print(said, soft_wrap=True)


def _judge_anew(opened: Opened, one: Campaign, step: Step, cart: str, state: SettleAs) -> str:
    if state != "again":
        raise UsageError("what was refused did not go, so it cannot count as sent; `--as again` has it judged anew")
    anew = opened.records.judge_anew(one, step, opened.asking.clock(), "the owner has it judged anew", cart or None)
    if not anew:
        raise UsageError(
            "nothing refused can be judged anew: it is too late for it, they ordered, or left a newer cart"
        )
    return f"{anew:,} judged anew with the next round, and sent if the rules allow it then"


def _settled(known: Known, state: SettleAs, at: datetime) -> Known:
    said = "the owner says that it went" if state == "sent" else "the owner lets it be sent again"
    return msgspec.structs.replace(known, state=state, said=said, at=at, next_try=at if state == "again" else None)
