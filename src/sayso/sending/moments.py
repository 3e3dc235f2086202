"""
What time it may be where somebody is: the facts of the moment, for each time zone they may plausibly be in.

The hours of a law are those of the person's own clock (47 CFR 64.1200(c)(1): "local time at the called party's
location"), and nobody's clock is on record. So each plausible clock is asked, and the strictest answer stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

import holidays
import phonenumbers
from phonenumbers import timezone

from sayso.ledger.addresses import country_of
from sayso.ledger.entries import Address
from sayso.sending.zones import by_country, zones_of
from sayso.vocabulary import Facts
from sayso.vocabulary.message import Weekday

WEEKDAYS = get_args(Weekday)
STEP = timedelta(minutes=15)
"""Every clock in use stands a whole number of these from UTC, and no law or house rule names a finer hour."""
LONGEST_WAIT = timedelta(days=8)

Clock = tuple[str, str]
"""A country, and a time zone in it."""
Permits = Callable[[datetime, dict[str, Any]], bool]
"""May it be sent at this moment, were these the facts of the moment?"""


def moments(facts: Facts, address: Address | None, at: datetime) -> list[dict[str, Any]]:
    """
    The facts of the moment for every time zone the person may be in, each distinct set once, the earliest clock first.

    Judge each and take the strictest answer. Where a country has several zones and the state is not known, all of them
    count; a number with an area in the same country counts beside the state, since people take their number along.
    Where the country is not known, or the evidence of it disagrees, the clocks of the whole world count.
    """
    return [_facts(*shown) for shown in sorted({_shown(clock, at) for clock in _plausible(facts, address)})]


def next_open(facts: Facts, address: Address | None, at: datetime, permits: Permits) -> datetime | None:
    """
    The first moment from `at` on that is permitted whichever plausible clock is the person's; None within eight days.

    >>> from sayso.vocabulary import Facts
    >>> perth = Facts(person_country="AU", person_state="WA")
    >>> next_open(perth, None, datetime(2026, 7, 1, 22, tzinfo=UTC), lambda _, now: now["local_minute"] >= 540)
    datetime.datetime(2026, 7, 2, 1, 0, tzinfo=datetime.timezone.utc)
    """
    moment = at.astimezone(UTC)
    last = moment + LONGEST_WAIT
    clocks = sorted(_plausible(facts, address))
    while moment <= last:
        forbids = _forbids(clocks, moment, permits)
        if forbids is None:
            return moment
        clocks.insert(0, clocks.pop(forbids))  # a quarter of an hour later it mostly still does
        moment += STEP - (moment - datetime.min.replace(tzinfo=UTC)) % STEP
    return None


def _forbids(clocks: Sequence[Clock], at: datetime, permits: Permits) -> int | None:
    """The place of the first clock by which it is not permitted. Clocks that show the same are asked once."""
    permitted = set()
    for place, clock in enumerate(clocks):
        shown = _shown(clock, at)
        if shown not in permitted and not permits(at, _facts(*shown)):
            return place
        permitted.add(shown)
    return None


def _shown(clock: Clock, at: datetime) -> tuple[datetime, bool]:
    """What a clock shows, without its zone, and whether it is a public holiday there."""
    country, zone = clock
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return local, _is_holiday(country, local.date())


def _facts(local: datetime, holiday: bool) -> dict[str, Any]:
    return {
        "local_minute": (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 60,
        "local_weekday": WEEKDAYS[local.weekday()],
        "public_holiday_there": holiday,
    }


def _plausible(facts: Facts, address: Address | None) -> set[Clock]:
    """Every clock that may be the person's."""
    country = facts.person_country
    if country not in by_country():
        return {(one, zone) for one, zones in by_country().items() for zone in zones}
    area = _zones_of_area(address) if address and country_of(address) == country else ()
    return {(country, zone) for zone in (*zones_of(country, facts.person_state), *area)}


@lru_cache(maxsize=4096)
def _zones_of_area(number: Address) -> tuple[str, ...]:
    """The zones of a number's own area; none for a mobile prefix or a toll-free one, which say the country alone."""
    parsed = phonenumbers.parse(number.value)
    if not phonenumbers.is_number_geographical(parsed):
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(parsed) if zone != timezone.UNKNOWN_TIMEZONE)


@lru_cache(maxsize=8192)
def _is_holiday(country: str, day: date) -> bool:
    """A national public holiday; a country whose calendar nobody has written down has none that we know."""
    return day in _national(country, day.year)


@lru_cache(maxsize=1024)
def _national(country: str, year: int) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return holidays.HolidayBase(years=year)
