"""What comes in through the gate, looked at before it is judged: is it a message that can be passed on as it is?"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import msgspec

from sayso.messages.mail_parts import LONGEST_LINE, Field, has_bare_breaks, header_of, overlong
from sayso.sending.gate.mailboxes import domains_of
from sayso.sending.gate.streams import HEADER

MOST_HOPS = 50
"""Received fields after which a message is going round in circles (RFC 5321 6.3)."""
MOST_HEADER = 256 * 1024
"""Bytes of header taken."""

_FIELD = re.compile(rb"[!-9;-~]+:|[ \t]")
"""A field or its continuation. Some readers take a name with a space before its colon for a field, others for text."""
_ONCE = ("from", "sender", "to", "cc", "reply-to", "subject", "date", "message-id", HEADER.lower())
"""Fields that stand in a message once at most (RFC 5322 3.6): one reader would take the first, another the last."""


_SENDERS = ("from", "sender", "resent-from", "resent-sender")
"""Fields in which a mail program may show whom a message comes from."""


class RefusedError(Exception):
    """The message is not passed on; the reply says why and what to do, without a contact detail."""

    def __init__(self, code: int, status: str, said: str) -> None:
        super().__init__(said)
        self.reply = reply(code, status, said)


class Incoming(msgspec.Struct, frozen=True):
    """What the gate needs to know of a message before it is judged."""

    raw: bytes
    """As it came, without the header that names its stream."""
    senders: tuple[tuple[str, str], ...]
    """Each field that says whom it comes from, with each domain that it names."""
    message_id: str
    stream_header: str


def foreign(incoming: Incoming, domains: list[str]) -> str:
    """What it says of its sender that none of these domains covers, as the beginning of a sentence; else empty."""
    ours = {one.lower().strip(".") for one in domains}
    return next((f"{field} names {domain[:100]}" for field, domain in incoming.senders if domain not in ours), "")


def reply(code: int, status: str, said: str) -> str:
    """One line of reply with its enhanced status code (RFC 3463), in ASCII and within 512 octets."""
    plain = " ".join(said.split()).encode("ascii", "replace").decode()
    return f"{code} {status} {plain[:450]}"


def looked_at(raw: bytes) -> Incoming:
    """
    Read the header of a message and refuse what cannot be passed on.

    A bare CR or LF is refused (RFC 5321 2.3.8): where two servers differ on whether it ends a line, one message can be
    made to hide another (SMTP smuggling). Raises RefusedError.
    """
    if has_bare_breaks(raw):
        raise RefusedError(554, "5.6.0", "a line ends in a bare CR or LF; end every line with CRLF")
    if b"\0" in raw:
        raise RefusedError(554, "5.6.0", "it holds a NUL byte; encode it as base64 or quoted-printable")
    if overlong(raw, 0, len(raw)):
        raise RefusedError(
            554, "5.6.0", f"a line is longer than {LONGEST_LINE} characters; encode it as quoted-printable"
        )
    header = raw[: raw.find(b"\r\n\r\n") + 2] if b"\r\n\r\n" in raw else raw
    _check_header(header)
    fields = header_of(header + b"\r\n")
    names = Counter(field.name for field in fields)
    for name in _ONCE:
        if names[name] > 1:
            raise RefusedError(554, "5.6.0", f"its header has more than one {name.title()}; leave one")
    if names["received"] > MOST_HOPS:
        raise RefusedError(554, "5.4.6", "it has been through too many servers; it seems to go round in circles")
    said = {field.name: field.value.strip() for field in fields}
    declared = said.get(HEADER.lower(), "")
    return Incoming(
        _without(raw, header) if declared else raw,
        _senders(fields),
        said.get("message-id", ""),
        declared,
    )


def _check_header(header: bytes) -> None:
    if len(header) > MOST_HEADER:
        raise RefusedError(552, "5.3.4", f"its header is longer than {MOST_HEADER} bytes")
    if not header.isascii():
        raise RefusedError(
            554, "5.6.7", "its header holds text outside ASCII (SMTPUTF8), which is not taken; encode it (RFC 2047)"
        )
    first = True
    for line in header.removesuffix(b"\r\n").split(b"\r\n"):
        if not _FIELD.match(line) or (first and line[:1] in b" \t"):
            raise RefusedError(
                554, "5.6.0", "its header has a line that is no field; put an empty line before the text"
            )
        first = False


def _senders(fields: tuple[Field, ...]) -> tuple[tuple[str, str], ...]:
    if not any(field.name == "from" for field in fields):
        raise RefusedError(554, "5.6.0", "it has no From; name the sender there")
    return tuple(
        (field.name.title(), domain)
        for field in fields
        if field.name in _SENDERS
        for domain in _domains(field.name.title(), field.value)
    )


@lru_cache(maxsize=1000)
def _domains(field: str, value: str) -> tuple[str, ...]:
    try:
        return domains_of(value)
    except ValueError as error:
        raise RefusedError(554, "5.6.0", f"its {field} {error}") from None


def _without(raw: bytes, header: bytes) -> bytes:
    """The message without the field that names its stream."""
    kept: list[bytes] = []
    skipping = False
    for line in header.removesuffix(b"\r\n").split(b"\r\n"):
        if line[:1] not in (b" ", b"\t"):
            skipping = line.lower().startswith(HEADER.lower().encode() + b":")
        if not skipping:
            kept.append(line)
    return b"\r\n".join(kept) + b"\r\n" + raw[len(header) :]
