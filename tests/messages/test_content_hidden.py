"""Whatever a mail draws, attaches, fetches, speaks or leads to, and that is not read as words, makes it commercial."""

from __future__ import annotations

import time
from datetime import date

import pytest
from disguised_mails import BODY, KETTLE, LAWFUL, NEW, REPORTED, html, text
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.decision import decide
from sayso.law import rulebooks
from sayso.messages.content import judge_content
from sayso.messages.content.links import leads
from sayso.messages.mail import read_mail
from sayso.messages.reading_html import read_html
from sayso.messages.texts import check_text, read_body
from sayso.vocabulary import Facts

DOMAINS = ("kettle.example",)
PROMOTIONS = ("50% off everything", "Shop the spring range now", "Free gift with your next order")
PLACES = (
    "<svg><text>{}</text></svg>", "<noscript>{}</noscript>", '<iframe srcdoc="{}"></iframe>', '<input value="{}">',
    '<p title="{}">Total: $4.00</p>', '<p aria-label="{}">Total: $4.00</p>', "<textarea>{}</textarea>", "<xmp>{}</xmp>",
    "<!--[if mso]><p>{}</p><![endif]-->", "<!--[if gte mso 9]><p>{}</p> <![endif] -->", "<style>p:before{{content:'{}'}}</style>",
    '<p style="display:none">{}</p>', "<template>{}</template>", "<math><mtext>{}</mtext></math>", "<x-offer>{}</x-offer>",
    '<img alt="{}" src="logo.png" width="90">', '<p style="font-size:0">{}</p>', "<object>{}</object>", "<bdo dir=rtl>{}</bdo>",
    '<a href="https://kettle.example/orders/1" title="{}">View your order</a>', "<details><summary>Total</summary>{}</details>",
)  # fmt: skip
AROUND = (
    "{}",
    "<div>{}</div>",
    "<table><tr><td>{}</td></tr></table>",
    '<div style="color:#333">{}</div>',
    "<blockquote><b>{}</b></blockquote>",
)


def commercial(raw: bytes) -> bool:
    return judge_content(read_mail(raw).reading, KETTLE).commercial


@pytest.mark.parametrize("name", [*REPORTED, *NEW])
def test_what_is_hidden_from_reading_is_no_service(name: str) -> None:
    found = judge_content(read_mail((REPORTED | NEW)[name]).reading, KETTLE)
    assert found.commercial
    assert all(finding.said for finding in found.findings)


@pytest.mark.parametrize("name", LAWFUL)
def test_what_is_near_it_and_harmless_stays_service(name: str) -> None:
    found = judge_content(read_mail(LAWFUL[name]).reading, KETTLE)
    assert [finding.said for finding in found.findings] == []


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PLACES), st.lists(st.sampled_from(AROUND), max_size=3), st.sampled_from(PROMOTIONS), st.booleans()
)
def test_a_promotion_is_found_wherever_it_is_put(place: str, around: list[str], said: str, first: bool) -> None:
    hidden = place.format(said)
    for one in around:
        hidden = one.format(hidden)
    assert commercial(html(body=hidden + BODY) if first else html(hidden))


@pytest.mark.parametrize(
    "target",
    [
        "https://sale.kettle.example/account", "https://outlet.kettle.example/details", "https://spring.kettle.example/orders/1",
        "https://kettle.example/notices/black-friday", "https://kettle.example/orders/christmas",
        "https://kettle.example/documents/spring-brochure-2027.pdf", "https://kettle.example/account#summer",
        "https://kettle.example/orders/1\x01", "https:/kettle.example/orders/1", "https://a@kettle.example/orders/1",
        "https://kettle.example/orders/1?" + "a=1&" * 200, "mailto:help@kettle.example?" + "a=1&" * 30, "https:orders/1",
    ],
)  # fmt: skip
def test_every_part_of_a_target_has_to_serve(target: str) -> None:
    assert leads(target, (), DOMAINS).does in ("promotes", "unrecognised")


@pytest.mark.parametrize(
    "target",
    [
        "https://my.kettle.example/orders/1001", "https://kettle.example/orders/1001?lang=en", "https://kettle.example/account#orders",
        "https://kettle.example/confirm/eyJhbGciOiJIUzI1NiJ9x7Kd02", "https://kettle.example/documents/invoice-2027-001.pdf",
    ],
)  # fmt: skip
def test_numbers_keys_and_words_of_service_serve(target: str) -> None:
    assert leads(target, (), DOMAINS).does == "serves"


def test_a_picture_sent_with_a_text_is_not_read() -> None:
    said = "Kettle & Co: your order has been dispatched."
    assert not judge_content(read_body(said), KETTLE).commercial
    assert judge_content(read_body(said, ("https://kettle.example/a.png",)), KETTLE).commercial
    assert check_text(said, KETTLE, media=("https://kettle.example/a.png",)).facts["commercial_purpose"] is True


def test_a_bare_notice_that_a_payment_failed_is_arguable() -> None:
    said = "Your card was declined and your order was not placed. Please call us on +61 3 5550 0142."
    facts = judge_content(read_mail(text(said)).reading, KETTLE).facts
    assert (facts["commercial_purpose"], facts["pressed_pay"]) == (False, True)
    carried = {"sender_identified": True, "contact_details_accurate": True, "header_accurate": True}
    asked = Facts(act="send", channel="email", sender_country="AU", person_country="AU", **carried, **facts)
    assert decide(asked, date(2026, 11, 22), rulebooks(), gate=True).answer != "allowed"
    bill = "We could not charge your card for your subscription. We will try again on 5 June."
    assert "pressed_pay" not in judge_content(read_mail(text(bill)).reading, KETTLE).facts


def test_an_idle_sentence_about_an_account_is_no_transaction() -> None:
    sold = "Half price on all kettles until Friday. Shop now at https://kettle.example/sale\r\n\r\n"
    idle = judge_content(read_mail(text("Your account is active.\r\n\r\n" + sold * 6)).reading, KETTLE).facts
    assert "transactional_first" not in idle
    assert "other_content" not in idle
    paid = judge_content(
        read_mail(text("Your payment of $48.95 has been received.\r\n\r\n" + sold)).reading, KETTLE
    ).facts
    assert (paid["other_content"], paid["transactional_first"]) == ("transactional", True)


@pytest.mark.parametrize(
    "piece", ["<div>", "<b>", "<a><b><i><p>", "<p>a", "<table><tr><td>", "<!--[if mso]>abc<![endif]-->", "<!--[if mso]><p>abc</p>",
              '<p><img alt="a" src="&#120;.png">', '<p style="color:red">a <i style="color:blue">b</i>', "<svg>", "<p title=a>", "<style>"],
)  # fmt: skip
def test_hostile_html_is_read_in_little_time(piece: str) -> None:
    begun = time.process_time()
    found = read_html((piece * 400_000)[:400_000])
    assert time.process_time() - begun < 8
    assert any(passage.unread or passage.words for passage in found)
    assert len(found) < 20_000


def test_a_pdf_is_said_to_be_unread_with_what_to_do() -> None:
    found = judge_content(read_mail(REPORTED["attached pdf"]).reading, KETTLE).findings
    assert ["is not read as words; lead to it with a link" in one.said for one in found] == [True]
