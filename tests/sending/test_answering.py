"""The wordings that the owner answers for: what they let go as service, and what they never do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatched import BEN, CARA, IDENTITY, Watched, dispatch, filled, mail

from sayso.ledger import Ledger
from sayso.ledger.entries import MessageSent
from sayso.sending.outgoing import Outcome, Stream
from sayso.sending.preparing import read_example
from sayso.settings import Gate, GateStream, Settings, SettingsError

ORDERS = Stream("orders", "orders", service=True)
HEAD = (
    "From: Oak & Iron <shop@oak.example>\r\nTo: cara@people.example\r\nSubject: Your parcel {number} is with the courier\r\n"
    "Message-ID: <{number}@oak.example>\r\nDate: Wed, 25 Nov 2026 01:00:00 +0000\r\n"
    "Content-Type: text/{kind}; charset=utf-8\r\n\r\n"
)
BODY = (
    "Hi {name},\r\n\r\nYour order {number} is wrapped in straw and left the workshop this morning.\r\n\r\n"
    "{count} x {goods} {total}\r\n\r\nShould the crate be wet, photograph it before you touch the straw.\r\n\r\n"
    "Where it is now: https://oak.example/whereabouts/{number}\r\n"
)
ONE = {"name": "Priya", "number": "1044", "count": "2", "goods": "Walnut stool", "total": "$120.00", "kind": "plain"}
OTHER = {
    "name": "Tom Okafor",
    "number": "20977",
    "count": "1",
    "goods": "Oak bench, wide",
    "total": "$1,090.50",
    "kind": "plain",
}


def written(more: str = "", body: str = BODY, **details: str) -> bytes:
    said = ONE | details
    return (HEAD + body + more).format(**said).encode()


def settings(home: Path, raw: bytes, *, service: bool = True) -> Settings:
    (home / "parcel.eml").write_bytes(raw)
    return Settings(gate=Gate(streams={"orders": GateStream(service=service, examples=["parcel.eml"])}))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with filled(tmp_path) as opened:
        yield opened


def sent(ledger: Ledger, raw: bytes, wanted: Settings | None = None, stream: Stream = ORDERS) -> Outcome:
    out = dispatch(ledger, Watched(), wanted or settings(ledger.home, written()))
    return asyncio.run(out.send(mail(CARA, raw=raw, stream=stream)))


def test_what_nobody_can_tell_is_marketing_until_the_owner_answers_for_it(ledger: Ledger) -> None:
    refused = sent(ledger, written(), Settings())
    assert refused.state == "refused"
    assert "not recognised as service mail: `sayso gate example`" in refused.said
    assert sent(ledger, written()).state == "sent"
    (entry,) = ledger.entries_from("test:1:sent")
    assert isinstance(entry.body, MessageSent)
    assert entry.body.wording_answered_for is True


def test_somebody_who_stopped_all_marketing_still_hears_of_their_parcel(ledger: Ledger) -> None:
    out = dispatch(ledger, Watched(), settings(ledger.home, written()))
    assert asyncio.run(out.send(mail(BEN, raw=written(), stream=ORDERS))).state == "sent"


def test_the_wording_is_known_again_with_another_order_s_details(ledger: Ledger) -> None:
    assert sent(ledger, written(**OTHER)).state == "sent"


def test_what_is_service_as_it_stands_is_nobody_s_answer(ledger: Ledger) -> None:
    plain = written(body="Thank you for your order {number}.\r\n\r\nYour order has been shipped.\r\n")
    plain = plain.replace(b"Your parcel 1044 is with the courier", b"Your order 1044")
    assert sent(ledger, plain).state == "sent"
    (entry,) = ledger.entries_from("test:1:sent")
    assert isinstance(entry.body, MessageSent)
    assert entry.body.wording_answered_for is None


@pytest.mark.parametrize(
    "raw",
    [
        written("\r\nA tin of wax goes in the same crate.\r\n"),
        written("\r\nEverything is 20% off until Friday.\r\n"),
        written(body=BODY.replace("photograph it", "admire it")),
        written(body=BODY.replace("oak.example/whereabouts", "wax.example/whereabouts")),
        written(body=BODY.replace("/whereabouts/{number}", "/wax")),
        written("\r\nhttps://oak.example/whereabouts/{number}/wax\r\n"),
        written(body=BODY.replace("/whereabouts/{number}", "/whereabouts/{number}?to=https%3A%2F%2Fwax.example")),
        written(body=BODY.replace("/whereabouts/{number}", "/whereabouts/{number}?to=wax.example")),
        written().replace(b"is with the courier", b"misses a tin of wax"),
        written().replace(b"Oak & Iron <", b"Wax at Oak & Iron <"),
        written(body="<p>" + BODY.replace("\r\n\r\n", "</p><p>") + '<img src="https://oak.example/a.jpg">', kind="html"),
        written(goods="Buy now, 20% off"),
    ],
    ids=["sentence", "promotion", "word", "host", "path", "link", "query", "bare query", "subject", "from", "picture", "goods"],
)  # fmt: skip
def test_whatever_else_the_message_says_counts_as_ever(ledger: Ledger, raw: bytes) -> None:
    assert sent(ledger, raw).state == "refused"


def test_in_a_stream_of_marketing_nothing_is_answered_for(ledger: Ledger) -> None:
    wanted = settings(ledger.home, written())
    assert sent(ledger, written(), wanted, Stream("orders", "orders")).state == "refused"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (written("\r\nEverything is 20% off until Friday.\r\n"), "nobody can answer for parcel.eml: text, line 11"),
        (written(body='<p>Your order was sent.</p><img src="a.jpg">', kind="html"), "picture without alternative text"),
        (b"no mail", "is no mail that can be read"),
    ],
)
def test_an_example_that_promotes_or_is_no_words_is_refused_when_it_is_read(
    ledger: Ledger, raw: bytes, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        dispatch(ledger, Watched(), settings(ledger.home, raw))


def test_an_example_that_is_not_there_or_of_a_stream_of_marketing_is_refused(ledger: Ledger) -> None:
    missing = Settings(gate=Gate(streams={"orders": GateStream(service=True, examples=["none.eml"])}))
    with pytest.raises(SettingsError, match="cannot be read; check the path"):
        dispatch(ledger, Watched(), missing)
    with pytest.raises(SettingsError, match=r"set `gate.streams.orders.service` to true"):
        dispatch(ledger, Watched(), settings(ledger.home, written(), service=False))


def test_an_example_says_what_its_owner_answers_for() -> None:
    found = read_example(written("\r\nEverything is 20% off until Friday.\r\n"), IDENTITY, Settings())
    assert [str(one.place) for one in found.against] == ["text, line 11"]
    assert {str(one.place) for one in found.to_read} >= {"text, line 3", "text, line 7"}
    assert not any("cara@" in one.said or "Priya" in one.said for one in found.to_read)
