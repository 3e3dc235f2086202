"""The `sayso` command and its parts, each of which is loaded when it is asked for: together they take seconds."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from sayso import __version__

PARTS = {
    "ask": "asking.ask",
    "casebook": "asking.cases",
    "init": "store.init",
    "import": "store.import_",
    "settle": "store.settle",
    "why": "store.why",
    "screen": "store.screen",
    "serve": "store.serve",
    "demo": "store.demo",
    "listen": "listen.listen",
    "api": "api.api",
    "law": "law.law",
    "house": "house.house",
    "notices": "notices.notices",
    "message": "message.message",
    "campaign": "campaign.campaign",
    "choices": "choices.choices",
    "ledger": "store.ledger",
    "gate": "gate.gate",
    "settings": "settings.settings",
    "returns": "returns.returns",
}
"""Each command, and the module and name of what it runs: a function, or commands of its own."""


class Parts(TyperGroup):
    """The commands, in the order in which help shows them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(PARTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in PARTS:
            for known in PARTS:  # so that those that are called alike are proposed
                self.get_command(ctx, known)
        elif cmd_name not in self.commands:
            module, _, attribute = PARTS[cmd_name].partition(".")
            part = getattr(import_module(f"sayso.cli.{module}"), attribute)
            holding = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode="rich")
            if isinstance(part, typer.Typer):
                holding.add_typer(part, name=cmd_name)
            else:
                holding.command(cmd_name)(part)
            self.commands[cmd_name] = get_group(holding).commands[cmd_name]
        return self.commands.get(cmd_name)


app = typer.Typer(
    name="sayso",
    cls=Parts,
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


def main() -> None:
    """The entry point of the `sayso` command."""
    app()
