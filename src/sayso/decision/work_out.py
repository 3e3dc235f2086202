"""
What is worked out once, before any rule is asked: business days, the latest stop, months since an opt-out.

A value that was given is kept. Local time is not worked out here: before there is a message, hours are an obligation.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import holidays
import msgspec

from sayso.vocabulary import ACT_OF_CHANNEL, CHANNEL_OF_ACT, Facts, Stop

SALE_STOPS = ("do_not_sell", "gpc")
LONGEST_COUNT = 400
"""Days after which business days are no longer counted one by one: every law's window has long closed."""


def work_out(facts: Facts, on: date) -> Facts:
    """The facts with everything filled in that follows from them and the day asked about."""
    stops = [_counted(stop, facts, on) for stop in facts.stops]
    reaching = [stop.received_on for stop in stops if stop.received_on and _reaches(stop)]
    opted_out = [stop.received_on for stop in stops if stop.received_on and stop.kind in SALE_STOPS]
    act = facts.act or (ACT_OF_CHANNEL.get(facts.channel) if facts.channel else None)
    return msgspec.structs.replace(
        facts,
        act=act,
        channel=facts.channel or (CHANNEL_OF_ACT.get(act) if act else None),
        stops=stops,
        last_stop_on=facts.last_stop_on or max(reaching, default=None),
        months_since_opt_out=facts.months_since_opt_out
        if facts.months_since_opt_out is not None
        else (whole_months(max(opted_out), on) if opted_out else None),
    )


def _reaches(stop: Stop) -> bool:
    return stop.covers_channel is not False and stop.covers_topic is not False


def _counted(stop: Stop, facts: Facts, on: date) -> Stop:
    if stop.received_on is None:
        return stop
    return msgspec.structs.replace(
        stop,
        business_day=stop.business_day
        if stop.business_day is not None
        else business_day_number(stop.received_on, on, facts.sender_country or "AU", facts.sender_state),
        business_days_after=stop.business_days_after
        if stop.business_days_after is not None
        else business_days_after(stop.received_on, on),
    )


@lru_cache(maxsize=4096)
def business_day_number(start: date, on: date, country: str, state: str | None) -> float:
    """
    The number of the business day it is, the day of the request being 1 if it is one; each ends with its day.

    Law: au.spam-act Sch 2 cl 6 (period beginning on the day; calendar of the place the request was sent to).

    >>> business_day_number(date(2026, 11, 17), date(2026, 11, 23), "AU", "VIC")
    5.0
    """
    return 1.0 + sum(1 for day in _days(start, on) if _is_business_day(day, country, state))


@lru_cache(maxsize=4096)
def business_days_after(start: date, on: date) -> float:
    """
    Business days after the day of receipt up to and including the day asked about, less United States federal holidays.

    >>> business_days_after(date(2026, 11, 20), date(2026, 12, 7))
    10.0
    """
    return float(sum(1 for day in _days(start + timedelta(1), on + timedelta(1)) if _is_business_day(day, "US", None)))


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(number) for number in range(min((end - start).days, LONGEST_COUNT))]


@lru_cache(maxsize=4096)
def _is_business_day(day: date, country: str, state: str | None) -> bool:
    return day.weekday() < 5 and day not in _calendar(country, state, day.year)


@lru_cache(maxsize=256)
def _calendar(country: str, state: str | None, year: int) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, subdiv=state, years=year)
    except NotImplementedError:
        return holidays.HolidayBase(years=year)


def whole_months(start: date, on: date) -> float:
    """Whole months from one day to another.

    >>> whole_months(date(2025, 10, 31), date(2026, 2, 28))
    3.0
    """
    return float((on.year - start.year) * 12 + on.month - start.month - (on.day < start.day))


def cutoff(on: date, unit: Literal["days", "months"], amount: float) -> date:
    """
    The day that lies so many days or months back; a day the month does not have becomes its last.

    >>> cutoff(date(2026, 8, 31), "months", 6)
    datetime.date(2026, 2, 28)
    """
    if unit == "days":
        return on - timedelta(days=amount)
    year, month = divmod(on.year * 12 + on.month - 1 - int(amount), 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
