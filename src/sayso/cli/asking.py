"""`sayso ask` and `sayso casebook`: questions that need no store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from sayso import ask as ask_sayso
from sayso import default_rulebooks
from sayso.cli.common import (
    ACTS,
    CHANNELS,
    EXIT,
    FOUND,
    ActOption,
    AtOption,
    ChannelOption,
    CostsOption,
    JsonOption,
    TopicOption,
    UsageError,
    moment,
    one_of,
    print_json,
    told,
)
from sayso.cli.show import decision, out, verdict
from sayso.law import rulebooks
from sayso.reports import words
from sayso.reports.casebook import Casebook, casebook, read_cases
from sayso.vocabulary.given import read_facts


def ask(
    facts: Annotated[
        str,
        typer.Option(
            "--facts",
            "-f",
            help="JSON file of facts by name, with lists `grounds` and `stops`; - reads standard input.",
        ),
    ],
    channel: ChannelOption = None,
    topic: TopicOption = None,
    act: ActOption = None,
    at: AtOption = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="The message and the moment are before us: what is unknown of them refuses.")
    ] = False,
    under: Annotated[
        list[str] | None, typer.Option("--under", help="Ask only this instrument or rule; may be repeated.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="Take the risk of this arguable limb, by its reason code.")
    ] = None,
    costs: CostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """May these details be used so, now, and why? From facts alone; no store is needed."""
    with told():
        given = read_json(facts)
        asked = {"channel": one_of("channel", channel, CHANNELS), "topic": topic, "act": one_of("act", act, ACTS)}
        known = read_facts({**given, **{name: value for name, value in asked.items() if value is not None}})
        if known.channel is None and known.act is None:
            raise UsageError("say how: --channel email, sms, voice_live, post, online_ad, ...")
        law = default_rulebooks()
        if under:
            try:
                law = rulebooks().only(under)
            except KeyError as error:
                raise UsageError(
                    f"no instrument or rule is called `{error.args[0]}`; `sayso law list` shows them"
                ) from None
        found = ask_sayso(known, at=moment(at), law=law, gate=gate, accepted=accept or ())
    if as_json:
        print_json(found)
    else:
        out.print(decision(found, costs=costs))
    raise typer.Exit(EXIT[found.answer])


def read_json(path: str) -> dict[str, Any]:
    """A JSON object from a file, or from standard input for `-`. Raises UsageError with the place that is wrong."""
    name = "what came on standard input" if path == "-" else path
    raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    try:
        content = msgspec.json.decode(raw.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is not JSON in UTF-8: {error}") from None
    if not isinstance(content, dict):
        raise UsageError(f'{name} holds a list or value; facts are an object such as {{"person_country": "AU"}}')
    return content


def cases(
    files: Annotated[list[Path], typer.Argument(help="Case files, or folders of them.")],
    as_json: JsonOption = False,
) -> None:
    """Put worked cases to the rules: agreement, a confusion matrix, and each disagreement with both reasons."""
    with told():
        for file in files:
            if not file.exists():
                raise UsageError(f"there is no file or folder {file}; check the path")
        result = casebook(read_cases(files), rulebooks())
    if as_json:
        print_json(result)
    else:
        _show(result)
    raise typer.Exit(0 if result.agree == result.cases else FOUND)


def _show(result: Casebook) -> None:
    out.print(
        f"[bold]{result.agree} of {result.cases}[/] cases agree with their source "
        f"({result.agree_high_confidence} of {result.cases_high_confidence} of high confidence); "
        f"{result.depends_rate:.0%} answered depends; "
        f"{result.allowed_against_source} answered allowed against a source that refuses."
    )
    answers = [
        answer
        for answer in words.ANSWERS
        if any(row.get(answer) for row in result.confusion.values()) or answer in result.confusion
    ]
    table = Table(
        "expected \\ answered",
        *(words.ANSWERS[answer] for answer in answers),
        title="Confusion matrix",
        title_justify="left",
    )
    for expected, row in result.confusion.items():
        table.add_row(
            words.ANSWERS[expected],
            *(f"[bold]{row[answer]}[/]" if answer == expected else str(row[answer]) for answer in answers),
        )
    out.print(table)
    for item in result.disagreements:
        out.print()
        out.print(f"[bold]{item.id}[/] {item.name} [dim]({item.file})[/]")
        out.print("  source:", verdict(item.expected), item.expected_rule)
        out.print("  sayso: ", verdict(item.answer), item.rule, "–", item.because)
