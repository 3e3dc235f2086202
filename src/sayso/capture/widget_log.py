"""
The event log of a form widget: JSON lines, one thing that happened on each.

A line `{"event": "form", ...}` is one form as a person met it: when, on which page, in which language, what they
typed, what notice stood where, each box with its wording and version, how it stood before and after and who changed
it, and whether the form was submitted. A line `{"event": "happened", "body": {"kind": ...}}` is anything else that
bears on the answer, its body written as in the ledger. Only what the log itself shows counts as proved: a box without
its wording, page, states or changer is a claim like any other.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal

import msgspec

from sayso.capture.errors import BadRowError, BadValueError
from sayso.capture.readings import Draft, Options, Reading, places_of, read_contact, read_place
from sayso.capture.values import read_moment
from sayso.ledger.entries import (
    AnyBody,
    BounceReceived,
    BoxChanger,
    BoxState,
    ComplaintReceived,
    ConsentDeclined,
    ConsentGiven,
    ConsentWithdrawn,
    DetailsCollected,
    MessageSent,
    NoticePublished,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
    OrderPlaced,
    PersonDescribed,
    Place,
    Private,
    Proof,
    RegisterChecked,
    RelationshipRecorded,
)
from sayso.vocabulary import Channel
from sayso.vocabulary.ground import ConsentAct, Duration
from sayso.vocabulary.person import CollectedFor
from sayso.vocabulary.sender import NoticeTarget

Happening = (
    NoticePublished
    | ConsentWithdrawn
    | ObjectionReceived
    | ComplaintReceived
    | BounceReceived
    | NumberReassigned
    | OptOutOfSaleReceived
    | OrderPlaced
    | RelationshipRecorded
    | PersonDescribed
    | MessageSent
    | RegisterChecked
)
"""What a log may report. Settings, evidence classes, accepted risks and erasures are the owner's to decide."""

_SHOPS_OWN = (NoticePublished, BounceReceived, NumberReassigned, MessageSent, RegisterChecked)


class Notice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The notice that stood at the form; left out where the log does not say, `shown` false where there was none."""

    shown: bool
    version: str | None = None
    names_marketing: bool | None = None
    channels: list[Channel] | None = None
    beside_field: bool | None = None
    link_target: NoticeTarget | None = None
    complete: bool | None = None
    covers_app5: bool | None = None
    tells_circumstances: bool | None = None
    opt_out_notice: bool | None = None


class Box(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One tickbox: its wording, how it stood before and after, and who changed it."""

    wording: str | None = None
    version: str | None = None
    default: BoxState | None = None
    final: BoxState
    changed_by: BoxChanger | None = None
    channels: list[Channel] = []
    topics: list[str] = []
    marketing_named: bool | None = None
    names_sender: bool | None = None
    separate_from_terms: bool | None = None
    prompted_by_message: bool | None = None
    symmetric_choice: bool | None = None
    bundled: bool | None = None
    outside_hours_agreed: bool | None = None
    withdrawal_as_easy: bool | None = None
    confirmed_from_account: bool | None = None
    confirmed_in_second_step: bool | None = None
    signed_writing: bool | None = None
    pewc_disclosures: bool | None = None
    carrier_opt_in_mentions_carts: bool | None = None
    act: ConsentAct | None = None
    """What was done where there was no box to tick, such as `accepted_terms`."""
    duration: Duration | None = None


class Form(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="event", tag="form"):
    """One form as a person met it."""

    at: str
    form: str
    """Names the form filled in; a checkout's is `shopify:checkout:<token>`."""
    page: str | None = None
    language: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    country: str | None = None
    state: str | None = None
    submitted: bool | None = None
    captured_before_submission: bool | None = None
    collected_for: CollectedFor | None = None
    notice: Notice | None = None
    promised_only_tickers: bool | None = None
    refusal_offered: bool | None = None
    sensitive: bool | None = None
    asked_for_contact: bool | None = None
    boxes: list[Box] = []


class Happened(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="event", tag="happened"):
    """Anything else that bears on the answer."""

    at: str
    body: Happening
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    words: str | None = None
    """What the person wrote or said."""


class Head(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, tag_field="event", tag="log"):
    """The first line: `{"event": "log", "format": "sayso-widget-log", "version": 1}`."""

    format: Literal["sayso-widget-log"]
    version: Literal[1]


def is_log(item: Any) -> bool:
    """Whether a JSON value is the first line of a widget's log."""
    return isinstance(item, dict) and item.get("event") == "log" and item.get("format") == "sayso-widget-log"


def read_line(line: int, written: str, options: Options, now: datetime) -> Reading | None:
    """One line of the log; None for the first, which says nothing of anybody."""
    try:
        event = msgspec.json.decode(written, type=Form | Happened | Head)
    except msgspec.ValidationError as problem:
        raise BadRowError(
            f"the event is not as the log's format has it ({without_values(str(problem))}); see docs/how-to/import-a-shop.md"
        ) from None
    return None if isinstance(event, Head) else read_event(line, written, event, options, now)


def read_event(line: int, written: str, event: Form | Happened, options: Options, now: datetime) -> Reading:
    """One event of the log, wherever it was written."""
    at = read_moment(event.at, now)
    if at is None:
        raise BadValueError("the event has no time; write `at` as 2026-11-24T09:30:00Z")
    if isinstance(event, Happened):
        return _happened(line, written, event, at, options)
    return _form(line, written, event, at, options)


def without_values(problem: str) -> str:
    """What is wrong and where, without what was written there."""
    return re.sub(r"'[^']*'|`[^`]*@[^`]*`", "what is written", problem)


def _happened(line: int, written: str, event: Happened, at: datetime, options: Options) -> Reading:
    body: AnyBody = event.body
    private = Private(words=event.words) if event.words else None
    if isinstance(body, NoticePublished):
        draft = Draft(body=body, happened_at=at, proof="imported_with_proof", actor="shop")
        return Reading(line=line, written=written, key=f"widget:notice:{body.wording_version}", drafts=[draft])
    contact = read_contact(event.email, [event.phone], event.country or options.default_country)
    draft = Draft(
        body=body,
        happened_at=at,
        addresses=contact.addresses,
        proof="imported_with_proof",
        actor="shop" if isinstance(body, _SHOPS_OWN) else "person",
        private=private,
    )
    key = "+".join(address.value for address in contact.addresses)
    return Reading(line=line, written=written, key=f"widget:{at}:{key}", drafts=[draft], warnings=contact.warnings)


def _form(line: int, written: str, event: Form, at: datetime, options: Options) -> Reading:
    warnings: list[str] = []
    place = read_place("declared", event.country, event.state, warnings)
    contact = read_contact(event.email, [event.phone], place.country if place else options.default_country)
    notice = event.notice
    places: list[Place] = places_of([place], contact)
    details = DetailsCollected(
        collected_for=event.collected_for,
        from_individual=True,
        given_directly=event.captured_before_submission is not True,
        before_submission=event.captured_before_submission,
        form=event.form,
        form_submitted=event.submitted,
        places=places,
        notice_shown=notice.shown if notice else None,
        notice_version=notice.version if notice else None,
        notice_names_marketing=notice.names_marketing if notice else None,
        notice_channels=notice.channels if notice else None,
        notice_beside_field=notice.beside_field if notice else None,
        notice_link_target=notice.link_target if notice else None,
        notice_complete=notice.complete if notice else None,
        notice_covers_app5=notice.covers_app5 if notice else None,
        notice_tells_circumstances=notice.tells_circumstances if notice else None,
        opt_out_notice_posted=notice.opt_out_notice if notice else None,
        promised_only_tickers=event.promised_only_tickers,
        refusal_offered=event.refusal_offered,
        sensitive=event.sensitive,
        asked_for_contact=event.asked_for_contact,
    )
    drafts = [
        Draft(
            body=details, happened_at=at, addresses=contact.addresses, proof="imported_with_proof", actor="person",
            private=Private(name=event.name) if event.name else None, with_raw=True,
        ),
        *(
            Draft(body=_box(box, event), happened_at=at, addresses=contact.addresses, proof=_proof(box, event),
                  actor="person")
            for box in event.boxes
        ),
    ]  # fmt: skip
    return Reading(line=line, written=written, key=f"widget:{event.form}:{at}", drafts=drafts,
                   warnings=warnings + contact.warnings, raw=written.strip())  # fmt: skip


def _proof(box: Box, event: Form) -> Proof:
    shown = (box.wording, box.version, box.default, box.changed_by, event.page, event.submitted)
    return "asserted" if any(part is None for part in shown) else "imported_with_proof"


def _box(box: Box, event: Form) -> AnyBody:
    shown: dict[str, Any] = {
        "wording": box.wording,
        "wording_version": box.version,
        "page": event.page,
        "language": event.language,
        "channels": box.channels,
        "topics": box.topics,
        "marketing_named": box.marketing_named,
        "names_sender": box.names_sender,
        "form": event.form,
        "form_submitted": event.submitted,
        "box_default": box.default,
        "box_final": box.final,
        "box_changed_by": box.changed_by,
        "separate_from_terms": box.separate_from_terms,
        "prompted_by_message": box.prompted_by_message,
        "symmetric_choice": box.symmetric_choice,
        "bundled": box.bundled,
    }
    if box.final == "unticked" and box.act is None:
        return ConsentDeclined(**shown)
    left = box.default == "ticked" or box.changed_by in ("script", "shop")
    return ConsentGiven(
        **shown,
        act=box.act or ("left_box_ticked" if left else "ticked_box"),
        duration=box.duration,
        signed_writing=box.signed_writing,
        pewc_disclosures=box.pewc_disclosures,
        outside_hours_agreed=box.outside_hours_agreed,
        withdrawal_as_easy=box.withdrawal_as_easy,
        confirmed_from_account=box.confirmed_from_account,
        confirmed_in_second_step=box.confirmed_in_second_step,
        carrier_opt_in_mentions_carts=box.carrier_opt_in_mentions_carts,
    )
