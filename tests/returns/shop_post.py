"""What a shop sent to Ana, and the addresses and links by which what comes back is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sayso.choices.links import About, ChoiceLinks
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import DetailsCollected, MessageSent, new_id

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ANA = Address("email", "ana@mail.example")
BOB = Address("email", "bob@mail.example")


class Post:
    """What the shop sent, and the addresses and links that it sent with it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.links = ChoiceLinks(ledger)

    def sent(self, to: Address = ANA, ago: timedelta = timedelta(hours=2), topic: str = "abandoned_cart") -> str:
        """A message on record; gives its entry."""
        entry = Entry(
            id=new_id(), body=MessageSent(channel="email", topic=topic, outcome="accepted"), happened_at=NOW - ago,
            origin=f"test:{new_id()}:sent", actor="sayso", proof="captured_here", addresses=[to],
        )  # fmt: skip
        self.ledger.append([entry])
        return entry.id

    def known(self, who: Address = BOB) -> None:
        """Somebody on record who was never written to."""
        self.ledger.append([
            Entry(body=DetailsCollected(), happened_at=NOW - timedelta(days=3), origin=f"test:{new_id()}", actor="import",
                  addresses=[who])
        ])  # fmt: skip

    def bounces_to(self, entry: str) -> str:
        return f"{self.links.return_local('b', entry)}@back.shop.example"

    def unsubscribe_by_mail_to(self, entry: str) -> str:
        return f"{self.links.return_local('u', entry)}@back.shop.example"

    def unsubscribe_link(self, to: Address = ANA, topic: str = "abandoned_cart") -> str:
        return f"https://shop.example/u/{self.links.token(About(to, 'email', topic, 'shop'))}"

    def stops(self, address: Address = ANA) -> list[str]:
        """The kinds of stop that hold for an address, sorted."""
        facts = self.ledger.facts_for(address, channel="email", topic="abandoned_cart", at=NOW + timedelta(days=1))
        return sorted(str(stop.kind) for stop in facts.stops)

    def bodies(self, address: Address = ANA) -> list[str]:
        """What is on record of whoever holds an address, by kind, but for what was sent and collected."""
        kinds = [e.kind for person in self.ledger.find(address.value) for e in self.ledger.entries_about(person)]
        return [kind for kind in kinds if kind not in ("message_sent", "details_collected")]
