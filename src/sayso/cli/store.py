"""Commands on the store: make it, fill it, ask it, prove it, show it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer
from phonenumbers import SUPPORTED_REGIONS
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from sayso import default_rulebooks
from sayso.capture import KINDS, Options, import_file, import_files, settle_evidence
from sayso.cli.common import (
    CHANNELS,
    EXIT,
    FAILED,
    FOUND,
    AtOption,
    CostsOption,
    JsonOption,
    PortOption,
    UsageError,
    home,
    moment,
    one_of,
    print_json,
    told,
)
from sayso.cli.show import decision, err, evidence, out, verdict
from sayso.ledger import Address, AddressError, Ledger, email_address, phone_number, read_head
from sayso.ledger.replay import ADDRESS_OF_CHANNEL
from sayso.ledger.standing import Standing
from sayso.reports import words
from sayso.reports.answers import Answers, Overview, as_moment
from sayso.reports.evidence import events
from sayso.sample.campaigns import first_round
from sayso.sample.demo import now, open_sample
from sayso.vocabulary import Answer, Channel

SHOWN: tuple[Channel, ...] = ("email", "sms", "mms", "voice_live", "post", "online_ad")
"""The channels of an overview: those on which shops market."""
ANSWERS: tuple[Answer, ...] = get_args(Answer)
SAMPLE = Path.home() / ".sayso-sample"
"""Where the sample shop is made while SAYSO_HOME names no folder: never in the store of one's own."""
IMPORT = re.compile(r"import-[0-9a-f]{16}|live-[a-z]+-\d{4}-\d\d-\d\d")
"""The names of imports, and of a day of a shop's live events."""
Evidence = Literal["imported_with_proof", "asserted", "none"]
RequiredChannel = Annotated[str, typer.Option("--channel", "-c", help=f"One of {', '.join(CHANNELS)}.")]
RequiredTopic = Annotated[
    str, typer.Option("--topic", "-t", help="What the marketing is about, such as abandoned_cart.")
]


@contextmanager
def bar(doing: str) -> Iterator[Progress]:
    """A progress bar on standard error; it says nothing where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task(doing, total=None)
        yield progress


def init() -> None:
    """Make a store, with keys of its own, in the folder that SAYSO_HOME names."""
    with told(), Ledger.init(home()) as ledger:
        out.print(
            f"a new store in {ledger.home}; its keys are in {ledger.home / 'keys'}: keep a copy of them elsewhere"
        )


def import_(
    files: Annotated[list[Path], typer.Argument(help="Exports of the shop: files, folders or zip files.")],
    kind: Annotated[
        str | None,
        typer.Option("--kind", "-k", help=f"One of {', '.join(KINDS)}; found from the contents if left out."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", "-m", help="How to read the columns of a CSV file, as proposed earlier.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Where numbers without a country are from, such as AU.")
    ] = None,
    brand: Annotated[str, typer.Option("--brand", help="The brand that the permissions name.")] = "shop",
    opt_in_key: Annotated[
        str | None, typer.Option("--opt-in-key", help="WooCommerce: the order meta key that holds the opt-in.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a shop's exports into the store: stops first, and no permission believed more than it proves."""
    with told():
        one_of("kind", kind, KINDS)
        for file in [*files, *([mapping] if mapping else [])]:
            if not file.exists():
                raise UsageError(f"there is no file or folder {file}; check the path")
        single = kind is not None or mapping is not None
        if single and (len(files) > 1 or files[0].is_dir()):
            raise UsageError("--kind and --mapping are said of one file; import the others without them")
        if country is not None and country.upper() not in SUPPORTED_REGIONS:
            raise UsageError(
                f"--country `{country[:20]}` is not a country (ISO 3166-1); write two letters, such as AU or GB"
            )
        options = Options(default_country=country and country.upper(), sender=brand, opt_in_key=opt_in_key)
        with Ledger(home()) as ledger, bar("reading") as shown:
            task = shown.task_ids[0]

            def progress(file: str, done: int, rows: int) -> None:
                shown.update(task, description=file, completed=done, total=rows)

            if single:
                reports = [import_file(ledger, files[0], kind, mapping, options, progress=progress)]
            else:
                reports = import_files(ledger, files, options, progress=progress)
        if not reports:
            raise UsageError(f"there is no file in {', '.join(str(file) for file in files)}; put the exports there")
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            head, *rest = report.sentences()
            out.print(head, style="bold", markup=False)
            for sentence in rest:
                out.print(f"  {sentence}", markup=False)
    if any(report.refused for report in reports):
        raise typer.Exit(FAILED)
    if any(report.kept_aside for report in reports):
        raise typer.Exit(FOUND)


def settle(
    import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="The import, as its report names it.")],
    evidence: Annotated[str, typer.Option("--evidence", help=f"One of {', '.join(get_args(Evidence))}.")],
    statement: Annotated[str, typer.Option("--statement", help="What the evidence is and where it is kept.")],
    by: Annotated[str, typer.Option("--by", help="Who says so.")],
    entry: Annotated[list[str] | None, typer.Option("--entry", help="Only this entry; may be repeated.")] = None,
) -> None:
    """Say how well the permissions claimed by an import are proved; until then they permit nothing."""
    with told(), Ledger(home()) as ledger:
        word = one_of("evidence", evidence, get_args(Evidence))
        if not IMPORT.fullmatch(import_id):
            raise UsageError(
                f"no import is called `{import_id[:60]}`; its report names it, such as import-0123456789abcdef"
            )
        missing = set(entry or ()) - {known.id for known in ledger.entries(entry or ())}
        if missing:
            raise UsageError(f"no entry is called `{min(missing)[:60]}`; leave --entry out to settle the whole import")
        settle_evidence(ledger, import_id, word, statement=statement, by=by, entries=entry or ())
    out.print(f"recorded: the permissions of {import_id} count as `{evidence}` from now on", markup=False)


def why(
    person: Annotated[str, typer.Argument(help="A person's internal id, mailbox or number.")],
    channel: RequiredChannel,
    topic: RequiredTopic,
    at: AtOption = None,
    costs: CostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """May we write to this person, and why? From everything on record about them."""
    with told():
        asked: Channel = one_of("channel", channel, CHANNELS)
        with Ledger(home()) as ledger:
            try:
                who = whom(ledger, person, asked)
            except AddressError as error:
                raise UsageError(str(error)) from None
            when = as_moment(moment(at))
            found = Answers(ledger).answer(who, channel=asked, topic=topic, at=when)
            people = [who] if isinstance(who, str) else ledger.find(who.value)
            about = [entry for one in people for entry in ledger.entries_about(one, when)]
    if as_json:
        print_json(found)
    else:
        out.print(decision(found, costs=costs))
        out.print(evidence(events(about, set(found.entries))))
    raise typer.Exit(EXIT[found.answer])


def screen(
    file: Annotated[Path, typer.Argument(help="The list: CSV, Parquet or JSON lines, a row for each person.")],
    channel: RequiredChannel,
    topic: RequiredTopic,
    result: Annotated[Path, typer.Option("--out", "-o", help="Where the answers go: .csv or .parquet.")],
    at: AtOption = None,
    facts_only: Annotated[
        bool, typer.Option("--facts-only", help="Ask from the file's facts alone; no store is needed.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a whole list to the rules: each row with its answer, deciding rule and reason. It can only tighten."""
    from sayso.reports.screening import screen as screen_list  # its engines take long to load

    with told():
        asked: Channel = one_of("channel", channel, CHANNELS)
        if not file.is_file():
            raise UsageError(f"there is no file {file}; check the path")
        if result.resolve() == file.resolve():
            raise UsageError(f"--out {result} is the list itself, which stays as it is; name another file")
        if not result.parent.is_dir():
            raise UsageError(f"there is no folder {result.parent}; make it, or write somewhere else")
        when = as_moment(moment(at))
        with bar("screening") as shown, ExitStack() as open_:
            answers = None if facts_only else Answers(open_.enter_context(Ledger(home())))
            standing = answers.standing(when) if answers else Standing(default_rulebooks(), frozenset())
            done = screen_list(
                answers,
                standing,
                file,
                result,
                channel=asked,
                topic=topic,
                at=when,
                progress=lambda rows, all_rows: shown.update(shown.task_ids[0], completed=rows, total=all_rows),
            )
    if as_json:
        print_json({"out": str(done.out), "rows": done.rows, "counts": done.counts})
        return
    counts = ", ".join(f"{people:,} {words.ANSWERS[answer]}" for answer, people in done.counts.items())
    rows = "1 row" if done.rows == 1 else f"{done.rows:,} rows"
    out.print(f"{rows}{': ' + counts if counts else ''}; written to {done.out}", markup=False, soft_wrap=True)


def whom(ledger: Ledger, text: str, channel: Channel) -> Address | str:
    """The address itself where the channel would use it, else the one person on record who holds it."""
    people = ledger.find(text, _country(ledger))
    if people == [text]:
        return text
    address = email_address(text) if "@" in text else phone_number(text, _country(ledger))
    if ADDRESS_OF_CHANNEL.get(channel) == address.kind:
        return address
    if len(people) == 1:
        return people[0]
    if people:
        raise UsageError(f"{len(people)} people on record share this address; ask by internal id: {', '.join(people)}")
    raise UsageError(
        "nobody on record holds this address, so it leads to nobody on another channel; ask by the address that the channel uses"
    )


def _country(ledger: Ledger) -> str | None:
    country = ledger.business().settings.get("sender_country")
    return str(country) if country else None


def verify(
    head: Annotated[
        Path | None, typer.Option("--head", help="A head kept elsewhere, which must be a past of this ledger.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Derive everything again from the entries: chain, tree, signatures, and the projection that answers rest on."""
    with told():
        kept = read_head(head.read_bytes()) if head else None
        with Ledger(home()) as ledger, bar("verifying") as shown:
            findings = ledger.verify(
                kept, lambda done, rows: shown.update(shown.task_ids[0], completed=done, total=rows)
            )
            entries, people = ledger.count()
    if as_json:
        print_json({"entries": entries, "people": people, "findings": findings})
    elif not findings:
        out.print(f"{entries:,} entries about {people:,} people: the chain holds, and the answers rest on all of it")
    for finding in [] if as_json else findings:
        out.print(f"{finding.kind}  {finding.where}: {finding.sentence}", markup=False, style="red")
    if findings:
        raise typer.Exit(FOUND)


def head() -> None:
    """Print the signed head as JSON: keep it elsewhere, and give it to `sayso ledger verify --head` later."""
    with told(), Ledger(home()) as ledger:
        typer.echo(ledger.head().to_json())


def rebuild() -> None:
    """Write what answers rest on anew from the entries, where `verify` found that it differs from them."""
    with told(), Ledger(home()) as ledger:
        ledger.rebuild()
        out.print(f"written anew from {ledger.count()[0]:,} entries; run `sayso ledger verify`")


def serve(port: PortOption = 8000) -> None:
    """Show the pages of the store on 127.0.0.1."""
    with told(), Ledger(home()) as ledger:
        _serve(ledger, port)


def _serve(ledger: Ledger, port: int) -> None:
    from sayso.web import PortTakenError, serve  # a second to import, and no other command needs it

    try:
        serve(ledger, port)
    except PortTakenError as error:
        raise UsageError(str(error)) from None


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Print the answers and stop.")] = False,
    port: PortOption = 8000,
) -> None:
    """Load the invented sample shop, say who may be contacted and why the others not, and show its pages."""
    with told():
        with bar("loading the sample shop") as shown:
            task = shown.task_ids[0]

            def progress(file: str, done: int, rows: int) -> None:
                shown.update(task, description=file, completed=done, total=rows)

            ledger = open_sample(home() if os.environ.get("SAYSO_HOME") else SAMPLE, progress=progress)
        with ledger:
            answers = Answers(ledger)
            with bar("judging") as shown:
                task = shown.task_ids[0]
                overview = answers.overview(
                    topic="abandoned_cart",
                    channels=SHOWN,
                    progress=lambda done, people: shown.update(task, completed=done, total=people),
                )
            show_overview(overview)
            _first_round(ledger)
            if ledger.home == SAMPLE:
                out.print(
                    f"It is in {SAMPLE}; for the other commands: export SAYSO_HOME={SAMPLE}",
                    markup=False,
                    soft_wrap=True,
                )
            if not no_serve:
                _serve(ledger, port)


def _first_round(ledger: Ledger) -> None:
    done = first_round(ledger, now)
    if done is not None:
        said = ", ".join(f"{carts} {state.replace('_', ' ')}" for state, carts in done.items()) or "nothing was due"
        out.print(f"The sequence for left checkouts took its first round: {said}. `sayso campaign run` goes on with it.",
                  markup=False, soft_wrap=True)  # fmt: skip


def show_overview(overview: Overview) -> None:
    """Who may be contacted on which channel, and why the others not."""
    title = f"{overview.people:,} people left a checkout or are otherwise on record; may we write about {overview.topic.replace('_', ' ')}?"
    table = Table(
        "channel", *(words.ANSWERS[answer] for answer in ANSWERS), "no address", title=title, title_justify="left"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for channel in overview.unreachable:
        counts = overview.counts(channel)
        table.add_row(
            channel, *(f"{counts.get(answer, 0):,}" for answer in ANSWERS), f"{overview.unreachable[channel]:,}"
        )
    out.print(table)
    reasons = Table("channel", "people", "answer", "because", "under", title="Why, by how often", title_justify="left")
    for channel in overview.unreachable:
        for number, reason in enumerate(overview.reasons(channel)[:4]):
            reasons.add_row(
                channel if not number else "", f"{reason.people:,}", verdict(reason.answer), reason.because, reason.cite
            )
        reasons.add_section()
    out.print(reasons)


ledger = typer.Typer(help="The ledger: prove that nothing was changed.", no_args_is_help=True)
ledger.command()(verify)
ledger.command()(head)
ledger.command()(rebuild)
