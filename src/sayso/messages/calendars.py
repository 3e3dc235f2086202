"""
A calendar file (RFC 5545, RFC 7986) as its reader's calendar shows it: what a booking or an appointment says of itself.

Every property counts as words that are shown, unless it is one for programs alone. What two programs could take apart in
two ways is not read. This module is imported only when such a file is met, since the library that it rests on takes long
to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from icalendar.parser import Contentline, Contentlines, q_split
from msgspec.structs import replace

from sayso.messages.calendar_values import parameter_shows_nothing, shows_nothing
from sayso.messages.mail_beside import readable
from sayso.messages.mail_parts import LARGEST_FILE, MessageError, Part, content_type, decoded, read_differently, text_of
from sayso.messages.mail_text import read_text
from sayso.messages.parts import CALENDAR, Link, PartKind, Passage, Place
from sayso.messages.reading_html import clean, read_html

MOST = 2_000
"""Lines, unfolded, that are read; no invitation needs more."""
LONGEST_HEAD = 2_000
"""Characters of what stands before the value of a property: its name and parameters."""

_LATELY = 8
"""Files read lately that are remembered: the same one often comes twice, and a mail is read again once it is completed."""
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_BARE_CR = re.compile(rb"\r(?!\n)")
_AFTER_EMPTY = re.compile(r"\n[ \t]*\n[ \t]")
_ESCAPED = re.compile(r"(?:[^\\]|\\[\\,;:nN])*+")
_ADDRESS = re.compile(r"mailto:([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255})", re.IGNORECASE)
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,255}")
_TELEPHONE = re.compile(r"tel:\+?[\d().-]{3,30}", re.IGNORECASE)
_LINKS = frozenset(("URL", "ATTACH", "CONFERENCE", "IMAGE", "SOURCE", "LINK"))
_LINKING = frozenset(("ALTREP", "DIR", "LINKREL", "SCHEMA"))
"""Parameters that hold an address of the web."""
_LONG = frozenset(("DESCRIPTION", "COMMENT", "STYLED-DESCRIPTION", "X-ALT-DESC", "X-WR-CALDESC"))
"""Of these the paragraphs are shown; of others, one line."""
_SAID_BY_PROGRAMS = frozenset((
    "reminder", "event reminder", "this is an event reminder", "alarm notification", "default mozilla description",
))  # fmt: skip
"""What calendars write by themselves into a reminder, in small letters."""
_FILES = frozenset((
    "", "invite", "invitation", "event", "meeting", "calendar", "appointment", "booking", "reservation",
))  # fmt: skip
"""What programs call a calendar file."""
_MARKED_UP = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:br|p|div|ul|ol|li) ?/?>", re.IGNORECASE)
_TAG = re.compile(r'</?(?:b|i|u|em|strong|span|a)>|<a href="https?://[^"<>\s]*">', re.IGNORECASE)
"""Tags that show nothing where they are seen as they are written, as some calendars do."""


class _UnreadError(Exception):
    """Why a file is not read, and what to do."""


def read_calendar(raw: bytes, part: Part, called: str) -> Iterator[Passage]:
    """What its names show, and what a calendar shows of it; `called` so in findings. Where it is not read: why, and what to do."""
    place = Place(CALENDAR)
    yield from _called(part, place)
    try:
        yield from _read(_text(raw, part))
    except (_UnreadError, MessageError) as error:
        yield Passage("", "header", place, unread=f"{called} is not read: {error}")


def _called(part: Part, place: Place) -> Iterator[Passage]:
    given = content_type(part.value("content-disposition"), "")[1]
    names = [part.filename, part.parameters.get("name", ""), part.value("content-description")]
    for name in dict.fromkeys(map(readable, names)):
        said = re.sub(r"[-_.]+", " ", re.sub(r"\.ics$", "", clean(name), flags=re.IGNORECASE)).strip()
        if said.lower() not in _FILES:
            yield Passage(said, "header", place, pictures=(name,))
    if any("*" in key for key in (*given, *part.parameters)):
        yield Passage("", "header", place, unread="its name is encoded or in pieces; write it in plain letters")


def _text(raw: bytes, part: Part) -> str:
    if part.end - part.body > LARGEST_FILE:
        raise _UnreadError("it is too long; shorten it")
    unlike = read_differently(raw, part)
    if unlike:
        raise _UnreadError(unlike)
    if _BARE_CR.search(decoded(raw, part)):
        raise _UnreadError("a line of it ends in CR alone; end lines with CRLF")
    return text_of(raw, part).rstrip("\n")


@lru_cache(maxsize=_LATELY)
def _read(text: str) -> tuple[Passage, ...]:
    return tuple(_shown(text))


def _shown(text: str) -> Iterator[Passage]:
    within: list[str] = []
    for number, line in _lines(text):
        name, parameters, value = _taken_apart(number, line)
        if name == "BEGIN":
            within.append(value.upper())
        elif name == "END" and within and within[-1] == value.upper():
            within.pop()
        elif name == "END" or not within:
            raise _UnreadError(f"its line {number} stands in no component that is open; write it as RFC 5545 says")
        if within and within[0] != "VCALENDAR":
            raise _UnreadError("it does not begin with `BEGIN:VCALENDAR`; write it as RFC 5545 says")
        place = Place(CALENDAR, number)
        for passage in chain(_parameters(name, parameters, place), _property(name, parameters, value, place)):
            yield _placed(passage, place)
    if within or not text.strip():
        raise _UnreadError("it ends before its components do; send it whole")


def _lines(text: str) -> Iterator[tuple[int, Contentline]]:
    """Its lines, unfolded (RFC 5545 3.1), with the number of the first of each."""
    if _ODD.search(text) or _AFTER_EMPTY.search(text):
        raise _UnreadError("it holds characters or empty lines at which programs differ; take them out")
    starts = [number for number, row in enumerate(text.split("\n"), 1) if row and row[0] not in " \t"]
    lines = [line for line in Contentlines.from_ical(text) if line]  # type: ignore[no-untyped-call]  # it has no types
    if len(starts) > MOST:
        raise _UnreadError(f"it has more than {MOST:,} lines; shorten it")
    if len(starts) != len(lines):
        raise _UnreadError("it begins with a space; take that out")
    return zip(starts, lines, strict=True)


def _taken_apart(number: int, line: Contentline) -> tuple[str, dict[str, list[str]], str]:
    """Name, parameters and value of a property, unescaped; the names in capitals."""
    colon = line.value_separator_index()
    head = line[: max(colon, 0)]
    try:
        if len(head) > LONGEST_HEAD or "\\" in head or not _ESCAPED.fullmatch(line[colon + 1 :]):
            raise ValueError
        name, parameters, value = line.parts()
        if not line.startswith(name) or len(q_split(head, ";")) != len(parameters) + 1:
            raise ValueError
    except ValueError:
        raise _UnreadError(
            f"programs differ on its line {number}; write it as `NAME;PARAMETER=VALUE:VALUE` (RFC 5545 3.1)"
        ) from None
    said = {key.upper(): one if isinstance(one, list) else [one] for key, one in parameters.items()}
    return name.upper(), said, value.strip()


def _parameters(name: str, parameters: dict[str, list[str]], place: Place) -> Iterator[Passage]:
    for key, values in parameters.items():
        yield from (_address(one[1], place) for one in map(_ADDRESS.fullmatch, values) if one)
        rest = [one for one in values if not (_ADDRESS.fullmatch(one) or parameter_shows_nothing(key, one))]
        if key in _LINKING:
            yield from chain.from_iterable(_leading(value, place) for value in rest)
        elif key == "CN":
            yield from _named(", ".join(rest), "recipient" if name == "ATTENDEE" else "sender", place)
        else:
            yield from _worded(clean(", ".join(rest)))


def _property(name: str, parameters: dict[str, list[str]], value: str, place: Place) -> Iterator[Passage]:
    kinds = " ".join((*parameters.get("ENCODING", ()), *parameters.get("VALUE", ()))).upper()
    if "BASE64" in kinds or "BINARY" in kinds:
        because = "a file within the calendar is not read as words; lead to a page of your own instead"
        yield Passage("", "header", place, unread=because)
    elif shows_nothing(name, value) or not value or value.lower() in _SAID_BY_PROGRAMS:
        return
    elif address := _ADDRESS.fullmatch(value):
        yield _address(address[1], place)
    elif name == "IMAGE" or any(one.lower().startswith("image/") for one in parameters.get("FMTTYPE", ())):
        yield Passage("", "image", place, (Link(value, "", place),), pictures=(value,))
    elif name in _LINKS or "URI" in kinds:
        yield from _leading(value, place)
    elif name not in _LONG:
        yield from _worded(clean(value))
    else:
        yield from read_html(value) if _MARKED_UP.search(value) else ()
        if name not in ("X-ALT-DESC", "STYLED-DESCRIPTION") or not _MARKED_UP.search(value):
            yield from _worded(_TAG.sub("", _BREAK.sub("\n", value)))


def _worded(value: str) -> Iterator[Passage]:
    """Words, with the links that stand in them."""
    yield from read_text(value, CALENDAR)


def _named(value: str, kind: PartKind, place: Place) -> Iterator[Passage]:
    """What somebody is called; many programs put an address there."""
    yield from (_address(one, place) for one in _MAILBOX.findall(value))
    said = clean(_MAILBOX.sub(" ", value)).strip(" ()'")
    if any(map(str.isalnum, said)):
        yield Passage(re.sub("[<>]", " ", said), kind, place)


def _address(mailbox: str, place: Place) -> Passage:
    return Passage(f"<{mailbox}>", "sender", place)


def _leading(target: str, place: Place) -> Iterator[Passage]:
    """A way out. What is no page may be written in any words, and is seen as it is written."""
    yield Passage("", "header", place, (Link(target, "", place),))
    scheme, _, rest = target.partition(":")
    if scheme.lower() == "cid" and _MAILBOX.fullmatch(rest):
        yield _address(rest, place)
    elif scheme.lower() not in ("http", "https") and not _TELEPHONE.fullmatch(target):
        yield from _worded(clean(rest))


def _placed(passage: Passage, place: Place) -> Passage:
    """As what stands in a file beside the text, at its line there."""
    kind: PartKind = passage.kind if passage.kind in ("image", "sender", "recipient") else "header"
    links = tuple(
        replace(link, place=place, words="" if link.words == link.target else link.words) for link in passage.links
    )
    return replace(passage, kind=kind, place=place, links=links)
