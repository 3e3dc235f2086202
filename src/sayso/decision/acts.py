"""The lawful acts that someone can still do about a refusal, lightest first; which of them help is found by the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from sayso.vocabulary import Facts, Ground

CHANNEL_WORDS = {
    "email": "email",
    "sms": "text messages",
    "mms": "picture messages",
    "instant_message": "instant messages",
    "push": "notifications",
    "voice_live": "calls",
    "voice_recorded": "recorded calls",
    "post": "letters",
    "online_ad": "online ads",
    "fax": "fax",
    "website": "the website",
}
MESSAGE_CHANNELS = ("email", "sms", "mms", "instant_message", "push")


class LawfulAct(msgspec.Struct, frozen=True, eq=False):
    """
    One act: what to do, by whom, how hard it is (1 to 9), what it changes, and when it makes sense at all.

    `message` is set for an act that itself writes to the person: the facts of that message, which must be allowed.
    """

    name: str
    do: Callable[[Facts], str]
    who: str
    burden: int
    done: Callable[[Facts, date], Facts]
    applies: Callable[[Facts], bool]
    message: Callable[[Facts], Facts] | None = None

    def __hash__(self) -> int:
        return hash(self.name)


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
    "call_identifies_caller": True,
    "caller_id_enabled": True,
}
HOURS = {"local_minute": 600.0, "local_weekday": "tuesday", "public_holiday_there": False}
WASH = {"list_washed_days_ago": 0.0, "wash_reported_registered": False}
COLLECTION_NOTICE = {
    "notice_at_collection": True,
    "notice_names_marketing": True,
    "notice_complete": True,
    "notice_link_target": "section_with_the_content",
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
}


def _sets(values: dict[str, Any]) -> Callable[[Facts, date], Facts]:
    return lambda facts, on: msgspec.structs.replace(facts, **values)


def _known_otherwise(values: dict[str, Any]) -> Callable[[Facts], bool]:
    """Is one of these known, and not as it would be afterwards?"""
    return lambda facts: any(getattr(facts, name) not in (None, value) for name, value in values.items())


def _agreement(act: str, **more: Any) -> Callable[[Facts, date], Facts]:
    def done(facts: Facts, on: date) -> Facts:
        values: dict[str, Any] = {
            "kind": "consent",
            "act": act,
            "evidence": "captured_here",
            "given_by": "account_holder",
            "given_on": on,
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
            "opted_in_to_other_firm": False,
            "carrier_opt_in_mentions_carts": True,
            **more,
        }
        return msgspec.structs.replace(facts, grounds=[*facts.grounds, Ground(**values)])

    return done


def _proved(facts: Facts, on: date) -> Facts:
    grounds = [
        msgspec.structs.replace(ground, evidence="imported_with_proof")
        if ground.evidence in (None, "asserted", "none")
        else ground
        for ground in facts.grounds
    ]
    return msgspec.structs.replace(facts, grounds=grounds)


def _by(facts: Facts) -> str:
    return CHANNEL_WORDS.get(facts.channel or "", "this channel")


def _personal(facts: Facts) -> bool:
    return facts.act not in ("publish_policy", "collect")


ACTS: tuple[LawfulAct, ...] = (
    LawfulAct(
        "wait for the hours",
        lambda facts: "wait: send on a weekday between 9:00 and 17:00 where the person is, not on a public holiday",
        "the sender",
        1,
        _sets(HOURS),
        _known_otherwise(HOURS),
    ),
    LawfulAct(
        "repair the unsubscribe",
        lambda facts: "add a clear unsubscribe that works without log-in, fee or further details, for at least 30 days",
        "the sender",
        1,
        _sets(UNSUBSCRIBE),
        _known_otherwise(UNSUBSCRIBE),
    ),
    LawfulAct(
        "say who sends it",
        lambda facts: (
            "say truthfully who sends it, that it is advertising, and how to reach you, postal address included"
        ),
        "the sender",
        1,
        _sets(IDENTITY),
        _known_otherwise(IDENTITY),
    ),
    LawfulAct(
        "dial by hand or from a list",
        lambda facts: "use the stored list, with no random or sequential number generator",
        "the sender",
        2,
        _sets({"dialer": "stored_list"}),
        _known_otherwise({"dialer": "stored_list"}),
    ),
    LawfulAct(
        "wash the list",
        lambda facts: (
            "check the number against the Do Not Call Register; if it comes back clear you may call for 30 days"
        ),
        "the sender",
        2,
        _sets({**WASH, "on_do_not_call_register": False}),
        lambda facts: (
            facts.channel in ("voice_live", "voice_recorded", "fax") and facts.on_do_not_call_register is None
        ),
    ),
    LawfulAct(
        "scrub against the national registry",
        lambda facts: "check the number against the national do-not-call registry; this holds if it is not on it",
        "the sender",
        2,
        _sets({"on_national_dnc": False}),
        lambda facts: facts.channel in ("sms", "mms", "voice_live", "voice_recorded") and facts.on_national_dnc is None,
    ),
    LawfulAct(
        "bring the proof",
        lambda facts: (
            "bring the proof of the permission on record (who agreed, when, how, to which words) and set its evidence class"
        ),
        "the sender",
        3,
        _proved,
        lambda facts: any(ground.evidence in (None, "asserted", "none") for ground in facts.grounds),
    ),
    LawfulAct(
        "post the opt-out notices",
        lambda facts: "post the notice and link for opting out of sale and sharing, on the pages that collect data too",
        "the sender",
        3,
        _sets(SALE_NOTICES),
        lambda facts: (
            facts.act in ("upload_audience", "share", "transfer_list", "show_ad", "publish_policy")
            or facts.channel == "online_ad"
        ),
    ),
    LawfulAct(
        "give the collection notice",
        lambda facts: (
            "at the next visit show a collection notice that says the details are used for this marketing and how to opt out"
        ),
        "the sender",
        4,
        lambda facts, on: msgspec.structs.replace(
            facts, **COLLECTION_NOTICE, reasonable_expectation=None, collected_from_individual=True
        ),
        lambda facts: (
            facts.channel in ("post", "online_ad", "voice_live")
            and not (facts.notice_at_collection and facts.notice_names_marketing)
        ),
    ),
    LawfulAct(
        "show a box at the next visit",
        lambda facts: (
            f"at the next visit show an unticked box that names you, this topic and {_by(facts)}; this holds once the person ticks it and submits"
        ),
        "the person",
        5,
        _agreement("ticked_box", signed_writing=True, pewc_disclosures=True),
        _personal,
    ),
    LawfulAct(
        "ask in person",
        lambda facts: f"ask at the till or when the person calls you, and log the yes to {_by(facts)} about this topic",
        "the person",
        6,
        _agreement("said_yes"),
        _personal,
    ),
    LawfulAct(
        "ask by message",
        lambda facts: (
            f"write to ask whether {_by(facts)} about this topic are welcome; this holds once the person confirms by the link"
        ),
        "the person",
        4,
        _agreement("confirmed_by_link", confirmed_from_account=True, prompted_by_message=True),
        lambda facts: facts.channel in MESSAGE_CHANNELS,
        message=lambda facts: msgspec.structs.replace(facts, message_kind="consent_request", commercial_purpose=True),
    ),
    LawfulAct(
        "get the parent's or minor's opt-in",
        lambda facts: (
            "get the two-step opt-in of the 13 to 15 year old, or a parent's verifiable consent for a younger child"
        ),
        "the person",
        8,
        _sets({"under_age_opt_in": True, "verifiable_parental_consent": True}),
        lambda facts: facts.age is not None and facts.age < 16,
    ),
)
