"""The public listener and its settings."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from sayso.cli.common import home, told
from sayso.cli.show import out
from sayso.ledger import Ledger
from sayso.settings import NAME, change_setting, described, read_settings

settings = typer.Typer(help="The settings of the public listener, in one file.", no_args_is_help=True)


def listen() -> None:
    """Listen for the shop's visitors and systems: the widget, notices, receipts, confirmations, webhooks."""
    from sayso.public import serve

    with told(), Ledger(home()) as ledger:
        serve(ledger, read_settings(home()))


@settings.command("show")
def show() -> None:
    """Every setting, its value and what it means."""
    with told():
        table = Table("setting", "value", "meaning", title=str(home() / NAME), title_justify="left")
        for setting in described(read_settings(home())):
            table.add_row(setting.name, msgspec.json.encode(setting.value).decode(), setting.meaning)
        out.print(table)


@settings.command("set")
def change(
    name: Annotated[str, typer.Argument(help="Such as public.url.")],
    value: Annotated[
        str,
        typer.Argument(
            help='As in TOML: 60, true, ["https://shop.example"]; words need no quotes. Empty: the default.'
        ),
    ],
) -> None:
    """Change one setting; the file keeps its remarks. `sayso listen` reads it when it starts."""
    with told():
        change_setting(home(), name, value)
        out.print(f"{name} is set in {home() / NAME}")
