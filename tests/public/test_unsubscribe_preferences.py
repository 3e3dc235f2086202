"""The page of all choices: what is on record in plain words, a button for each thing, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from sayso.choices.links import About
from sayso.decision.stops import table_of_stops
from sayso.law import rulebooks
from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import AnyBody, ConsentDeclined, ConsentGiven, ConsentWithdrawn, DetailsCollected, Private
from sayso.public.desk import Desk
from sayso.vocabulary import Channel

ANA = Address("email", "ana@post.example")
PHONE = Address("phone", "+61491570156")
NOW = datetime.now(UTC)


def record(ledger: Ledger, body: AnyBody, *addresses: Address, days_ago: int = 0, proof: str = "captured_here") -> None:
    ledger.append([Entry(body=body, happened_at=NOW - timedelta(days=days_ago), origin=f"test:{ledger.count()[0]}",
                         actor="person", proof=proof, addresses=list(addresses))])  # type: ignore[arg-type]  # fmt: skip


def yes(channel: Channel) -> ConsentGiven:
    return ConsentGiven(act="ticked_box", form_submitted=True, channels=[channel], topics=["abandoned_cart"])


@pytest.fixture
def http(listener: Desk) -> Iterator[httpx.Client]:
    ana = Entry(body=DetailsCollected(), happened_at=NOW, origin="test:ana", actor="person", addresses=[ANA, PHONE],
                private=Private(name="Ana Quillfeather"))  # fmt: skip
    listener.ledger.append([ana])
    with httpx.Client(base_url=listener.settings.public.url, headers={"accept": "text/html"}) as client:
        yield client


@pytest.fixture
def path(listener: Desk) -> str:
    return f"/preferences/{listener.choices.token(About(ANA, 'email', 'abandoned_cart', 'shop'))}"


def uses(page: str) -> dict[str, str]:
    """Each channel, and how it stands."""
    said = [" ".join(one.text().split()) for one in LexborHTMLParser(page).css(".use > p")]
    return {channel: standing.strip() for channel, _, standing in (one.partition(":") for one in said)}


def buttons(page: str) -> list[str]:
    return [one.attributes["value"] or "" for one in LexborHTMLParser(page).css("button[name=stop]")]


def answered(ledger: Ledger, who: Address, channel: Channel) -> set[bool]:
    stops = ledger.facts_for(who, channel=channel, topic="abandoned_cart").stops
    return {bool(one.covers_channel and one.covers_topic) for one in stops}


def test_it_says_what_is_on_record_for_each_topic_and_channel(http: httpx.Client, ledger: Ledger, path: str) -> None:
    record(ledger, yes("email"), ANA, days_ago=40)
    record(ledger, ConsentDeclined(channels=["sms"], topics=["abandoned_cart"]), PHONE, days_ago=40)
    page = http.get(path).text
    day = f"{NOW - timedelta(days=40):%d %B %Y}".lstrip("0")
    assert uses(page) == {
        "By email": f"you said yes on {day}",
        "By text message": f"you left the box blank on {day}",
        "By ads on other sites": "you never said yes or no",
    }
    assert "From your email address, telephone number." in page
    assert buttons(page) == [
        "everything",
        "email:abandoned_cart",
        "sms:abandoned_cart",
        "online_ad:abandoned_cart",
        "sale",
    ]


def test_a_yes_that_nobody_proved_is_not_said_to_be_one(http: httpx.Client, ledger: Ledger, path: str) -> None:
    record(ledger, yes("email"), ANA, proof="asserted")
    assert "not confirmed" in uses(http.get(path).text)["By email"]


def test_it_names_neither_the_person_nor_their_addresses(http: httpx.Client, path: str) -> None:
    for page in (
        http.get(path),
        http.post(path, data={"stop": "everything"}),
        http.get(path.replace("preferences", "u")),
    ):
        for word in ("ana@", "post.example", "Quillfeather", "491570156", "0156"):
            assert word not in page.text


def test_each_button_stops_one_thing_and_leaves_the_rest(http: httpx.Client, ledger: Ledger, path: str) -> None:
    page = http.post(path, data={"stop": "sms:abandoned_cart"}).text
    assert uses(page)["By text message"].startswith("stopped since")
    assert uses(page)["By email"] == "you never said yes or no"
    assert answered(ledger, PHONE, "sms") == {True}
    assert answered(ledger, ANA, "email") == {False}


def test_everything_is_one_press_and_refuses_sale_and_sharing_too(
    http: httpx.Client, ledger: Ledger, path: str
) -> None:
    page = http.post(path, data={"stop": "everything"}).text
    assert "Everything is stopped." in page
    assert buttons(page) == []
    assert {stop.kind for stop in ledger.facts_for(ANA, channel="online_ad", topic="abandoned_cart").stops} == {
        "unsubscribe", "do_not_sell",
    }  # fmt: skip


def test_the_pages_say_what_still_comes_as_the_table_of_stops_has_it(http: httpx.Client, path: str) -> None:
    reached = table_of_stops(rulebooks(), NOW.date())["unsubscribe"]
    assert {"marketing", "orders and account"} <= set(reached)
    for page in (http.get(path).text, http.get(path.replace("preferences", "u")).text):
        (said,) = [one.text() for one in LexborHTMLParser(page).css("p.quiet") if "still comes" in one.text()]
        assert {name for name in reached if name in said.partition(":")[2]} == {
            name for name, stops in reached.items() if not stops
        }


def test_sale_and_sharing_are_refused_alone(http: httpx.Client, ledger: Ledger, path: str) -> None:
    page = http.post(path, data={"stop": "sale"}).text
    assert "Refused since" in page
    assert uses(page)["By email"] == "you never said yes or no"


def test_a_button_that_no_page_has_is_refused_and_looking_changes_nothing(
    http: httpx.Client, ledger: Ledger, path: str
) -> None:
    before = ledger.count()
    for pressed in ("", "nonsense", "email:", "pigeon:abandoned_cart", "email:" + "x" * 5000):
        assert http.post(path, data={"stop": pressed}).status_code == 400
    assert http.get(path).status_code == http.head(path).status_code == 200
    assert ledger.count() == before


def test_a_yes_lifts_on_the_page_what_it_lifts_in_the_answers(http: httpx.Client, ledger: Ledger, path: str) -> None:
    record(ledger, ConsentWithdrawn(scope="topic", channels=["email"], topics=["abandoned_cart"]), ANA, days_ago=9)
    record(ledger, yes("email"), ANA, days_ago=12)
    assert uses(http.get(path).text)["By email"].startswith("stopped since")
    record(ledger, yes("email"), ANA, days_ago=9)
    assert uses(http.get(path).text)["By email"].startswith("stopped since")
    record(ledger, yes("email"), ANA, days_ago=8)
    assert uses(http.get(path).text)["By email"].startswith("you said yes on")


def test_an_address_nobody_holds_has_choices_too(http: httpx.Client, ledger: Ledger, listener: Desk) -> None:
    unknown = listener.choices.token(About(Address("email", "ben@post.example"), "email", "spring_fair", "shop"))
    page = http.get(f"/preferences/{unknown}").text
    assert "About spring fair" in page
    assert "Everything is stopped." in http.post(f"/preferences/{unknown}", data={"stop": "everything"}).text


# In a browser ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(part: Callable[[str], str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=part("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield opened.new_context(bypass_csp=True, java_script_enabled=True).new_page()
        opened.close()


def test_the_pages_are_accessible_and_fit_a_phone(http: httpx.Client, listener: Desk, path: str, browser: Page) -> None:
    url = listener.settings.public.url
    browser.set_viewport_size({"width": 320, "height": 640})
    for step, press in (
        (path.replace("preferences", "u"), "Stop these emails"),
        (None, "I want these emails again"),
        (path, "Stop this by text message: remind you of a basket you left"),
        (None, "Stop everything"),
        (None, None),
    ):
        if step:
            browser.goto(url + step)
        assert browser.locator("h1").count() == 1
        assert browser.evaluate("document.documentElement.scrollWidth") <= 320
        assert [one["id"] for one in Axe().run(browser).response["violations"]] == []
        if press:
            browser.get_by_role("button", name=press, exact=True).click()
    assert "Everything is stopped." in browser.content()
