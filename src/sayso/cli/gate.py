"""`sayso gate`: the SMTP gate, and what its settings need."""

from __future__ import annotations

import asyncio
import errno
import logging
import multiprocessing
import signal
import sys
import time
from datetime import UTC, datetime
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.common import UsageError, home, told
from sayso.cli.show import err, out
from sayso.settings import Gate, Settings, read_settings

if TYPE_CHECKING:
    from sayso.ledger import Ledger
    from sayso.messages.identity import Identity
    from sayso.sending.gate.serving import Listener

gate = typer.Typer(help="The SMTP gate between a mailer and its smart host.", invoke_without_command=True)
AGAIN_SECONDS = 1.0
"""How soon a process that ended is started again."""


@gate.callback()
def run(
    context: typer.Context,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="Processes on the one port.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no line for each message decided.")] = False,
) -> None:
    """Take mail from mailers, judge it, complete it, and pass on what the answer allows."""
    if context.invoked_subcommand is not None:
        return
    from sayso.ledger import Ledger  # what sends is slow to import, and the commands below need none of it
    from sayso.sending.topics import unknown_topic

    with told():
        wanted = read_settings(home())
        _ready(wanted)
        with Ledger(home()) as ledger:
            for name, stream in wanted.gate.streams.items():
                unknown = "" if stream.service else unknown_topic(ledger, stream.topic)
                if unknown:
                    err.print(f"gate.streams.{name}: {unknown}, so that all its marketing is refused",
                              markup=False, soft_wrap=True)  # fmt: skip
            _listener(ledger, wanted)  # what is amiss in the settings is said before any process starts
        wanted.gate.port = _taken(wanted.gate)
        if processes == 1:
            _serve(wanted, announced=False, quiet=quiet)
        else:
            _supervise(wanted, processes, quiet)


@gate.command("password")
def password(
    words: Annotated[str | None, typer.Option("--password", help="Asked for if left out, and then not shown.")] = None,
) -> None:
    """The hash of a password, for `sayso settings set gate.streams.NAME.password_hash`."""
    from sayso.sending.gate.credentials import hashed

    said = words or typer.prompt("password", hide_input=True, err=True, confirmation_prompt=True)
    typer.echo(hashed(said))


@gate.command("approve")
def approve(file: Annotated[Path, typer.Argument(help="A service mail as it is sent, as an .eml file.")]) -> None:
    """The fingerprint of a service mail that may go even while no answer can be had."""
    from sayso.messages.mail_parts import MessageError
    from sayso.sending.gate.approved import fingerprint

    with told():
        try:
            typer.echo(fingerprint(file.read_bytes()))
        except MessageError as error:
            raise UsageError(str(error)) from None


@gate.command("example")
def example(file: Annotated[Path, typer.Argument(help="A service mail as it is sent, as an .eml file.")]) -> None:
    """What you answer for if you name this mail in a stream's `examples`: read it first."""
    from sayso.messages.mail_parts import MessageError
    from sayso.sending.preparing import read_example

    with told():
        try:
            found = read_example(file.read_bytes(), _declared(), read_settings(home()))
        except MessageError as error:
            raise UsageError(str(error)) from None
        for one in found.to_read:
            out.print(f"you answer for  {one.place}: {one.said}", markup=False, soft_wrap=True)
        for one in found.against:
            out.print(f"nobody can      {one.place}: {one.said}", markup=False, soft_wrap=True)
        if not (found.to_read or found.against):
            out.print("its wording is service as it stands, and needs nobody to answer for it")
    raise typer.Exit(1 if found.against else 0)


def _ready(wanted: Settings) -> None:
    if not wanted.gate.streams:
        raise UsageError(
            "no mailer may log in yet: `sayso gate password`, then "
            "`sayso settings set gate.streams.NAME.password_hash HASH`; docs/how-to/gate.md shows all of it"
        )
    if not wanted.gate.certificate_file:
        raise UsageError("the gate takes passwords under TLS alone: set gate.certificate_file and gate.key_file")
    if not wanted.smart_host.host:
        err.print("no smart host is set, so mail is laid into outbox/ and nothing leaves this machine")


def _taken(wanted: Gate) -> int:
    """The port that the gate will have; a free one where the settings leave it open."""
    from sayso.sending.gate.serving import bound

    try:
        with bound(wanted) as found:
            return int(found.getsockname()[1])
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageError(f"port {wanted.port} is in use; choose another with `sayso settings set gate.port`") from None


def _serve(wanted: Settings, announced: bool, quiet: bool = False) -> None:
    """One process, until it is told to stop; it says that it is there, unless another one `announced` it."""
    from sayso.ledger import Ledger
    from sayso.sending.gate.serving import bound, serve

    if not quiet:
        _print_decisions()

    def said() -> None:
        out.print(f"the gate is on {wanted.gate.host}:{wanted.gate.port}  (Ctrl+C to stop)", markup=False)
        sys.stdout.flush()

    async def serving() -> None:
        with Ledger(home()) as ledger:
            await serve(_listener(ledger, wanted), bound(wanted.gate), None if announced else said)

    asyncio.run(serving())


def _print_decisions() -> None:
    """One line on standard output for each message decided, and for each log-in that was refused."""
    from sayso.sending.gate.handler import DECISIONS

    lines = logging.StreamHandler(sys.stdout)
    lines.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%Y-%m-%d %H:%M:%S"))
    DECISIONS.addHandler(lines)
    DECISIONS.setLevel(logging.INFO)
    DECISIONS.propagate = False


def _listener(ledger: Ledger, wanted: Settings) -> Listener:
    from sayso.sending.gate.serving import Listener
    from sayso.sending.wiring import open_dispatch

    return Listener(open_dispatch(ledger, wanted, _declared(), _now), wanted.gate, ledger, _now)


def _declared() -> Identity:
    """Who sends, as the store's declaration says. Raises NoticeError."""
    from sayso.messages.identity import Identity
    from sayso.notices.reading import DECLARATION, read_declaration

    return Identity.of(read_declaration(home() / DECLARATION).business)


def _now() -> datetime:
    return datetime.now(UTC)


def _supervise(wanted: Settings, processes: int, quiet: bool) -> None:
    """Several processes on one port; one that ends is started again, and all are stopped together."""
    made = multiprocessing.get_context("spawn")
    running: list[SpawnProcess] = []
    announced = stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, stop)
    while not stopping:
        running = [one for one in running if one.is_alive()]
        for _ in range(processes - len(running)):
            one = made.Process(target=_serve, args=(wanted, announced, quiet))
            one.start()
            announced = True
            running.append(one)
        time.sleep(AGAIN_SECONDS)
    for one in running:
        one.terminate()
    for one in running:
        one.join()
