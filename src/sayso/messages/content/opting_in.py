"""
The second step of a double opt-in: a mail that asks the mailbox to confirm what somebody ticked, and promotes nothing.

It has to quote the wording that was ticked, which names offers or news. So that one passage is set apart, where the
message says that the tick came first, asks to confirm it on the sender's own page, and says that to do nothing is a no.
"""

from __future__ import annotations

import re

from sayso.messages.content.promotion import acts_in
from sayso.messages.content.slots import plain
from sayso.messages.parts import Passage

_TICKED = re.compile(
    r"\b(?:somebody|someone|you)\b[^.!?]{0,40}\b(?:ticked|signed up|asked to (?:get|receive)|subscribed)\b[^.!?]{0,80}\b(?:form|page|website|checkout|list|newsletter|emails?|store|shop)\b"
)
_CONFIRM = re.compile(r"\bconfirm (?:it|this|that|your (?:e-?mail|address|subscription|sign-?up))\b")
_OTHERWISE = re.compile(
    r"\bif (?:it was not|it wasn't|that was not|this was not|this wasn't|you did not|you didn't)\b.{0,40}\b(?:do nothing|ignore|nothing (?:is|will be) sent|nothing (?:to|you need to) do)\b"
)
_WORDING = re.compile(
    r"[\"']?(?:yes\b|ok\b|i (?:agree|consent|want|would like|'d like|am happy)\b|(?:please )?(?:e-?mail|send|text|call|keep) me\b)"
)
_NAMED = re.compile(
    r"\b(?:special )?(?:offers?|promotions?|discounts?|deals|newsletters?|sales|rewards|keep (?:me )?(?:in touch|posted|up to date)|hear from)\b"
)
_LONGEST, _FIRST = 400, 20


def quoted_wordings(passages: tuple[Passage, ...]) -> frozenset[int] | None:
    """Which passages quote the wording that was ticked; None where the message is no second step of an opt-in."""
    if not any("confirm" in passage.words for passage in passages[:_FIRST]):
        return None
    said = [plain(passage.words[:1_000]).lower() for passage in passages]
    together = " ".join(said[:_FIRST])
    if not (_TICKED.search(together) and _CONFIRM.search(together) and _OTHERWISE.search(together)):
        return None
    return frozenset(
        number for number, passage in enumerate(passages) if not passage.links and _is_wording(said[number])
    )


def _is_wording(said: str) -> bool:
    return len(said) <= _LONGEST and bool(_WORDING.match(said)) and not acts_in(_NAMED.sub("messages", said))
