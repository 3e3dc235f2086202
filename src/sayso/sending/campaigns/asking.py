"""
One step for one cart, as it stands this moment: the message that would go, or why none goes now.

Everything is read from the ledger at the moment it is asked, so that an order or a stop counts that came a second ago.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import Checkout, CheckoutAbandoned, MessageSent, OrderPlaced
from sayso.ledger.projection import NOT_MARKETING
from sayso.sending.campaigns.declared import Campaign, Step
from sayso.sending.campaigns.records import StepState
from sayso.sending.campaigns.templates import Cart, Templates, given_name
from sayso.sending.dispatch import Dispatch, Judged
from sayso.sending.judging import Ruling, judge_outgoing
from sayso.sending.moments import next_open
from sayso.sending.outgoing import Outgoing, Stream
from sayso.vocabulary import Channel

ENOUGH_FOR_NOW = timedelta(hours=6)
"""When a refusal that will pass, and does not pass with the hour of the day, is asked again."""
AT_EASE: dict[str, Any] = {
    "local_minute": 720.0,
    "local_weekday": "wednesday",
    "public_holiday_there": False,
    "messages_last_7_days": 0.0,
}
"""A moment that no rule minds: what is refused even then is not refused for the moment."""


class Held(msgspec.Struct, frozen=True):
    """Why nothing goes now; `until` where it is asked again."""

    state: StepState
    said: str
    until: datetime | None = None


class Asking:
    """Asks the ledger and the rules for one store."""

    def __init__(self, ledger: Ledger, dispatch: Dispatch, templates: Templates, clock: Callable[[], datetime]) -> None:
        self.ledger = ledger
        self.dispatch = dispatch
        self.clock = clock
        self._templates = templates

    def lacks(self, channel: Channel) -> str:
        """
        What has to be set up before a message can leave by this channel; empty where nothing has. Until then it waits,
        and is not put to the rules: what a setting lacks must not stand on record as a refusal.
        """
        sms = self.dispatch.settings.sms
        if channel == "email":
            return ""
        gateway, number = self.dispatch.has_way_out(channel), bool(sms.number or sms.messaging_service)
        if not gateway and not number:
            return "no gateway and no number is set: `sayso settings set sms.gateway` and `sms.number` (docs/how-to/sms.md)"
        if not gateway:
            return "no gateway is set: `sayso settings set sms.gateway` to kannel or twilio (docs/how-to/sms.md)"
        if not number:
            return "no number is set: `sayso settings set sms.number` to the one texts come from (docs/how-to/sms.md)"
        return ""

    def message(self, campaign: Campaign, step: Step, cart: str, person: str) -> Outgoing | Held:
        """What would go, before the rules are asked. Raises a LedgerError or a CampaignError."""
        about = self.ledger.entries_about(person)
        left = next((entry for entry in about if entry.id == cart), None)
        if left is None or not isinstance(left.body, CheckoutAbandoned):
            return Held("waiting", "the checkout is not on record any more", self.clock())
        if _bought(about, left):
            return Held("waiting", "they ordered since", self.clock())
        kind = "email" if step.channel == "email" else "phone"
        to = next((address for address in left.addresses if address.kind == kind), None)
        if to is None:
            return Held("no_address", f"the checkout holds no address for {step.channel}")
        enough = _enough(campaign, about, self.clock())
        if enough is not None:
            return enough
        return self._outgoing(campaign, step, to, cart, _cart(campaign, about, left))

    def hold(self, judged: Judged, to: Address) -> Held | None:
        """Is it refused for this moment alone? Until when, then."""
        ruling = judged.ruling
        if ruling.answer == "allowed" or _at(ruling, ruling.at, AT_EASE).answer != "allowed":
            return None
        by_clock = {name: value for name, value in AT_EASE.items() if name != "messages_last_7_days"}
        until = None
        if _at(ruling, ruling.at, by_clock).answer == "allowed":
            until = next_open(ruling.facts, to, ruling.at, lambda at, now: _at(ruling, at, now).answer == "allowed")
        return Held("waiting", ruling.because, until or ruling.at + ENOUGH_FOR_NOW)

    def _outgoing(self, campaign: Campaign, step: Step, to: Address, entry: str, cart: Cart) -> Outgoing:
        origin = origin_of(campaign, step, entry)
        return Outgoing(
            to=to,
            channel=step.channel,
            stream=Stream(f"campaign:{campaign.name}", campaign.topic, campaign.sender),
            content=self._templates.content(step, cart, to=to.value, origin=origin, at=self.clock()),
            origin=origin,
            facts={"message_kind": "abandoned_cart", "supplier_is_sender": True},
        )


def origin_of(campaign: Campaign, step: Step, cart: str) -> str:
    """Under which the message is known to the ledger: what is on record as sent under it is not sent again."""
    return f"campaign:{campaign.name}:{step.key}:{cart}"


def _at(ruling: Ruling, at: datetime, moment: dict[str, Any]) -> Ruling:
    return judge_outgoing(ruling.facts, {}, [moment], at, ruling.standing)


def _bought(about: list[Entry], left: Entry) -> bool:
    form = left.body.form if isinstance(left.body, CheckoutAbandoned) else None
    return any(
        isinstance(entry.body, OrderPlaced)
        and (entry.happened_at >= left.happened_at or (form is not None and entry.body.form == form))
        for entry in about
    )


def _enough(campaign: Campaign, about: list[Entry], now: datetime) -> Held | None:
    if campaign.cap is None:
        return None
    span = timedelta(days=campaign.cap.days)
    sent = sorted(
        entry.happened_at
        for entry in about
        if isinstance(entry.body, MessageSent)
        and entry.body.message_kind not in NOT_MARKETING
        and entry.happened_at > now - span
    )
    if len(sent) < campaign.cap.most:
        return None
    said = f"they had {len(sent)} messages in {campaign.cap.days} days, and {campaign.cap.most} are enough"
    return Held("waiting", said, sent[-campaign.cap.most] + span)


def _cart(campaign: Campaign, about: list[Entry], left: Entry) -> Cart:
    """What is known of the cart: its goods, the name typed into it, the link that leads back to it."""
    body = left.body
    assert isinstance(body, CheckoutAbandoned)  # noqa: S101 -- narrows the type only
    own = [e for e in about if e is left or (body.form is not None and getattr(e.body, "form", None) == body.form)]
    private = [entry.private for entry in reversed(own) if entry.private is not None]
    links = [link for one in private for link in one.links or ()]
    goods = body.goods or next(
        (e.body.goods for e in reversed(own) if isinstance(e.body, Checkout) and e.body.goods), []
    )
    return Cart(
        goods=tuple(goods),
        first_name=next((name for one in private if (name := given_name(one.name))), ""),
        link=next((link for link in links if link.startswith("https://")), campaign.shop_link),
    )
