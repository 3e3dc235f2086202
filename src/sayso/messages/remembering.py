"""The mails of one campaign say mostly the same: what was found in one passage, or run of them, is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sayso.messages.parts import Passage, Run

MOST = 8192
"""Answers remembered to one question; then it begins anew."""
LONGEST, LONGEST_RUN = 1500, 6000
"""Characters of a text, and of a run, that is remembered; a longer one is looked at every time, so that memory stays bounded."""

Asked = TypeVar("Asked", str, Passage, Run)
Found = TypeVar("Found")
Each = TypeVar("Each")


class Remembered(dict[Asked, Found]):
    """What a pure function finds in each text, passage or run: `found[passage]`, worked out the first time only."""

    def __init__(self, find: Callable[[Asked], Found]) -> None:
        super().__init__()
        self._find: Callable[[Asked], Found] = find

    def __missing__(self, asked: Asked) -> Found:
        found = self._find(asked)
        if _length(asked) <= (LONGEST_RUN if isinstance(asked, tuple) else LONGEST):
            if len(self) >= MOST:
                self.clear()
            self[asked] = found
        return found


def each(find: Callable[[Passage], list[Each]]) -> Remembered[Run, list[Each]]:
    """What a pure function finds in each passage of a run, in order; remembered for passages too, since runs differ more."""
    known = Remembered[Passage, list[Each]](find)
    return Remembered(lambda run: [one for passage in run for one in known[passage]])


def _length(asked: str | Passage | Run) -> int:
    if isinstance(asked, str):
        return len(asked)
    if isinstance(asked, tuple):
        return sum(map(_length, asked))
    beside = sum(map(len, asked.shown)) + sum(map(len, asked.pictures)) + len(asked.unread)
    return len(asked.words) + beside + sum(len(link.target) + len(link.words) for link in asked.links)
