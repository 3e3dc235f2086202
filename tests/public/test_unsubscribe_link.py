"""The link of a message: a look stops nothing, a mail client's one-click stops at once, and nothing turns a stop away."""

from __future__ import annotations

import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from listunsub import choose, one_click_request

from public.conftest import bound, served
from sayso.choices.links import About
from sayso.ledger import Address, Entry, Ledger, LedgerError
from sayso.ledger.entries import AnyBody, ConsentGiven, ConsentWithdrawn, DetailsCollected
from sayso.public.app import listening_config
from sayso.public.desk import Desk
from sayso.settings import Public, Settings

ANA = Address("email", "ana@post.example")
BEN = Address("email", "ben@post.example")
CARTS = About(ANA, "email", "abandoned_cart", "shop")
ONE_CLICK = b"List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def record(ledger: Ledger, body: AnyBody, address: Address, at: datetime | None = None) -> None:
    ledger.append([Entry(body=body, happened_at=at or datetime.now(UTC), origin=f"test:{ledger.count()[0]}", actor="person",
                         proof="captured_here", addresses=[address])])  # fmt: skip


def stops(ledger: Ledger, address: Address = ANA) -> list[ConsentWithdrawn]:
    facts = ledger.facts_for(address, channel="email", topic="abandoned_cart")
    found = [one.body for one in ledger.entries(one.entry for one in facts.stops if one.entry and one.covers_topic)]
    return [body for body in found if isinstance(body, ConsentWithdrawn)]


@pytest.fixture
def http(listener: Desk) -> Iterator[httpx.Client]:
    record(listener.ledger, DetailsCollected(), ANA)
    with httpx.Client(base_url=listener.settings.public.url, headers={"accept": "text/html"}) as client:
        yield client


@pytest.fixture
def path(listener: Desk) -> str:
    return f"/u/{listener.choices.token(CARTS)}"


def test_looking_stops_nothing_however_often_and_by_whatever_method(
    http: httpx.Client, ledger: Ledger, path: str
) -> None:
    before = ledger.count()
    for method in ("GET", "HEAD", "GET", "OPTIONS", "PUT", "DELETE"):
        for address in (path, f"{path}?List-Unsubscribe=One-Click", f"{path}?stop=everything", f"{path}/again"):
            http.request(method, address)
    assert http.head(path).status_code == http.get(path).status_code == 200
    assert http.head(path).content == b""
    assert ledger.count() == before


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_click_stops_at_once_without_cookie_redirect_or_origin(
    http: httpx.Client, ledger: Ledger, path: str, form: str
) -> None:
    fields = {"List-Unsubscribe": "One-Click"}
    given = (
        {"data": fields} if form == "urlencoded" else {"files": {name: (None, value) for name, value in fields.items()}}
    )
    for _ in range(3):
        answer = http.post(path, headers={"accept": "*/*"}, **given)  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert len(answer.content) < 200
        assert not {"set-cookie", "location", "www-authenticate"} & set(answer.headers)
    (stopped,) = stops(ledger)
    assert (stopped.scope, stopped.topics, stopped.channels) == ("channel", [], ["email"])
    assert stopped.means == "unsubscribe"
    assert stopped.through_offered_mechanism


@pytest.mark.parametrize(
    "body",
    [b"", b"stop=topic", b"stop=nonsense", b"\xff\x00garbage", b"List-Unsubscribe=", b"list-unsubscribe=one-click&x=1"],
)
def test_whatever_is_posted_to_the_link_stops(http: httpx.Client, ledger: Ledger, path: str, body: bytes) -> None:
    for headers in (FORM, {"content-type": "multipart/form-data; boundary=none"}, {"content-type": "text/weird"}):
        assert http.post(path, content=body, headers=headers).status_code == 200
    assert len(stops(ledger)) >= 1


def test_the_page_names_nobody_and_its_button_works(http: httpx.Client, ledger: Ledger, path: str) -> None:
    page = http.get(path).text
    assert "Stop these emails?" in page
    assert "remind you of a basket you left" in page
    assert "ana" not in page.lower().replace("banana", "")
    after = http.post(path, data={"stop": "topic"})
    assert "You are unsubscribed" in after.text
    assert "ana@" not in after.text
    assert len(stops(ledger)) == 1
    assert "You are unsubscribed" in http.get(path).text


def test_after_one_click_the_page_says_that_all_marketing_mail_is_stopped(http: httpx.Client, path: str) -> None:
    http.post(path, data={"List-Unsubscribe": "One-Click"})
    page = http.get(path).text
    assert "sends no more marketing emails, about anything" in page
    assert "These were emails" not in page


def test_after_stopping_one_topic_the_page_claims_no_more_than_that(http: httpx.Client, path: str) -> None:
    assert "These were emails to remind you" in http.post(path, data={"stop": "topic"}).text


def test_everything_is_one_press(http: httpx.Client, ledger: Ledger, path: str) -> None:
    assert "All marketing is stopped" in http.post(path, data={"stop": "everything"}).text
    assert [one.scope for one in stops(ledger)] == ["everything"]


def test_the_request_is_kept_as_evidence(http: httpx.Client, ledger: Ledger, path: str) -> None:
    http.post(path, content=ONE_CLICK, headers=FORM | {"user-agent": "Mail provider/1"})
    (entry,) = ledger.entries_from("choice:one_click:")
    assert entry.private is not None
    assert (entry.private.ip, entry.private.user_agent) == ("127.0.0.1", "Mail provider/1")


def test_wanting_it_again_lifts_nothing_and_says_so(http: httpx.Client, ledger: Ledger, path: str) -> None:
    http.post(path)
    page = http.post(f"{path}/again").text
    assert "does not start them again by itself" in page
    assert len(stops(ledger)) == 1
    person = ledger.find(ANA.value)[0]
    (asked,) = [one for one in ledger.entries_about(person) if isinstance(one.body, ConsentGiven)]
    assert asked.proof == "asserted"
    assert "You are unsubscribed" in http.get(path).text


def test_who_came_back_is_stopped_again_by_the_same_old_link(http: httpx.Client, ledger: Ledger, path: str) -> None:
    http.post(path, content=ONE_CLICK, headers=FORM)
    record(ledger, ConsentGiven(act="ticked_box", channels=["email"], topics=["abandoned_cart"]), ANA)
    http.post(path, content=ONE_CLICK, headers=FORM)
    assert len(stops(ledger)) == 2


def test_an_address_that_nobody_holds_ends_unsubscribed(http: httpx.Client, ledger: Ledger, listener: Desk) -> None:
    unknown = f"/u/{listener.choices.token(About(BEN, 'email', 'abandoned_cart', 'shop'))}"
    assert "You are unsubscribed" in http.post(unknown).text
    assert len(stops(ledger, BEN)) == 1


def test_somebody_erased_ends_unsubscribed_and_stays_erased(http: httpx.Client, ledger: Ledger, path: str) -> None:
    ledger.erase(ledger.find(ANA.value)[0], origin="test:erase")
    assert "You are unsubscribed" in http.post(path).text
    assert http.post(path, content=ONE_CLICK, headers=FORM).status_code == 200
    assert ledger.find(ANA.value) == []


def test_a_topic_that_is_no_longer_used_can_still_be_stopped(
    http: httpx.Client, ledger: Ledger, listener: Desk
) -> None:
    old = f"/u/{listener.choices.token(About(ANA, 'email', 'spring_fair', 'shop'))}"
    assert "about spring fair" in http.get(old).text
    assert "You are unsubscribed" in http.post(old).text


@pytest.mark.parametrize("broken", ["", "nothing: [", "business: {}"])
def test_a_declaration_that_cannot_be_read_keeps_nobody_from_stopping(
    http: httpx.Client, ledger: Ledger, path: str, broken: str
) -> None:
    (ledger.home / "notices.yaml").write_text(broken)
    assert http.get(path).status_code == 200
    assert "You are unsubscribed" in http.post(path).text
    (ledger.home / "notices.yaml").unlink()
    assert http.post(path, content=ONE_CLICK, headers=FORM).status_code == 200


def test_no_rate_limit_turns_a_stop_away_and_made_up_links_are_limited(ledger: Ledger) -> None:
    with bound() as listening:
        port = listening.getsockname()[1]
        settings = Settings(public=Public(url=f"http://127.0.0.1:{port}", port=port, requests_a_minute=10))
        with served(Desk(ledger, settings), listening) as desk, httpx.Client(base_url=settings.public.url) as client:
            made_up = [client.post(f"/u/{'A' * 86}", content=ONE_CLICK, headers=FORM).status_code for _ in range(15)]
            assert made_up == [404] * 10 + [429] * 5
            people = [Address("email", f"person{number}@post.example") for number in range(150)]
            for one in people:
                token = desk.choices.token(About(one, "email", "abandoned_cart", "shop"))
                assert client.post(f"/u/{token}", content=ONE_CLICK, headers=FORM).status_code == 200
            assert all(stops(ledger, one) for one in people)


def test_a_token_that_was_changed_is_none_of_ours(http: httpx.Client, ledger: Ledger, path: str) -> None:
    before = ledger.count()
    for number in range(3, len(path), 7):
        changed = path[:number] + ("A" if path[number] != "A" else "B") + path[number + 1 :]
        assert http.post(changed, content=ONE_CLICK, headers=FORM).status_code == 404
    assert http.post(path[:-4]).status_code == 404
    assert ledger.count() == before


def test_what_could_not_be_recorded_is_not_said_to_be_done(
    http: httpx.Client, ledger: Ledger, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_entries: object) -> None:
        raise LedgerError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "append", full)
        assert http.post(path, content=ONE_CLICK, headers=FORM).status_code == 503
    assert http.post(path, content=ONE_CLICK, headers=FORM).status_code == 200
    assert len(stops(ledger)) == 1


# A client that nobody here wrote --------------------------------------------------------------------------------------


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine alone, of no use to anybody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(datetime.now(UTC) - timedelta(minutes=5))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_another_program_s_one_click_unsubscribes_over_tls(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, DetailsCollected(), ANA)
    cert, key = certificate(tmp_path)
    with bound() as listening:
        port = listening.getsockname()[1]
        desk = Desk(ledger, Settings(public=Public(url=f"https://127.0.0.1:{port}", port=port)))
        config = listening_config(desk)
        config.ssl_certfile, config.ssl_keyfile = str(cert), str(key)
        config.load()
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        running.start()
        while not server.started:
            time.sleep(0.02)
        header = f"<{desk.url('/u/' + desk.choices.token(CARTS))}>, <mailto:u-abc@return.kettle.example>"
        wanted = choose(header, "List-Unsubscribe=One-Click", dkim_verified=True)
        assert wanted is not None
        assert wanted.kind == "one-click"
        request = one_click_request(wanted.uri)
        asked = urllib.request.Request(request.url, request.body, request.headers, method="POST")  # noqa: S310
        with urllib.request.urlopen(asked, context=ssl.create_default_context(cafile=str(cert))) as answer:  # noqa: S310
            assert answer.status == 200
        assert len(stops(ledger)) == 1
        server.should_exit = True
        running.join(10)


@pytest.mark.parametrize(
    "piece", [b"name=List-Unsubscribe\n", b"name=List-Unsubscribe\na\n", b"&List-Unsubscribe=One-Click "]
)
def test_no_request_takes_long_to_read_and_each_stops(http: httpx.Client, listener: Desk, path: str, piece: bytes) -> None:  # fmt: skip
    began = time.monotonic()
    answered = http.post(path, content=piece * (900_000 // len(piece)), headers=FORM)
    assert (answered.status_code, time.monotonic() - began < 5) == (200, True)
    assert stops(listener.ledger)
