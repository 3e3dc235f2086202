"""What time it may be where somebody is: both sides of each change of the clocks, and every plausible clock at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.ledger import phone_number
from sayso.sending.moments import moments, next_open
from sayso.sending.zones import _by_state, by_country, zones_of
from sayso.vocabulary import Facts


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


def at(
    moment: datetime, country: str | None, state: str | None = None, number: str | None = None
) -> list[dict[str, Any]]:
    address = phone_number(number) if number else None
    return moments(Facts(person_country=country, person_state=state), address, moment)


def minutes(moment: datetime, country: str | None, state: str | None = None, number: str | None = None) -> set[float]:
    return {facts["local_minute"] for facts in at(moment, country, state, number)}


def hour(value: float) -> float:
    return value * 60


@pytest.mark.parametrize(
    ("moment", "state", "local"),
    [
        (utc(2026, 10, 3, 15, 59), "VIC", hour(1) + 59),  # the last minute of standard time: 01:59 at +10
        (utc(2026, 10, 3, 16, 0), "VIC", hour(3)),  # then it is 03:00 at +11
        (utc(2026, 4, 4, 15, 59), "VIC", hour(2) + 59),  # the last minute of summer time, the first 02:59
        (utc(2026, 4, 4, 16, 0), "VIC", hour(2)),  # 02:00 comes again
        (utc(2026, 10, 3, 16, 0), "WA", hour(0)),  # Perth keeps one time all the year
    ],
)
def test_the_clock_follows_summer_time_in_australia(moment: datetime, state: str, local: float) -> None:
    assert local in minutes(moment, "AU", state)


def test_queensland_keeps_one_time_all_the_year() -> None:
    assert minutes(utc(2026, 1, 15, 0, 0), "AU", "QLD") == minutes(utc(2026, 7, 15, 0, 0), "AU", "QLD") == {hour(10)}


def test_lord_howe_moves_by_half_an_hour_and_counts_in_new_south_wales() -> None:
    winter, summer = utc(2026, 7, 1, 0, 0), utc(2026, 12, 1, 0, 0)
    assert minutes(winter, "AU", "NSW") == {hour(9.5), hour(10), hour(10.5)}, "Broken Hill, Sydney, Lord Howe"
    assert minutes(summer, "AU", "NSW") == {hour(10.5), hour(11)}, "Lord Howe and Sydney show the same in summer"
    assert minutes(utc(2026, 10, 3, 15, 29), "AU", "NSW") >= {hour(1) + 59}, "Lord Howe a minute before its change"
    assert minutes(utc(2026, 10, 3, 15, 30), "AU", "NSW") >= {hour(2.5)}, "and at its change: half an hour, not a whole"


def test_arizona_has_two_clocks_in_summer_and_one_in_winter() -> None:
    assert minutes(utc(2026, 1, 15, 18, 0), "US", "AZ") == {hour(11)}
    assert minutes(utc(2026, 7, 15, 18, 0), "US", "AZ") == {hour(11), hour(12)}, "the Navajo Nation keeps summer time"


def test_india_stands_half_an_hour_off() -> None:
    assert minutes(utc(2026, 11, 25, 3, 30), "IN") == {hour(9)}


@pytest.mark.parametrize(
    ("moment", "local"),
    [
        (utc(2026, 3, 8, 9, 59), hour(1) + 59),  # California, before the clocks go forward
        (utc(2026, 3, 8, 10, 0), hour(3)),
        (utc(2026, 11, 1, 8, 59), hour(1) + 59),  # and before they go back
        (utc(2026, 11, 1, 9, 0), hour(1)),
    ],
)
def test_the_clock_follows_summer_time_in_california(moment: datetime, local: float) -> None:
    assert minutes(moment, "US", "CA") == {local}


def test_midnight_is_minute_nought_of_the_next_day() -> None:
    (before,) = at(utc(2026, 11, 24, 12, 59, 59), "AU", "VIC")
    (midnight,) = at(utc(2026, 11, 24, 13, 0), "AU", "VIC")
    assert (before["local_weekday"], int(before["local_minute"])) == ("tuesday", 1439)
    assert (midnight["local_weekday"], midnight["local_minute"]) == ("wednesday", 0.0)


def test_a_minute_past_the_hour_by_seconds_is_past_it() -> None:
    (facts,) = at(utc(2026, 11, 25, 10, 0, 30), "AU", "VIC")
    assert facts["local_minute"] == hour(21) + 0.5


def test_the_29th_of_february_is_a_day_like_any_other() -> None:
    (leap,) = at(utc(2028, 2, 28, 14, 0), "AU", "VIC")
    assert leap == {"local_minute": hour(1), "local_weekday": "tuesday", "public_holiday_there": False}
    (ordinary,) = at(utc(2027, 2, 28, 14, 0), "AU", "VIC")
    assert ordinary["local_weekday"] == "monday", "the 1st of March, where there is no 29th"


def test_a_national_holiday_is_one_where_the_person_is() -> None:
    christmas_in_sydney = utc(2026, 12, 24, 14, 0)
    assert [facts["public_holiday_there"] for facts in at(christmas_in_sydney, "AU", "VIC")] == [True]
    assert [facts["public_holiday_there"] for facts in at(christmas_in_sydney, "US", "NY")] == [False]
    cup_day = utc(2026, 11, 3, 1, 0)
    assert [facts["public_holiday_there"] for facts in at(cup_day, "AU", "VIC")] == [False], "not a national one"


def test_a_holiday_that_began_in_one_zone_of_the_country_alone_gives_both_facts() -> None:
    new_year = at(utc(2025, 12, 31, 14, 0), "AU")
    assert {facts["public_holiday_there"] for facts in new_year} == {True, False}


def test_a_country_whose_state_is_unknown_has_all_its_clocks() -> None:
    assert minutes(utc(2026, 1, 15, 18, 0), "US") == {hour(h) for h in (8, 9, 10, 11, 12, 13)}


def test_people_take_their_number_along_so_its_area_counts_beside_the_state() -> None:
    noon = utc(2026, 1, 15, 17, 0)
    assert minutes(noon, "US", "CA", "+12125550100") == {hour(9), hour(12)}
    assert minutes(noon, "US", "CA", "+14155550100") == {hour(9)}


def test_a_mobile_prefix_and_a_toll_free_one_say_the_country_alone() -> None:
    noon = utc(2026, 7, 15, 2, 0)
    assert minutes(noon, "AU", "VIC", "+61491570156") == {hour(12)}
    assert minutes(noon, "US", "CA", "+18005550100") == minutes(noon, "US", "CA")


def test_a_foreign_number_says_nothing_of_where_in_the_country_its_holder_is() -> None:
    noon = utc(2026, 7, 15, 2, 0)
    assert minutes(noon, "AU", "VIC", "+12125550100") == {hour(12)}


@pytest.mark.parametrize("country", [None, "ZZ", "XX"])
def test_where_the_country_is_unknown_the_whole_world_counts(country: str | None) -> None:
    world = at(utc(2026, 11, 25, 12, 0), country, None, "+61491570156")
    assert len({facts["local_minute"] for facts in world}) > 30
    assert len({facts["local_weekday"] for facts in world}) > 1


def test_an_unknown_state_is_no_state() -> None:
    noon = utc(2026, 7, 15, 2, 0)
    assert minutes(noon, "AU", "Victoria") == minutes(noon, "AU")


def test_each_distinct_moment_is_given_once() -> None:
    found = at(utc(2026, 11, 25, 12, 0), None)
    assert len(found) == len({tuple(facts.items()) for facts in found})


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(by_country())),
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- in UTC below
)
def test_there_is_a_moment_for_every_country_and_it_is_a_time_of_day(country: str, moment: datetime) -> None:
    found = at(moment, country)
    assert found
    assert all(0 <= facts["local_minute"] < 1440 for facts in found)


@pytest.mark.parametrize("country", ["AU", "CA", "US"])
def test_the_states_of_a_country_leave_out_no_clock_of_it(country: str) -> None:
    """Each zone of the country keeps, in both halves of the year, the time of one that some state names."""
    days = [utc(2026, 1, 15), utc(2026, 7, 15)]
    named = {zone for (of, _), zones in _by_state().items() if of == country for zone in zones}

    def offsets(zone: str) -> tuple[timedelta | None, ...]:
        return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() for day in days)

    assert {offsets(zone) for zone in by_country()[country]} <= {offsets(zone) for zone in named}


def test_a_place_without_a_table_of_states_has_the_zones_of_its_country() -> None:
    assert zones_of("NZ", "AUK") == ("Pacific/Auckland", "Pacific/Chatham")


def house(_: datetime, now: dict[str, Any]) -> bool:
    return 540 <= now["local_minute"] < 1200 and now["local_weekday"] != "sunday"


def test_it_waits_until_the_morning_there() -> None:
    saturday_night = utc(2026, 11, 28, 10, 1)  # 21:01 in Melbourne
    opens = next_open(Facts(person_country="AU", person_state="VIC"), None, saturday_night, house)
    assert opens == utc(2026, 11, 29, 22, 0), "Monday 09:00 in Melbourne"


def test_what_is_open_already_is_not_waited_for() -> None:
    now = utc(2026, 11, 25, 1, 7)
    assert next_open(Facts(person_country="AU", person_state="VIC"), None, now, house) == now


def test_over_a_change_of_the_clocks_it_still_waits_for_nine_there() -> None:
    before = utc(2026, 10, 3, 12, 0)  # Saturday 22:00 in Hobart; the clocks go forward in the night
    opens = next_open(Facts(person_country="AU", person_state="VIC"), None, before, house)
    assert opens is not None
    assert opens.astimezone(ZoneInfo("Australia/Melbourne")).isoformat() == "2026-10-05T09:00:00+11:00"


def test_with_several_clocks_it_opens_when_the_last_does_and_never_where_they_never_meet() -> None:
    evening = utc(2026, 1, 15, 2, 0)
    assert next_open(Facts(person_country="US"), None, evening, house) == utc(2026, 1, 15, 19, 0), (
        "09:00 in the Aleutians"
    )
    assert next_open(Facts(), None, evening, house) is None
