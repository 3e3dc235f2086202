"""Serving the decisions over HTTP."""

from __future__ import annotations

import uvicorn

from sayso.ledger import Ledger
from sayso.messages.identity import Identity
from sayso.sending.announcing import Announcing
from sayso.sending.decisions.asking import Decisions
from sayso.sending.decisions.http import DecisionsApp
from sayso.sending.listening import bound
from sayso.settings import Settings

CONNECTIONS = 256
"""Requests at once; beyond, a caller is told to come again."""


def app_of(ledger: Ledger, settings: Settings, identity: Identity) -> DecisionsApp:
    """The application of one store, for requests to its own address or the names set. Raises LawError."""
    api = settings.api
    hosts = {f"{api.host}:{api.port}", f"localhost:{api.port}", *(name.lower() for name in api.names)}
    return DecisionsApp(Decisions(ledger, settings, identity), settings.gate.streams, frozenset(hosts))


def serve(ledger: Ledger, settings: Settings, identity: Identity) -> None:
    """Serve until interrupted. Port 0 takes a free one. Raises OSError where the port is taken."""
    api = settings.api
    with bound(api.host, api.port) as listening:
        api.port = listening.getsockname()[1]
        config = uvicorn.Config(
            app_of(ledger, settings, identity), log_level="warning", access_log=False, server_header=False,
            lifespan="off", ws="none", limit_concurrency=CONNECTIONS,
        )  # fmt: skip
        said = f"decisions are given on http://{api.host}:{api.port}/v1/decisions  (Ctrl+C to stop)"
        Announcing(config, said).run(sockets=[listening])
