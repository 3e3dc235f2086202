"""The sequence from the first hour to the third day, with the clock moved by hand and the real dispatch in between."""

from __future__ import annotations

import gc
import logging
import tracemalloc
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from left_carts import CAMPAIGN, LEFT, Clock, NextHop, addresses, declare, leaves, make_shop, opened, orders

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import ConsentWithdrawn, MessageRefused, MessageSent, Place
from sayso.messages import parts, remembering
from sayso.sending.campaigns.asking import Asking
from sayso.sending.campaigns.looking import foresee, preview
from sayso.sending.campaigns.opening import Opened
from sayso.sending.campaigns.sequence import DELAYS, Sequencer, running
from sayso.sending.outgoing import Handed, Mail, Still, Text, always


class Shop:
    """A store, its clock and its next hop, with the campaigns running."""

    def __init__(self, ledger: Ledger, clock: Clock, hop: NextHop, found: Opened, sequencer: Sequencer) -> None:
        self.ledger, self.clock, self.hop, self.opened, self.sequencer = ledger, clock, hop, found, sequencer

    def after(self, **span: float) -> Counter[str]:
        """Move the clock and take one round."""
        self.clock.forward(**span)
        return self.sequencer.tick()

    def counts(self, step: str) -> dict[str, int]:
        (campaign,) = self.opened.campaigns
        return self.opened.records.counts(campaign, campaign.step(step), self.clock.now)


@contextmanager
def shop(home: Path, people: int = 1, campaign: str = CAMPAIGN, hop: NextHop | None = None) -> Iterator[Shop]:
    clock, hop = Clock(), hop or NextHop()
    with make_shop(home, people, clock) as ledger:
        declare(home, campaign)
        with opened(ledger, clock, {"email": hop, "sms": hop}) as found, running(found) as sequencer:
            yield Shop(ledger, clock, hop, found, sequencer)


def stop(number: int, at: datetime) -> Entry:
    return Entry(
        body=ConsentWithdrawn(scope="everything"), happened_at=at, origin=f"stop:{number}", actor="person",
        proof="captured_here", addresses=addresses(number)[:1],
    )  # fmt: skip


def test_three_days_of_the_sequence_each_step_once_and_at_its_time(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 4) as at:
        sent_at: list[tuple[float, str]] = []
        for _ in range(3 * 24 * 2 + 4):
            before = len(at.hop.given)
            at.after(minutes=30)
            hours = (at.clock.now - LEFT).total_seconds() / 3600
            sent_at += [(hours, type(content).__name__) for _, content in at.hop.given[before:]]
        assert Counter(sent_at) == {(1.0, "Mail"): 4, (24.0, "Mail"): 4, (72.0, "Text"): 4}
        assert at.counts("third") == {"sent": 4}
        records = at.ledger.entries_from("campaign:cart:")
        assert all(isinstance(one.body, MessageSent) for one in records)
        assert len(records) == 12


def test_a_message_names_the_goods_and_the_person_and_leads_back_to_their_own_cart(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        at.after(hours=1)
        (to, content) = at.hop.given[0]
        assert to == addresses(0)[0]
        assert isinstance(content, Mail)
        message: Any = message_from_bytes(content.raw, policy=policy.default)
        page = message.get_body(("html",)).get_content()
        assert "Hello Ngaio, you left Walnut stool, Bowl 0" in " ".join(page.split())
        assert "https://oak.example/carts/secret-0" in page
        assert "12 Mill Lane" in page
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "fonts.googleapis.com" not in page


def test_an_order_between_two_steps_ends_the_sequence(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 2) as at:
        at.after(hours=1)
        at.ledger.append([orders(0, at.clock.now)])
        assert at.after(hours=23) == {"sent": 1}
        assert at.after(hours=48) == {"sent": 1}
        assert at.counts("second") == {"sent": 1, "bought": 1}


def test_an_order_of_the_same_form_ends_the_sequence_even_if_dated_before(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        placed = orders(0, LEFT - timedelta(minutes=1))
        body = msgspec.structs.replace(placed.body, form="checkout-0")
        at.ledger.append([msgspec.structs.replace(placed, body=body)])
        assert at.after(hours=1) == {}
        assert at.hop.given == []


@pytest.mark.parametrize("what", ["order", "stop"])
def test_what_happens_between_asking_and_sending_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with shop(tmp_path / "store") as at:
        real = Sequencer.hand_over

        def meanwhile(self: Sequencer, attempt: Any) -> Any:
            at.ledger.append([orders(0, at.clock.now) if what == "order" else stop(0, at.clock.now)])
            return real(self, attempt)

        with monkeypatch.context() as patched:
            patched.setattr(Sequencer, "hand_over", meanwhile)
            at.after(hours=1)
        assert at.hop.given == []
        at.after(hours=1)
        assert at.counts("first") == ({"bought": 1} if what == "order" else {"refused": 1})


def test_a_stop_between_two_steps_refuses_the_rest_and_says_so(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 2) as at:
        at.after(hours=1)
        at.ledger.append([stop(1, at.clock.now)])
        assert at.after(hours=23) == {"sent": 1, "refused": 1}
        (refused,) = at.opened.records.all_known("cart", "second", state="refused")
        assert refused.rule
        bodies = [entry.body for entry in at.ledger.entries([refused.entry])]
        assert isinstance(bodies[0], MessageRefused)


def test_whoever_never_agreed_is_refused_and_hears_nothing(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 0) as at:
        at.ledger.append(leaves(7, agreed=False))
        assert at.after(hours=1) == {"refused": 1}
        assert at.hop.given == []


def test_a_newer_cart_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        at.after(minutes=50)
        at.ledger.append(leaves(0, at=at.clock.now, form="checkout-again"))
        assert at.after(minutes=30) == {}
        assert at.after(minutes=30) == {"sent": 1}
        assert at.counts("first") == {"sent": 1, "newer": 1}


def test_more_than_enough_waits_until_there_is_room(tmp_path: Path) -> None:
    capped = CAMPAIGN.replace("steps:", "cap: {most: 1, days: 1}\nsteps:").replace("12h", "2d")
    with shop(tmp_path / "store", campaign=capped) as at:
        assert at.after(hours=1) == {"sent": 1}
        assert at.after(hours=23, minutes=30) == {"waiting": 1}
        assert at.after(minutes=20) == {}
        assert at.after(minutes=15) == {"sent": 1}


def test_a_text_that_is_due_at_night_waits_for_the_hours_the_rules_permit(tmp_path: Path) -> None:
    """A phone in Chicago: 47 CFR 64.1200(c)(1), 08:00 to 21:00 where they are."""
    texts = CAMPAIGN[: CAMPAIGN.index("  - {after: 1h")] + "  - {after: 1h, channel: sms, template: third.txt}\n"
    night = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)  # 22:30 in Chicago
    with shop(tmp_path / "store", 0, campaign=texts) as at:
        at.clock.now = night
        at.ledger.append(american(night))
        assert at.after(hours=1) == {"waiting": 1}
        (waiting,) = at.opened.records.all_known("cart")
        assert waiting.next_try == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
        assert at.after(hours=8) == {}
        assert at.hop.given == []
        assert at.after(minutes=30) == {"sent": 1}
        assert isinstance(at.hop.given[0][1], Text)


def american(at: datetime) -> list[Entry]:
    """Somebody in Illinois who agreed in writing to texts by whatever means."""
    found = []
    for entry in leaves(3, at=at):
        body: Any = entry.body
        if hasattr(body, "places"):
            body = msgspec.structs.replace(body, places=[Place("shipping", "US", "IL")])
        if hasattr(body, "act"):
            body = msgspec.structs.replace(
                body, act="signed", signed_writing=True, pewc_disclosures=True, carrier_opt_in_mentions_carts=True,
                symmetric_choice=True, bundled=False, prompted_by_message=False,
            )  # fmt: skip
        to = [addresses(3)[0], msgspec.structs.replace(addresses(3)[1], value="+13125550123")]
        found.append(msgspec.structs.replace(entry, body=body, addresses=to))
    return found


def test_what_is_not_taken_is_tried_again_with_growing_delays_until_the_step_lapses(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        at.hop.says = Handed("deferred", "4.3.0 busy", 451)
        assert at.after(hours=1) == {"deferred": 1}
        for delay in DELAYS[:5]:
            assert at.after(seconds=delay.total_seconds() - 30) == {}
            assert at.after(seconds=30) == {"deferred": 1}
        assert len(at.hop.given) == 6
        at.clock.now = LEFT + timedelta(hours=13, minutes=1)
        assert at.after() == {}
        assert at.counts("first") == {"lapsed": 1}


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    home = tmp_path / "store"
    with shop(home, 3) as at:
        at.after(hours=1)
        hop, clock = at.hop, at.clock
    for hours in (0, 23, 48, 1):
        clock.forward(hours=hours)
        with (
            Ledger(home, clock) as ledger,
            opened(ledger, clock, {"email": hop, "sms": hop}) as found,
            running(found) as sequencer,
        ):
            sequencer.tick()
    assert Counter(type(content) for _, content in hop.given) == {Mail: 6, Text: 3}


@pytest.mark.parametrize(("breaks", "state"), [("message", "deferred"), ("hand_over", "unknown")])
def test_a_fault_of_our_own_stops_nobody_elses_message_and_tells_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: str, state: str
) -> None:
    with shop(tmp_path / "store", 3) as at:
        first = at.ledger.find("person0@people.example")[0]
        owner: Any = Asking if breaks == "message" else NextHop
        real = getattr(owner, breaks)

        def faulty(self: Any, *given: Any) -> Any:
            if first in given or addresses(0)[0] in given:
                raise ZeroDivisionError("person0@people.example")
            return real(self, *given)

        monkeypatch.setattr(owner, breaks, faulty)
        assert at.after(hours=1) == {"sent": 2, state: 1}
        (known,) = at.opened.records.all_known("cart", state=state)
        assert known.said == "sayso itself failed (ZeroDivisionError); please report it"


def test_what_is_in_doubt_stays_until_the_owner_settles_it(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        at.hop.says = Handed("unknown", "the connection broke after the last dot")
        assert at.after(hours=1) == {"unknown": 1}
        assert at.after(hours=1) == {}
        (known,) = at.opened.records.all_known("cart", state="unknown")
        again = msgspec.structs.replace(known, state="again", next_try=at.clock.now)
        at.opened.records.keep(again)
        at.hop.says = Handed("sent", "2.0.0 taken", 250)
        assert at.after() == {"sent": 1}
        assert len(at.hop.given) == 2


def test_nothing_lies_in_the_engines_tables_that_tells_who_somebody_is(tmp_path: Path) -> None:
    home = tmp_path / "store"
    with shop(home, 3) as at:
        for hours in (1, 23, 48):
            at.after(hours=hours)
    written = b"".join(file.read_bytes() for file in home.glob("campaigns.sqlite3*"))
    assert b"campaign" in written or b"first" in written
    for word in (b"people.example", b"+6149157", b"49157", b"Ngaio", b"Walnut", b"secret-", b"oak.example"):
        assert word not in written, word


def test_whoever_is_erased_is_gone_from_the_sequence(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 2) as at:
        at.after(hours=1)
        (person,) = at.ledger.find("person0@people.example")
        at.ledger.erase(person, origin="erase:0")
        assert at.after(hours=23) == {"sent": 1}
        assert len(at.opened.records.all_known("cart", "first")) == 1


def test_a_dry_run_says_who_would_get_what_when_and_sends_nothing(tmp_path: Path) -> None:
    with shop(tmp_path / "store", 2) as at:
        at.ledger.append([stop(1, at.clock.now)])
        (campaign,) = at.opened.campaigns
        before = at.ledger.head()
        rows = [row for step in campaign.steps for row in foresee(at.opened, campaign, step)]
        assert Counter((row.step, row.would) for row in rows) == {
            (step, would): 1 for step in ("first", "second", "third") for would in ("go", "not")
        }
        assert {row.when - LEFT for row in rows} == {timedelta(hours=1), timedelta(days=1), timedelta(days=3)}
        assert all(row.because for row in rows)
        assert (at.hop.given, at.ledger.head()) == ([], before)


def test_a_preview_is_what_a_customer_sees_footer_and_all(tmp_path: Path) -> None:
    with shop(tmp_path / "store") as at:
        (campaign,) = at.opened.campaigns
        before = at.ledger.head()
        mail, _, text = [preview(at.opened, campaign, step) for step in campaign.steps]
        assert "Enamel mug &amp; spoon" in mail.html
        assert "12 Mill Lane" in mail.html
        assert "/u/" in mail.html
        assert "Wattle candle" in mail.text
        assert "STOP" in text.text
        assert at.ledger.head() == before


def forget() -> None:
    """Empty what remembers texts up to a bound."""
    parts._met.clear()
    gc.unfreeze()  # what was there before the first test is not looked through otherwise
    for one in gc.get_objects():
        if isinstance(one, remembering.Remembered):
            one.clear()
        elif type(one).__name__ == "_lru_cache_wrapper" and (one.cache_parameters()["maxsize"] or 0) >= 100:
            one.cache_clear()
    gc.collect()


class Weighing(NextHop):
    """A next hop at which it is looked how much memory is held when so many messages came."""

    def __init__(self, moments: Collection[int]) -> None:
        super().__init__()
        self.moments, self.came, self.held = moments, 0, list[int]()

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        self.came += 1
        if self.came in self.moments:
            forget()
            self.held.append(tracemalloc.get_traced_memory()[0])
        return await super().hand_over(to, content, entry, still)


@pytest.mark.parametrize("keeps", [False, True])
def test_memory_does_not_grow_with_the_number_of_people(tmp_path: Path, keeps: bool) -> None:
    """Where the next hop keeps each mail, it does: so the measure finds a mail that anybody keeps."""
    hop = Weighing((10, 50))
    hop.forgets = not keeps
    with shop(tmp_path / "store", 60, hop=hop) as at:
        logging.disable()  # whoever runs the tests keeps what is logged
        tracemalloc.start()
        try:
            assert at.after(hours=1) == {"sent": 60}
        finally:
            tracemalloc.stop()
            logging.disable(logging.NOTSET)
    each = (hop.held[1] - hop.held[0]) / 40
    assert (each > 3_500) is keeps
