"""An invented shop whose customers left their carts, a clock that can be moved, and a real mail server to count at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import CheckoutAbandoned, ConsentGiven, DetailsCollected, OrderPlaced, Place, Private
from sayso.ledger.standing import all_rulebooks
from sayso.messages.identity import Identity
from sayso.sending.campaigns.opening import Opened, open_campaigns
from sayso.sending.dispatch import Dispatch
from sayso.sending.outgoing import Handed, Mail, Still, Text, Transport, always
from sayso.sending.sms import gateway_facts
from sayso.settings import Campaigns, Settings, Sms
from sayso.vocabulary import Channel
from stores import copied

LEFT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""When every cart was left: noon in Melbourne, a Wednesday."""
IDENTITY = Identity(
    brand="Oak & Iron",
    legal_name="Oak and Iron Pty Ltd",
    postal_address="12 Mill Lane, Bendigo VIC 3550, Australia",
    email="shop@oak.example",
    website="https://oak.example",
    country="AU",
    domains=("oak.example",),
)
CAMPAIGN = """\
topic: abandoned_cart
trigger: checkout_abandoned
stop_on: purchase
shop_link: https://oak.example/basket
lapses_after: 12h
steps:
  - {after: 1h, channel: email, template: first.mjml, subject: "{{ brand }}: your basket is still here"}
  - {after: 24h, channel: email, template: second.md, subject: "Your basket at {{ brand }} is still there"}
  - {after: 3d, channel: sms, template: third.txt}
"""
TEMPLATES = {
    "first.mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Hello{% if first_name %} {{ first_name }}{% endif %}, "
    "you left {{ goods | join(', ') or 'something' }} in your basket.</mj-text>"
    '<mj-button href="{{ link }}">Back to your basket</mj-button></mj-column></mj-section></mj-body></mjml>',
    "second.md": "Your basket at {{ brand }} is still there.\n\n[Back to it]({{ link }})\n",
    "third.txt": "{{ brand }}: your basket is still here. {{ link }}\n",
}
EVERYTHING = "Yes, Oak & Iron may send me basket reminders and offers by email and text message."


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = LEFT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class NextHop:
    """A next hop in memory: keeps what it was given, and says what it is told to say."""

    def __init__(self, says: Handed | None = None) -> None:
        self.says = says or Handed("sent", "2.0.0 taken", 250)
        self.given: list[tuple[Address, Mail | Text]] = []
        self.forgets = False

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        if refusal := await still():
            return refusal
        if not self.forgets:
            self.given.append((to, content))
        return self.says


def declare(home: Path, campaign: str = CAMPAIGN, name: str = "cart", templates: Mapping[str, str] = TEMPLATES) -> None:
    """Write a campaign and its templates into the store's folder."""
    folder = home / "campaigns"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(campaign, "utf-8")
    for file, text in templates.items():
        (folder / file).write_text(text, "utf-8")


def make_shop(home: Path, people: int = 1, clock: Callable[[], datetime] | None = None) -> Ledger:
    """A store in which so many people agreed to everything and left a cart at `LEFT`."""
    clock = clock or (lambda: LEFT)
    copied(home, _make, people, clock())
    return Ledger(home, clock)


def _make(home: Path, people: int, at: datetime) -> None:
    with Ledger.init(home, lambda: at) as ledger:
        declare(home)
        for start in range(0, people, 500):
            ledger.append([e for n in range(start, min(start + 500, people)) for e in leaves(n)])


def addresses(number: int) -> list[Address]:
    return [Address("email", f"person{number}@people.example"), Address("phone", f"+6149157{number:04}")]


def leaves(number: int, at: datetime = LEFT, form: str | None = None, agreed: bool = True) -> list[Entry]:
    """One person types their details, agrees, and leaves."""
    form = form or f"checkout-{number}"
    common = {"actor": "shop", "proof": "captured_here", "addresses": addresses(number)}
    places = [Place("shipping", "AU", "VIC")]
    typed = DetailsCollected(collected_for="purchase", form=form, places=places, given_directly=True)
    yes = ConsentGiven(
        act="ticked_box", channels=["email", "sms"], topics=["abandoned_cart"], marketing_named=True,
        names_sender=True, wording=EVERYTHING, form=form, form_submitted=True, box_default="unticked",
        box_final="ticked", box_changed_by="person", separate_from_terms=True, confirmed_from_account=True,
        given_by="account_holder", duration="indefinite",
    )  # fmt: skip
    left = CheckoutAbandoned(form=form, goods=["Walnut stool", f"Bowl {number}"], places=places)
    before = at - timedelta(minutes=5)
    entries: list[tuple[str, Any, datetime]] = [("typed", typed, before), ("left", left, at)]
    if agreed:
        entries.insert(1, ("agreed", yes, before))
    private = Private(name=f"Ngaio Person{number}", links=[f"https://oak.example/carts/secret-{number}"])
    return [
        Entry(
            body=body, happened_at=when, origin=f"{form}:{what}", private=private if what == "typed" else None, **common
        )
        for what, body, when in entries
    ]


def orders(number: int, at: datetime) -> Entry:
    return Entry(
        body=OrderPlaced(paid=True), happened_at=at, origin=f"order:{number}:{at}", actor="shop",
        proof="captured_here", addresses=addresses(number),
    )  # fmt: skip


@contextmanager
def opened(
    ledger: Ledger, clock: Callable[[], datetime], ways: Mapping[Channel, Transport], database: str = ""
) -> Iterator[Opened]:
    settings = Settings(sms=Sms(number="+61491570110"), campaigns=Campaigns(database=database))
    texts = gateway_facts(settings.sms)
    settled: dict[Channel, dict[str, Any]] = {"sms": texts, "mms": texts}
    books = all_rulebooks(ledger.home)
    dispatch = Dispatch(ledger, settings, IDENTITY, books, ways, clock, settled=settled)
    with open_campaigns(ledger, settings, IDENTITY, dispatch, clock) as found:
        yield found
