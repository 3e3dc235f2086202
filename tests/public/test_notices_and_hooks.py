"""Published notices and shops' webhooks through the listener."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from public.conftest import bound, served
from sayso.capture.hooks.generic import sign
from sayso.ledger import Ledger, email_address
from sayso.ledger.entries import CheckoutAbandoned
from sayso.notices.publish import publish
from sayso.notices.reading import read_declaration
from sayso.public.desk import Desk
from sayso.settings import Checkout, Public, Settings, SettingsError, Shop

SECRET = b"a-secret-of-the-shop-and-ours"


@pytest.fixture
def http(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setattr("sayso.public.app.SWEEP_SECONDS", 0.2)
    (ledger.home / "generic.secret").write_bytes(SECRET)
    with bound() as listening:
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = Settings(
            public=Public(url=url, port=port),
            hooks={"generic": Shop(secret_file="generic.secret")},
            checkout=Checkout(abandoned_after_minutes=60),
        )
        with served(Desk(ledger, settings), listening), httpx.Client(base_url=url) as client:
            yield client


def test_a_notice_stands_at_its_address_with_every_version(http: httpx.Client, ledger: Ledger) -> None:
    page = http.get("/notices/checkout")
    assert "Copper Kettle Pty Ltd" in page.text
    assert "Version 1" in page.text
    file = ledger.home / "notices.yaml"
    file.write_text(file.read_text().replace("channels: [email, sms]", "channels: [email, sms, voice_live]"))
    publish(ledger, read_declaration(file))
    assert "Version 2" in http.get("/notices/checkout/").text
    assert "older version" in http.get("/notices/checkout/1").text
    changed = http.get("/notices/checkout/2/changes").text
    assert "More is done with your details" in changed
    assert "<ins>" in changed
    assert http.get("/notices/checkout/history").text.count("in effect") == 1
    assert http.get("/notices/nothing").status_code == 404
    assert http.get("/notices/checkout/9").status_code == 404
    assert http.post("/notices/checkout").status_code == 405


def told(http: httpx.Client, event: dict[str, object], secret: bytes = SECRET) -> httpx.Response:
    body = msgspec.json.encode(event)
    return http.post(
        "/hooks/generic", content=body, headers={"x-sayso-signature": sign(secret, body, datetime.now(UTC))}
    )


def test_a_signed_checkout_is_kept_and_in_time_abandoned(
    http: httpx.Client, ledger: Ledger, wait: Callable[..., object]
) -> None:
    event = {
        "event": "checkout", "at": "2026-01-05T10:00:00Z", "form": "cart-1", "email": "ana@post.example",
        "shipping": {"country": "AU", "state": "VIC"},
    }  # fmt: skip
    assert told(http, event, b"another-secret").status_code == 401
    assert not ledger.find("ana@post.example")
    for _ in range(3):
        answered = told(http, event)
        assert answered.status_code == 200, answered.text
        assert "ana" not in answered.text
    (person,) = ledger.find("ana@post.example")
    wait(lambda: any(isinstance(entry.body, CheckoutAbandoned) for entry in ledger.entries_about(person)))
    facts = ledger.facts_for(email_address("ana@post.example"), channel="email", topic="abandoned_cart")
    assert [ground.relationship for ground in facts.grounds] == ["checkout_abandoned"]


def test_a_source_that_was_not_set_up_is_refused(http: httpx.Client) -> None:
    assert http.post("/hooks/shopify", content=b"{}").status_code == 401
    assert http.post("/hooks/nobody", content=b"{}").status_code == 404


def test_a_secret_that_is_not_there_is_said_at_the_start(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="secret_file"):
        Desk(ledger, Settings(hooks={"generic": Shop(secret_file="no-such-file")}))


def test_a_secret_of_several_words_is_one_secret_and_two_lines_are_two(ledger: Ledger) -> None:
    (ledger.home / "two.secret").write_text("  correct horse battery\n\nthe-next-one\r\n")
    desk = Desk(ledger, Settings(hooks={"generic": Shop(secret_file="two.secret")}))
    assert desk.hooks["generic"].secrets == ("correct horse battery", "the-next-one")
