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
from sayso.messages.content import Content, judge_content
from sayso.messages.identity import Identity
from sayso.messages.mail import ParsedMail, read_mail
from sayso.messages.mail_beside import pdf_answered_for
from sayso.messages.texts import check_text, complete_text, is_name, read_body
from sayso.sending.outgoing import Mail, Outgoing, Stream, Text
from sayso.sending.own_pages import TOKEN, OwnPages
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


def prepare(outgoing: Outgoing, ways: Ways, identity: Identity, settings: Settings, pages: OwnPages) -> Prepared:
    """
    The message completed for whom it goes to, and checked as it would leave.

    What it is follows from what its sender wrote; what it carries, from what leaves. Raises MessageError for one that
    cannot be read or completed.
    """
    own = settings.public.url.rstrip("/") + "/u/"
    identity = _with_pages(identity, own)
    if isinstance(outgoing.content, Text):
        return _text(outgoing.content, outgoing.stream, ways, identity, own, settings.sms.comes_from)
    return _mail(outgoing.content, outgoing.stream, ways, identity, own, pages)


def is_service(outgoing: Outgoing, identity: Identity, settings: Settings, pages: OwnPages) -> bool:
    """Is it service by its content alone, in a stream for that? Raises MessageError for one that cannot be read."""
    if not isinstance(outgoing.content, Mail):
        return False
    identity = _with_pages(identity, settings.public.url.rstrip("/") + "/u/")
    found = _judged(read_mail(outgoing.content.raw), outgoing.stream, identity, pages)
    return not _commercial(found.facts, outgoing.stream)


@lru_cache(maxsize=64)
def _with_pages(identity: Identity, own: str) -> Identity:
    """The pages that our own links lead to are the sender's."""
    pages = urlsplit(own).hostname or ""
    return replace(identity, domains=tuple(dict.fromkeys((*identity.domains, pages))))


def _mail(mail: Mail, stream: Stream, ways: Ways, identity: Identity, own: str, pages: OwnPages) -> Prepared:
    parsed = read_mail(mail.raw)
    found = _judged(parsed, stream, identity, pages)
    completed = complete_mail(parsed, identity, ways, commercial=_commercial(found.facts, stream))
    # The token says nothing, and without it the footers of all mails of a campaign read alike.
    token, shown = ways.unsubscribe.rpartition("/")[2].encode(), TOKEN.encode()
    leaving = parsed if completed == mail.raw else completed.replace(token, shown)
    checked = check_mail(leaving, identity, own=own, content=found)
    return Prepared(Mail(completed, mail.mail_from), checked.facts)


def _judged(parsed: ParsedMail, stream: Stream, identity: Identity, pages: OwnPages) -> Content:
    """What it is by its content; the owner may answer for the PDF files of a stream that is for service alone."""
    reading = pages.known(parsed.reading)
    if stream.service and stream.pdf:
        reading = replace(reading, passages=tuple(map(pdf_answered_for, reading.passages)))
    return judge_content(reading, identity)


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
