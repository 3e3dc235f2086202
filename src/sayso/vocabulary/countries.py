"""The names of countries in many languages, as the library for telephone numbers lists them."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import phonenumbers


def _names() -> dict[str, dict[str, str]]:
    """The list by itself: its package also reads where each prefix of the world lies, which takes most of a second."""
    file = Path(phonenumbers.__file__).parent / "geodata" / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", file)
    assert spec is not None  # noqa: S101 -- a file of Python has a spec,
    assert spec.loader is not None  # noqa: S101 -- and that a loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names


COUNTRY_NAMES = _names()
"""ISO 3166-1 alpha-2 -> language -> name; `*aa` is the name under `aa`."""
