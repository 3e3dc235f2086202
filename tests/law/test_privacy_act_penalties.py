"""What a breach of the Privacy Act may cost: by day, by kind of sender, by principle."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from sayso.decision import decide
from sayso.law import rulebooks
from sayso.vocabulary import Facts

NO_OPT_OUT = Facts(
    channel="post",
    person_country="AU",
    turnover_aud=20_000_000.0,
    sensitive_information=False,
    collected_from_individual=True,
    reasonable_expectation=True,
    opt_out_means_provided=False,
    sender_type="company",
)


def most(facts: Facts, at: date) -> dict[str, float]:
    """The upper end of each penalty, by its kind."""
    decision = decide(facts, at, rulebooks().only(["au.privacy-act"]))
    assert decision.answer == "not_allowed"
    return {one.kind: one.most for one in decision.exposure}


def test_a_company_without_a_way_to_opt_out_faces_every_tier_at_todays_penalty_unit() -> None:
    assert most(NO_OPT_OUT, date(2026, 11, 22)) == {
        "court maximum for a serious interference, body corporate": 50_000_000,
        "court maximum, body corporate": 3_640_000,
        "court maximum for a listed principle, body corporate": 364_000,
        "infringement notice, listed corporation": 72_800,
        "infringement notice, body corporate that is not listed": 21_840,
    }


def test_a_person_in_business_faces_a_fifth_or_less() -> None:
    assert most(replace(NO_OPT_OUT, sender_type="individual"), date(2026, 11, 22)) == {
        "court maximum for a serious interference, individual": 2_500_000,
        "court maximum, individual": 728_000,
        "court maximum for a listed principle, individual": 72_800,
        "infringement notice, individual": 4_368,
    }


@pytest.mark.parametrize(
    ("at", "notice"), [(date(2024, 12, 11), 19_800), (date(2026, 6, 30), 19_800), (date(2026, 7, 1), 21_840)]
)
def test_an_infringement_notice_follows_the_penalty_unit_of_its_day(at: date, notice: float) -> None:
    assert most(NO_OPT_OUT, at)["infringement notice, body corporate that is not listed"] == notice


def test_the_day_before_the_amendments_no_amount_is_given() -> None:
    assert most(NO_OPT_OUT, date(2024, 12, 10)) == {}


def test_a_use_that_nobody_expects_is_not_among_the_listed_principles() -> None:
    unexpected = replace(
        NO_OPT_OUT, reasonable_expectation=False, opt_out_means_provided=True, opt_out_statement_in_message=True
    )
    assert "infringement notice, listed corporation" not in most(unexpected, date(2026, 11, 22))
