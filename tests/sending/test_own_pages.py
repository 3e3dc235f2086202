"""Links to our own pages are known by their signed tokens, whatever letters those happen to be made of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from sayso.capture.links import Links
from sayso.choices.links import About, ChoiceLinks
from sayso.ledger import Ledger, email_address
from sayso.messages.content import judge_content
from sayso.messages.content.links import leads
from sayso.messages.mail import read_mail
from sayso.messages.parts import Reading
from sayso.sending.own_pages import OwnPages
from sending.dispatched import IDENTITY, filled

URL = "https://oak.example"
MOST = 300_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with filled(tmp_path / "shop") as opened:
        yield opened


def _tokens(ledger: Ledger, page: str) -> Iterator[str]:
    """Tokens of ours for this page, each another."""
    for number in count():
        if page == "receipts":
            yield Links(ledger).receipt(f"report-{number}")
        elif page == "confirm":
            yield Links(ledger).confirm(f"report-{number}")
        else:
            yield ChoiceLinks(ledger).token(
                About(email_address(f"p{number}@people.example"), "email", "offers", "shop")
            )


def _reading(target: str) -> Reading:
    text = f"Hello,\r\n\r\nYour order 1234 was sent today.\r\n\r\nView your receipt: {target}\r\n\r\nThank you.\r\n"
    header = "From: shop@oak.example\r\nTo: p@people.example\r\nSubject: Your order 1234 was sent\r\n\r\n"
    return read_mail((header + text).encode()).reading


@pytest.mark.parametrize("page", ["u", "preferences", "confirm", "receipts"])
def test_token_that_looks_like_words_is_known_for_ours(ledger: Ledger, page: str) -> None:
    pages = OwnPages(ledger, URL + "/")
    like_words = (
        target
        for token, _ in zip(_tokens(ledger, page), range(MOST), strict=False)
        if leads(target := f"{URL}/{page}/{token}", (), ("oak.example",)).does != "serves"
    )
    reading = _reading(next(like_words))
    assert judge_content(reading, IDENTITY).commercial
    assert not judge_content(pages.known(reading), IDENTITY).commercial


@pytest.mark.parametrize("page", ["u", "preferences", "confirm", "receipts"])
def test_token_that_is_not_ours_is_read_as_what_it_says(ledger: Ledger, page: str) -> None:
    pages = OwnPages(ledger, URL)
    for token in ("Walnut-Stools-At-Half-The-Price-This-Week", "x", ""):
        reading = _reading(f"{URL}/{page}/{token}")
        assert pages.known(reading) == reading


def test_token_of_another_page_or_with_more_behind_it_is_not_known(ledger: Ledger) -> None:
    pages, token = OwnPages(ledger, URL), Links(ledger).receipt("report")
    for rest in (
        f"confirm/{token}",
        f"receipts/{token}?buy=stools",
        f"receipts/{token}/stools",
        f"receipts/{token}#sale",
    ):
        reading = _reading(f"{URL}/{rest}")
        assert pages.known(reading) == reading
