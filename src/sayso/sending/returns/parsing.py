"""Reading a mail that may be of any shape: headers and texts that never raise, and never read as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from inscriptis import get_text
from selectolax.lexbor import LexborHTMLParser

from sayso.ledger import AddressError
from sayso.ledger.addresses import email_address
from sayso.ledger.entries import Address

LOOKED_AT = 1 << 20
"""Bytes of a mail that are read: a report stands in front, and what was attached to the message does not matter."""
_PAGE, _HEADER = 64 << 10, 2000
"""Characters of a page and of a header that are read: the libraries that do it take far longer for longer ones."""
_MAILBOX = re.compile(r"[^\s<>\"';,:()\[\]]+@[^\s<>\"';,:()\[\]]+")
_QUOTES = "blockquote, .gmail_quote, .yahoo_quoted, .moz-cite-prefix, style, script"


def parsed(raw: bytes) -> Message:
    """The mail, with the line that a mailbox file puts in front left out."""
    raw = raw[:LOOKED_AT]
    return message_from_bytes(raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw)


def header(message: Message, name: str) -> str:
    """A header as text on one line; empty where there is none."""
    value = str(message.get(name, ""))[:_HEADER]
    with suppress(ValueError, LookupError, UnicodeError):  # else it stays as it was written
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())


def text_of(part: Message) -> str:
    """The text of one part, whatever it says of its character set."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, UnicodeError):
        return payload.decode("utf-8", "replace")


def own_parts(message: Message) -> Iterator[Message]:
    """The parts of the mail itself, not those of a message attached to it."""
    if message.get_content_type().startswith(("message/", "text/rfc822")):
        return
    payload = message.get_payload()
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from own_parts(part)
    else:
        yield message


def own_text(message: Message) -> str:
    """What the mail itself says: its plain text, or its page as text with what it quotes left out."""
    parts = [part for part in own_parts(message) if part.get_content_maintype() == "text" and not part.get_filename()]
    plain = [text_of(part) for part in parts if part.get_content_subtype() != "html"]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    return "\n".join(_page_text(text_of(part)) for part in parts)


def _page_text(html: str) -> str:
    page = LexborHTMLParser(html[:_PAGE])
    for quoted in page.css(_QUOTES):
        quoted.decompose()
    return str(get_text(page.html or ""))


def mailbox(text: str | None) -> Address | None:
    """The first mailbox in a text, such as `rfc822; <ana@shop.example>`; None where there is none that could be one."""
    found = _MAILBOX.search((text or "")[:_HEADER])
    try:
        return email_address(found[0].strip(".")) if found else None
    except AddressError:
        return None
