"""
What passages say together: an order that was not placed and a page to place it on; something not had, and its fee.

Each passage is asked, once, for the few things that count; what they come to is then told from the whole message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from sayso.messages.content.promotion import Act, acts_in
from sayso.messages.content.slots import plain
from sayso.messages.parts import Place
from sayso.messages.remembering import Remembered

Told = Literal[
    "not-placed", "declined", "way-on", "lacks", "could-have", "fee", "left", "way-back", "asks", "marketing"
]

_WRITTEN: tuple[tuple[Told, str], ...] = (
    (
        "not-placed",
        r"\b(?:orders?|purchase|booking|items?|goods)\b.{0,40}\b(?:(?:was|were|is|are|has|have)(?: not|n't)|could not|not yet|never) (?:yet )?(?:been |be )?(?:placed|ordered|completed?|confirmed|processed|paid|finished)\b|"
        r"\b(?:not yet|has not|have not) (?:been )?(?:completed?|finish(?:ed)?|confirm(?:ed)?|paid for) (?:your|the|this) (?:order|purchase)\b",
    ),
    (
        "declined",
        r"\b(?:card|payment|bank)\b.{0,40}\b(?:declined|rejected|refused|failed|unsuccessful|did not go through|not taken)\b|\bcould not (?:take|process|charge)\b",
    ),
    (
        "way-on",
        r"\bto (?:place|complete|finish|continue|confirm|keep|submit|send) (?:it|the|your|this)\b|\b(?:confirm|complete|place|make|update|submit) (?:it|the|your|this|an?) (?:orders?|payment|purchase|booking|payment details|card|details)\b|"
        r"\b(?:place|pay for|complete|confirm) (?:it|them)\b|\b(?:saved|kept|held|stored|still) (?:in your|for you|for \S+ days|until|here)\b|\b(?:view|see) (?:it|them|your items?|the items?)\b|\btry (?:it )?again\b",
    ),
    (
        "lacks",
        r"\b(?:do(?:es)?(?: not|n't)|doesn't) (?:yet )?(?:have|cover|include|hold|provide|contain|use)\b|\bis(?: not|n't) (?:covered|included|part of)\b|\bno cover\b|\bwithout (?:cover|insurance)\b",
    ),
    (
        "could-have",
        r"\byou (?:can|could|may) (?:now |also |still )*(?:change|extend|add|have|hold|set|include|cover|use|get|choose|arrange|request|ask for|keep)\b.{0,40}\b(?:policy|plan|contract|cover|subscription|membership|limit|service|warranty|account|insurance|certificate|copy|it|one)\b|"
        r"\b(?:is|are) (?:now )?able to (?:use|have|hold|get)\b|\bto (?:use|have|get|set up|set it up|add|extend|cover) it\b|\bto set it up\b|\bcan now\b|\bis (?:now )?available\b",
    ),
    (
        "fee",
        r"\b(?:fee|fees|cost|price|charge)s? (?:is|are|of|for|will be|from)\b|\bfor (?:just |only )?[$£€] ?\d|[$£€] ?\d[\d.,]* (?:a|per|each|every) (?:month|year|week|day|visit|order)\b",
    ),
    (
        "left",
        r"\byou (?:are|have been|were|'ve been|have)(?: now)? (?:unsubscribed|opted out|removed|withdrawn)\b|\b(?:will|'ll) (?:get|receive) no (?:more|further)\b|\bunsubscribed (?:from|you)\b|\bhave unsubscribed\b",
    ),
    (
        "way-back",
        r"\bif (?:this|that|it) was (?:an? )?(?:error|mistake|accident|not you|wrong)\b|\b(?:in|by) (?:error|mistake|accident)\b|\b(?:update|change|confirm|set|restore|reset|undo)\b.{0,30}\b(?:preferences?|settings|choice|it)\b|"
        r"\b(?:want|would like|wish) to (?:receive|get|hear|have)\b|\bagain\b|\breturn\b",
    ),
    (
        "asks",
        r"(?:^|[.!:;] |\bplease |\bto |\band )(?:confirm|renew|update|give|agree|accept|choose|set|keep|extend|grant|answer|allow|verify|approve|tell)\b|\bdo not (?:confirm|answer|reply|act)\b|\bneed your\b|\byour answer\b",
    ),
    (
        "marketing",
        r"\bmarketing\b|\bpromotional\b|\b(?:your|have|the) (?:permission|consent)\b|\b(?:permission|consent) to\b|\b(?:receive|get|send you|sending you|want) (?:our |these |such |the |more |any )*(?:e-?mails|messages|texts|letters|post)\b|\be-?mail preferences?\b|\bcontact preferences?\b|\bopened our\b",
    ),
)
_SIGNS = tuple((what, re.compile(pattern)) for what, pattern in _WRITTEN)
_SHORT, _RUN = 3, 6
"""Words of a passage that is no sentence by itself, and how many of them are read in one go."""
_LONGEST = 5_000


def _told(words: str) -> frozenset[Told]:
    said = plain(words[:_LONGEST]).lower()
    return frozenset(what for what, pattern in _SIGNS if pattern.search(said))


told = Remembered[str, frozenset[Told]](_told)
"""What a passage says that counts together with others."""


def together(said: frozenset[Told], *, leading: bool) -> Iterator[tuple[Act, str]]:
    """What a message does with all that its passages say; `leading`: a link in it leads to a page."""
    if "not-placed" in said and (leading or "way-on" in said or "declined" not in said):
        yield "cart", "it reports an order that was not placed, and leads back to it"
    if "fee" in said and "could-have" in said:
        yield "invitation", "it names a fee for something that could be had"
    if "left" in said and "way-back" in said and leading:
        yield "resubscribe", "it asks somebody who left the list to come back to it"
    if "marketing" in said and "asks" in said and "left" not in said:
        yield "consent", "it asks to be allowed to send marketing"


def shown_together(passages: Sequence[tuple[str, Place]]) -> Iterator[tuple[str, Place]]:
    """Short passages side by side, such as cells of a row, that promote where they are read in one go."""
    run: list[tuple[str, Place]] = []
    for words, place in (*passages, ("", Place(""))):
        short = 0 < len(words) <= 40 and len(words.split()) <= _SHORT and not any(map(str.isdigit, words))
        if short:
            run.append((words, place))
            continue
        if len(run) > 1:
            for first in range(len(run) - 1):
                said = " ".join(one for one, _ in run[first : first + _RUN])
                if _promotes[said]:
                    yield said, run[first][1]
        run = []


def _does(said: str) -> bool:
    return bool(acts_in(plain(said).lower()))


_promotes = Remembered[str, bool](_does)
