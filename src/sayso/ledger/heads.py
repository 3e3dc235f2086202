"""Signed heads: a short statement of all that the ledger holds. One kept elsewhere catches truncation and re-signing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from sayso.ledger.canonical import canonical
from sayso.ledger.errors import LedgerError
from sayso.ledger.keys import Keys, signature_holds


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    The ledger at one size: number of entries, root of the tree over them, last link of the chain (hex).

    Written as JSON (`to_json`), it can be kept anywhere; it holds nothing personal.
    """

    store: str
    size: int
    root: str
    link: str
    signed_at: datetime
    public_key: str
    signature: str = ""

    def statement(self) -> bytes:
        """The bytes that are signed."""
        return canonical(msgspec.structs.replace(self, signature=""))

    def signed(self, keys: Keys) -> Head:
        """This head with its signature."""
        return msgspec.structs.replace(self, signature=keys.sign(self.statement()))

    def holds(self) -> bool:
        """Is the signature that of the key it names?"""
        try:
            return signature_holds(self.public_key, self.signature, self.statement())
        except LedgerError:
            return False

    def to_json(self) -> str:
        return canonical(self).decode()


def read_head(text: str | bytes) -> Head:
    """A head from what `to_json` wrote. Raises LedgerError."""
    try:
        return msgspec.json.decode(text, type=Head)
    except ValueError as error:
        raise LedgerError(
            f"this is not a head of a ledger ({error}); give the file that `sayso ledger head` wrote"
        ) from None


FindingKind = Literal[
    "file_damaged",
    "entry_missing",
    "entry_moved",
    "entry_edited",
    "ciphertext_changed",
    "column_edited",
    "chain_broken",
    "head_missing",
    "head_signature",
    "truncated",
    "rewritten",
    "other_store",
    "signed_by_another_key",
    "person_key_missing",
    "erased_key_is_back",
    "projection_differs",
    "store_notes_edited",
]


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong: what kind, where (an entry's number, a projection key), and a sentence."""

    kind: FindingKind
    where: str
    sentence: str
