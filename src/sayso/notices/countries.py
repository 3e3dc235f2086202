"""Countries by their code and English name, as the library for telephone numbers lists them."""

from __future__ import annotations

from sayso.vocabulary.countries import COUNTRY_NAMES

COUNTRIES: dict[str, str] = {
    code: str(names["aa"] if names.get("en", "*aa") == "*aa" else names["en"]).removeprefix("*")
    for code, names in COUNTRY_NAMES.items()
    if code.isalpha()
}
"""ISO 3166-1 alpha-2 -> English name."""


def country_names(codes: list[str]) -> list[str]:
    """The names in alphabetical order."""
    return sorted(COUNTRIES[code] for code in codes)
