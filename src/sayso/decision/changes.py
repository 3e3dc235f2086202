"""What lawful acts change: the facts that are different afterwards, for `sayso.decision.acts`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec

from sayso.vocabulary import Facts, Ground

UNSUBSCRIBE = {
    "unsubscribe_present": True,
    "unsubscribe_functional": True,
    "unsubscribe_requires_login": False,
    "unsubscribe_requires_extra_personal_info": False,
    "unsubscribe_fee": False,
    "unsubscribe_more_than_one_step": False,
    "stop_all_option": True,
    "opt_out_statement_in_message": True,
    "opt_out_means_provided": True,
}
IDENTITY = {
    "sender_identified": True,
    "contact_details_accurate": True,
    "postal_address_present": True,
    "header_accurate": True,
    "subject_accurate": True,
    "sender_identified_in_body": True,
    "ad_identified": True,
    "third_party_domain_unpermitted": False,
    "from_line_names_sender": True,
    "sender_domain_traceable": True,
    "call_identifies_caller": True,
    "caller_id_enabled": True,
}
HOURS = {"local_minute": 600.0, "local_weekday": "tuesday", "public_holiday_there": False}
WASH = {"list_washed_days_ago": 0.0, "wash_reported_registered": False}
TEXTS_ANSWERED = {"sms_sender_id_alphanumeric": False, "unsubscribe_route": "reply_stop"}
OWN_FORM = {"list_source": "own_customers", "collected_from_individual": True}
"""What is different once the person types their details into the sender's own form."""

COLLECTION_NOTICE = {
    "notice_at_collection": True,
    "notice_names_marketing": True,
    "notice_complete": True,
    "notice_covers_app5": True,
    "notice_tells_circumstances": True,
    "notice_link_target": "section_with_the_content",
    "notice_link_as_visible": True,
    "opt_out_notice_posted_at_collection": True,
    "opt_out_means_provided": True,
    "refusal_offered_at_collection": True,
}
SALE_NOTICES = {
    "notice_of_opt_out_posted": True,
    "opt_out_link_present": True,
    "policy_discloses_third_party_category": True,
    "opt_out_status_displayed": True,
    "opt_out_methods_beyond_cookies": True,
    "opt_out_needs_verification": False,
    "opt_out_needs_extra_fields": False,
    "opt_out_applied_to_account": True,
    "opt_out_honoured": True,
}
POLICY = {
    "policy_posted": True,
    "policy_link_on": "home_page",
    "policy_link_text": "contains_privacy",
    "link_distinguished": True,
    "link_noticeable": True,
    "policy_accessible_in_app": True,
    "policy_link_conspicuous": True,
    "policy_freely_available": True,
    "policy_lists_categories": True,
    "policy_discloses_third_party_category": True,
    "policy_states_purposes": True,
    "policy_says_how_held": True,
    "policy_tells_access_and_correction": True,
    "policy_tells_complaints": True,
    "policy_tells_overseas_disclosure": True,
    "has_review_process": True,
    "policy_describes_review": True,
    "policy_says_how_changes_are_told": True,
    "policy_has_effective_date": True,
    "policy_answers_do_not_track": True,
    "policy_says_if_others_track": True,
    "policy_months_old": 0.0,
}
PROCESSOR = {"data_recipient": "service_provider", "service_contract_complete": True, "valuable_consideration": False}
SALE_STOPS = ("do_not_sell", "gpc")
PASSING_ON = ("upload_audience", "share", "transfer_list")


def sets(values: dict[str, Any]) -> Callable[[Facts, date], Facts]:
    """An act after which these facts are so."""
    return lambda facts, on: msgspec.structs.replace(facts, **values)


def known_otherwise(values: dict[str, Any]) -> Callable[[Facts], bool]:
    """Is one of these known, and not as it would be afterwards?"""
    return lambda facts: any(getattr(facts, name) not in (None, value) for name, value in values.items())


def agreement(act: str, **more: Any) -> Callable[[Facts, date], Facts]:
    """An act after which the person has agreed, as well as one can: specific, apart from terms, on the sender's own form."""

    def done(facts: Facts, on: date) -> Facts:
        values: dict[str, Any] = {
            "kind": "consent",
            "act": act,
            "evidence": "captured_here",
            "given_by": "account_holder",
            "given_on": _soonest(facts, on),
            "form_submitted": True,
            "marketing_named": True,
            "names_sender": True,
            "covers_channel": True,
            "covers_topic": True,
            "separate_from_terms": True,
            "prompted_by_message": False,
            "duration": "indefinite",
            "symmetric_choice": True,
            "bundled": False,
            "deceptive": False,
            "withdrawal_as_easy": True,
            "opted_in_to_other_firm": False,
            "carrier_opt_in_mentions_carts": True,
            **more,
        }
        return msgspec.structs.replace(facts, **OWN_FORM, grounds=[*facts.grounds, Ground(**values)])

    return done


def _soonest(facts: Facts, on: date) -> date:
    """The first day on which a new yes can come: after a stop of today, tomorrow."""
    return max([on, *(stop.received_on + timedelta(1) for stop in facts.stops if stop.received_on)])


def buys(facts: Facts, on: date) -> Facts:
    """One purchase, and no more than that tells: neither that the dealing goes on nor what later offers are about."""
    bought = Ground(
        kind="relationship",
        relationship="purchase",
        evidence="captured_here",
        given_on=on,
        last_event_on=on,
        two_way=True,
        remunerated=True,
        address_given_directly=True,
        address_given_for_other_use=False,
    )
    return msgspec.structs.replace(facts, grounds=[*facts.grounds, bought])


def proved(facts: Facts, on: date) -> Facts:
    """Every ground that was only claimed is proved."""
    grounds = [
        msgspec.structs.replace(ground, evidence="imported_with_proof")
        if ground.evidence in (None, "asserted", "none")
        else ground
        for ground in facts.grounds
    ]
    return msgspec.structs.replace(facts, grounds=grounds)
