"""`sayso listen`: the public listener."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from sayso.cli.common import UsageError, home, told
from sayso.cli.show import err
from sayso.ledger import Ledger
from sayso.notices.reading import DECLARATION, read_declaration
from sayso.settings import Settings, read_settings


def listen() -> None:
    """Listen for the shop's visitors and systems: the widget, notices, receipts, confirmations, webhooks."""
    from sayso.public import serve

    with told(), Ledger(home()) as ledger:
        wanted = read_settings(home())
        for hint in _missing(ledger, wanted):
            err.print(hint, markup=False, soft_wrap=True)
        try:
            serve(ledger, wanted)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise UsageError(
                f"port {wanted.public.port} is in use; choose another with `sayso settings set public.port 8002`"
            ) from None


def _missing(ledger: Ledger, wanted: Settings) -> Iterator[str]:
    """What the widget still needs; webhooks need none of it."""
    from sayso.public.desk import Desk

    if not wanted.public.pages:
        yield "no page may carry the widget yet: sayso settings set public.pages '[\"https://shop.example\"]'"
    if not (home() / DECLARATION).is_file():
        yield f"there is no {home() / DECLARATION}, so no form shows a notice; docs/how-to/notices.md shows one"
        return
    desk = Desk(ledger, wanted)
    for form in read_declaration(home() / DECLARATION).forms:
        if desk.notice(form) is None:
            yield f"the form `{form}` shows nothing until `sayso notices publish`"
