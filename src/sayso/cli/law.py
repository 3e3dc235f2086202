"""`sayso law`: what the rulebooks hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table

from sayso.cli.common import AtOption, JsonOption, UsageError, moment, print_json, told
from sayso.cli.show import out
from sayso.law import Rulebooks, rulebooks, tree
from sayso.law.expression import nearest
from sayso.ledger.standing import read_house_rules

law = typer.Typer(help="The rulebooks: what is encoded, since when, from which source.", no_args_is_help=True)


@law.command("list")
def list_rulebooks(as_json: JsonOption = False) -> None:
    """Every rulebook, with its layer and how many rules it has, and the laws known and not encoded."""
    with told():
        books = rulebooks()
    if as_json:
        print_json(
            [
                {
                    "id": one.id,
                    "title": one.title,
                    "layer": one.layer,
                    "jurisdiction": one.jurisdiction,
                    "on_by_default": one.on_by_default,
                }
                for one in books.instruments.values()
            ]
        )
        return
    table = Table("rulebook", "title", "layer", "rules", "on by default")
    for one in books.instruments.values():
        count = sum(1 for rule in books.rules if rule.instrument == one.id and rule.kind != "not_encoded")
        table.add_row(
            one.id, one.title, one.layer, str(count), "always" if one.always else "yes" if one.on_by_default else "no"
        )
    out.print(table)
    missing = Table("known and not encoded", "title", "why")
    for rule in books.rules:
        if rule.kind == "not_encoded":
            missing.add_row(rule.id, rule.title, rule.because)
    out.print(missing)


@law.command()
def show(
    name: Annotated[str, typer.Argument(help="A rulebook or rule, such as au.spam-act or au.spam-act.16-1.")],
    at: AtOption = None,
) -> None:
    """A rulebook or rule: the paraphrase, the limbs, the citation, since when in force and how far verified."""
    with told():
        books = rulebooks()
        when = moment(at)
        day = when.date() if isinstance(when, datetime) else when
        shown = [rule for rule in books.on(day).rules() if rule.id == name or rule.id.startswith(name + ".")]
        if not shown:
            raise UsageError(_nothing(books, name, day))
    for rule in shown:
        _show_rule(books, rule)


def _nothing(books: Rulebooks, name: str, day: date) -> str:
    """Why nothing is shown: it was not in force that day, or nothing is called so."""
    dated = [rule.in_force for rule in books.rules if rule.id == name or rule.id.startswith(name + ".")]
    if dated:
        first = min(one.start for one in dated)
        return f"`{name}` was not in force on {day}; it is known from {first}; ask with --at"
    names = [*books.instruments, *(rule.id for rule in books.rules)]
    close = [one for one in books.instruments if name.lower() in one]
    return f"nothing is called `{name}`{f'; did you mean `{close[0]}`?' if close else nearest(name, names)}"


def _show_rule(books: Rulebooks, rule: tree.Rule) -> None:
    words = {"ban": "refuses when", "duty": "applies when", "exception": "permits when", "not_encoded": "applies when"}
    out.print(
        f"\n[bold]{rule.id}[/]  {rule.cite}  [dim]{rule.kind}, in force from {rule.in_force.start}, source {rule.verified}, {rule.place}[/]"
    )
    if rule.text:
        out.print(Padding(rule.text, (0, 0, 0, 2)), markup=False)
    out.print(f"  because: {rule.because}", markup=False)
    if rule.exception_to:
        out.print(f"  exception to {', '.join(rule.exception_to)}", markup=False)
    for title, limbs in ((words[rule.kind], rule.when), ("requires", rule.must)):
        if limbs:
            out.print(f"  {title}" + (f" (each {rule.each})" if rule.each and limbs is rule.when else ""), markup=False)
        for limb in limbs:
            out.print(f"    {limb.letter} {limb.text}" + ("   [arguable]" if limb.arguable else ""), markup=False)
    if rule.obligation:
        out.print(f"  obligation: {rule.obligation}", markup=False)


@law.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="House rules of your own, read together with the shipped rulebooks.")
    ] = None,
) -> None:
    """Read every rulebook, and house rules if given; say everything that is wrong, with file, line and what to write."""
    with told():
        for file in files or ():
            if not file.is_file():
                raise UsageError(f"there is no file {file}; check the path")
        books = read_house_rules(files) if files else rulebooks()
        read = {one.place.file for one in books.instruments.values()}
        for file in files or ():
            if file.name not in read:
                raise UsageError(f"{file} holds no rulebook; docs/how-to/write-a-rule.md shows how one begins")
        today = books.on(datetime.now(UTC).date())
    rules = list(today.rules())
    out.print(
        f"{len(books.instruments)} rulebooks, {len(rules)} rules in force today, {len(books.content.definitions)} definitions: nothing is wrong."
    )
