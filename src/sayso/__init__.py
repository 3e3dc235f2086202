"""
sayso: may we use this person's details for this marketing, on this channel, now, and why?

>>> from sayso import Facts, ask
>>> ask(Facts(channel="email", person_country="AU", message_kind="abandoned_cart")).answer
'not_allowed'

sayso is not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sayso.decision import Decision, decide
from sayso.law import LawError, Rulebooks, rulebooks
from sayso.vocabulary import Facts, Ground, Stop
from sayso.vocabulary.given import FactsError, read_facts

__version__ = "0.1.0"
__all__ = [
    "Decision",
    "Facts",
    "FactsError",
    "Ground",
    "LawError",
    "Rulebooks",
    "Stop",
    "ask",
    "default_rulebooks",
    "read_facts",
    "rulebooks",
]


def default_rulebooks() -> Rulebooks:
    """The shipped rulebooks that are on unless the owner says otherwise: the laws, guidance, and permission-first."""
    shipped = rulebooks()
    return shipped.without(name for name, one in shipped.instruments.items() if not one.on_by_default)


_DEFAULT: list[Rulebooks] = []


def ask(
    facts: Facts,
    *,
    at: datetime | date | None = None,
    law: Rulebooks | None = None,
    gate: bool = False,
    accepted: Iterable[str] = (),
) -> Decision:
    """
    May these details be used so, at this moment, and why? No server, store or file is needed.

    `at` is now if left out, `law` the shipped rulebooks that are on by default. With `gate` the message and moment
    are before us: what is unknown of them refuses. `accepted` names arguable limbs taken at the owner's own risk.
    """
    if law is None:
        if not _DEFAULT:
            _DEFAULT.append(default_rulebooks())
        law = _DEFAULT[0]
    return decide(facts, at or datetime.now(UTC), law, gate=gate, accepted=accepted)
