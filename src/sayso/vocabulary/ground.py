"""Facts of one ground (a consent, relationship or publication on record) and of one stop (a request to stop)."""

from __future__ import annotations

from datetime import date
from typing import Annotated as A  # noqa: N817 -- keeps each fact on one line
from typing import Literal

import msgspec

from sayso.vocabulary.words import Fact

SENDER = "the sender"
PERSON = "the person"
LEDGER = "the ledger"

GroundKind = Literal["consent", "relationship", "publication"]
ConsentAct = Literal[
    "ticked_box",
    "pressed_button",
    "signed",
    "said_yes",
    "wrote_yes",
    "asked_us",
    "confirmed_by_link",
    "handed_over_card",
    "gave_number",
    "accepted_terms",
    "left_box_ticked",
    "left_box_unticked",
    "typed_details",
    "used_site",
    "stayed_silent",
]
"""What the person really did. A box ticked by a script, or ticked beforehand and left, is `left_box_ticked`."""

GivenBy = Literal["account_holder", "nominee", "user_of_account", "child", "friend", "another_firm"]
Evidence = Literal["captured_here", "imported_with_proof", "asserted", "none"]
Duration = Literal["specified", "indefinite", "unspecified"]
Relationship = Literal[
    "purchase",
    "account",
    "free_account",
    "subscription",
    "membership",
    "contract",
    "enquiry",
    "quote",
    "application",
    "checkout_abandoned",
    "browsed",
    "donation",
    "student",
    "competition",
    "business_meeting",
    "personal",
    "one_way_mail",
]
StopKind = Literal[
    "unsubscribe",
    "stop_keyword",
    "free_text",
    "do_not_call",
    "objection",
    "complaint",
    "hard_bounce",
    "number_reassigned",
    "do_not_sell",
    "gpc",
    "limit_sensitive",
    "erasure",
]
StopScope = Literal["topic", "channel", "everything"]


# fmt: off
class Ground(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One consent, relationship or publication that might permit the message. Every one on record is judged."""

    kind: A[GroundKind | None, Fact("what kind of ground it is", "against", LEDGER)] = None
    entry: A[str | None, Fact("the ledger entry it rests on", "against", LEDGER)] = None

    act: A[ConsentAct | None, Fact("what the person did; a consent without it proves nothing", "against", "the form, call log or letter")] = None
    evidence: A[Evidence | None, Fact("how well it is proved: seen by the sender itself, imported with proof, only said, or not at all", "against", LEDGER, SENDER, cite="Spam Act 2003 s 16(5)")] = None
    given_by: A[GivenBy | None, Fact("who did it, seen from the account or number", "against", LEDGER)] = None
    given_on: A[date | None, Fact("day it was given", "against", LEDGER)] = None
    form_submitted: A[bool | None, Fact("the form it stood on was submitted, or a button pressed after it", "against", LEDGER, PERSON)] = None
    refused_later: A[bool | None, Fact("a later form said that a box left blank means no, and the person left it blank", "against", LEDGER, PERSON)] = None
    marketing_named: A[bool | None, Fact("the wording shown said that marketing would come", "against", LEDGER)] = None
    names_sender: A[bool | None, Fact("the wording named, or clearly covered, this sender", "against", LEDGER)] = None
    covers_channel: A[bool | None, Fact("the wording covers this channel, or this sale or sharing; unknown where it is silent about that", "open", LEDGER)] = None
    covers_topic: A[bool | None, Fact("the wording covers this topic, or this sale or sharing", "against", LEDGER)] = None
    separate_from_terms: A[bool | None, Fact("it was asked apart from terms and other matters, at the point of consent, not by one tick for all of them", "against", LEDGER)] = None
    prompted_by_message: A[bool | None, Fact("a message from the sender asked for it", "against", LEDGER)] = None
    duration: A[Duration | None, Fact("how long it was said to last, until `expires_on` where specified", "against", LEDGER)] = None
    expires_on: A[date | None, Fact("first day it no longer covers, where a period was specified", "against", LEDGER)] = None
    outside_hours_agreed: A[bool | None, Fact("it expressly covers calls outside the hours in which calls are otherwise permitted", "against", LEDGER, PERSON)] = None
    signed_writing: A[bool | None, Fact("a writing bears the person's signature, electronic ones included, and names the number", "against", LEDGER)] = None
    pewc_disclosures: A[bool | None, Fact("the writing clearly says that autodialed or recorded marketing is authorised and not a condition of purchase", "against", LEDGER)] = None
    symmetric_choice: A[bool | None, Fact("no was offered as easily and plainly as yes", "against", LEDGER)] = None
    bundled: A[bool | None, Fact("it was bundled with another purpose or made a condition of the service", "against", LEDGER)] = None
    deceptive: A[bool | None, Fact("it was got through a dark pattern or deceptive form", "against", LEDGER)] = None
    withdrawal_as_easy: A[bool | None, Fact("withdrawing it is as easy as giving it was", "against", LEDGER, SENDER, cite="GDPR art 7(3)")] = None
    confirmed_from_account: A[bool | None, Fact("it was confirmed from the mailbox or number itself", "against", LEDGER, PERSON)] = None
    confirmed_in_second_step: A[bool | None, Fact("the person first asked for it and then, in a second step, confirmed it", "against", LEDGER, PERSON, cite="11 CCR 7028(a)")] = None
    opted_in_to_other_firm: A[bool | None, Fact("the opt-in was given to another firm and passed on, rented or sold", "against", LEDGER)] = None
    carrier_opt_in_mentions_carts: A[bool | None, Fact("the text opt-in says that cart reminders may come", "against", LEDGER)] = None

    relationship: A[Relationship | None, Fact("what kind of dealing there is or was", "against", LEDGER)] = None
    ongoing: A[bool | None, Fact("the relationship is still running, as an account or a membership does", "against", LEDGER)] = None
    ended_by_a_party: A[bool | None, Fact("the person or the sender ended the relationship", "against", LEDGER)] = None
    two_way: A[bool | None, Fact("it was formed by voluntary communication both ways", "against", LEDGER)] = None
    last_event_on: A[date | None, Fact("day of the latest purchase, enquiry or other event in it", "against", LEDGER)] = None
    remunerated: A[bool | None, Fact("it is a sale, or a service paid for directly or indirectly", "against", LEDGER, cite="Directive 2002/58 art 13(2)")] = None
    offer_related: A[bool | None, Fact("what is offered is directly related to it", "against", LEDGER)] = None
    address_given_directly: A[bool | None, Fact("the person knowingly gave this address to the sender", "against", LEDGER)] = None
    address_given_for_other_use: A[bool | None, Fact("the address was given for something else only, such as a receipt", "against", LEDGER)] = None

    conspicuous: A[bool | None, Fact("the address is published conspicuously", "against", LEDGER)] = None
    publication_agreed: A[bool | None, Fact("it is reasonable to assume that the person, or for a role the organisation, agreed to publication", "against", LEDGER)] = None
    refuses_marketing: A[bool | None, Fact("a statement beside it says that marketing is not wanted", "against", LEDGER)] = None
    relevant_to_role: A[bool | None, Fact("the message is relevant to the published work, office or function", "against", LEDGER)] = None
    work_address: A[bool | None, Fact("the address reaches an employee, officer, partner, self-employed person, or a role", "against", LEDGER)] = None


class Stop(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One request to stop, or event that means the same. A single one that applies refuses."""

    kind: A[StopKind | None, Fact("what kind of stop it is", "against", LEDGER)] = None
    entry: A[str | None, Fact("the ledger entry it rests on", "against", LEDGER)] = None
    scope: A[StopScope | None, Fact("how far it was meant to reach; unknown means everything", "against", LEDGER, PERSON)] = None
    received_on: A[date | None, Fact("day it was sent or received", "against", LEDGER)] = None
    covers_channel: A[bool | None, Fact("it reaches this channel; unknown means it does", "against", LEDGER, PERSON)] = None
    covers_topic: A[bool | None, Fact("it reaches this topic; unknown means it does", "against", LEDGER, PERSON)] = None
    earlier_message_with_consent: A[bool | None, Fact("before it, a message had already gone to this address with consent", "against", LEDGER, cite="Spam Act 2003 Sch 2 cl 6(1)")] = None
    through_offered_mechanism: A[bool | None, Fact("it was made through the way to unsubscribe that the message offered", "against", LEDGER)] = None
    means_stop: A[bool | None, Fact("a reasonable person would read it as a request to stop", "against", LEDGER)] = None
    person_known: A[bool | None, Fact("the person was known, or became known, when the browser signal was seen", "against", LEDGER)] = None
    business_day: A[float | None, Fact("for Australia: number of today counted in business days, the day of the stop being 1 if it is one; calendar of the place it was sent to", "against", "the holiday calendar", unit="business days", cite="Spam Act 2003 Sch 2 cl 6; Acts Interpretation Act 1901 s 36(1)", worked_out=True)] = None
    business_days_after: A[float | None, Fact("for the United States: business days that have passed since the day it was received, which is not counted; Monday to Friday less federal holidays", "against", "the holiday calendar", unit="business days", worked_out=True)] = None
