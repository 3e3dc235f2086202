"""Addresses, numbers, days, countries, yes and no, as cells hold them."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from email_validator import EmailNotValidError, validate_email

from sayso.capture.errors import BadValueError
from sayso.capture.values import (
    read_country,
    read_email,
    read_moment,
    read_phone,
    read_phone_and_country,
    read_state,
    read_yes_no,
    text_of,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_short_way_of_reading_a_mailbox_agrees_with_the_long_one_on_odd_addresses() -> None:
    random = Random(5)
    parts = ["a", "Zoë", "x.y", "..", ".", "-", "_", "+", "!", "b" * 63, "c" * 70, "1", "\u2019", "\u200b", "\n", "A"]
    hosts = ["post.example", "Post.EXAMPLE", "localhost", "a.invalid", "x..example", "-x.example", "1.2.3.4",
             "xn--zckzah.example", "bücher.example", "example", "a.test", "x_y.example", "d" * 64 + ".example", "com."]  # fmt: skip
    agreed = 0
    for _ in range(3000):
        text = "".join(random.choices(parts, k=random.randint(1, 3))) + "@" + random.choice(hosts)
        try:
            wanted: str | None = validate_email(
                text.strip(), check_deliverability=False, test_environment=True
            ).normalized
        except EmailNotValidError:
            wanted = None
        try:
            found: str | None = read_email(text)
        except BadValueError:
            found = None
        assert (found or "").lower() == (wanted or "").lower(), ascii(text)
        agreed += wanted is not None
    assert agreed > 200


@pytest.mark.parametrize(("cell", "country", "number", "of"), [
    ("+61 3 5550 1234", None, "+61355501234", "AU"), ("0061 3 5550 1234", "AU", "+61355501234", "AU"),
    ("(03) 5550-1234", "AU", "+61355501234", "AU"), ("'+61355501234", None, "+61355501234", "AU"),
    ("(213) 555-0123", "US", "+12135550123", "US"), ("07700 900123", "GB", "+447700900123", "GB"),
    ("613 555 0123", "CA", "+16135550123", "CA"), ("+6421555", "AU", None, None), ("0011 1 213", "AU", None, None),
])  # fmt: skip
def test_numbers_are_read_as_people_write_them(
    cell: str, country: str | None, number: str | None, of: str | None
) -> None:
    if number is None:
        with pytest.raises(BadValueError):
            read_phone(cell, country)
    else:
        assert read_phone_and_country(cell, country) == (number, of)


@pytest.mark.parametrize(("cell", "moment"), [
    ("2026-03-01T10:00:00+11:00", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)),
    ("2026-03-01 10:00:00", datetime(2026, 3, 1, 10, 0, tzinfo=UTC)),
    ("2026-03-01 10:00:00 UTC", datetime(2026, 3, 1, 10, 0, tzinfo=UTC)),
    ("1772359200", datetime(2026, 3, 1, 10, 0, tzinfo=UTC)),
    ("Mar 1, 2026", datetime(2026, 3, 1, tzinfo=UTC)),
    ("2028-02-29", None), ("2026-11-25T00:00:01Z", None), ("03/04/2026", None), ("99999999999", None), ("٢٠٢٦-٠٣-٠١", None),
])  # fmt: skip
def test_days_are_read_where_they_can_mean_one_thing_only(cell: str, moment: datetime | None) -> None:
    if moment is None:
        with pytest.raises(BadValueError):
            read_moment(cell, NOW)
    else:
        assert read_moment(cell, NOW) == moment


@pytest.mark.parametrize(("cell", "code"), [
    ("AU", "AU"), ("au", "AU"), ("Australia", "AU"), ("Deutschland", "DE"), ("UK", "GB"), ("United States", "US"), ("", None),
])  # fmt: skip
def test_a_country_is_read_by_its_code_or_its_name(cell: str, code: str | None) -> None:
    assert read_country(cell) == code


def test_states_are_those_of_their_country() -> None:
    assert read_state("Victoria", "AU") == "VIC"
    assert read_state("california", "US") == "CA"
    assert read_state("US-CA", "US") == "CA"
    assert read_state("Ruritania", "US") is None


@pytest.mark.parametrize("cell", ["maybe", "2", "yes?", "=TRUE()"])
def test_what_is_neither_yes_nor_no_is_refused(cell: str) -> None:
    with pytest.raises(BadValueError):
        read_yes_no(cell)


def test_a_spreadsheet_s_guarding_mark_is_taken_off_and_an_apostrophe_in_a_name_is_not() -> None:
    assert text_of("'0800") == "0800"
    assert text_of("'t Hart") == "'t Hart"
    assert text_of(901234567890123457) == "901234567890123457"
