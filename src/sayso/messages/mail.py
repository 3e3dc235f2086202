"""An email read once: its header, its parts, and what its reader meets. Built as it is asked for, since most mail is small."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from functools import cached_property, lru_cache

from sayso.messages.mail_beside import attached, carried, differing, readable, said_in_header
from sayso.messages.mail_parts import (
    LARGEST_FILE,
    Field,
    MessageError,
    Part,
    has_bare_breaks,
    read_differently,
    split,
    text_of,
)
from sayso.messages.mail_text import read_text
from sayso.messages.parts import Passage, Place, Reading, Run
from sayso.messages.reading_html import clean, language_of, read_html

__all__ = ["LARGEST", "LARGEST_TEXT", "POLICY", "MessageError", "ParsedMail", "read_mail"]

LARGEST = 36 << 20
"""Bytes of a whole message: 25 MB of attachments, encoded."""
LARGEST_TEXT = 1 << 20
"""Characters of the parts that are read."""
LONGEST_FIELD = 10_000
"""Characters of a header field that is read; others may be longer."""
POLICY = SMTP.clone(max_line_length=998)
"""How the standard library writes mail without breaking `List-Unsubscribe` (RFC 5322 2.1.1)."""

_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


class ParsedMail:
    """An email. `raw` has CRLF line ends throughout; `bare_breaks` says that it came with others."""

    def __init__(self, raw: bytes, *, bare_breaks: bool, root: Part) -> None:
        self.raw, self.bare_breaks, self.root = raw, bare_breaks, root

    def fields(self, name: str) -> list[Field]:
        """Every header field of this name (lower case), in order, with its value as written."""
        found = self._fields.get(name, [])
        for field in found:
            if len(field.value) > LONGEST_FIELD:
                raise MessageError(
                    f"line {field.line}: `{name}` is longer than {LONGEST_FIELD:,} characters; shorten it"
                )
        return found

    @cached_property
    def _fields(self) -> dict[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for field in self.root.fields:
            found.setdefault(field.name, []).append(field)
        return found

    def header(self, name: str) -> str:
        """The first field of this name (lower case) in readable words (RFC 2047); empty where there is none."""
        found = self.fields(name)
        return readable(found[0].value) if found else ""

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Display name and address of each mailbox in the first field of this name."""
        found = self.fields(name)
        try:
            return _mailboxes(found[0].value) if found else []
        except (ValueError, IndexError, RecursionError):
            raise MessageError(
                f"line {found[0].line}: the addresses in `{name}` cannot be read; write them anew"
            ) from None

    @cached_property
    def message(self) -> EmailMessage:
        """The message as the standard library reads it."""
        return message_from_bytes(self.raw, policy=POLICY)

    @cached_property
    def text_parts(self) -> tuple[Part, ...]:
        """The parts that are shown as text: not attachments, and not what only a program reads."""
        return tuple(
            part
            for part in self.root.walk()
            if part.media_type.startswith("text/")
            and part.media_type not in ("text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/css")
            and part.disposition != "attachment"
        )

    def text(self, part: Part) -> str:
        """The decoded text of one part."""
        kept = self._texts.get(part.start)
        if kept is None:
            kept = self._texts[part.start] = text_of(self.raw, part)
            if sum(map(len, self._texts.values())) > LARGEST_TEXT:
                raise MessageError(f"its text is longer than {LARGEST_TEXT >> 20} million characters; shorten it")
        return kept

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {}

    @cached_property
    def language(self) -> str:
        """The language it says it is in, as ISO 639-1; empty where it says none."""
        said = self.header("content-language")[:2].lower()
        html = (language_of(self.text(part)) for part in self.text_parts if part.media_type == "text/html")
        return said or next(filter(None, html), "")

    def passages(self, part: Part) -> tuple[Passage, ...]:
        """What is read in one text part, in order. Raises MessageError where it cannot be read."""
        kept = self._passages.get(part.start)
        if kept is None:
            text = self.text(part)
            kept = self._passages[part.start] = read_html(text) if part.media_type == "text/html" else read_text(text)
        return kept

    def runs(self, part: Part) -> tuple[Run, ...]:
        """The same, cut into runs."""
        passages = self.passages(part)
        return self.reading.runs if passages == self.reading.passages else Reading("", "", passages).runs

    @cached_property
    def _passages(self) -> dict[int, tuple[Passage, ...]]:
        return {}

    @cached_property
    def reading(self) -> Reading:
        """
        What its reader meets: the HTML, and of the plain text what the HTML does not say.

        Raises MessageError where a text part cannot be read.
        """
        found: list[Passage] = []
        plain: list[Passage] = []
        pictures: set[str] = set()
        for part in self.root.walk():
            found += [] if part is self.root else carried(part)
            if part.children:
                continue
            if part.media_type not in ("text/plain", "text/html"):
                continue
            if part.disposition == "attachment" and part.end - part.body > LARGEST_FILE:
                found.append(Passage("", "text", Place("attachment"), unread="it is too long to be read; shorten it"))
                continue
            said = self.passages(part)
            unlike = read_differently(self.raw, part)
            if unlike:
                said = (*said, Passage("", "text", Place(part.media_type), unread=unlike))
            (found if part.media_type == "text/html" else plain).extend(said)
        if any(part.media_type == "text/html" for part in self.root.walk()):
            pictures = {
                one.removeprefix("cid:") for passage in found for one in passage.pictures if one.startswith("cid:")
            }
            found += differing(plain, found)
        else:
            found += plain
        found += attached(self.raw, self.root, pictures)
        subject, sender = clean(self.header("subject")), self.header("from")
        return Reading(subject, sender, tuple(found), self.language, tuple(said_in_header(self)))


def read_mail(raw: bytes) -> ParsedMail:
    """Raises MessageError, saying what cannot be read and what to do."""
    if len(raw) > LARGEST:
        raise MessageError(f"it is larger than {LARGEST >> 20} MB; send large files as links")
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    bare = has_bare_breaks(raw)
    if bare:
        raw = _BARE.sub(b"\r\n", raw)
    if not raw.strip():
        raise MessageError("it is empty; give a whole message, header and body")
    if b"\r\n\r\n" not in raw:
        raw = raw.rstrip(b"\r\n") + b"\r\n\r\n"
    return ParsedMail(raw, bare_breaks=bare, root=split(raw))


@lru_cache(maxsize=1000)
def _mailboxes(value: str) -> list[tuple[str, str]]:
    return [(readable(name), address.strip()) for name, address in getaddresses([value]) if address]
