"""A subject that claims what only a person can bear out is left to a person; an honest one of a shop goes."""

from __future__ import annotations

import pytest
from completing import FROM, SHOP

from sayso.messages.check import check_mail

END = "\r\nHarbour Books Pty Ltd, 12 Wharf Street, Sydney NSW 2000, Australia. hello@harbour.example\r\n"


def judged(subject: str, body: str, head: bytes = b"") -> bool | None:
    raw = FROM + f"Subject: {subject}\r\n".encode() + head
    raw += b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + f"{body}{END}".encode()
    checked = check_mail(raw, SHOP)
    assert checked.content.commercial
    return checked.facts.get("subject_accurate")


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("You have won a free gift", "You have won! Take your free gift with orders over $200. Shop now"),
        ("You've been selected", "You have been selected for our sale. Half price books"),
        ("Congratulations Ana", "Congratulations Ana, half price books until Friday"),
        ("A free gift for you", "A free gift for you with every order over $50. Shop now"),
        ("A gift for you", "A gift for you: half price books"),
        ("Complimentary reading lamp", "A complimentary reading lamp with orders over $200. Shop now"),
        ("Free delivery on everything", "Free delivery on orders over $50. Half price on everything"),
        ("Your order is confirmed", "Your order is waiting in your basket. Confirmed soon? Buy now and save 20%"),
        ("Your order is waiting", "Your order is waiting in your basket. Buy now and save 20%"),
        ("Order 1001", "Order 1001 of our books today at half price"),
        ("Problem with your payment", "A problem with your payment plan? Pay later. Half price books"),
        ("Your account", "Your account has 20% off all books. Shop now"),
        ("Save: an update on your order", "Save 20% today. An update on your order of books. Shop now"),
        ("Final notice", "Final notice of our sale: half price books. Shop now"),
        ("Important information", "Important information: half price books. Shop now"),
        ("Action required", "Action required: choose your half price books. Shop now"),
        ("In reply to your question", "In reply to your question: yes, half price books. Shop now"),
        ("Please confirm your email address", "Confirm your email address and save 20% on all books. Shop now"),
    ],
)
def test_what_it_claims_is_for_a_person_to_look_at(subject: str, body: str) -> None:
    assert judged(subject, body) is None


def test_an_answer_that_promotes_is_not_cleared_by_a_header_that_anyone_may_write() -> None:
    assert judged("Re: half price books", "Half price books. Shop now", b"In-Reply-To: <1@a.example>\r\n") is None
    assert judged("Re: half price books", "Half price books. Shop now") is False


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Your basket is waiting", "Your basket is still waiting for you. Buy now"),
        ("You left something in your basket", "You left something in your basket. Complete your order now"),
        ("Harbour Books: your basket is still here", "Your basket is still here. Take a look"),
        ("Complete your order", "Complete your order: the books are in your basket"),
        ("Your reef guide at Harbour Books", "Your reef guide is in your basket at Harbour Books. Buy now"),
        ("Save 20% on your first order", "Save 20% on your first order of books. Shop now"),
        ("20% off your order", "20% off your order until Friday. Shop now"),
        ("Order by Friday for Christmas", "Order by Friday and it arrives before Christmas. Shop now"),
        ("Half price books until Friday", "Half price books until Friday. Shop now"),
        ("Gifts for readers", "Gifts for readers, from $5. Shop now"),
        ("Sugar-free recipes", "Sugar-free recipes in our new cookbook. Buy now"),
        ("Free delivery over $50", "Free delivery on orders over $50. Shop now"),
        ("Free delivery this week", "Free delivery this week on all books. Shop now"),
        ("Feel free to browse", "Feel free to browse our half price books. Shop now"),
        ("Award-winning novels", "Award-winning novels at half price. Shop now"),
    ],
)
def test_what_an_honest_shop_writes_is_borne_out_by_its_body(subject: str, body: str) -> None:
    assert judged(subject, body) is True


def test_a_receipt_may_say_that_it_is_about_an_order() -> None:
    raw = (
        FROM
        + b"Subject: Your order 1001\r\n\r\nThank you for your order. Your payment of $42.00 has been received.\r\n"
    )
    assert check_mail(raw, SHOP).facts["subject_accurate"] is True
