"""Disguise turns nothing commercial into service, and nothing takes more than its share of time."""

from __future__ import annotations

import base64
import html
import time
from collections.abc import Callable

import pytest
from labelled_messages import SENDERS

from sayso.messages.content import judge_content
from sayso.messages.content.passages import LONGEST, weigh
from sayso.messages.parts import Passage, Place, Reading

KETTLE = SENDERS["kettle"]
OFFERS = ("Half price today", "Sale", "Free gift with your next order", "Shop now", "Order today", "Use code TEA10")
LOOKALIKES = str.maketrans("aceopxySHAEOCP", "асеорхуЅНАЕОСР")

DISGUISES: dict[str, Callable[[str], str]] = {
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "joiners": "\u2060".join,
    "invisible fillers": "\u3164".join,
    "private characters": lambda said: said + "\ue000\ue003",
    "letters apart": " ".join,
    "letters dotted": ".".join,
    "lookalikes": lambda said: said.translate(LOOKALIKES),
    "entities": lambda said: "".join(f"&#{ord(letter)};" for letter in said),
    "entities twice": lambda said: html.escape("".join(f"&#{ord(letter)};" for letter in said)),
    "base64": lambda said: base64.b64encode(said.encode()).decode(),
    "full width": lambda said: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in said),
    "capitals": str.upper,
    "backwards": lambda said: said[::-1],
    "digits for letters": lambda said: said.translate(str.maketrans("aeos", "4305")),
    "combining marks": "\u0336".join,
    "emphasis": lambda said: "*".join(said),
}


def receipt_with(said: str, kind: str = "text") -> Reading:
    plain = Passage("Your payment of $48.95 has been received.", "text", Place("text", 1))
    return Reading("Your receipt", "", (plain, Passage(said, "image" if kind == "image" else "text", Place("text", 2))))


@pytest.mark.parametrize("offer", OFFERS)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_offer_is_no_service(disguise: str, offer: str) -> None:
    assert judge_content(receipt_with(DISGUISES[disguise](offer)), KETTLE).commercial


def test_an_offer_in_alternative_text_is_no_service() -> None:
    assert judge_content(receipt_with("Autumn colours", "image"), KETTLE).commercial
    assert not judge_content(receipt_with("Kettle & Co", "image"), KETTLE).commercial


@pytest.mark.parametrize(
    "said",
    [
        "Diese Woche neu bei uns: Wasserkessel aus Kupfer.",
        "Votre commande a été expédiée.",
        "Su pedido ha sido enviado.",
        "ご注文ありがとうございます。",
        "Ваш заказ отправлен.",
    ],
)
def test_a_language_that_is_not_read_is_no_service(said: str) -> None:
    assert judge_content(receipt_with(said), KETTLE).commercial


HOSTILE = (
    "a", "our ", "1 x ", "1", "A ", "Aa ", "a-", "you can ", ". ", "@", "a@a.", "&amp;", "{{ ", "Unit 1, ", "12 High ", "http://",
    "a.b.c.d/", "is not ", "and ", "your new ", "$", "would like to ", "Blue kettle x 1 ", "Thanks ", "1 May ", "unsubscribed ",
    "contact us about ", "to hear ", "%", "AAA 1 ", "Dr A", "if you ", "available ", "*|", "«", "\u200b", "new collection ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_passage_takes_time_in_proportion_to_its_length(piece: str) -> None:
    taken = {}
    for length in (LONGEST // 4, LONGEST):
        said = (piece * LONGEST)[:length]
        started = time.perf_counter()
        weigh(said, (f"Kettle {length}",))
        taken[length] = time.perf_counter() - started
    assert taken[LONGEST] < max(16 * taken[LONGEST // 4], 0.5)
    assert taken[LONGEST] < 5


def test_a_megabyte_is_judged_within_seconds() -> None:
    one = Reading("x", "", (Passage("your order has been sent " * 40_000, "text", Place("text", 1)),))
    many = tuple(
        Passage(f"Our order {number} and you can see " * 50, "text", Place("text", number)) for number in range(700)
    )
    lists = tuple(Passage("Price" if number % 2 else "x 1", "text", Place("text", number)) for number in range(100_000))
    started = time.perf_counter()
    for reading in (one, Reading("x", "", many), Reading("x", "", lists)):
        assert judge_content(reading, KETTLE).commercial
    assert time.perf_counter() - started < 20


def test_a_mail_like_one_weighed_before_is_judged_from_memory() -> None:
    said = "Your order {} has been dispatched and should arrive on Wednesday. Questions? Call us."
    reading = Reading(
        "Your order", "", tuple(Passage(said.format(number), "text", Place("text", number)) for number in range(120))
    )
    judge_content(reading, KETTLE)
    best = 1.0
    for _ in range(20):
        started = time.perf_counter()
        judge_content(reading, KETTLE)
        best = min(best, time.perf_counter() - started)
    assert best < 0.005
