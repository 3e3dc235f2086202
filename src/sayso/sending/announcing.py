"""A server that is announced once it is there: whoever reads the line can connect."""

from __future__ import annotations

import socket

import uvicorn


class Announcing(uvicorn.Server):
    """A server that says where it is once it takes connections, and not before."""

    def __init__(self, config: uvicorn.Config, said: str) -> None:
        super().__init__(config)
        self._said = said

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._said, flush=True)
