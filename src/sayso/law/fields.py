"""The keys that each kind of block in a rulebook may have, and what they mean; the reader and the reference use these."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """One key of a block: must it be there, and what does it say?"""

    needed: bool
    meaning: str


def _needs(meaning: str) -> Key:
    return Key(True, meaning)


def _may(meaning: str) -> Key:
    return Key(False, meaning)


_VERIFIED = (
    "how far the source was verified: `primary`, `quoted`, `guidance`, `secondary`, `unverified`, `analysis` or `own`"
)
_CITE = "the provision, as a lawyer would cite it within its instrument"
_IN_FORCE = "`from` a day, and `before` another where it ended; a replaced rule keeps its id in its next version"
_EACH = (
    "`ground` or `stop`: the limbs are asked of every ground or stop on record, and one that satisfies all is enough"
)

FIELDS: dict[str, dict[str, Key]] = {
    "instrument": {
        "id": _needs("jurisdiction and name, such as `au.spam-act`; the ids of its rules begin with it"),
        "title": _needs("its title, as cited"),
        "jurisdiction": _needs("whose law it is, such as `AU` or `US-CA`"),
        "layer": _needs("`law`, `guidance` or `own`"),
        "source": _needs("key of the source in `law/sources`"),
        "applies": _may("limbs that must all hold; where one does not, the whole rulebook is silent"),
        "on_by_default": _may(
            "`no` for a house rulebook that its owner has to turn on, `always` for one that cannot be turned off"
        ),
    },
    "rule": {
        "id": _needs("unique, but for later versions of the same rule"),
        "cite": _needs(_CITE),
        "in_force": _needs(_IN_FORCE),
        "because": _needs("why it decides, in one plain sentence for a shop owner"),
        "title": _may("a short name"),
        "forbidden_when": _may("a *ban*: refuses when all its limbs hold and no exception lifts it"),
        "when": _may("a *duty*: refuses when all these limbs hold and one under `must` does not"),
        "must": _may("what a duty requires; the limb that fails is the reason"),
        "where": _may("an *exception*: lifts the rules it names when all its limbs hold"),
        "exception_to": _may("the rules it lifts; never a rule of a higher layer"),
        "for_each": _may(_EACH),
        "obligation": _may("what to do, where the rule rests on something that can still be arranged"),
        "verified": _needs(_VERIFIED),
    },
    "define": {
        "name": _needs("a name that limbs may use, unique over all rulebooks"),
        "cite": _needs(_CITE),
        "all": _may("limbs that must all hold"),
        "any": _may("limbs of which one is enough"),
        "for_each": _may(_EACH),
        "verified": _needs(_VERIFIED),
    },
    "numbers": {
        "name": _needs("a name that limbs and penalties may use"),
        "values": _needs("a list of `value`, `from`, `cite` and `verified`; the last that has begun counts"),
    },
    "penalty": {
        "id": _needs("unique"),
        "rules": _needs("the rules whose breach it follows"),
        "cite": _needs(_CITE),
        "kind": _needs("what it is, such as `court maximum, body corporate`"),
        "per": _needs("what it is counted by, such as `contravention`, `message` or `day`"),
        "currency": _needs("ISO 4217"),
        "most": _needs("the upper end, times `unit` where one is named"),
        "in_force": _needs(_IN_FORCE),
        "least": _may("the lower end; nothing if left out"),
        "unit": _may("a dated number that the amounts are counted in, such as a penalty unit"),
        "condition": _may("on what else it depends, in words"),
        "who": _may("an expression over facts of the sender; unknown counts as yes"),
        "verified": _needs(_VERIFIED),
    },
    "not_encoded": {
        "id": _needs("unique"),
        "title": _needs("the law's title"),
        "cite": _needs(_CITE),
        "scope": _needs(
            "limbs; where all hold, or may, the answer is *not covered*; where that rests on an arguable limb alone, *depends*"
        ),
        "because": _needs("what is missing, in one plain sentence"),
        "verified": _needs(_VERIFIED),
    },
}
