"""What is a name of somebody, and what only looks like one: `Spring Collection` is written as `Robin Carter` is."""

from __future__ import annotations

import re
from functools import lru_cache

from sayso.messages.content.promotion import acts_in
from sayso.messages.content.words import base

_NEVER_LISTED = """
christmas xmas noel easter halloween valentine valentines black friday cyber monday boxing day holiday holidays festive
season seasons seasonal spring summer autumn fall winter weekend midweek midnight birthday anniversary mother mothers
father fathers mum mums dad dads graduation wedding thanksgiving ramadan diwali lunar new year collection collections
range ranges lookbook lookbooks catalogue catalog brochure edit edition drop drops launch arrival arrivals style styles
fashion trend trends outlet clearance sale sales offer offers deal deals special specials discount discounts bargain
bargains promo promos promotion promotions price prices half free gift gifts bonus bundle bundles reward rewards voucher
vouchers coupon coupons saver savers saving savings save treat treats exclusive exclusives premium luxury vip club member
members insider insiders preview flash mega super best top hot great big biggest ultimate final last chance only now
today tonight off percent shop shopping store stores buy get grab win winner winners prize prizes competition giveaway
lottery casino bet bets betting jackpot stock fresh latest must have limited
"""
NEVER = frozenset(_NEVER_LISTED.split())
"""Words of shops and of seasons, which name nobody by themselves."""
_ALSO_NAMES = frozenset((
    "mark", "bill", "will", "may", "grant", "june", "april", "august", "drew", "page", "rich", "pat", "art", "sue", "ray",
    "guy", "case", "ward", "banks", "wells", "court", "street", "long", "short", "small", "law", "house", "post", "person",
))  # fmt: skip
"""Words of service that are names too."""
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-])*")
_MOST, _LONGEST = 6, 80


@lru_cache(maxsize=8192)
def is_name(words: str) -> bool:
    """Could these words be what a person or a firm is called?"""
    said = words.replace(",", " ").split()
    if not 0 < len(said) <= _MOST or len(words) > _LONGEST or acts_in(words.lower()):
        return False
    if not all(map(_NAME.fullmatch, said)):
        return False
    lower = [one.lower().strip(".'’-") for one in said]
    return any(one in _ALSO_NAMES or not (one in NEVER or base(one)) for one in lower)


SPONSORED = "it names a sponsor, and nothing else"
_SPONSORED = re.compile(r"(?:proudly |kindly )?(?:sponsored|supported) by ([^.!?]{1,60})\.?", re.IGNORECASE)


def sponsored(words: str) -> bool:
    """Is it the bare name of a sponsor, which may stand beside a fact (Spam Act 2003 Sch 1 cl 2(1)(b)-(d))?"""
    found = _SPONSORED.fullmatch(words.strip()) if len(words) <= _LONGEST else None
    return found is not None and found[1][:1].isupper() and is_name(found[1])
