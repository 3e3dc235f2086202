"""The mails of one campaign say mostly the same: what was found in one passage is remembered for the next mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sayso.messages.parts import Passage

MOST = 8192
"""Answers remembered to one question; then it begins anew."""
LONGEST = 1500
"""Characters of a text that is remembered; a longer one is looked at every time, so that memory stays bounded."""

Asked = TypeVar("Asked", str, Passage)
Found = TypeVar("Found")


class Remembered(dict[Asked, Found]):
    """What a pure function finds in each text, or in each passage: `found[passage]`, worked out the first time only."""

    def __init__(self, find: Callable[[Asked], Found]) -> None:
        super().__init__()
        self._find: Callable[[Asked], Found] = find

    def __missing__(self, asked: Asked) -> Found:
        found = self._find(asked)
        if _length(asked) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[asked] = found
        return found


def _length(asked: str | Passage) -> int:
    if isinstance(asked, str):
        return len(asked)
    beside = sum(map(len, asked.shown)) + sum(map(len, asked.pictures)) + len(asked.unread)
    return len(asked.words) + beside + sum(len(link.target) + len(link.words) for link in asked.links)
