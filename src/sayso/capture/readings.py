"""
What one row of a file says, before it is recorded: drafts of ledger entries, each without its envelope.

A reader is pure: rows in, readings out. Only `importing` knows the store.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from sayso.capture.errors import BadRowError, BadValueError, NobodyError
from sayso.capture.values import read_country, read_email, read_phone_and_country, read_state, says_stop, text_of
from sayso.ledger.entries import (
    Actor,
    Address,
    AnyBody,
    BounceReceived,
    BoxState,
    ComplaintReceived,
    ConsentDeclined,
    ConsentGiven,
    ConsentWithdrawn,
    NumberReassigned,
    ObjectionReceived,
    OptOutOfSaleReceived,
    Place,
    PlaceSource,
    Private,
    Proof,
    RelationshipRecorded,
    RequestReceived,
    SettingChanged,
    Stopping,
)
from sayso.vocabulary import Channel
from sayso.vocabulary.ground import StopScope

UNDATED = datetime(1990, 1, 1, tzinfo=UTC)
"""
When a permission was given that nobody dated: as long ago as can be, so that every stop is later and no window of
months is open. An undated stop is the other way round: it counts from the moment it is imported.
"""

SECRETS = frozenset({
    "abandoned_checkout_url", "cart_token", "checkout_token", "multipass_identifier", "order_key", "order_status_url",
    "reservation_token", "token",
})  # fmt: skip
"""Keys whose values open a person's checkout or order to whoever holds them. Never stored, never written aside."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a file does not say about itself and its owner may."""

    default_country: str | None = None
    """The country to read numbers in that name none, where the row's own address names none either."""
    sender: str = "shop"
    """The brand that the permissions name."""
    checkout_box: BoxState | None = None
    """How the checkout's marketing box stood before anybody touched it; None: not known to have been shown at all."""
    opt_in_key: str | None = None
    """WooCommerce: the key in an order's meta data under which the shop's plugin keeps the opt-in."""
    status: Literal["subscribed", "unsubscribed", "cleaned", "nonsubscribed"] | None = None
    """Mailchimp: which of the export's files this is, where the file's name does not say so."""


class Draft(msgspec.Struct, kw_only=True):
    """One entry to be: what happened, when if known, to which addresses, how well proved."""

    body: AnyBody
    happened_at: datetime | None = None
    addresses: list[Address] = []
    proof: Proof = "asserted"
    actor: Actor = "import"
    private: Private | None = None
    with_raw: bool = False
    """The row as it came is kept with this entry."""

    @property
    def stops(self) -> bool:
        """Whether this can only tighten: a stop, of whatever kind."""
        return isinstance(self.body, Stopping)

    @property
    def counts_from_now(self) -> bool:
        """Whether it counts from the moment it comes in where nobody dated it: stops, requests, and ends of dealings."""
        ended = isinstance(self.body, RelationshipRecorded) and bool(self.body.ended_by_a_party)
        return ended or isinstance(self.body, Stopping | RequestReceived | SettingChanged)


class Reading(msgspec.Struct, kw_only=True):
    """One row, understood."""

    line: int
    written: str
    key: str
    """What makes it the same thing when it is read again, in this file or the next export; hashed before it is kept."""
    drafts: list[Draft] = []
    warnings: list[str] = []
    """What of the row was left out, and what to do. The rest of it stands."""
    notes: list[str] = []
    """Said once for the whole file, however many rows say it."""
    raw: str | None = None


class Rejected(msgspec.Struct, kw_only=True):
    """One row that cannot be used, with the reason; it is kept aside as it was written."""

    line: int
    written: str
    reason: str


class Contact(msgspec.Struct, kw_only=True):
    """The addresses of one row, with what had to be left out."""

    email: Address | None = None
    phone: Address | None = None
    phone_country: str | None = None
    """The country the number belongs to, where its prefix settles that."""
    warnings: list[str] = []

    @property
    def addresses(self) -> list[Address]:
        """Email first: the ledger takes the person from the first address it knows."""
        return [address for address in (self.email, self.phone) if address is not None]


def read_contact(email: Any, phones: list[Any], country: str | None) -> Contact:
    """
    The row's mailbox and number. One that cannot be used is left out with a warning; with neither the row is refused.

    The first of `phones` that holds anything counts.
    """
    contact = Contact(warnings=[])
    if text_of(email):
        try:
            contact.email = Address("email", read_email(email))
        except BadValueError as problem:
            contact.warnings.append(problem.reason)
    phone = next((text_of(phone) for phone in phones if text_of(phone)), "")
    if phone:
        try:
            number, contact.phone_country = read_phone_and_country(phone, country)
            contact.phone = Address("phone", number)
        except BadValueError as problem:
            contact.warnings.append(problem.reason)
    if contact.addresses:
        return contact
    if contact.warnings:
        raise BadRowError("; ".join(contact.warnings))
    raise NobodyError(
        "there is neither an email address nor a phone number in it, so it is about nobody we could reach"
    )


def read_place(source: PlaceSource, country: Any, state: Any, warnings: list[str]) -> Place | None:
    """A place, if the row names one; a country that is not one is left out with a warning."""
    try:
        code = read_country(country)
    except BadValueError as problem:
        warnings.append(problem.reason)
        return None
    return Place(source, code, read_state(state, code)) if code else None


def places_of(places: list[Place | None], contact: Contact) -> list[Place]:
    """All evidence of where the person is, the number's prefix included. Where it conflicts, all of it stands."""
    found = [place for place in places if place is not None]
    if contact.phone_country:
        found.append(Place("phone", contact.phone_country))
    return list(dict.fromkeys(found))


def ticked_or_not(answer: bool | None, channel: Channel, box: BoxState | None, **shown: Any) -> AnyBody | None:
    """
    What an export's yes or no says about a box.

    A yes is a consent somebody claims. A no says something only where the box is known to have been shown: a shop's
    default is not an act of the person, and it is never a request to stop.
    """
    if answer is None:
        return None
    if answer:
        return ConsentGiven(
            act="left_box_ticked" if box == "ticked" else "ticked_box",
            box_default=box,
            box_final="ticked",
            channels=[channel],
            **shown,
        )
    if box is None:
        return None
    changer: Literal["person", "nobody"] = "person" if box == "ticked" else "nobody"
    return ConsentDeclined(box_default=box, box_final="unticked", box_changed_by=changer, channels=[channel], **shown)


def stop_of(reason: str, scope: StopScope | None, channels: list[Channel], topics: list[str]) -> AnyBody:
    """The stop that a reason names; a reason that names none is an unsubscribe."""
    word = re.sub(r"[^a-z]+", " ", reason.casefold()).strip()
    if re.search(r"complain|spam|abuse", word):
        return ComplaintReceived(scope=scope, channels=channels, topics=topics)
    if re.search(r"bounce|invalid|cleaned", word):
        return BounceReceived(hard="soft" not in word, scope=scope, channels=channels)
    if re.search(r"reassign", word):
        return NumberReassigned(scope=scope, channels=channels)
    if re.search(r"object", word):
        return ObjectionReceived(scope=scope, channels=channels, topics=topics)
    if re.search(r"gpc|global privacy", word):
        return OptOutOfSaleReceived(signal="gpc")
    if re.search(r"limit.*sensitive|sensitive.*limit", word):
        return OptOutOfSaleReceived(signal="limit_sensitive")
    if re.search(r"sell|sale|share", word):
        return OptOutOfSaleReceived(signal="do_not_sell")
    if re.search(r"call", word):
        return ConsentWithdrawn(means="do_not_call", scope=scope, channels=channels, topics=topics)
    if word == "stop" or "keyword" in word:
        return ConsentWithdrawn(means="stop_keyword", scope=scope, channels=channels, topics=topics)
    return ConsentWithdrawn(scope=scope, channels=channels, topics=topics)


def stop_in(value: Any, channel: Channel) -> AnyBody | None:
    """
    The stop in a cell about consent or status, such as `unsubscribed`; None where the cell says anything else.

    A complaint stops everything, and everything else the channel that the cell is about.
    """
    if not says_stop(value):
        return None
    stop = stop_of(text_of(value), "channel", together(channel), [])
    return ComplaintReceived() if isinstance(stop, ComplaintReceived) else stop


def together(channel: Channel) -> list[Channel]:
    """The channels that a stop of this one names: whoever stops texts stops pictures."""
    return ["sms", "mms"] if channel == "sms" else [channel]


def without_secrets(value: Any) -> Any:
    """The same JSON value without what would open somebody's checkout or order, and with ids as strings."""
    if isinstance(value, dict):
        return {
            key: str(inner)
            if isinstance(inner, int) and (key == "id" or key.endswith("_id"))
            else without_secrets(inner)
            for key, inner in value.items()
            if key not in SECRETS and not (isinstance(inner, str) and "/checkouts/" in inner)
        }
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return value


def full_name(first: Any, last: Any) -> str | None:
    """First and last name as one, or nothing."""
    return " ".join(part for part in (text_of(first), text_of(last)) if part) or None


def postal_lines(address: dict[str, Any], keys: tuple[str, ...]) -> list[str] | None:
    """The lines of a postal address that are filled in."""
    return [line for key in keys if (line := text_of(address.get(key)))] or None
