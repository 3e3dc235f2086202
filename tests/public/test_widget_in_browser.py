"""The widget in a real browser, on pages that are not ours: what each box went through leads to its own answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from public.conftest import Shop
from sayso.ledger import Ledger, email_address
from sayso.ledger.entries import ConsentDeclined, ConsentGiven, DetailsCollected, Entry, OptOutOfSaleReceived, Place
from sayso.public.desk import Desk
from sayso.reports.answers import Answers, as_moment

ANA = "ana@post.example"
PHONE = "+61 491 570 006"
CART = "Email me from Copper Kettle if I leave something in my basket"


@pytest.fixture(scope="module")
def browser(part: Callable[[str], str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=part("chromium"),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            ],
        )
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def form(desk: Desk, inside: str = "", after: str = "", name: str = "checkout", script: str = "widget.js") -> str:
    return (
        f'<form method="post" action="/done"><p><label>Email <input type="email" name="email"></label></p>'
        f'<p><label>Phone <input type="tel" name="phone"></label></p>{inside}'
        f'<p><button>Order</button></p></form>'
        f'<script src="{desk.settings.public.url}/{script}" data-form="{name}" async></script>{after}'
    )  # fmt: skip


def visit(page: Page, shop: Shop, text: str, *, widget: bool = True) -> None:
    shop.pages["/checkout"] = text
    page.goto(f"{shop.url}/checkout?session=secret")
    if widget:
        page.wait_for_selector("fieldset.sayso", state="attached")


def order(page: Page, shop: Shop) -> None:
    page.fill("input[type=email]", ANA)
    page.fill("input[type=tel]", PHONE)
    page.click("button")
    page.wait_for_selector("text=Thank you")
    assert b"ana%40post.example" in shop.posted[-1], "the shop's own form was sent"


def entries(ledger: Ledger) -> list[Entry]:
    return [entry for person in ledger.find(ANA) for entry in ledger.entries_about(person)]


def boxes(ledger: Ledger) -> dict[str, ConsentGiven | ConsentDeclined]:
    return {
        entry.body.channels[0]: entry.body
        for entry in entries(ledger)
        if isinstance(entry.body, ConsentGiven | ConsentDeclined)
    }


def confirm(desk: Desk) -> None:
    """The second step, by the link in the mail."""
    (file,) = (desk.ledger.home / "outbox").glob("*.eml")
    text = message_from_bytes(file.read_bytes(), policy=policy.default).get_content()  # type: ignore[attr-defined]
    link = next(word for word in text.split() if "/confirm/" in word)
    assert httpx.post(link).status_code < 300


def answer(ledger: Ledger, channel: str = "email") -> tuple[str, str]:
    given = Answers(ledger).answer(email_address(ANA), channel=channel, topic="abandoned_cart", at=as_moment(None))
    return given.answer, given.because


def test_a_box_ticked_by_hand_permits(page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]) -> None:
    visit(page, shop, form(listener))
    page.check(f"text={CART}")
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    given = boxes(listener.ledger)["email"]
    assert (given.box_default, given.box_final, given.box_changed_by) == ("unticked", "ticked", "person")
    assert isinstance(given, ConsentGiven)
    assert given.act == "ticked_box"
    assert given.wording == CART
    assert given.page == f"{shop.url}/checkout", "without its query, which may hold a secret"
    assert answer(listener.ledger)[0] != "allowed", "anybody can type anybody's address"
    wait(lambda: list((listener.ledger.home / "outbox").glob("*.eml")))
    confirm(listener)
    assert answer(listener.ledger)[0] == "allowed"


def test_a_box_left_alone_permits_nothing(page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]) -> None:
    visit(page, shop, form(listener))
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    left = boxes(listener.ledger)["email"]
    assert isinstance(left, ConsentDeclined)
    assert (left.box_default, left.box_final, left.box_changed_by) == ("unticked", "unticked", "nobody")
    assert answer(listener.ledger)[0] == "not_allowed"


def test_a_box_ticked_and_unticked_again_is_a_no(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener))
    page.check(f"text={CART}")
    page.uncheck(f"text={CART}")
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    left = boxes(listener.ledger)["email"]
    assert isinstance(left, ConsentDeclined)
    assert left.box_changed_by == "person"
    assert answer(listener.ledger)[0] == "not_allowed"


def test_a_box_ticked_by_a_script_is_not_an_act(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener))
    page.evaluate("document.querySelector('fieldset.sayso input').checked = true")
    page.evaluate("document.querySelector('fieldset.sayso input').dispatchEvent(new Event('change'))")
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    ticked = boxes(listener.ledger)["email"]
    assert isinstance(ticked, ConsentGiven)
    assert (ticked.act, ticked.box_changed_by) == ("left_box_ticked", "script")
    assert answer(listener.ledger)[0] == "not_allowed"


OWN = f'<p><label><input type="checkbox" name="news" data-sayso="cart-email" {{}}> {CART}</label></p>'


def test_a_shop_s_own_pre_ticked_box_is_recorded_as_such(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener, OWN.format("checked")))
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    ticked = boxes(listener.ledger)["email"]
    assert isinstance(ticked, ConsentGiven)
    assert (ticked.act, ticked.box_default, ticked.box_changed_by) == ("left_box_ticked", "ticked", "nobody")
    assert answer(listener.ledger)[0] == "not_allowed"


def test_other_words_beside_a_shop_s_own_box_are_not_those_we_know(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    own = '<p><label><input type="checkbox" name="news" data-sayso="cart-email"> I accept the terms</label></p>'
    visit(page, shop, form(listener, own))
    page.check("text=I accept the terms")
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    ticked = boxes(listener.ledger)["email"]
    assert ticked.wording is None
    assert answer(listener.ledger)[0] == "not_allowed"


def test_a_box_and_notice_that_were_hidden_were_not_shown(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener, after="<style>fieldset.sayso { display: none }</style>"))
    order(page, shop)
    wait(lambda: entries(listener.ledger))
    assert not boxes(listener.ledger)
    details = next(entry.body for entry in entries(listener.ledger) if isinstance(entry.body, DetailsCollected))
    assert details.notice_shown is False
    assert answer(listener.ledger)[0] == "not_allowed"


def test_a_form_that_is_never_sent_tells_nothing_that_was_typed(page: Page, shop: Shop, listener: Desk) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "/forms/" in request.url else None)
    visit(page, shop, form(listener))
    page.fill("input[type=email]", ANA)
    page.check(f"text={CART}")
    page.goto(f"{shop.url}/elsewhere")
    assert sent == ["GET"]
    assert not listener.ledger.find(ANA)


def test_details_taken_before_submission_are_recorded_as_such(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener, name="early"))
    page.check(f"text={CART}")
    page.fill("input[type=email]", ANA)
    page.press("input[type=email]", "Tab")
    wait(lambda: entries(listener.ledger))
    details = next(entry.body for entry in entries(listener.ledger) if isinstance(entry.body, DetailsCollected))
    assert (details.before_submission, details.form_submitted) == (True, False)
    said = answer(listener.ledger)
    assert said[0] != "allowed"


def test_a_page_without_the_widget_still_orders(page: Page, shop: Shop, listener: Desk) -> None:
    visit(page, shop, form(listener, script="no-such.js"), widget=False)
    order(page, shop)
    assert not listener.ledger.find(ANA)


def test_the_global_privacy_control_is_honoured(
    browser: Browser, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    with browser.new_context() as context:
        context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
        page = context.new_page()
        visit(page, shop, form(listener))
        assert page.locator("text=Show me ads").count() == 0
        page.check(f"text={CART}")
        order(page, shop)
        wait(lambda: entries(listener.ledger))
    kinds = [type(entry.body) for entry in entries(listener.ledger)]
    assert OptOutOfSaleReceived in kinds
    assert answer(listener.ledger, "online_ad")[0] == "not_allowed"
    wait(lambda: list((listener.ledger.home / "outbox").glob("*.eml")))
    confirm(listener)
    assert answer(listener.ledger)[0] == "allowed", "it is no unsubscribe from the shop's own email"


def test_the_keyboard_alone_reaches_and_ticks_the_box(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object]
) -> None:
    visit(page, shop, form(listener))
    page.focus("input[type=email]")
    page.keyboard.type(ANA)
    page.keyboard.press("Tab")
    page.keyboard.type(PHONE)
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "checkbox":
            break
    page.keyboard.press("Space")
    page.focus("input[type=email]")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Thank you")
    wait(lambda: entries(listener.ledger))
    assert isinstance(boxes(listener.ledger)["email"], ConsentGiven)
    assert answer(listener.ledger)[0] != "allowed", "anybody can type anybody's address"
    wait(lambda: list((listener.ledger.home / "outbox").glob("*.eml")))
    confirm(listener)
    assert answer(listener.ledger)[0] == "allowed"


COUNTRY = '<p><label>Country <select name="land" {}>{}</select></label></p>'
CODES = '<option value="">Choose</option><option value="AU">Australia</option><option value="NZ">New Zealand</option>'


def order_without_phone(page: Page, shop: Shop) -> None:
    page.fill("input[type=email]", ANA)
    page.click("button")
    page.wait_for_selector("text=Thank you")


@pytest.mark.parametrize(
    ("field", "script"),
    [
        ('autocomplete="shipping country"', "widget.js"),
        ('autocomplete="country-name"', "widget.js"),
        ('data-sayso="country"', "widget.js"),
        ('id="where"', 'widget.js" data-country="#where'),
    ],
)
def test_the_country_that_the_form_says_lets_the_mail_go(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object], field: str, script: str
) -> None:
    visit(page, shop, form(listener, COUNTRY.format(field, CODES), script=script))
    page.check(f"text={CART}")
    page.select_option("select", "AU")
    order_without_phone(page, shop)
    wait(lambda: entries(listener.ledger))
    details = next(entry.body for entry in entries(listener.ledger) if isinstance(entry.body, DetailsCollected))
    assert details.places == [Place("form", "AU")]
    wait(lambda: list((listener.ledger.home / "outbox").glob("*.eml")))
    confirm(listener)
    assert answer(listener.ledger)[0] == "allowed"


@pytest.mark.parametrize("options", ["<option>Australia</option>", '<option value="">Choose</option>', ""])
def test_a_country_that_is_no_code_is_left_out(
    page: Page, shop: Shop, listener: Desk, wait: Callable[..., object], options: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "/forms/" in request.url else None)
    visit(page, shop, form(listener, COUNTRY.format('autocomplete="country"', options)))
    page.check(f"text={CART}")
    order_without_phone(page, shop)
    wait(lambda: entries(listener.ledger))
    details = next(entry.body for entry in entries(listener.ledger) if isinstance(entry.body, DetailsCollected))
    assert details.places == []
    assert "country" not in sent[-1]
    assert not list((listener.ledger.home / "outbox").glob("*.eml"))
