"""Facts of the person: where they are, what was collected from them and what they were told, registers they are on."""

from __future__ import annotations

from datetime import date
from typing import Annotated as A  # noqa: N817 -- keeps each fact on one line
from typing import Literal

from sayso.vocabulary.sender import NoticeTarget, SenderFacts
from sayso.vocabulary.words import Fact

SENDER = "the sender"
PERSON = "the person"
LEDGER = "the ledger"

RecipientType = Literal["individual", "sole_trader", "partnership", "corporate", "employee_at_work", "government"]
AddressType = Literal["personal", "work_named", "work_generic"]
CollectedFor = Literal[
    "purchase", "receipt", "delivery", "login_check", "support", "competition", "newsletter", "enquiry", "account"
]


# fmt: off
class PersonFacts(SenderFacts, kw_only=True):
    person_country: A[str | None, Fact("country the person is in, or uses the account from (ISO 3166-1 alpha-2)", "against", "shipping, billing, phone prefix, or what the person says", PERSON)] = None
    person_state: A[str | None, Fact("state or province (ISO 3166-2 without the country)", "against", "shipping, billing, or what the person says", PERSON)] = None
    recipient_type: A[RecipientType | None, Fact("who the account belongs to", "against", LEDGER, PERSON)] = None
    australian_link_undiscoverable: A[bool | None, Fact("the sender did not know, and could not with reasonable diligence find out, that the message has an Australian link", "against", "the sender's records", SENDER, cite="Spam Act 2003 ss 16(3), (5), 17(2), (4), 18(2), (5)")] = None
    address_type: A[AddressType | None, Fact("whether the address is private, a named one at work, or a role", "against", LEDGER, PERSON)] = None
    address_verified: A[bool | None, Fact("the person showed that the mailbox or number is theirs", "open", "a confirmed double opt-in, a paid order, a log-in", PERSON)] = None
    address_exists: A[bool | None, Fact("there is reason to think that the address exists", "open", "checks on entry, bounces", SENDER)] = None
    wireless_mail_domain: A[bool | None, Fact("the email address is at a mobile carrier's messaging domain", "open", "the FCC's list of domains", SENDER)] = None
    age: A[float | None, Fact("age in years", "open", "what the person says; platform age brackets", PERSON, unit="years")] = None
    age_disregarded: A[bool | None, Fact("the sender wilfully looks away from the person's age", "open", "the sender's settings", SENDER)] = None
    under_age_opt_in: A[bool | None, Fact("a 13 to 15 year old, or the parent of a younger child, opted in to sale or sharing in two steps", "against", LEDGER, PERSON)] = None
    verifiable_parental_consent: A[bool | None, Fact("a parent's verifiable consent to collecting from a child under 13 is on record", "against", LEDGER, PERSON)] = None

    on_do_not_call_register: A[bool | None, Fact("the number is on Australia's Do Not Call Register", "against", "a wash of the list", PERSON, cite="Do Not Call Register Act 2006 s 11")] = None
    list_washed_days_ago: A[float | None, Fact("days since the register answered about this number", "against", "a wash of the list", SENDER, unit="days")] = None
    wash_reported_registered: A[bool | None, Fact("that answer said the number was registered", "against", "a wash of the list", PERSON)] = None
    on_national_dnc: A[bool | None, Fact("the number is on the United States national do-not-call registry", "against", "a scrub of the list", PERSON, cite="47 CFR 64.1200(c)(2)")] = None
    preference_register_checked: A[bool | None, Fact("that register was asked about the number within the time its law gives", "against", "a check of that register", SENDER)] = None
    on_preference_register: A[bool | None, Fact("the number is on another country's register of people who refuse calls or texts", "against", "a check of that register", PERSON)] = None

    collected_from_individual: A[bool | None, Fact("the sender collected the details from the person", "against", LEDGER, SENDER)] = None
    collected_on: A[date | None, Fact("day the details were collected", "against", LEDGER)] = None
    collected_for: A[CollectedFor | None, Fact("what the details were typed in for", "against", LEDGER, SENDER)] = None
    captured_before_submission: A[bool | None, Fact("the details were taken from the page before the person pressed anything", "against", LEDGER, SENDER)] = None
    sensitive_information: A[bool | None, Fact("the data used is sensitive: health (a medicine in the cart included), belief, origin, orientation, union, record", "open", "the catalogue's labels", SENDER)] = None
    sensitive_consent: A[bool | None, Fact("the person consented to that use of sensitive information", "against", LEDGER, PERSON)] = None
    notice_at_collection: A[bool | None, Fact("a collection notice was shown when, or before, the details were collected", "against", LEDGER, SENDER)] = None
    notice_names_marketing: A[bool | None, Fact("that notice, or the policy it links to at the form, says the details are used for this marketing", "against", LEDGER, SENDER)] = None
    notice_names_channel: A[bool | None, Fact("the notice beside the field names this channel", "against", LEDGER, SENDER)] = None
    notice_beside_field: A[bool | None, Fact("the marketing statement itself stands beside the field, not behind a link", "against", LEDGER, SENDER)] = None
    notice_link_target: A[NoticeTarget | None, Fact("where the notice's link lands", "arrange", "the policy check", SENDER)] = None
    notice_complete: A[bool | None, Fact("the notice lists categories, purposes, sale or sharing, retention and the links that are due", "arrange", "the policy check", SENDER)] = None
    notice_covers_app5: A[bool | None, Fact("the notice says who collects and how to reach them, what follows from not giving the details, who usually gets them and whether they go overseas, and that the policy tells of access, correction and complaints", "arrange", "the policy check", SENDER, cite="Privacy Act 1988 APP 5.2")] = None
    notice_tells_circumstances: A[bool | None, Fact("the notice says that the details come from somebody else, or are taken before the form is sent", "arrange", "the policy check", SENDER, cite="Privacy Act 1988 APP 5.2(b)")] = None
    opt_out_notice_posted_at_collection: A[bool | None, Fact("the notice of the right to opt out of sale and sharing was posted when the data was collected", "against", LEDGER, SENDER)] = None
    reasonable_expectation: A[bool | None, Fact("a properly informed person would reasonably expect this use; leave out to have it follow from notice and consent", "against", LEDGER, SENDER)] = None
    purpose_compatible: A[bool | None, Fact("the use fits what the person expects, or a disclosed purpose compatible with the context", "against", LEDGER, SENDER)] = None
    promised_only_tickers: A[bool | None, Fact("the form said that only people who tick the box get marketing", "open", LEDGER, SENDER)] = None
    refusal_offered_at_collection: A[bool | None, Fact("a simple, free way to refuse was offered when the details were collected", "against", LEDGER, SENDER)] = None
    lawful_basis_recorded: A[bool | None, Fact("a lawful basis for this use is on record", "against", LEDGER, SENDER, cite="GDPR art 6(1)")] = None
    consent_impracticable: A[bool | None, Fact("it is impracticable to get the person's consent", "against", "the sender's settings", SENDER)] = None
    source_told_on_request: A[bool | None, Fact("the person, having asked, was told where the details came from", "open", LEDGER, SENDER)] = None
    source_asked: A[bool | None, Fact("the person asked where the details came from", "open", LEDGER, PERSON)] = None
    asked_for_contact: A[bool | None, Fact("the person asked to be called or written to about this order or enquiry", "against", LEDGER, PERSON)] = None
    loyalty_programme_exception: A[bool | None, Fact("the person was asked about leaving a loyalty programme that needs sharing, did not confirm, and is known now", "against", LEDGER, PERSON)] = None
    account_linked_to_browser: A[bool | None, Fact("the sender can connect the browser with the person's account", "against", LEDGER, SENDER)] = None
    shares_browser_data: A[bool | None, Fact("what is shared is tied to the browser that sent the signal, not to the account", "open", "the sender's settings", SENDER)] = None
    signal_conflicts_with_setting: A[bool | None, Fact("the browser's signal conflicts with a setting or programme that the person chose", "against", LEDGER, PERSON)] = None
    product_needs_sharing: A[bool | None, Fact("the person asked for a product that needs the sharing, and is told so", "against", LEDGER, PERSON)] = None
    months_since_opt_out: A[float | None, Fact("months since the person opted out of sale or sharing, or refused an incentive", "against", LEDGER, unit="months", worked_out=True)] = None
    last_stop_on: A[date | None, Fact("day of the latest stop that reaches this channel and topic", "against", LEDGER, worked_out=True)] = None
