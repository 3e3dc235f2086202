"""Texts handed to a gateway: what is asked of it, and what each of its answers means."""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from twilio.http.http_client import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio_api import ACCOUNT, FIELDS, TOKEN, TwilioApi, error

from sayso.ledger import Ledger, phone_number
from sayso.ledger.entries import BounceReceived, new_id
from sayso.sending.outgoing import Handed, Text, Transport
from sayso.sending.sms import gateway_facts, transport
from sayso.settings import Public, Settings, SettingsError, Sms, change_setting, read_settings

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ANA = phone_number("+61491570156")
NUMBER = "+61491570157"


def settings_for(ledger: Ledger, **sms: Any) -> Settings:
    (ledger.home / "password").write_text(TOKEN + "\n")
    public = Public(url="https://shop.example")
    return Settings(public=public, sms=Sms(**{"password_file": "password", "number": NUMBER, **sms}))


def twilio(ledger: Ledger, url: str, **sms: Any) -> Transport:
    made = transport(ledger, settings_for(ledger, gateway="twilio", url=url, username=ACCOUNT, **sms), lambda: NOW)
    assert made is not None
    return made


def kannel(ledger: Ledger, url: str) -> Transport:
    made = transport(ledger, settings_for(ledger, gateway="kannel", url=url, username="sayso"), lambda: NOW)
    assert made is not None
    return made


def hand(through: Transport, text: Text) -> Handed:
    return asyncio.run(through.hand_over(ANA, text, new_id()))


def _length(request: bytes) -> int:
    return int(re.search(rb"content-length: (\d+)", request.lower())[1])  # type: ignore[index]


@contextmanager
def answering(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads one request and says exactly this; or, for None, hangs up without a word."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as connection:
                whole = b""
                while not (b"\r\n\r\n" in whole and _length(whole) == len(whole.partition(b"\r\n\r\n")[2])):
                    whole += connection.recv(1 << 16)
                heard.append(whole)
                if answer is not None:
                    connection.sendall(answer)

        running = threading.Thread(target=serve, daemon=True)
        running.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/cgi-bin/sendsms", heard
        running.join(5)


def http(status: int, body: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


class Caught(HttpClient):
    """What Twilio's own client would send."""

    def __init__(self) -> None:
        super().__init__(logger=logging.getLogger("twilio"), is_async=False)

    def request(self, method: str, url: str, params: Any = None, data: Any = None, headers: Any = None, auth: Any = None, **_: Any) -> Response:  # type: ignore[override]  # fmt: skip
        self.asked = method, url, data, auth
        return Response(201, '{"sid": "SM1"}')


@pytest.mark.parametrize(
    ("text", "service"),
    [
        (Text("Ana's Shop: your cart. Reply STOP to opt out"), ""),
        (Text("Grüße 🛒 & more = 1+1"), "MG" + "1" * 32),
        (Text("Look", ("https://shop.example/a.png", "https://shop.example/b.png")), ""),
        (Text("", ("https://shop.example/a.png",)), ""),
    ],
)
def test_it_asks_what_twilios_own_client_would_ask(ledger: Ledger, api: TwilioApi, text: Text, service: str) -> None:
    handed = hand(twilio(ledger, api.url, messaging_service=service), text)
    assert (handed.state, handed.code) == ("sent", 201)
    assert handed.reference.startswith("MM" if text.media else "SM")
    (form,) = api.forms
    caught = Caught()
    source = {"messaging_service_sid": service} if service else {"from_": NUMBER}
    more: dict[str, Any] = {"body": text.body} if text.body else {}
    if text.media:
        more["media_url"] = list(text.media)
    callback = form["StatusCallback"][0]
    Client(ACCOUNT, TOKEN, http_client=caught).messages.create(
        to=ANA.value, status_callback=callback, **source, **more
    )  # fmt: skip
    method, url, data, auth = caught.asked
    expected = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    assert (method, url.partition(".com")[2], auth) == (
        "POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", (ACCOUNT, TOKEN),
    )  # fmt: skip
    assert form == expected


def test_the_fields_of_the_description_were_found() -> None:
    assert {"To", "From", "Body", "MediaUrl", "StatusCallback", "MessagingServiceSid"} <= FIELDS


def test_no_address_of_a_report_names_anybody(ledger: Ledger, api: TwilioApi) -> None:
    hand(twilio(ledger, api.url), Text("Hello"))
    (form,) = api.forms
    assert ANA.value.lstrip("+") not in form["StatusCallback"][0]


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (400, 21211, "rejected"), (400, 21614, "rejected"), (400, 21610, "rejected"), (400, 21617, "rejected"),
        (400, 29999, "rejected"), (400, 21606, "deferred"), (401, 20003, "deferred"), (404, 20404, "deferred"),
        (429, 20429, "deferred"), (429, 63038, "deferred"), (503, 0, "deferred"), (500, 0, "unknown"), (502, 0, "unknown"),
        (200, 0, "unknown"), (301, 0, "deferred"),
    ],
)  # fmt: skip
def test_each_answer_of_twilio_means_one_thing(
    ledger: Ledger, api: TwilioApi, status: int, code: int, state: str
) -> None:
    api.answer = lambda _: error(status, code)
    handed = hand(twilio(ledger, api.url), Text("Hello"))
    assert handed.state == state
    assert ANA.value not in handed.said


def test_the_wrong_password_is_told_and_the_message_may_go_later(ledger: Ledger, api: TwilioApi) -> None:
    settings = settings_for(ledger, gateway="twilio", url=api.url, username=ACCOUNT)
    (ledger.home / "password").write_text("another\n")
    made = transport(ledger, settings, lambda: NOW)
    assert made is not None
    handed = hand(made, Text("Hello"))
    assert (handed.state, handed.code) == ("deferred", 20003)


def test_what_the_description_refuses_is_refused(ledger: Ledger, api: TwilioApi) -> None:
    through = twilio(ledger, api.url)
    assert hand(through, Text("x" * 1601)).code == 21617
    assert hand(through, Text("")).state == "rejected"
    assert hand(through, Text("Look", tuple(f"https://shop.example/{n}" for n in range(11)))).state == "rejected"


def stops(ledger: Ledger, channel: Any = "sms") -> list[str]:
    return [str(one.kind) for one in ledger.facts_for(ANA, channel=channel, topic="abandoned_cart").stops]


def test_a_stop_that_the_carrier_saw_is_a_stop_here(ledger: Ledger, api: TwilioApi) -> None:
    api.answer = lambda _: error(400, 21610)
    through = twilio(ledger, api.url)
    assert hand(through, Text("Hello")).code == 21610
    assert "stop_keyword" in stops(ledger)
    assert "stop_keyword" in stops(ledger, "mms")
    entries = ledger.count()[0]
    hand(through, Text("Hello again"))
    assert ledger.count()[0] == entries, "the same is noted once"


def test_a_number_that_is_none_is_a_hard_bounce_and_one_out_of_reach_is_not(ledger: Ledger, api: TwilioApi) -> None:
    through = twilio(ledger, api.url)
    api.answer = lambda _: error(400, 21612)
    hand(through, Text("Hello"))
    assert stops(ledger) == []
    api.answer = lambda _: error(400, 21614)
    hand(through, Text("Hello"))
    assert stops(ledger) == ["hard_bounce"]
    (entry,) = [one for who in ledger.find(ANA.value) for one in ledger.entries_about(who)]
    assert isinstance(entry.body, BounceReceived)
    assert entry.body.hard


def test_a_gateway_that_is_not_there_never_heard_of_it(ledger: Ledger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for through in (twilio(ledger, url), kannel(ledger, url)):
        assert hand(through, Text("Hello")).state == "deferred"


@pytest.mark.parametrize("answer", [None, b"nonsense\r\n\r\n", b"HTTP/1.1 20"])
def test_a_connection_that_breaks_after_the_request_leaves_it_unknown(ledger: Ledger, answer: bytes | None) -> None:
    with answering(answer) as (url, _):
        assert hand(kannel(ledger, url), Text("Hello")).state == "unknown"
    with answering(answer) as (url, _):
        assert hand(twilio(ledger, url.removesuffix("/cgi-bin/sendsms")), Text("Hello")).state == "unknown"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (http(202, "0: Accepted for delivery"), "sent"),
        (http(202, "3: Queued for later delivery"), "sent"),
        (http(403, "Authorization failed for sendsms"), "deferred"),
        (http(403, "Not routable. Do not try again."), "rejected"),
        (http(400, "Missing receiver number, rejected"), "rejected"),
        (http(503, "Temporal failure, try again later."), "deferred"),
        (http(500), "unknown"),
        (http(302), "deferred"),
    ],
)
def test_each_answer_of_kannel_means_one_thing(ledger: Ledger, answer: bytes, state: str) -> None:
    with answering(answer) as (url, heard):
        assert hand(kannel(ledger, url), Text("Hello")).state == state
    (asked,) = heard
    line = asked.partition(b"\r\n")[0]
    assert line == b"POST /cgi-bin/sendsms HTTP/1.1", "neither number nor password stands in the address"


@pytest.mark.parametrize(("body", "coding"), [("Café €5 {x}", "0"), ("Grüße 🛒", "2"), ("ну", "2"), ("`", "2")])
def test_what_fits_the_gsm_alphabet_goes_in_it_and_the_rest_as_ucs2(ledger: Ledger, body: str, coding: str) -> None:
    with answering(http(202)) as (url, heard):
        hand(kannel(ledger, url), Text(body))
    head, _, sent = heard[0].partition(b"\r\n\r\n")
    assert f"X-Kannel-Coding: {coding}".encode() in head
    assert b"charset=UTF-8" in head
    assert sent.decode() == body


def test_kannel_has_no_mms_and_says_so(ledger: Ledger) -> None:
    handed = hand(kannel(ledger, "http://127.0.0.1:9"), Text("Look", ("https://shop.example/a.png",)))
    assert handed.state == "rejected"
    assert "Twilio" in handed.said


@pytest.mark.parametrize(
    "sms",
    [
        {"gateway": "kannel", "url": "", "username": "sayso"},
        {"gateway": "kannel", "url": "ftp://127.0.0.1", "username": "sayso"},
        {"gateway": "kannel", "url": "http://127.0.0.1:9", "username": ""},
        {"gateway": "kannel", "url": "http://127.0.0.1:9", "username": "a\r\nX-Kannel-To: +1"},
        {"gateway": "kannel", "url": "http://127.0.0.1:9", "username": "sayso", "number": "+61\r\nX: y"},
        {"gateway": "twilio", "username": ACCOUNT, "number": "a name that is too long"},
        {"gateway": "twilio", "username": ACCOUNT, "password_file": "nowhere"},
    ],
)
def test_settings_that_cannot_work_are_told_before_anything_is_sent(ledger: Ledger, sms: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"`sms|secret"):
        transport(ledger, settings_for(ledger, **sms), lambda: NOW)


@pytest.mark.parametrize("number", ["+61491570157", "12345", "SHOP"])
def test_a_number_is_set_as_one_types_it(ledger: Ledger, number: str) -> None:
    assert change_setting(ledger.home, "sms.number", number).sms.number == number
    assert change_setting(ledger.home, "public.port", "8002").public.port == 8002
    with pytest.raises(SettingsError, match="int"):
        change_setting(ledger.home, "public.port", "many")
    assert read_settings(ledger.home).sms.number == number


def test_without_a_gateway_there_is_no_way_out(ledger: Ledger) -> None:
    assert transport(ledger, Settings(), lambda: NOW) is None


@pytest.mark.parametrize(("number", "named"), [("SHOP", True), ("+61491570157", False), ("12345", False)])
def test_a_name_cannot_be_answered_and_a_number_can(number: str, named: bool) -> None:
    facts = gateway_facts(Sms(gateway="kannel", number=number))
    assert facts == {"dialer": "stored_list", "sms_sender_id_alphanumeric": named}


def test_a_form_is_read_as_it_was_meant(ledger: Ledger, api: TwilioApi) -> None:
    hand(twilio(ledger, api.url), Text("1+1=2 & more; 100% 🛒\nnext"))
    (form,) = api.forms
    assert form["Body"] == ["1+1=2 & more; 100% 🛒\nnext"]
    assert parse_qs("a=%2B") == {"a": ["+"]}
