"""A message judged for a place alone: from where it is taken to be sent, and what kind of body may be said to send it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from completing import SHOP
from msgspec.structs import replace
from typer.testing import CliRunner

from sayso import ask
from sayso.cli.app import app
from sayso.messages.check_law import facts_under

DAY = date(2026, 11, 25)


def test_what_is_judged_for_a_place_is_sent_from_the_sender_s_country() -> None:
    found = {"message_kind": "promotional", "commercial_purpose": True}
    american = ask(facts_under("US-NV", "email", found, replace(SHOP, country="US"), DAY), at=DAY, gate=True)
    assert not [one for one in american.looked_at if one.rule.startswith("au.spam-act") and one.outcome == "refuses"]
    australian = ask(facts_under("US-NV", "email", found, SHOP, DAY), at=DAY, gate=True)
    assert [one for one in australian.looked_at if one.rule.startswith("au.spam-act") and one.outcome == "refuses"]


@pytest.mark.parametrize("kind", ["registered_charity", "company"])
def test_a_charity_is_told_in_its_identity(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_HOME", str(tmp_path))
    who = tmp_path / "who.yaml"
    who.write_text(
        "legal_name: Reef Care Inc\nbrand: Reef Care\nemail: hello@reef.example\naddress: 12 Wharf Street, Sydney NSW 2000\n"
        f"country: AU\nwebsite: https://reef.example\nsender_type: {kind}\n"
    )
    assert facts_under("AU", "email", {}, replace(SHOP, sender_type=kind), DAY).sender_type == kind  # type: ignore[arg-type]
    done = CliRunner().invoke(
        app, ["message", "check", "--sms", "Give now", "--identity", str(who), "--place", "AU", "--json"]
    )
    assert done.exit_code in (0, 3, 4, 5)
    who.write_text(who.read_text().replace(kind, "club"))
    assert CliRunner().invoke(app, ["message", "check", "--sms", "Give", "--identity", str(who)]).exit_code == 2
