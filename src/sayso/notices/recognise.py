"""
Recognising what a sentence says: for each matter, the signs that say it, the words that only brush it, and what undoes it.

A sign is a pattern over one sentence with whatever leads into it. A sentence that only *mentions* a matter leaves it
unclear; one that says a thing is not told, or not done where doing it is the point, does not say it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import msgspec

from sayso.notices.countries import COUNTRIES
from sayso.notices.passages import Passage
from sayso.notices.provisions import Matter
from sayso.notices.vocabulary import HEADED, MENTIONS, NEGATABLE, SIGNS, UNDONE

Strength = Literal["says", "mentions", "denies"]

_META = re.compile(
    r"\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|won't|will not|never|not)\s+(?:\w+\s+)?"
    r"(?:say|state|tell|describe|explain|list|specif\w+|identif\w+|set out|spell out|publish|mention|reveal|go into)\b"
    r"|\bno\s+(?:\w+\s+)?(?:procedure|process|way|means|mechanism|information|details|policy|channel)\s+(?:to|for|of|on|about|by)\b"
    r"|\b(?:is|are|was|were)\s+not\s+(?:stated|described|explained|listed|specified|set out|disclosed here|covered|addressed)\b"
    r"|\bwithout\s+(?:saying|telling|stating|explaining)\b|\bnone of your business\b"
)
"""A sentence about not telling: whatever else it holds, it tells nothing."""

_BLANK = re.compile(
    r"\[[^\]]*(?:insert|your|name|date|email|company|address)[^\]]*\]|\b(?:tbd|tba|lorem ipsum|xxx+)\b|to be (?:determined|confirmed|added)"
)
"""A template that nobody filled in."""

_NOT = re.compile(
    r"\b(?:cannot|can't|can not|may not|must not|do not|does not|don't|doesn't|will not|won't|shall not|are not|is not|never|no right|"
    r"unable|nobody|no one|refuse to|decline to|not (?:able|possible|offered|available|accepted))\b"
)


class Found(msgspec.Struct, frozen=True):
    """What a matter rests on: the passage, and whether it says it, mentions it, or denies it."""

    strength: Strength
    passage: Passage
    denied: bool = False
    """It is said in the negative (nothing is sold, nothing goes overseas), which for this matter says it."""


class _Signs(msgspec.Struct, frozen=True):
    says: tuple[re.Pattern[str], ...]
    mentions: tuple[re.Pattern[str], ...]
    headed: tuple[re.Pattern[str], ...]
    undone: re.Pattern[str] | None


def recognise(matter: Matter, passages: list[Passage]) -> Found | None:
    """The passage that speaks plainest of a matter; None where none does."""
    best: Found | None = None
    for passage in passages:
        found = _in_passage(matter, passage)
        if found and (best is None or _RANK[found.strength] > _RANK[best.strength]):
            best = found
            if best.strength == "says":
                break
    return best


_RANK: dict[Strength, int] = {"mentions": 1, "denies": 2, "says": 3}


def _in_passage(matter: Matter, passage: Passage) -> Found | None:
    signs = _signs(matter)
    text = passage.whole.lower()
    if matter in ("policy_link", "opt_out_of_sale", "contact") and (linked := _linked(matter, passage)):
        return linked
    if signs.undone and signs.undone.search(text):
        return None
    say = any(one.search(text) for one in signs.says) or (matter == "countries" and _names_country(passage.whole))
    if not say and signs.headed:
        heading, said = signs.headed
        say = bool(heading.search(passage.heading.lower()) and said.search(passage.text.lower()))
    if say and (_META.search(text) or _BLANK.search(text)):
        return Found("denies", passage)
    negative = bool(_NOT.search(text))
    if say:
        if negative and matter not in NEGATABLE and _denies(matter, text, signs):
            return Found("denies", passage)
        return Found("says", passage, denied=negative)
    if any(one.search(text) for one in signs.mentions):
        return Found("denies" if _META.search(text) else "mentions", passage)
    return None


def _denies(matter: Matter, text: str, signs: _Signs) -> bool:
    """Does the negation stand where the matter stands? Each clause is looked at by itself."""
    clauses = [
        clause
        for clause in re.split(r"[;,:]|\bbut\b|\bif\b|\bunless\b|\bwhen\b|\bso that\b|\band (?=we|you)", text)
        if clause.strip()
    ]
    saying = [clause for clause in clauses if any(one.search(clause) for one in (*signs.says, *signs.mentions))]
    if not saying:
        return bool(_NOT.search(text.split(":")[0]))
    return all(_NOT.search(clause) for clause in saying)


def _linked(matter: Matter, passage: Passage) -> Found | None:
    for link in passage.links:
        said, href = link.text.lower(), link.href.lower()
        if matter == "policy_link" and re.search(r"\bprivacy\b", said) and href.strip("# "):
            return Found("says", passage)
        if matter == "opt_out_of_sale" and re.search(
            r"do not sell|opt[ -]?out of (?:the )?(?:sale|sharing)|your privacy choices", said
        ):
            return Found("says", passage)
        if matter == "contact" and (
            href.startswith(("mailto:", "tel:")) or re.search(r"\bcontact (?:us|form|page)\b", said)
        ):
            return Found("says", passage)
    return None


@cache
def _signs(matter: Matter) -> _Signs:
    def patterns(named: dict[Matter, tuple[str, ...]]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one) for one in named.get(matter, ()))

    undone = UNDONE.get(matter)
    headed = tuple(re.compile(one) for one in HEADED.get(matter, ()))
    return _Signs(patterns(SIGNS), patterns(MENTIONS), headed, re.compile(undone) if undone else None)


_WHERE = re.compile(
    r"\b(?:recipients?|overseas|countr(?:y|ies)|disclos\w+|transfer\w*|stor(?:e|ed|es)|server\w*|provider\w*|located|based|host\w*|"
    r"process(?:ed|es|ors?)|sent|send|outside|abroad)\b"
)


@cache
def _countries() -> re.Pattern[str]:
    names = [re.escape(name) for code, name in COUNTRIES.items() if code not in ("AU", "JE")]
    names += ["the US", "USA", "U\\.S\\.(?:A\\.)?", "the UK", "the EU", "European Union"]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(names, key=len, reverse=True))})(?!\w)")


def _names_country(text: str) -> bool:
    """A country other than Australia, in a sentence about where details go."""
    return bool(_countries().search(text) and _WHERE.search(text.lower()))


def goes_overseas(found: Found | None) -> bool | None:
    """Whether details go overseas, as far as the passage on it settles that."""
    if found is None or found.strength != "says":
        return None
    return not found.denied
