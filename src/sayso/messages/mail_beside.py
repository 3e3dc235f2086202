"""What a mail shows beside its subject, its From line and its text: files, pictures, messages within it, names in its header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import MessageError as LibraryError
from email.header import decode_header
from typing import Protocol

from msgspec.structs import replace

from sayso.messages.mail_parts import Field, Part, reads_alike
from sayso.messages.parts import PartKind, Passage, Place
from sayso.messages.reading_html import clean
from sayso.messages.remembering import Remembered

_TO = ("to", "cc", "bcc", "resent-to")
_NAMES = (*_TO, "reply-to", "sender", "resent-from", "resent-sender")
_WORDS = ("organization", "organisation", "comments", "keywords", "thread-topic", "newsgroups", "x-mailer-banner")
"""Fields whose words some mail program or other shows."""
_DRAWN = ("face", "x-face", "x-image-url", "bimi-location", "x-legacy-image")
_SIGNATURES = {
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
}
PDF_TYPE = "application/pdf"
PDF = Place(f"attachment {PDF_TYPE}")
_ANGLED = re.compile(r"<[^<>]*>")
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+")
_CHARSET = re.compile(r"=\?([^?*]{1,60})")
_LONGEST = 1_000
_ENDS = re.compile(r"(?<=[.!?:;])\s+")
_TOKEN = re.compile(r"[\w%$£€]+")
_LOOKED = 20
"""In how many places the words of a passage are looked for."""


class _Headed(Protocol):
    root: Part

    def fields(self, name: str) -> list[Field]: ...


def said_in_header(mail: _Headed) -> Iterator[Passage]:
    """What the header shows beside subject and From: names, comments and groups of addresses; words; pictures."""
    there = {field.name for field in mail.root.fields}
    for name in filter(there.__contains__, ("subject", "from", *_NAMES, *_WORDS)):
        for field in mail.fields(name):
            yield from _field(name, field)
    for name in filter(there.__contains__, _DRAWN):
        for field in mail.fields(name):
            because = f"`{name}` draws a picture beside the message; take it out"
            yield Passage("", "header", Place(f"header {name.title()}", field.line), unread=because)


def _field(name: str, field: Field) -> Iterator[Passage]:
    place = Place(f"header {name.title()}", field.line)
    odd = next((one for one in _CHARSET.findall(field.value) if not reads_alike(one)), "")
    if odd:
        because = f"readers differ on the character set `{odd[:30]}`; write it in utf-8"
        yield Passage("", "header", place, unread=because)
    if name in ("subject", "from"):
        return
    if len(field.value) > _LONGEST * 10:
        yield Passage("", "header", place, unread="it is too long to be read; shorten it")
        return
    said = readable(field.value)
    if name in _NAMES:
        said = _MAILBOX.sub(" ", _ANGLED.sub(" ", said))
    kind: PartKind = "recipient" if name in _TO else "sender" if name in _NAMES else "header"
    for words in map(clean, re.split(r"[,;\"]", said) if name in _NAMES else [said]):
        if any(map(str.isalnum, words)):
            yield Passage(words.strip(" :()'"), kind, place)


def carried(part: Part) -> Iterator[Passage]:
    """What the header of a message within the message shows."""
    if part.media_type in ("message/rfc822", "message/global") and part.children:
        for field in part.children[0].fields:
            place = Place(f"header {field.name.title()} of the attached message", field.line)
            if field.name == "subject":
                yield Passage(clean(readable(field.value)), "subject", place)
            elif field.name == "from" or field.name in _NAMES:
                kind: PartKind = "recipient" if field.name in _TO else "sender"
                yield Passage(clean(_MAILBOX.sub(" ", _ANGLED.sub(" ", readable(field.value)))), kind, place)


def attached(raw: bytes, root: Part, shown: set[str]) -> Iterator[Passage]:
    """What is attached or stands inline and is no text; pictures that the HTML shows, with words for them, are `shown`."""
    for part in root.walk():
        if part.children or part.media_type in ("text/plain", "text/html"):
            continue
        named = f"`{clean(part.filename)[:60]}` ({part.media_type})" if part.filename else f"`{part.media_type}`"
        place = PDF if part.media_type == PDF_TYPE else Place(f"attachment {part.media_type}")
        drawn = part.media_type.startswith("image/") and part.media_type != "image/svg+xml"
        if drawn and part.value("content-id").strip("<> ") in shown:
            yield Passage("", "header", place, pictures=(part.filename,))
            continue
        if part.media_type in _SIGNATURES and part.filename in ("", _SIGNATURES[part.media_type]):
            continue
        if is_calendar(part):
            from sayso.messages.calendars import read_calendar

            yield from read_calendar(raw, part, named)
            continue
        because = f"{named} is not read as words; lead to it with a link to a page of your own instead"
        yield Passage("", "header", place, unread=because, pictures=(part.filename,))


def is_calendar(part: Part) -> bool:
    """Does a calendar open it (RFC 5545 3.1, 8.1)? Some programs say so by its name alone."""
    return part.media_type in ("text/calendar", "application/ics") or (
        part.media_type == "application/octet-stream" and part.filename.lower().endswith(".ics")
    )


def pdf_answered_for(passage: Passage) -> Passage:
    """A file that says PDF by its type and its name is no longer unread; what its name says still counts."""
    named = passage.pictures[0].lower() if passage.pictures else ""
    return replace(passage, unread="") if passage.place == PDF and named.endswith(".pdf") else passage


def readable(value: str) -> str:
    """A header value in words: encoded words decoded, nothing that breaks a line."""
    if "=?" in value:
        with suppress(LibraryError, LookupError, ValueError):
            value = "".join(
                text if isinstance(text, str) else text.decode(charset or "ascii", "replace")
                for text, charset in decode_header(value)
            )
    return value.strip()


def differing(written: list[Passage], shown: list[Passage]) -> list[Passage]:
    """The passages of the plain text that are no whole passages or sentences of the HTML, or whose links it has not."""
    if not written:
        return []
    starts: set[int] = set()
    ends: set[int] = set()
    pieces: list[str] = []
    at = 0
    for passage in shown:
        for piece in _sentences[passage.words]:
            starts.add(at)
            at += len(piece)
            ends.add(at)
            pieces.append(piece)
            at += 1
    said = " ".join(pieces)
    targets = {link.target for one in shown for link in one.links}
    return [
        one
        for one in written
        if one.unread
        or any(link.target not in targets for link in one.links)
        or not _is_in(" ".join(_sentences[_unlinked(one)]), said, starts, ends)
    ]


def _is_in(words: str, said: str, starts: set[int], ends: set[int]) -> bool:
    at = -1
    for _ in range(_LOOKED if words else 0):
        at = said.find(words, at + 1)
        if at < 0:
            return False
        if at in starts and at + len(words) in ends:
            return True
    return False


def _split(text: str) -> list[str]:
    found = (" ".join(_TOKEN.findall(sentence.casefold())) for sentence in _ENDS.split(text))
    return [one for one in found if one]


_sentences = Remembered[str, list[str]](_split)


def _unlinked(passage: Passage) -> str:
    words = passage.words
    for link in passage.links:
        words = words.replace(link.target, " ")
    return words
