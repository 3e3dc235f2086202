"""What might permit it: each consent, refused box, publication and relationship on record of one person, as grounds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sayso.ledger.entries import (
    CheckoutAbandoned,
    ConsentDeclined,
    ConsentGiven,
    OrderPlaced,
    PublicationFound,
    RelationshipRecorded,
)
from sayso.ledger.known import Known, covers, latest_of
from sayso.ledger.states import Record
from sayso.vocabulary import Channel, Ground
from sayso.vocabulary.ground import ConsentAct, Relationship

_SHARED_RELATION_FIELDS = ("ongoing", "ended_by_a_party", "two_way", "remunerated", "offer_related")


def grounds_of(known: Known, channel: Channel, topic: str) -> list[Ground]:
    """Each consent, refused box and publication of this address, and each kind of relationship, of this brand."""
    own = [record for record in known.records if record.sender == known.sender]
    submitted: set[str | None] = {r.body.form for r in own if isinstance(r.body, OrderPlaced) and r.body.form}
    grounds = []
    for record in own:
        if isinstance(record.body, ConsentGiven) and known.names(record):
            grounds.append(_consent(known, record, record.body, channel, topic, submitted))
        elif isinstance(record.body, ConsentDeclined) and known.names(record):
            grounds.append(_declined(known, record, record.body, channel, topic, submitted))
        elif isinstance(record.body, PublicationFound) and known.names(record):
            grounds.append(_publication(known, record, record.body))
    return grounds + _relationships(known, own, submitted)


def _given_how(known: Known) -> dict[str, Any]:
    return {
        "address_given_directly": known.latest("given_directly"),
        "address_given_for_other_use": known.latest("given_for_other_use"),
    }


def _consent(
    known: Known, record: Record, body: ConsentGiven, channel: Channel, topic: str, submitted: set[str | None]
) -> Ground:
    return Ground(
        kind="consent",
        entry=record.id,
        act=_really_did(body),
        evidence=known.business.evidence(record),
        given_by=body.given_by,
        given_on=record.happened_at.date(),
        form_submitted=True if body.form and body.form in submitted else body.form_submitted,
        marketing_named=body.marketing_named,
        names_sender=body.names_sender,
        covers_channel=covers(body.channels, channel),
        covers_topic=covers(body.topics, topic),
        separate_from_terms=body.separate_from_terms,
        prompted_by_message=body.prompted_by_message,
        duration=body.duration,
        expires_on=body.expires_on,
        signed_writing=body.signed_writing,
        pewc_disclosures=body.pewc_disclosures,
        outside_hours_agreed=body.outside_hours_agreed,
        refused_later=_refused_later(known, record, channel, topic) or None,
        symmetric_choice=body.symmetric_choice,
        bundled=body.bundled,
        deceptive=body.deceptive,
        withdrawal_as_easy=body.withdrawal_as_easy,
        confirmed_from_account=body.confirmed_from_account,
        confirmed_in_second_step=body.confirmed_in_second_step,
        opted_in_to_other_firm=body.opted_in_to_other_firm,
        carrier_opt_in_mentions_carts=body.carrier_opt_in_mentions_carts,
        **_given_how(known),
    )


def _refused_later(known: Known, consent: Record, channel: Channel, topic: str) -> bool:
    """
    Did the person later leave a box blank on a form that said that blank means no?

    Read widely, as every refusal: a box silent about channels or topics reaches all of them, whatever brand showed
    it, and only a form known not to have been sent says nothing.
    """
    promised = [_form(r) for r in known.collected if getattr(r.body, "promised_only_tickers", None)]
    return any(
        isinstance(record.body, ConsentDeclined)
        and known.names(record)
        and record.happened_at > consent.happened_at
        and record.body.form_submitted is not False
        and covers(record.body.channels, channel) is not False
        and covers(record.body.topics, topic) is not False
        and _form(record) in promised
        for record in known.records
    )


def _declined(
    known: Known, record: Record, body: ConsentDeclined, channel: Channel, topic: str, submitted: set[str | None]
) -> Ground:
    """A box offered and left blank: it permits nothing, and speaks against whatever else might be inferred."""
    return Ground(
        kind="consent",
        entry=record.id,
        act="left_box_unticked",
        evidence=known.business.evidence(record),
        given_on=record.happened_at.date(),
        form_submitted=True if body.form and body.form in submitted else body.form_submitted,
        marketing_named=body.marketing_named,
        names_sender=body.names_sender,
        covers_channel=covers(body.channels, channel),
        covers_topic=covers(body.topics, topic),
    )


def _publication(known: Known, record: Record, body: PublicationFound) -> Ground:
    return Ground(
        kind="publication",
        entry=record.id,
        evidence=known.business.evidence(record),
        given_on=record.happened_at.date(),
        conspicuous=body.conspicuous,
        publication_agreed=body.publication_agreed,
        refuses_marketing=body.refuses_marketing,
        relevant_to_role=body.relevant_to_role,
        work_address=body.work_address,
    )


def _relationships(known: Known, own: list[Record], submitted: set[str | None]) -> list[Ground]:
    """
    One ground for each kind of dealing: its latest state, and the day of its latest event. A checkout whose order came
    after all was not abandoned.
    """
    grounds: dict[Relationship, Ground] = {}
    for record in own:
        body = record.body
        day = record.happened_at.date()
        if isinstance(body, OrderPlaced):
            kind: Relationship = "purchase"
        elif isinstance(body, CheckoutAbandoned) and body.form in submitted:
            continue
        elif isinstance(body, CheckoutAbandoned):
            kind = "checkout_abandoned"
        elif isinstance(body, RelationshipRecorded):
            kind, day = body.relationship, body.last_event_on or day
        else:
            continue
        ground = grounds.setdefault(kind, Ground(kind="relationship", relationship=kind, **_given_how(known)))
        ground.entry = record.id
        ground.evidence = known.business.evidence(record)
        ground.given_on = ground.given_on or day
        ground.last_event_on = max(ground.last_event_on or day, day)
        if isinstance(body, OrderPlaced):
            ground.two_way = True
            ground.remunerated = latest_of(None if body.paid is False else True, ground.remunerated)
        if isinstance(body, RelationshipRecorded):
            for name in _SHARED_RELATION_FIELDS:
                setattr(ground, name, latest_of(getattr(body, name), getattr(ground, name)))
    return list(grounds.values())


def _form(record: Record) -> str | datetime:
    """Which form it stood on: by its name, or where it has none by the moment, since what stands on one is recorded as one."""
    return getattr(record.body, "form", None) or record.happened_at


def _really_did(body: ConsentGiven) -> ConsentAct:
    """What the person did, seen from the box: one ticked beforehand, by a script or by the shop is not their act."""
    if body.act == "ticked_box" and (
        body.box_changed_by in ("script", "shop", "nobody")
        or (body.box_default == "ticked" and body.box_changed_by != "person")
        or body.box_final == "unticked"
    ):
        return "left_box_unticked" if body.box_final == "unticked" else "left_box_ticked"
    return body.act
