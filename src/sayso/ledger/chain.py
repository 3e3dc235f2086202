"""The end of the ledger: how many entries, the last link of the hash chain, the frontier of the tree, and the head."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import sqlalchemy as sa

from sayso.ledger import schema
from sayso.ledger.canonical import canonical
from sayso.ledger.errors import StoreDamagedError
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


class _End(msgspec.Struct):
    size: int
    subtrees: list[str]
    link: str
    recorded_at: datetime


def read_note(connection: sa.Connection, name: str) -> str | None:
    """One of the store's own notes; one that is not text counts as missing."""
    value = connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.name == name)).scalar()
    return value if isinstance(value, str) else None


def write_note(connection: sa.Connection, name: str, value: str) -> None:
    """Set one of the store's own notes."""
    table = schema.meta
    if connection.execute(sa.update(table).where(table.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(sa.insert(table).values(name=name, value=value))


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
        return canonical(_End(self.size, subtrees, self.link.hex(), self.recorded_at)).decode()

    def save(self, connection: sa.Connection, keys: Keys, now: datetime) -> None:
        """Write the end and a freshly signed head."""
        head = Head(self.store, self.size, self.root().hex(), self.link.hex(), now, keys.public).signed(keys)
        write_note(connection, "end", self.note())
        write_note(connection, "head", head.to_json())


def stored_head(connection: sa.Connection) -> Head | None:
    """The latest signed head, as the store has it."""
    text = read_note(connection, "head")
    return read_head(text) if text else None
