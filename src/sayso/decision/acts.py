"""The lawful acts that someone can still do about a refusal, lightest first; which of them help is found by the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from sayso.decision.changes import (
    COLLECTION_NOTICE,
    HOURS,
    IDENTITY,
    PASSING_ON,
    POLICY,
    PROCESSOR,
    SALE_NOTICES,
    SALE_STOPS,
    TEXTS_ANSWERED,
    UNSUBSCRIBE,
    WASH,
    agreement,
    buys,
    known_otherwise,
    proved,
    sets,
)
from sayso.vocabulary import Facts

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
CALLS = ("voice_live", "voice_recorded", "fax")
SERVICE = ("factual", "transactional", "informational", "opt_out_confirmation", "opt_in_confirmation")
MESSAGE_CHANNELS = ("email", "sms", "mms", "instant_message", "push")


class LawfulAct(msgspec.Struct, frozen=True, eq=False):
    """
    One act: what to do, by whom, how hard it is (1 to 9), what it changes, and when it makes sense at all.

    `asking` is set for an act that itself needs to be allowed, since it writes to the person or asks again after a no:
    the facts of that question.
    """

    name: str
    do: Callable[[Facts], str]
    who: str
    burden: int
    done: Callable[[Facts, date], Facts]
    applies: Callable[[Facts], bool]
    asking: Callable[[Facts], Facts] | None = None

    def __hash__(self) -> int:
        return hash(self.name)


def _by(facts: Facts) -> str:
    return CHANNEL_WORDS.get(facts.channel or "", "this channel")


def _personal(facts: Facts) -> bool:
    return facts.act not in ("publish_policy", "collect")


def _of_sale(facts: Facts) -> bool:
    return facts.act in (*PASSING_ON, "show_ad", "publish_policy") or facts.channel == "online_ad"


def _passes_on(facts: Facts) -> bool:
    return facts.act in PASSING_ON or facts.channel == "online_ad"


ACTS: tuple[LawfulAct, ...] = (
    LawfulAct(
        "wait for the hours",
        lambda facts: "wait: send on a weekday between 9:00 and 17:00 where the person is, not on a public holiday",
        "the sender",
        1,
        sets(HOURS),
        known_otherwise(HOURS),
    ),
    LawfulAct(
        "repair the unsubscribe",
        lambda facts: "add a clear unsubscribe that works without log-in, fee or further details, for at least 30 days",
        "the sender",
        1,
        sets(UNSUBSCRIBE),
        known_otherwise(UNSUBSCRIBE),
    ),
    LawfulAct(
        "let texts be answered",
        lambda facts: "send from a number that can be replied to, and let STOP end it",
        "the sender",
        1,
        sets(TEXTS_ANSWERED),
        lambda facts: facts.channel in ("sms", "mms") and known_otherwise(TEXTS_ANSWERED)(facts),
    ),
    LawfulAct(
        "unsubscribe by link",
        lambda facts: "let people unsubscribe by a link or by replying, not by telephone or post alone",
        "the sender",
        1,
        sets({"unsubscribe_route": "link"}),
        lambda facts: facts.unsubscribe_route in ("phone", "post") or facts.sms_sender_id_alphanumeric is True,
    ),
    LawfulAct(
        "keep marketing out",
        lambda facts: "take every word of marketing out of this service message",
        "the sender",
        1,
        sets({"contains_marketing": False}),
        lambda facts: facts.contains_marketing is not False and facts.message_kind in SERVICE,
    ),
    LawfulAct(
        "say who sends it",
        lambda facts: (
            "say truthfully who sends it, from a domain of your own, that it is advertising, and how to reach you, "
            "postal address included"
        ),
        "the sender",
        1,
        sets(IDENTITY),
        known_otherwise(IDENTITY),
    ),
    LawfulAct(
        "dial by hand or from a list",
        lambda facts: "use the stored list, with no random or sequential number generator",
        "the sender",
        2,
        sets({"dialer": "stored_list"}),
        known_otherwise({"dialer": "stored_list"}),
    ),
    LawfulAct(
        "wash the list",
        lambda facts: (
            "check the number against the Do Not Call Register; if it comes back clear you may call for 30 days"
        ),
        "the sender",
        2,
        sets({**WASH, "on_do_not_call_register": False}),
        lambda facts: facts.channel in CALLS and facts.on_do_not_call_register is None,
    ),
    LawfulAct(
        "scrub against the national registry",
        lambda facts: "check the number against the national do-not-call registry; this holds if it is not on it",
        "the sender",
        2,
        sets({"on_national_dnc": False}),
        lambda facts: facts.channel in ("sms", "mms", "voice_live", "voice_recorded") and facts.on_national_dnc is None,
    ),
    LawfulAct(
        "bring the proof",
        lambda facts: (
            "bring the proof of the permission on record (who agreed, when, how, to which words) and set its evidence class"
        ),
        "the sender",
        3,
        proved,
        lambda facts: any(ground.evidence in (None, "asserted", "none") for ground in facts.grounds),
    ),
    LawfulAct(
        "post the opt-out notices",
        lambda facts: (
            "post the notice and link for opting out of sale and sharing, on the pages that collect data too, and carry "
            "opt-outs out at once, for the whole account, without asking for proof or more details"
        ),
        "the sender",
        3,
        sets(SALE_NOTICES),
        _of_sale,
    ),
    LawfulAct(
        "treat those who opted out alike",
        lambda facts: (
            "charge and serve those who opted out like everybody else, and give nothing in return for details"
        ),
        "the sender",
        3,
        sets({"penalises_opt_out": False, "incentive_for_data": False}),
        known_otherwise({"penalises_opt_out": False, "incentive_for_data": False}),
    ),
    LawfulAct(
        "mend the privacy policy",
        lambda facts: (
            "post a privacy policy, reviewed this year, that says all that is asked of it, and link it from the home page "
            "by the word privacy, set off from the text around it"
        ),
        "the sender",
        3,
        sets(POLICY),
        known_otherwise(POLICY),
    ),
    LawfulAct(
        "hand over only what honours the stop",
        lambda facts: "hand the address over only as a suppression list, so that the stop is honoured there too",
        "the sender",
        2,
        sets({"transfer_to_honour_opt_out": True}),
        lambda facts: bool(facts.stops) and _passes_on(facts),
    ),
    LawfulAct(
        "have it done by a service provider",
        lambda facts: (
            "have it done by a service provider that works for you alone, under a contract with all that 11 CCR 7051(a) asks for"
        ),
        "the sender",
        4,
        sets(PROCESSOR),
        lambda facts: facts.act in PASSING_ON and known_otherwise(PROCESSOR)(facts),
    ),
    LawfulAct(
        "complete the contract",
        lambda facts: "complete the contract with the firm that works for you with all that 11 CCR 7051(a) asks for",
        "the sender",
        3,
        sets({"service_contract_complete": True}),
        lambda facts: (
            facts.data_recipient in ("service_provider", "contractor") and not facts.service_contract_complete
        ),
    ),
    LawfulAct(
        "tell the source",
        lambda facts: "tell the person, who asked, where you have their details from",
        "the sender",
        2,
        sets({"source_told_on_request": True}),
        lambda facts: facts.source_asked is not False and facts.source_told_on_request is not True,
    ),
    LawfulAct(
        "send for the list's owner alone",
        lambda facts: "send to a client's list only what that client sends",
        "the sender",
        3,
        sets({"list_owner_is_client": True}),
        lambda facts: (
            facts.list_owner_is_client is False
            or (facts.sender_role in ("service_provider", "agency") and facts.list_owner_is_client is None)
        ),
    ),
    LawfulAct(
        "bind whoever calls",
        lambda facts: "bind whoever calls for you, expressly and in writing, to comply with the register's law",
        "the sender",
        3,
        sets({"agent_bound_to_comply": True}),
        lambda facts: facts.channel in CALLS and not facts.agent_bound_to_comply,
    ),
    LawfulAct(
        "ask the age",
        lambda facts: "ask how old the person is; this holds from 16 on",
        "the sender",
        3,
        sets({"age": 16.0}),
        lambda facts: facts.age is None and _of_sale(facts),
    ),
    LawfulAct(
        "label the goods",
        lambda facts: "label the catalogue; this holds if nothing in the cart is about health, belief or the like",
        "the sender",
        2,
        sets({"sensitive_information": False}),
        lambda facts: facts.sensitive_information is None,
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
            not (facts.notice_at_collection and facts.notice_names_marketing)
            if facts.channel in ("post", "online_ad", "voice_live") or facts.act in ("collect", "publish_policy")
            else known_otherwise(COLLECTION_NOTICE)(facts)
        ),
    ),
    LawfulAct(
        "show a box at the next visit",
        lambda facts: (
            f"at the next visit show an unticked box that names you, this topic and {_by(facts)}; this holds once the person ticks it and submits"
        ),
        "the person",
        5,
        agreement("ticked_box", signed_writing=True, pewc_disclosures=True),
        _personal,
    ),
    LawfulAct(
        "ask for a signature",
        lambda facts: (
            f"at the next visit have the person sign, electronically too, that they agree to {_by(facts)} about this topic, "
            "made by machine or at any hour, and that nothing is bought only on that condition"
        ),
        "the person",
        6,
        agreement("signed", signed_writing=True, pewc_disclosures=True, outside_hours_agreed=True),
        lambda facts: facts.channel in ("voice_live", "voice_recorded"),
    ),
    LawfulAct(
        "offer a second step",
        lambda facts: (
            "after an opt-out of sale or sharing, let the person ask to be opted in again and confirm it in a second step"
        ),
        "the person",
        7,
        agreement("pressed_button", confirmed_in_second_step=True),
        lambda facts: _of_sale(facts) and any(stop.kind in SALE_STOPS for stop in facts.stops),
        asking=lambda facts: msgspec.structs.replace(facts, act="ask_again"),
    ),
    LawfulAct(
        "ask about sensitive data",
        lambda facts: "ask, apart from everything else, whether sensitive data such as health may be used for this",
        "the person",
        6,
        sets({"sensitive_consent": True}),
        lambda facts: _personal(facts) and facts.sensitive_information is not False and not facts.sensitive_consent,
    ),
    LawfulAct(
        "once the person buys",
        lambda facts: "wait until the person buys from you; this holds for a customer of yours",
        "the person",
        7,
        buys,
        lambda facts: facts.act in ("send", "call", "post"),
    ),
    LawfulAct(
        "ask in person",
        lambda facts: f"ask at the till or when the person calls you, and log the yes to {_by(facts)} about this topic",
        "the person",
        6,
        agreement("said_yes"),
        _personal,
    ),
    LawfulAct(
        "ask by message",
        lambda facts: (
            f"write to ask whether {_by(facts)} about this topic are welcome; this holds once the person confirms by the link"
        ),
        "the person",
        4,
        agreement("confirmed_by_link", confirmed_from_account=True, prompted_by_message=True),
        lambda facts: facts.channel in MESSAGE_CHANNELS,
        asking=lambda facts: msgspec.structs.replace(facts, message_kind="consent_request", commercial_purpose=True),
    ),
    LawfulAct(
        "get the parent's or minor's opt-in",
        lambda facts: (
            "get the two-step opt-in of the 13 to 15 year old, or a parent's verifiable consent for a younger child"
        ),
        "the person",
        8,
        sets({"under_age_opt_in": True, "verifiable_parental_consent": True}),
        lambda facts: facts.site_aimed_at_children is True or (facts.age is not None and facts.age < 16),
    ),
)
