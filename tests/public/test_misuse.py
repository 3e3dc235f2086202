"""What somebody may try who means ill: each has its answer, and none its aim."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from litestar import Request

from public.conftest import Shop, bound, served
from public.test_listener import ANA, CART, answer, link, mails, report, tell
from sayso.capture import widget
from sayso.ledger import Ledger, LedgerError
from sayso.public.app import _client, listening_config
from sayso.public.desk import Desk
from sayso.settings import Public, Settings


@pytest.fixture
def http(listener: Desk, shop: Shop) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=listener.settings.public.url, headers={"origin": shop.url}) as client:
        yield client


def box(**other: object) -> dict[str, object]:
    ticked = {"id": "cart-email", "seen": True, "shown": CART, "default": "unticked", "final": "ticked"}
    return ticked | {"changed_by": "person"} | other


def test_a_mailbox_is_asked_three_times_a_day_at_most_however_it_is_spelled(http: httpx.Client, ledger: Ledger) -> None:
    spellings = [ANA, "ana+shop@post.example", "Ana@Post.example", "ana+more@post.example", ANA]
    for number, spelling in enumerate(spellings):
        assert tell(http, report(http, email=spelling, notice_seen=number % 2 == 0)).status_code == 204
    assert len(mails(ledger)) == 3
    tell(http, report(http, email="ben@post.example"))
    assert len(mails(ledger)) == 4, "others are asked all the same"


def test_one_nonce_with_the_words_changed_a_little_each_time_fills_no_mailbox(
    http: httpx.Client, ledger: Ledger
) -> None:
    said = report(http)
    for number in range(10):
        assert tell(http, said | {"boxes": [box(shown=CART + " " * number)]}).status_code == 204
    assert len(mails(ledger)) == 3


def test_nobody_s_record_is_filled_by_typing_their_address_again_and_again(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    statuses = [
        tell(http, said | {"boxes": [box(shown=CART + " " * number)]}).status_code for number in range(widget.MOST + 2)
    ]
    assert statuses == [204] * widget.MOST + [429] * 2
    assert tell(http, said | {"boxes": [box(shown=CART)]}).status_code == 204, "what is on record already adds nothing"
    assert tell(http, said | {"email": "ben@post.example"}).status_code == 429, "the number is the same"
    assert tell(http, said | {"email": "ben@post.example", "phone": None}).status_code == 204


@pytest.mark.parametrize(
    "page",
    ["", "https://elsewhere.example/checkout", "javascript:alert(1)", "{}.elsewhere.example/x", "{}/call us now",
     "{}/?email=ana@post.example", "{}/<b>\u202e", "{}/" + "x" * 3000, "{}"],
)  # fmt: skip
def test_a_page_that_the_browser_is_not_on_is_refused(
    http: httpx.Client, shop: Shop, ledger: Ledger, page: str
) -> None:
    assert tell(http, report(http, page=page.replace("{}", shop.url))).status_code == 400
    assert not ledger.find(ANA)


def test_a_box_is_reported_once(http: httpx.Client, ledger: Ledger) -> None:
    assert tell(http, report(http, boxes=[box(), box(final="unticked")])).status_code == 400
    assert not ledger.find(ANA)


def test_details_of_a_form_that_was_not_sent_are_taken_only_where_the_form_says_so(
    http: httpx.Client, ledger: Ledger
) -> None:
    assert tell(http, report(http, submitted=False)).status_code == 400
    assert not ledger.find(ANA)


def test_a_changed_declaration_is_read_at_once(http: httpx.Client, ledger: Ledger) -> None:
    assert http.get("/forms/checkout").status_code == 200
    file = ledger.home / "notices.yaml"
    file.write_text(file.read_text().replace("24 months", "36 months"))
    assert http.get("/forms/checkout").status_code == 404, "what is not published is not shown"


def test_a_log_holds_nothing_of_what_was_asked(http: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    for path in (
        f"/{ANA}",
        f"/confirm/{ANA}",
        f"/notices/{ANA}",
        "/%0aCRITICAL:%20forged",
        "/forms/%0aforged",
        "/static/%00",
    ):
        assert http.get(path).status_code >= 400
    tell(http, report(http, email="ana at post"))
    assert "confirm" in caplog.text, "that something was refused is said"
    assert "ana" not in caplog.text
    assert "forged" not in caplog.text


@pytest.mark.parametrize("version", ["9" * 5000, "9" * 9, "\u0669", "-1", "%00", "..%2f1"])
def test_a_notice_s_version_that_is_none_is_not_found(http: httpx.Client, version: str) -> None:
    assert http.get(f"/notices/checkout/{version}").status_code == 404
    assert http.get(f"/notices/checkout/{version}/changes").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", ""),
        (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
        (b"stop=0&stop=everything", "application/x-www-form-urlencoded"),
        (b"stop=everything", "text/plain"),
        (b"{}", "application/json"),
        (b"\xff\xfe%%%=&&&", "application/x-www-form-urlencoded"),
    ],
)
def test_no_stop_is_lost_for_how_it_is_written(http: httpx.Client, ledger: Ledger, content: bytes, kind: str) -> None:
    tell(http, report(http))
    message = mails(ledger)[0]
    http.post(link(message, "confirm"))
    assert answer(ledger) == "allowed"
    assert http.post(link(message, "receipts"), content=content, headers={"content-type": kind}).status_code == 303
    assert answer(ledger) == "not_allowed"


def test_a_token_opens_its_own_page_alone(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    tell(http, said)
    tokens = {kind: link(mails(ledger)[0], kind).rpartition("/")[2] for kind in ("confirm", "receipts")}
    tokens["nonce"] = str(said["nonce"])
    for kind in ("confirm", "receipts"):
        for other in {*tokens} - {kind}:
            assert http.get(f"/{kind}/{tokens[other]}").status_code == 404
            assert http.post(f"/{kind}/{tokens[other]}").status_code == 404
    for other in ("confirm", "receipts"):
        assert tell(http, said | {"nonce": tokens[other]}).status_code == 404


def client(host: str) -> Request[Any, Any, Any]:
    return Request({"type": "http", "client": (host, 1)})  # type: ignore[typeddict-item]


def test_a_client_is_counted_by_the_network_it_has_to_itself() -> None:
    assert _client(client("2001:db8::1")) == _client(client("2001:db8::ffff:1"))
    assert _client(client("2001:db8:0:1::1")) != _client(client("2001:db8::1"))
    assert _client(client("203.0.113.1")) != _client(client("203.0.113.2"))
    assert _client(client("::ffff:203.0.113.1")) != _client(client("::ffff:203.0.113.2"))
    assert _client(client("fe80::1%eth0")) == _client(client("fe80::2%eth0"))
    assert _client(client("no address")) == "no address"


def test_what_was_counted_is_forgotten_in_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.public.app.SWEEP_SECONDS", 0.05)
    with bound() as listening:
        port = listening.getsockname()[1]
        config = listening_config(Desk(ledger, Settings(public=Public(url=f"http://127.0.0.1:{port}", port=port))))
        store = config.app.stores.get("rate_limit")  # type: ignore[union-attr]
        anyio.run(store.set, "somebody", b"{}", timedelta(milliseconds=1))
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        running.start()
        for _ in range(100):
            if not store._store:
                break
            time.sleep(0.05)
        assert not store._store
        server.should_exit = True
        running.join(10)


def test_who_says_nothing_or_drips_a_request_is_hung_up_on(
    listener: Desk, http: httpx.Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.public.patience.PATIENCE_SECONDS", 0.5)
    begun = (
        f"POST /forms/checkout HTTP/1.1\r\nHost: 127.0.0.1:{listener.settings.public.port}\r\nOrigin: {shop.url}\r\n"
    )
    beginnings = ["", "POST /forms", begun, f"{begun}Content-Length: 500\r\n\r\n{{"]
    open_ones = [socket.create_connection(("127.0.0.1", listener.settings.public.port)) for _ in beginnings]
    for one, beginning in zip(open_ones, beginnings, strict=True):
        one.sendall(beginning.encode())
    for number in range(25):
        time.sleep(0.1)
        for one in open_ones[1:]:
            with suppress(OSError):
                one.sendall(b"x")
        assert number % 5 or http.get("/widget.js").status_code == 200, "who speaks is served, on one connection"
    for one in open_ones:
        one.settimeout(2)
        with suppress(ConnectionError):
            while one.recv(1000):
                pass
        one.close()


def test_checkouts_are_noted_again_after_a_round_that_failed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = iter([RuntimeError(ANA), LedgerError("busy"), 0, 0])
    left = threading.Event()

    def one_round(*_given: object) -> int:
        came = next(rounds, None)
        if isinstance(came, Exception):
            raise came
        left.set()
        return 0

    monkeypatch.setattr("sayso.public.app.SWEEP_SECONDS", 0.02)
    monkeypatch.setattr("sayso.public.app.sweep", one_round)
    with bound() as listening:
        port = listening.getsockname()[1]
        settings = Settings(public=Public(url=f"http://127.0.0.1:{port}", port=port))
        with served(Desk(ledger, settings), listening):
            assert left.wait(5)
    assert "RuntimeError" in caplog.text
    assert ANA not in caplog.text
