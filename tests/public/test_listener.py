"""The listener over HTTP: what is refused, what is absorbed, what a link does and does not do."""

from __future__ import annotations

import email
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import policy
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
import rfc8785
from itsdangerous import TimestampSigner

from public.conftest import Shop
from sayso.ledger import Ledger, email_address
from sayso.ledger.entries import ConsentGiven, ConsentWithdrawn
from sayso.ledger.keys import signature_holds
from sayso.public.desk import Desk
from sayso.reports.answers import Answers, as_moment

ANA = "ana@post.example"
CART = "Email me from Copper Kettle if I leave something in my basket"


@pytest.fixture
def http(listener: Desk, shop: Shop) -> Iterator[httpx.Client]:
    headers = {"origin": shop.url}
    with httpx.Client(base_url=listener.settings.public.url, headers=headers) as client:
        yield client


def report(http: httpx.Client, **other: object) -> dict[str, object]:
    nonce = http.get("/forms/checkout").json()["nonce"]
    box = {
        "id": "cart-email",
        "seen": True,
        "shown": CART,
        "default": "unticked",
        "final": "ticked",
        "changed_by": "person",
    }
    return {
        "nonce": nonce, "submitted": True, "page": f"{http.headers['origin']}/checkout", "gpc": False, "notice_seen": True,
        "boxes": [box], "email": ANA, "phone": "+61 491 570 006", **other,
    }  # fmt: skip


def tell(http: httpx.Client, said: object, **headers: str) -> httpx.Response:
    return http.post("/forms/checkout", content=json.dumps(said), headers={"content-type": "text/plain", **headers})


def answer(ledger: Ledger) -> str:
    return (
        Answers(ledger).answer(email_address(ANA), channel="email", topic="abandoned_cart", at=as_moment(None)).answer
    )


def entries(ledger: Ledger) -> list[object]:
    return [entry.body for person in ledger.find(ANA) for entry in ledger.entries_about(person)]


def mails(ledger: Ledger) -> list[email.message.EmailMessage]:
    files = sorted((ledger.home / "outbox").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]


def link(message: email.message.EmailMessage, kind: str) -> str:
    text = message.get_content()
    return next(urlsplit(word).path for word in text.split() if f"/{kind}/" in word)


def test_only_the_shop_s_own_pages_may_report(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    assert tell(http, said, origin="https://elsewhere.example").status_code == 403
    assert http.get("/forms/checkout", headers={"origin": "null"}).status_code == 403
    assert not ledger.find(ANA)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"nonce": "x"}', 400),
        (b"[" * 50_000, 400),
        (b"a" * 70_000, 413),
        (b"a" * (2 << 20), 413),
    ],
)
def test_what_is_no_report_is_refused_in_words(http: httpx.Client, body: bytes, status: int) -> None:
    refused = http.post("/forms/checkout", content=body)
    assert refused.status_code == status
    assert refused.json()["error"]


def test_a_nonce_of_somebody_else_s_making_is_refused(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    assert tell(http, said | {"nonce": str(said["nonce"])[:-3] + "abc"}).status_code == 404
    assert tell(http, said | {"nonce": ledger.fingerprint("x")}).status_code == 404
    assert not ledger.find(ANA)


def test_an_address_that_cannot_be_one_is_refused_without_being_repeated(http: httpx.Client) -> None:
    refused = tell(http, report(http, email="ana at post", phone=None))
    assert refused.status_code == 400
    assert "ana" not in refused.text


def test_the_same_report_a_hundred_times_at_once_is_one(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    with ThreadPoolExecutor(20) as many:
        statuses = list(many.map(lambda _: tell(http, said).status_code, range(100)))
    assert set(statuses) == {204}
    assert sum(isinstance(body, ConsentGiven) for body in entries(ledger)) == 1
    assert len(mails(ledger)) == 1


def test_another_host_is_refused(http: httpx.Client) -> None:
    assert http.get("/widget.js", headers={"host": "evil.example"}).status_code == 400


def test_requests_are_counted_by_client_whatever_it_says_it_is(listener: Desk, http: httpx.Client) -> None:
    statuses = [
        http.get("/confirm/x", headers={"x-forwarded-for": f"203.0.113.{number % 250}"}).status_code
        for number in range(listener.settings.public.requests_a_minute + 1)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_the_mail_that_asks_carries_the_question_and_nothing_else(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    (message,) = mails(ledger)
    assert message["To"] == ANA
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert CART in text
    assert "Copper Kettle Pty Ltd, 1 Example Street" in text
    assert text.count("http") == 2
    assert ANA not in text
    assert (next((ledger.home / "outbox").glob("*.eml")).stat().st_mode & 0o777) == 0o600


def test_looking_confirms_nothing_and_the_button_does_once(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    path = link(mails(ledger)[0], "confirm")
    before = len(entries(ledger))
    for _ in range(3):
        assert http.get(path).status_code == 200
        http.head(path)
    assert len(entries(ledger)) == before
    assert "Yes, confirm it" in http.get(path).text
    pressed = [http.post(path) for _ in range(2)]
    assert all("it is confirmed" in one.text for one in pressed)
    confirmed = [body for body in entries(ledger) if isinstance(body, ConsentGiven) and body.act == "confirmed_by_link"]
    assert len(confirmed) == 1
    assert confirmed[0].confirmed_from_account
    assert confirmed[0].confirmed_in_second_step
    assert answer(ledger) == "allowed"


def test_a_confirming_link_runs_out(http: httpx.Client, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(http, report(http))
    path = link(mails(ledger)[0], "confirm")
    later = int(time.time()) + 8 * 24 * 3600
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: later)
    over = http.post(path, headers={"accept": "text/html"})
    assert over.status_code == 410
    assert "Fill in the form again" in over.text
    assert not [body for body in entries(ledger) if isinstance(body, ConsentGiven) and body.act == "confirmed_by_link"]


def test_a_stop_after_the_mail_voids_its_link(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    message = mails(ledger)[0]
    http.post(link(message, "receipts"), data={"stop": "everything"})
    assert answer(ledger) == "not_allowed"
    voided = http.post(link(message, "confirm"))
    assert "permits nothing any more" in voided.text
    assert answer(ledger) == "not_allowed"


def test_a_receipt_says_what_was_shown_and_stops_in_one_press(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    path = link(mails(ledger)[0], "receipts")
    page = http.get(path).text
    assert CART in page
    assert "You ticked this" in page
    assert ANA not in page
    assert ANA not in path
    assert "counts once you confirm it" in page
    http.post(link(mails(ledger)[0], "confirm"))
    assert "confirmed it from your mailbox" in http.get(path).text
    assert answer(ledger) == "allowed"
    assert http.get(path, params={"stop": "everything"}).status_code == 200
    assert answer(ledger) == "allowed", "looking stops nothing either"
    stopped = http.post(path, data={"stop": "0"})
    assert stopped.status_code == 303
    assert answer(ledger) == "not_allowed"
    assert "It is stopped" in http.get(path).text
    assert sum(isinstance(body, ConsentWithdrawn) for body in entries(ledger)) == 1
    assert http.post(path, data={"stop": "7"}).status_code == 404


def test_a_receipt_s_record_bears_the_fields_of_the_standard_and_verifies(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    path = link(mails(ledger)[0], "receipts")
    written = msgspec.json.decode(http.get(f"{path}/record.jsonld").content)
    proof = written.pop("proof")
    assert signature_holds(proof["publicKey"], proof["signatureValue"], rfc8785.dumps(written))
    written["dct:publisher"] = "Somebody else"
    assert not signature_holds(proof["publicKey"], proof["signatureValue"], rfc8785.dumps(written))
    record = written["dpv:hasRecordOfActivity"]
    assert record["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#record"
    for needed in (
        "hasDataSubject",
        "hasDataController",
        "hasJurisdiction",
        "hasNotice",
        "hasProcess",
        "hasConsentStatus",
    ):
        assert record[f"dpv:{needed}"], needed
    assert record["dpv:hasConsentStatus"][0]["@type"] == ["dpv:ConsentGiven", "dpv:ExpressedConsent"]
    assert ANA not in json.dumps(written)


def test_an_unticked_box_asks_for_no_second_step(http: httpx.Client, ledger: Ledger) -> None:
    said = report(http)
    said["boxes"][0] |= {"final": "unticked", "changed_by": "nobody"}  # type: ignore[index]
    tell(http, said)
    assert ledger.find(ANA)
    assert not mails(ledger)


def test_this_site_says_that_it_honours_the_signal(http: httpx.Client) -> None:
    assert http.get("/.well-known/gpc.json").json()["gpc"] is True


def test_the_header_alone_records_the_signal(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http), **{"sec-gpc": "1"})
    assert "OptOutOfSaleReceived" in {type(body).__name__ for body in entries(ledger)}
