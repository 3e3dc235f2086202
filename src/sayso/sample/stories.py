"""
What happened to each invented checkout. Every row of the abandoned-checkout tables of the Australian and the United
States law sheets is some story here, and so are the cases that make each of them turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import holidays

from sayso.sample import wordings as said
from sayso.sample.people import Cast, Person

GOODS = (
    ("Wattle candle", "38.00"), ("Linen apron", "64.00"), ("Enamel mug", "24.00"), ("Bush tea sampler", "29.50"),
    ("Wool throw", "149.00"), ("Gum leaf print", "55.00"), ("Stoneware bowl", "72.00"), ("Beeswax wraps", "26.00"),
)  # fmt: skip
SENSITIVE_GOODS = (("Sleep and anxiety tincture", "42.00"), ("Iron supplement for pregnancy", "31.00"))


@dataclass
class Files:
    """The shop's exports while they are being written, and who plays in them."""

    random: Random
    now: datetime
    people: Cast
    checkouts: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    old_orders: list[dict[str, Any]] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, str]] = field(default_factory=list)
    stops: list[dict[str, str]] = field(default_factory=list)
    subscribed: list[dict[str, str]] = field(default_factory=list)
    unsubscribed: list[dict[str, str]] = field(default_factory=list)
    cleaned: list[dict[str, str]] = field(default_factory=list)

    def ago(self, shortest: float, longest: float) -> datetime:
        """A moment between so many days ago, to the second."""
        seconds = self.random.randint(int(shortest * 86_400), int(longest * 86_400))
        return self.now - timedelta(seconds=seconds)

    def when(self) -> datetime:
        """When a checkout was left: half of them in the last ten weeks, the rest over four years."""
        return self.ago(0.1, 70) if self.random.random() < 0.5 else self.ago(70, 4 * 365)

    def checkout(self, who: Person, at: datetime, **more: Any) -> str:
        """An abandoned checkout; gives back the name its form has in the widget's log."""
        random = self.random
        token = f"{random.getrandbits(128):032x}"
        goods = random.sample(GOODS, random.randint(1, 3)) if "goods" not in more else more.pop("goods")
        total = f"{sum(float(price) for _, price in goods):.2f}"
        stamp = at.isoformat(timespec="seconds")
        self.checkouts.append({
            "id": random.randint(10**17, 10**18 - 1),
            "token": token,
            "cart_token": f"{random.getrandbits(128):032x}",
            "email": who.email,
            "phone": who.phone,
            "buyer_accepts_marketing": False,
            "buyer_accepts_sms_marketing": False,
            "sms_marketing_phone": None,
            "created_at": stamp,
            "updated_at": (at + timedelta(minutes=random.randint(1, 30))).isoformat(timespec="seconds"),
            "completed_at": None,
            "customer_locale": "de" if who.country == "DE" else "en",
            "currency": {"AU": "AUD", "NZ": "NZD", "GB": "GBP", "DE": "EUR", "CA": "CAD"}.get(who.country, "USD"),
            "total_price": total,
            "abandoned_checkout_url": f"https://billybutton.example/checkouts/{token}/recover?key=invented",
            "line_items": [{"title": title, "quantity": 1, "price": price} for title, price in goods],
            "shipping_address": who.address(),
            "billing_address": who.address(),
            "customer": {"id": 7_000_000_000_000 + who.number, "email": who.email},
            **more,
        })  # fmt: skip
        return f"shopify:checkout:{token}"

    def form(self, who: Person, at: datetime, form: str, **more: Any) -> None:
        """One form as the widget saw it."""
        self.log.append({
            "event": "form", "at": _stamp(at), "form": form, "page": said.PAGE, "language": "en", "email": who.email,
            "phone": who.phone, "country": who.country, "state": who.state or None, "submitted": True,
            "captured_before_submission": False, "collected_for": "purchase", "notice": said.LINKED,
            "refusal_offered": True, "sensitive": False, **more,
        })  # fmt: skip

    def happened(self, who: Person, at: datetime, body: dict[str, Any], *, by: str = "email", **more: Any) -> None:
        """Anything else the log reports, about the person's mailbox or their number."""
        to = {"email": who.email} if by == "email" or who.phone is None else {"phone": who.phone}
        self.log.append({"event": "happened", "at": _stamp(at), "body": body, **to, **more})

    def order(self, who: Person, at: datetime, *, guest: bool = True) -> None:
        """A paid order, and what dealing it makes: a purchase, or for one who is not a guest an account."""
        number = 1001 + len(self.orders)
        self.orders.append({
            "id": 5_500_000_000_000 + number, "order_number": number, "created_at": at.isoformat(timespec="seconds"),
            "checkout_token": f"{self.random.getrandbits(128):032x}", "email": who.email, "phone": who.phone,
            "financial_status": "paid", "buyer_accepts_marketing": False,
            "line_items": [{"title": self.random.choice(GOODS)[0], "quantity": 1}],
            "shipping_address": who.address(), "billing_address": who.address(),
            "customer": {"id": 7_000_000_000_000 + who.number, "email": who.email},
        })  # fmt: skip
        dealing = {"kind": "relationship_recorded", "relationship": "purchase" if guest else "account", "two_way": True,
                   "ongoing": None if guest else True, "offer_related": True,
                   "last_event_on": at.date().isoformat()}  # fmt: skip
        self.happened(who, at, dealing)

    def sent(self, who: Person, at: datetime, channel: str = "email") -> None:
        """A message that went out with consent."""
        body = {"kind": "message_sent", "channel": channel, "topic": "newsletter", "message_kind": "newsletter",
                "with_consent": True}  # fmt: skip
        self.happened(who, at, body, by="email" if channel == "email" else "phone")


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def business_days_before(day: date, count: int) -> date:
    """The day so many business days earlier, by the calendar of Victoria, where the shop gets its mail."""
    calendar = holidays.country_holidays("AU", subdiv="VIC")
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5 and day not in calendar
    return day


def _box(
    wording: dict[str, Any], default: str = "unticked", final: str = "ticked", by: str = "person"
) -> dict[str, Any]:
    return wording | {"default": default, "final": final, "changed_by": by}


def _everything(who: Person) -> dict[str, Any]:
    return said.SIGNED if who.country == "US" else said.EVERYTHING


def _ticked(files: Files, who: Person, at: datetime, wording: dict[str, Any] | None = None, **more: Any) -> None:
    form = files.checkout(who, at, buyer_accepts_marketing=True)
    files.form(who, at, form, boxes=[_box(wording or _everything(who))], **more)


def ticked(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)


def ticked_email_only(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, said.EMAIL_ONLY)


def ticked_ads_too(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, said.ADS_TOO)


def ticked_channel_silent(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, said.SILENT)


def ticked_order_updates(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, said.ORDER_UPDATES)


def ticked_and_confirmed(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, _everything(who) | {"confirmed_from_account": True})


def ticked_not_submitted(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at)
    files.form(who, at, form, submitted=False, captured_before_submission=True, boxes=[_box(_everything(who))])


def ticked_by_script(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at, buyer_accepts_marketing=True)
    files.form(who, at, form, boxes=[_box(said.EVERYTHING, by="script")])


def ticked_after_being_asked_by_mail(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at, said.EVERYTHING | {"prompted_by_message": True})


def left_unticked(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at)
    files.form(who, at, form, boxes=[_box(_everything(who), final="unticked", by="nobody")])


def left_unticked_promised(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at)
    box = _box(_everything(who), final="unticked", by="nobody")
    files.form(who, at, form, promised_only_tickers=True, boxes=[box])


def pre_ticked(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at, buyer_accepts_marketing=True)
    files.form(who, at, form, boxes=[_box(said.EVERYTHING, "ticked", "ticked", "nobody")])


def pre_ticked_and_cleared(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at)
    files.form(who, at, form, boxes=[_box(said.EVERYTHING, "ticked", "unticked", "person")])


def policy_linked(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), notice=said.LINKED, refusal_offered=False)


def notice_beside_field(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), notice=said.BESIDE)


def notice_without_marketing(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), notice=said.WITHOUT_MARKETING, refusal_offered=False)


def no_notice(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), notice=said.NO_NOTICE, refusal_offered=False)


def scraped(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), submitted=False, captured_before_submission=True,
               notice=said.NO_NOTICE, refusal_offered=False)  # fmt: skip


def export_says_yes(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at, buyer_accepts_marketing=True)


def export_says_no(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at)


def old_list_claims(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at)
    opted_in = files.ago(600, 1500).strftime("%Y-%m-%d %H:%M:%S") if files.random.random() < 0.5 else ""
    files.subscribed.append(_member(files, who, opted_in))


def old_list_left(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at, buyer_accepts_marketing=True)
    left = files.ago(90, 900).strftime("%Y-%m-%d %H:%M:%S")
    files.unsubscribed.append(_member(files, who, "") | {"UNSUB_TIME": left, "UNSUB_REASON": "NORMAL"})


def old_list_bounced(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at)
    files.cleaned.append(_member(files, who, "") | {"CLEAN_TIME": files.ago(90, 900).strftime("%Y-%m-%d %H:%M:%S")})


def _member(files: Files, who: Person, opted_in: str) -> dict[str, str]:
    confirmed = files.ago(500, 590).strftime("%Y-%m-%d %H:%M:%S")
    return {"Email Address": who.email, "First Name": who.first, "Last Name": who.last, "OPTIN_TIME": opted_in,
            "CONFIRM_TIME": confirmed, "CC": who.country, "REGION": who.state, "LEID": str(60_000_000 + who.number),
            "EUID": f"{files.random.getrandbits(40):010x}"}  # fmt: skip


def bought_once(files: Files, who: Person, at: datetime) -> None:
    files.order(who, at - timedelta(days=files.random.randint(30, 360)))
    files.form(who, at, files.checkout(who, at))


def bought_long_ago(files: Files, who: Person, at: datetime) -> None:
    files.order(who, files.ago(800, 1400))
    at = files.ago(1, 60)
    files.form(who, at, files.checkout(who, at))


def has_account(files: Files, who: Person, at: datetime) -> None:
    files.order(who, at - timedelta(days=files.random.randint(20, 300)), guest=False)
    files.form(who, at, files.checkout(who, at), collected_for="account")


def asked_to_be_written_to(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at), asked_for_contact=True)


def unsubscribed_and_ticked_again(files: Files, who: Person, at: datetime) -> None:
    _left_after_messages(files, who, at - timedelta(days=files.random.randint(20, 200)))
    _ticked(files, who, at)


def unsubscribed_long_ago(files: Files, who: Person, at: datetime) -> None:
    _left_after_messages(files, who, files.ago(30, 400))
    at = files.ago(0.5, 20)
    files.form(who, at, files.checkout(who, at, buyer_accepts_marketing=True), notice=said.LINKED)


def unsubscribed_three_business_days_ago(files: Files, who: Person, at: datetime) -> None:
    day = business_days_before(files.now.date(), 3)
    _left_after_messages(files, who, files.now.replace(year=day.year, month=day.month, day=day.day))
    at = files.ago(5.5, 9)
    files.form(who, at, files.checkout(who, at))


def _left_after_messages(files: Files, who: Person, left: datetime) -> None:
    """Consented, was written to, and then left by the link in the message."""
    began = left - timedelta(days=90)
    files.form(who, began, f"newsletter:{who.number}", collected_for="newsletter", boxes=[_box(_everything(who))])
    files.sent(who, left - timedelta(days=7))
    files.happened(who, left, {"kind": "consent_withdrawn", "means": "unsubscribe", "scope": "channel",
                               "channels": ["email"], "through_offered_mechanism": True, "means_stop": True})  # fmt: skip


def texted_stop(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    if who.phone:
        files.sent(who, at + (files.now - at) / 3, "sms")
        stop = {"kind": "consent_withdrawn", "means": "stop_keyword", "scope": "channel", "channels": ["sms", "mms"],
                "through_offered_mechanism": True, "means_stop": True}  # fmt: skip
        files.happened(who, at + (files.now - at) / 2, stop, by="phone", words="STOP")


def asked_never_to_be_called(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    body = {"kind": "consent_withdrawn", "means": "do_not_call", "scope": "channel", "channels": ["voice_live"],
            "means_stop": True}  # fmt: skip
    files.happened(who, at + (files.now - at) / 2, body, by="phone", words="Please never ring me again.")


def browser_sends_gpc(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    files.happened(who, at, {"kind": "opt_out_of_sale_received", "signal": "gpc", "person_known": True})


def under_age(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    age = files.random.choice((11, 12, 13, 14, 15))
    files.happened(who, at, {"kind": "person_described", "facts": {"age": age}})


def complained(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    files.happened(who, at + (files.now - at) / 2, {"kind": "complaint_received"})


def objected(files: Files, who: Person, at: datetime) -> None:
    files.form(who, at, files.checkout(who, at))
    files.happened(who, at + (files.now - at) / 2, {"kind": "objection_received"}, words="No marketing, please.")


def bounced(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    body = {"kind": "bounce_received", "hard": True, "scope": "channel", "channels": ["email"]}
    files.happened(who, at + (files.now - at) / 2, body)


def number_reassigned(files: Files, who: Person, at: datetime) -> None:
    _ticked(files, who, at)
    if who.phone:
        files.happened(who, at + (files.now - at) / 2, {"kind": "number_reassigned"}, by="phone")


def on_the_stop_list(files: Files, who: Person, at: datetime) -> None:
    files.checkout(who, at, buyer_accepts_marketing=True)
    reason = files.random.choice(("unsubscribed", "asked by phone", "complaint"))
    day = (at + (files.now - at) / 2).date().isoformat() if files.random.random() < 0.7 else ""
    files.stops.append({"address": who.email, "reason": reason, "date": day})


def typed_other_address(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at, buyer_accepts_marketing=True,
                          customer={"id": 7_000_000_000_000 + who.number, "email": f"account.{who.email}"})  # fmt: skip
    files.form(who, at, form, boxes=[_box(_everything(who))])


def sensitive_goods(files: Files, who: Person, at: datetime) -> None:
    form = files.checkout(who, at, buyer_accepts_marketing=True, goods=[files.random.choice(SENSITIVE_GOODS)])
    files.form(who, at, form, sensitive=True, boxes=[_box(_everything(who))])


def ships_elsewhere(files: Files, who: Person, at: datetime) -> None:
    gift_for = files.people.person("US", "CA") if who.country == "AU" else files.people.person("AU")
    form = files.checkout(who, at, shipping_address=gift_for.address() | {"phone": None})
    files.form(who, at, form, country=None, state=None, boxes=[_box(_everything(who))])


Story = Callable[[Files, Person, datetime], None]

STORIES: tuple[tuple[Story, int], ...] = (
    (ticked, 150), (ticked_email_only, 90), (ticked_ads_too, 60), (ticked_channel_silent, 50), (ticked_order_updates, 25),
    (ticked_and_confirmed, 50), (ticked_not_submitted, 50), (ticked_by_script, 20),
    (ticked_after_being_asked_by_mail, 15), (left_unticked, 150), (left_unticked_promised, 50), (pre_ticked, 90),
    (pre_ticked_and_cleared, 20), (policy_linked, 120), (notice_beside_field, 60), (notice_without_marketing, 40),
    (no_notice, 90), (scraped, 40), (export_says_yes, 80), (export_says_no, 100), (old_list_claims, 70),
    (old_list_left, 30), (old_list_bounced, 20), (bought_once, 100), (bought_long_ago, 40), (has_account, 100),
    (asked_to_be_written_to, 15), (unsubscribed_and_ticked_again, 40), (unsubscribed_long_ago, 40),
    (unsubscribed_three_business_days_ago, 30), (texted_stop, 40), (asked_never_to_be_called, 20),
    (browser_sends_gpc, 30), (under_age, 25), (complained, 20), (objected, 15), (bounced, 25), (number_reassigned, 15),
    (on_the_stop_list, 35), (typed_other_address, 20), (sensitive_goods, 20), (ships_elsewhere, 20),
)  # fmt: skip
"""Each story, and how often it is told in two thousand or so."""
LATELY: tuple[Story, ...] = (ticked_and_confirmed, left_unticked, policy_linked)
"""What happened right before the sample was made: carts that the sequence may write about, and that it may not."""
