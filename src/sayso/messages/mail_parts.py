"""
A message cut into its parts (RFC 5322, RFC 2045, RFC 2046) by offsets into its bytes, so that what need not change stays.

What two readers could read in two ways is refused: what is judged here is what the person's own program will show.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator

import msgspec

DEEPEST = 20
"""Multiparts within multiparts."""
MOST_PARTS = 500
LONGEST_HEADER = 256 * 1024
"""Bytes of one header block."""
LARGEST_FILE = 200_000
"""Bytes of a text that is attached, and read."""
LONGEST_LINE = 998
"""Bytes of a line without its CRLF (RFC 5322 2.1.1, RFC 5321 4.5.3.1.6)."""

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]++|\r\n[ \t])*+)(?:\r\n|\Z)")
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?=\r\n|\Z)")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"\s]*)')
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHARSETS = re.compile(r"utf|iso8859|iso2022|cp\d|koi8|gb|big5|euc|shift_jis|ascii|mac-|hz|tis|johab|ptcp")
"""Codecs of Python that are character sets of mail; others, such as punycode, are not, and some take for ever."""


class MessageError(Exception):
    """A message that cannot be read or may not be changed. The text says what is wrong, then what to do."""


class Field(msgspec.Struct, frozen=True):
    """One header field: its name in lower case, its value unfolded, its line in the message, and where its bytes stand."""

    name: str
    value: str
    line: int
    start: int
    end: int


class Part(msgspec.Struct, frozen=True):
    """One part: `start` to `body` are its header with the empty line after it, `body` to `end` its content as sent."""

    fields: tuple[Field, ...]
    start: int
    body: int
    end: int
    media_type: str
    parameters: dict[str, str]
    disposition: str = ""
    filename: str = ""
    children: tuple[Part, ...] = ()

    def value(self, name: str) -> str:
        """The first field of this name (lower case), empty if there is none."""
        return next((field.value.strip() for field in self.fields if field.name == name), "")

    def walk(self) -> Iterator[Part]:
        """This part and all within it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def encoding(self) -> str:
        """How its content is encoded for transfer, in lower case."""
        return self.value("content-transfer-encoding").lower() or "7bit"


def split(raw: bytes) -> Part:
    """The parts of a message whose line ends are all CRLF. Raises MessageError."""
    return _Splitter(raw).part(0, len(raw), 0, "text/plain")


def has_bare_breaks(raw: bytes) -> bool:
    """Does a line end in a bare CR or LF (RFC 5322 2.3)?"""
    return raw.replace(b"\r", b"").replace(b"\n", b"\r\n") != raw


def overlong(raw: bytes, start: int, end: int) -> bool:
    """Has what stands there, which starts a line and whose line ends are all CRLF, a line that no mail may have?"""
    while end - start > LONGEST_LINE:
        last = raw.rfind(b"\r\n", start, min(start + LONGEST_LINE + 2, end))
        if last < 0:
            return True
        start = last + 2
    return False


def header_of(raw: bytes) -> tuple[Field, ...]:
    """The header fields of a message whose line ends are all CRLF. Raises MessageError where a line is none."""
    return _Splitter(raw).fields(0, len(raw))[0]


class _Splitter:
    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def part(self, start: int, end: int, depth: int, default: str) -> Part:
        self.count += 1
        if self.count > MOST_PARTS or depth > DEEPEST:
            raise MessageError(
                f"it has more than {MOST_PARTS} parts, or parts nested deeper than {DEEPEST}; send it with fewer"
            )
        fields, body = self.fields(start, end)
        kind, parameters = content_type(self._only(fields, "content-type"), default)
        disposition, said = content_type(self._only(fields, "content-disposition"), "")
        self._only(fields, "content-transfer-encoding")
        children: tuple[Part, ...] = ()
        if kind.startswith("multipart/"):
            children = tuple(self._children(parameters.get("boundary", ""), kind, body, end, depth))
        elif kind in ("message/rfc822", "message/global"):
            children = (self.part(body, end, depth + 1, "text/plain"),)
        filename = said.get("filename") or parameters.get("name", "")
        return Part(fields, start, body, end, kind, parameters, disposition, filename, children)

    def _only(self, fields: tuple[Field, ...], name: str) -> str:
        found = [field for field in fields if field.name == name]
        if len(found) > 1:
            raise MessageError(f"line {found[1].line}: a second `{name}`; readers differ on which counts, so keep one")
        return found[0].value if found else ""

    def fields(self, start: int, end: int) -> tuple[tuple[Field, ...], int]:
        raw, at = self.raw, start
        fields: list[Field] = []
        line = raw.count(b"\r\n", 0, start) + 1
        while at < end and not raw.startswith(b"\r\n", at):
            found = _FIELD.match(raw, at, end)
            if found is None:
                raise MessageError(
                    f"line {line} is no header field (`Name: value`), and no empty line ends the header before it"
                )
            written, ends = found[2], found.end()
            folds = written.count(b"\r\n")
            value = _unicode(written.replace(b"\r\n", b"") if folds else written)
            fields.append(Field(found[1].decode("ascii").lower(), value, line, at, ends))
            line += folds + 1
            at = ends
            if at - start > LONGEST_HEADER:
                raise MessageError(f"its header is longer than {LONGEST_HEADER >> 10} kB; shorten it")
        return tuple(fields), min(at + 2, end)

    def _children(self, boundary: str, kind: str, body: int, end: int, depth: int) -> Iterator[Part]:
        starts: list[int] = []
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        for at, found in self._delimiters(boundary, max(body - 2, 0), end) if boundary else ():
            if starts:
                yield self.part(starts.pop(), at, depth + 1, default)
            if found[1]:
                return
            starts.append(min(found.end() + 2, end))
        if not starts:
            raise MessageError(f"a part says `{kind}`, and its boundary is not to be found; send it whole")
        yield self.part(starts.pop(), end, depth + 1, default)

    def _delimiters(self, boundary: str, start: int, end: int) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Where each line stands that is this boundary, with the break before it, and what follows the boundary."""
        delimiter = b"\r\n--" + boundary.encode("utf-8", "surrogateescape")
        at = self.raw.find(delimiter, start, end)
        while at >= 0:
            after = at + len(delimiter)
            found = _DELIMITER_END.match(self.raw, after, end)
            if found is not None:
                yield at, found
            at = self.raw.find(delimiter, after, end)


def content_type(value: str, default: str) -> tuple[str, dict[str, str]]:
    """The word and the parameters of a `Content-Type` or `Content-Disposition`, as RFC 2045 5.1 writes them."""
    if not value.strip():
        return default, {}
    word = re.sub(r"\([^()]*\)", "", value.partition(";")[0]).strip().lower()
    found: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        key = name.lower()
        if key in found or key.startswith(("boundary*", "charset*")):
            raise MessageError(f"`{key}` is said twice or in pieces; readers differ on what that means, so say it once")
        found[key] = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
    if default.count("/") and not re.fullmatch(r"[\w.+-]+/[\w.+-]+", word):
        word = "application/octet-stream" if word.count("/") else default
    return word, found


def text_of(raw: bytes, part: Part) -> str:
    """
    The text of a part, decoded, with line ends as `\\n`; those of the message are all CRLF.

    Raises MessageError where its encoding does not hold.
    """
    body = decoded(raw, part)
    if part.encoding in _AS_IS and reads_alike(part.parameters.get("charset", "")):
        body = body.replace(b"\r", b"")  # a tenth of the time that it takes in the text
    return _characters(body, part).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def decoded(raw: bytes, part: Part) -> bytes:
    """The content of a part with its transfer encoding undone."""
    body = raw[part.body : part.end]
    if part.encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if part.encoding == "base64":
        try:
            return binascii.a2b_base64(body)
        except binascii.Error:
            raise MessageError("a text part says base64 and is cut off or is something else; encode it again") from None
    if part.encoding not in _AS_IS:
        raise MessageError(f"`{part.encoding[:30]}` is no transfer encoding of mail; use quoted-printable or base64")
    return body


def charset_of(name: str) -> str | None:
    """Python's name of a character set of mail; None where it is none."""
    try:
        found = codecs.lookup(name.strip().lower()).name
    except (LookupError, ValueError):
        return None
    return found if _CHARSETS.match(found) else None


_AS_ASCII = re.compile(r"utf-8$|ascii$|iso8859-|cp125\d$|cp(?:437|850|852|858|866)$|koi8-|mac-|tis-?620$")
"""Codecs in which every byte of ASCII is that character; in others, words can hide from readers that know them not."""
_AS_IS = ("7bit", "8bit", "binary")
"""Transfer encodings that are none."""
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_QP_BROKEN = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r\n|\Z))")


def reads_alike(name: str) -> bool:
    """Is it a character set that every reader takes for the same, as far as letters go?"""
    found = charset_of(name)
    return found is not None and bool(_AS_ASCII.match(found))


def read_differently(raw: bytes, part: Part) -> str:
    """Why two readers could read a text part in two ways; empty where they cannot."""
    body = raw[part.body : part.end]
    if part.encoding == "base64":
        packed = body.translate(None, b" \t\r\n")
        if not _BASE64.fullmatch(packed) or len(packed) % 4:
            return "its base64 is broken off or goes on after its end; encode it again"
    elif part.encoding == "quoted-printable" and _QP_BROKEN.search(body):
        return "its quoted-printable has a `=` that stands for nothing; encode it again"
    text = decoded(raw, part)
    declared = [part.parameters["charset"]] if part.parameters.get("charset") else []
    if part.media_type == "text/html" and b"charset" in text[:4096]:
        declared += [found.decode() for found in _META_CHARSET.findall(text[:4096])]
    odd = next((one for one in declared if not reads_alike(one)), "")
    if odd:
        return f"readers differ on the character set `{odd[:30]}`; write it in utf-8"
    if b"\0" in text or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it holds characters that are none, or is in UTF-16 without saying so; write it in utf-8"
    return ""


def _characters(body: bytes, part: Part) -> str:
    declared = part.parameters.get("charset", "")
    if not declared and part.media_type == "text/html" and (meta := _META_CHARSET.search(body[:4096])):
        declared = meta[1].decode()
    charset = charset_of(declared) if declared else None
    try:
        if charset and charset != "ascii":
            return body.decode("cp1252" if charset == "iso8859-1" else charset, "replace")
    except (UnicodeError, ValueError):
        pass
    return _unicode(body)


def _unicode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
