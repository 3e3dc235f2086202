"""`sayso message`: what a message carries and lacks, whether it may go, and the same message completed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
import typer
import yaml
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sayso import ask, default_rulebooks
from sayso.choices.links import About, ChoiceLinks
from sayso.cli.common import EXIT, FOUND, AtOption, CostsOption, JsonOption, UsageError, home, moment, print_json, told
from sayso.cli.show import decision, out
from sayso.cli.store import whom
from sayso.decision import Decision
from sayso.ledger import Address, AddressError, Ledger, email_address
from sayso.messages.check import check_mail
from sayso.messages.check_law import ASSUMED, facts_under
from sayso.messages.complete import Ways, complete_mail
from sayso.messages.content import judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail import MessageError, read_mail
from sayso.messages.parts import Finding
from sayso.messages.requirements import Found
from sayso.messages.scripts import check_letter, check_script, complete_letter, complete_script
from sayso.messages.texts import CompletedText, check_text, complete_text
from sayso.notices.declaration import Business
from sayso.notices.fetch import fetch
from sayso.notices.reading import DECLARATION, read_declaration
from sayso.reports.answers import Answers, as_moment
from sayso.sending.judging import judge_outgoing
from sayso.sending.moments import moments
from sayso.settings import Settings, read_settings
from sayso.vocabulary import Channel

message = typer.Typer(help="What a message must carry: check it, complete it.", no_args_is_help=True)
SIGNS = {"present": ("✓", "green"), "missing": ("✗", "red"), "wrong": ("✗", "red"), "note": ("·", "dim")}
KINDS = {**SIGNS, "wrong": ("→", "yellow")}
"""Promotion is no fault by itself."""

MailArgument = Annotated[Path | None, typer.Argument(help="An email as it is sent, as an .eml file.")]
SmsOption = Annotated[str | None, typer.Option("--sms", help="The words of a text message.")]
ScriptOption = Annotated[Path | None, typer.Option("--script", help="A call script, as plain text or Markdown.")]
LetterOption = Annotated[Path | None, typer.Option("--letter", help="A letter, as plain text or Markdown.")]
IdentityOption = Annotated[
    Path | None, typer.Option("--identity", help="YAML file of who sends; notices.yaml of the store if left out.")
]
FromOption = Annotated[str, typer.Option("--from", help="The number or name that a text comes from.")]


class _Given(msgspec.Struct, frozen=True):
    """The one message that was named."""

    kind: Literal["mail", "sms", "script", "letter"]
    content: bytes

    @property
    def channel(self) -> Channel:
        channels: dict[str, Channel] = {"mail": "email", "sms": "sms", "script": "voice_live", "letter": "post"}
        return channels[self.kind]

    @property
    def text(self) -> str:
        return self.content.decode()


@message.command()
def check(
    file: MailArgument = None,
    sms: SmsOption = None,
    script: ScriptOption = None,
    letter: LetterOption = None,
    place: Annotated[
        str | None, typer.Option("--place", help=f"Judge it under the law of AU, US, US-CA, ...: as sent to {ASSUMED}.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--for", help="Judge it for a person on record: internal id, mailbox or number.")
    ] = None,
    topic: Annotated[str, typer.Option("--topic", "-t", help="With --for: what it is about.")] = "newsletter",
    sender_id: FromOption = "",
    identity: IdentityOption = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Look at the page behind another's unsubscribe link; nothing is pressed.")
    ] = False,
    at: AtOption = None,
    costs: CostsOption = False,
    as_json: JsonOption = False,
) -> None:
    """What a message says, carries and lacks, each at its place; and with --place or --for, whether it may go."""
    with told():
        given = _given(file, sms, script, letter)
        settings = read_settings(home())
        sender = _identity(identity, settings)
        found = _check(given, sender, settings, sender_id, follow=follow)
        when = as_moment(moment(at))
        answer = None
        if person:
            answer = _for_person(given, found.facts, person, topic, when)
        elif place:
            answer = _under(given, found.facts, place, sender, when)
    if as_json:
        print_json({"facts": found.facts, "findings": found.findings, "decision": answer})
    else:
        _show(found, answer, place if not person else None, costs=costs)
    raise typer.Exit(EXIT[answer.answer] if answer else FOUND if found.lacking else 0)


@message.command()
def complete(
    result: Annotated[Path, typer.Option("--out", "-o", help="Where the completed message is written.")],
    file: MailArgument = None,
    sms: SmsOption = None,
    script: ScriptOption = None,
    letter: LetterOption = None,
    person: Annotated[str, typer.Option("--for", help="The mailbox it goes to: the links are its own.")] = "",
    topic: Annotated[str, typer.Option("--topic", "-t", help="What it is about: what its link stops.")] = "newsletter",
    unsubscribe: Annotated[
        str, typer.Option("--unsubscribe", help="The address of the unsubscribe page, where no store makes one.")
    ] = "",
    label: Annotated[str, typer.Option("--label", help="Say that it is an advertisement, in these words.")] = "",
    sender_id: FromOption = "",
    plain: Annotated[
        bool, typer.Option("--plain", help="Texts: plain quotes and dashes where that spares UCS-2.")
    ] = False,
    identity: IdentityOption = None,
) -> None:
    """Add what a message lacks, and only that; written to another file."""
    with told():
        given = _given(file, sms, script, letter)
        settings = read_settings(home())
        sender = _identity(identity, settings)
        try:
            said = ""
            if given.kind == "mail":
                ways = Ways(unsubscribe) if unsubscribe else _ways(settings, person, topic)
                written = _completed_mail(given.content, sender, ways, label)
            elif given.kind == "sms":
                stop, comes_from = unsubscribe or "STOP", sender_id or settings.sms.comes_from
                done = complete_text(given.text, sender, stop=stop, sender_id=comes_from, plain=plain)
                written, said = done.body.encode(), _measured(done)
            else:
                add = complete_script if given.kind == "script" else complete_letter
                written = add(given.text, sender).encode()
        except MessageError as error:
            raise UsageError(f"it cannot be completed: {error}") from None
        result.write_bytes(written)
    changed = "nothing was missing" if written == given.content else "completed"
    out.print(f"{changed}{said}; written to {result}", markup=False, soft_wrap=True)


def _given(file: Path | None, sms: str | None, script: Path | None, letter: Path | None) -> _Given:
    named = [one for one in (file, sms, script, letter) if one is not None]
    if len(named) != 1:
        raise UsageError("name one message: an .eml file, or --sms TEXT, --script FILE or --letter FILE")
    if sms is not None:
        return _Given("sms", sms.encode())
    if file is not None:
        return _Given("mail", file.read_bytes())
    return _Given("script", script.read_bytes()) if script else _Given("letter", letter.read_bytes())  # type: ignore[union-attr]


def _identity(file: Path | None, settings: Settings) -> Identity:
    streams = tuple(domain for stream in settings.gate.streams.values() for domain in stream.from_domains)
    domains = (*streams, urlsplit(settings.public.url).hostname or "")
    if file is None:
        declared = home() / DECLARATION
        if not declared.is_file():
            raise UsageError(
                "say who sends: --identity FILE.yaml with legal_name, brand, email, address, country, website"
            )
        return Identity.of(read_declaration(declared).business, domains)
    try:
        plain = yaml.load(file.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 -- words alone
        business = msgspec.convert(plain.get("business", plain) if isinstance(plain, dict) else plain, Business)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise UsageError(
            f"{file} does not say who sends ({str(error).splitlines()[0]}); "
            "write legal_name, brand, email, address, country, website and, if there is one, phone"
        ) from None
    return Identity.of(business, domains)


def _own(settings: Settings) -> str:
    return settings.public.url.rstrip("/") + "/u/"


def _check(given: _Given, sender: Identity, settings: Settings, sender_id: str, *, follow: bool) -> Found:
    try:
        if given.kind == "mail":
            page = (lambda url: fetch(url).text) if follow else None
            return check_mail(given.content, sender, own=_own(settings), follow=page)
        if given.kind == "sms":
            return check_text(given.text, sender, own=_own(settings), sender_id=sender_id or settings.sms.comes_from)
        return (check_script if given.kind == "script" else check_letter)(given.text, sender)
    except MessageError as error:
        raise UsageError(f"it cannot be read: {error}") from None


def _under(given: _Given, found: Mapping[str, Any], place: str, sender: Identity, when: datetime) -> Decision:
    country, _, state = place.partition("-")
    if not (len(country) == 2 and country.isalpha() and (not state or state.isalnum())):
        raise UsageError(f"--place `{place[:20]}` is no place; write a country or a state, such as AU, US or US-CA")
    return ask(
        facts_under(place, given.channel, found, sender, when.date()), at=when, gate=True, law=default_rulebooks()
    )


def _for_person(given: _Given, found: Mapping[str, Any], person: str, topic: str, when: datetime) -> Decision:
    with Ledger(home()) as ledger:
        answers = Answers(ledger)
        try:
            who = whom(ledger, person, given.channel)
        except AddressError as error:
            raise UsageError(str(error)) from None
        known = answers.facts(who, channel=given.channel, topic=topic, at=when)
        address = who if isinstance(who, Address) else None
        ruling = judge_outgoing(known, found, moments(known, address, when), when, answers.standing(when))
        return ruling.decision


def _completed_mail(raw: bytes, sender: Identity, ways: Ways, label: str) -> bytes:
    """Commercial unless its content is recognised as something else."""
    parsed = read_mail(raw)
    commercial = judge_content(parsed.reading, sender).facts.get("commercial_purpose") is not False
    return complete_mail(parsed, sender, ways, commercial=commercial, ad_label=label)


def _measured(done: CompletedText) -> str:
    segments = f"{done.segments} segment{'s' if done.segments > 1 else ''}"
    return f", {segments} in {done.encoding}" + (f" ({done.offer})" if done.offer else "")


def _ways(settings: Settings, person: str, topic: str) -> Ways:
    if not person:
        raise UsageError("say whose links to put in: --for MAILBOX, or --unsubscribe ADDRESS for a page of your own")
    try:
        address = email_address(person)
    except AddressError as error:
        raise UsageError(str(error)) from None
    with Ledger(home()) as ledger:
        token = ChoiceLinks(ledger).token(About(address, "email", topic, "shop"))
    base = settings.public.url.rstrip("/")
    return Ways(f"{base}/u/{token}", f"{base}/preferences/{token}")


def _show(found: Found, answer: Decision | None, place: str | None, *, costs: bool) -> None:
    kind = str(found.facts.get("message_kind") or "not recognised").replace("_", " ")
    out.print(Text.assemble(("What it is: ", "bold"), kind), _listed(found.content.findings, KINDS))
    out.print(Text("What it carries and lacks", style="bold"), _listed(found.carried, SIGNS))
    if answer:
        if place:
            out.print(f"To {ASSUMED} ({place.upper()}):", style="dim", markup=False)
        out.print(decision(answer, costs=costs, otherwise=_known_to_work(found)))


def _known_to_work(found: Found) -> str:
    """What shows that a way to unsubscribe works, where that alone is not known."""
    if not any(one.matter == "unsubscribe-works" and one.state == "note" for one in found.findings):
        return ""
    return "look at the page behind its link with --follow, or put in a link of sayso's own with `sayso message complete --for`"


def _listed(findings: tuple[Finding, ...], signs: dict[str, tuple[str, str]]) -> Padding:
    grid = Table.grid(padding=(0, 1))
    for one in findings:
        sign, colour = signs[one.state]
        grid.add_row(Text(sign, style=colour), Text.assemble(f"{one.place}: {one.said}", (f"  {one.cite}", "dim")))
    return Padding(grid, (0, 0, 1, 2))
