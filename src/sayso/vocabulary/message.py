"""Facts of the message and of the moment: what it says and carries, how it leaves, and when it would arrive."""

from __future__ import annotations

from typing import Annotated as A  # noqa: N817 -- keeps each fact on one line
from typing import Literal

from sayso.vocabulary.person import PersonFacts
from sayso.vocabulary.words import Fact

SENDER = "the sender"
TEMPLATE = "the message check"
CLOCK = "the clock and the person's time zone"

MessageKind = Literal[
    "promotional",
    "abandoned_cart",
    "service_with_promotion",
    "newsletter",
    "retention",
    "referral",
    "recruitment",
    "consent_request",
    "resubscribe_request",
    "survey",
    "fundraising",
    "requested_quote",
    "factual",
    "transactional",
    "informational",
    "opt_out_confirmation",
    "opt_in_confirmation",
]
"""What the message is by its content; the label its sender gives it decides nothing."""

OtherContent = Literal["none", "transactional", "editorial"]
UnsubscribeRoute = Literal["link", "reply_email", "reply_stop", "phone", "post", "preference_page"]
Promotes = Literal["own_similar", "own_other", "third_party", "mixed", "nothing"]
Dialer = Literal["stored_list", "autodialer", "by_hand"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


# fmt: off
class MessageFacts(PersonFacts, kw_only=True):
    message_kind: A[MessageKind | None, Fact("what the message is, by content, presentation and what its links lead to", "against", TEMPLATE, SENDER)] = None
    commercial_purpose: A[bool | None, Fact("one of its purposes is to offer, advertise or promote something or its supplier", "against", TEMPLATE, SENDER)] = None
    links_to_promotion: A[bool | None, Fact("a link, number or address in it leads to promotion or a page that sells", "against", TEMPLATE, SENDER)] = None
    only_permitted_extras: A[bool | None, Fact("beyond factual information it has only name, logo, contact details and what the law asks for", "against", TEMPLATE, SENDER)] = None
    supplier_is_sender: A[bool | None, Fact("the body that authorises it itself supplies what is promoted", "against", TEMPLATE, SENDER)] = None
    recipient_is_student_household: A[bool | None, Fact("the account-holder, or someone of their household, is or was enrolled with the institution", "against", "the ledger", SENDER)] = None
    promotes: A[Promotes | None, Fact("whose goods it promotes, and how near to what the person bought or asked for", "against", TEMPLATE, SENDER)] = None
    promotes_gambling: A[bool | None, Fact("it promotes betting or other gambling", "against", TEMPLATE, SENDER)] = None
    sexually_explicit: A[bool | None, Fact("it depicts or describes sexual acts, or is about goods for them", "against", TEMPLATE, SENDER)] = None
    charitable_purpose_only: A[bool | None, Fact("its sole purpose is to further the charity's own purposes", "against", TEMPLATE, SENDER)] = None
    other_content: A[OtherContent | None, Fact("what stands beside the promotion", "against", TEMPLATE, SENDER)] = None
    transaction_agreed: A[bool | None, Fact("it completes, confirms or serves a transaction the person already agreed to", "against", TEMPLATE, SENDER)] = None
    subject_promotional: A[bool | None, Fact("the subject line suggests promotion", "against", TEMPLATE, SENDER)] = None
    transactional_first: A[bool | None, Fact("the transactional content stands, at least in substance, at the start of the body", "against", TEMPLATE, SENDER)] = None
    mainly_promotional_to_reader: A[bool | None, Fact("a reasonable reader of the body would see promotion as its main purpose", "open", TEMPLATE, SENDER)] = None
    pressed_pay: A[bool | None, Fact("the person pressed Pay and the message only says that it failed", "against", "the ledger", SENDER)] = None

    sender_identified: A[bool | None, Fact("it names, clearly and accurately, who authorised it", "arrange", TEMPLATE, SENDER)] = None
    contact_details_accurate: A[bool | None, Fact("it says how to reach that body, and that will hold for at least 30 days", "arrange", TEMPLATE, SENDER)] = None
    postal_address_present: A[bool | None, Fact("it carries a valid postal address", "arrange", TEMPLATE, SENDER)] = None
    header_accurate: A[bool | None, Fact("From, routing and other header data are true and not misleading", "arrange", TEMPLATE, SENDER)] = None
    subject_accurate: A[bool | None, Fact("the subject misleads about nothing material", "arrange", TEMPLATE, SENDER)] = None
    third_party_domain_unpermitted: A[bool | None, Fact("it uses another's domain name without permission", "arrange", TEMPLATE, SENDER)] = None
    sender_identified_in_body: A[bool | None, Fact("the body makes plain who the sender is", "arrange", TEMPLATE, SENDER)] = None
    from_line_names_sender: A[bool | None, Fact("the From line names the sender itself, not a brand or nickname", "arrange", TEMPLATE, SENDER)] = None
    sender_domain_traceable: A[bool | None, Fact("the sending domain can be traced to the sender, from the header or a public register", "open", TEMPLATE, SENDER)] = None
    ad_identified: A[bool | None, Fact("it is clearly identified as an advertisement, anywhere in the message", "arrange", TEMPLATE, SENDER)] = None

    unsubscribe_present: A[bool | None, Fact("it offers, clearly and conspicuously, a way to unsubscribe", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_functional: A[bool | None, Fact("that way works, and will for at least 30 days after sending", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_fault_excused: A[bool | None, Fact("that way failed only for a short while, beyond the sender's control, and was mended within reasonable time", "against", "the sender's records", SENDER, cite="15 USC 7704(a)(3)(C)")] = None
    unsubscribe_route: A[UnsubscribeRoute | None, Fact("how one unsubscribes", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_requires_login: A[bool | None, Fact("unsubscribing needs a log-in, or an account to be made", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_requires_extra_personal_info: A[bool | None, Fact("unsubscribing asks for more than the address written to", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_fee: A[bool | None, Fact("unsubscribing costs a fee, a premium service, or more than is usual", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_more_than_one_step: A[bool | None, Fact("unsubscribing takes more than a reply or one web page", "arrange", TEMPLATE, SENDER)] = None
    unsubscribe_menu: A[bool | None, Fact("a menu of lists is offered", "arrange", TEMPLATE, SENDER)] = None
    stop_all_option: A[bool | None, Fact("the menu has a choice to stop everything", "arrange", TEMPLATE, SENDER)] = None
    sms_sender_id_alphanumeric: A[bool | None, Fact("the text comes from a name, which cannot be replied to", "arrange", "the gateway's settings", SENDER)] = None
    sms_says_no_reply: A[bool | None, Fact("the text says that it cannot be answered", "arrange", TEMPLATE, SENDER, cite="47 CFR 64.1200(a)(10)")] = None
    agreed_other_opt_out: A[bool | None, Fact("a contract or agreement with the person settles another way to opt out", "against", "the ledger", SENDER)] = None
    opt_out_statement_in_message: A[bool | None, Fact("the letter, ad or call draws attention to the right to opt out", "arrange", TEMPLATE, SENDER)] = None
    opt_out_means_provided: A[bool | None, Fact("there is a simple way to opt out of this direct marketing", "arrange", "the sender's settings", SENDER)] = None

    dialer: A[Dialer | None, Fact("how numbers are picked: a random or sequential generator is an autodialer, a stored list is not", "arrange", "the gateway's settings", SENDER)] = None
    caller_id_enabled: A[bool | None, Fact("the call shows a number that can be called back for 30 days", "arrange", "the gateway's settings", SENDER)] = None
    call_identifies_caller: A[bool | None, Fact("the caller says name, employer and purpose, and ends the call when asked", "arrange", "the call script", SENDER)] = None
    minutes_after_stop: A[float | None, Fact("minutes between the stop and this confirmation of it", "arrange", CLOCK, SENDER, unit="minutes")] = None
    further_texts_after_stop: A[float | None, Fact("other texts sent since the stop", "arrange", "the ledger", SENDER, unit="texts")] = None
    contains_marketing: A[bool | None, Fact("a confirmation or a service message carries any marketing", "arrange", TEMPLATE, SENDER)] = None


class MomentFacts(MessageFacts, kw_only=True):
    local_minute: A[float | None, Fact("minute of the day where the person is; in several plausible zones, the strictest", "arrange", CLOCK, SENDER, unit="minutes after midnight", worked_out=True)] = None
    local_weekday: A[Weekday | None, Fact("day of the week where the person is", "arrange", CLOCK, SENDER, worked_out=True)] = None
    public_holiday_there: A[bool | None, Fact("a national public holiday where the person is", "arrange", "the holiday calendar", SENDER, worked_out=True)] = None
    messages_last_7_days: A[float | None, Fact("marketing messages sent to this person in the last 7 days, on any channel", "arrange", "the ledger", SENDER, unit="messages", worked_out=True)] = None
