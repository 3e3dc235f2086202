"""
What a business declares once about the details it keeps: the one source of its policy and of every collection notice.

Kinds of data bear Fideslang keys (`user.contact.email`), purposes bear the topics and channels that rules and consents
know. Whatever is declared here ends in a text that people read, so words are plain words.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sayso.vocabulary import Channel
from sayso.vocabulary.person import CollectedFor
from sayso.vocabulary.sender import SenderType

Jurisdiction = Literal["AU", "US-CA"]
SourceKind = Literal["person", "device", "other"]
"""From the person, who knows; from their device, without their noticing; from somebody else."""
RecipientKind = Literal["service_provider", "contractor", "third_party", "ad_platform", "affiliate"]

PLAIN: dict[str, str] = {
    "user.name": "name",
    "user.name.first": "first name",
    "user.name.last": "last name",
    "user.contact.email": "email address",
    "user.contact.phone_number": "telephone number",
    "user.contact.address": "postal address",
    "user.contact.address.street": "street address",
    "user.contact.address.postal_code": "postcode",
    "user.behavior.purchase_history": "what you bought from us",
    "user.behavior.browsing_history": "pages you looked at on our site",
    "user.behavior.cart": "what you put in your basket",
    "user.device.ip_address": "internet (IP) address",
    "user.device.cookie_id": "cookie identifiers",
    "user.location.imprecise": "rough location",
    "user.demographic.date_of_birth": "date of birth",
    "user.financial.credit_card": "card details",
    "user.account.username": "user name",
    "user.authorization.password": "password",
    "user.content.private": "what you write to us",
}
"""Plain words for usual kinds; a declaration may say its own."""


class _Part(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Business(_Part, frozen=True):
    """Who collects, and how to reach them."""

    legal_name: str
    brand: str
    email: str
    address: str
    country: str
    """ISO 3166-1 alpha-2."""
    website: str
    """Where its pages stand, such as `https://shop.example`; the notices' own links start with it."""
    phone: str | None = None
    sender_type: SenderType | None = None
    """What kind of body it is, where a law lets some of them do more: a registered charity, a party, a school."""


class Complaints(_Part, frozen=True):
    """How to complain, and what happens then."""

    how: str
    answered_within_days: int
    regulator: str | None = None
    """Whom somebody may turn to who is not content with the answer."""


class Source(_Part, frozen=True):
    words: str
    kind: SourceKind


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How long: the words as declared, and the length in days where they say one."""

    words: str
    days: int | None = None


class Kind(_Part, frozen=True):
    """One kind of data. `sources` are keys of `sources`; `kept` says how long, such as `24 months after your last order`."""

    sources: list[str]
    kept: str
    words: str | None = None


class Purpose(_Part, frozen=True):
    """What kinds of data are used for. One with topics and channels is marketing."""

    words: str
    data: list[str]
    topics: list[str] = []
    channels: list[Channel] = []


class Recipient(_Part, frozen=True):
    """Whom data goes to. `sold`: for money or another advantage; `shared`: for ads across other firms' sites."""

    words: str
    kind: RecipientKind
    data: list[str]
    countries: list[str] = []
    """ISO 3166-1 alpha-2, where they keep it."""
    sold: bool = False
    shared: bool = False


class Tracking(_Part, frozen=True):
    """What follows people over time and across other firms' sites (Cal. B&P 22575(b)(5), (6))."""

    across_sites: bool
    by_others: bool
    signals: str | None = None
    """How do-not-track signals and the Global Privacy Control are answered; due where `across_sites`."""


class Field(_Part, frozen=True):
    data: str
    required: bool = False


class Box(_Part, frozen=True):
    """A tickbox, unticked when served: the permission it asks for, in the words beside it."""

    id: str
    wording: str
    topics: list[str]
    channels: list[Channel]


class Form(_Part, frozen=True):
    """One place where details are collected."""

    title: str
    fields: list[Field]
    purposes: list[str]
    without: str
    """What follows from not giving the details (APP 5.2(e))."""
    collected_for: CollectedFor | None = None
    before_submission: bool = False
    """Details are taken from the page before anything is pressed."""
    boxes: list[Box] = []


class Declaration(_Part, frozen=True):
    """All of it. Purposes, recipients, forms, sources and kinds of data are named by their keys."""

    business: Business
    jurisdictions: list[Jurisdiction]
    complaints: Complaints
    sources: dict[str, Source]
    data: dict[str, Kind]
    purposes: dict[str, Purpose]
    recipients: dict[str, Recipient]
    tracking: Tracking
    forms: dict[str, Form]
    held: str
    """How and where details are kept, and who may see them."""
    access: str
    """How people see, change and correct their details."""
    changes_told: str
    """How people learn of changes to the policy."""
    opt_out: str
    """How to stop marketing."""
    required_by: str | None = None
    """The law or order that asks for the collection, if there is one (APP 5.2(c))."""
    opt_out_of_sale: str | None = None
    """Page on which sale and sharing are refused; due in California where anything is sold or shared."""
    language: Literal["en"] = "en"

    @property
    def marketing(self) -> dict[str, Purpose]:
        """The purposes that are marketing."""
        return {key: purpose for key, purpose in self.purposes.items() if purpose.topics}

    @property
    def sells_or_shares(self) -> bool:
        """Is anything sold, or shared for ads across other firms' sites?"""
        return any(recipient.sold or recipient.shared for recipient in self.recipients.values())

    def words(self, key: str) -> str:
        """The plain words for a kind of data."""
        return self.data[key].words or PLAIN[key]

    def overseas(self, keys: set[str] | None = None) -> list[str]:
        """The countries other than its own to which details go: of all kinds, or of these."""
        found = {
            country
            for recipient in self.recipients.values()
            if keys is None or keys & set(recipient.data)
            for country in recipient.countries
        }
        return sorted(found - {self.business.country})


def uses(purposes: list[Purpose]) -> dict[str, list[Channel]]:
    """Topic -> the channels it is used on, over these purposes."""
    found: dict[str, set[Channel]] = {}
    for purpose in purposes:
        for topic in purpose.topics:
            found.setdefault(topic, set()).update(purpose.channels)
    return {topic: sorted(channels) for topic, channels in sorted(found.items())}
