"""One value, one string of bytes: the quick way and rfc8785 agree, and the standard's own examples come out."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as some

from sayso.ledger import EntryError
from sayso.ledger.canonical import canonical
from sayso.ledger.entries import SettingChanged

_scalars = (
    some.none()
    | some.booleans()
    | some.integers(-(2**53) + 1, 2**53 - 1)
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(some.characters(exclude_categories=["Cs"]), max_size=8)
)
_keys = some.text(some.characters(exclude_categories=["Cs"]), max_size=4)
_values = some.recursive(
    _scalars, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(_keys, inner, max_size=4), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(_values)
@example({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7})
@example({"a": '\u2028\u0000\x7f\\"/'})
@example([1e21, 1e-7, -0.0, 0.1, 333333333.33333329])
def test_the_quick_way_writes_the_same_bytes_as_the_standards(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_the_example_of_the_standard() -> None:
    """RFC 8785 section 3.2.2 and its canonical form in 3.2.3."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    ("bits", "written"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555555", "333333333.3333333"),
    ],
)
def test_numbers_are_written_as_the_standard_samples_them(bits: str, written: str) -> None:
    """RFC 8785 appendix B."""
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == written


def test_keys_are_sorted_by_their_utf_16_units() -> None:
    """RFC 8785 section 3.2.3: a character beyond the basic plane sorts by its first surrogate."""
    keys = list(json.loads(canonical({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "a": 4})))
    assert keys == ["a", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**60)])
def test_what_json_cannot_hold_exactly_is_refused(value: float) -> None:
    with pytest.raises(EntryError, match="canonical JSON"):
        canonical({"a": value})


def test_one_moment_is_written_one_way() -> None:
    there = datetime(2026, 11, 2, 20, tzinfo=timezone(timedelta(hours=11)))
    assert canonical(there.astimezone(UTC)) == b'"2026-11-02T09:00:00Z"'


def test_a_default_is_left_out_and_the_kind_stands_first_in_the_alphabet_only() -> None:
    assert canonical(SettingChanged(name="x", value=1.0)) == b'{"kind":"setting_changed","name":"x","value":1}'
