"""The socket that a server of ours listens on."""

from __future__ import annotations

import socket


def bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """
    A socket to listen on; with `shared`, several processes can have the port. Raises OSError where the port is taken.

    It is said to be one of TCP: asyncio has answers go at once (TCP_NODELAY) only where that is said, and otherwise an
    answer of two parts waits for 40 ms on every connection that is kept.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening
