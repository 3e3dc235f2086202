"""What happens while a message is under way: a stop, another process, a store that fails, a next hop that is slow."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from dispatched import ANA, BEN, IDENTITY, NOW, ORDER, RAW, Watched, dispatch, filled, mail
from gates import NextHop, client, gate, given, next_hop, settings

from sayso.choices.links import About
from sayso.choices.stopping import stop
from sayso.ledger import Ledger, StoreLockedError
from sayso.ledger.entries import Address, MessageRefused, MessageSent
from sayso.ledger.standing import all_rulebooks
from sayso.sending import dispatch as dispatching
from sayso.sending.claims import Claims
from sayso.sending.dispatch import Dispatch
from sayso.sending.gate.approved import fingerprint
from sayso.sending.journal import ASIDE, FOLDER, Journal
from sayso.sending.outgoing import Handed, Mail, Outcome, Outgoing, Still, Stream, Text, always
from sayso.settings import Settings

ORDERS = Stream("orders", "orders", service=True)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return filled(tmp_path / "store")


def stopped(ledger: Ledger, who: Address = ANA) -> None:
    stop(ledger, About(who, "email", "abandoned_cart", "shop"), "one_click", "channel", NOW)


def bodies(ledger: Ledger, origin: str = "test:1") -> list[Any]:
    return [entry.body for entry in ledger.entries_from(origin)]


class Busy(Watched):
    """A next hop before which messages wait: they wait for `before`, and then until `free`."""

    def __init__(self, before: Any = lambda: None) -> None:
        super().__init__()
        self.before = before
        self.free: asyncio.Event | None = None

    async def hand_over(self, to: Address, content: Mail | Text, entry: str, still: Still = always) -> Handed:
        self.before()
        if self.free is not None:
            await self.free.wait()
        return await super().hand_over(to, content, entry, still)


# What waits for the next hop ---------------------------------------------------------------------------------------


def test_a_stop_that_comes_while_a_message_waits_for_the_next_hop_holds_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "FRESH_SECONDS", 0.05)

    def meanwhile() -> None:
        stopped(ledger)
        time.sleep(0.06)

    way = Busy(meanwhile)
    out = dispatch(ledger, way)
    outcome = asyncio.run(out.send(mail(ANA)))
    assert (outcome.state, outcome.code, way.given) == ("refused", 550, [])
    (body,) = bodies(ledger)
    assert isinstance(body, MessageRefused)
    asyncio.run(out.close())
    dispatch(ledger, way)._open_journal()
    assert len(bodies(ledger)) == 1, "it is not taken for one of unknown outcome"


def test_a_message_that_waited_is_judged_by_the_hour_at_which_it_leaves(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatching, "FRESH_SECONDS", 0)
    night, now, judged_at = NOW + timedelta(hours=12), NOW, []
    judged = dispatching.judge_outgoing

    def with_quiet_hours(known: Any, message: Any, moments: Any, at: datetime, standing: Any) -> Any:
        judged_at.append(at)
        ruling = judged(known, message, moments, at, standing)
        return msgspec.structs.replace(ruling, answer="not_allowed", rule="quiet") if at == night else ruling

    def meanwhile() -> None:
        nonlocal now
        now = night

    monkeypatch.setattr(dispatching, "judge_outgoing", with_quiet_hours)
    way = Busy(meanwhile)
    with Ledger(ledger.home, lambda: now) as store:
        out = Dispatch(store, Settings(), IDENTITY, all_rulebooks(store.home), {"email": way}, lambda: now)
        outcome = asyncio.run(out.send(mail(ANA)))
    assert (outcome.state, way.given) == ("refused", [])
    assert (judged_at[0], judged_at[-1]) == (NOW, night)


def test_what_cannot_be_asked_again_waits(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatching, "FRESH_SECONDS", 0)
    way = Busy(lambda: ledger.path.write_bytes(b"no ledger at all" * 1000))
    outcome = asyncio.run(dispatch(ledger, way).send(mail(ANA)))
    assert (outcome.state, way.given) == ("deferred", [])


def test_a_fresh_answer_is_not_asked_for_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    looked_up = Ledger.looked_up

    def counted(self: Ledger, *what: Any, **how: Any) -> Any:
        nonlocal asked
        asked += 1
        return looked_up(self, *what, **how)

    monkeypatch.setattr(Ledger, "looked_up", counted)
    monkeypatch.setattr(dispatching, "FRESH_SECONDS", 60)
    assert asyncio.run(dispatch(ledger, Busy()).send(mail(ANA))).state == "sent"
    assert asked == 1


class Slow(NextHop):
    """A next hop that takes its time over each message: until it is told to go on."""

    has_one, go_on = threading.Event(), threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.has_one.set()
        await asyncio.to_thread(self.go_on.wait, 60)
        return await super().handle_DATA(server, session, envelope)


def test_a_message_that_waits_for_a_place_at_the_smart_host_is_held_by_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gates.NextHop", Slow)
    replies: dict[int, int] = {}
    with next_hop() as (hop, port), filled(tmp_path / "store") as ledger:
        wanted = settings(port)
        wanted.smart_host.connections = 1
        with gate(ledger, wanted) as running:

            def one(number: int) -> None:
                with client(running) as session:
                    replies[number] = given(session, RAW.replace(b"<one@", f"<{number}@".encode()), ANA.value)[0]

            threads = [threading.Thread(target=one, args=(number,)) for number in (1, 2)]
            threads[0].start()
            assert Slow.has_one.wait(60)
            threads[1].start()
            places = running.dispatch._transports["email"]._places  # type: ignore[attr-defined]
            for _ in range(600):
                if places._waiters:
                    break
                time.sleep(0.05)
            time.sleep(dispatching.FRESH_SECONDS)
            stopped(ledger)
            Slow.go_on.set()
            for thread in threads:
                thread.join(60)
    assert (replies, len(hop.taken)) == ({1: 250, 2: 550}, 1)


# Several processes -------------------------------------------------------------------------------------------------


def test_what_another_process_has_under_way_is_not_sent_as_well(ledger: Ledger) -> None:
    async def both() -> list[Outcome]:
        way = Busy()
        way.free = asyncio.Event()
        with Ledger(ledger.home, lambda: NOW) as other:
            first, second = dispatch(ledger, way), dispatch(other, way)
            sending = asyncio.create_task(first.send(mail(ANA)))
            await asyncio.sleep(0.1)
            meanwhile = await second.send(mail(ANA))
            another = asyncio.create_task(second.send(mail(ANA, "test:2")))
            way.free.set()
            outcomes = [meanwhile, await sending, await another, await second.send(mail(ANA))]
            await first.close()
            await second.close()
        assert len(way.given) == 2
        return outcomes

    meanwhile, sent, another, after = asyncio.run(both())
    assert (meanwhile.state, meanwhile.code) == ("deferred", 451)
    assert (sent.state, another.state, after.state) == ("sent", "sent", "sent")
    assert after.entry == sent.entry


def test_a_process_that_is_killed_leaves_no_claim_behind(ledger: Ledger) -> None:
    Journal(ledger).close()
    folder = ledger.home / FOLDER
    code = (
        "import sys, time; from pathlib import Path; from sayso.sending.claims import Claims\n"
        "claims = Claims(Path(sys.argv[1])); print(claims.take('test:1'), flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"True\n"
    claims = Claims(folder)
    assert not claims.take("test:1")
    assert claims.take("test:2")
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert claims.take("test:1")
    claims.close()


def test_what_went_and_could_not_be_recorded_yet_is_sent_by_nobody_else(tmp_path: Path) -> None:
    filled(tmp_path / "store").close()
    way = Watched()

    async def both() -> list[str]:
        with (
            Ledger(tmp_path / "store", lambda: NOW, wait_seconds=0.2) as one,
            Ledger(tmp_path / "store", lambda: NOW, wait_seconds=0.2) as two,
        ):
            first, second = dispatch(one, way), dispatch(two, way)
            first._open_journal()
            second._open_journal()
            locking = sqlite3.connect(one.path, isolation_level=None)
            locking.execute("BEGIN IMMEDIATE")
            states = [(await first.send(mail(ANA))).state]
            states += [(await out.send(mail(ANA))).state for out in (first, second)]
            locking.execute("ROLLBACK")
            states += [(await first.send(mail(ANA, "test:2"))).state]
            states += [(await out.send(mail(ANA))).state for out in (first, second)]
            await first.close()
            await second.close()
        return states

    assert asyncio.run(both()) == ["sent", "deferred", "deferred", "sent", "sent", "sent"]
    assert len(way.given) == 2


# What the journal finds --------------------------------------------------------------------------------------------


def test_a_note_that_the_ledger_refuses_holds_up_nothing_and_is_kept(ledger: Ledger) -> None:
    noted: list[Any] = []
    journal = Journal(ledger)
    for number in range(3):
        out = dispatch(ledger, Watched())
        judged = asyncio.run(out.judge(mail(ANA, f"test:{number}")))
        noted.append(dispatching.recording.handing_over(
            mail(ANA, f"test:{number}"), judged.ruling, judged.content, judged.entry, NOW
        ))  # fmt: skip
    noted[1] = msgspec.structs.replace(noted[1], origin="")
    journal.note(noted)
    os.close(journal._file)
    journal.claims.close()
    Journal(ledger).close()
    assert [len(bodies(ledger, f"test:{number}")) for number in range(3)] == [1, 0, 1]
    (kept,) = (ledger.home / FOLDER / ASIDE).iterdir()
    plain = journal._cipher.decrypt(base64.b64decode(kept.read_bytes()), None)
    assert noted[1].id.encode() in plain
    assert list((ledger.home / FOLDER).glob("*.log")) == []


# What the owner approved -------------------------------------------------------------------------------------------


def approved(to: Address, raw: bytes = ORDER) -> Outgoing:
    return msgspec.structs.replace(mail(to, raw=raw, stream=ORDERS), approved=True)


def broken(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(ledger, "looked_up", breaks)


def test_approved_service_mail_goes_while_the_store_is_in_trouble(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Watched()
    broken(ledger, monkeypatch, StoreLockedError("busy"))
    assert asyncio.run(dispatch(ledger, way).send(approved(BEN))).state == "sent"
    assert len(way.given) == 1
    (body,) = bodies(ledger)
    assert isinstance(body, MessageSent)


@pytest.mark.parametrize("error", [ValueError("of the message"), KeyError("a bug"), RecursionError()])
def test_a_message_that_breaks_something_does_not_go_because_its_wording_was_approved(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    way = Watched()
    broken(ledger, monkeypatch, error)
    assert asyncio.run(dispatch(ledger, way).send(approved(BEN))).state == "deferred"
    assert way.given == []


def test_what_is_no_service_by_its_content_does_not_go_unjudged(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Watched()
    broken(ledger, monkeypatch, StoreLockedError("busy"))
    promoting = ORDER.replace(b"shipped.", b"shipped.\r\n\r\nEverything is 50% off. Shop now!")
    assert asyncio.run(dispatch(ledger, way).send(approved(BEN, promoting))).state == "deferred"
    assert way.given == []


def test_a_refusal_that_cannot_be_recorded_sends_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    way = Watched()

    def locked(_: Any) -> Any:
        raise StoreLockedError("busy")

    monkeypatch.setattr(ledger, "append", locked)
    outgoing = msgspec.structs.replace(mail(BEN), approved=True)
    assert asyncio.run(dispatch(ledger, way).send(outgoing)).state == "deferred"
    assert way.given == []


@pytest.mark.parametrize("state", ["rejected", "deferred"])
def test_what_was_not_taken_without_an_answer_is_not_of_unknown_outcome(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, state: Any
) -> None:
    broken(ledger, monkeypatch, StoreLockedError("busy"))
    out = dispatch(ledger, Watched(Handed(state, "no", 550)))
    assert asyncio.run(out.send(approved(BEN))).state == state
    asyncio.run(out.close())
    monkeypatch.undo()
    Journal(ledger).close()
    assert bodies(ledger) == []


LINKED = ORDER + b"\r\nView your order: https://oak.example/orders/1044?key=abc\r\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"1044", b"1051"), (b"$120.00", b"$1,090.50"), (b"key=abc", b"key=xyz"), (b"1044", b"AU-77"[3:]),
        (b"orders/1044", b"orders/7be0Vt29xQ4kLm81"),
    ],
)  # fmt: skip
def test_an_approved_message_is_known_again_with_the_details_of_another_order(old: bytes, new: bytes) -> None:
    assert fingerprint(LINKED.replace(old, new)) == fingerprint(LINKED.replace(b"orders/1044", b"orders/1"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Order number: 1044", b"Order number: 50%-OFF-SHOP-NOW"), (b"Order number: 1044", b"Order number: BUY1GET1"),
        (b"orders/1044?key=abc", b"sale?key=abc"), (b"orders/1044", b"orders/spring-sale-50-off-everything"),
        (b"?key=abc", b"?" + b"&a" * 110), (b"order.", b"order, shop-now@50-off.example."),
        (b"oak.example/orders", b"elm.example/orders"),
    ],
)  # fmt: skip
def test_what_is_no_mere_detail_makes_another_message(old: bytes, new: bytes) -> None:
    assert old in LINKED
    assert fingerprint(LINKED.replace(old, new)) != fingerprint(LINKED)
