"""
What HTML says to programs in JSON-LD (schema.org), of which some mail programs draw a card: orders, parcels, bookings.

Only kinds of record that report a dealing are read. What such a record says and the message shows is judged where it is
shown; what it says beyond that is a passage of its own, and where it leads is a link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sayso.messages.parts import Link, Passage, Place

TYPE = "application/ld+json"
LONGEST = 50_000
"""Characters of one record that is read."""
_RECORDS = frozenset((
    "order", "orderitem", "offer", "product", "brand", "invoice", "parceldelivery", "pricespecification",
    "quantitativevalue", "monetaryamount", "organization", "person", "postaladdress", "place", "geocoordinates",
    "reservation", "flightreservation", "flight", "airport", "airline", "lodgingreservation", "lodgingbusiness", "hotel",
    "eventreservation", "event", "foodestablishmentreservation", "foodestablishment", "restaurant", "rentalcarreservation",
    "rentalcar", "busreservation", "bustrip", "busstation", "trainreservation", "traintrip", "trainstation",
    "taxireservation", "taxi", "ticket", "seat", "emailmessage", "viewaction", "trackaction", "confirmaction",
    "cancelaction", "checkinaction", "httpactionhandler", "entrypoint",
))  # fmt: skip
"""In small letters. A discount or a card of offers is none of them."""
_PICTURES = ("image", "logo")
_QUIET = re.compile(r"[\d.,:+TZ-]*|[A-Z]{3}|https?://schema\.org/\w*", re.ASCII)
"""Numbers, moments, currencies and the words of schema.org itself say nothing of their own."""


def read_json_ld(written: str, shown: str, place: Place) -> Iterator[Passage]:
    """What a record says beyond the words `shown`, where it leads, and why it is not read where it is not."""
    if len(written) > LONGEST:
        yield _unread(f"its JSON-LD is longer than {LONGEST:,} characters; shorten it", place)
        return
    try:
        pairs = list(_pairs(json.loads(written, object_pairs_hook=_Object)))
    except (ValueError, RecursionError):
        yield _unread("its JSON-LD cannot be read; write it as JSON, or take it out", place)
        return
    there = f" {_folded(shown)} "
    for name, value in pairs:
        said = value.strip()
        if name == "@type":
            if said.rpartition("/")[2].lower() not in _RECORDS:
                yield _unread(f"its JSON-LD is a `{said[:30]}`, which is none of a dealing; take it out", place)
        elif name == "@context" or _QUIET.fullmatch(said):
            continue
        elif re.match(r"[a-z][a-z0-9+.-]*:", said, re.IGNORECASE) and " " not in said:
            if name in _PICTURES:
                yield Passage("", "text", place, pictures=(said,))
            else:
                yield Passage("", "text", place, (Link(said, "", place),))
        elif f" {_folded(said)} " not in there:
            yield Passage(said, "text", place)


class _Object(list[tuple[str, Any]]):
    """The members of a JSON object, also those of one name, of which programs take one or another."""


def _pairs(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the name of the member it stands in; numbers, true and false say nothing."""
    if isinstance(value, _Object):
        for member, one in value:
            yield from _pairs(one, member)
    elif isinstance(value, list):
        for one in value:
            yield from _pairs(one, name)
    elif isinstance(value, str):
        yield name, value


def _folded(words: str) -> str:
    """Its words alone, as they are looked for."""
    return " ".join(re.findall(r"[\w%$£€]+", words.casefold()))


def _unread(because: str, place: Place) -> Passage:
    return Passage("", "text", place, unread=because)
