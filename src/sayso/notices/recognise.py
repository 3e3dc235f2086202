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
from sayso.notices.vocabulary import HEADED, MENTIONS, NEAR, NEGATABLE, SIGNS, UNDONE

Strength = Literal["says", "mentions", "denies"]

_META = re.compile(
    r"\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|won't|will not|never|not)\s+(?:\w+\s+)?"
    r"(?:say|state|tell|describe|explain|list|specif\w+|identif\w+|set out|spell out|publish|mention|reveal|go into)\b"
    r"|\bno\s+(?:\w+\s+)?(?:procedure|process|way|means|mechanism|information|details|policy|channel)\s+(?:to|for|of|on|about|by)\b"
    r"|\b(?:is|are|was|were)\s+not\s+(?:stated|described|explained|listed|specified|set out|disclosed here|covered|addressed)\b"
    r"|\bwithout\s+(?:saying|telling|stating|explaining)\b|\bnone of your business\b"
)
"""A sentence about not telling: whatever else it holds, it tells nothing."""

_ANNOUNCES = re.compile(
    r"\b(?:policy|statement|notice|page|document)\b (?:also )?(?:explains?|describes?|outlines?|sets? out|tells? you|covers?|contains? information)\b"
    r".*\b(?:how|what|why|the (?:types|kinds|purposes|way))\b"
)
"""A text that says what it is about to say. Of the policy, in a notice, that is what is asked for."""

_OF_THE_POLICY: frozenset[Matter] = frozenset({"policy_access", "policy_complaint", "policy_link"})

_BLANK = re.compile(
    r"\[[^\]]*(?:insert|your|name|date|email|company|address)[^\]]*\]|\b(?:tbd|tba|lorem ipsum|xxx+)\b|to be (?:determined|confirmed|added)"
)
"""A template that nobody filled in."""

_NOT = re.compile(
    r"\b(?:cannot|can't|can not|may not|must not|do not|does not|don't|doesn't|will not|won't|shall not|are not|is not|never|no right|"
    r"unable|unlikely|nobody|no one|refuse to|decline to|not (?:able|possible|offered|available|accepted))\b"
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
    near = NEAR.get(matter)
    under = _sections_with(near[0], passages) if near else set()
    for passage in passages:
        found = _in_passage(matter, passage)
        if found is None and near and passage.heading in under and re.search(near[1], passage.text.lower()):
            saying = [clause for clause in _clauses(passage.text.lower()) if re.search(near[1], clause)]
            found = Found("denies" if all(_NOT.search(clause) for clause in saying) else "says", passage)
        if found and (best is None or _RANK[found.strength] > _RANK[best.strength]):
            best = found
            if best.strength == "says":
                break
    return best


def _sections_with(pattern: str, passages: list[Passage]) -> set[str]:
    """The headings under which, or in which, something like this stands."""
    said = re.compile(pattern)
    return {one.heading for one in passages if said.search(f"{one.heading} {one.text}".lower())}


_RANK: dict[Strength, int] = {"mentions": 1, "denies": 2, "says": 3}


def _in_passage(matter: Matter, passage: Passage) -> Found | None:
    signs = _signs(matter)
    text = passage.whole.lower()
    if matter in ("policy_link", "opt_out_of_sale", "contact") and (linked := _linked(matter, passage)):
        return linked
    if (signs.undone and signs.undone.search(text)) or (_ANNOUNCES.search(text) and matter not in _OF_THE_POLICY):
        return None
    say = any(one.search(text) for one in signs.says)
    if matter in ("countries", "overseas") and not say:
        say = _names_country(passage.whole, "where" if matter == "countries" else "goes")
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
    saying = [clause for clause in _clauses(text) if any(one.search(clause) for one in (*signs.says, *signs.mentions))]
    if not saying:
        return bool(_NOT.search(text.split(":")[0]))
    return all(_NOT.search(clause) for clause in saying)


def _clauses(text: str) -> list[str]:
    parts = re.split(r"[;,:]|\bbut\b|\bif\b|\bunless\b|\bwhen\b|\bso that\b|\band (?=we|you)", text)
    return [part for part in parts if part.strip()]


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


_ABROAD = {
    "where": r"recipients?|overseas|countr(?:y|ies)|disclos|transfer|stor(?:e|ed|es)\b|server|provider|located|based|host|process|sent|send|outside|abroad|suppl|keep|kept|shar|sell",
    "goes": r"recipients?|disclos|transfer|stor(?:e|ed|es)\b|server|provider|located|based|host|process|sent|send|suppl|keep|kept|shar|sell",
}


@cache
def _countries() -> re.Pattern[str]:
    names = [re.escape(name) for code, name in COUNTRIES.items() if code not in ("AU", "JE")]
    names += ["the US", "USA", "U\\.S\\.(?:A\\.)?", "the UK", "the EU", "European Union"]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(names, key=len, reverse=True))})(?!\w)")


def _names_country(text: str, how: str) -> bool:
    """A country other than Australia, in a sentence about where details go; `goes` wants them to go in or to it."""
    found = _countries().search(text)
    if not found or not re.search(rf"\b(?:{_ABROAD[how]})", text.lower()):
        return False
    return how == "where" or bool(re.search(r"\b(?:in|to)\b[^.:]{0,40}$", text[: found.start()].lower()))


def goes_overseas(found: Found | None) -> bool | None:
    """Whether details go overseas, as far as the passage on it settles that."""
    if found is None or found.strength != "says":
        return None
    return not found.denied
