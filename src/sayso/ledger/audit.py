"""
Deriving everything again from the entries: chain, tree, signed head, sealed parts, projection.

Each kind of tampering is named: an entry edited, removed or moved, ciphertext exchanged, the end cut off, the
projection changed, a head signed by another key, a file that the database itself finds damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sayso.ledger import schema
from sayso.ledger.append import CHUNK, store_states
from sayso.ledger.canonical import canonical
from sayso.ledger.chain import LONG_AGO, Chain, first_link, next_link, read_note, write_note
from sayso.ledger.engine import damage_to_file
from sayso.ledger.errors import LedgerError, StoreDamagedError
from sayso.ledger.heads import Finding, FindingKind, Head, read_head
from sayso.ledger.keys import Keys
from sayso.ledger.merkle import Frontier, consistency_proof, inclusion_proof, leaf_hash
from sayso.ledger.projection import PROJECTION, project
from sayso.ledger.sealing import Clear, Secret, read_clear, read_secret
from sayso.ledger.states import View

_Row = sa.Row[Any]


class Inclusion(msgspec.Struct, frozen=True):
    """Shows one entry to be in the ledger: its clear part, its index from 0, the path, and the head it leads to."""

    clear: bytes
    index: int
    path: list[bytes]
    head: Head


def _rows(connection: sa.Connection) -> Iterator[_Row]:
    table, last = schema.entries, -(2**62)
    while True:
        rows = connection.execute(sa.select(table).where(table.c.seq > last).order_by(table.c.seq).limit(CHUNK)).all()
        yield from rows
        if len(rows) < CHUNK:
            return
        last = rows[-1].seq


def _bytes(value: Any) -> bytes:
    """The bytes of a column; an edit may have left text or a number where bytes were written."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


class _People:
    """The keys of people, unwrapped when first needed."""

    def __init__(self, connection: sa.Connection, keys: Keys) -> None:
        self._keys = keys
        self.wrapped = {row.person: row.wrapped_key for row in connection.execute(sa.select(schema.people))}
        self._ciphers: dict[str, AESGCM | None] = {}

    def cipher(self, person: str | None) -> AESGCM | None:
        if person is None or person not in self.wrapped:
            return None
        if person not in self._ciphers:
            self._ciphers[person] = self._keys.person_key(person, self.wrapped[person])
        return self._ciphers[person]


def rebuild(connection: sa.Connection, keys: Keys) -> None:
    """Replay every entry into a projection written anew. Raises StoreDamagedError if an entry cannot be read."""
    people = _People(connection, keys)
    view = View(lambda _keys: {})
    for row in _rows(connection):
        try:
            clear = read_clear(_bytes(row.clear))
            cipher = people.cipher(clear.person)
            secret = read_secret(clear, row.secret, cipher) if cipher and row.secret else None
            project(view, clear, secret, keys.hasher)
        except ValueError:
            raise StoreDamagedError(
                f"entry {row.seq} cannot be read; run `sayso ledger verify`, restore a backup"
            ) from None
    connection.execute(sa.delete(schema.projection))
    store_states(connection, view)
    write_note(connection, "projection", PROJECTION)


class _Audit:
    """One pass over the entries."""

    def __init__(self, connection: sa.Connection, keys: Keys) -> None:
        self.findings: list[Finding] = []
        self._connection = connection
        self._keys = keys
        self._people = _People(connection, keys)
        self._view = View(lambda _keys: {})
        self._frontier = Frontier()
        self._recorded_at = LONG_AGO
        self._erased: set[str] = set()
        self._lost: set[str] = set()
        self.roots: dict[int, str] = {}

    def find(self, kind: FindingKind, where: object, sentence: str) -> None:
        self.findings.append(Finding(kind, str(where), sentence))

    def entries(self, kept: Head | None, progress: Callable[[int, int], None] | None) -> None:
        """Check each entry by itself and against the one before it."""
        store = read_note(self._connection, "store") or ""
        total = self._connection.execute(sa.select(sa.func.count()).select_from(schema.entries)).scalar() or 0
        link, expected = first_link(store), 1
        wanted = {kept.size} if kept else set()
        self._mark(wanted)
        for row in _rows(self._connection):
            if row.seq > expected:
                self.find("entry_missing", expected, f"entries {expected} to {row.seq - 1} are missing")
            expected = row.seq + 1
            leaf = leaf_hash(_bytes(row.clear))
            self._frontier.add(leaf)
            self._mark(wanted)
            clear = self._entry(row, leaf)
            linked = next_link(link, _bytes(row.leaf))
            if linked != row.link:
                self.find("chain_broken", row.seq, f"entry {row.seq} is not linked to the one before it")
            link = _bytes(row.link)
            if clear is not None:
                self._recorded_at = clear.recorded_at
                self._sealed(row, clear)
            if progress is not None and self._frontier.size % CHUNK == 0:
                progress(self._frontier.size, total)
        if progress is not None:
            progress(total, total)
        self._end(link)

    def _mark(self, wanted: set[int]) -> None:
        if self._frontier.size in wanted:
            self.roots[self._frontier.size] = self._frontier.root().hex()

    def _entry(self, row: _Row, leaf: bytes) -> Clear | None:
        try:
            clear = read_clear(_bytes(row.clear))
            written = canonical(clear)
        except ValueError:
            self.find("entry_edited", row.seq, f"entry {row.seq} is no longer an entry")
            return None
        if leaf != row.leaf:
            self.find("entry_edited", row.seq, f"entry {row.seq} was changed after it was written")
        elif written != row.clear:
            self.find("entry_edited", row.seq, f"entry {row.seq} is not written canonically")
        if clear.seq != row.seq:
            self.find("entry_moved", row.seq, f"entry {row.seq} was written as entry {clear.seq}: entries were moved")
        if (clear.id, clear.origin, clear.person) != (row.id, row.origin, row.person):
            self.find("column_edited", row.seq, f"the columns of entry {row.seq} differ from the entry itself")
        return clear

    def _sealed(self, row: _Row, clear: Clear) -> None:
        for name, part, expected in (("details", row.secret, clear.sealed), ("raw input", row.raw, clear.raw)):
            intact = (
                part is None if expected is None else isinstance(part, bytes) and sha256(part).hexdigest() == expected
            )
            if not intact:
                self.find(
                    "ciphertext_changed",
                    row.seq,
                    f"the sealed {name} of entry {row.seq} are not those it was written with",
                )
        if clear.kind == "erasure_done" and clear.person:
            self._erased.add(clear.person)
        secret: Secret | None = None
        if row.secret is not None and clear.person:
            cipher = self._people.cipher(clear.person)
            if cipher is None:
                self._lost.add(clear.person)
            else:
                try:
                    secret = read_secret(clear, row.secret, cipher)
                except ValueError:
                    secret = None
                if secret is None:
                    self.find(
                        "ciphertext_changed",
                        row.seq,
                        f"the sealed details of entry {row.seq} do not open with the person's key",
                    )
        try:
            project(self._view, clear, secret, self._keys.hasher)
        except ValueError:
            self.find("entry_edited", row.seq, f"entry {row.seq} cannot be replayed")

    def _end(self, link: bytes) -> None:
        size = self._frontier.size
        for person in sorted(self._lost - self._erased):
            self.find("person_key_missing", person, "a person's key is missing, and no erasure is on record")
        for person in sorted(self._erased & set(self._people.wrapped)):
            self.find(
                "erased_key_is_back", person, "the key of someone erased is back, as from a restored copy; erase again"
            )
        text = read_note(self._connection, "head")
        if text is None:
            self.find("head_missing", "head", "the signed head is missing")
            return
        try:
            head = read_head(text)
        except LedgerError:
            self.find("head_signature", "head", "the signed head cannot be read")
            return
        if head.public_key != self._keys.public or not head.holds():
            self.find("head_signature", "head", "the head is not signed with this ledger's key")
        elif head.size > size:
            self.find(
                "truncated", size, f"the head states {head.size} entries, and {size} are there: the end was cut off"
            )
        elif (head.size, head.root, head.link) != (size, self._frontier.root().hex(), link.hex()):
            self.find("rewritten", "head", "the entries are not those that the signed head states")
        if not self._end_agrees(link):
            self.find("store_notes_edited", "end", "the store's note of where the ledger ends does not fit its entries")
        if read_note(self._connection, "lookup") != str(self._keys.hasher.version):
            self.find("store_notes_edited", "lookup", "the store does not say which key its addresses are found by")

    def _end_agrees(self, link: bytes) -> bool:
        try:
            chain = Chain.read(self._connection)
        except (LedgerError, ValueError):
            return False
        there = (self._frontier.size, link, self._frontier.root(), self._recorded_at)
        return (chain.size, chain.link, chain.root(), chain.recorded_at) == there

    def projection(self) -> None:
        """Hold the stored projection against the replay."""
        replayed = dict(self._view.written()[0])
        table = schema.projection
        for row in self._connection.execute(sa.select(table)):
            expected = replayed.pop(row.key, None)
            if expected is None:
                self.find("projection_differs", row.key, "the projection holds what no entry says")
            elif expected != row.state:
                self.find(
                    "projection_differs",
                    row.key,
                    "the projection differs from what the entries say; run `sayso ledger rebuild`",
                )
        for key in replayed:
            self.find(
                "projection_differs", key, "the projection lacks what the entries say; run `sayso ledger rebuild`"
            )


def verify(
    connection: sa.Connection, keys: Keys, kept: Head | None, progress: Callable[[int, int], None] | None
) -> list[Finding]:
    """Everything that is wrong. See `Ledger.verify`."""
    audit = _Audit(connection, keys)
    for said in damage_to_file(connection):
        audit.find("file_damaged", "file", f"the database finds its file damaged ({said}); restore the latest backup")
    audit.entries(kept, progress)
    audit.projection()
    if kept is not None:
        _against(audit, kept, read_note(connection, "store") or "", keys)
    return audit.findings


def _against(audit: _Audit, kept: Head, store: str, keys: Keys) -> None:
    """Hold the ledger against a head kept elsewhere."""
    if not kept.holds():
        audit.find("head_signature", "kept head", "the head kept elsewhere does not bear its own signature")
    elif kept.store != store:
        audit.find("other_store", "kept head", "the head kept elsewhere is of another ledger")
    elif kept.public_key != keys.public:
        audit.find("signed_by_another_key", "kept head", "the ledger is now signed with another key than the kept head")
    if kept.size not in audit.roots:
        audit.find(
            "truncated",
            "kept head",
            f"the kept head states {kept.size} entries; the ledger has fewer: its end was cut off",
        )
    elif audit.roots[kept.size] != kept.root:
        audit.find("rewritten", "kept head", f"the first {kept.size} entries are not those that the kept head states")


def _leaves(connection: sa.Connection) -> list[bytes]:
    return list(connection.execute(sa.select(schema.entries.c.leaf).order_by(schema.entries.c.seq)).scalars())


def inclusion(connection: sa.Connection, entry: str) -> Inclusion:
    """The proof for one entry. Raises LedgerError if it is not there."""
    row = connection.execute(sa.select(schema.entries).where(schema.entries.c.id == entry)).first()
    text = read_note(connection, "head")
    if row is None or text is None:
        raise LedgerError(f"the ledger has no entry `{entry}`")
    leaves = _leaves(connection)
    return Inclusion(row.clear, row.seq - 1, inclusion_proof(leaves, row.seq - 1), read_head(text))


def consistency(connection: sa.Connection, earlier: int) -> list[bytes]:
    """The path from an earlier size to now."""
    leaves = _leaves(connection)
    if not 0 < earlier <= len(leaves):
        raise LedgerError(f"the ledger has {len(leaves)} entries; ask from a size between 1 and that")
    return consistency_proof(leaves, earlier)
