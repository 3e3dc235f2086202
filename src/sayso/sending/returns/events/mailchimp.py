"""
Mailchimp's audience webhooks: a form, unsigned. The proof is a secret in the address.

Who subscribes is told by its export, with what shows it; here only stops count, and a change of address, which carries the
stops of the old one over to the new one and no consent.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs

from sayso.capture.hooks import HookRefused
from sayso.ledger.entries import AnyBody, PersonDescribed
from sayso.sending.returns.events import event
from sayso.sending.returns.events.event import Request, Told, Trust, require_secret

_FIELDS = 500
"""Fields of a form; more is not an event."""


class Mailchimp:
    """One audience's events."""

    def __init__(self, trust: Trust) -> None:
        self._secrets = trust.secrets

    def verify(self, request: Request, now: datetime) -> None:
        """The secret."""
        require_secret(request, self._secrets)

    def read(self, request: Request, now: datetime) -> list[Told]:
        """The one event."""
        try:
            form = parse_qs(request.body.decode("utf-8", "replace"), max_num_fields=_FIELDS)
        except ValueError:
            raise HookRefused(400, "the form has more fields than an event has") from None
        one = {name: values[0] for name, values in form.items()}
        body = _body(one)
        if body is None:
            return []
        known = ":".join(one.get(name, "") for name in ("type", "data[list_id]", "data[id]", "fired_at"))
        named = ("data[new_email]", "data[old_email]") if one.get("type") == "upemail" else ("data[email]",)
        addresses = tuple(one.get(name, "") for name in named)
        return [Told(id=known, addresses=addresses, body=body, at=one.get("fired_at"), raw=one)]


def _body(one: dict[str, str]) -> AnyBody | None:
    abuse = one.get("data[reason]") == "abuse"
    match one.get("type"):
        case "unsubscribe":
            return event.complaint() if abuse else event.withdrawn()
        case "cleaned":
            return event.complaint() if abuse else event.bounce("", final=True)
        case "upemail":
            return PersonDescribed(facts={})
    return None
