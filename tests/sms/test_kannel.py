"""Texts through a real Kannel, to and from a pretended carrier, in a network that nobody else is in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def seen(part: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    part("bearerbox")
    alone = [part("unshare"), "-rn"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        said = "a network of one's own cannot be made here (unshare -rn); permit user namespaces"
        pytest.fail(said) if os.environ.get("SAYSO_REQUIRE_PARTS") else pytest.skip(said)
    command = [*alone, sys.executable, str(HERE / "kannel_stage.py"), str(tmp_path_factory.mktemp("kannel"))]
    there = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=there)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def got(log: str) -> list[str]:
    """What the carrier was given, each part as it came."""
    return re.findall(r"Got message \d+: <(.*)>", log)


def joined(parts: list[str]) -> bytes:
    """The data of the parts of one long text, without the headers that join them."""
    return b"".join(unquote_to_bytes(one.partition(" data ")[2].replace("+", " ")) for one in parts)


def test_texts_reach_the_carrier_and_it_tells_so(seen: dict[str, Any]) -> None:
    assert seen["sent"] == {"gsm": "sent", "emoji": "sent", "long": "sent"}
    assert seen["reported"] == ["delivered"] * 3


def test_a_short_text_leaves_in_one_part_with_the_stop_words(seen: dict[str, Any]) -> None:
    text, *_ = got(seen["carrier_got"])
    assert text.startswith("12345 +61491570156 text Copper Kettle: you left a kettle")
    assert text.endswith("Reply STOP to opt out")


def test_an_emoji_goes_as_ucs2_and_arrives_whole(seen: dict[str, Any]) -> None:
    parts = [one for one in got(seen["carrier_got"]) if "%D8%3E" in one or "%00S%00T%00O%00P" in one]
    assert len(parts) == 2
    assert all("udh %05%00%03" in one for one in parts)
    whole = joined(parts).decode("utf-16-be")
    assert "you left a kettle 🫖 in your basket" in whole
    assert whole.endswith("Reply STOP to opt out")


def test_a_long_text_goes_in_parts_that_the_phone_joins(seen: dict[str, Any]) -> None:
    parts = [one for one in got(seen["carrier_got"]) if " data Copper" in one or "Reply+STOP" in one]
    assert len(parts) == 2
    assert joined(parts).decode().endswith("a kettle of 7 litres. Reply STOP to opt out")


def test_a_stop_that_came_through_kannel_stops_the_next_text(seen: dict[str, Any]) -> None:
    assert seen["stops_before"] == [], "a question about another colour is no stop"
    assert seen["stops"] == ["stop_keyword"]
    assert seen["after_stop"].startswith("refused: ")


def test_it_is_confirmed_by_one_text_of_ours_and_kannel_adds_none(seen: dict[str, Any]) -> None:
    (text,) = got(seen["carrier_got_after"])
    assert text.endswith("Copper Kettle: you are unsubscribed. You will get no more marketing texts from us.")


def test_a_stop_that_came_while_nobody_listened_is_not_lost(seen: dict[str, Any]) -> None:
    assert seen["while_away"] == []
    assert seen["back"] == ["stop_keyword"]


def test_the_ledger_is_as_it_was_written(seen: dict[str, Any]) -> None:
    assert seen["verified"] == []
