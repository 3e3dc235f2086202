"""
Values found in cells: addresses, numbers, countries, days, yes and no.

Each reader returns a clean value or raises `BadValueError` with a reason that does not repeat the value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from sayso.capture.errors import BadValueError
from sayso.vocabulary.countries import COUNTRY_NAMES

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No shop sold online before."""

REMEMBERED = 4096
"""Addresses and numbers whose reading is kept for a while: the same person stands in several files, and in each twice."""

_GUARD = re.compile(r"^'(?=[\d+(=@-])")
_PLAIN_EMAIL = re.compile(r"((?=.{1,64}@)[\w+-]+(?:\.[\w+-]+)*)@([A-Za-z0-9.-]{1,180})", re.ASCII)
"""Mailboxes whose part before the @ needs no closer look."""

_UK_DRAMA = re.compile(r"^\+447700900\d{3}$")
"""Ofcom keeps 07700 900000 to 900999 free for drama; invented people live there, and nobody else."""

_ZONE = re.compile(r"(Z|UTC|[+-]\d\d:?\d\d)$", re.IGNORECASE)
_SPELLINGS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%b %d, %Y",
    "%d %b %Y",
)
_YES = frozenset({"yes", "y", "true", "1", "subscribed", "on", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "n", "false", "0", "unsubscribed", "off", "nein", "non"})

_STOPPED = re.compile(
    r"unsub(scribed?)?|(globally |manually )?(unsubscribed|suppressed)|opt(ed)? ?out|optout|withdrawn|revoked|"
    r"do not (contact|email|mail|text|disturb)|cleaned|(hard )?bounced?|(spam )?complain(ed|t)|(marked as )?spam|abuse"
)
"""Words under a consent or a status that mean that somebody asked to stop, or that mail came back."""

_STATES: dict[str, dict[str, str]] = {
    "AU": {
        "ACT": "australian capital territory", "NSW": "new south wales", "NT": "northern territory",
        "QLD": "queensland", "SA": "south australia", "TAS": "tasmania", "VIC": "victoria", "WA": "western australia",
    },
    "US": {
        "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
        "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
        "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas",
        "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts", "MI": "michigan",
        "MN": "minnesota", "MS": "mississippi", "MO": "missouri", "MT": "montana", "NE": "nebraska", "NV": "nevada",
        "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico", "NY": "new york", "NC": "north carolina",
        "ND": "north dakota", "OH": "ohio", "OK": "oklahoma", "OR": "oregon", "PA": "pennsylvania",
        "RI": "rhode island", "SC": "south carolina", "SD": "south dakota", "TN": "tennessee", "TX": "texas",
        "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington", "WV": "west virginia",
        "WI": "wisconsin", "WY": "wyoming", "PR": "puerto rico", "GU": "guam", "VI": "u.s. virgin islands",
        "AS": "american samoa", "MP": "northern mariana islands",
    },
    "CA": {
        "AB": "alberta", "BC": "british columbia", "MB": "manitoba", "NB": "new brunswick",
        "NL": "newfoundland and labrador", "NS": "nova scotia", "NT": "northwest territories", "NU": "nunavut",
        "ON": "ontario", "PE": "prince edward island", "QC": "quebec", "SK": "saskatchewan", "YT": "yukon",
    },
}  # fmt: skip
_OTHER_COUNTRY_NAMES = {
    "USA": "US", "U.S.": "US", "U.S.A.": "US", "UNITED STATES OF AMERICA": "US", "UK": "GB", "GREAT BRITAIN": "GB",
    "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB", "NORTHERN IRELAND": "GB", "AOTEAROA": "NZ",
}  # fmt: skip


def text_of(value: Any) -> str:
    """A cell or JSON value as text: ids of any length unchanged, a spreadsheet's guarding `'` removed."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return _GUARD.sub("", str(value).strip())


def read_email(value: Any) -> str:
    """An address in its normal form; whether the mailbox exists is not asked of anybody."""
    return _email(text_of(value))


@lru_cache(maxsize=REMEMBERED)
def _email(text: str) -> str:
    if text.startswith(("=", "@")) or "(" in text:
        raise BadValueError("the email address looks like a spreadsheet formula; put the address itself there")
    if "<" in text or "," in text or ";" in text:
        raise BadValueError(
            "the email cell holds more than one plain address; write one address, without name or brackets"
        )
    plain = _PLAIN_EMAIL.fullmatch(text)
    try:
        if plain:
            return f"{plain[1].lower()}@{_domain(plain[2])}"
        return _validated(text.removeprefix("mailto:"))
    except EmailNotValidError:
        raise BadValueError("the email address cannot exist as it is written; ask for it again or correct it") from None


@lru_cache(maxsize=REMEMBERED)
def _domain(text: str) -> str:
    """A domain in its normal form; many people share one."""
    return _validated(f"a@{text}")[2:]


def _validated(text: str) -> str:
    return validate_email(text, check_deliverability=False, test_environment=True).normalized


def read_phone(value: Any, country: str | None) -> str:
    """A number as E.164. A number without its `+` prefix is read as one of `country` (ISO 3166-1 alpha-2)."""
    return read_phone_and_country(value, country)[0]


def read_phone_and_country(value: Any, country: str | None) -> tuple[str, str | None]:
    """As `read_phone`, with the country the number belongs to where its prefix settles that."""
    return _phone(text_of(value), country)


@lru_cache(maxsize=REMEMBERED)
def _phone(text: str, country: str | None) -> tuple[str, str | None]:
    if text.startswith("00") and country not in ("US", "CA"):
        text = "+" + text[2:]
    if not text.startswith("+") and not country:
        raise BadValueError(
            "the phone number names no country and neither does the row; write it with + and the country's prefix, or "
            "give the file's usual country"
        )
    try:
        number = phonenumbers.parse(text, None if text.startswith("+") else country)
    except phonenumbers.NumberParseException:
        raise BadValueError("the phone number cannot be read; write it with + and the country's prefix") from None
    written = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    region = phonenumbers.region_code_for_number(number)
    valid = region is not None and phonenumbers.is_valid_number_for_region(number, region)
    if not valid and not _UK_DRAMA.match(written):
        raise BadValueError("the phone number cannot exist in its country; ask for it again or correct it")
    return written, _country_of(number, region)


def _country_of(number: phonenumbers.PhoneNumber, region: str | None) -> str | None:
    if region is None and number.country_code:
        regions = phonenumbers.region_codes_for_country_code(number.country_code)
        region = regions[0] if regions else None
    return region if region and region.isalpha() else None


@cache
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    shared: set[str] = set()
    for code, by_language in COUNTRY_NAMES.items():
        for name in by_language.values():
            key = name.casefold()
            if names.setdefault(key, code) != code:
                shared.add(key)
    return {name: code for name, code in names.items() if name not in shared and not name.startswith("*")}


def read_country(value: Any) -> str | None:
    """A country by its code or by its name in any of many languages; None where nothing is written."""
    text = text_of(value)
    if not text:
        return None
    if len(text) == 2 and text.upper() in COUNTRY_NAMES:
        return text.upper()
    code = _OTHER_COUNTRY_NAMES.get(text.upper()) or _country_names().get(text.casefold())
    if code is None:
        raise BadValueError("the country is not one that is known; write its two-letter code, such as AU")
    return code


def read_country_code(value: Any) -> str | None:
    """A country by its two-letter code (ISO 3166-1) alone; None where anything else is written, or nothing."""
    text = value.strip().upper() if isinstance(value, str) else ""
    return text if len(text) == 2 and text in COUNTRY_NAMES else None


def read_state(value: Any, country: str | None) -> str | None:
    """A state or province as its code without the country; None where nothing, or nothing known, is written."""
    text = text_of(value).removeprefix(f"{country}-")
    states = _STATES.get(country or "")
    if states is None:
        return text.upper() if 1 <= len(text) <= 3 else None
    if text.upper() in states:
        return text.upper()
    return next((code for code, name in states.items() if name == text.casefold()), None)


def read_moment(value: Any, now: datetime) -> datetime | None:
    """
    A moment in UTC; None where nothing is written. A moment written without a zone is UTC, as exports have it.

    Refused: what is not a moment, one before 1990, and one more than a day after `now`.
    """
    text = text_of(value)
    if not text:
        return None
    moment = _parse_moment(text)
    if moment is None:
        raise BadValueError("the date cannot be read; write it as 2026-11-24 or 2026-11-24T09:30:00Z")
    if moment < EARLIEST:
        raise BadValueError("the date lies before 1990, before any shop sold online; correct it")
    if moment > now + timedelta(days=1):
        raise BadValueError("the date lies in the future; correct it")
    return moment


def _parse_moment(text: str) -> datetime | None:
    text = text.strip("'\"")
    if re.fullmatch(r"\d{9,11}", text):
        return datetime.fromtimestamp(int(text), UTC)
    moment: datetime | None = None
    try:
        moment = datetime.fromisoformat(re.sub(r" ?UTC$", "+00:00", text))
    except ValueError:
        bare = _ZONE.sub("", text).strip()
        for spelling in _SPELLINGS:
            try:
                moment = datetime.strptime(bare, spelling).replace(tzinfo=UTC)
                break
            except ValueError:
                continue
    if moment is None:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def says_stop(value: Any) -> bool:
    """Whether a cell about consent or status says, in a word, that the person left or the address is dead."""
    return bool(_STOPPED.fullmatch(re.sub(r"[^a-z]+", " ", text_of(value).casefold()).strip()))


def read_yes_no(value: Any) -> bool | None:
    """Yes or no; None where nothing is written. `maybe` is neither and is refused."""
    if isinstance(value, bool):
        return value
    text = text_of(value).casefold()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise BadValueError("a yes or a no is expected and something else is written; it counts as unknown")
