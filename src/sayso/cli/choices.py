"""`sayso choices`: stops that somebody told the owner of, and answers that a human has to read."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated

import typer
from rich.table import Column, Table
from rich.text import Text

from sayso.choices.links import About
from sayso.choices.stopping import Evidence, Reach, stop
from sayso.choices.waiting import asked_erasure, settle, waiting
from sayso.cli.common import CHANNELS, AtOption, JsonOption, UsageError, home, moment, one_of, print_json, told
from sayso.cli.show import out
from sayso.ledger import Ledger, email_address, phone_number

choices = typer.Typer(
    help="What people want stopped: record what you were told, and read what was unclear.", no_args_is_help=True
)


@choices.command("stop")
def stop_(
    who: Annotated[str, typer.Argument(metavar="ADDRESS", help="The mailbox, or the number with + and country code.")],
    words: Annotated[str, typer.Option("--words", "-w", help="What they said or wrote, and how it came to you.")],
    channel: Annotated[
        str | None, typer.Option("--channel", "-c", help="Only this channel; everything if left out.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option("--topic", "-t", help="Only this topic, on the channel; all if left out.")
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Where a number without a country is from, such as AU.")
    ] = None,
    at: AtOption = None,
) -> None:
    """Record that somebody asked you to stop, by phone, letter or in person. It counts at once."""
    with told():
        address = email_address(who) if "@" in who else phone_number(who, country and country.upper())
        known = one_of("channel", channel, CHANNELS)
        if topic and not known:
            raise UsageError("a topic is stopped on a channel: say --channel too, or leave --topic out")
        reach: Reach = "topic" if topic else "channel" if known else "everything"
        about = About(address, known or ("email" if address.kind == "email" else "sms"), topic or "", "shop")
        with Ledger(home()) as ledger:
            added = stop(ledger, about, "told", reach, _moment(at), Evidence(words=words))
    out.print(f"recorded: {', '.join(added)}" if added else "this stop stands already", soft_wrap=True)


@choices.command("waiting")
def waiting_(as_json: JsonOption = False) -> None:
    """Answers that may or may not ask to stop, and stop until you have read them; and who asks to be deleted."""
    with told(), Ledger(home()) as ledger:
        found = [*waiting(ledger), *asked_erasure(ledger)]
    if as_json:
        print_json(found)
        return
    table = Table("entry", "received", "asks", "stopped meanwhile", Column("what they wrote", overflow="fold"))
    for one in found:
        stopped = ", ".join(one.channels) or "everything"
        asks = "to be deleted" if one.asks == "erasure" else "unclear"
        table.add_row(one.entry, f"{one.happened_at:%Y-%m-%d %H:%M}", asks, stopped, Text(one.words))
    out.print(table if found else "nothing waits to be read")


@choices.command("settle")
def settle_(
    entry: Annotated[str, typer.Argument(help="The entry, as `sayso choices waiting` names it.")],
    is_stop: Annotated[bool, typer.Option("--stop/--not-a-stop", help="What you found it to mean.")],
    note: Annotated[str, typer.Option("--note", "-n", help="Why, and who read it; it is kept with the record.")],
) -> None:
    """Say what an unclear answer meant. Found to be no stop, that one stops nothing from now on; every other stands."""
    with told(), Ledger(home()) as ledger:
        settle(ledger, entry, means_stop=is_stop, note=note, now=datetime.now(UTC))
    out.print(f"recorded: {entry} {'asks to stop' if is_stop else 'is no request to stop'}", markup=False)


def _moment(at: str | None) -> datetime:
    """When it was asked for; a day counts from its beginning."""
    found = moment(at)
    return found if isinstance(found, datetime) else datetime.combine(found, time(), UTC)
