"""
From what is on record to what a rule may ask: flat facts, grounds and stops, as of any moment.

Only what had been recorded by then counts. Days go in as they are (UTC); business days, months and local time are
worked out by the decision. A permission is read narrowly (the exact address, brand, channel and topic), a stop widely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sayso.ledger.business import Business
from sayso.ledger.entries import StopSettled
from sayso.ledger.grounds import grounds_of
from sayso.ledger.known import Known, covers
from sayso.ledger.projection import ADDRESS_BOUND
from sayso.ledger.states import Held, PersonState, Sent, StopRecord
from sayso.vocabulary import Channel, Facts, Stop

ADDRESS_OF_CHANNEL: dict[Channel, str] = {
    "email": "email",
    "sms": "phone",
    "mms": "phone",
    "instant_message": "phone",
    "voice_live": "phone",
    "voice_recorded": "phone",
    "fax": "phone",
}
"""The kind of address a channel needs; the others reach the person without one that the ledger keeps."""

_TOGETHER: tuple[frozenset[Channel], ...] = (frozenset({"sms", "mms"}), frozenset({"voice_live", "voice_recorded"}))
"""Channels that a stop reaches together: whoever stops texts stops pictures, and whoever stops calls stops all."""

_SALE_STOPS = frozenset({"do_not_sell", "gpc"})
_TEXTS: frozenset[Channel] = frozenset({"sms", "mms"})


def held_for(people: Iterable[PersonState], channel: Channel, at: datetime) -> Held | None:
    """The address the channel would use, as known by then: the one recorded last."""
    wanted = ADDRESS_OF_CHANNEL.get(channel)
    known = [held for person in people for held in person.addresses if held.recorded_at <= at and wanted == held.kind]
    return known[-1] if known else None


def facts_of(
    people: Sequence[PersonState],
    stops: Iterable[StopRecord],
    business: Business,
    *,
    address: Held | None,
    channel: Channel,
    topic: str,
    at: datetime,
    sender: str = "shop",
) -> Facts:
    """
    All that is known for one question.

    `people` are those who hold the address (usually one): each one's grounds count, and a flat fact on which they
    differ is unknown. `stops` are those kept for the address. `address` is the one that would be used; without one, or on a
    channel that needs none, what was recorded about any of the person's addresses counts.
    """
    exact = address.exact if address and channel in ADDRESS_OF_CHANNEL else None
    known = [Known(person, business, exact, at, sender) for person in people]
    flat: dict[str, Any] = {}
    for one in known:
        _merge(flat, one.flat(channel, topic), first=one is known[0])
    if not known and address and address.country:
        flat["person_country"] = address.country  # of a stranger the prefix of the number is all there is
    active = [stop for stop in stops if stop.recorded_at <= at]
    if any(stop.kind == "hard_bounce" for stop in active):
        flat["address_exists"] = False
    messages = [message for one in known for message in one.messages]
    settled = {
        record.body.stop: record.body.means_stop
        for one in known
        for record in one.records
        if isinstance(record.body, StopSettled) and record.actor == "owner"
    }
    if channel in _TEXTS:
        flat |= _since_stop(active, messages, at)
    return Facts(
        **{
            **business.sender_facts,
            **{name: value for name, value in flat.items() if value is not None},
            "channel": channel,
            "topic": topic,
            "messages_last_7_days": float(_in_week_before(messages, at)),
        },
        grounds=[ground for one in known for ground in grounds_of(one, channel, topic)],
        stops=[_stop(stop, channel, topic, messages, settled) for stop in active],
    )


def _merge(flat: dict[str, Any], more: dict[str, Any], *, first: bool) -> None:
    if first:
        flat.update(more)
        return
    for name in {*flat, *more}:
        if flat.get(name) != more.get(name):
            flat[name] = None


def _in_week_before(messages: list[Sent], at: datetime) -> int:
    start, end = (at - timedelta(days=7)).timestamp(), at.timestamp()
    return sum(1 for message in messages if message.marketing and start < message.happened <= end)


def _since_stop(stops: list[StopRecord], messages: list[Sent], at: datetime) -> dict[str, float]:
    """How long ago the latest stop that reaches texts came, and how many texts went out since (47 CFR 64.1200(a)(12))."""
    reaching = [
        stop.happened_at for stop in stops
        if stop.kind not in _SALE_STOPS and (not stop.channels or not _TEXTS.isdisjoint(stop.channels))
    ]  # fmt: skip
    if not reaching:
        return {}
    latest = max(reaching)
    texts = sum(1 for sent in messages if sent.channel in _TEXTS and sent.happened >= latest.timestamp())
    return {"minutes_after_stop": (at - latest).total_seconds() / 60, "further_texts_after_stop": float(texts)}


def _stop(stop: StopRecord, channel: Channel, topic: str, messages: list[Sent], settled: dict[str, bool]) -> Stop:
    if stop.kind in _SALE_STOPS and not stop.channels:
        reaches_channel: bool | None = channel == "online_ad"
    elif stop.kind in ADDRESS_BOUND or stop.scope == "everything":
        reaches_channel = True
    else:
        together = next((group for group in _TOGETHER if channel in group), frozenset({channel}))
        reaches_channel = not together.isdisjoint(stop.channels) if stop.channels else None
    if stop.kind in ADDRESS_BOUND or stop.scope in ("everything", "channel"):
        reaches_topic: bool | None = True
    else:
        reaches_topic = covers(stop.topics, topic)
    moment = stop.happened_at.timestamp()
    open_ended = stop.kind == "free_text" and stop.means_stop is None
    return Stop(
        kind=stop.kind,
        entry=stop.entry,
        scope=stop.scope,
        received_on=stop.happened_at.date(),
        covers_channel=reaches_channel,
        covers_topic=reaches_topic,
        earlier_message_with_consent=any(sent.with_consent and sent.happened <= moment for sent in messages) or None,
        through_offered_mechanism=stop.through_offered_mechanism,
        means_stop=settled.get(stop.entry) if open_ended else stop.means_stop,
        person_known=stop.person_known,
    )
