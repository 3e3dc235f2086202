"""Where a person is, from evidence that may disagree, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from sayso.ledger.entries import CheckoutAbandoned, DetailsCollected, OrderPlaced, PersonDescribed, Place
from sayso.ledger.states import Held, Record

Sure = Literal["declared", "agreed", "one_source", "conflicting", "unknown"]
"""The person said so; several kinds of evidence agree; there is only one kind; they disagree; there is none."""


class Whereabouts(NamedTuple):
    """
    Country and state (ISO 3166), each unknown where the evidence disagrees: then every law that might apply applies,
    the laws of each of the places among them.
    """

    country: str | None
    state: str | None
    sure: Sure
    evidence: list[Place]
    """All that counts: the latest of each kind, and the prefix of each number."""


def whereabouts(records: Iterable[Record], addresses: Iterable[Held]) -> Whereabouts:
    """
    Where the records and numbers say that the person is.

    What the person says about themselves goes before everything; otherwise the latest shipping place, the latest
    billing place, the latest of their account, the latest of a form, and the prefix of each number have to agree.
    """
    latest: dict[str, Place] = {}
    for record in records:
        if isinstance(record.body, DetailsCollected | CheckoutAbandoned | OrderPlaced | PersonDescribed):
            for place in record.body.places:
                latest[place.source] = place
    prefixes = [Place("phone", held.country) for held in addresses if held.country]
    evidence = list(dict.fromkeys([*latest.values(), *prefixes]))
    if "declared" in latest:
        return Whereabouts(latest["declared"].country, latest["declared"].state, "declared", evidence)
    countries = {place.country for place in evidence}
    states = {place.state for place in evidence if place.state}
    if not evidence:
        return Whereabouts(None, None, "unknown", evidence)
    if len(countries) > 1:
        return Whereabouts(None, None, "conflicting", evidence)
    (country,) = countries
    if len(states) > 1:
        return Whereabouts(country, None, "conflicting", evidence)
    sure: Sure = "agreed" if len({place.source for place in evidence}) > 1 else "one_source"
    return Whereabouts(country, states.pop() if states else None, sure, evidence)
