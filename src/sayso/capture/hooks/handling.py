"""One request from a shop, from its bytes to the answer. Nothing is acknowledged that is not on disk."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from sayso.capture.entering import Intake, Store
from sayso.capture.errors import BadRowError, NobodyError
from sayso.capture.hooks import bigcommerce, generic, shopify, woocommerce
from sayso.capture.hooks.hook import LARGEST, FetchError, Hook, HookRefused, HookSettings, Ignored, decoded
from sayso.capture.live import record
from sayso.capture.readings import without_secrets
from sayso.ledger import LedgerError

HOOKS: dict[str, Hook] = {
    "shopify": shopify,
    "woocommerce": woocommerce,
    "bigcommerce": bigcommerce,
    "generic": generic,
}
"""The sources of webhooks, by the name that stands in their address."""

_log = logging.getLogger("sayso.hooks")
_HEADER = re.compile(r"[\x20-\x7e]{0,4096}")


class Handled(msgspec.Struct, frozen=True):
    """The answer to a request. `said` holds no contact detail and may be sent and logged."""

    status: int
    """
    HTTP status. 200: on disk, or understood and nothing to keep; 400 malformed; 401 not proved to come from the shop;
    404 no such source; 413 too large; 422 not as our own format has it; 503 not now, send it again.
    """
    said: str


def handle(
    store: Store, source: str, headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
) -> Handled:
    """
    Take one request: verified, read and recorded before this returns a status of 200. Raises nothing.

    A genuine event that cannot be used is kept aside under the store's folder and acknowledged, since sending it again
    would not mend it, and a shop that is refused too often stops sending. `store` may be a `Gathering`, which lets
    events that come at once share a commit; then call this from as many threads as there are requests at work.
    """
    handled = _handle(store, source, headers, body, settings, now)
    level = logging.INFO if handled.status == 200 else logging.WARNING
    _log.log(level, "%s: %s %s", source if source in HOOKS else "unknown source", handled.status, handled.said)
    return handled


def _handle(
    store: Store, source: str, headers: Mapping[str, str], body: bytes, settings: HookSettings, now: datetime
) -> Handled:
    hook = HOOKS.get(source)
    if hook is None:
        return Handled(404, "there is no such source of webhooks")
    if len(body) > LARGEST:
        return Handled(413, f"the body is larger than {LARGEST >> 20} MiB")
    plain = {name.lower(): value for name, value in headers.items() if _HEADER.fullmatch(value)}
    digest = sha256(body).hexdigest()
    try:
        hook.verify(plain, body, settings, now)
        found = hook.read(plain, body, settings, now)
        if isinstance(found, Ignored):
            return Handled(200, f"nothing to keep: {found.reason}")
        kind, readings = found
        intake = Intake(
            kind=kind, import_id=f"live-{source}-{now:%Y-%m-%d}", sender=settings.options.sender, digest=digest, now=now
        )
        recorded = record(store, readings, intake)
        said = f"{recorded.added} new, {recorded.already_known} known already"
        if recorded.refused:
            return _kept_aside(store.home, source, body, digest, f"{said}; the rest was refused: {recorded.refused[0]}")
        return Handled(200, said)
    except HookRefused as refused:
        return Handled(refused.status, str(refused))
    except NobodyError as nobody:
        return Handled(200, f"nothing to keep: {nobody.reason}")
    except BadRowError as problem:
        return _kept_aside(store.home, source, body, digest, problem.reason)
    except FetchError as problem:
        return Handled(503, str(problem))
    except LedgerError as problem:
        return Handled(503, f"not recorded: {problem}")


def _kept_aside(home: Path, source: str, body: bytes, digest: str, reason: str) -> Handled:
    """Write the event where its owner finds it, readable by the owner alone; sent again, it is the same file."""
    path = home / "aside" / f"hook-{source}-{digest[:16]}.json"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = msgspec.json.encode(without_secrets(decoded(body)))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        return Handled(503, f"it could not be kept aside ({error.strerror}); check the disk")
    return Handled(200, f"kept aside as {path.name}: {reason}")
