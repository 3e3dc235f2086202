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
from sayso.ledger.entries import (
    CheckoutAbandoned,
    ConsentDeclined,
    ConsentGiven,
    DetailsCollected,
    OrderPlaced,
    PersonDescribed,
    PublicationFound,
    RegisterChecked,
    RelationshipRecorded,
)
from sayso.ledger.places import place_of
from sayso.ledger.projection import ADDRESS_BOUND
from sayso.ledger.states import Held, PersonState, Record, Sent, StopRecord
from sayso.vocabulary import Channel, Facts, Ground, Stop
from sayso.vocabulary.ground import ConsentAct, Relationship

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
_SHARED_RELATION_FIELDS = ("ongoing", "ended_by_a_party", "two_way", "offer_related")


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
    known = [_Known(person, business, exact, at, sender) for person in people]
    flat: dict[str, Any] = {}
    for one in known:
        _merge(flat, one.flat(channel, topic), first=one is known[0])
    active = [stop for stop in stops if stop.recorded_at <= at]
    if any(stop.kind == "hard_bounce" for stop in active):
        flat["address_exists"] = False
    messages = [message for one in known for message in one.messages]
    return Facts(
        **{
            **business.sender_facts,
            **{name: value for name, value in flat.items() if value is not None},
            "channel": channel,
            "topic": topic,
            "messages_last_7_days": float(_in_week_before(messages, at)),
        },
        grounds=[ground for one in known for ground in one.grounds(channel, topic)],
        stops=[_stop(stop, channel, topic, messages) for stop in active],
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


def _covers(named: Sequence[str], asked: str) -> bool | None:
    """Does a wording that names these cover this one? Unknown where it names none."""
    return asked in named if named else None


def _stop(stop: StopRecord, channel: Channel, topic: str, messages: list[Sent]) -> Stop:
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
        reaches_topic = _covers(stop.topics, topic)
    moment = stop.happened_at.timestamp()
    return Stop(
        kind=stop.kind,
        entry=stop.entry,
        scope=stop.scope,
        received_on=stop.happened_at.date(),
        covers_channel=reaches_channel,
        covers_topic=reaches_topic,
        earlier_message_with_consent=any(sent.with_consent and sent.happened <= moment for sent in messages) or None,
        through_offered_mechanism=stop.through_offered_mechanism,
        means_stop=stop.means_stop,
        person_known=stop.person_known,
    )


class _Known:
    """What is on record of one person as of a moment, seen from one of their addresses."""

    def __init__(self, state: PersonState, business: Business, exact: str | None, at: datetime, sender: str) -> None:
        self.state, self.business, self.exact, self.at, self.sender = state, business, exact, at, sender
        self.records = sorted(
            (record for record in state.records if record.recorded_at <= at), key=lambda record: record.happened_at
        )
        moment = at.timestamp()
        self.messages = [sent for sent in state.messages if sent.recorded <= moment]
        self.collected = [r for r in self.records if isinstance(r.body, DetailsCollected) and self._names(r)]

    def _names(self, record: Record) -> bool:
        return self.exact is None or self.exact in record.addresses

    def _latest(self, name: str) -> Any:
        """The latest known value of a field over the collections of this address."""
        for record in reversed(self.collected):
            value = getattr(record.body, name)
            if value is not None:
                return value
        return None

    # What the person is, where they are, what they were told -----------------------------------------------------

    def flat(self, channel: Channel, topic: str) -> dict[str, Any]:
        """The person's facts that are not a ground or a stop; a value of `None` is unknown."""
        country, state = place_of(self.records, [h for h in self.state.addresses if h.recorded_at <= self.at])
        facts: dict[str, Any] = {
            "person_country": country,
            "person_state": state,
            "address_verified": self._verified() or None,
            **self._asked_and_sensitive(),
            **self._registers(),
        }
        if self.collected:
            facts.update(self._collection(channel, topic))
        for record in self.records:
            if isinstance(record.body, PersonDescribed):
                facts.update(record.body.facts)
        return facts

    def _collection(self, channel: Channel, topic: str) -> dict[str, Any]:
        facts = {
            "collected_from_individual": self._latest("from_individual"),
            "collected_for": self._latest("collected_for"),
            "captured_before_submission": self._latest("before_submission"),
            "list_source": self._latest("list_source"),
            "recipient_type": self._latest("recipient_type"),
            "address_type": self._latest("address_type"),
            "sensitive_consent": self._latest("sensitive_consent"),
            "promised_only_tickers": self._latest("promised_only_tickers"),
            "refusal_offered_at_collection": self._latest("refusal_offered"),
            "notice_at_collection": self._latest("notice_shown"),
            "notice_names_marketing": self._latest("notice_names_marketing"),
            "notice_beside_field": self._latest("notice_beside_field"),
            "notice_link_target": self._latest("notice_link_target"),
            "notice_complete": self._latest("notice_complete"),
            "opt_out_notice_posted_at_collection": self._latest("opt_out_notice_posted"),
        }
        named = self._latest("notice_channels")
        if named is not None:
            facts["notice_names_channel"] = channel in named
        version = self._latest("notice_version")
        if version is None:
            return facts
        told: dict[str, Any] = {"notice_at_collection": True}
        notice = self.business.notices.get(version)
        if notice is not None:
            told |= {
                "notice_names_marketing": _and(notice.marketing_named, _covers(notice.topics, topic)),
                "notice_names_channel": channel in notice.channels,
                "notice_link_target": notice.link_target,
                "notice_complete": notice.complete,
                "opt_out_notice_posted_at_collection": notice.opt_out_notice,
            }
        return {**told, **{name: value for name, value in facts.items() if value is not None}}

    def _asked_and_sensitive(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"asked_for_contact": None, "sensitive_information": None, "pressed_pay": None}
        for record in self.records:
            body = record.body
            if isinstance(body, DetailsCollected | CheckoutAbandoned):
                facts["asked_for_contact"] = _latest_of(body.asked_for_contact, facts["asked_for_contact"])
            if isinstance(body, DetailsCollected | CheckoutAbandoned | OrderPlaced):
                facts["sensitive_information"] = _latest_of(body.sensitive, facts["sensitive_information"])
            if isinstance(body, CheckoutAbandoned):
                facts["pressed_pay"] = body.pressed_pay
        return facts

    def _verified(self) -> bool:
        return any(
            (isinstance(record.body, OrderPlaced) and record.body.paid)
            or (isinstance(record.body, ConsentGiven) and record.body.confirmed_from_account)
            for record in self.records
            if self._names(record)
        )

    def _registers(self) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for record in self.records:
            if not isinstance(record.body, RegisterChecked) or not self._names(record):
                continue
            listed = record.body.registered
            match record.body.register:
                case "au_do_not_call":
                    facts["on_do_not_call_register"] = facts["wash_reported_registered"] = listed
                    facts["list_washed_days_ago"] = float((self.at.date() - record.happened_at.date()).days)
                case "us_national_do_not_call":
                    facts["on_national_dnc"] = listed
                case "preference_register":
                    facts["on_preference_register"] = listed
        return facts

    # What might permit it ----------------------------------------------------------------------------------------

    def grounds(self, channel: Channel, topic: str) -> list[Ground]:
        """Each consent, refused box and publication of this address, and each kind of relationship, of this brand."""
        own = [record for record in self.records if record.sender == self.sender]
        submitted: set[str | None] = {r.body.form for r in own if isinstance(r.body, OrderPlaced) and r.body.form}
        grounds = []
        for record in own:
            if isinstance(record.body, ConsentGiven) and self._names(record):
                grounds.append(self._consent(record, record.body, channel, topic, submitted))
            elif isinstance(record.body, ConsentDeclined) and self._names(record):
                grounds.append(self._declined(record, record.body, channel, topic, submitted))
            elif isinstance(record.body, PublicationFound) and self._names(record):
                grounds.append(self._publication(record, record.body))
        return grounds + self._relationships(own)

    def _given_how(self) -> dict[str, Any]:
        return {
            "address_given_directly": self._latest("given_directly"),
            "address_given_for_other_use": self._latest("given_for_other_use"),
        }

    def _consent(
        self, record: Record, body: ConsentGiven, channel: Channel, topic: str, submitted: set[str | None]
    ) -> Ground:
        return Ground(
            kind="consent",
            entry=record.id,
            act=_really_did(body),
            evidence=self.business.evidence(record),
            given_by=body.given_by,
            given_on=record.happened_at.date(),
            form_submitted=True if body.form and body.form in submitted else body.form_submitted,
            marketing_named=body.marketing_named,
            names_sender=body.names_sender,
            covers_channel=_covers(body.channels, channel),
            covers_topic=_covers(body.topics, topic),
            separate_from_terms=body.separate_from_terms,
            prompted_by_message=body.prompted_by_message,
            duration=body.duration,
            expires_on=body.expires_on,
            signed_writing=body.signed_writing,
            pewc_disclosures=body.pewc_disclosures,
            symmetric_choice=body.symmetric_choice,
            bundled=body.bundled,
            deceptive=body.deceptive,
            confirmed_from_account=body.confirmed_from_account,
            opted_in_to_other_firm=body.opted_in_to_other_firm,
            carrier_opt_in_mentions_carts=body.carrier_opt_in_mentions_carts,
            **self._given_how(),
        )

    def _declined(
        self, record: Record, body: ConsentDeclined, channel: Channel, topic: str, submitted: set[str | None]
    ) -> Ground:
        """A box offered and left blank: it permits nothing, and speaks against whatever else might be inferred."""
        return Ground(
            kind="consent",
            entry=record.id,
            act="left_box_unticked",
            evidence=self.business.evidence(record),
            given_on=record.happened_at.date(),
            form_submitted=True if body.form and body.form in submitted else body.form_submitted,
            marketing_named=body.marketing_named,
            names_sender=body.names_sender,
            covers_channel=_covers(body.channels, channel),
            covers_topic=_covers(body.topics, topic),
        )

    def _publication(self, record: Record, body: PublicationFound) -> Ground:
        return Ground(
            kind="publication",
            entry=record.id,
            evidence=self.business.evidence(record),
            given_on=record.happened_at.date(),
            conspicuous=body.conspicuous,
            publication_agreed=body.publication_agreed,
            refuses_marketing=body.refuses_marketing,
            relevant_to_role=body.relevant_to_role,
            work_address=body.work_address,
        )

    def _relationships(self, own: list[Record]) -> list[Ground]:
        """One ground for each kind of dealing: its latest state, and the day of its latest event."""
        grounds: dict[Relationship, Ground] = {}
        for record in own:
            body = record.body
            day = record.happened_at.date()
            if isinstance(body, OrderPlaced):
                kind: Relationship = "purchase"
            elif isinstance(body, CheckoutAbandoned):
                kind = "checkout_abandoned"
            elif isinstance(body, RelationshipRecorded):
                kind, day = body.relationship, body.last_event_on or day
            else:
                continue
            ground = grounds.setdefault(kind, Ground(kind="relationship", relationship=kind, **self._given_how()))
            ground.entry = record.id
            ground.evidence = self.business.evidence(record)
            ground.given_on = ground.given_on or day
            ground.last_event_on = max(ground.last_event_on or day, day)
            if isinstance(body, OrderPlaced):
                ground.two_way = True
            if isinstance(body, RelationshipRecorded):
                for name in _SHARED_RELATION_FIELDS:
                    setattr(ground, name, _latest_of(getattr(body, name), getattr(ground, name)))
        return list(grounds.values())


def _latest_of(now: bool | None, before: bool | None) -> bool | None:
    return before if now is None else now


def _and(one: bool | None, other: bool | None) -> bool | None:
    """Both, where a wording that names no topic speaks of marketing in general."""
    return one if other is None else (one and other if one is not None else None)


def _really_did(body: ConsentGiven) -> ConsentAct:
    """What the person did, seen from the box: one ticked beforehand, by a script or by the shop is not their act."""
    if body.act == "ticked_box" and (
        body.box_changed_by in ("script", "shop", "nobody")
        or (body.box_default == "ticked" and body.box_changed_by != "person")
        or body.box_final == "unticked"
    ):
        return "left_box_unticked" if body.box_final == "unticked" else "left_box_ticked"
    return body.act
