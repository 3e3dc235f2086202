"""
A listener for what comes back, and for nothing else: it takes mail to return addresses of ours and to the mailboxes set.

It sends nothing and passes nothing on, so it is no relay whatever it is told; a mail is recorded before it is accepted.
It has neither TLS nor a queue: the shop's own mail server stands before it, and keeps what is not taken just now.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from typing import Any

from aiosmtpd.smtp import SMTP

from sayso.ledger import Ledger, LedgerError
from sayso.sending import listening
from sayso.sending.returns.aside import AsideFullError
from sayso.sending.returns.attribution import Attribution, TryLaterError
from sayso.sending.returns.taking import take
from sayso.settings import Returns

logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd logs addresses

LARGEST_MAIL = 10 << 20
"""Bytes of one mail. A report that carries more than that is cut by who makes it."""
MOST_SESSIONS = 20
MOST_RECIPIENTS = 10
SECONDS = 120.0
"""How long a client may take for a command or a piece of a mail."""


class Handler:
    """What is said to each command."""

    def __init__(self, ledger: Ledger, wanted: Returns) -> None:
        self._ledger = ledger
        self._attribution = Attribution(ledger)
        self._mailboxes = frozenset(one.lower() for one in wanted.mailboxes)
        self.sessions = 0

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's own name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Only who holds an address that we made, or one of the mailboxes, is let in."""
        use, _ = self._attribution.entry_of(address.strip("<>").partition("@")[0])
        if not use and address.lower() not in self._mailboxes:
            return "550 5.1.1 there is no such mailbox here; only mail that comes back is taken"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients at once"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Accepted once it is on record, or kept aside, for every recipient; offered again, it is the same."""
        try:
            for recipient in envelope.rcpt_tos:
                await asyncio.to_thread(take, self._ledger, envelope.content, recipient=recipient)
        except (LedgerError, TryLaterError, AsideFullError) as error:
            logging.getLogger("sayso.returns").warning("not recorded: %s", type(error).__name__)
            return "451 4.3.0 it cannot be recorded just now; offer it again"
        return "250 2.0.0 recorded"

    async def handle_exception(self, error: Exception) -> str:
        """A bug of ours loses nothing: the mail is offered again."""
        logging.getLogger("sayso.returns").error("a command failed: %s", type(error).__name__)
        return "451 4.3.0 something is wrong here; offer it again"


class _Session(SMTP):
    """One client's session; there are only so many at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.sessions += 1
        if self.event_handler.sessions > MOST_SESSIONS:
            transport.write(b"421 4.3.2 too many sessions; come again\r\n")  # type: ignore[attr-defined]
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.sessions -= 1
        if self.transport is not None:
            super().connection_lost(error)


def bound(wanted: Returns) -> socket.socket:
    """A listening socket. Raises OSError where the port is taken."""
    return listening.bound(wanted.host, wanted.port)


async def start(ledger: Ledger, wanted: Returns, listening: socket.socket) -> asyncio.Server:
    """Take connections from now on."""
    handler = Handler(ledger, wanted)
    loop = asyncio.get_running_loop()

    def session() -> _Session:
        return _Session(
            handler, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=False, decode_data=False, timeout=SECONDS,
            ident="sayso returns", hostname="localhost", loop=loop,
        )  # fmt: skip

    return await loop.create_server(session, sock=listening, backlog=MOST_SESSIONS)


async def serve(ledger: Ledger, wanted: Returns, listening: socket.socket) -> None:
    """Serve until told to stop (SIGINT, SIGTERM)."""
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    server = await start(ledger, wanted, listening)
    await stopped.wait()
    server.close()
