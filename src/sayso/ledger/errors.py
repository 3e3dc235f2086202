"""What can go wrong with the ledger; each message says what to do next, and none holds a contact detail."""

from __future__ import annotations


class LedgerError(Exception):
    """Anything the ledger refuses or cannot do. Nothing was written."""


class AddressError(LedgerError, ValueError):
    """This cannot be an address or number."""


class EntryError(LedgerError, ValueError):
    """This entry cannot be recorded as it stands."""


class StoreMissingError(LedgerError):
    """There is no store where one was looked for."""


class StoreExistsError(LedgerError):
    """There already is a store where a new one was to be made."""


class StoreNewerError(LedgerError):
    """The store was made by a newer version of sayso."""


class StoreLockedError(LedgerError):
    """Another process is writing."""


class StoreFullError(LedgerError):
    """The disk is full, or the store may not be written to."""


class StoreDamagedError(LedgerError):
    """The store cannot be read as what it should be."""


class KeyMissingError(LedgerError):
    """A key file is missing, unreadable, or not the one this store was made with."""


class FileExposedError(LedgerError):
    """Others on this machine may read a file that is its owner's alone."""
