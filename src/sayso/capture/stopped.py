"""Whether a stop stands against what a box was ticked for."""

from __future__ import annotations

from datetime import UTC, datetime

from sayso.ledger import Entry, Ledger
from sayso.ledger.addresses import normalised
from sayso.ledger.entries import ConsentDeclined, ConsentGiven

EVER = datetime.min.replace(tzinfo=UTC)
_SALE = frozenset({"do_not_sell", "gpc", "limit_sensitive"})


def stopped_since(ledger: Ledger, consent: Entry, since: datetime = EVER) -> bool:
    """
    Did a stop that reaches what this was for come at `since` or later, from whoever uses the address?

    Read as the ledger reads stops: what stops sale and sharing stops ads, not the shop's own messages (Cal. Civ. Code
    1798.120); one whose reach is not known reaches.
    """
    body = consent.body
    assert isinstance(body, ConsentGiven | ConsentDeclined)  # noqa: S101 -- nothing else is asked about
    reaching = {
        stop.entry
        for address in consent.addresses
        for channel in body.channels
        for topic in body.topics or ["everything"]
        for stop in ledger.facts_for(normalised(address), channel=channel, topic=topic).stops
        if stop.covers_channel is not False
        and stop.covers_topic is not False
        and (stop.kind not in _SALE or channel == "online_ad")
    }
    return any(stop.happened_at >= since for stop in ledger.entries(entry for entry in reaching if entry))
