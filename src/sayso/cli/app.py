"""The `sayso` command and its parts."""

from __future__ import annotations

import typer

from sayso import __version__
from sayso.cli.api import api
from sayso.cli.asking import ask, cases
from sayso.cli.campaign import campaign
from sayso.cli.choices import choices
from sayso.cli.gate import gate
from sayso.cli.house import house
from sayso.cli.law import law
from sayso.cli.listen import listen, settings
from sayso.cli.message import message
from sayso.cli.notices import notices
from sayso.cli.returns import returns
from sayso.cli.store import add_store_commands

app = typer.Typer(
    name="sayso",
    help="May we use this person's details for this marketing, on this channel, now, and why? sayso is not legal advice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sayso {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Answers, with reasons."""


app.command()(ask)
app.command("casebook")(cases)
app.add_typer(law, name="law")
app.add_typer(house, name="house")
app.add_typer(notices, name="notices")
app.add_typer(message, name="message")
app.add_typer(campaign, name="campaign")
app.add_typer(choices, name="choices")
add_store_commands(app)
app.command()(listen)
app.command()(api)
app.add_typer(gate, name="gate")
app.add_typer(settings, name="settings")
app.add_typer(returns, name="returns")


def main() -> None:
    """The entry point of the `sayso` command."""
    app()
