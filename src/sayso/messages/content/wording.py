"""
By what a wording is known again: its words, less what belongs to one person or one case.

So somebody who has read a mail can answer for its wording, and the next one with it is known, whatever its numbers, days,
names, lines of an order and addresses are.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from sayso.messages.content.slots import ITEM, SLOT, plain, put_in, without_own

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_CODE = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?=(?:\D*\d){4})[a-z]{0,2}(?:\d-?[a-z]{0,2})+")
"""A UUID; or four digits and more with no more than two letters in a row, as in the number of a parcel."""
_ADDRESS = re.compile(r"[/:@]|\.[a-z]", re.IGNORECASE)
_TOKEN = range(16, 201), 8
"""Characters of what opens one page to one person, and of a piece of it in which letters and digits are mixed."""
_AGAIN = re.compile(rf"([{SLOT}{ITEM}])(?:[\s,]*\1)+")


def wording(words: str, names: tuple[str, ...], target: str = "") -> str:
    """What these words have in common with others like them; `names` are the sender's own, `target` is where they lead."""
    said = _AGAIN.sub(r"\1", put_in(without_own(plain(words), names)))
    return " ".join((*said.lower().split(), *([place(target)] if target else [])))


def shape(word: str) -> str:
    """A word in small letters without what differs from one message to the next: the letters around a number stay."""
    return "#" if _CODE.fullmatch(word.strip("#().,;:")) else _NUMBER.sub("#", word)


def place(target: str) -> str:
    """Where a link leads, without whose page it is there; an address in its query is where it leads, too."""
    try:
        parts = urlsplit(target)
        asked = parse_qsl(parts.query, keep_blank_values=True)
        names = sorted({f"{name}={shape(value.lower())}" if _ADDRESS.search(value) else name for name, value in asked})
        path = "/".join("#" if _is_token(one) else shape(unquote(one).lower()) for one in parts.path.split("/"))
        return f"{parts.scheme}:{parts.hostname or ''}{path}?{' '.join(names)}#{shape(parts.fragment)}"
    except ValueError:
        return "no address"


def _is_token(segment: str) -> bool:
    length, mixed = _TOKEN
    pieces = re.split(r"[-_]", segment) if len(segment) in length and segment.isascii() else ()
    return any(
        len(one) >= mixed and one.isalnum() and 2 <= sum(letter.isdigit() for letter in one) <= len(one) - 2
        for one in pieces
    )
