"""A message made ready to leave: completed, and its facts as found in what will leave."""

from __future__ import annotations

from typing import Any

import msgspec

from sayso.choices.links import About, ChoiceLinks
from sayso.ledger.projection import NOT_MARKETING
from sayso.messages.check import check_mail
from sayso.messages.complete import Ways, complete_mail
from sayso.messages.content import judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail import read_mail
from sayso.sending.outgoing import Mail, Outgoing, Text
from sayso.settings import Settings


class Prepared(msgspec.Struct, frozen=True):
    """What would leave, and what its content says of it."""

    content: Mail | Text
    facts: dict[str, Any]


def ways(outgoing: Outgoing, entry: str, links: ChoiceLinks, settings: Settings) -> Ways:
    """The links of one message to one person."""
    stream = outgoing.stream
    token = links.token(About(outgoing.to, outgoing.channel, stream.topic, stream.sender))
    base, domain = settings.public.url.rstrip("/"), settings.gate.return_domain
    mailto = f"{links.return_local('u', entry)}@{domain}" if domain and outgoing.channel == "email" else ""
    return Ways(f"{base}/u/{token}", f"{base}/preferences/{token}", mailto)


def prepare(outgoing: Outgoing, ways: Ways, identity: Identity, own: str) -> Prepared:
    """
    The message completed for whom it goes to, and checked as it would leave.

    `own` is what our own unsubscribe links begin with. Texts are not read yet: what is not recognised is marketing, and
    what is unknown refuses. Raises MessageError for a mail that cannot be read or completed.
    """
    content = outgoing.content
    if isinstance(content, Text):
        return Prepared(content, {})
    parsed = read_mail(content.raw)
    found = judge_content(parsed.reading, identity)
    commercial = not outgoing.stream.service or found.facts.get("message_kind") not in NOT_MARKETING
    completed = complete_mail(parsed, identity, ways, commercial=commercial)
    checked = check_mail(parsed if completed == content.raw else completed, identity, own=own)
    # What it is follows from what its sender wrote; what it carries, from what leaves.
    return Prepared(Mail(completed, content.mail_from), {**checked.facts, **found.facts})
