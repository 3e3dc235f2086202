"""Edits to the bytes of a message, each at its place, so that everything else leaves as it came."""

from __future__ import annotations

import base64
import quopri
import re

import msgspec

from sayso.messages.mail_parts import LONGEST_LINE, MessageError, Part, charset_of, decoded, overlong

_BODY_END = re.compile(rb"</body\s*>", re.IGNORECASE)
_HTML_END = re.compile(rb"</html\s*>", re.IGNORECASE)
_CHARSET = re.compile(r';\s*charset\s*=\s*("[^"]*"|[^;\s]*)', re.IGNORECASE)
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7")
"""Character sets in which ASCII is not written as ASCII."""


class Edit(msgspec.Struct, frozen=True):
    """Bytes from `start` to `end` give way to others. Edits do not overlap; those at one place stay in order."""

    start: int
    end: int
    new: bytes


def apply(raw: bytes, edits: list[Edit]) -> bytes:
    """The message with all edits made."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda one: one.start):
        pieces += [raw[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*pieces, raw[at:]])


def crlf(text: str) -> str:
    """With the line ends of mail."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


class PartText:
    """The text of one part, to which something may be added; what it takes is then asked for as edits."""

    def __init__(self, raw: bytes, part: Part, text: str) -> None:
        if not (raw.endswith(b"\r\n\r\n", 0, part.body) or (not part.fields and raw.endswith(b"\r\n", 0, part.body))):
            raise MessageError("a text part has no empty line after its header; write one before its text")
        self._raw, self._part, self._text = raw, part, text
        charset = charset_of(part.parameters.get("charset", "us-ascii"))
        self._charset = charset if charset and charset not in _WIDE else None
        self._added = ""
        self._recode = overlong(raw, part.body, part.end)

    def add(self, text: str) -> None:
        """At the end of what is read: before the end of an HTML body, or after the last line of plain text."""
        self._added += text

    def edits(self) -> list[Edit]:
        """None where nothing was added and no line is too long."""
        if not self._added and not self._recode:
            return []
        html = self._part.media_type == "text/html"
        added = self._added.encode("ascii", "xmlcharrefreplace").decode() if html else self._added
        if self._charset is None or not _fits(added, self._charset):
            return self._anew(_into(self._text, added, html=html).encode(), "utf-8")
        new = crlf(added).encode(self._charset)
        if not self._recode and (placed := self._in_place(new, html=html)) is not None:
            return [placed]
        return self._anew(_into_bytes(decoded(self._raw, self._part), new, html=html), None)

    def _in_place(self, new: bytes, *, html: bool) -> Edit | None:
        """One insertion among the bytes as they were sent; None where they do not allow it."""
        raw, part = self._raw, self._part
        if part.encoding == "quoted-printable":
            new = quoted(new)
        elif part.encoding == "base64" or (part.encoding == "7bit" and not new.isascii()):
            return None
        at = _end_of_body(raw, part.body, part.end) if html else None
        if html and at is None and part.encoding == "quoted-printable" and _end_of_body(decoded(raw, part), 0, None):
            return None
        if at is None:
            at = part.body + len(raw[part.body : part.end].rstrip(b"\r\n"))
            if part.encoding == "quoted-printable" and raw[part.body : at].endswith(b"="):
                return None
        return Edit(at, at, b"\r\n" + new + (b"\r\n" if raw[at : at + 1] not in (b"", b"\r") else b""))

    def _anew(self, body: bytes, charset: str | None) -> list[Edit]:
        part = self._part
        edits = encoded_anew(self._raw, part, body)
        if charset:
            kind = part.value("content-type") or "text/plain"
            said = f"{_CHARSET.sub('', kind)}; charset={charset}"
            edits += header_edits(self._raw, part, "content-type", f"Content-Type: {said}")
        return edits


def encoded_anew(raw: bytes, part: Part, body: bytes) -> list[Edit]:
    """The content of a whole part in a transfer encoding that holds on the wire; its header says so."""
    if part.encoding == "base64" or not part.media_type.startswith("text/"):
        encoding, written = "base64", base64.encodebytes(body).replace(b"\n", b"\r\n")
    else:
        encoding, written = "quoted-printable", quoted(body)
    line = f"Content-Transfer-Encoding: {encoding}"
    return [Edit(part.body, part.end, written), *header_edits(raw, part, "content-transfer-encoding", line)]


def header_edits(raw: bytes, part: Part, name: str, line: str) -> list[Edit]:
    """Put this line in place of the fields of that name, or at the end of the header."""
    fields = [field for field in part.fields if field.name == name]
    new = f"{line}\r\n".encode()
    if fields:
        return [Edit(fields[0].start, fields[0].end, new), *(Edit(one.start, one.end, b"") for one in fields[1:])]
    at = part.fields[-1].end if part.fields else part.start
    return [Edit(at, at, new)]


def folded(raw: bytes, part: Part) -> list[Edit]:
    """Header lines that are too long, broken at spaces. Raises MessageError where there is none."""
    return [
        Edit(field.start, field.end, _fold(raw[field.start : field.end], field.line))
        for field in part.fields
        if field.end - field.start > LONGEST_LINE and overlong(raw, field.start, field.end)
    ]


def _fold(line: bytes, number: int) -> bytes:
    lines, row = [], b""
    for word in re.split(rb"(?<=[^\s])(?=[ \t])", re.sub(rb"\r\n(?=[ \t])", b"", line).rstrip(b"\r\n")):
        if row and len(row) + len(word) > 200:
            lines.append(row)
            row = b""
        row += word
    lines.append(row)
    if any(len(one) > LONGEST_LINE for one in lines):
        raise MessageError(
            f"line {number}: a header line is longer than {LONGEST_LINE} bytes and has no space; shorten it"
        )
    return b"\r\n".join(lines) + b"\r\n"


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def quoted(body: bytes) -> bytes:
    """Quoted-printable, lines ending in CRLF."""
    return quopri.encodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _end_of_body(data: bytes, start: int, end: int | None) -> int | None:
    """Where the last `</body>` stands, else the last `</html>`."""
    stop = len(data) if end is None else end
    for pattern in (_BODY_END, _HTML_END):
        places = [found.start() for found in pattern.finditer(data, start, stop)]
        if places:
            return places[-1]
    return None


def _into(text: str, added: str, *, html: bool) -> str:
    return crlf(_into_bytes(crlf(text).encode(), crlf(added).encode(), html=html).decode())


def _into_bytes(body: bytes, new: bytes, *, html: bool) -> bytes:
    at = _end_of_body(body, 0, None) if html else None
    if at is None:
        at = len(body.rstrip(b"\r\n"))
    return body[:at] + b"\r\n" + new + b"\r\n" + body[at:].lstrip(b"\r\n")
