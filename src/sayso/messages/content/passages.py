"""What one passage does, judged by itself: it serves, it keeps service company, it promotes, or nobody can tell."""

from __future__ import annotations

import re
from functools import lru_cache

from sayso.messages.content.names import is_name
from sayso.messages.content.promotion import WHY, acts_in
from sayso.messages.content.sentences import Verdict, read
from sayso.messages.content.slots import NAME, SLOT, plain, put_in, without_own

__all__ = ["Verdict", "weigh"]

LONGEST = 20_000
"""Characters of a passage that is weighed; no service needs one longer."""
_KEPT = 2_000
"""Characters of a passage that is remembered; the passages of one campaign are mostly the same."""
_ENDS = re.compile(r"(?<=[.!?;])\s+(?=\S)")
_SIGNED_OFF = re.compile(
    r"(?i:(?:many |with |best |kind |kindest |warm )?(?:thanks|thank you|cheers|regards|wishes|sincerely|yours|love|^(?:all the )?best)[\w ]{0,12}[,!.]\s?)"
    rf"((?:[A-ZÀ-Þ][\wÀ-ɏ'-]{{0,30}} ?){{1,3}}?)(?=$|,|[{SLOT}{NAME}]|(?i:the|customer|support|service|accounts?|billing|help|team|your)\b)"
)


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
        one = read(_SIGNED_OFF.sub(_signed, sentence), after=serves)
        if one.does == "unrecognised":
            return one
        serves = serves or one.does == "serves"
    return Verdict("serves" if serves else "accompanies")


def _signed(found: re.Match[str]) -> str:
    return f"{SLOT} " if is_name(found[1].strip()) else found[0]


_remembered = lru_cache(maxsize=8192)(_weigh)
