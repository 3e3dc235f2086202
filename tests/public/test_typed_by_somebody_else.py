"""What a form permits when anybody may have typed the address: nothing by email until its mailbox says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from public.conftest import Shop
from public.test_listener import ANA, CART, answer, entries, link, mails, report, tell
from sayso.capture import confirmation
from sayso.ledger import Entry, Ledger, email_address, phone_number
from sayso.ledger.entries import ConsentGiven, ConsentWithdrawn, OptOutOfSaleReceived
from sayso.notices.publish import publish
from sayso.notices.reading import read_declaration
from sayso.public.desk import Desk
from sayso.reports.answers import Answers, as_moment


@pytest.fixture
def http(listener: Desk, shop: Shop) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=listener.settings.public.url, headers={"origin": shop.url}) as client:
        yield client


def ticked(box: str, words: str, **other: object) -> dict[str, object]:
    ticked = {"id": box, "seen": True, "shown": words, "default": "unticked", "final": "ticked"}
    return ticked | {"changed_by": "person"} | other


def withdrawn(ledger: Ledger, origin: str, at: datetime, address: str = ANA, **body: object) -> None:
    stop = ConsentWithdrawn(**body)  # type: ignore[arg-type]
    ledger.append([Entry(body=stop, happened_at=at, origin=origin, actor="person", proof="captured_here",
                         addresses=[email_address(address)])])  # fmt: skip


def test_a_ticked_box_for_email_permits_nothing_until_the_mailbox_confirms_it(
    http: httpx.Client, ledger: Ledger
) -> None:
    assert tell(http, report(http)).status_code == 204
    assert answer(ledger) == "not_allowed"
    http.post(link(mails(ledger)[0], "confirm"))
    assert answer(ledger) == "allowed"


def test_a_stranger_s_tick_lifts_nobody_s_stop(http: httpx.Client, ledger: Ledger) -> None:
    withdrawn(ledger, "stop:1", datetime.now(UTC) - timedelta(days=40))
    tell(http, report(http))
    assert answer(ledger) == "not_allowed"
    http.post(link(mails(ledger)[0], "confirm"))
    assert answer(ledger) == "allowed", "the person came back, from the mailbox itself"


def test_where_no_second_step_is_asked_for_the_form_s_word_counts(
    http: httpx.Client, ledger: Ledger, listener: Desk
) -> None:
    listener.settings.widget.confirm = False
    tell(http, report(http))
    assert not mails(ledger)
    assert answer(ledger) == "allowed"


def test_the_second_step_confirms_what_was_ticked_by_hand_beside_the_declared_words_alone(
    http: httpx.Client, ledger: Ledger
) -> None:
    file = ledger.home / "notices.yaml"
    news = "- {id: news, wording: Tell me by email what else Copper Kettle has, topics: [abandoned_cart], channels: [email]}"
    file.write_text(file.read_text().replace("    - {id: ads,", f"    {news}\n    - {{id: ads,", 1))
    publish(ledger, read_declaration(file))
    pre_ticked = ticked("news", "Tell me by email what else Copper Kettle has", default="ticked", changed_by="nobody")
    tell(http, report(http, boxes=[ticked("cart-email", CART), pre_ticked]))
    (message,) = mails(ledger)
    path = link(message, "confirm")
    assert "what else" not in http.get(path).text
    http.post(path)
    confirmed = [one.wording for one in entries(ledger) if isinstance(one, ConsentGiven) and one.confirmed_from_account]
    assert confirmed == [CART]


def test_words_of_the_page_s_own_are_not_put_to_anybody_for_confirming(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http, boxes=[ticked("cart-email", "Your account is locked, ring us now")]))
    assert entries(ledger)
    assert not mails(ledger)
    assert answer(ledger) == "not_allowed"


def test_a_signal_against_sale_voids_no_link_and_stops_no_email(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http), **{"sec-gpc": "1"})
    page = http.get(link(mails(ledger)[0], "receipts")).text
    assert "It is stopped" not in page
    assert "Stop this" in page
    assert "it is confirmed" in http.post(link(mails(ledger)[0], "confirm")).text
    assert answer(ledger) == "allowed"


def test_a_signal_against_sale_goes_before_a_tick_for_ads_on_the_same_form(http: httpx.Client, ledger: Ledger) -> None:
    box = ticked("ads", "Show me ads of Copper Kettle on other sites")
    tell(http, report(http, boxes=[ticked("cart-email", CART), box]), **{"sec-gpc": "1"})
    assert any(isinstance(body, OptOutOfSaleReceived) for body in entries(ledger))
    assert "It is stopped" in http.get(link(mails(ledger)[0], "receipts")).text
    asked = Answers(ledger).answer(email_address(ANA), channel="online_ad", topic="abandoned_cart", at=as_moment(None))
    assert asked.answer == "not_allowed"


def test_a_stop_under_another_spelling_of_the_mailbox_voids_the_link(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http, email="ana+shop@post.example"))
    withdrawn(ledger, "stop:2", datetime.now(UTC) + timedelta(seconds=1))
    assert "permits nothing any more" in http.post(link(mails(ledger)[0], "confirm")).text
    assert not any(isinstance(body, ConsentGiven) and body.confirmed_from_account for body in entries(ledger))


def test_a_stop_of_texts_leaves_the_link_for_email(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    withdrawn(ledger, "stop:3", datetime.now(UTC) + timedelta(seconds=1), scope="channel", channels=["sms", "mms"])
    assert "it is confirmed" in http.post(link(mails(ledger)[0], "confirm")).text


def test_what_was_confirmed_and_then_stopped_is_shown_as_stopped(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    message = mails(ledger)[0]
    http.post(link(message, "confirm"))
    http.post(link(message, "receipts"), data={"stop": "0"})
    assert "You asked Copper Kettle to stop" in http.post(link(message, "confirm")).text
    assert answer(ledger) == "not_allowed"


def test_after_an_erasure_neither_link_opens_anything(http: httpx.Client, ledger: Ledger) -> None:
    tell(http, report(http))
    message = mails(ledger)[0]
    (person,) = ledger.find(ANA)
    ledger.erase(person, origin="erase:1")
    tell(http, report(http))
    assert http.get(link(message, "confirm")).status_code == 404
    assert http.post(link(message, "confirm")).status_code == 404
    assert http.get(link(message, "receipts")).status_code == 404
    assert answer(ledger) == "not_allowed"


def test_one_box_for_two_channels_waits_for_the_mailbox_alone(http: httpx.Client, ledger: Ledger) -> None:
    file: Path = ledger.home / "notices.yaml"
    file.write_text(file.read_text().replace("topics: [abandoned_cart], channels: [email]}", "topics: [abandoned_cart], "
                                             "channels: [email, sms]}", 1))  # fmt: skip
    publish(ledger, read_declaration(file))
    tell(http, report(http))
    (message,) = mails(ledger)
    page = http.get(link(message, "receipts")).text
    assert page.count(CART) == 1, "one box, one choice"
    assert answer(ledger) == "not_allowed"
    number = phone_number("+61 491 570 006")
    asked = Answers(ledger).answer(number, channel="sms", topic="abandoned_cart", at=as_moment(None))
    assert asked.answer == "allowed"
    http.post(link(message, "confirm"))
    assert answer(ledger) == "allowed"
    http.post(link(message, "receipts"), data={"stop": "0"})
    assert answer(ledger) == "not_allowed"
    asked = Answers(ledger).answer(number, channel="sms", topic="abandoned_cart", at=as_moment(None))
    assert asked.answer == "not_allowed"


def test_a_sender_s_name_with_a_comma_stays_one_name(listener: Desk) -> None:
    business = msgspec.structs.replace(listener.declaration.business, brand="Kettle, Copper <x@elsewhere.example>")
    message = confirmation.mail(business, [], ANA, "c", "r", datetime.now(UTC))
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (business.brand, "privacy@kettle.example")


def test_a_number_typed_by_a_stranger_lifts_no_stop_texted_from_it(http: httpx.Client, ledger: Ledger) -> None:
    number = phone_number("+61 491 570 006")
    stop = Entry(body=ConsentWithdrawn(means="stop_keyword"), happened_at=datetime.now(UTC) - timedelta(days=40),
                 origin="stop:4", actor="person", proof="captured_here", addresses=[number])  # fmt: skip
    ledger.append([stop])
    text = ticked("cart-sms", "Text me from Copper Kettle if I leave something in my basket")

    def texts(to: str) -> str:
        tell(http, report(http, email=None, phone=to, boxes=[text]))
        asked = Answers(ledger).answer(phone_number(to), channel="sms", topic="abandoned_cart", at=as_moment(None))
        return asked.answer

    assert texts(number.value) == "not_allowed"
    assert texts("+61 491 570 110") == "allowed", "where nobody asked to stop, the tick counts"


def test_without_the_second_step_a_tick_still_lifts_no_stop(http: httpx.Client, ledger: Ledger, listener: Desk) -> None:
    listener.settings.widget.confirm = False
    withdrawn(ledger, "stop:5", datetime.now(UTC) - timedelta(days=40), "ana+old@post.example")
    tell(http, report(http, email="  ANA@post.example "))
    assert answer(ledger) == "not_allowed"
