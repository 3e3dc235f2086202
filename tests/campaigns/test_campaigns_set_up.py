"""What is not set up yet, or was set up wrongly, waits and says so: it never stands on record as a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import Result
from left_carts import CAMPAIGN, IDENTITY, LEFT, Clock, NextHop, declare, leaves, make_shop
from typer.testing import CliRunner

from sayso.cli.app import app
from sayso.cli.campaign import _keep_going
from sayso.ledger import Ledger
from sayso.ledger.entries import MessageRefused
from sayso.ledger.standing import all_rulebooks
from sayso.sample.campaigns import write_campaigns
from sayso.sending.campaigns.looking import foresee
from sayso.sending.campaigns.opening import Opened, open_campaigns, open_store_campaigns
from sayso.sending.campaigns.records import Known
from sayso.sending.campaigns.sequence import Sequencer, running
from sayso.sending.dispatch import Dispatch
from sayso.sending.outgoing import Transport
from sayso.sending.sms import gateway_facts
from sayso.settings import Settings, Sms
from sayso.vocabulary import Channel

TEXTS = CAMPAIGN[: CAMPAIGN.index("  - {after: 1h")] + "  - {after: 1h, channel: sms, template: third.txt}\n"
NUMBER = "+61491570110"


@contextmanager
def running_with(
    ledger: Ledger, clock: Clock, hop: NextHop, *, gateway: bool, number: str
) -> Iterator[tuple[Opened, Sequencer]]:
    settings = Settings(sms=Sms(number=number))
    texts: dict[Channel, dict[str, Any]] = dict.fromkeys(("sms", "mms"), gateway_facts(settings.sms))
    ways: dict[Channel, Transport] = {"email": hop, **({"sms": hop} if gateway else {})}
    dispatch = Dispatch(ledger, settings, IDENTITY, all_rulebooks(ledger.home), ways, clock, settled=texts)
    with open_campaigns(ledger, settings, IDENTITY, dispatch, clock) as found, running(found) as sequencer:
        yield found, sequencer


def refusals(ledger: Ledger) -> list[MessageRefused]:
    return [one.body for one in ledger.entries_from("campaign:") if isinstance(one.body, MessageRefused)]


@pytest.mark.parametrize(("gateway", "number"), [(False, ""), (False, NUMBER), (True, "")])
def test_texts_wait_for_a_gateway_and_a_number_and_go_as_soon_as_both_are_set(
    tmp_path: Path, gateway: bool, number: str
) -> None:
    clock, hop = Clock(LEFT + timedelta(hours=1)), NextHop()
    with make_shop(tmp_path / "store", 3, clock) as ledger:
        declare(ledger.home, TEXTS)
        with running_with(ledger, clock, hop, gateway=gateway, number=number) as (found, sequencer):
            assert sequencer.tick() == {"waiting": 3}
            (campaign,) = found.campaigns
            rows = list(foresee(found, campaign, campaign.steps[0]))
            assert {row.would for row in rows} == {"wait"}
            assert all("is set: `sayso settings set sms." in row.because for row in rows)
        assert (refusals(ledger), hop.given) == ([], [])
        clock.forward(minutes=1)
        with running_with(ledger, clock, hop, gateway=True, number=NUMBER) as (_, sequencer):
            assert sequencer.tick() == {"sent": 3}


def test_what_is_overdue_is_foreseen_for_now_and_not_for_the_past(tmp_path: Path) -> None:
    clock = Clock(LEFT + timedelta(hours=5))
    with (
        make_shop(tmp_path / "store", 1, clock) as ledger,
        running_with(ledger, clock, NextHop(), gateway=True, number=NUMBER) as (found, _),
    ):
        (campaign,) = found.campaigns
        assert [row.when for row in foresee(found, campaign, campaign.steps[0])] == [clock.now]


def test_a_topic_that_is_declared_anew_is_judged_anew(tmp_path: Path) -> None:
    clock, hop = Clock(LEFT + timedelta(hours=1)), NextHop()
    with make_shop(tmp_path / "store", 2, clock) as ledger:
        declare(ledger.home, CAMPAIGN.replace("abandoned_cart", "abandonned_cart"))
        with running_with(ledger, clock, hop, gateway=True, number=NUMBER) as (_, sequencer):
            assert sequencer.tick() == {"refused": 2}
            assert sequencer.tick() == {}
        declare(ledger.home, CAMPAIGN)
        with running_with(ledger, clock, hop, gateway=True, number=NUMBER) as (_, sequencer):
            assert sequencer.tick() == {"sent": 2}
            assert sequencer.tick() == {}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_HOME", str(tmp_path / "store"))
    return tmp_path / "store"


def sayso(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(done: Result) -> str:
    return " ".join(done.output.split())


def test_the_check_says_that_nothing_names_the_topic(home: Path) -> None:
    Ledger.init(home).close()
    write_campaigns(home)
    assert sayso("campaign", "check").exit_code == 0
    file = home / "campaigns" / "cart.yaml"
    file.write_text(file.read_text().replace("abandoned_cart", "abandonned_cart"))
    done = sayso("campaign", "check")
    assert done.exit_code == 6
    assert "names the topic `abandonned_cart`; did you mean `abandoned_cart`?" in said(done)


def test_a_topic_that_only_a_consent_names_is_known(home: Path) -> None:
    with make_shop(home, 1):
        pass
    write_campaigns(home)
    notices = home / "notices.yaml"
    notices.write_text(notices.read_text().replace("abandoned_cart", "reminders"))
    assert sayso("campaign", "check").exit_code == 0


def test_what_was_refused_is_judged_anew_when_the_owner_says_so(home: Path) -> None:
    with make_shop(home, 0, lambda: datetime.now(UTC)) as ledger:
        ledger.append([entry for n in range(3) for entry in leaves(n, at=datetime.now(UTC) - timedelta(hours=2))])
        write_campaigns(home)
        with open_store_campaigns(ledger, lambda: datetime.now(UTC)) as found:
            campaign = found.campaign("cart")
            found.records.read(ledger)
            carts = [one.cart for one in found.records.due(campaign, campaign.steps[0], datetime.now(UTC), most=9)]
            for cart in carts:
                found.records.keep(
                    Known(campaign="cart", step="first", cart=cart, state="refused", said="no", at=datetime.now(UTC))
                )
    assert f"sayso campaign settle cart first {carts[0]} --as again" in said(sayso("campaign", "status"))
    assert "did not go" in said(sayso("campaign", "settle", "cart", "first", carts[0], "--as", "sent"))
    assert "1 judged anew" in said(sayso("campaign", "settle", "cart", "first", carts[0], "--as", "again"))
    assert "2 judged anew" in said(sayso("campaign", "settle", "cart", "first", "--as", "again"))
    assert "3 sent" in said(sayso("campaign", "run", "--once"))
    assert sayso("campaign", "settle", "cart", "first", carts[0], "--as", "again").exit_code == 2


def test_the_check_says_in_one_line_what_to_set_for_one_click_and_for_texts(home: Path) -> None:
    Ledger.init(home).close()
    write_campaigns(home)
    sayso("settings", "set", "sms.number", "")
    words = said(sayso("campaign", "check"))
    assert words.count("one-click") == 1
    assert "`sayso settings set public.url https://...`; `sayso settings set dkim.domain`" in words
    assert "List-Unsubscribe-Post" not in words
    assert "cart-3 waits: no gateway and no number is set" in words
    assert "add mailbox" not in words


def test_an_empty_dry_run_says_so_instead_of_two_empty_tables(home: Path) -> None:
    Ledger.init(home).close()
    write_campaigns(home)
    assert said(sayso("campaign", "dry-run", "cart")) == "nobody is in the sequence just now"


def test_each_round_that_comes_to_something_else_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    stop = Event()
    rounds = iter(["", "", "3 refused", "1 sent", "1 sent", ""])

    def round_() -> str:
        found = next(rounds, None)
        if found is None:
            stop.set()
        return found or ""

    _keep_going(round_, stop, 0)
    lines = [line.split("  ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["nothing is due", "3 refused", "1 sent", "nothing is due"]
