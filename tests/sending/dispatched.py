"""An invented shop with a few people, a way out that can be watched, and messages to send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import Address, ConsentGiven, ConsentWithdrawn, DetailsCollected, Place
from sayso.ledger.standing import all_rulebooks
from sayso.messages.identity import Identity
from sayso.sending.dispatch import Dispatch
from sayso.sending.outgoing import Handed, Mail, Outgoing, Still, Stream, Text, always
from sayso.settings import Settings
from stores import copied

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""Noon in Melbourne."""
ANA, BEN, CARA = (Address("email", f"{name}@people.example") for name in ("ana", "ben", "cara"))
"""Ana agreed, Ben agreed and stopped, of Cara there is nothing but her address."""
IDENTITY = Identity(
    brand="Oak & Iron",
    legal_name="Oak and Iron Pty Ltd",
    postal_address="12 Mill Lane, Bendigo VIC 3550, Australia",
    email="shop@oak.example",
    website="https://oak.example",
    country="AU",
    domains=("oak.example",),
)
CARTS = Stream("carts", "abandoned_cart")
RAW = (
    b"From: Oak & Iron <shop@oak.example>\r\nTo: ana@people.example\r\nSubject: Your basket is waiting\r\n"
    b"Message-ID: <one@oak.example>\r\nDate: Wed, 25 Nov 2026 01:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    b"You left a walnut stool in your basket. Come back and buy it:\r\nhttps://oak.example/basket\r\n"
)
ORDER = (
    b"From: Oak & Iron <shop@oak.example>\r\nTo: ben@people.example\r\nSubject: Your order 1044\r\n"
    b"Message-ID: <two@oak.example>\r\nDate: Wed, 25 Nov 2026 01:00:00 +0000\r\n\r\n"
    b"Thank you for your order.\r\n\r\nOrder number: 1044\r\nTotal: $120.00\r\n\r\nYour order has been shipped.\r\n"
)
"""A service message."""
CARRIES = {
    "message_kind": "abandoned_cart", "commercial_purpose": True, "sender_identified": True,
    "contact_details_accurate": True, "unsubscribe_present": True, "unsubscribe_functional": True,
    "unsubscribe_route": "link", "unsubscribe_requires_login": False, "unsubscribe_requires_extra_personal_info": False,
    "unsubscribe_fee": False, "unsubscribe_menu": False, "header_accurate": True, "subject_accurate": True,
    "third_party_domain_unpermitted": False, "sender_identified_in_body": True, "from_line_names_sender": True,
}  # fmt: skip
"""What a message that is as it should be carries."""


def filled(home: Path) -> Ledger:
    """The shop's ledger."""
    copied(home, _fill)
    return Ledger(home, lambda: NOW)


def _fill(home: Path) -> None:
    ledger = Ledger.init(home, lambda: NOW - timedelta(days=1))
    for who in (ANA, BEN, CARA):
        name = who.value.partition("@")[0]
        happened = NOW - timedelta(days=20)
        collected = DetailsCollected(
            collected_for="purchase",
            form=f"checkout-{name}",
            places=[Place("shipping", "AU", "VIC")],
            given_directly=True,
        )
        entries = [_entry(collected, who, f"{name}:collected", happened)]
        if who != CARA:
            agreed = ConsentGiven(
                act="ticked_box", channels=["email"], topics=["abandoned_cart", "newsletter"], marketing_named=True,
                names_sender=True, wording="Email me about my basket and news", form=f"checkout-{name}",
                form_submitted=True, box_default="unticked", box_final="ticked", box_changed_by="person",
                separate_from_terms=True, confirmed_from_account=True, given_by="account_holder",
            )  # fmt: skip
            entries.append(_entry(agreed, who, f"{name}:agreed", happened))
        if who == BEN:
            stop = ConsentWithdrawn(scope="everything")
            entries.append(_entry(stop, who, f"{name}:stopped", NOW - timedelta(days=2)))
        ledger.append(entries)
    ledger.close()


def _entry(body: Any, who: Address, origin: str, happened: datetime) -> Entry:
    return Entry(body=body, happened_at=happened, origin=origin, actor="shop", proof="captured_here", addresses=[who])


class Watched:
    """A next hop in memory: keeps what it was given and says what it is told to say."""

    def __init__(self, says: Handed | None = None) -> None:
        self.says = says or Handed("sent", "2.0.0 taken", 250)
        self.given: list[tuple[Address, Mail | Text, str]] = []

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        if refusal := await still():
            return refusal
        self.given.append((to, content, entry))
        return self.says


def dispatch(ledger: Ledger, way: Watched, settings: Settings | None = None) -> Dispatch:
    books = all_rulebooks(ledger.home)
    return Dispatch(ledger, settings or Settings(), IDENTITY, books, {"email": way}, lambda: NOW)


def mail(to: Address, origin: str = "test:1", raw: bytes = RAW, stream: Stream = CARTS, **facts: Any) -> Outgoing:
    return Outgoing(to, "email", stream, Mail(raw), origin, facts)
