"""What a link is for: by its words, and by every part of where it leads."""

from __future__ import annotations

import pytest
from labelled_messages import SENDERS

from sayso.messages.content import judge_content
from sayso.messages.parts import Link, Passage, Place, Reading

KETTLE = SENDERS["kettle"]
SAID = "Your order KC-1001 has been dispatched."
HERE = Place("HTML", 3)


def reading(target: str, words: str = "View your order") -> Reading:
    return Reading("Your order has shipped", "", (Passage(SAID, "text", HERE, (Link(target, words, HERE),)),))


def page(*said: str, links: tuple[str, ...] = ()) -> Reading:
    placed = tuple(Link(target, "", Place("HTML", 1)) for target in links)
    return Reading("", "", tuple(Passage(words, "text", Place("HTML", 1), placed) for words in said))


@pytest.mark.parametrize(
    "target",
    [
        "https://kettle.example/orders/1001",
        "https://www.kettle.example/account/orders/8f2e-77aa",
        "https://kettle.example/orders/1001/track?utm_source=transactional&utm_medium=email",
        "https://kettle.example/en/legal/terms.html",
        "https://kettle.example/u/aGVsbG8.x-Y_z",
        "https://auspost.com.au/mypost/track/#/details/33K120998",
        "https://www.productsafety.gov.au/recalls/kettle",
        "mailto:help@kettle.example?subject=unsubscribe",
        "tel:+61355500142",
    ],
)
def test_what_is_the_persons_own_or_asked_for_by_law_serves(target: str) -> None:
    assert [one.said for one in judge_content(reading(target), KETTLE).findings] == []


@pytest.mark.parametrize(
    "target",
    [
        "https://kettle.example",
        "https://kettle.example/?ref=mail",
        "https://kettle.example/collections/new",
        "https://kettle.example/orders/1001?next=/sale",
        "https://kettle.example/orders/1001#offers",
        "https://kettle.example/account/refer",
        "https://kettle.example/account/xmas",
        "https://kettle.example/cart/1001:1",
        "https://kettle.example/checkout/recover/7",
        "https://kettle.example/x7Gh2",
        "https://kettle.example/orders%2F..%2Fsale",
        "https://kettle.example/orders/1001?utm_campaign=spring-push",
        "https://kettle.example/track?url=https%3A%2F%2Fdeals.example%2Fsale",
        "https://kettle.example/track?to=//deals.example/x",
        "https://kettle.example/track/click/30?p=eyJ1",
        "https://kettle.example/orders/1001?d=aHR0cHM6Ly9kZWFscw",
        "https://kettle.example.evil.example/orders/1001",
        "https://notkettle.example/orders/1001",
        "https://kettle.example@deals.example/orders/1001",
        "https://bit.ly/3kettle",
        "https://facebook.com/kettleco",
        "https://auspost.com.au/shop",
        "javascript:alert(1)",
        "data:text/html,hello",
        "http://[",
        "https://kettle.example/" + "a" * 5_000,
        "mailto:help@kettle.example?subject=Order%20now%20and%20save",
        "{{ action_url }}",
    ],
)
def test_what_may_sell_is_promotion(target: str) -> None:
    content = judge_content(reading(target), KETTLE)
    assert content.commercial
    assert content.facts["links_to_promotion"] is True
    assert content.findings[0].place == HERE


@pytest.mark.parametrize("words", ["Shop now", "Have a look", "See what is new", "Jetzt ansehen", "🎁"])
def test_the_words_of_a_link_count_with_its_target(words: str) -> None:
    assert judge_content(reading("https://kettle.example/orders/1001", words), KETTLE).commercial


def test_what_stands_on_the_page_a_link_leads_to_counts() -> None:
    target = "https://kettle.example/orders/1001"
    assert not judge_content(
        reading(target), KETTLE, {target: page("Your order KC-1001", "It has been sent.")}
    ).commercial
    sold = judge_content(reading(target), KETTLE, {target: page("Your order KC-1001", "Half price on lids this week")})
    assert sold.commercial
    assert "on the page it leads to" in sold.findings[0].said
    linked = page("Your order KC-1001", links=("https://kettle.example/collections/new",))
    assert judge_content(reading(target), KETTLE, {target: linked}).commercial


def test_a_page_that_only_serves_speaks_for_a_target_that_says_nothing() -> None:
    target = "https://kettle.example/x7Gh2"
    assert not judge_content(reading(target), KETTLE, {target: page("Your order KC-1001 has been sent.")}).commercial
    assert judge_content(reading(target), KETTLE, {target: page("Copper, hammered by hand.")}).commercial


@pytest.mark.parametrize(
    "written", ["https://kettle.example/sale", "www.deals.example/x", "kettle.example/cart", "bit.ly/3kettle"]
)
def test_a_target_written_out_counts_though_nothing_links_to_it(written: str) -> None:
    said = Passage(f"Your order has been dispatched: {written}.", "text", HERE)
    assert judge_content(Reading("", "", (said,)), KETTLE).commercial
    served = Passage("Your order has been dispatched: https://kettle.example/orders/1001.", "text", HERE)
    assert not judge_content(Reading("", "", (served,)), KETTLE).commercial


def test_a_link_in_the_heading_of_a_table_counts() -> None:
    rows = ("Product", "Blue kettle", "$39.00", "Total", "$39.00")
    plain = tuple(Passage(words, "text", HERE) for words in rows)
    said = Passage("Your payment has been received.", "text", HERE)
    assert not judge_content(Reading("Your receipt", "", (said, *plain)), KETTLE).commercial
    linked = Passage("Product", "text", HERE, (Link("https://kettle.example/sale", "Product", HERE),))
    assert judge_content(Reading("Your receipt", "", (said, linked, *plain[1:])), KETTLE).commercial
