"""
Service mail that the owner approved to go even while no answer can be had.

A message is known again by its fixed words: those of its subject and of every part, less the lines that greet somebody
and less what is plainly a detail: the digits of numbers, dates and amounts, codes, and the mailbox it is addressed to.
Links count with their host, path and the names in their query. Whatever else differs, were it one word or one picture,
makes another message, and that one waits until an answer can be had.
"""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlsplit

from sayso.messages.mail import read_mail

LENGTH = 32
"""Hex digits of a fingerprint."""
_GREETING = re.compile(
    r"(?:dear|hi|hello|good (?:morning|day|evening))(?: [\w.'\u2019-]{1,30}){0,3}[,!:]?", re.IGNORECASE
)
_WEB = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CODE = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?=(?:\D*\d){4})[a-z]{0,2}(?:\d-?[a-z]{0,2})+")
"""A UUID; or four digits and more with no more than two letters in a row, as in the number of a parcel."""
_TOKEN = range(16, 201), 8
"""Characters of what opens one page to one person, and of a piece of it in which letters and digits are mixed."""


def fingerprint(raw: bytes) -> str:
    """What names the fixed text of a message. Raises MessageError for one that cannot be read."""
    parsed = read_mail(raw)
    to = parsed.header("to").rpartition("<")[2].strip("> \t").lower()
    said = [_fixed(parsed.header("subject"), to)]
    for part in parsed.root.walk():
        if part in parsed.text_parts:
            for passage in parsed.passages(part):
                said += ["" if _GREETING.fullmatch(passage.words.strip()) else _fixed(passage.words, to)]
                said += [_place(link.target) for link in passage.links]
        elif not part.children:
            said.append(f"{part.media_type} {sha256(parsed.raw[part.body : part.end]).hexdigest()}")
    return sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def _fixed(words: str, to: str) -> str:
    """The words that are the same for everybody."""
    kept = _WEB.sub(lambda found: _place(found[0]), words).lower().split()
    return " ".join(_shape(word) for word in kept if not to or word.strip("<>().,;:") != to)


def _shape(word: str) -> str:
    """A word without what differs from one message to the next: the letters around a number stay."""
    return "#" if _CODE.fullmatch(word.strip("#().,;:")) else _NUMBER.sub("#", word)


def _place(target: str) -> str:
    """Where a link leads, without whose page it is there."""
    try:
        parts = urlsplit(target)
        names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
        path = "/".join("#" if _is_token(one) else _shape(unquote(one).lower()) for one in parts.path.split("/"))
        return f"{parts.scheme}:{parts.hostname or ''}{path}?{' '.join(names)}#{_shape(parts.fragment)}"
    except ValueError:
        return "no address"


def _is_token(segment: str) -> bool:
    length, mixed = _TOKEN
    pieces = re.split(r"[-_]", segment) if len(segment) in length and segment.isascii() else ()
    return any(
        len(one) >= mixed and one.isalnum() and 2 <= sum(letter.isdigit() for letter in one) <= len(one) - 2
        for one in pieces
    )
