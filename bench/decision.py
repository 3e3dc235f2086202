"""One decision in this process, with every reason, against the same rules written by hand over a dict."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.measure import Pairs, paired
from bench.words import CONTACT, TODAY, Contact, contacts
from sayso import default_rulebooks
from sayso.decision import Judge, decide, judge_for, work_out
from sayso.law import read_rulebooks
from sayso.vocabulary import Facts, Ground

PEOPLE = 2000
RULES = Path(__file__).parent / "rulebooks" / "one-contact.md"
MONTH, HALF_YEAR, TWO_YEARS = (TODAY - timedelta(days=days) for days in (30, 183, 730))


def by_hand(f: dict[str, Any]) -> tuple[str, list[str]]:
    """The 26 rules of `one-contact.md` as a programmer would write them once, over facts that are all known."""
    law: list[str] = []
    pause: list[str] = []
    if f["suppressed"]:
        law.append("bench.law.suppressed")
    if f["deceased"]:
        law.append("bench.law.deceased")
    if f["erasure_requested"]:
        law.append("bench.law.erasure")
    if f["channel"] == "email" and f["hard_bounce"]:
        law.append("bench.law.bounce")
    if f["complaint"]:
        law.append("bench.law.complaint")
    if f["withdrawn"] and (
        (f["jurisdiction"] == "AU" and f["business_days_since_withdrawal"] > 5)
        or (f["jurisdiction"] == "CA" and f["business_days_since_withdrawal"] > 10)
        or f["jurisdiction"] == "OTHER"
    ):
        law.append("bench.law.withdrawn")
    if f["channel_opt_out_on"] > f["consent_on"]:
        law.append("bench.law.channel-opt-out")
    if f["purpose"] == "marketing" and f["channel"] in ("email", "sms") and f["consent"] == "none":
        law.append("bench.law.no-consent")
    if (
        f["jurisdiction"] == "CA"
        and f["consent"] == "inferred"
        and f["last_order_on"] < TWO_YEARS
        and f["last_inquiry_on"] < HALF_YEAR
    ):
        law.append("bench.law.implied-expired")
    if f["jurisdiction"] == "AU" and f["consent"] == "inferred" and not f["existing_relationship"]:
        law.append("bench.law.inferred-unreasonable")
    if f["jurisdiction"] == "OTHER" and f["channel"] == "sms" and f["consent"] != "express":
        law.append("bench.law.sms-express")
    if f["notice_published_on"] > f["collected_on"]:
        law.append("bench.law.notice-late")
    if f["purpose"] == "marketing" and not f["notice_marketing"]:
        law.append("bench.law.notice-marketing")
    if f["channel"] in ("sms", "phone") and not f["notice_channel"]:
        law.append("bench.law.notice-channel")
    if f["sensitive"] and f["consent"] != "express":
        law.append("bench.law.sensitive")
    if f["source"] == "third_party" and not f["source_disclosed"]:
        law.append("bench.law.source")
    if f["source"] == "harvested":
        law.append("bench.law.harvested")
    if f["age"] < 18 and not f["parental_consent"]:
        law.append("bench.law.minor")
    if f["channel"] == "phone" and f["dnc_listed"] and f["consent"] != "express":
        law.append("bench.law.do-not-call")
    if f["channel"] == "phone" and f["dnc_washed_on"] < MONTH:
        law.append("bench.law.wash")
    if f["channel"] in ("email", "sms") and f["purpose"] == "marketing" and not f["has_unsubscribe"]:
        law.append("bench.law.unsubscribe")
    if not f["sender_identified"]:
        law.append("bench.law.sender")
    if f["jurisdiction"] == "CA" and f["channel"] == "email" and not f["postal_address"]:
        law.append("bench.law.postal")
    if f["withdrawn"] and (
        (f["jurisdiction"] == "AU" and f["business_days_since_withdrawal"] <= 5)
        or (f["jurisdiction"] == "CA" and f["business_days_since_withdrawal"] <= 10)
    ):
        pause.append("bench.pause.grace")
    if f["channel"] in ("phone", "sms") and (
        f["local_minute"] < 540 or f["local_minute"] >= 1200 or (f["weekend"] and f["local_minute"] >= 1020)
    ):
        pause.append("bench.pause.quiet-hours")
    if f["sent_in_7_days"] >= f["weekly_cap"]:
        pause.append("bench.pause.frequency")
    return ("not_allowed" if law or pause else "allowed"), pause + law


def like_beside_like(rounds: int) -> Pairs:
    """The same 26 rules through the rule language and by hand; the answers are compared before anything is timed."""
    judge = Judge(read_rulebooks([RULES], CONTACT))
    dicts = contacts(PEOPLE)
    people = [Contact(**one) for one in dicts]
    for person, one in zip(people, dicts, strict=True):
        verdict, (answer, reasons) = judge.judge(person, TODAY), by_hand(one)
        if (verdict.answer, sorted(verdict.reasons)) != (answer, sorted(reasons)):
            raise AssertionError("the rule language and the function by hand disagree")

    def ours() -> float:
        start = perf_counter()
        for person in people:
            verdict = judge.judge(person, TODAY)
            _ = verdict.answer, verdict.reasons
        return (perf_counter() - start) / PEOPLE

    def theirs() -> float:
        start = perf_counter()
        for one in dicts:
            by_hand(one)
        return (perf_counter() - start) / PEOPLE

    return paired("one decision: 26 rules, all reasons", "the same by hand over a dict", ours, theirs, rounds)


def shipped(rounds: int) -> list[tuple[str, float]]:
    """Seconds for one question under the shipped rulebooks: the bare verdict, and the whole decision."""
    facts = Facts(
        channel="email", topic="abandoned_cart", message_kind="abandoned_cart", person_country="AU",
        sender_country="AU", sender_state="VIC",
        grounds=[Ground(kind="relationship", relationship="checkout_abandoned", last_event_on=date(2026, 11, 20)),
                 Ground(kind="consent", act="left_box_ticked", evidence="captured_here")],
    )  # fmt: skip
    on = date(2026, 11, 24)
    law = default_rulebooks()
    judge, worked = judge_for(law), work_out(facts, on)

    def verdict() -> float:
        start = perf_counter()
        for _ in range(200):
            judge.judge(worked, on)
        return (perf_counter() - start) / 200

    def whole() -> float:
        start = perf_counter()
        for _ in range(50):
            decide(facts, on, law)
        return (perf_counter() - start) / 50

    return [
        ("the verdict of the shipped rulebooks", min(verdict() for _ in range(rounds))),
        ("the whole decision, with remedies and exposure", min(whole() for _ in range(rounds))),
    ]
