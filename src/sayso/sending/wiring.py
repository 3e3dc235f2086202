"""The transports of a store, as its settings name them, and the one dispatch that holds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sayso.ledger import Ledger
from sayso.ledger.standing import all_rulebooks
from sayso.messages.identity import Identity
from sayso.sending.dispatch import Dispatch
from sayso.sending.outbox import Outbox
from sayso.sending.outgoing import Transport
from sayso.sending.signing import Signer
from sayso.sending.smart_host import SmartHost
from sayso.sending.sms import gateway_facts, transport
from sayso.settings import Settings
from sayso.vocabulary import Channel


def open_dispatch(ledger: Ledger, settings: Settings, identity: Identity, clock: Callable[[], datetime]) -> Dispatch:
    """The way out of a store. Raises SettingsError, or LawError where house rules cannot be read."""
    transports: dict[Channel, Transport] = {"email": _mail(ledger, settings)}
    texts = transport(ledger, settings, clock)
    if texts is not None:
        transports |= {"sms": texts, "mms": texts}
    settled: dict[Channel, dict[str, Any]] = dict.fromkeys(("sms", "mms"), gateway_facts(settings.sms))
    signer = Signer(settings.dkim, ledger.home) if settings.dkim.domain else None
    return Dispatch(ledger, settings, identity, all_rulebooks(ledger.home), transports, clock, signer, settled)


def _mail(ledger: Ledger, settings: Settings) -> Transport:
    return SmartHost(settings.smart_host, ledger.home) if settings.smart_host.host else Outbox(ledger.home)
