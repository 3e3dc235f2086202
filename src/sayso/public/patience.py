"""How long a client may take to say what it wants: uvicorn waits for ever for a request that never comes whole."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

PATIENCE_SECONDS = 10.0
"""A request that did not come whole in one such turn and the next is given up; twice this at the longest."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on who opens a connection and says nothing, or drips a request."""

    _waited_for: RequestResponseCycle | None
    _waiting = False
    _turn: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As every connection begins; from now on it is looked at once a turn."""
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """As every connection ends."""
        if self._turn is not None:
            self._turn.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """Hang up if all of the last turn was spent waiting for the same request."""
        waiting = self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
        if waiting and self._waiting and self._waited_for is self.cycle:
            self.transport.close()
            return
        self._waiting, self._waited_for = waiting, self.cycle
        self._turn = self.loop.call_later(PATIENCE_SECONDS, self._look)
