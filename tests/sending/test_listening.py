"""The socket that the servers listen on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from sayso.sending.listening import bound


def test_no_answer_waits_for_more_to_send() -> None:
    """Nagle's algorithm would hold back the second part of an answer until the client, in its own time, acknowledges the first."""

    async def asked() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def connected(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            told.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(connected, sock=bound("127.0.0.1", 0)) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            found = await told
            writer.close()
        return found

    assert asyncio.run(asked())


def test_a_port_is_shared_only_where_that_is_wanted() -> None:
    with bound("127.0.0.1", 0, shared=True) as first:
        first.listen()
        port = first.getsockname()[1]
        bound("127.0.0.1", port, shared=True).close()
        with pytest.raises(OSError, match="in use"):
            bound("127.0.0.1", port)
