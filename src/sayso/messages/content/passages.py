"""What one passage does, judged by itself: it serves, it keeps service company, it promotes, or nobody can tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from sayso.messages.content.promotion import WHY, Act, acts_in
from sayso.messages.content.slots import ITEM, NAME, SLOT, THERE, plain, put_in, without_own
from sayso.messages.content.words import ANCHORS, NAMED, THINGS, base

Does = Literal["serves", "accompanies", "promotes", "unrecognised"]

LONGEST = 20_000
"""Characters of a passage that is weighed; no service needs one longer."""
_KEPT = 2_000
"""Characters of a passage that is remembered; the passages of one campaign are mostly the same."""
_ENDS = re.compile(r"(?<=[.!?;])\s+(?=\S)")
_MARKS = "–—•·…©®™→“”«»£€°№" + SLOT + NAME + ITEM + THERE
_HEADINGS = NAMED | {"with", "from", "to", "due", "for", "by"}
_FOLLOWS = frozenset(("we", "it", "this", "that", "they", "you", "if"))
"""Words that begin what goes on about the sentence before."""
_ROW = 8
"""Words of a row of details: its heading, and a value that is no sum or day."""
_PART = re.compile(rf"[{SLOT}{NAME}{ITEM}{THERE}]|[^\W\d_][\w'’-]*|\d\S*|[^\s\w]")
_CAPITAL = re.compile(r"[A-ZÀ-Þ][a-zß-ɏ'-]{1,30}")
_LEADS_TO_NAME = frozenset((":", "at", "in", "with", "from", "by", "via", "to", "of", "near", "is", "for", SLOT, NAME))
_NAMES = 3
_ASKED = re.compile(
    r"(?:any |have |got |further |if you have )?(?:questions?|problems?|trouble|queries)\b|.{0,20}\bneed (?:some |any |our |more )?(?:help|support|assistance)|"
    r".{0,12}(?:was|wasn't|was not) (?:this|it|that) (?:not )?(?:you|yours)|.{0,20}\b(?:not|n't)\b.{0,12}\b(?:you|yours|recogni[sz]e|request|ask|make)\b|"
    r"why (?:did|was|do|are|am)|how (?:do|can|will) (?:i|you|we) (?!get|save|earn|win)|what (?:do|does|should|happens|happened|if|data|information)|when (?:will|do)|where (?:is|do|are)|"
    r"(?:is )?(?:something|anything) (?:wrong|missing|not right)",
    re.IGNORECASE,
)
"""Questions that service asks; any other question invites."""
_SIGNED_OFF = re.compile(
    r"(?:(?:many |with |best |kind |warm )?(?:thanks|thank you|cheers|regards|wishes|sincerely|yours|love)[\w ]{0,12}[,!.]\s?)"
    r"(?:[A-ZÀ-Þ][\wÀ-ɏ'-]{0,30} ?){1,3}$"
)


class Verdict(msgspec.Struct, frozen=True):
    """What a passage does, what it does to promote, and one clause of reason."""

    does: Does
    acts: tuple[Act, ...] = ()
    because: str = ""


def weigh(words: str, names: tuple[str, ...]) -> Verdict:
    """What these words do. `names` are the sender's own: brand, legal name, addresses."""
    return _remembered(words, names) if len(words) <= _KEPT else _weigh(words, names)


def _weigh(words: str, names: tuple[str, ...]) -> Verdict:
    if len(words) > LONGEST:
        return Verdict("unrecognised", because=f"it runs on for more than {LONGEST:,} characters")
    text = without_own(plain(words), names)
    acts = [act for sentence in _ENDS.split(text.lower()) for act in acts_in(sentence)]
    if acts:
        return Verdict("promotes", tuple(dict.fromkeys(acts)), WHY[acts[0]])
    serves = False
    for sentence in _ENDS.split(put_in(text)):
        one = _read(sentence, after=serves)
        if one.does == "unrecognised":
            return one
        serves = serves or one.does == "serves"
    return Verdict("serves" if serves else "accompanies")


_remembered = lru_cache(maxsize=8192)(_weigh)


def _read(sentence: str, *, after: bool) -> Verdict:
    """What a sentence does that shows no sign of promotion; `after` one of the same passage that serves."""
    if sentence.endswith("?") and not _ASKED.match(sentence):
        return Verdict("unrecognised", because="it asks what service does not ask")
    sentence = _SIGNED_OFF.sub(SLOT, sentence)
    known, strange = _words(sentence)
    if strange:
        said = ", ".join(f"`{word}`" for word in dict.fromkeys(strange[:4]))
        return Verdict("unrecognised", because=f"service does not need {said}")
    if ITEM in sentence or THINGS.intersection(known):
        return Verdict("serves")
    row = len(known) <= _ROW and _HEADINGS.intersection(known) and any(mark in sentence for mark in (SLOT, NAME, ":"))
    goes_on = after and bool(known) and known[0] in _FOLLOWS
    if row or goes_on or ANCHORS.intersection(known) or set(known) <= {NAME, "the"}:
        return Verdict("accompanies")
    return Verdict("unrecognised", because="it names nothing that serves")


def _words(sentence: str) -> tuple[list[str], list[str]]:
    """Its words in their base form, with a name where one may stand, and those that are not the words of service."""
    known: list[str] = []
    strange: list[str] = []
    names, before = 0, ""
    for part in _PART.findall(sentence):
        if part[0].isalpha():
            word = base(part.lower())
            if not word and names < _NAMES and before in _LEADS_TO_NAME and _CAPITAL.fullmatch(part):
                names, word = names + 1, NAME
            (known if word else strange).append(word or part[:30])
            before = word
        elif part[0].isdigit() or not (part.isascii() or part in _MARKS):
            strange.append(part[:30])
        elif part != ",":
            before = part
    return known, strange
