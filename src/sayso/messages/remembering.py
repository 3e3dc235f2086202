"""The mails of one campaign say mostly the same: what was found in one passage is remembered for the next mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

PASSAGES = 8192
"""Results remembered for each question, the least recently asked going first."""
LONGEST = 1500
"""Characters of a passage that is remembered; a longer one is looked at every time, so that memory stays bounded."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


def remembered(find: Callable[Given, Found]) -> Callable[Given, Found]:
    """Remember what a pure function finds in its first argument, a text."""
    kept = lru_cache(maxsize=PASSAGES)(find)

    @wraps(find)
    def found(*given: Given.args, **named: Given.kwargs) -> Found:
        return (kept if len(given[0]) <= LONGEST else find)(*given, **named)  # type: ignore[arg-type]

    return found
