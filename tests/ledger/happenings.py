"""Random histories of a few people who share addresses: what hypothesis draws, and how it becomes entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as some
from ledgers import entry

from sayso.ledger import Address, Entry
from sayso.ledger.entries import (
    BounceReceived,
    CheckoutAbandoned,
    ComplaintReceived,
    ConsentDeclined,
    ConsentGiven,
    ConsentWithdrawn,
    DeliveryReported,
    DetailsCollected,
    EvidenceSet,
    MessageRefused,
    MessageSent,
    NoticePublished,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
    OrderPlaced,
    PersonDescribed,
    Place,
    PublicationFound,
    RegisterChecked,
    RelationshipRecorded,
    SettingChanged,
    TextReceived,
)

ADDRESSES = [
    Address("email", "ana@post.example"),
    Address("email", "ana+shop@post.example"),
    Address("email", "ben@post.example"),
    Address("email", "cleo@gmail.com"),
    Address("email", "c.leo@gmail.com"),
    Address("phone", "+61491570156"),
    Address("phone", "+61491570157"),
    Address("phone", "+12025550143"),
]
TOPICS = ["offers", "abandoned_cart"]
QUESTIONS = [
    (address, channel, topic)
    for address in ADDRESSES
    for channel in (("email",) if address.kind == "email" else ("sms", "voice_live"))
    for topic in TOPICS
] + [(ADDRESSES[0], "post", "offers"), (ADDRESSES[5], "online_ad", "offers")]


@dataclass
class Step:
    """One thing the history does besides appending: `entries` are appended first, then `then` is done."""

    entries: list[Entry]
    then: str
    whom: Address


_flags = some.none() | some.booleans()
_channels = some.lists(some.sampled_from(["email", "sms", "voice_live", "post"]), max_size=2, unique=True)
_topics = some.lists(some.sampled_from(TOPICS), max_size=2, unique=True)
_reach = {
    "scope": some.sampled_from([None, "everything", "topic", "channel"]),
    "channels": _channels,
    "topics": _topics,
}
_places = some.lists(
    some.builds(Place, some.sampled_from(["declared", "shipping", "billing"]), some.sampled_from(["AU", "US", "GB"])),
    max_size=2,
)

STOPS = some.one_of(
    some.builds(
        ConsentWithdrawn,
        means=some.sampled_from(["unsubscribe", "stop_keyword", "free_text", "do_not_call"]),
        means_stop=_flags,
        **_reach,
    ),
    some.builds(ObjectionReceived, **_reach),
    some.builds(ComplaintReceived, **_reach),
    some.builds(BounceReceived, hard=some.booleans()),
    some.builds(NumberReassigned),
    some.builds(OptOutOfSaleReceived, signal=some.sampled_from(["do_not_sell", "gpc"]), person_known=_flags),
)
CONSENTS = some.builds(
    ConsentGiven,
    act=some.sampled_from(["ticked_box", "pressed_button", "left_box_ticked", "said_yes"]),
    box_default=some.sampled_from([None, "ticked", "unticked"]),
    box_changed_by=some.sampled_from([None, "person", "shop"]),
    form=some.sampled_from([None, "form-1"]),
    form_submitted=_flags,
    channels=_channels,
    topics=_topics,
    marketing_named=_flags,
    names_sender=_flags,
    wording=some.sampled_from([None, "Write to me"]),
    expires_on=some.none() | some.just(date(2026, 12, 1)),
)
OTHERS = some.one_of(
    some.builds(ConsentDeclined, form=some.sampled_from([None, "form-1"]), topics=_topics),
    some.builds(
        DetailsCollected,
        from_individual=_flags,
        given_directly=_flags,
        notice_version=some.sampled_from([None, "1", "2"]),
        collected_for=some.sampled_from([None, "purchase"]),
        places=_places,
    ),
    some.builds(OrderPlaced, form=some.sampled_from([None, "form-1"]), paid=_flags, sensitive=_flags, places=_places),
    some.builds(CheckoutAbandoned, pressed_pay=_flags, asked_for_contact=_flags, places=_places),
    some.builds(
        RelationshipRecorded,
        relationship=some.sampled_from(["account", "enquiry"]),
        ongoing=_flags,
        last_event_on=some.none() | some.just(date(2026, 6, 1)),
    ),
    some.builds(PublicationFound, conspicuous=_flags, refuses_marketing=_flags),
    some.builds(PersonDescribed, facts=some.sampled_from([{}, {"age": 34.0}, {"age": 16}]), places=_places),
    some.builds(
        MessageSent,
        channel=some.sampled_from(["email", "sms"]),
        topic=some.sampled_from(TOPICS),
        with_consent=_flags,
        message_kind=some.sampled_from([None, "promotional", "transactional"]),
    ),
    some.builds(MessageRefused, channel=some.just("email"), topic=some.just("offers"), answer=some.just("not_allowed")),
    some.builds(
        DeliveryReported,
        channel=some.just("sms"),
        message=some.just("019c0000-0000-7000-8000-000000000001"),
        outcome=some.sampled_from(["delivered", "undelivered"]),
    ),
    some.builds(TextReceived, read_as=some.sampled_from(["help", "none"])),
    some.builds(
        RegisterChecked,
        register=some.sampled_from(["au_do_not_call", "us_national_do_not_call"]),
        registered=some.booleans(),
    ),
)
BUSINESS = some.one_of(
    some.builds(
        NoticePublished, wording_version=some.sampled_from(["1", "2"]), marketing_named=_flags, channels=_channels
    ),
    some.builds(
        SettingChanged, name=some.sampled_from(["sender_country", "colour"]), value=some.sampled_from(["AU", None])
    ),
    some.builds(
        EvidenceSet,
        import_id=some.just("import-1"),
        evidence=some.sampled_from(["captured_here", "imported_with_proof", "none"]),
        statement=some.just("The forms are kept in the safe"),
    ),
)


@some.composite
def _entry(draw: some.DrawFn, now: datetime) -> Entry:
    kind = draw(some.sampled_from(["stop", "stop", "consent", "consent", "other", "other", "other", "business"]))
    body = draw({"stop": STOPS, "consent": CONSENTS, "other": OTHERS, "business": BUSINESS}[kind])
    fields: dict[str, Any] = {
        # Hours before it is recorded, so that things come in out of order; whole days apart as often as not.
        "happened_at": now - timedelta(hours=draw(some.sampled_from([0, 0, 1, 30, 24 * 3, 24 * 40]))),
        "proof": draw(some.sampled_from(["captured_here", "imported_with_proof", "asserted", "asserted"])),
        "sender": draw(some.sampled_from(["shop", "shop", "brand"])),
        "import_id": draw(some.sampled_from([None, "import-1"])),
    }
    if kind == "business":
        return entry(body, **fields)
    addresses = draw(some.lists(some.sampled_from(ADDRESSES), min_size=1, max_size=3, unique=True))
    return entry(body, *addresses, **fields)


@some.composite
def histories(draw: some.DrawFn, start: datetime, erasures: bool = True) -> list[Step]:
    """Two to six steps, a day and an hour apart."""
    deeds = ["nothing", "nothing", "nothing", "rebuild", "rotate", "reopen"] + ["erase"] * (2 if erasures else 0)
    steps = []
    for number in range(draw(some.integers(2, 6))):
        now = start + number * timedelta(hours=25)
        steps.append(
            Step(
                draw(some.lists(_entry(now), min_size=1, max_size=5)),
                draw(some.sampled_from(deeds)),
                draw(some.sampled_from(ADDRESSES)),
            )
        )
    return steps
