"""The public listener and its settings."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from sayso.capture.hooks import HOOKS
from sayso.cli.common import UsageError, home, told
from sayso.cli.notices import DECLARATION
from sayso.cli.show import err, out
from sayso.law.expression import nearest
from sayso.ledger import Ledger
from sayso.notices.reading import read_declaration
from sayso.sending.returns.events import PROVIDERS
from sayso.settings import NAME, Settings, SettingsError, change_setting, described, read_settings

settings = typer.Typer(help="The settings of the public listener, in one file.", no_args_is_help=True)


def listen() -> None:
    """Listen for the shop's visitors and systems: the widget, notices, receipts, confirmations, webhooks."""
    from sayso.public import serve

    with told(), Ledger(home()) as ledger:
        wanted = read_settings(home())
        for hint in _missing(ledger, wanted):
            err.print(hint, markup=False, soft_wrap=True)
        try:
            serve(ledger, wanted)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise UsageError(
                f"port {wanted.public.port} is in use; choose another with `sayso settings set public.port 8002`"
            ) from None


def _missing(ledger: Ledger, wanted: Settings) -> Iterator[str]:
    """What the widget still needs; webhooks need none of it."""
    from sayso.public.desk import Desk

    if not wanted.public.pages:
        yield "no page may carry the widget yet: sayso settings set public.pages '[\"https://shop.example\"]'"
    if not (home() / DECLARATION).is_file():
        yield f"there is no {home() / DECLARATION}, so no form shows a notice; docs/how-to/notices.md shows one"
        return
    desk = Desk(ledger, wanted)
    for form in read_declaration(home() / DECLARATION).forms:
        if desk.notice(form) is None:
            yield f"the form `{form}` shows nothing until `sayso notices publish`"


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
