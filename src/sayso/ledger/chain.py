"""The end of the ledger: how many entries, the last link of the hash chain, the frontier of the tree, and the head."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from sayso.ledger import schema
from sayso.ledger.canonical import canonical
from sayso.ledger.engine import Lookup, quick
from sayso.ledger.errors import KeyMissingError, LedgerError, StoreDamagedError
from sayso.ledger.heads import Head, read_head
from sayso.ledger.keys import Keys
from sayso.ledger.merkle import Frontier, leaf_hash

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def first_link(store: str) -> bytes:
    """What the first entry is linked to; no two stores begin alike."""
    return sha256(b"sayso ledger " + store.encode()).digest()


def next_link(link: bytes, leaf: bytes) -> bytes:
    """The link of an entry: over the one before it and its own leaf hash."""
    return sha256(link + leaf).digest()


class _LastEntry(msgspec.Struct):
    recorded_at: datetime


class _End(_LastEntry):
    size: int
    subtrees: list[str]
    link: str


_last_entry = msgspec.json.Decoder(_LastEntry)
_STANDING = "SELECT name, value FROM meta WHERE name IN ('lookup', 'end')"
_NOTE = "SELECT value FROM meta WHERE name = ?"


class Standing(NamedTuple):
    """What every question and every batch has to know of the store, which another process may have changed."""

    lookup: int
    """The version of the lookup key in use."""
    recorded_at: datetime
    """When the last entry was recorded."""


def read_note(connection: Lookup, name: str) -> str | None:
    """One of the store's own notes; one that is not text counts as missing."""
    found = quick(connection, _NOTE, (name,))
    return found[0][0] if found and isinstance(found[0][0], str) else None


def read_standing(connection: Lookup) -> Standing:
    """How the store stands. Raises StoreDamagedError."""
    notes = dict(quick(connection, _STANDING))
    try:
        standing = Standing(int(notes["lookup"]), _last_entry.decode(notes["end"]).recorded_at)
    except (KeyError, TypeError, ValueError):
        standing = None
    if standing is None or standing.lookup < 1:
        raise StoreDamagedError("the store's own notes cannot be read; restore the latest backup")
    return standing


def write_note(connection: sa.Connection, name: str, value: str) -> None:
    """Set one of the store's own notes."""
    table = schema.meta
    if connection.execute(sa.update(table).where(table.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(sa.insert(table).values(name=name, value=value))


def delete_note(connection: sa.Connection, name: str, value: str) -> None:
    """Take back one of the store's own notes, if it is still this one."""
    table = schema.meta
    connection.execute(sa.delete(table).where(table.c.name == name, table.c.value == value))


class Chain:
    """Where the next entry goes. Read and saved inside the writer's transaction, so two writers cannot fork it."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.link = first_link(store)
        self.recorded_at = LONG_AGO
        self._frontier = Frontier()

    @classmethod
    def read(cls, connection: sa.Connection) -> Chain:
        """The chain as the store has it."""
        store, noted = read_note(connection, "store"), read_note(connection, "end")
        if store is None:
            raise StoreDamagedError("the store does not say which one it is; restore the latest backup")
        chain = cls(store)
        if noted is not None:
            try:
                end = msgspec.json.decode(noted, type=_End)
                chain.link = bytes.fromhex(end.link)
                subtrees = [bytes.fromhex(part) for part in end.subtrees]
            except ValueError:
                raise StoreDamagedError(
                    "the store's note of where the ledger ends cannot be read; restore the latest backup"
                ) from None
            chain.recorded_at = end.recorded_at
            chain._frontier = Frontier(end.size, subtrees)
        return chain

    @classmethod
    def read_signed(cls, connection: sa.Connection, keys: Keys) -> Chain:
        """
        The chain, if it ends as the latest head of this ledger's own key states; else what was tampered with would be
        signed anew. Raises StoreDamagedError or KeyMissingError.
        """
        chain = cls.read(connection)
        last = quick(connection, "SELECT max(seq) FROM entries")[0][0] or 0
        try:
            head = stored_head(connection)
        except LedgerError:
            head = None
        if head is not None and not head.holds():
            head = None
        if head is not None and head.public_key != keys.public:
            raise KeyMissingError(
                "the ledger is signed with another key than the one in its keys folder; restore that one"
            )
        stated = (head.store, head.size, head.root, head.link) if head is not None else None
        if stated != (chain.store, chain.size, chain.root().hex(), chain.link.hex()) or last != chain.size:
            raise StoreDamagedError(
                "the entries do not end as this ledger last signed them; nothing was written: "
                "run `sayso ledger verify`, and restore the latest backup"
            )
        return chain

    @property
    def size(self) -> int:
        return self._frontier.size

    def root(self) -> bytes:
        """The root of the tree over all entries."""
        return self._frontier.root()

    def add(self, clear: bytes, recorded_at: datetime) -> tuple[bytes, bytes]:
        """Take one entry; its leaf hash and its link."""
        leaf = leaf_hash(clear)
        self._frontier.add(leaf)
        self.link = next_link(self.link, leaf)
        self.recorded_at = recorded_at
        return leaf, self.link

    def note(self) -> str:
        """The end as it is kept in the store."""
        subtrees = [part.hex() for part in self._frontier.subtrees]
        return canonical(
            _End(size=self.size, subtrees=subtrees, link=self.link.hex(), recorded_at=self.recorded_at)
        ).decode()

    def save(self, connection: sa.Connection, keys: Keys, now: datetime) -> None:
        """Write the end and a freshly signed head."""
        head = Head(self.store, self.size, self.root().hex(), self.link.hex(), now, keys.public).signed(keys)
        write_note(connection, "end", self.note())
        write_note(connection, "head", head.to_json())


def stored_head(connection: sa.Connection) -> Head | None:
    """The latest signed head, as the store has it."""
    text = read_note(connection, "head")
    return read_head(text) if text else None
