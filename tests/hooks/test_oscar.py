"""
A real shop: django-oscar on loopback with the file of the how-to in it, its checkout gone through by HTTP.

How it is installed and started is in `tests/oscar.py`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from shops import SECRET, SETTINGS

from oscar import free_port, shop_running
from sayso import ask
from sayso.capture.gathering import Gathering
from sayso.capture.hooks import handle
from sayso.capture.live import sweep
from sayso.ledger import Ledger, email_address


class Sayso:
    """A listener on loopback that gives each request to `handle`; it can be taken away and come back."""

    def __init__(self, ledger: Ledger) -> None:
        store, told = Gathering(ledger), self
        self.down = False
        self.answers: list[int] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                source = self.path.removeprefix("/hooks/")
                now = datetime.now(UTC)
                status = 503 if told.down else handle(store, source, dict(self.headers), body, SETTINGS, now).status
                told.answers.append(status)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        # It sees soon that it is to stop.
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def sayso(ledger: Ledger) -> Iterator[Sayso]:
    listener = Sayso(ledger)
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def oscar(sayso: Sayso, tmp_path: Path) -> Iterator[httpx.Client]:
    """A buyer's browser at the shop's door, with the id of its one product in `X-Kettle`."""
    url = f"http://127.0.0.1:{sayso.server.server_port}/hooks/generic"
    with (
        shop_running(tmp_path / "oscar", free_port(), url, SECRET) as (base, kettle),
        httpx.Client(base_url=base, follow_redirects=True, timeout=60, headers={"X-Kettle": kettle}) as buyer,
    ):
        yield buyer


def submit(buyer: httpx.Client, page: str, to: str | None = None, **fields: str) -> httpx.Response:
    """Open a page and send its form, as a browser would."""
    shown = buyer.get(page)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
    assert found, f"{page} shows no form ({shown.status_code})"
    answer = buyer.post(to or page, data={"csrfmiddlewaretoken": found[1], **fields}, headers={"Referer": page})
    assert answer.status_code == 200, (page, answer.status_code)
    return answer


def to_the_payment(buyer: httpx.Client, email: str) -> None:
    """A kettle in the basket, an email and an address typed."""
    submit(buyer, "/catalogue/", to=f"/basket/add/{buyer.headers['X-Kettle']}/", quantity="1")
    submit(buyer, "/checkout/", username=email, options="anonymous")
    submit(
        buyer, "/checkout/shipping-address/", first_name="Odette", last_name="Fern", line1="7 Lantern Row",
        line4="Fitzroy", postcode="3065", country="AU", phone_number="+61491570156",
    )  # fmt: skip


def relationships(ledger: Ledger, email: str) -> set[str | None]:
    facts = ledger.facts_for(email_address(email), channel="email", topic="abandoned_cart")
    return {ground.relationship for ground in facts.grounds}


def test_a_real_checkout_left_half_way_is_abandoned_and_answered(
    oscar: httpx.Client, ledger: Ledger, sayso: Sayso
) -> None:
    email = "odette@letterbox.example"
    to_the_payment(oscar, email)
    assert set(sayso.answers) == {200}
    assert relationships(ledger, email) == set(), "it is still open"
    assert sweep(ledger, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert relationships(ledger, email) == {"checkout_abandoned"}
    for channel, address in (
        ("email", email_address(email)),
        ("sms", ledger.entries_about(ledger.find(email)[0])[-1].addresses[1]),
    ):
        facts = ledger.facts_for(address, channel=channel, topic="abandoned_cart")  # type: ignore[arg-type]
        assert facts.person_country == "AU"
        answer = ask(facts)
        assert answer.answer == "not_allowed", "Australia: nobody said yes, and a checkout left is no consent"
    assert ledger.verify() == []


def test_a_real_order_closes_its_checkout(oscar: httpx.Client, ledger: Ledger, sayso: Sayso) -> None:
    email = "odette@letterbox.example"
    sayso.down = True
    to_the_payment(oscar, email)
    assert 200 not in sayso.answers, "the shop goes on selling while nobody listens"
    sayso.down = False
    oscar.get("/checkout/shipping-method/")
    placed = submit(oscar, "/checkout/preview/", action="place_order")
    assert "thank-you" in str(placed.url)
    assert relationships(ledger, email) == {"purchase"}
    assert sweep(ledger, datetime.now(UTC) + timedelta(hours=2)) == 0
    assert ledger.verify() == []
