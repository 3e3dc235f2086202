"""One request from a provider, from its bytes to the answer. Nothing is acknowledged that is not on disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

import msgspec

from sayso.capture.entering import Intake, Store
from sayso.capture.errors import BadValueError
from sayso.capture.hooks import LARGEST, FetchError, Handled, HookRefused
from sayso.capture.live import record
from sayso.capture.readings import Draft, Reading
from sayso.capture.values import read_moment
from sayso.ledger import AddressError, LedgerError, email_address
from sayso.sending.returns import aside
from sayso.sending.returns.events.event import Request, Source, Told, Trust
from sayso.sending.returns.events.mailchimp import Mailchimp
from sayso.sending.returns.events.mailgun import Mailgun
from sayso.sending.returns.events.postmark import Postmark
from sayso.sending.returns.events.sendgrid import SendGrid
from sayso.sending.returns.events.ses import Ses

PROVIDERS: dict[str, Callable[[Trust], Source]] = {
    "ses": Ses,
    "sendgrid": SendGrid,
    "mailgun": Mailgun,
    "postmark": Postmark,
    "mailchimp": Mailchimp,
}
"""The providers whose events are read, by the name that stands in their address."""

LOG = logging.getLogger("sayso.events")


def source_of(provider: str, trust: Trust) -> Source:
    """A provider's events, as its owner trusts them. Raises ValueError where a key is none."""
    return PROVIDERS[provider](trust)


def handle_event(
    store: Store, provider: str, source: Source | None, request: Request, sender: str, now: datetime
) -> Handled:
    """
    Take one request: verified, read and recorded before this answers with a status of 200. Raises nothing.

    What is not proved to come from the provider is refused (401) and stops nobody: a genuine event is sent again for hours
    until its secret is set, while an address that stopped whomever it is told to would let anybody silence a whole list.
    An event of a kind that is not known is acknowledged; a genuine one that cannot be used is kept aside.
    """
    handled = _handled(store, provider, source, request, sender, now)
    level = logging.INFO if handled.status == 200 else logging.WARNING
    LOG.log(level, "%s: %s %s", provider if provider in PROVIDERS else "unknown provider", handled.status, handled.said)
    return handled


def _handled(
    store: Store, provider: str, source: Source | None, request: Request, sender: str, now: datetime
) -> Handled:
    if provider not in PROVIDERS:
        return Handled(404, "there is no such provider of events")
    if source is None:
        return Handled(401, "nothing is set for this provider, so nothing from it can be believed")
    if len(request.body) > LARGEST:
        return Handled(413, f"the body is larger than {LARGEST >> 20} MiB")
    try:
        source.verify(request, now)
        told = source.read(request, now)
        readings = [reading for one in told if (reading := _reading(provider, one, now)) is not None]
        if len(readings) < len(told):
            aside.keep(store.home, request.body, f"event-{provider}", ".json")
        if not readings:
            return Handled(200, "kept aside: it names no mailbox" if told else "nothing to keep")
        intake = Intake(
            kind=f"event-{provider}", import_id=f"live-{provider}-{now:%Y-%m-%d}", sender=sender,
            digest=sha256(request.body).hexdigest(), now=now,
        )  # fmt: skip
        recorded = record(store, readings, intake)
        return Handled(200, f"{recorded.added} new, {recorded.already_known} known already")
    except HookRefused as refused:
        return Handled(refused.status, str(refused))
    except (FetchError, LedgerError, aside.AsideFullError) as problem:
        return Handled(503, f"not recorded: {problem}")


def _reading(provider: str, told: Told, now: datetime) -> Reading | None:
    """What was told as an entry to be; None where it names no mailbox."""
    try:
        addresses = [email_address(one) for one in told.addresses]
    except AddressError:
        return None
    try:
        at = read_moment(told.at, now)
    except BadValueError:
        at = None
    draft = Draft(body=told.body, happened_at=at, addresses=addresses, actor=told.actor, with_raw=True)
    raw = msgspec.json.encode(told.raw).decode()
    return Reading(line=1, written="", key=f"{provider}:{told.id}", drafts=[draft], raw=raw)
