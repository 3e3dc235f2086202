"""
What happened, as typed entries in the past tense. Nothing here is ever edited; a correction is another entry.

An `Entry` is the envelope (when, who, how well proved, about whom) around one `body` (what happened). A body holds
the reading: facts a rule may need, never a contact detail. Contact details go in `addresses`, everything else that
identifies someone in `private`, the input exactly as it came in `raw`; those three are encrypted under the person's
key, and so is the body unless it is a stop. A field left out means that it is not known.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec
from uuid_utils import uuid7

from sayso.vocabulary import Channel
from sayso.vocabulary.ground import ConsentAct, Duration, GivenBy, Relationship, StopScope
from sayso.vocabulary.message import MessageKind
from sayso.vocabulary.person import AddressType, CollectedFor, RecipientType
from sayso.vocabulary.sender import ListSource, NoticeTarget

Actor = Literal["person", "shop", "import", "sayso", "owner"]
"""Who did it: the person it is about, the shop's own system, a file import, sayso itself, or the owner by hand."""

Proof = Literal["captured_here", "imported_with_proof", "asserted"]
"""How well it is proved. A permission that is only `asserted` waits until `EvidenceSet` settles its class."""

AddressKind = Literal["email", "phone"]
BoxState = Literal["ticked", "unticked"]
BoxChanger = Literal["person", "script", "shop", "nobody"]
PlaceSource = Literal["declared", "shipping", "billing", "account", "form", "phone"]
"""
Where it is known from: what the person said of where they are; the addresses of an order; an account or profile that
may be old, or located by its IP address; a field of a form, into which anybody can type anything beside anybody's address;
a number's prefix.
"""

Register = Literal["au_do_not_call", "us_national_do_not_call", "preference_register"]


class Address(msgspec.Struct, frozen=True, order=True):
    """A mailbox or number in its exact normalised form; make it with `email_address` or `phone_number`."""

    kind: AddressKind
    value: str


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One piece of evidence of where a person is: ISO 3166-1 alpha-2 country, ISO 3166-2 state without the country."""

    source: PlaceSource
    country: str
    state: str | None = None


class Private(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What identifies someone beyond their addresses. Encrypted, and gone when the person's key is deleted."""

    name: str | None = None
    postal_address: list[str] | None = None
    ip: str | None = None
    user_agent: str | None = None
    words: str | None = None
    """What the person wrote or said, such as a free-text request to stop."""
    links: list[str] | None = None
    """Addresses of pages that lead to this person's own cart or order."""


class Body(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="kind"):
    """What happened; each kind below is one tag."""


class Wording(Body):
    """
    What was shown and what it covers. `channels` and `topics` are those the wording itself names;
    an empty list says that it is silent about them.
    """

    wording: str | None = None
    wording_version: str | None = None
    page: str | None = None
    language: str | None = None
    channels: list[Channel] = []
    topics: list[str] = []
    marketing_named: bool | None = None
    names_sender: bool | None = None


class NoticePublished(Wording, tag="notice_published", kw_only=True):
    """A privacy policy or collection notice went live; `wording_version` is what later entries refer to."""

    complete: bool | None = None
    covers_app5: bool | None = None
    """It says what Privacy Act 1988 APP 5.2 asks for beyond purposes: who collects, consequences, recipients, policy."""
    tells_circumstances: bool | None = None
    """It says that details come from somebody else, or are taken before the form is sent (APP 5.2(b))."""
    link_target: NoticeTarget | None = None
    opt_out_notice: bool | None = None
    """It is, or carries, the notice of the right to opt out of sale and sharing."""
    uses: dict[str, list[Channel]] = {}
    """Topic -> the channels it names for it. Given, nothing else is told, and `channels` and `topics` only sum it up."""
    notice: str | None = None
    """Which document this is a version of: the policy, or one form's notice."""
    number: int | None = None
    """Which version, from 1."""
    title: str | None = None
    content_sha256: str | None = None
    """Over all it says but the day it takes effect, in hex."""
    terms: dict[str, Any] = {}
    """What it declares, so that two versions can be compared; kept in the entry alone."""


class DetailsCollected(Body, tag="details_collected", kw_only=True):
    """The entry's addresses were collected. `notice_*` fields left out follow from the notice of `notice_version`."""

    collected_for: CollectedFor | None = None
    from_individual: bool | None = None
    given_directly: bool | None = None
    """The person knowingly gave these very addresses to the sender."""
    given_for_other_use: bool | None = None
    """They were given for something else only, such as a receipt."""
    before_submission: bool | None = None
    """They were taken from the page before the person pressed anything."""
    form: str | None = None
    """Names the form or checkout, so that what stood on it can be told to have been submitted."""
    form_submitted: bool | None = None
    list_source: ListSource | None = None
    recipient_type: RecipientType | None = None
    address_type: AddressType | None = None
    places: list[Place] = []
    notice_shown: bool | None = None
    notice_version: str | None = None
    notice_names_marketing: bool | None = None
    notice_channels: list[Channel] | None = None
    notice_beside_field: bool | None = None
    notice_link_target: NoticeTarget | None = None
    notice_complete: bool | None = None
    notice_covers_app5: bool | None = None
    notice_tells_circumstances: bool | None = None
    opt_out_notice_posted: bool | None = None
    promised_only_tickers: bool | None = None
    """The form said that only those who tick get marketing; who then left its box blank refused older consents too."""
    refusal_offered: bool | None = None
    sensitive: bool | None = None
    sensitive_consent: bool | None = None
    asked_for_contact: bool | None = None


class Consent(Wording):
    """A request for permission as the person met it, and what became of its box."""

    form: str | None = None
    form_submitted: bool | None = None
    box_default: BoxState | None = None
    box_final: BoxState | None = None
    box_changed_by: BoxChanger | None = None
    separate_from_terms: bool | None = None
    prompted_by_message: bool | None = None
    symmetric_choice: bool | None = None
    bundled: bool | None = None
    deceptive: bool | None = None


class ConsentGiven(Consent, tag="consent_given", kw_only=True):
    """
    The person did something that may be a consent; what it is worth is for the law to say.

    A box that was ticked beforehand, or by a script or the shop, is read as `left_box_ticked` whatever `act` says.
    """

    act: ConsentAct
    given_by: GivenBy | None = None
    duration: Duration | None = None
    expires_on: date | None = None
    signed_writing: bool | None = None
    pewc_disclosures: bool | None = None
    outside_hours_agreed: bool | None = None
    """It expressly covers calls outside the hours in which calls are otherwise permitted."""
    withdrawal_as_easy: bool | None = None
    """Withdrawing it was made as easy as giving it (GDPR art 7(3))."""
    confirmed_from_account: bool | None = None
    confirmed_in_second_step: bool | None = None
    """The person asked for it and then, in a second step, confirmed it (11 CCR 7028(a))."""
    opted_in_to_other_firm: bool | None = None
    carrier_opt_in_mentions_carts: bool | None = None


class ConsentDeclined(Consent, tag="consent_declined", kw_only=True):
    """A request for permission was shown and not taken up. It stops nothing by itself, and permits nothing."""


class Stopping(Body):
    """
    A request to stop, or an event that means the same. Kept in clear, so that it outlives the person's key.

    `scope` left out reaches everything. With scope `topic`, `topics` says which (on `channels`, or on all if empty);
    with scope `channel`, `channels` says which.
    """

    scope: StopScope | None = None
    channels: list[Channel] = []
    topics: list[str] = []
    through_offered_mechanism: bool | None = None
    means_stop: bool | None = None


class ConsentWithdrawn(Stopping, tag="consent_withdrawn", kw_only=True):
    means: Literal["unsubscribe", "stop_keyword", "free_text", "do_not_call"] = "unsubscribe"


class ObjectionReceived(Stopping, tag="objection_received", kw_only=True):
    """An objection to direct marketing."""


class ComplaintReceived(Stopping, tag="complaint_received", kw_only=True):
    """A spam report, or a complaint to the shop, a carrier or a regulator."""


class BounceReceived(Stopping, tag="bounce_received", kw_only=True):
    """A message came back. Only a hard bounce stops."""

    hard: bool


class NumberReassigned(Stopping, tag="number_reassigned", kw_only=True):
    """The number now belongs to somebody else."""


class OptOutOfSaleReceived(Stopping, tag="opt_out_of_sale_received", kw_only=True):
    """
    A request not to sell or share, by the shop's own route or by browser signal; or to limit the use of sensitive data
    (Cal. Civ. Code 1798.120, 1798.121).
    """

    signal: Literal["do_not_sell", "gpc", "limit_sensitive"]
    person_known: bool | None = None


class OrderPlaced(Body, tag="order_placed", kw_only=True):
    form: str | None = None
    """The form or checkout that this order submitted."""
    paid: bool | None = None
    """A paid order also shows that its addresses are the person's."""
    goods: list[str] = []
    sensitive: bool | None = None
    places: list[Place] = []


class Checkout(Body):
    """A checkout with contact details in it, and no order yet."""

    form: str | None = None
    goods: list[str] = []
    pressed_pay: bool | None = None
    asked_for_contact: bool | None = None
    sensitive: bool | None = None
    places: list[Place] = []


class CheckoutStarted(Checkout, tag="checkout_started", kw_only=True):
    """
    A checkout was begun or changed, and is still open. It says nothing about the person that a rule asks: it waits for an
    order of the same `form`, and becomes a `CheckoutAbandoned` where none comes for a set time.
    """


class CheckoutAbandoned(Checkout, tag="checkout_abandoned", kw_only=True):
    """A checkout was left; it happened at the last sign of life."""


class RequestReceived(Body, tag="request_received", kw_only=True):
    """The person asked to see their details, or to have them erased; the owner has to answer."""

    asks_for: Literal["access", "erasure"]
    through: str | None = None
    """The service that passed it on, such as `shopify`; left out where the person asked directly."""


class RelationshipRecorded(Body, tag="relationship_recorded", kw_only=True):
    """Any dealing other than an order or an abandoned checkout: an account, an enquiry, a membership, its end."""

    relationship: Relationship
    ongoing: bool | None = None
    ended_by_a_party: bool | None = None
    two_way: bool | None = None
    last_event_on: date | None = None
    """Left out, the day this happened."""
    remunerated: bool | None = None
    """A sale, or a service paid for directly or indirectly (Directive 2002/58 art 13(2))."""
    offer_related: bool | None = None
    agreed_other_opt_out: bool | None = None
    """The contract settles another way to opt out than the law's own (Spam Act 2003 s 18(3))."""


class PublicationFound(Body, tag="publication_found", kw_only=True):
    """The address was found published; whether that permits anything is for the law to say."""

    conspicuous: bool | None = None
    publication_agreed: bool | None = None
    refuses_marketing: bool | None = None
    relevant_to_role: bool | None = None
    work_address: bool | None = None


class PersonDescribed(Body, tag="person_described", kw_only=True):
    """Facts about the person, by their names in the vocabulary, as the person or the owner stated them."""

    facts: dict[str, bool | float | str]
    places: list[Place] = []


class MessageSent(Body, tag="message_sent", kw_only=True):
    """A message that the next hop took, or may have taken."""

    channel: Channel
    topic: str
    message_kind: MessageKind | None = None
    with_consent: bool | None = None
    """The answer it was sent on rested on consent."""
    rule: str | None = None
    """The rule that decided; none where nothing that applies forbids it."""
    outcome: Literal["accepted", "unknown"] | None = None
    """`unknown`: the connection broke after the message had gone and before the next hop answered."""
    stream: str | None = None
    message_id: str | None = None
    """The Message-ID it left with (RFC 5322 3.6.4)."""
    content_sha256: str | None = None
    """Over the message as it left, in hex."""
    reference: str | None = None
    """The next hop's own name for it, by which its reports refer to it."""
    wording_answered_for: bool | None = None
    """It went as service by a wording that nobody could tell from its words, and for which the owner answers."""


class MessageRefused(Body, tag="message_refused", kw_only=True):
    """A message that was not sent, because of the answer."""

    channel: Channel
    topic: str
    answer: str
    rule: str | None = None
    because: str | None = None
    message_kind: MessageKind | None = None
    stream: str | None = None
    message_id: str | None = None


class DeliveryReported(Body, tag="delivery_reported", kw_only=True):
    """The carrier told what became of a message that went. It is evidence of that, and permits nothing."""

    channel: Channel
    message: str
    """The entry of the message."""
    outcome: Literal["delivered", "undelivered"]
    code: str | None = None
    """The carrier's own, where it gave one."""


class TextReceived(Body, tag="text_received", kw_only=True):
    """Somebody wrote to the number that texts come from. What they asked for stands in entries of its own."""

    read_as: Literal["stop", "help", "start", "unclear", "wrong_number", "none"]


class StopSettled(Body, tag="stop_settled", kw_only=True):
    """
    The owner read words that may or may not have asked to stop. Only a stop whose meaning was left open is settled by
    it, and no other one is touched.
    """

    stop: str
    """The entry of the stop."""
    means_stop: bool


class RegisterChecked(Body, tag="register_checked", kw_only=True):
    """A do-not-call or preference register answered about the entry's numbers."""

    register: Register
    registered: bool


class EvidenceSet(Body, tag="evidence_set", kw_only=True):
    """
    The owner settled how well asserted permissions are proved: those of one import, or only the `entries` named.

    `not_proved` confirms that they prove nothing.
    """

    import_id: str | None = None
    entries: list[str] = []
    evidence: Literal["captured_here", "imported_with_proof", "asserted", "none"]
    statement: str
    """What the evidence is and where it is kept, in the owner's words."""


class RiskAccepted(Body, tag="risk_accepted", kw_only=True):
    """A named arguable limb was accepted, by whom the entry's actor says; `accepted` false takes it back."""

    rule: str
    limb: str | None = None
    reason: str
    accepted: bool = True


class HouseRuleSet(Body, tag="house_rule_set", kw_only=True):
    """A house rulebook was turned on or off."""

    rule: str
    on: bool
    reason: str | None = None


class SettingChanged(Body, tag="setting_changed", kw_only=True):
    """A setting; one that bears the name of a sender fact is that fact from then on. `None` makes it unknown."""

    name: str
    value: bool | float | str | None = None


class ImportFinished(Body, tag="import_finished", kw_only=True):
    import_id: str
    file_kind: str
    file_sha256: str
    rows: int
    loaded: int
    already_known: int
    kept_aside: int


class ErasureDone(Stopping, tag="erasure_done", kw_only=True):
    """The person's key was deleted; the stops on their addresses hold, and this is one more."""

    reason: str | None = None


AnyBody = (
    NoticePublished
    | DetailsCollected
    | ConsentGiven
    | ConsentDeclined
    | ConsentWithdrawn
    | ObjectionReceived
    | ComplaintReceived
    | BounceReceived
    | NumberReassigned
    | OptOutOfSaleReceived
    | OrderPlaced
    | CheckoutStarted
    | CheckoutAbandoned
    | RequestReceived
    | RelationshipRecorded
    | PublicationFound
    | PersonDescribed
    | MessageSent
    | MessageRefused
    | DeliveryReported
    | TextReceived
    | StopSettled
    | RegisterChecked
    | EvidenceSet
    | RiskAccepted
    | HouseRuleSet
    | SettingChanged
    | ImportFinished
    | ErasureDone
)


def new_id() -> str:
    """A fresh identifier that sorts by time (UUID version 7)."""
    return str(uuid7())


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """
    The envelope of one thing that happened.

    `origin` says where it came from and is unique in the store: appending it again adds nothing.

    >>> Entry(
    ...     body=OrderPlaced(paid=True),
    ...     happened_at=datetime(2026, 3, 1, tzinfo=UTC),
    ...     origin="shopify:order:1001",
    ...     actor="import",
    ...     addresses=[Address("email", "ana@shop.example")],
    ... ).kind
    'order_placed'
    """

    body: AnyBody
    happened_at: datetime
    """With a time zone."""
    origin: str
    """Holds no contact detail: `shopify:checkout:<token>:consent`, `file:<sha256>:<line>:stop`."""
    actor: Actor
    proof: Proof = "asserted"
    sender: str = "shop"
    """The brand it concerns. Consents cover this brand only; stops cover every brand."""
    person: str | None = None
    """Internal id. Left out, the ledger takes whoever holds the first of `addresses` that it knows, or someone new."""
    addresses: list[Address] = []
    private: Private | None = None
    raw: str | None = None
    import_id: str | None = None
    """The import it came in with, which `EvidenceSet` refers to."""
    id: str = msgspec.field(default_factory=new_id)
    recorded_at: datetime | None = None
    """Left out, stamped by the writer. Given (an invented shop's past, a restored backup), it may not go back."""

    @property
    def kind(self) -> str:
        """What happened, as the tag of the body."""
        return str(self.body.__struct_config__.tag)


BODY_KINDS: dict[str, type[Body]] = {str(kind.__struct_config__.tag): kind for kind in AnyBody.__args__}


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a moment without a time zone is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"`{moment.isoformat()}` has no time zone; add one, such as `+00:00`")
    return moment.astimezone(UTC)
