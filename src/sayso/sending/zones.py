"""
The time zones in use in a country, and in a state where a country has several: `zone.tab` and 49 CFR part 71.

A state that lies in two zones has both, however few live in the second: whoever is there is woken all the same.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

_STATES = {
    "AU": {
        "ACT": "Australia/Sydney",
        "NSW": "Australia/Sydney Australia/Broken_Hill Australia/Lord_Howe",
        "NT": "Australia/Darwin",
        "QLD": "Australia/Brisbane Australia/Lindeman",
        "SA": "Australia/Adelaide",
        "TAS": "Australia/Hobart Antarctica/Macquarie",
        "VIC": "Australia/Melbourne",
        "WA": "Australia/Perth Australia/Eucla",
    },
    "CA": {
        "AB": "America/Edmonton",
        "BC": "America/Vancouver America/Creston America/Dawson_Creek America/Edmonton America/Fort_Nelson",
        "MB": "America/Winnipeg",
        "NB": "America/Moncton",
        "NL": "America/St_Johns America/Goose_Bay",
        "NS PE": "America/Halifax America/Glace_Bay",
        "NT": "America/Edmonton America/Inuvik",
        "NU": "America/Iqaluit America/Resolute America/Rankin_Inlet America/Cambridge_Bay America/Atikokan",
        "ON": "America/Toronto America/Winnipeg America/Atikokan",
        "QC": "America/Toronto America/Blanc-Sablon America/Halifax",
        "SK": "America/Regina America/Swift_Current America/Edmonton",
        "YT": "America/Whitehorse America/Dawson",
    },
    "US": {
        "CT DE DC GA ME MD MA NH NJ NY NC OH PA RI SC VT VA WV": "America/New_York",
        "AL AR IL IA LA MN MS MO OK WI": "America/Chicago",
        "CO MT NM UT WY": "America/Denver",
        "CA WA": "America/Los_Angeles",
        "FL KY TN": "America/New_York America/Chicago",
        "KS NE ND SD TX": "America/Chicago America/Denver",
        "AK": "America/Anchorage America/Juneau America/Sitka America/Metlakatla America/Yakutat America/Nome America/Adak",
        "AS": "Pacific/Pago_Pago",
        "AZ": "America/Phoenix America/Denver",
        "GU MP": "Pacific/Guam",
        "HI": "Pacific/Honolulu",
        "ID OR": "America/Boise America/Los_Angeles",
        "IN": "America/Indiana/Indianapolis America/Chicago",
        "MI": "America/Detroit America/Menominee",
        "NV": "America/Los_Angeles America/Denver",
        "PR VI": "America/Puerto_Rico",
    },
}
"""States (ISO 3166-2 without the country) -> zones. The Navajo Nation, in Arizona, keeps summer time; West Wendover, in
Nevada, keeps Utah's."""


@cache
def _by_state() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (country, state): tuple(zones.split())
        for country, groups in _STATES.items()
        for states, zones in groups.items()
        for state in states.split()
    }


@cache
def by_country() -> dict[str, tuple[str, ...]]:
    """ISO 3166-1 alpha-2 -> the zones in use there."""
    lines = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), zone)
    return found


def zones_of(country: str, state: str | None) -> tuple[str, ...]:
    """The zones of a state where it is known and we know its zones, else all of the country."""
    return _by_state().get((country, state or "")) or by_country().get(country, ())
