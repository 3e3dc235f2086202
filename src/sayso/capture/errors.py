"""What can go wrong while reading a file. No message holds a contact detail: messages end in logs and terminals."""

from __future__ import annotations


class CaptureError(Exception):
    """Base of all errors of this package. The text says what is wrong and then what to do."""


class FileRefusedError(CaptureError):
    """The file as a whole cannot be read; nothing of it was loaded."""


class UnknownKindError(FileRefusedError):
    """What kind of export the file is could not be recognised, or the kind that was named does not exist."""


class MappingError(CaptureError):
    """A mapping of columns is wrong: it names a column the file lacks, or a meaning that does not exist."""


class BadRowError(CaptureError):
    """One row cannot be used. `reason` says why and what to do, without the row's contents."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NobodyError(BadRowError):
    """It names neither a mailbox nor a number: it is about nobody we could reach, and nothing has to be kept of it."""


class BadValueError(BadRowError):
    """One value of a row cannot be used; the rest of the row may still be."""


class TooOftenError(CaptureError):
    """More was said of one address within the hour than a person says; it was not recorded."""
