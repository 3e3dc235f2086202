"""`sayso api`: the gate as an HTTP call."""

from __future__ import annotations

import errno

from sayso.cli.common import UsageError, home, told
from sayso.ledger import Ledger
from sayso.notices.reading import DECLARATION, read_declaration
from sayso.settings import read_settings


def api() -> None:
    """Answer `POST /v1/decisions`, for mailers that send through a provider's API."""
    from sayso.messages.identity import Identity
    from sayso.sending.decisions.serving import serve

    with told(), Ledger(home()) as ledger:
        settings = read_settings(home())
        if not settings.gate.streams:
            raise UsageError(
                "no stream may ask yet: make a password with `sayso gate password`, then "
                "`sayso settings set gate.streams.NAME.password_hash HASH`"
            )
        identity = Identity.of(read_declaration(home() / DECLARATION).business)
        try:
            serve(ledger, settings, identity)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise UsageError(
                f"port {settings.api.port} is in use; choose another with `sayso settings set api.port 8003`"
            ) from None
