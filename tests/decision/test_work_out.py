"""Business days, cutoffs and what else is worked out once."""

from datetime import date

import pytest

from sayso.decision.work_out import business_day_number, business_days_after, cutoff, whole_months, work_out
from sayso.vocabulary import Facts, Stop


@pytest.mark.parametrize(
    ("sent", "state", "last_day"),
    [
        (date(2026, 11, 17), "VIC", date(2026, 11, 23)),
        (date(2026, 10, 30), "NSW", date(2026, 11, 5)),
        (date(2026, 10, 30), "VIC", date(2026, 11, 6)),
        (date(2026, 11, 21), "VIC", date(2026, 11, 27)),
        (date(2026, 12, 18), "VIC", date(2026, 12, 24)),
        (date(2026, 12, 22), "VIC", date(2026, 12, 30)),
        (date(2027, 3, 25), "NSW", date(2027, 4, 2)),
    ],
)
def test_the_fifth_business_day_is_the_last_and_ends_with_its_day(sent: date, state: str, last_day: date) -> None:
    assert business_day_number(sent, last_day, "AU", state) == 5
    assert business_day_number(sent, date.fromordinal(last_day.toordinal() + 1), "AU", state) == 6


def test_ten_federal_business_days_skip_thanksgiving_and_begin_the_day_after_receipt() -> None:
    assert business_days_after(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert business_days_after(date(2026, 11, 20), date(2026, 12, 7)) == 10
    assert business_days_after(date(2026, 11, 20), date(2026, 12, 8)) == 11


def test_months_back_end_on_the_last_day_a_short_month_has() -> None:
    assert cutoff(date(2026, 8, 31), "months", 6) == date(2026, 2, 28)
    assert cutoff(date(2026, 3, 15), "months", 3) == date(2025, 12, 15)
    assert cutoff(date(2026, 11, 24), "days", 30) == date(2026, 10, 25)
    assert whole_months(date(2025, 10, 1), date(2026, 11, 2)) == 13


def test_the_latest_stop_that_reaches_is_found_and_given_values_are_kept() -> None:
    stops = [
        Stop(kind="unsubscribe", received_on=date(2026, 11, 10)),
        Stop(kind="gpc", received_on=date(2026, 11, 20), covers_channel=False),
        Stop(kind="unsubscribe", received_on=date(2026, 11, 12), business_day=99),
    ]
    worked = work_out(Facts(channel="email", stops=stops), date(2026, 11, 24))
    assert worked.last_stop_on == date(2026, 11, 12)
    assert worked.months_since_opt_out == 0
    assert [stop.business_day for stop in worked.stops] == [11, 3, 99]
    assert worked.act == "send"
