"""The owner's pages of campaigns and of the outbox: what they say, that they only show, and that a message stays in its frame."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from litestar.testing import TestClient
from playwright.sync_api import Page, sync_playwright

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import MessageRefused, MessageSent
from sayso.reports.answers import Answers
from sayso.sample.campaigns import first_round
from sayso.sample.demo import now, open_sample
from sayso.web import create_app

Client = TestClient[Any]
PORT = 8000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_sample(tmp_path_factory.mktemp("campaign-shop"), size=600) as ledger:
        done = first_round(ledger, now)
        assert done is not None
        assert done["sent"]
        yield ledger


@pytest.fixture(scope="module")
def client(shop: Ledger) -> Iterator[Client]:
    with TestClient(create_app(Answers(shop), PORT), base_url=f"http://127.0.0.1:{PORT}") as asking:
        yield asking


def laid(shop: Ledger) -> list[Path]:
    return sorted((shop.home / "outbox").glob("*.eml"), reverse=True)


def test_the_page_of_campaigns_says_how_each_step_stands_and_why_some_were_refused(client: Client) -> None:
    page = client.get("/campaigns").text
    for words in ("cart-1", "cart-2", "cart-3", "sent", "refused", "not due yet", "never said yes"):
        assert words in page
    picture = client.get("/campaigns/cart/picture.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "cart-2 (1d)" in picture.text


def test_a_campaigns_page_shows_each_step_completed_and_who_would_get_what(client: Client) -> None:
    page = client.get("/campaigns/cart").text
    assert 'src="/campaigns/cart/cart-1/preview"' in page
    assert "Reply STOP" in page
    assert "does not go" in page
    frame = client.get("/campaigns/cart/cart-1/preview")
    assert "12 Invented Street" in frame.text
    assert "Unsubscribe" in frame.text
    assert frame.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_outbox_lists_the_newest_first_and_draws_a_message_in_a_frame(client: Client, shop: Ledger) -> None:
    page = client.get("/outbox").text
    places = [page.index(f"/outbox/{file.stem}") for file in laid(shop)]
    assert places == sorted(places)
    assert "cart, cart-" in page
    name = laid(shop)[0].stem
    message = client.get(f"/outbox/{name}").text
    assert f'<iframe sandbox title="The message as it is drawn" src="/outbox/{name}/page">' in message
    frame = client.get(f"/outbox/{name}/page")
    assert "script-src" not in frame.headers["content-security-policy"]
    assert frame.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_these_pages_hold_no_whole_address_and_record_nothing(client: Client, shop: Ledger) -> None:
    before = shop.head()
    about = [entry for file in laid(shop) for entry in shop.entries([file.stem])]
    known = {address.value for entry in about for address in entry.addresses}
    assert known
    for path in ("/campaigns", "/campaigns/cart", "/outbox"):
        page = client.get(path).text
        assert not any(address in page for address in known)
    assert shop.head() == before


@pytest.mark.parametrize(
    "path",
    ["/campaigns/none", "/campaigns/none/picture.svg", "/campaigns/cart/none/preview", "/campaigns/cart/cart-3/preview",
     "/outbox/none", "/outbox/..%2fledger", "/outbox/01a2152c-ebc9-70d7-84e6-66a797bcb20a/page"],
)  # fmt: skip
def test_what_is_not_there_is_said_kindly(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_campaign_that_cannot_be_read_is_said_with_its_line(client: Client, shop: Ledger) -> None:
    wrong = shop.home / "campaigns" / "wrong.yaml"
    wrong.write_text("topik: x\n", "utf-8")
    try:
        for path in ("/campaigns", "/campaigns/cart"):
            page = client.get(path)
            assert page.status_code == 500
            assert "wrong.yaml:1 `topik` is not a field here; did you mean `topic`?" in page.text.replace("&#39;", "'")
    finally:
        wrong.unlink()


@pytest.fixture(scope="module")
def browser(part: Callable[[str], str], shop: Ledger) -> Iterator[Page]:
    """After the shop, whose sequence cannot start where Playwright has an event loop going."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=part("chromium"), args=arguments)
        yield opened.new_context(bypass_csp=True).new_page()
        opened.close()


@pytest.fixture(scope="module")
def served(shop: Ledger) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(create_app(Answers(shop), port), host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run)
    running.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    running.join()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_load_nothing_from_elsewhere_and_axe_finds_nothing_serious(
    browser: Page, served: str, shop: Ledger, width: int
) -> None:
    asked: list[str] = []
    browser.on("request", lambda request: asked.append(request.url))
    browser.set_viewport_size({"width": width, "height": 900})
    for path in ("/campaigns", "/campaigns/cart", "/messages", "/outbox", f"/outbox/{laid(shop)[0].stem}"):
        browser.goto(served + path)
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, path
        found = Axe().run(browser).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], path
    assert all(url.startswith(served) or url.startswith("data:") for url in asked)


def test_the_page_of_messages_lists_what_was_sent_and_refused_with_the_reason_and_the_answer(
    client: Client, shop: Ledger
) -> None:
    page = client.get("/messages").text
    assert "the person never said yes to this kind of marketing on this channel" in page
    assert 'href="/law/own.permission-first#own.permission-first.permission"' in page
    refused = client.get("/messages?only=refused").text
    assert "/outbox/" not in refused.split("<main", 1)[1]
    about = [entry for file in laid(shop) for entry in shop.entries([file.stem])]
    for entry in about[:3]:
        assert f'href="/people/{entry.person}/email?topic=abandoned_cart"' in page
    assert not any(address.value in page for entry in about for address in entry.addresses)
    picture = client.get("/messages.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert ">refused<" in picture.text


def test_mail_that_the_owner_answered_for_says_so(client: Client, shop: Ledger) -> None:
    body = MessageSent(channel="email", topic="orders", stream="orders", outcome="accepted", wording_answered_for=True)
    to = [Address("email", "ana@people.example")]
    shop.append([Entry(body=body, happened_at=now(), origin="gate:a:sent", actor="sayso", proof="captured_here",
                       addresses=to)])  # fmt: skip
    assert "it is service by a wording that the owner answers for" in client.get("/messages").text


def test_the_messages_are_paged_and_none_is_left_out_or_shown_twice(
    client: Client, shop: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.web.messages.ROWS", 4)
    seen: list[str] = []
    at = "/messages"
    while at:
        page = client.get(at).text
        seen += re.findall(r'<tr><td class="keep">.*?href="(/people/[^"]+)"', page)
        after = re.search(r'rel="next" href="([^"]+)"', page)
        at = after[1].replace("&amp;", "&") if after else ""
    held, place = list[str](), 0
    while place < shop.count()[0]:
        found, place = shop.recorded_after(place, frozenset({"message_sent", "message_refused"}))
        for entry in found:
            assert isinstance(entry.body, MessageSent | MessageRefused)
            held.append(f"/people/{entry.person}/{entry.body.channel}?topic={entry.body.topic}")
    assert seen == held[::-1]


def test_a_mail_in_the_outbox_says_whom_and_when_and_leads_to_its_answer(client: Client, shop: Ledger) -> None:
    name = laid(shop)[0].stem
    (entry,) = shop.entries([name])
    page = client.get(f"/outbox/{name}").text
    assert f"/people/{entry.person}/email?topic=abandoned_cart" in page
    assert f"/people/{entry.person}/email?topic=abandoned_cart" in client.get("/outbox").text
    assert "List-Unsubscribe-Post" in page
    assert "sayso listen" in page
    assert not any(address.value in page for address in entry.addresses)


def test_the_outbox_says_that_mail_leaves_once_a_smart_host_is_set(client: Client, shop: Ledger) -> None:
    file = shop.home / "sayso.toml"
    before = file.read_text()
    file.write_text(before + '[smart_host]\nhost = "mail.billybutton.example"\n')
    try:
        assert "mail leaves through it now" in client.get("/outbox").text
    finally:
        file.write_text(before)


def test_what_waits_for_a_gateway_says_so_on_both_pages(client: Client) -> None:
    assert "no gateway is set" in client.get("/campaigns").text
    page = client.get("/campaigns/cart").text
    texts = [row for row in page.split("<tr>") if ">cart-3<" in row]
    assert texts
    assert not any("</span> goes<" in row for row in texts)


def test_a_mail_that_is_hard_to_show_hides_no_other(client: Client, shop: Ledger) -> None:
    before = client.get("/outbox").text.count("/outbox/")
    odd = {
        "charset": b"From: Oak <shop@oak.example>\r\nSubject: First\r\nContent-Type: text/html; charset=idna\r\n\r\n<p>x</p>\r\n",
        "from": b"From: a <shop@oak.example> <ceo@bank.example>, =?\r\nSubject: Second\r\n\r\nx\r\n",
        "type": b'Subject: Third\r\nContent-Type: text/html; charset="\xff\r\nContent-Disposition: ;;=\r\n\r\nx\r\n',
        "nothing": b"",
        "parts": b"Subject: Fifth\r\nContent-Type: multipart/mixed; boundary=\"\r\n\r\n--\r\n",
    }  # fmt: skip
    files = [shop.home / "outbox" / f"01a2152c-ebc9-70d7-84e6-66a797bcb2{number:02}.eml" for number in range(len(odd))]
    try:
        for file, raw in zip(files, odd.values(), strict=True):
            file.write_bytes(raw)
        page = client.get("/outbox")
        assert page.status_code == 200
        assert page.text.count("/outbox/") == before + len(odd)
        assert [f">{word}<" in page.text or word in page.text for word in ("First", "Second", "Third")] == [True] * 3
        assert {client.get(f"/outbox/{file.stem}").status_code for file in files} == {200}
    finally:
        for file in files:
            file.unlink(missing_ok=True)
