"""axe-core finds nothing serious: the widget on a page that is not ours, the public pages, and the owner's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from public.conftest import Shop
from public.test_listener import ANA, link, mails, report, tell
from sayso.public.desk import Desk


@pytest.fixture(scope="module")
def page(part: Callable[[str], str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=part("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser.new_context(bypass_csp=True).new_page()
        browser.close()


def serious(page: Page) -> list[str]:
    """The rules broken that axe calls serious or critical, with what breaks them."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_the_widget_brings_nothing_serious_into_a_page(page: Page, shop: Shop, listener: Desk) -> None:
    shop.pages["/checkout"] = (
        '<main><h1>Checkout</h1><form method="post"><p><label>Email <input type="email" name="email" autocomplete="email">'
        f'</label></p><p><button>Order</button></p></form></main><script src="{listener.settings.public.url}/widget.js" '
        'data-form="checkout" async></script>'
    )
    page.goto(f"{shop.url}/checkout")
    page.wait_for_selector("fieldset.sayso")
    page.click("summary")
    assert page.locator("fieldset.sayso input[type=checkbox]").count() == 3
    assert serious(page) == []


def test_the_public_pages_have_nothing_serious(page: Page, shop: Shop, listener: Desk) -> None:
    url = listener.settings.public.url
    with httpx.Client(base_url=url, headers={"origin": shop.url}) as http:
        tell(http, report(http))
    message = mails(listener.ledger)[0]
    assert message["To"] == ANA
    for path in (link(message, "confirm"), link(message, "receipts"), "/notices/checkout", "/notices/privacy/history"):
        page.goto(url + path)
        assert page.locator("h1").count() >= 1, path
        assert serious(page) == [], path
