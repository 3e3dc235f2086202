"""One request to a gateway: what is known of it where no answer came."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import httpx

from sayso.sending.outgoing import Handed

PATIENCE = httpx.Timeout(connect=5.0, write=10.0, read=20.0, pool=5.0)
"""Seconds."""
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL)
"""The gateway cannot have heard of the message."""


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


async def call(url: str, **request: Any) -> httpx.Response | Handed:
    """
    POST once, on a connection of its own, and never follow a redirect; or what to say where no answer came.

    A connection kept open may be closed by the gateway at the moment it is used again, and then nobody could say
    whether the message was taken.
    """
    try:
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False, verify=_trust()) as client:
            return await client.post(url, follow_redirects=False, **request)
    except NOT_SENT:
        return Handed("deferred", "the gateway for texts cannot be reached; check `sms.url`")
    except httpx.HTTPError:
        return Handed("unknown", "the connection to the gateway for texts broke before it answered")
