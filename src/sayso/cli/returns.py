"""Mail that comes back, taken from a mail server: by its pipe, or from a folder that it fills."""

from __future__ import annotations

import asyncio
import errno
import sys
from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.common import UsageError, home, say, told
from sayso.cli.show import out
from sayso.ledger import Ledger, LedgerError
from sayso.sending.returns import LARGEST, AsideFullError, TryLaterError
from sayso.sending.returns import take as take_mail
from sayso.settings import read_settings

returns = typer.Typer(help="Bounces, complaints, replies and unsubscribe mails that come back.", no_args_is_help=True)

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and offers it again."""


@returns.command("take")
def take(
    recipient: Annotated[
        str, typer.Option("--recipient", "-r", help="The envelope's recipient, which an MTA's pipe can name.")
    ] = "",
) -> None:
    """Take one mail from standard input. Ends with 0 once it is recorded or kept aside, and with 75 to be tried again."""
    raw = sys.stdin.buffer.read(LARGEST)
    while sys.stdin.buffer.read(1 << 20):
        pass  # a mail server takes a pipe that is not read to its end for a failure
    try:
        with Ledger(home()) as ledger:
            taken = take_mail(ledger, raw, recipient=recipient)
    except (LedgerError, TryLaterError, AsideFullError, OSError) as error:
        say(f"not recorded: {error if not isinstance(error, OSError) else error.strerror}")
        raise typer.Exit(TRY_AGAIN) from None
    out.print(f"{taken.kind}, {taken.became}: {taken.said}", markup=False, soft_wrap=True)


@returns.command("watch")
def watch(
    maildir: Annotated[Path, typer.Argument(help="A folder with new/, cur/ and tmp/, which the mail server fills.")],
    once: Annotated[bool, typer.Option("--once", help="Take what is there now, and end.")] = False,
) -> None:
    """Take every mail that lands in a maildir; one is moved from new/ to cur/ only after it is recorded."""
    from sayso.sending.returns.maildir import watch as watch_maildir

    with told(), Ledger(home()) as ledger:
        left = watch_maildir(
            ledger, maildir, once=once, said=lambda text: out.print(text, markup=False, soft_wrap=True)
        )
        if left:
            say(f"{left} could not be recorded and are left in new/; mend the store and run it again")
            raise typer.Exit(TRY_AGAIN)


@returns.command("listen")
def listen() -> None:
    """Listen for mail to our return addresses and the mailboxes of `returns.mailboxes`; it takes no other and sends none."""
    from sayso.sending.returns import listener

    with told(), Ledger(home()) as ledger:
        wanted = read_settings(home()).returns
        try:
            listening = listener.bound(wanted)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise UsageError(
                f"port {wanted.port} is in use; choose another with `sayso settings set returns.port 2526`"
            ) from None
        host, port = listening.getsockname()[:2]
        out.print(f"mail that comes back is taken on {host}:{port}  (Ctrl+C to stop)", markup=False)
        asyncio.run(listener.serve(ledger, wanted, listening))
