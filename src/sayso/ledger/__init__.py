"""
The ledger: what happened, kept so that it can be proved, and read back into facts as of any moment.

`Ledger` opens, appends, asks and verifies; `Entry` and the bodies in `entries` are what is recorded.
"""

from __future__ import annotations

from sayso.ledger.addresses import email_address, phone_number
from sayso.ledger.append import Appended
from sayso.ledger.entries import Address, Entry
from sayso.ledger.errors import (
    AddressError,
    EntryError,
    FileExposedError,
    KeyMissingError,
    LedgerError,
    StoreDamagedError,
    StoreExistsError,
    StoreFullError,
    StoreLockedError,
    StoreMissingError,
    StoreNewerError,
)
from sayso.ledger.heads import Finding, Head, read_head
from sayso.ledger.ledger import Ledger
from sayso.ledger.reading import Person

__all__ = [
    "Address",
    "AddressError",
    "Appended",
    "Entry",
    "EntryError",
    "FileExposedError",
    "Finding",
    "Head",
    "KeyMissingError",
    "Ledger",
    "LedgerError",
    "Person",
    "StoreDamagedError",
    "StoreExistsError",
    "StoreFullError",
    "StoreLockedError",
    "StoreMissingError",
    "StoreNewerError",
    "email_address",
    "phone_number",
    "read_head",
]
