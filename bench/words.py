"""Two vocabularies of the benchmarks' own, and invented people in them. The laws in `rulebooks/` are invented too."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Annotated as A  # noqa: N817 -- keeps each fact on one line
from typing import Any, Literal

import msgspec

from sayso.vocabulary import VOCABULARY, Vocabulary, terms_of
from sayso.vocabulary.words import Fact

TODAY = date(2026, 9, 21)


def _fact(meaning: str, unknown: Literal["against", "open"] = "against") -> Fact:
    return Fact(meaning, unknown, "the benchmark")


# fmt: off
class Contact(msgspec.Struct, kw_only=True, gc=False):
    """What the 26 rules of `one-contact.md` ask about."""

    suppressed: A[bool | None, _fact("is on the list of the suppressed")] = None
    deceased: A[bool | None, _fact("has died")] = None
    erasure_requested: A[bool | None, _fact("asked to be erased")] = None
    hard_bounce: A[bool | None, _fact("the address bounced for good")] = None
    complaint: A[bool | None, _fact("complained")] = None
    channel: A[Literal["email", "sms", "phone", "post"] | None, _fact("where it would happen")] = None
    purpose: A[Literal["marketing", "survey", "service"] | None, _fact("what for")] = None
    jurisdiction: A[Literal["AU", "CA", "OTHER"] | None, _fact("whose law")] = None
    consent: A[Literal["express", "inferred", "none"] | None, _fact("what consent there is")] = None
    consent_on: A[date | None, _fact("day of the consent")] = None
    withdrawn: A[bool | None, _fact("the consent was withdrawn")] = None
    business_days_since_withdrawal: A[float | None, _fact("business days since then")] = None
    channel_opt_out_on: A[date | None, _fact("day of the opt-out for the channel")] = None
    last_order_on: A[date | None, _fact("day of the last order")] = None
    last_inquiry_on: A[date | None, _fact("day of the last inquiry")] = None
    existing_relationship: A[bool | None, _fact("there is a relationship")] = None
    collected_on: A[date | None, _fact("day the details were collected")] = None
    notice_published_on: A[date | None, _fact("day the notice went up")] = None
    notice_marketing: A[bool | None, _fact("the notice names marketing")] = None
    notice_channel: A[bool | None, _fact("the notice names the channel")] = None
    sensitive: A[bool | None, _fact("the data is sensitive")] = None
    source: A[Literal["own", "third_party", "harvested"] | None, _fact("where the details came from")] = None
    source_disclosed: A[bool | None, _fact("the person was told the source")] = None
    age: A[float | None, _fact("age in years")] = None
    parental_consent: A[bool | None, _fact("a parent agreed")] = None
    dnc_listed: A[bool | None, _fact("is on a do-not-call list")] = None
    dnc_washed_on: A[date | None, _fact("day the list was washed")] = None
    local_minute: A[float | None, _fact("minute of the day there")] = None
    weekend: A[bool | None, _fact("it is a weekend there")] = None
    has_unsubscribe: A[bool | None, _fact("the message has an unsubscribe")] = None
    sender_identified: A[bool | None, _fact("the message names its sender")] = None
    postal_address: A[bool | None, _fact("the message has a postal address")] = None
    sent_in_7_days: A[float | None, _fact("messages in the last week")] = None
    weekly_cap: A[float | None, _fact("how many are allowed in a week")] = None


class Customer(msgspec.Struct, kw_only=True, gc=False):
    """What the 25 rules of `many-contacts.md` ask about; a column each."""

    jurisdiction: A[Literal["AU", "CA", "GB", "US", "NZ", "OTHER"] | None, _fact("whose law")] = None
    basis: A[Literal["express", "inferred", "legitimate", "none"] | None, _fact("what the use rests on")] = None
    express_on: A[date | None, _fact("day of the express consent")] = None
    collected_on: A[date | None, _fact("day the details were collected")] = None
    withdrawn_on: A[date | None, _fact("day of the withdrawal")] = None
    last_order_on: A[date | None, _fact("day of the last order")] = None
    last_inquiry_on: A[date | None, _fact("day of the last inquiry")] = None
    notice_version: A[float | None, _fact("version of the notice shown")] = None
    sent_in_7_days: A[float | None, _fact("messages in the last week")] = None
    local_minute: A[float | None, _fact("minute of the day there")] = None
    suppressed: A[bool | None, _fact("is on the list of the suppressed")] = None
    deceased: A[bool | None, _fact("has died")] = None
    erasure_requested: A[bool | None, _fact("asked to be erased")] = None
    hard_bounce: A[bool | None, _fact("the address bounced for good")] = None
    complaint: A[bool | None, _fact("complained")] = None
    sensitive: A[bool | None, _fact("the data is sensitive")] = None
    third_party: A[bool | None, _fact("the details came from somebody else")] = None
    harvested: A[bool | None, _fact("the address was harvested")] = None
    employee: A[bool | None, _fact("the address is one at work")] = None
    minor: A[bool | None, _fact("is a minor")] = None
    parental_consent: A[bool | None, _fact("a parent agreed")] = None
    opted_out: A[bool | None, _fact("opted out of the channel")] = None
    notice_without_marketing: A[bool | None, _fact("the notice does not name marketing")] = None
    source_disclosed: A[bool | None, _fact("the person was told the source")] = None
# fmt: on


CONTACT = Vocabulary(terms_of(Contact, "person"), VOCABULARY.ground, VOCABULARY.stop, Contact)
CUSTOMER = Vocabulary(terms_of(Customer, "person"), VOCABULARY.ground, VOCABULARY.stop, Customer)


def contacts(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Invented contacts with every fact known, of which somewhat less than half may be written to."""
    random = Random(seed)

    def rare(chance: float) -> bool:
        return random.random() < chance

    def ago(least: int, most: int) -> date:
        return TODAY - timedelta(days=random.randrange(least, most))

    people = []
    for _ in range(count):
        withdrawn, collected = rare(0.08), ago(10, 2000)
        people.append(
            {
                "suppressed": rare(0.02), "deceased": rare(0.002), "erasure_requested": rare(0.005),
                "hard_bounce": rare(0.02), "complaint": rare(0.005),
                "channel": random.choices(["email", "sms", "phone", "post"], [6, 2, 1, 1])[0],
                "purpose": random.choices(["marketing", "survey", "service"], [8, 1, 1])[0],
                "jurisdiction": random.choices(["AU", "CA", "OTHER"], [6, 2, 2])[0],
                "consent": random.choices(["express", "inferred", "none"], [6, 3, 1])[0],
                "consent_on": collected, "withdrawn": withdrawn,
                "business_days_since_withdrawal": float(random.randrange(40)) if withdrawn else 0.0,
                "channel_opt_out_on": TODAY if rare(0.04) else date.min,
                "last_order_on": ago(1, 1500), "last_inquiry_on": ago(1, 800), "existing_relationship": rare(0.8),
                "collected_on": collected,
                "notice_published_on": collected + timedelta(days=1 if rare(0.05) else -1),
                "notice_marketing": rare(0.95), "notice_channel": rare(0.9), "sensitive": rare(0.05),
                "source": random.choices(["own", "third_party", "harvested"], [90, 9, 1])[0],
                "source_disclosed": rare(0.8), "age": float(random.randrange(14, 90)), "parental_consent": rare(0.3),
                "dnc_listed": rare(0.3), "dnc_washed_on": ago(0, 60), "local_minute": float(random.randrange(1440)),
                "weekend": rare(0.28), "has_unsubscribe": rare(0.97), "sender_identified": rare(0.99),
                "postal_address": rare(0.95), "sent_in_7_days": float(random.randrange(6)), "weekly_cap": 5.0,
            }
        )  # fmt: skip
    return people
