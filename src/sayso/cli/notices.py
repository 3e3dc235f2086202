"""`sayso notices`: declare once; build, publish and compare what people read; check any policy, notice or page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.markup import escape
from rich.table import Column, Table

from sayso.cli.common import FOUND, JsonOption, UsageError, home, one_of, print_json, told
from sayso.cli.show import out
from sayso.ledger import Ledger
from sayso.notices import changes as changes_of
from sayso.notices.build import POLICY, build
from sayso.notices.changes import affected
from sayso.notices.check import Checked
from sayso.notices.declaration import Declaration, Jurisdiction
from sayso.notices.examine import Examined, What, examine
from sayso.notices.publish import history as history_of
from sayso.notices.publish import publish as publish_declared
from sayso.notices.reading import DECLARATION, read_declaration
from sayso.notices.terms import Change

notices = typer.Typer(
    help="Privacy policy and collection notices: build, publish, compare, and check any page.", no_args_is_help=True
)
JURISDICTIONS: tuple[Jurisdiction, ...] = get_args(Jurisdiction)
SIGNS = {"present": ("✔", "green"), "absent": ("✘", "red"), "unclear": ("?", "yellow"), "not_due": ("–", "dim")}

FileOption = Annotated[
    Path | None, typer.Option("--file", "-f", help="The declaration; notices.yaml in SAYSO_HOME if left out.")
]
NameArgument = Annotated[str, typer.Argument(help="The policy (`privacy`), or the form whose notice it is.")]


@notices.command("build")
def build_(
    file: FileOption = None,
    folder: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write each document there; printed if left out.")
    ] = None,
) -> None:
    """Build the policy and each form's notice as they would be published today. Nothing is recorded."""
    with told():
        if folder and folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; name a folder to write the documents into")
        declared, today = _declared(file), datetime.now(UTC).date()
        drafts = list(build(declared))
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        for draft in drafts:
            text = draft.markdown(today)
            if folder:
                path = folder / f"{draft.id}.md"
                _write(path, text)
                out.print(f"{path}  sha256 {draft.content_hash}", markup=False, soft_wrap=True)
            else:
                typer.echo(text)


@notices.command("publish")
def publish_(
    file: FileOption = None,
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="The policy was reviewed: give it a new day even if nothing changed.")
    ] = False,
) -> None:
    """Record what is declared as published from now on; what did not change adds nothing."""
    with told():
        declared = _declared(file)
        with Ledger(home()) as ledger:
            for one in publish_declared(ledger, declared, reviewed=reviewed):
                now = one.published
                state = (
                    f"version {now.number}, from {now.effective}" if one.is_new else f"unchanged, version {now.number}"
                )
                out.print(f"{now.id}: {state}  {now.url}", markup=False, soft_wrap=True)
                _show_changes(one.changes)
                if one.changes:
                    _show_affected(ledger, now.id, people=False)


@notices.command("history")
def history_(name: NameArgument = POLICY, as_json: JsonOption = False) -> None:
    """Every published version, the latest first."""
    with told(), Ledger(home()) as ledger:
        versions = history_of(ledger, name)
    if as_json:
        print_json(
            [
                {
                    "version": one.wording_version,
                    "number": one.number,
                    "from": one.effective,
                    "sha256": one.content_sha256,
                    "url": one.url,
                    "entry": one.entry,
                }
                for one in versions
            ]
        )
        return
    table = Table("version", "from", "known as", Column("address", overflow="fold"))
    for one in versions:
        table.add_row(str(one.number), str(one.effective), one.wording_version, f"{one.url}{one.number}")
    out.print(table)


@notices.command("diff")
def diff_(
    name: NameArgument = POLICY,
    version: Annotated[int | None, typer.Option("--version", help="Against the one before it; the latest.")] = None,
    people: Annotated[bool, typer.Option("--people", help="List who is concerned, by internal id.")] = False,
) -> None:
    """What a version changed, whether that is material, and whose permission no longer matches what they were told."""
    with told(), Ledger(home()) as ledger:
        found = changes_of(ledger, name, version)
        if found.before is None:
            out.print(f"{found.now.wording_version} is the first version", markup=False)
        for line in found.diff:
            colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            out.print(line, markup=False, style=colour, soft_wrap=True)
        _show_changes(found.material)
        _show_affected(ledger, name, people=people)


@notices.command("check")
def check_(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A policy, a notice, or a shop's page.")],
    place: Annotated[
        list[str] | None, typer.Option("--place", help=f"One of {', '.join(JURISDICTIONS)}; both if left out.")
    ] = None,
    what: Annotated[
        str | None,
        typer.Option("--as", help=f"One of {', '.join(get_args(What))}; found from the contents if left out."),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from a private address too, such as your own test shop.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Say what a policy, notice or page lacks, provision by provision. It reads words; it does not judge their truth."""
    with told():
        places: list[Jurisdiction] = [one_of("place", one, JURISDICTIONS) for one in place or JURISDICTIONS]
        kind: What | None = one_of("as", what, get_args(What))
        if not source.startswith(("http://", "https://")) and not Path(source).is_file():
            raise UsageError(f"there is no file {source}; check the path, or write the whole address of a page")
        today = datetime.now(UTC).date()
        found = examine(source, places, what=kind, at=today, allow_private=allow_private)
    if as_json:
        print_json({"lacking": found.is_lacking, "found": found})
    else:
        _show_examined(found)
    if found.is_lacking:
        raise typer.Exit(FOUND)


def _write(path: Path, text: str) -> None:
    """Write a document wholly or not at all."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _declared(file: Path | None) -> Declaration:
    path = file or home() / DECLARATION
    if not path.is_file():
        raise UsageError(f"there is no declaration {path}; write one as docs/how-to/notices.md shows, or give --file")
    try:
        return read_declaration(path)
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text in UTF-8; save it again as UTF-8") from None


def _show_changes(material: list[Change]) -> None:
    if material:
        out.print("  material: more is done than people were told", style="bold yellow")
    for change in material:
        out.print(f"  • {change.sentence}", markup=False, soft_wrap=True)


def _show_affected(ledger: Ledger, name: str, *, people: bool) -> None:
    """How many people, and on request who and what each was not told."""
    consents = told_less = 0
    for one in affected(ledger, name):
        consents += one.is_consent
        told_less += not one.is_consent
        if people:
            what = "agreed under" if one.is_consent else "was told"
            sentence = "; ".join(change.sentence for change in one.lacks)
            out.print(f"  {one.person} {what} {one.version}, not: {sentence}", markup=False, soft_wrap=True)
    if consents or told_less:
        out.print(
            f"  {consents:,} consents no longer match what is done, and {told_less:,} people were told less than that"
            + ("" if people else f"; `sayso notices diff {name} --people` lists them"),
            markup=False,
            soft_wrap=True,
        )


def _show_examined(found: Examined) -> None:
    out.print(f"{found.source}, read as a {found.what}", style="bold", markup=False, soft_wrap=True)
    if found.checked:
        _show_checked(found.checked)
    table = Table("", "where", "found", "words", "provision (source)")
    for one in found.findings:
        sign, colour = SIGNS[one.status]
        table.add_row(
            f"[{colour}]{sign}[/]", one.part, one.because, _short(one.passage), f"{one.cite} ({one.verified})"
        )
    if found.findings:
        out.print(table)
    for form in found.forms:
        out.print(f"the text at form {form.form}" + (", which also links on" if form.linked else ""), markup=False)
        _show_checked(form.checked)
    if not found.is_lacking:
        out.print("nothing that is due was found lacking; whether the words are true is for you to say")


def _show_checked(checked: Checked) -> None:
    table = Table("", "it has to say", "found", "provision (source)")
    for one in checked.findings:
        sign, colour = SIGNS[one.status]
        words = _short(one.passage) if one.status == "present" else one.because
        if one.status in ("unclear", "absent") and one.passage:
            words += f': "{_short(one.passage)}"'
        table.add_row(
            f"[{colour}]{sign}[/]", one.provision.says, words, f"{one.provision.cite} ({one.provision.verified})"
        )
    out.print(table)


def _short(passage: str | None) -> str:
    """A passage as it fits beside others; markup in it is text."""
    text = passage or ""
    return escape(text if len(text) <= 160 else text[:157] + "...")
