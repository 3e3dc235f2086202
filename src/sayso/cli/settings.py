"""`sayso settings`: what the listener, the gate and the gateways are set to."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from sayso.cli.common import UsageError, home, told
from sayso.cli.show import out
from sayso.law.expression import nearest
from sayso.settings import NAME, Settings, SettingsError, change_setting, described, read_settings

settings = typer.Typer(help="The settings of listener, gate and gateways, in one file.", no_args_is_help=True)


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
    """Change one setting; the file keeps its remarks. What runs reads it when it is started again."""
    from sayso.capture.hooks import HOOKS  # with these comes what reads webhooks, to know their names
    from sayso.sending.returns.events import PROVIDERS

    with told():
        table, _, key = name.rpartition(".")
        asked = f"hooks.KIND.{key}" if table in {f"hooks.{kind}" for kind in HOOKS} else name
        if table.startswith("gate.streams."):
            asked = f"gate.streams.NAME.{key}"
        if table in {f"events.{provider}" for provider in PROVIDERS}:
            asked = f"events.PROVIDER.{key}"
        known = [one.name for one in described(Settings())]
        if asked not in known:
            raise UsageError(
                f"no setting is called `{name}`{nearest(asked, known)}; `sayso settings show` has them all"
            )
        try:
            change_setting(home(), name, value)
        except SettingsError as error:
            raise UsageError(str(error)) from None
        out.print(f"{name} is set in {home() / NAME}; what runs already reads it when it is started again")
