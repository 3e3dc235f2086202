"""What is found in a message does not depend on where it is cut into runs, nor on what was remembered before."""

from __future__ import annotations

from typing import Any

import pytest
from labelled_messages import Labelled, own, samples
from msgspec.structs import replace

from sayso.messages import parts
from sayso.messages.check_explicit import judge_explicit
from sayso.messages.complete_footer import Ways, language_of, missing
from sayso.messages.content import judge_content
from sayso.messages.parts import Passage, Place, Reading
from sayso.messages.requirements import judge_sender
from sayso.messages.requirements_stop import judge_stop

MESSAGES = [*own("tuning.yaml"), *own("held_out.yaml"), *samples()]
WAYS = Ways("https://oak.example/u/t", "https://oak.example/preferences/t")


def _found(message: Labelled) -> list[Any]:
    reading = replace(message.reading)  # its runs are not cut yet
    content = judge_content(reading, message.sender)
    return [
        content.facts,
        content.findings,
        judge_sender(reading, message.sender),
        judge_stop(reading, "https://oak.example/u/"),
        judge_explicit(reading),
        language_of(reading),
        missing(reading.runs, message.sender, WAYS, "Advertisement", "en"),
    ]


def _cut(monkeypatch: pytest.MonkeyPatch, one_in: int) -> None:
    monkeypatch.setattr(parts, "_ONE_IN", one_in)
    monkeypatch.setattr(parts, "_LONGEST", 16 if one_in == 8 else 1 << 70)
    monkeypatch.setattr(parts, "_shared", {hash(one) for message in MESSAGES for one in message.reading.passages})


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.id)
def test_the_same_is_found_however_it_is_cut(message: Labelled, monkeypatch: pytest.MonkeyPatch) -> None:
    _cut(monkeypatch, 1 << 70)
    whole = _found(message)
    for one_in in (1, 2, 8):
        _cut(monkeypatch, one_in)
        assert _found(message) == whole


def test_a_message_that_is_too_long_is_weighed_up_to_the_same_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [
        Passage(f"{number} your order was sent to you. " * 40, "text", Place("text", number)) for number in range(200)
    ]
    message = Labelled("long", Reading("Your order", "", tuple(long)), MESSAGES[0].sender, "", True)
    _cut(monkeypatch, 1 << 70)
    whole = _found(message)
    _cut(monkeypatch, 1)
    assert _found(message) == whole
    assert any("characters" in finding.said for finding in whole[1])


def test_short_passages_side_by_side_stay_in_one_run_and_what_is_new_in_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = [
        "Half",
        "price",
        "today",
        "A sentence that all get and that is longer than a heading.",
        "Dear Ana",
        "So is this one, which is long enough to end a run by itself.",
    ]
    passages = tuple(Passage(words, "text", Place("text", number)) for number, words in enumerate(said))
    monkeypatch.setattr(parts, "_ONE_IN", 1 << 70)
    monkeypatch.setattr(parts, "_shared", {hash(one) for one in passages if one.words != "Dear Ana"})
    assert [len(run) for run in Reading("", "", passages).runs] == [4, 1, 1]
    monkeypatch.setattr(parts, "_ONE_IN", 1)
    assert [len(run) for run in Reading("", "", passages).runs] == [3, 1, 1, 1]
