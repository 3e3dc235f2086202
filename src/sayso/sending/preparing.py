"""A message made ready to leave: completed, and its facts as found in what will leave."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from sayso.choices.links import About, ChoiceLinks
from sayso.ledger.projection import NOT_MARKETING
from sayso.messages.check import check_mail
from sayso.messages.complete import Ways, complete_mail
from sayso.messages.content import Content, judge_content, to_answer_for
from sayso.messages.identity import Identity
from sayso.messages.mail import ParsedMail, read_mail
from sayso.messages.mail_beside import pdf_answered_for
from sayso.messages.parts import Finding
from sayso.messages.texts import check_text, complete_text, is_name, read_body
from sayso.sending.outgoing import Mail, Outgoing, Stream, Text
from sayso.sending.own_pages import TOKEN, OwnPages
from sayso.settings import Settings


class Prepared(msgspec.Struct, frozen=True):
    """What would leave, and what its content says of it."""

    content: Mail | Text
    facts: dict[str, Any]
    answered_for: bool = False
    """It is service by a wording that nobody can tell, and for which the owner answers."""


class Example(msgspec.Struct, frozen=True):
    """A service mail that somebody has read."""

    wordings: frozenset[str]
    """What nobody can tell from its words, as `judge_content` takes it."""
    to_read: tuple[Finding, ...]
    """The same as findings, at their places."""
    against: tuple[Finding, ...]
    """What nobody can answer for: what promotes in it, or is no words."""


def ways(outgoing: Outgoing, entry: str, links: ChoiceLinks, settings: Settings) -> Ways:
    """The links of one message to one person."""
    stream = outgoing.stream
    token = links.token(About(outgoing.to, outgoing.channel, stream.topic, stream.sender))
    base, domain = settings.public.url.rstrip("/"), settings.gate.return_domain
    mailto = f"{links.return_local('u', entry)}@{domain}" if domain and outgoing.channel == "email" else ""
    return Ways(f"{base}/u/{token}", f"{base}/preferences/{token}", mailto)


def prepare(
    outgoing: Outgoing,
    ways: Ways,
    identity: Identity,
    settings: Settings,
    pages: OwnPages,
    answered: frozenset[str] = frozenset(),
) -> Prepared:
    """
    The message completed for whom it goes to, and checked as it would leave.

    What it is follows from what its sender wrote; what it carries, from what leaves. `answered` are wordings that the
    owner answers for, in a stream for service. Raises MessageError for one that cannot be read or completed.
    """
    own = settings.public.url.rstrip("/") + "/u/"
    identity = _with_pages(identity, own)
    if isinstance(outgoing.content, Text):
        return _text(outgoing.content, outgoing.stream, ways, identity, own, settings.sms.comes_from)
    return _mail(outgoing.content, outgoing.stream, ways, identity, own, pages, answered)


def read_example(raw: bytes, identity: Identity, settings: Settings) -> Example:
    """What the owner answers for who names this mail as an example. Raises MessageError for one that cannot be read."""
    identity = _with_pages(identity, settings.public.url.rstrip("/") + "/u/")
    reading = read_mail(raw).reading
    found = judge_content(reading, identity)
    wordings = to_answer_for(found, identity)
    against = judge_content(reading, identity, answered=wordings).findings
    return Example(wordings, tuple(one for one in found.findings if one not in against), against)


def is_service(
    outgoing: Outgoing, identity: Identity, settings: Settings, pages: OwnPages, answered: frozenset[str] = frozenset()
) -> bool:
    """Is it service by its content alone, in a stream for that? Raises MessageError for one that cannot be read."""
    if not isinstance(outgoing.content, Mail):
        return False
    identity = _with_pages(identity, settings.public.url.rstrip("/") + "/u/")
    found, _ = _judged(read_mail(outgoing.content.raw), outgoing.stream, identity, pages, answered)
    return not _commercial(found.facts, outgoing.stream)


@lru_cache(maxsize=64)
def _with_pages(identity: Identity, own: str) -> Identity:
    """The pages that our own links lead to are the sender's."""
    pages = urlsplit(own).hostname or ""
    return replace(identity, domains=tuple(dict.fromkeys((*identity.domains, pages))))


def _mail(
    mail: Mail, stream: Stream, ways: Ways, identity: Identity, own: str, pages: OwnPages, answered: frozenset[str]
) -> Prepared:
    parsed = read_mail(mail.raw)
    found, answered_for = _judged(parsed, stream, identity, pages, answered)
    completed = complete_mail(parsed, identity, ways, commercial=_commercial(found.facts, stream))
    # The token says nothing, and without it the footers of all mails of a campaign read alike.
    token, shown = ways.unsubscribe.rpartition("/")[2].encode(), TOKEN.encode()
    leaving = parsed if completed == mail.raw else completed.replace(token, shown)
    checked = check_mail(leaving, identity, own=own, content=found)
    return Prepared(Mail(completed, mail.mail_from), checked.facts, answered_for)


def _judged(
    parsed: ParsedMail, stream: Stream, identity: Identity, pages: OwnPages, answered: frozenset[str]
) -> tuple[Content, bool]:
    """
    What it is by its content, and whether the owner answers for that: for PDF files and for wordings that nobody can
    tell, of a stream that is for service alone.
    """
    reading = pages.known(parsed.reading)
    if stream.service and stream.pdf:
        reading = replace(reading, passages=tuple(map(pdf_answered_for, reading.passages)))
    found = judge_content(reading, identity)
    if not (found.commercial and stream.service and answered):
        return found, False
    found = judge_content(reading, identity, answered=answered)
    return found, not found.commercial


def _text(text: Text, stream: Stream, ways: Ways, identity: Identity, own: str, number: str) -> Prepared:
    found = judge_content(read_body(text.body, text.media), identity)
    body = text.body
    if _commercial(found.facts, stream):
        stop = ways.unsubscribe if is_name(number) else "STOP"
        body = complete_text(body, identity, stop=stop, sender_id=number).body
    checked = check_text(body, identity, own=own, sender_id=number, media=text.media)
    return Prepared(Text(body, text.media), {**checked.facts, **found.facts})


def _commercial(found: dict[str, Any], stream: Stream) -> bool:
    return not stream.service or found.get("message_kind") not in NOT_MARKETING
