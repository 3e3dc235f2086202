"""The mail of the second step waits for what its answer rests on, and goes by itself, once, when that is known."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from public.conftest import Shop, bound, served
from public.test_listener import ANA, CART, link, mails, report, tell
from sayso.capture import widget
from sayso.capture.hooks.generic import HEADER, sign
from sayso.ledger import Entry, Ledger, email_address
from sayso.ledger.entries import (
    ConsentWithdrawn,
    DetailsCollected,
    MessageRefused,
    Place,
    RiskAccepted,
)
from sayso.public.desk import Desk
from sayso.settings import Public, Settings
from sayso.settings import Shop as Source

SECRET = "of-the-test"  # noqa: S105
PAGE = "https://kettle.example"
PAGES = Settings(public=Public(url="https://ask.kettle.example", pages=[PAGE]))


class Clock:
    """The time of day, put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(ledger: Ledger, clock: Clock) -> Desk:
    return Desk(ledger, PAGES, clock)


def filled_in(desk: Desk, email: str = ANA, **other: object) -> widget.Taken:
    """A form with an address and a ticked box for email, as its report comes in; no mail is tried yet."""
    declaration = desk.declaration
    published = desk.notice("checkout")
    assert published is not None
    version, notice = published
    shown = widget.showing(desk.links, "checkout", declaration.forms["checkout"], notice, version)
    box = {"id": "cart-email", "seen": True, "shown": CART, "default": "unticked", "final": "ticked"}
    said = {
        "nonce": shown.nonce, "submitted": True, "page": f"{PAGE}/checkout", "gpc": False, "notice_seen": True,
        "boxes": [box | {"changed_by": "person"}], "email": email, **other,
    }  # fmt: skip
    return widget.take(
        desk.ledger, desk.links, declaration, "checkout", msgspec.json.encode(said), origin=PAGE, ip=None,
        user_agent=None, gpc=False, confirm=True, restraint=desk.reports, now=desk.now(),
    )  # fmt: skip


def place(ledger: Ledger, country: str, email: str = ANA) -> None:
    body = DetailsCollected(places=[Place("shipping", country)])
    ledger.append([Entry(body=body, happened_at=datetime.now(UTC), origin=f"place:{ledger.count()[0]}", actor="shop",
                         addresses=[email_address(email)])])  # fmt: skip


def refusals(ledger: Ledger) -> list[MessageRefused]:
    found = [entry.body for person in ledger.find(ANA) for entry in ledger.entries_about(person)]
    return [body for body in found if isinstance(body, MessageRefused)]


def test_a_mail_that_waited_for_the_country_comes_when_a_shop_s_webhook_brings_it(
    ledger: Ledger, shop: Shop, wait: Callable[..., object]
) -> None:
    (ledger.home / "generic.secret").write_text(SECRET)
    with bound() as listening:
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = Settings(
            public=Public(url=url, port=port, pages=[shop.url]), hooks={"generic": Source(secret_file="generic.secret")}
        )
        with (
            served(Desk(ledger, settings), listening),
            httpx.Client(base_url=url, headers={"origin": shop.url}, timeout=60) as http,
        ):
            assert tell(http, report(http, phone=None)).status_code == 204
            (refused,) = refusals(ledger)
            assert (refused.answer, refused.message_kind) == ("depends", "opt_in_confirmation")
            assert not mails(ledger)
            event = {"event": "checkout", "at": datetime.now(UTC).isoformat(), "form": "basket-17", "email": ANA}
            body = json.dumps({**event, "shipping": {"country": "AU"}}).encode()
            http.post("/hooks/generic", content=body, headers={HEADER: sign(SECRET.encode(), body, datetime.now(UTC))})
            wait(lambda: mails(ledger))
            http.post("/hooks/generic", content=body, headers={HEADER: sign(SECRET.encode(), body, datetime.now(UTC))})
            http.post(link(mails(ledger)[0], "confirm"))
    assert len(mails(ledger)) == 1
    assert len(refusals(ledger)) == 1, "the same no is not recorded over and over"


def test_what_happened_while_nothing_listened_is_looked_at_when_it_does_again(
    ledger: Ledger, desk: Desk, clock: Clock
) -> None:
    filled_in(desk)
    place(ledger, "AU")

    async def restarted() -> None:
        assert await Desk(ledger, PAGES, clock).second_steps.look() == 0
        assert await Desk(ledger, PAGES, clock).second_steps.look() == 0

    asyncio.run(restarted())
    assert len(mails(ledger)) == 1, "its origin is the same for every process, so it goes once"


def test_it_is_looked_at_again_when_more_is_known_and_not_before(
    ledger: Ledger, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_in(desk)
    looks: list[str] = []
    ask = desk.second_steps.ask

    async def counted(named: str, consents: list[Entry], *, quietly: bool = False) -> bool:
        looks.append(named)
        return await ask(named, consents, quietly=quietly)

    monkeypatch.setattr(desk.second_steps, "ask", counted)

    async def rounds() -> None:
        assert await desk.second_steps.look() == 1
        assert await desk.second_steps.look() == 1
        place(ledger, "AU", "somebody@else.example")
        assert await desk.second_steps.look() == 1
        assert len(looks) == 1
        clock.ahead += timedelta(hours=1)
        assert await desk.second_steps.look() == 1
        assert len(looks) == 2
        place(ledger, "AU")
        assert await desk.second_steps.look() == 0

    asyncio.run(rounds())
    assert len(mails(ledger)) == 1
    assert not refusals(ledger)


def test_an_owner_who_accepts_the_arguable_point_lets_it_go_at_their_own_risk(
    ledger: Ledger, desk: Desk, clock: Clock
) -> None:
    filled_in(desk)
    place(ledger, "DE")

    async def accepted() -> None:
        assert await desk.second_steps.look() == 1
        accepting = RiskAccepted(rule="plain_service", limb="(opt-in)", reason="we follow Celle")
        ledger.append([Entry(body=accepting, happened_at=datetime.now(UTC), origin="risk:1", actor="owner")])
        assert await desk.second_steps.look() == 0

    asyncio.run(accepted())
    assert len(mails(ledger)) == 1


@pytest.mark.parametrize("over", ["stopped", "too old", "erased"])
def test_what_is_over_is_asked_no_more(ledger: Ledger, desk: Desk, clock: Clock, over: str) -> None:
    filled_in(desk)

    async def ended() -> None:
        assert await desk.second_steps.look() == 1
        if over == "too old":
            clock.ahead += timedelta(days=7, minutes=1)
        if over == "stopped":
            stop = ConsentWithdrawn(scope="channel", channels=["email"])
            ledger.append([Entry(body=stop, happened_at=datetime.now(UTC), origin="stop:1", actor="person",
                                 addresses=[email_address(ANA)])])  # fmt: skip
        if over == "erased":
            ledger.erase(ledger.find(ANA)[0], origin="erased:1")
        place(ledger, "AU")
        assert await desk.second_steps.look() == 0

    asyncio.run(ended())
    assert not mails(ledger)


def test_a_mailbox_is_asked_three_times_a_day_at_most_also_after_a_restart(
    ledger: Ledger, desk: Desk, clock: Clock
) -> None:
    for _ in range(5):
        filled_in(desk)
    place(ledger, "AU")

    async def twice() -> None:
        assert await desk.second_steps.look() == 0
        assert await Desk(ledger, PAGES, clock).second_steps.look() == 0

    asyncio.run(twice())
    assert len(mails(ledger)) == 3


def test_a_mail_that_was_not_let_go_does_not_count_among_the_three(ledger: Ledger, desk: Desk, clock: Clock) -> None:
    async def refused() -> None:
        for _ in range(4):
            taken = filled_in(desk)
            assert not await desk.second_steps.ask(taken.report, taken.to_confirm)
        place(ledger, "AU")
        await desk.second_steps.look()

    asyncio.run(refused())
    assert len(mails(ledger)) == 3


def test_where_no_second_step_is_asked_for_nothing_is_sent(ledger: Ledger, clock: Clock) -> None:
    settings = msgspec.structs.replace(PAGES, widget=msgspec.structs.replace(PAGES.widget, confirm=False))
    desk = Desk(ledger, settings, clock)
    filled_in(desk)
    place(ledger, "AU")
    assert asyncio.run(desk.second_steps.look()) == 0
    assert not mails(ledger)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("AU", "AU"),
        (" au ", "AU"),
        ("Australia", None),
        ("ZZ", None),
        ("UK", None),
        ("A", None),
        ("", None),
        (None, None),
    ],
)
def test_a_form_s_country_is_a_two_letter_code_or_nothing(
    ledger: Ledger, desk: Desk, typed: str | None, known: str | None
) -> None:
    filled_in(desk, country=typed)
    facts = ledger.facts_for(email_address(ANA), channel="email", topic="abandoned_cart")
    assert facts.person_country == known
    (person,) = ledger.find(ANA)
    details = next(e.body for e in ledger.entries_about(person) if isinstance(e.body, DetailsCollected))
    assert details.places == ([Place("form", known)] if known else [])


def test_a_country_that_anybody_typed_outweighs_no_better_evidence(ledger: Ledger, desk: Desk, clock: Clock) -> None:
    place(ledger, "NZ")
    filled_in(desk, country="AU")
    facts = ledger.facts_for(email_address(ANA), channel="email", topic="abandoned_cart")
    assert facts.person_country is None, "where the evidence disagrees, every law that might apply applies"


def test_a_form_that_says_the_country_has_its_mail_at_once(desk: Desk, ledger: Ledger) -> None:
    taken = filled_in(desk, country="AU")
    assert asyncio.run(desk.second_steps.ask(taken.report, taken.to_confirm))
    (mail,) = mails(ledger)
    assert re.search(r"/confirm/\S+", mail.get_content())  # type: ignore[attr-defined]
