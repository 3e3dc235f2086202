"""One business's ledger: open it, append what happened, ask what is known, prove that nothing was changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from sayso.ledger import audit, schema
from sayso.ledger.addresses import email_address, phone_number
from sayso.ledger.append import CLOCK_SLACK, Appended, Writer, chunks
from sayso.ledger.business import Business
from sayso.ledger.chain import Chain, delete_note, read_note, read_standing, stored_head, write_note
from sayso.ledger.engine import Lookup, examining, looking, reading, shed_deleted, writing
from sayso.ledger.entries import Actor, Address, Entry, ErasureDone, as_utc
from sayso.ledger.errors import (
    EntryError,
    LedgerError,
)
from sayso.ledger.heads import Finding, Head
from sayso.ledger.keys import Keys
from sayso.ledger.opening import KEYS, STORE, create, open_store
from sayso.ledger.reading import (
    Asked,
    LookedUp,
    Person,
    business_of,
    facts_of_address,
    holders,
    is_known,
    is_on_record,
    open_checkouts,
    people_after,
    person_of,
    place_of,
)
from sayso.ledger.sealing import as_entry, read_clear, read_raw, read_secret
from sayso.vocabulary import Channel, Facts

__all__ = ["STORE", "Ledger"]

STRIDE = 2000
"""Entries read at once on the way back through the ledger."""


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """
    The ledger of one business, in one folder. Safe to share between threads; several processes may open it at once.

    Every method raises a `LedgerError` that says what to do, and then has changed nothing.
    """

    def __init__(self, home: Path, clock: Callable[[], datetime] = _now, wait_seconds: float = 10.0) -> None:
        """Open an existing ledger. `clock` gives the current moment; `wait_seconds` is how long to wait for a writer."""
        self.home = home
        self.path = home / STORE
        self._clock = clock
        self._writer = threading.Lock()
        self._engine, self._keys = open_store(home, wait_seconds)

    @classmethod
    def init(cls, home: Path, clock: Callable[[], datetime] = _now) -> Ledger:
        """Make a new ledger with fresh keys in `home`, or nothing at all; then open it."""
        create(home, as_utc(clock()))
        return cls(home, clock)

    def close(self) -> None:
        """Let go of the store."""
        self._engine.dispose()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # Writing ------------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry]) -> Appended:
        """
        Record a batch in one transaction, on disk before this returns. An origin that is known adds nothing.

        Raises EntryError or AddressError (the batch is refused whole), StoreLockedError, StoreFullError.
        """
        with self._writing() as (connection, keys):
            chain = Chain.read_signed(connection, keys)
            appended = Writer(connection, keys, chain, as_utc(self._clock())).append(entries)
            erasing = any(isinstance(entry.body, ErasureDone) for entry in entries)
            if erasing:
                write_note(connection, "to_shed", str(chain.size))
            due = read_note(connection, "to_shed")
        if due is not None:
            self._shed(due, wait=erasing)
        return appended

    def _shed(self, due: str, *, wait: bool) -> None:
        """Shed what was erased up to `due` entries; if that cannot be done now, the note of it stays for next time."""
        with suppress(LedgerError):
            if shed_deleted(self._engine, self.path, wait=wait):
                with self._writing() as (connection, _):
                    delete_note(connection, "to_shed", due)

    def fingerprint(self, text: str) -> str:
        """Names a text without telling it, for the origin of an entry; the same for the life of the ledger."""
        return self._keys.fingerprint(text)

    def secret(self, purpose: str) -> bytes:
        """A key for one purpose, such as signing links; the same for the life of the ledger."""
        return self._keys.secret(purpose)

    def sign(self, data: bytes) -> tuple[str, str]:
        """The ledger's public key and its Ed25519 signature of `data`, both as hex."""
        return self._keys.public, self._keys.sign(data)

    def erase(self, person: str, *, origin: str, actor: Actor = "owner", reason: str | None = None) -> None:
        """
        Delete the person's key: nobody can read their details again, the chain still verifies, the stops hold.

        Copies of the store made earlier still hold the wrapped key; erase again after restoring one. While another
        process reads, the write-ahead log may hold it too, until the first entry appended after that.
        """
        entry = Entry(
            body=ErasureDone(reason=reason, scope="everything"),
            happened_at=self._clock(),
            origin=origin,
            actor=actor,
            proof="captured_here",
            person=person,
        )
        if not self.append([entry]).added:
            raise EntryError(f"`{origin}` was recorded before; give this erasure an origin of its own")

    def rebuild(self) -> None:
        """Write the projection anew from the entries."""
        with self._writing() as (connection, keys):
            audit.rebuild(connection, keys)

    def rotate_lookup_key(self) -> None:
        """
        Find addresses by a new key from now on: each hash is wrapped, HMAC(new, HMAC(old, address)).

        Ledgers that are open elsewhere take to the new key by themselves. Back the keys folder up again afterwards.
        """
        with self._writing() as (connection, keys):
            version = keys.hasher.version + 1
            keys.add_lookup_key(version)
            audit.rebuild(connection, Keys(self.home / KEYS, version))
            write_note(connection, "lookup", str(version))

    @contextmanager
    def _writing(self) -> Iterator[tuple[sa.Connection, Keys]]:
        """The one writer's transaction, with the keys that the store uses now."""
        with self._writer, writing(self._engine, self.path) as connection:
            yield connection, self._keys_of(read_standing(connection).lookup)

    def _keys_of(self, lookup: int) -> Keys:
        """The keys with this version of the lookup key, which another process may have rotated."""
        if lookup != self._keys.hasher.version:
            self._keys = Keys(self.home / KEYS, lookup)
        return self._keys

    # Proving ------------------------------------------------------------------------------------------------------

    def head(self) -> Head:
        """The latest signed head; keep it elsewhere, and give it to `verify` later."""
        with reading(self._engine, self.path) as connection:
            head = stored_head(connection)
        if head is None:
            raise LedgerError("the ledger has no signed head; run `sayso ledger verify`")
        return head

    def verify(self, kept: Head | None = None, progress: Callable[[int, int], None] | None = None) -> list[Finding]:
        """
        Everything that is wrong, in order; an empty list means that the ledger is as it was written.

        `kept` is a head kept elsewhere. `progress` is told entries done and entries in all.
        """
        with examining(self._engine, self.path) as connection:
            noted = read_note(connection, "lookup") or ""
            keys = self._keys_of(int(noted)) if noted.isdecimal() else self._keys
            return audit.verify(connection, keys, kept, progress)

    def inclusion(self, entry: str) -> audit.Inclusion:
        """The proof that an entry is in the ledger as its head states it; it verifies without the ledger."""
        with reading(self._engine, self.path) as connection:
            return audit.inclusion(connection, entry)

    def consistency(self, earlier: int) -> list[bytes]:
        """The path that shows the ledger to extend its own first `earlier` entries."""
        with reading(self._engine, self.path) as connection:
            return audit.consistency(connection, earlier)

    # Asking -------------------------------------------------------------------------------------------------------

    def facts_for(
        self,
        who: Address | str,
        *,
        channel: Channel,
        topic: str,
        at: datetime | None = None,
        sender: str = "shop",
    ) -> Facts:
        """
        All that was known at `at` for one question about an address, or about a person by internal id.

        Of a person the address is taken that the channel would use. Someone unknown has no grounds and no stops.
        """
        with self._asking(at) as asked:
            if isinstance(who, Address):
                return facts_of_address(asked, who, channel, topic, sender)[0]
            return person_of(asked, who).facts(channel, topic, sender=sender)

    def looked_up(
        self, who: Address, *, channel: Channel, topic: str, at: datetime, sender: str = "shop", origin: str
    ) -> LookedUp:
        """The same about an address, and what else a message to it hangs on, out of one look at the store."""
        with self._asking(at) as asked:
            facts, business = facts_of_address(asked, who, channel, topic, sender)
            return LookedUp(facts, business, is_on_record(asked, origin))

    def iter_people(self, at: datetime | None = None) -> Iterator[Person]:
        """Everyone known at `at`, each with what is known of them."""
        with self._asking(at) as asked:
            business, at = business_of(asked), asked.at
        last: str | None = ""
        while last is not None:
            with self._asking(at) as asked:
                people, last = people_after(asked, last, business)
            yield from people

    def business(self, at: datetime | None = None) -> Business:
        """Settings, accepted risks and house rules as of a moment."""
        with self._asking(at) as asked:
            return business_of(asked)

    def knows(self, person: str) -> bool:
        """Is this the internal id of someone on record?"""
        with self._asking(None) as asked:
            return is_known(asked, person)

    def find(self, text: str, country: str | None = None) -> list[str]:
        """The people (internal ids) behind an internal id, a mailbox or a number; none if there are none."""
        if text.isascii() and self.knows(text):
            return [text]
        address = email_address(text) if "@" in text else phone_number(text, country)
        with self._asking(None) as asked:
            return holders(asked, address)

    @contextmanager
    def _asking(self, at: datetime | None) -> Iterator[Asked]:
        """
        A transaction that sees the store as of one moment, with the keys it uses now.

        Whoever asks about the present hears of every entry, even while this machine's clock is behind the one by
        which the last entry was recorded: a stop counts from the moment it is on record.
        """
        with looking(self._engine, self.path) as connection:
            yield self._asked(connection, at)

    def _asked(self, connection: Lookup, at: datetime | None) -> Asked:
        now = as_utc(self._clock())
        moment = as_utc(at) if at is not None else now
        standing = read_standing(connection)
        if standing.recorded_at > now and moment >= now - CLOCK_SLACK:
            moment = max(moment, standing.recorded_at)
        return Asked(connection, self._keys_of(standing.lookup).hasher, moment)

    def open_checkouts(self, before: datetime) -> list[Entry]:
        """The checkouts without an order that gave no sign of life since `before`: the last entry of each."""
        with self._asking(None) as asked:
            waiting = open_checkouts(asked, as_utc(before))
        return [entry for part in chunks(waiting) for entry in self.entries(part)]

    def count(self) -> tuple[int, int]:
        """How many entries and how many people are on record."""
        with reading(self._engine, self.path) as connection:
            entries = connection.execute(sa.select(sa.func.max(schema.entries.c.seq))).scalar() or 0
            people = connection.execute(sa.select(sa.func.count()).select_from(schema.people)).scalar() or 0
        return entries, people

    def entries_about(self, person: str, at: datetime | None = None) -> list[Entry]:
        """A person's entries in the order recorded, opened; what went with an erased key is left out."""
        return list(self._entries(schema.entries.c.person == person, at))

    def entries(self, ids: Iterable[str]) -> list[Entry]:
        """Entries by id, opened, in the order recorded."""
        return list(self._entries(schema.entries.c.id.in_(list(ids)), None))

    def has_origin(self, origin: str) -> bool:
        """Is there an entry whose origin begins with this? Quicker than reading them."""
        with self._asking(None) as asked:
            return is_on_record(asked, origin)

    def entries_from(self, origin: str) -> list[Entry]:
        """The entries whose origin begins with this, opened, in the order recorded."""
        column = schema.entries.c.origin
        return list(self._entries(sa.and_(column >= origin, column < origin + "\U0010ffff"), as_utc(self._clock())))

    def place_of(self, moment: datetime) -> int:
        """The place after which everything was recorded that was recorded at this moment or later; see `recorded_after`."""
        with reading(self._engine, self.path) as connection:
            return place_of(connection, as_utc(moment))

    def recorded_after(self, place: int, kinds: frozenset[str], most: int = 5000) -> tuple[list[Entry], int]:
        """
        The entries of these kinds among the next `most` after a place (from 0), opened, and the place to go on from.

        Whoever keeps the place hears of every entry once, in the order recorded, whatever any clock says.
        """
        with reading(self._engine, self.path) as connection:
            last = connection.execute(sa.select(sa.func.max(schema.entries.c.seq))).scalar() or 0
        until = min(place + most, last)
        column = schema.entries.c.seq
        slice_ = sa.and_(column > place, column <= until)
        return list(self._entries(slice_, datetime.max.replace(tzinfo=UTC), kinds)), until

    def recorded_before(
        self, place: int | None, kinds: frozenset[str], most: int, looked_at: int = 50_000
    ) -> tuple[list[tuple[int, Entry]], int | None]:
        """
        The latest `most` entries of these kinds before a place, opened, each with its place, the newest first; and the
        place to go on from, which is `None` at the beginning of the ledger. At most `looked_at` entries are looked at.
        """
        upper = (self.count()[0] if place is None else place - 1) + 1
        found: list[tuple[int, Entry]] = []
        column, left = schema.entries.c.seq, looked_at
        while upper > 1 and left > 0:
            lower = max(1, upper - min(STRIDE, left))
            slice_ = sa.and_(column >= lower, column < upper)
            for one in reversed(list(self._placed(slice_, datetime.max.replace(tzinfo=UTC), kinds))):
                found.append(one)
                if len(found) == most:
                    return found, one[0] if one[0] > 1 else None
            left -= upper - lower
            upper = lower
        return found, upper if upper > 1 else None

    def _entries(
        self, which: sa.ColumnElement[bool], at: datetime | None, kinds: frozenset[str] | None = None
    ) -> Iterator[Entry]:
        with closing(self._placed(which, at, kinds)) as placed:
            for _, entry in placed:
                yield entry

    def _placed(
        self, which: sa.ColumnElement[bool], at: datetime | None, kinds: frozenset[str] | None = None
    ) -> Generator[tuple[int, Entry]]:
        table = schema.entries
        query = (
            sa.select(table.c.clear, table.c.secret, table.c.raw, schema.people.c.person, schema.people.c.wrapped_key)
            .select_from(table.outerjoin(schema.people, table.c.person == schema.people.c.person))
            .where(which)
            .order_by(table.c.seq)
        )
        with reading(self._engine, self.path) as connection, closing(connection.execute(query)) as rows:
            asked = self._asked(connection, at)
            for written, hidden, raw, person, wrapped in rows:
                clear = read_clear(written)
                if clear.recorded_at > asked.at or (kinds is not None and clear.kind not in kinds):
                    continue
                key = self._keys.person_key(person, wrapped) if wrapped else None
                secret = read_secret(clear, hidden, key) if key and hidden else None
                entry = as_entry(clear, secret, read_raw(clear, raw, key) if key and raw else None)
                if entry is not None:
                    yield clear.seq, entry
