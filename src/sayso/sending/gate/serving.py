"""The gate's listener: one process, or several on one port."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sayso.ledger import Ledger, LedgerError
from sayso.sending.dispatch import Dispatch
from sayso.sending.gate.credentials import Credentials
from sayso.sending.gate.crowd import Crowd
from sayso.sending.gate.handler import GateHandler
from sayso.sending.gate.session import GateSession, Memory
from sayso.sending.listening import bound as bound_to
from sayso.settings import Gate, SettingsError

WAITING = 512
"""Connections that may wait to be taken."""
TURN_SECONDS = 0.0005
"""How long a thread may go on while another waits: what is written to disk must not keep the sessions waiting."""
MESSAGES_HELD = 4
"""Messages of the largest size that all sessions of a process may hold together."""


class Listener:
    """One process's share of the gate."""

    def __init__(
        self, dispatch: Dispatch, gate: Gate, ledger: Ledger, clock: Callable[[], datetime], wait: float = 1.0
    ) -> None:
        """Raises SettingsError where the certificate cannot be used."""
        self._dispatch = dispatch
        self._handler = GateHandler(dispatch, gate, ledger, clock)
        self._credentials = Credentials(gate.streams, gate.max_logins_waiting)
        self.crowd = Crowd(gate.max_connections, gate.max_connections_per_address)
        self.memory = Memory(MESSAGES_HELD * gate.max_message_bytes)
        self._gate = gate
        self._tls = _tls(gate, ledger.home)
        self._wait = wait
        self._server: asyncio.Server | None = None

    async def start(self, listening: socket.socket) -> None:
        """Take connections from now on. Without the store they are taken too, and told to come again."""
        with suppress(LedgerError):
            await asyncio.to_thread(self._dispatch.warm)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, sock=listening, backlog=WAITING)

    async def stop(self) -> None:
        """Take no more connections, and finish what is being handed over."""
        if self._server is not None:
            self._server.close()
        await self._dispatch.close()

    def _session(self) -> GateSession:
        return GateSession(
            self._handler,
            self._credentials,
            self.memory,
            self.crowd,
            self._gate,
            wait=self._wait,
            hostname=self._gate.hostname,
            tls_context=self._tls,
            loop=asyncio.get_running_loop(),
        )


def bound(gate: Gate) -> socket.socket:
    """A listening socket that several processes can share the port of. Raises OSError where the port is taken."""
    return bound_to(gate.host, gate.port, shared=True)


async def serve(listener: Listener, listening: socket.socket, started: Callable[[], None] | None = None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); what is under way is finished first. `started`: it takes connections."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    sys.setswitchinterval(TURN_SECONDS)
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    await listener.start(listening)
    if started is not None:
        started()
    await stopped.wait()
    await listener.stop()


def _tls(gate: Gate, home: Path) -> ssl.SSLContext | None:
    if not gate.certificate_file:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for name, wanted in (("certificate_file", gate.certificate_file), ("key_file", gate.key_file)):
        if wanted and not (home / wanted).is_file():
            raise SettingsError(
                f"`gate.{name}` names {home / wanted}, which is not there; docs/how-to/gate.md makes one"
            )
    try:
        context.load_cert_chain(home / gate.certificate_file, home / gate.key_file if gate.key_file else None)
    except (OSError, ssl.SSLError):
        raise SettingsError(
            f"`gate.certificate_file` and `gate.key_file` name {home / gate.certificate_file} and "
            f"{home / gate.key_file}, which are no certificate with its key in PEM; check both"
        ) from None
    return context
