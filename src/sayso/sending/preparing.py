"""A message made ready to leave: completed, and its facts as found in what will leave."""

from __future__ import annotations

from typing import Any

import msgspec

from sayso.choices.links import About, ChoiceLinks
from sayso.sending.outgoing import Mail, Outgoing, Text
from sayso.settings import Settings


class Prepared(msgspec.Struct, frozen=True):
    """What would leave, and what its content says of it."""

    content: Mail | Text
    facts: dict[str, Any]


class Ways(msgspec.Struct, frozen=True):
    """Where the person can stop or change this, for this one message."""

    unsubscribe: str
    preferences: str
    mailto: str = ""


def ways(outgoing: Outgoing, entry: str, links: ChoiceLinks, settings: Settings) -> Ways:
    """The links of one message to one person."""
    stream = outgoing.stream
    token = links.token(About(outgoing.to, outgoing.channel, stream.topic, stream.sender))
    base, domain = settings.public.url.rstrip("/"), settings.gate.return_domain
    mailto = f"{links.return_local('u', entry)}@{domain}" if domain and outgoing.channel == "email" else ""
    return Ways(f"{base}/u/{token}", f"{base}/preferences/{token}", mailto)


def prepare(outgoing: Outgoing, _ways: Ways) -> Prepared:
    """Nothing is found in a message yet: what is not recognised is marketing, and what is unknown refuses."""
    return Prepared(outgoing.content, {})
