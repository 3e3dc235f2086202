"""What can go wrong here. The text says what, where, and then what to do."""

from __future__ import annotations

import msgspec


class NoticeError(Exception):
    """Base of all errors of this package."""


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong in a declaration: the file, the line (from 1), and a sentence with what to write instead."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.message}"


class DeclarationError(NoticeError):
    """A declaration cannot be used; `problems` says every thing that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UnknownNoticeError(NoticeError):
    """No notice of that name, or no version of that number, was published."""


class UnreadablePageError(NoticeError):
    """The file or page to check cannot be read, or may not be fetched."""
