"""The lines of an order in a table, where each cell is a passage by itself: what was bought may be called anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sayso.messages.content.promotion import acts_in
from sayso.messages.content.slots import plain
from sayso.messages.parts import Passage

_HEADS = re.compile(
    r"(?:product|item|description|quantity|qty|price|unit price|amount|cost|order summary|what you ordered|your items)s?:?"
)
_CLOSES = re.compile(r"(?:sub-?total|total|order total|amount paid|vat|gst|tax|shipping|delivery)\b.{0,60}")
_SUM = re.compile(
    r"(?:\d{1,4}|x ?\d{1,3}|\d{1,3} ?x|(?:[a-z]{2,3})? ?[$£€]? ?\d[\d.,]{0,12} ?(?:€|[a-z]{3})?|\{\{[^{}]{1,60}\}\})"
)
_HEADING = 20
_WORDS = 10
_ADDRESSING = re.compile(
    r"\b(?:you|your|we|our|us|now|today|new|more|is|are|has|have|get|see|try|for only|just)\b|[!?]"
)
_NEAR = 2
"""How many passages after a name its quantity or price stands."""


def listed_items(passages: Sequence[Passage]) -> frozenset[int]:
    """Which passages only head a table or name what was ordered in it: up to its total, each with a price or quantity."""
    if not any(
        len(passage.words) <= _HEADING and _HEADS.fullmatch(passage.words.lower().strip()) for passage in passages
    ):
        return frozenset()
    said = [plain(passage.words).lower() if len(passage.words) <= 200 else "" for passage in passages]
    found: list[int] = []
    waiting: list[int] = []
    inside = False
    for number, words in enumerate(said):
        if _HEADS.fullmatch(words):
            inside = True
            waiting += [] if passages[number].links else [number]
        elif inside and _CLOSES.fullmatch(words):
            found += waiting
            waiting, inside = [], False
        elif (
            inside
            and _names_one(passages[number], words)
            and any(map(_SUM.fullmatch, said[number + 1 : number + 1 + _NEAR]))
        ):
            waiting.append(number)
    return frozenset(found)


def _names_one(passage: Passage, words: str) -> bool:
    return (
        bool(words)
        and not passage.links
        and len(words.split()) <= _WORDS
        and not _SUM.fullmatch(words)
        and not _ADDRESSING.search(words)
        and not acts_in(words)
    )
