"""
What an agent's checkout says of consent: the Universal Commerce Protocol's buyer consent (version 2026-08-25).

Each purpose, and each segment of one, says `granted` and who asserted it. `source: business` is the shop's own default,
echoed: nobody's act, whatever it says. `source: platform` is the buyer's choice as the agent passed it on: a yes is a
claim, since the agent's word is all there is, and a no is a request to stop. A segment goes before its purpose.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from sayso.capture.readings import Contact, Draft, together
from sayso.ledger.entries import ConsentGiven, ConsentWithdrawn, OptOutOfSaleReceived
from sayso.vocabulary import Channel

MARKETING = "dev.ucp.consent.marketing"
SALE = "dev.ucp.consent.sale_or_sharing"
_CHANNELS: tuple[tuple[str, Channel], ...] = ((f"{MARKETING}.email", "email"), (f"{MARKETING}.sms", "sms"))


class Choice(msgspec.Struct):
    """One purpose or segment; `description` is what the buyer was shown."""

    granted: bool
    source: Literal["business", "platform"]
    description: str | None = None
    segments: dict[str, Choice] = {}


def drafts_of(consent: dict[str, Choice], contact: Contact, at: datetime, form: str) -> list[Draft]:
    """What the buyer chose, as far as an address is there that it can be about."""
    drafts = []
    marketing = consent.get(MARKETING)
    for name, channel in _CHANNELS if marketing else ():
        choice = marketing.segments.get(name, marketing) if marketing else None
        address = contact.email if channel == "email" else contact.phone
        if choice is None or choice.source == "business" or address is None:
            continue
        body: ConsentGiven | ConsentWithdrawn
        if choice.granted:
            body = ConsentGiven(
                act="asked_us", given_by="nominee", channels=[channel], form=form, wording=choice.description,
                marketing_named=True if choice.description else None,
            )  # fmt: skip
        elif choice is marketing:
            body = ConsentWithdrawn(scope="everything")
        else:
            body = ConsentWithdrawn(scope="channel", channels=together(channel))
        drafts.append(Draft(body=body, happened_at=at, addresses=[address]))
    sale = consent.get(SALE)
    if sale is not None and sale.source == "platform" and not sale.granted:
        drafts.append(
            Draft(body=OptOutOfSaleReceived(signal="do_not_sell"), happened_at=at, addresses=contact.addresses)
        )
    return drafts
