"""A shop whose texts go through a gateway on loopback, and its listener, asked as the gateways ask it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from litestar.testing import TestClient
from twilio.request_validator import RequestValidator
from twilio_api import ACCOUNT, TOKEN

from sayso.ledger import Entry, Ledger, phone_number
from sayso.ledger.entries import AnyBody, ConsentGiven, DetailsCollected, Place
from sayso.public.app import create_app
from sayso.public.desk import Desk
from sayso.sending.outgoing import Outcome, Outgoing, Stream, Text
from sayso.settings import Public, Settings, Sms
from stores import copied

NOTICES = Path(__file__).parent.parent / "public" / "notices.yaml"
NOON = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
"""Wednesday, noon in Melbourne."""
URL = "https://texts.example"
SECRET = "kannel-secret-0123456789"  # noqa: S105 -- of the test alone
ANA, STRANGER, NUMBER = phone_number("+61491570156"), phone_number("+61491570158"), "+61491570157"
CART = "Copper Kettle: you left a kettle in your basket. Come back and buy it: https://kettle.example/basket"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


def shop(home: Path, clock: Clock) -> Ledger:
    """A ledger in which Ana agreed, by a form, to texts about her basket."""
    copied(home, _make, clock.now - timedelta(days=20))
    return Ledger(home, clock)


def _make(home: Path, at: datetime) -> None:
    ledger = Ledger.init(home, lambda: at)
    shutil.copy(NOTICES, home / "notices.yaml")
    (home / "token").write_text(TOKEN)
    (home / "inbound").write_text(SECRET)
    places = [Place("shipping", "AU", "VIC")]
    record(ledger, DetailsCollected(collected_for="purchase", places=places, given_directly=True), "typed", at)
    agreed = ConsentGiven(
        act="ticked_box", channels=["sms", "mms"], topics=["abandoned_cart"], marketing_named=True, names_sender=True,
        wording="Text me about my basket", form_submitted=True, box_default="unticked", box_final="ticked",
        box_changed_by="person", separate_from_terms=True, confirmed_from_account=True, given_by="account_holder",
    )  # fmt: skip
    record(ledger, agreed, "agreed", at)
    ledger.close()


def record(ledger: Ledger, body: AnyBody, origin: str, at: datetime) -> None:
    entry = Entry(body=body, happened_at=at, origin=origin, actor="person", proof="captured_here", addresses=[ANA])
    ledger.append([entry])


def settings_of(gateway: str, url: str, **more: Any) -> Settings:
    username = ACCOUNT if gateway == "twilio" else "sayso"
    given = {"password_file": "token", "inbound_file": "inbound", "number": NUMBER, "default_country": "AU", **more}
    return Settings(public=Public(url=URL), sms=Sms(gateway=gateway, url=url, username=username, **given))  # type: ignore[arg-type]


class Listening:
    """The listener of the shop."""

    def __init__(self, ledger: Ledger, settings: Settings, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock
        self.desk = Desk(ledger, settings, clock)
        self.client = TestClient(create_app(self.desk), base_url=URL)
        self._number = 0

    def twilio(self, words: str, number: str = ANA.value, path: str = "/texts/twilio", **form: str) -> Any:
        """Post a text as Twilio does, signed."""
        self._number += 1
        filled = {"MessageSid": f"SM{self._number:032x}", "From": number, "To": NUMBER, "Body": words, "NumMedia": "0"}
        return self.signed(path, filled | form)

    def signed(self, path: str, form: dict[str, str], token: str = TOKEN) -> Any:
        signature = RequestValidator(token).compute_signature(URL + path, form)
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def kannel(self, body: bytes, charset: str = "UTF-8", number: str = ANA.value, secret: str = SECRET) -> Any:
        """Post a text as Kannel 1.4.5 does."""
        self._number += 1
        headers = {"Content-Type": f'text/plain; charset="{charset}"', "X-Kannel-From": number, "X-Kannel-To": NUMBER}
        return self.client.post(f"/texts/kannel/{secret}?id={self._number}", content=body, headers=headers)

    def send(self, body: str = CART, origin: str = "test:cart", *media: str) -> Outcome:
        """Send Ana a text about her basket, if it may go."""
        stream, text = Stream("carts", "abandoned_cart"), Text(body, media)
        outgoing = Outgoing(ANA, "mms" if media else "sms", stream, text, origin)
        portal = self.client.blocking_portal
        return portal.call(self.desk.dispatch.send, outgoing)

    def bodies(self, kind: type[Any], number: str = ANA.value) -> list[Any]:
        """What is on record of this kind about whoever has the number."""
        told = [one.body for who in self.ledger.find(number) for one in self.ledger.entries_about(who)]
        return [body for body in told if isinstance(body, kind)]

    def stops(self, number: str = ANA.value) -> list[Any]:
        return self.ledger.facts_for(phone_number(number), channel="sms", topic="abandoned_cart").stops
