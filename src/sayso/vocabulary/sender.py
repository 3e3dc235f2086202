"""Facts of the question itself and of the sender: who would do what, and what kind of business it is."""

from __future__ import annotations

from typing import Annotated as A  # noqa: N817 -- keeps each fact on one line
from typing import Literal

import msgspec

from sayso.vocabulary.words import Act, Channel, Fact

SETTINGS = "the sender's settings"
SENDER = "the sender"

SenderType = Literal[
    "company",
    "individual",
    "government",
    "political_party",
    "registered_charity",
    "not_for_profit",
    "education",
]
SenderRole = Literal[
    "collector",
    "group_company",
    "list_buyer",
    "list_recipient",
    "advertiser",
    "affiliate",
    "service_provider",
    "agency",
    "instigator",
    "mail_provider",
]
"""`instigator` has others send to their own lists for it; `mail_provider` runs the mailbox the advertisement is shown in."""

ListSource = Literal["own_customers", "rented", "bought", "swapped", "harvested", "generated", "directory"]
DataRecipient = Literal["service_provider", "contractor", "third_party", "data_broker", "ad_platform", "affiliate"]
PolicyPlace = Literal["home_page", "first_significant_page", "every_page", "footer_elsewhere", "inside_other_terms"]
LinkText = Literal["contains_privacy", "other_words", "icon_with_privacy"]
StateOfMind = Literal["knowing_and_wilful", "negligent_and_material", "neither"]
NoticeTarget = Literal["section_with_the_content", "top_of_policy", "elsewhere"]


# fmt: off
class SenderFacts(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    act: A[Act | None, Fact("what the sender would do", "against", "the question; follows from the channel if left out")] = None
    channel: A[Channel | None, Fact("where it would happen; `online_ad` for an upload, `website` for a notice or policy", "against", "the question")] = None
    topic: A[str | None, Fact("what the marketing is about, a flat name such as `abandoned_cart`", "against", "the question")] = None

    sender_country: A[str | None, Fact("country the sender is present, or centrally managed, in (ISO 3166-1 alpha-2)", "against", SETTINGS, SENDER)] = None
    sender_state: A[str | None, Fact("state or province within that country (ISO 3166-2 without the country)", "against", SETTINGS, SENDER)] = None
    message_originates_in: A[str | None, Fact("country the message is sent from, servers included (ISO 3166-1 alpha-2)", "against", SETTINGS, SENDER)] = None
    sender_type: A[SenderType | None, Fact("what kind of body authorises the message, a party or charity only if it is registered", "against", SETTINGS, SENDER)] = None
    sender_role: A[SenderRole | None, Fact("how the one who would send stands to the one who collected the details", "against", SETTINGS, SENDER)] = None
    list_source: A[ListSource | None, Fact("where the list that the address is on came from", "against", "the import's declaration", SENDER)] = None
    list_owner_is_client: A[bool | None, Fact("a service provider sends only to its client's own list, for that client", "against", SETTINGS, SENDER)] = None
    agent_bound_to_comply: A[bool | None, Fact("a written arrangement expressly requires whoever calls for the sender to comply", "against", SETTINGS, SENDER)] = None
    for_profit: A[bool | None, Fact("the sender is organised for the profit of its owners", "against", SETTINGS, SENDER)] = None
    commercial_site: A[bool | None, Fact("the site or app is run for commercial purposes", "against", SETTINGS, SENDER)] = None

    turnover_aud: A[float | None, Fact("annual turnover, the highest of any completed financial year (the current one if new)", "against", SETTINGS, SENDER, unit="AUD", cite="Privacy Act 1988 s 6D(1)-(4)")] = None
    trades_in_personal_information: A[bool | None, Fact("discloses personal information for a benefit, or gives one to collect it, without consent", "against", SETTINGS, SENDER, cite="Privacy Act 1988 s 6D(4), (7)-(8)")] = None
    provides_health_service: A[bool | None, Fact("provides a health service and holds health information (pharmacies and gyms included)", "against", SETTINGS, SENDER, cite="Privacy Act 1988 s 6D(4)(b)")] = None
    related_to_larger_business: A[bool | None, Fact("is related to a body corporate that is itself bound by the Privacy Act", "against", SETTINGS, SENDER, cite="Privacy Act 1988 s 6D(9)")] = None
    opted_in_to_privacy_act: A[bool | None, Fact("is on the Commissioner's register of small businesses that chose to be bound", "against", SETTINGS, SENDER, cite="Privacy Act 1988 s 6EA")] = None

    gross_revenue_usd: A[float | None, Fact("gross revenue of the preceding calendar year, from everywhere", "open", SETTINGS, SENDER, unit="USD", cite="Cal. Civ. Code 1798.140(d)(1)(A)")] = None
    ca_consumers_bought_sold_shared: A[float | None, Fact("Californian consumers or households whose data it buys, sells or shares in a year", "open", SETTINGS, SENDER, unit="consumers", cite="Cal. Civ. Code 1798.140(d)(1)(B)")] = None
    share_of_revenue_from_sale: A[float | None, Fact("share of annual revenue that comes from selling or sharing personal data", "open", SETTINGS, SENDER, unit="0 to 1", cite="Cal. Civ. Code 1798.140(d)(1)(C)")] = None
    ccpa_covered: A[bool | None, Fact("the sender is a business under the CCPA; say so only if settled, else give the three thresholds", "open", SETTINGS, SENDER, cite="Cal. Civ. Code 1798.140(d)")] = None

    collects_pii_online: A[bool | None, Fact("its site or app collects and keeps identifiable details of consumers", "against", SETTINGS, SENDER)] = None
    has_california_users: A[bool | None, Fact("consumers who live in California use the site; true unless they are kept out", "against", SETTINGS, SENDER)] = None
    serves_consumers: A[bool | None, Fact("the site serves people who buy, or look to buy, for personal, family or household use", "against", SETTINGS, SENDER, cite="Cal. B&P 22577(d)")] = None
    site_aimed_at_children: A[bool | None, Fact("the site or app is aimed at children under 13", "against", SETTINGS, SENDER, cite="15 USC 6501(1), 6502(a)")] = None
    is_app: A[bool | None, Fact("the online service is an app", "against", SETTINGS, SENDER)] = None
    operator_is_airline: A[bool | None, Fact("the operator is an air carrier", "against", SETTINGS, SENDER)] = None
    sender_is_mobile_carrier: A[bool | None, Fact("the sender is the mobile carrier that serves the number", "against", SETTINGS, SENDER)] = None
    policy_posted: A[bool | None, Fact("a privacy policy is posted", "against", "the policy register", SENDER)] = None
    days_since_notice_of_noncompliance: A[float | None, Fact("days since it was told that no policy is posted; leave out if never told", "against", SETTINGS, SENDER, unit="days")] = None
    policy_link_on: A[PolicyPlace | None, Fact("the most prominent page that links to, or shows, the policy", "against", "the policy check", SENDER)] = None
    policy_link_text: A[LinkText | None, Fact("whether the link says, or its icon contains, the word privacy", "against", "the policy check", SENDER)] = None
    link_capitals: A[bool | None, Fact("the link is in capitals at least as large as the text around it", "against", "the policy check", SENDER)] = None
    link_distinguished: A[bool | None, Fact("the link stands out: larger, other type, font or colour, or set off by symbols", "against", "the policy check", SENDER)] = None
    link_noticeable: A[bool | None, Fact("a reasonable person would notice the link", "against", "the policy check", SENDER)] = None
    policy_text_on_page: A[bool | None, Fact("the policy itself, not only a link to it, stands on that page", "against", "the policy check", SENDER)] = None
    policy_accessible_in_app: A[bool | None, Fact("the app makes the policy available by another reasonably accessible way", "against", "the policy check", SENDER)] = None
    policy_link_conspicuous: A[bool | None, Fact("the policy is posted conspicuously; left out where the particulars of the link are known", "arrange", "the policy check", SENDER)] = None
    notice_link_as_visible: A[bool | None, Fact("the links the CCPA asks for are about as large and plain as the other links of the home page", "arrange", "the policy check", SENDER)] = None
    policy_lists_categories: A[bool | None, Fact("the policy lists the kinds of details collected", "arrange", "the policy check", SENDER)] = None
    policy_discloses_third_party_category: A[bool | None, Fact("the policy names the kinds of third parties that details may go to", "open", "the policy check", SENDER)] = None
    has_review_process: A[bool | None, Fact("people can review and change their details by a process of its own", "against", SETTINGS, SENDER)] = None
    policy_describes_review: A[bool | None, Fact("the policy describes how to review and change details", "arrange", "the policy check", SENDER)] = None
    policy_says_how_changes_are_told: A[bool | None, Fact("the policy says how people learn of material changes", "arrange", "the policy check", SENDER)] = None
    policy_has_effective_date: A[bool | None, Fact("the policy bears its effective date", "arrange", "the policy check", SENDER)] = None
    tracks_across_sites: A[bool | None, Fact("collects data of a person's activity over time and across other firms' sites", "against", SETTINGS, SENDER)] = None
    policy_answers_do_not_track: A[bool | None, Fact("the policy says how browser do-not-track signals are answered, or links to such a programme", "arrange", "the policy check", SENDER)] = None
    policy_says_if_others_track: A[bool | None, Fact("the policy says whether others may track people on the site over time and across sites", "arrange", "the policy check", SENDER)] = None
    policy_months_old: A[float | None, Fact("months since the policy was last reviewed", "arrange", "the policy register", SENDER, unit="months")] = None
    policy_states_purposes: A[bool | None, Fact("the policy says what details are used for", "against", "the policy check", SENDER)] = None
    policy_says_how_held: A[bool | None, Fact("the policy says how details are collected and held", "against", "the policy check", SENDER)] = None
    policy_tells_access_and_correction: A[bool | None, Fact("the policy says how to get and correct details", "against", "the policy check", SENDER)] = None
    policy_tells_complaints: A[bool | None, Fact("the policy says how to complain and what happens then", "against", "the policy check", SENDER)] = None
    policy_tells_overseas_disclosure: A[bool | None, Fact("the policy says whether details are likely to go overseas, and where to if practicable", "against", "the policy check", SENDER)] = None
    policy_freely_available: A[bool | None, Fact("the policy can be had free of charge in a suitable form", "against", "the policy check", SENDER)] = None

    sale_or_share: A[bool | None, Fact("personal data is sold, or shared for cross-context behavioural ads", "against", SETTINGS, SENDER)] = None
    policy_says_no_sale: A[bool | None, Fact("the policy says that data is neither sold nor shared", "against", "the policy check", SENDER)] = None
    opt_out_link_present: A[bool | None, Fact("a do-not-sell-or-share link is on every page that collects data, or signals are processed without friction", "arrange", "the policy check", SENDER)] = None
    notice_of_opt_out_posted: A[bool | None, Fact("the notice of the right to opt out of sale and sharing is posted", "against", "the policy check", SENDER)] = None
    opt_out_methods_beyond_cookies: A[bool | None, Fact("opting out of sale and sharing does not rest on a cookie tool alone", "arrange", SETTINGS, SENDER)] = None
    opt_out_needs_verification: A[bool | None, Fact("an opt-out of sale or sharing is made to depend on an identity or email check", "arrange", SETTINGS, SENDER)] = None
    opt_out_needs_extra_fields: A[bool | None, Fact("an opt-out of sale or sharing asks for more than is needed to find the person", "arrange", SETTINGS, SENDER)] = None
    opt_out_applied_to_account: A[bool | None, Fact("a known person's opt-out is applied to the whole account, not one device or service", "arrange", SETTINGS, SENDER)] = None
    opt_out_honoured: A[bool | None, Fact("opt-outs of sale and sharing that were made are really carried out", "arrange", SETTINGS, SENDER)] = None
    opt_out_status_displayed: A[bool | None, Fact("the site shows that the signal or request was processed", "arrange", SETTINGS, SENDER)] = None
    promised_to_honour_gpc: A[bool | None, Fact("the policy promises to honour the Global Privacy Control", "open", "the policy check", SENDER)] = None
    breach_state_of_mind: A[StateOfMind | None, Fact("how a breach of its own policy, or of the duty to have one, came about", "against", SETTINGS, SENDER, cite="Cal. B&P 22576")] = None
    incentive_for_data: A[bool | None, Fact("a discount or other benefit is given in return for the details", "open", SETTINGS, SENDER)] = None
    penalises_opt_out: A[bool | None, Fact("people who opt out of sale or sharing are charged more or served worse for it", "open", SETTINGS, SENDER)] = None
    data_recipient: A[DataRecipient | None, Fact("who would get the personal data, as things are and not as labelled", "against", SETTINGS, SENDER)] = None
    service_contract_complete: A[bool | None, Fact("the contract with the service provider has all that 11 CCR 7051(a) asks for", "against", SETTINGS, SENDER)] = None
    valuable_consideration: A[bool | None, Fact("the sender gets money or another advantage for the data", "against", SETTINGS, SENDER)] = None
    transfer_to_honour_opt_out: A[bool | None, Fact("the address is handed over only so that a stop can be honoured or the law obeyed", "against", SETTINGS, SENDER)] = None
    prior_contravention: A[bool | None, Fact("a court has already found the sender in breach of that same provision", "against", SETTINGS, SENDER)] = None
