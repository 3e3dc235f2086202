"""What is on record about a person, told in time order: what happened, what was shown, how well it is proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sayso.ledger import Entry
from sayso.ledger.entries import (
    BounceReceived,
    CheckoutAbandoned,
    CheckoutStarted,
    Consent,
    ConsentGiven,
    ConsentWithdrawn,
    DeliveryReported,
    DetailsCollected,
    ErasureDone,
    MessageRefused,
    MessageSent,
    OptOutOfSaleReceived,
    OrderPlaced,
    RegisterChecked,
    RelationshipRecorded,
    RequestReceived,
    Stopping,
    Wording,
)
from sayso.reports.words import CHANNELS, plain

_SAID = {
    "details_collected": "Details were collected",
    "consent_declined": "Was asked for permission and did not give it",
    "objection_received": "Objected to marketing",
    "complaint_received": "Complained",
    "number_reassigned": "The number was given to somebody else",
    "publication_found": "The address was found published",
    "person_described": "Facts about the person were noted",
    "erasure_done": "The details were erased; the stop holds",
}
_ACTS = {
    "ticked_box": "Ticked a box",
    "pressed_button": "Pressed a button",
    "left_box_ticked": "Left a box that was ticked already",
    "left_box_unticked": "Left a box empty",
    "accepted_terms": "Accepted terms",
    "typed_details": "Typed in details",
    "gave_number": "Gave a number",
    "confirmed_by_link": "Confirmed by a link",
}


_CHANGED = {
    "person": "changed by the person",
    "script": "changed by a script",
    "shop": "changed by the shop",
    "nobody": "left alone",
}


@dataclass(frozen=True)
class Event:
    """One entry as people read it. `relied_on`: the answer rests on it."""

    id: str
    at: datetime
    recorded_at: datetime | None
    said: str
    wording: str
    details: list[str]
    proof: str
    stops: bool
    relied_on: bool


def events(entries: Iterable[Entry], relied_on: set[str]) -> list[Event]:
    """The entries in the order in which they happened."""
    told = [
        Event(
            id=entry.id,
            at=entry.happened_at,
            recorded_at=entry.recorded_at,
            said=_said(entry),
            wording=(entry.body.wording or "") if isinstance(entry.body, Wording) else "",
            details=list(_details(entry)),
            proof=entry.proof,
            stops=isinstance(entry.body, Stopping),
            relied_on=entry.id in relied_on,
        )
        for entry in entries
    ]
    return sorted(told, key=lambda event: event.at)


def _said(entry: Entry) -> str:
    match entry.body:
        case ConsentGiven(act=act):
            return _ACTS.get(act, plain(act).capitalize())
        case ConsentWithdrawn(means=means):
            return {"stop_keyword": "Texted STOP", "do_not_call": "Asked not to be called"}.get(means, "Unsubscribed")
        case OptOutOfSaleReceived(signal=signal):
            return (
                "Sent a Global Privacy Control signal" if signal == "gpc" else "Asked not to have data sold or shared"
            )
        case BounceReceived(hard=hard):
            return "A message came back for good" if hard else "A message came back"
        case OrderPlaced(paid=paid):
            return "Ordered and paid" if paid else "Placed an order"
        case CheckoutStarted():
            return "Was at a checkout"
        case RequestReceived(asks_for=asked):
            return "Asked to be erased" if asked == "erasure" else "Asked to see their details"
        case CheckoutAbandoned():
            return "Left a checkout unfinished"
        case RelationshipRecorded(relationship=kind):
            return f"Relationship: {plain(kind)}"
        case MessageSent(channel=channel, topic=topic):
            return f"Was sent a message ({CHANNELS[channel]}, {plain(topic)})"
        case MessageRefused(channel=channel, topic=topic, because=because, rule=rule):
            why = f": {because}" if because else ""
            return f"A message was refused ({CHANNELS[channel]}, {plain(topic)}){why}{f' ({rule})' if rule else ''}"
        case DeliveryReported(outcome=outcome):
            return "A message arrived" if outcome == "delivered" else "A message did not arrive"
        case RegisterChecked(register=register, registered=registered):
            return f"The {plain(register)} register said: {'registered' if registered else 'not registered'}"
        case DetailsCollected(collected_for=purpose) if purpose:
            return f"Typed in details ({plain(purpose)})"
        case ErasureDone():
            return _SAID["erasure_done"]
        case _:
            return _SAID.get(entry.kind, plain(entry.kind).capitalize())


def _details(entry: Entry) -> Iterator[str]:
    body = entry.body
    if isinstance(body, Consent):
        if body.box_default or body.box_final:
            changed = f", {_CHANGED[body.box_changed_by]}" if body.box_changed_by else ""
            yield f"box: {body.box_default or 'not known'} at first, {body.box_final or 'not known'} at last{changed}"
        if body.form_submitted is not None:
            yield "the form was submitted" if body.form_submitted else "the form was never submitted"
    if isinstance(body, Wording):
        if body.wording_version:
            yield f"wording version {body.wording_version}"
        if body.page:
            yield f"on {body.page}" + (f", in {body.language}" if body.language else "")
    if isinstance(body, Consent):
        if body.channels:
            yield "for " + ", ".join(CHANNELS[channel] for channel in body.channels)
        if body.topics:
            yield "about " + ", ".join(plain(topic) for topic in body.topics)
    if isinstance(body, DetailsCollected):
        if body.notice_shown is not None:
            yield "a collection notice was shown" if body.notice_shown else "no collection notice was shown"
        if body.before_submission:
            yield "taken from the page before anything was pressed"
    if isinstance(body, Stopping):
        reach = [*(CHANNELS[channel] for channel in body.channels), *(plain(topic) for topic in body.topics)]
        yield "stops " + (", ".join(reach) if reach else "everything")
