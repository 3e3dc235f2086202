"""The table of stops is the rulebook's own answers, and says what was promised."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from sayso.decision.stops import MESSAGES, STOPS, table_of_stops
from sayso.law import rulebooks
from sayso.vocabulary.ground import StopKind

TABLE = table_of_stops(rulebooks(), date(2026, 11, 25))
ALL = frozenset(get_args(StopKind))
SALE = frozenset({"do_not_sell", "gpc", "limit_sensitive"})


def reaching(message: str) -> frozenset[str]:
    return frozenset(kind for kind, reaches in TABLE.items() if reaches[message])


def test_every_kind_of_stop_has_its_row_and_its_words() -> None:
    assert list(TABLE) == list(STOPS) == list(get_args(StopKind))
    assert all(list(row) == list(MESSAGES) for row in TABLE.values())


def test_marketing_is_stopped_by_whatever_a_person_asks_but_the_sale_of_data() -> None:
    assert reaching("marketing") == ALL - SALE


def test_a_marketing_stop_never_stops_an_invoice() -> None:
    assert reaching("orders and account") == {"number_reassigned"}


def test_the_answer_to_a_stop_is_stopped_by_none_but_a_reassigned_number() -> None:
    assert reaching("the answer to a stop") == {"number_reassigned"}


def test_news_does_not_go_where_nobody_is_or_wants_it() -> None:
    assert reaching("news and notices") == {"hard_bounce", "complaint", "erasure", "number_reassigned"}


def test_every_stop_ends_sale_sharing_and_ads() -> None:
    assert reaching("sale, sharing and ads") == ALL


@pytest.mark.parametrize("name", [name for name, one in rulebooks().instruments.items() if one.always])
def test_what_cannot_be_turned_off_is_a_house_rulebook(name: str) -> None:
    assert rulebooks().instruments[name].layer == "own"
