"""Where a person is, from evidence that may disagree."""

from __future__ import annotations

from collections.abc import Iterable

from sayso.ledger.entries import CheckoutAbandoned, DetailsCollected, OrderPlaced, PersonDescribed, Place
from sayso.ledger.states import Held, Record


def place_of(records: Iterable[Record], addresses: Iterable[Held]) -> tuple[str | None, str | None]:
    """
    Country and state, each unknown where the evidence disagrees: then every law that might apply applies.

    What the person says about themselves goes before everything; otherwise the latest shipping place, the latest
    billing place and the prefix of each number have to agree.
    """
    latest: dict[str, Place] = {}
    for record in records:
        if isinstance(record.body, DetailsCollected | CheckoutAbandoned | OrderPlaced | PersonDescribed):
            for place in record.body.places:
                latest[place.source] = place
    if "declared" in latest:
        return latest["declared"].country, latest["declared"].state
    prefixes = [Place("phone", held.country) for held in addresses if held.country]
    evidence = [*latest.values(), *prefixes]
    countries = {place.country for place in evidence}
    if len(countries) != 1:
        return None, None
    states = {place.state for place in evidence if place.state}
    return countries.pop(), states.pop() if len(states) == 1 else None
