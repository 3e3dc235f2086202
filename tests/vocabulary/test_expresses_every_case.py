"""The vocabulary can say what every worked case turns on, those of places whose rulebooks come later included."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from sayso.reports.casebook import read_cases
from sayso.vocabulary.given import read_facts

HERE = Path(__file__).parent
COLLECTION = HERE.parents[1] / ".." / "shared" / "cases"
TRANSLATED = HERE.parents[0] / "law" / "cases"
LATER = yaml.safe_load((HERE / "europe-canada-pacific.yaml").read_text("utf-8"))["cases"]


def collected(name: str) -> list[dict[str, Any]]:
    file = COLLECTION / f"{name}.yaml"
    if not file.exists():
        pytest.skip("../shared is absent")
    cases: list[dict[str, Any]] = yaml.safe_load(file.read_text("utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("case", LATER, ids=lambda case: case["id"])
def test_the_facts_of_a_case_can_be_said(case: dict[str, Any]) -> None:
    read = read_facts(case["given"])
    assert read.channel
    assert read.person_country


def test_cases_that_their_sources_answer_differently_differ_in_their_facts() -> None:
    answers: dict[bytes, set[str]] = defaultdict(set)
    for case in LATER:
        answers[msgspec.json.encode([read_facts(case["given"]), str(case["at"])])].add(case["expected"])
    assert all(len(expected) == 1 for expected in answers.values())


def test_no_case_of_europe_canada_and_the_pacific_is_left_out() -> None:
    source = {case["id"]: case["expected"] for case in collected("europe-canada-pacific")}
    assert {case["id"]: case["expected"] for case in LATER} == source


@pytest.mark.parametrize("area", ["australia", "united-states"])
def test_no_case_of_a_place_with_rulebooks_is_left_out_and_none_is_bent(area: str) -> None:
    translated = {case.id: case for case in read_cases([TRANSLATED])}
    for case in collected(area):
        assert case["id"] in translated, f"{case['id']} is not translated"
        assert translated[case["id"]].expected == case["expected"], case["id"]
        assert translated[case["id"]].confidence == case["confidence"], case["id"]
