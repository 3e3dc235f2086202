"""What somebody may try who means ill: each has its answer, and none its aim."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from public.conftest import Shop
from public.test_listener import ANA, CART, mails, report, tell
from sayso.ledger import Ledger
from sayso.public.desk import Desk


@pytest.fixture
def http(listener: Desk, shop: Shop) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=listener.settings.public.url, headers={"origin": shop.url}) as client:
        yield client


def box(**other: object) -> dict[str, object]:
    ticked = {"id": "cart-email", "seen": True, "shown": CART, "default": "unticked", "final": "ticked"}
    return ticked | {"changed_by": "person"} | other


def test_a_mailbox_is_asked_three_times_a_day_at_most_however_it_is_spelled(http: httpx.Client, ledger: Ledger) -> None:
    spellings = [ANA, "ana+shop@post.example", "Ana@Post.example", "ana+more@post.example", ANA]
    for number, spelling in enumerate(spellings):
        assert tell(http, report(http, email=spelling, notice_seen=number % 2 == 0)).status_code == 204
    assert len(mails(ledger)) == 3
    tell(http, report(http, email="ben@post.example"))
    assert len(mails(ledger)) == 4, "others are asked all the same"


def test_one_nonce_with_the_words_changed_a_little_each_time_fills_no_mailbox(
    http: httpx.Client, ledger: Ledger
) -> None:
    said = report(http)
    for number in range(10):
        assert tell(http, said | {"boxes": [box(shown=CART + " " * number)]}).status_code == 204
    assert len(mails(ledger)) == 3


@pytest.mark.parametrize(
    "page",
    ["", "https://elsewhere.example/checkout", "javascript:alert(1)", "{}.elsewhere.example/x", "{}/call us now",
     "{}/?email=ana@post.example", "{}/<b>\u202e", "{}/" + "x" * 3000, "{}"],
)  # fmt: skip
def test_a_page_that_the_browser_is_not_on_is_refused(
    http: httpx.Client, shop: Shop, ledger: Ledger, page: str
) -> None:
    assert tell(http, report(http, page=page.replace("{}", shop.url))).status_code == 400
    assert not ledger.find(ANA)


def test_a_box_is_reported_once(http: httpx.Client, ledger: Ledger) -> None:
    assert tell(http, report(http, boxes=[box(), box(final="unticked")])).status_code == 400
    assert not ledger.find(ANA)


def test_details_of_a_form_that_was_not_sent_are_taken_only_where_the_form_says_so(
    http: httpx.Client, ledger: Ledger
) -> None:
    assert tell(http, report(http, submitted=False)).status_code == 400
    assert not ledger.find(ANA)


def test_a_changed_declaration_is_read_at_once(http: httpx.Client, ledger: Ledger) -> None:
    assert http.get("/forms/checkout").status_code == 200
    file = ledger.home / "notices.yaml"
    file.write_text(file.read_text().replace("24 months", "36 months"))
    assert http.get("/forms/checkout").status_code == 404, "what is not published is not shown"
