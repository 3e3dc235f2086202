"""The one writer: takes entries, works out whom they concern and which stops they carry, and stores them, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sayso.ledger import schema
from sayso.ledger.addresses import normalised
from sayso.ledger.chain import Chain
from sayso.ledger.engine import Lookup, quick
from sayso.ledger.entries import Checkout, Entry, ErasureDone, OrderPlaced, PersonDescribed, Stopping, as_utc, new_id
from sayso.ledger.errors import EntryError, StoreDamagedError
from sayso.ledger.keys import Keys
from sayso.ledger.projection import ADDRESS_BOUND, project, stop_kind
from sayso.ledger.sealing import IMPERSONAL, Clear, Secret, read_clear, seal
from sayso.ledger.states import View, address_key, checkout_key, open_key, person_key, stop_key
from sayso.vocabulary import VOCABULARY

CHUNK = 500
"""Values in one `IN (...)`, and rows in one insert."""

CLOCK_SLACK = timedelta(minutes=5)
"""How far in the future a thing may have happened, for clocks that differ."""


class Appended(msgspec.Struct, frozen=True):
    """What became of a batch: `added` by entry id, `already_known` by origin."""

    added: list[str]
    already_known: list[str]


def chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """The values, `CHUNK` at a time."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def marks(values: Sequence[Any]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))


def load_states(connection: Lookup, keys: list[str]) -> dict[str, bytes]:
    """The stored states under these keys."""
    found: dict[str, bytes] = {}
    for part in chunks(keys):
        query = f"SELECT key, state FROM projection WHERE key IN ({marks(part)})"  # noqa: S608 -- question marks alone
        found.update(quick(connection, query, part))
    return found


def store_states(connection: sa.Connection, view: View) -> None:
    """Write back what changed."""
    insert, update, delete = view.written()
    table = schema.projection
    if insert:
        connection.execute(sa.insert(table), [{"key": key, "state": state} for key, state in insert.items()])
    if update:
        change = sa.update(table).where(table.c.key == sa.bindparam("found")).values(state=sa.bindparam("now"))
        connection.execute(change, [{"found": key, "now": state} for key, state in update.items()])
    for part in chunks(delete):
        connection.execute(sa.delete(table).where(table.c.key.in_(part)))


_entry = msgspec.json.Decoder(Entry)


def _check_values(entry: Entry) -> None:
    """Refuse what could be written and not be read again. The message tells the field, not what stood in it."""
    try:
        _entry.decode(msgspec.json.encode(entry))
    except msgspec.ValidationError as error:
        _, _, place = str(error).rpartition("`$.")
        raise EntryError(
            f"`{entry.origin}`: `{place.rstrip('`') or 'entry'}` cannot be what was given; see the kinds of entry"
        ) from None
    except UnicodeEncodeError:
        raise EntryError(
            "something in an entry cannot be written as text (it holds half a character); correct it or leave it out"
        ) from None


def checked(entry: Entry, now: datetime) -> Entry:
    """The entry with its moments in UTC and its addresses normalised. Raises EntryError or AddressError."""
    _check_values(entry)
    impersonal = isinstance(entry.body, IMPERSONAL)
    if impersonal and (entry.addresses or entry.person or entry.private or entry.raw):
        raise EntryError(f"`{entry.kind}` is about the business; leave out person, addresses, private and raw")
    if not impersonal and not entry.addresses and entry.person is None:
        raise EntryError(f"`{entry.kind}` has neither an address nor a person; say whom it concerns")
    if not entry.origin:
        raise EntryError("`origin` is empty; say where the entry came from, so that it is recorded only once")
    try:
        happened = as_utc(entry.happened_at)
        recorded = as_utc(entry.recorded_at) if entry.recorded_at else None
    except ValueError as error:
        raise EntryError(f"`{entry.origin}`: {error}") from None
    except OverflowError:
        raise EntryError(f"`{entry.origin}` lies outside the calendar; check its date") from None
    if happened > now + CLOCK_SLACK or (recorded is not None and recorded > now):
        raise EntryError(f"`{entry.origin}` lies in the future; check its date and this machine's clock")
    if isinstance(entry.body, PersonDescribed):
        _check_described(entry.body)
    addresses = list(dict.fromkeys(map(normalised, entry.addresses)))
    return msgspec.structs.replace(entry, happened_at=happened, recorded_at=recorded, addresses=addresses)


_KIND_OF_VALUE = {"flag": bool, "number": (int, float), "choice": str, "text": str}


def _check_described(body: PersonDescribed) -> None:
    for name, value in body.facts.items():
        term = VOCABULARY.facts.get(name)
        if term is None or term.owner != "person" or term.fact.worked_out:
            raise EntryError(f"`{name}` is not a fact of a person that can be stated; see the reference of facts")
        fits = isinstance(value, _KIND_OF_VALUE[term.kind]) and (term.kind == "flag" or not isinstance(value, bool))  # type: ignore[arg-type]
        if not fits or (term.choices and value not in term.choices):
            raise EntryError(f"`{name}` cannot be that value; it takes {', '.join(term.choices) or f'a {term.kind}'}")


class Writer:
    """One batch inside one transaction."""

    def __init__(self, connection: sa.Connection, keys: Keys, chain: Chain, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._hasher = keys.hasher
        self._chain = chain
        self._now = now
        self._view = View(lambda wanted: load_states(connection, wanted))
        self._ciphers: dict[str, AESGCM] = {}
        self._new_people: dict[str, bytes] = {}
        self._erased: list[str] = []
        self._rows: list[dict[str, Any]] = []

    def append(self, entries: Sequence[Entry]) -> Appended:
        """Take a batch in order. Raises before anything is stored if one entry is not as it should be."""
        given = [checked(entry, self._now) for entry in entries]
        known = self._known_origins([entry.origin for entry in given])
        ready, repeated = [], []
        for entry in given:
            if entry.origin in known:
                if isinstance(entry.body, Stopping) and known[entry.origin] != entry.kind:
                    raise EntryError(f"`{entry.origin}` is the origin of another entry; give this stop one of its own")
                repeated.append(entry.origin)
                continue
            known[entry.origin] = entry.kind
            ready.append(entry)
        self._prefetch(ready)
        for entry in ready:
            self._add(entry)
        self._store()
        return Appended([entry.id for entry in ready], repeated)

    def _known_origins(self, origins: list[str]) -> dict[str, str]:
        """Those of the origins that are on record, with the kind of their entry."""
        known: dict[str, str] = {}
        for part in chunks(origins):
            query = f"SELECT origin, clear FROM entries WHERE origin IN ({marks(part)})"  # noqa: S608 -- question marks alone
            known.update((row[0], read_clear(row[1]).kind) for row in quick(self._connection, query, part))
        return known

    def _prefetch(self, entries: list[Entry]) -> None:
        """Read in a few queries what the batch will need one by one."""
        addresses = {address for entry in entries for address in entry.addresses}
        hashes = [self._hasher.exact(address) for address in addresses]
        self._view.prefetch([address_key(found) for found in hashes])
        people = {entry.person for entry in entries if entry.person}
        people.update(person for found in hashes for person in self._view.address(found).people)
        self._view.prefetch([person_key(person) for person in people])
        folds = {self._hasher.fold(address) for address in addresses}
        folds.update(held.folded for person in people for held in self._view.person(person).addresses)
        forms = {e.body.form for e in entries if isinstance(e.body, Checkout | OrderPlaced) and e.body.form}
        checkouts = [key for form in sorted(forms) for key in (checkout_key(form), open_key(form))]
        self._view.prefetch([*(stop_key(fold) for fold in folds), *checkouts])
        for part in chunks(sorted(people)):
            query = f"SELECT person, wrapped_key FROM people WHERE person IN ({marks(part)})"  # noqa: S608 -- question marks alone
            for person, wrapped in quick(self._connection, query, part):
                cipher = self._keys.person_key(person, wrapped)
                if cipher is not None:
                    self._ciphers[person] = cipher

    def _add(self, entry: Entry) -> None:
        recorded = entry.recorded_at or max(self._now, self._chain.recorded_at)
        if recorded < self._chain.recorded_at:
            raise EntryError(f"`{entry.origin}` says it was recorded before the last entry; give entries in that order")
        cipher = None
        if not isinstance(entry.body, IMPERSONAL):
            entry.person, cipher = self._person_of(entry)
        if isinstance(entry.body, ErasureDone) and entry.person is not None:
            cipher = None
            self._erase(entry.person)
        clear = Clear(
            seq=self._chain.size + 1,
            id=entry.id,
            kind=entry.kind,
            happened_at=entry.happened_at,
            recorded_at=recorded,
            origin=entry.origin,
            actor=entry.actor,
            proof=entry.proof,
            sender=entry.sender,
            person=entry.person,
            import_id=entry.import_id,
        )
        if entry.person is not None:
            clear.holds = self._holds(entry, entry.person)
            clear.lookup = self._hasher.version if clear.holds else None
        sealed = seal(entry, clear, cipher)
        leaf, link = self._chain.add(sealed.clear, clear.recorded_at)
        self._rows.append(
            {
                "seq": clear.seq,
                "id": clear.id,
                "origin": clear.origin,
                "person": clear.person,
                "clear": sealed.clear,
                "secret": sealed.secret,
                "raw": sealed.raw,
                "leaf": leaf,
                "link": link,
            }
        )
        secret = None
        if cipher is not None:
            secret = Secret(addresses=entry.addresses, body=None if clear.body is not None else entry.body)
        project(self._view, clear, secret, self._hasher)

    def _erase(self, person: str) -> None:
        """Let nobody, not even the rest of this batch, use the person's key again."""
        self._ciphers.pop(person, None)
        if self._new_people.pop(person, None) is None:
            self._erased.append(person)

    def _person_of(self, entry: Entry) -> tuple[str, AESGCM]:
        """
        Whom an entry concerns: the person named, or who holds its first address, or who holds another one and has none
        of the first one's kind; otherwise someone new. Two mailboxes behind one number stay two people.
        """
        person = entry.person or self._holder(entry)
        if person is not None:
            if person in self._ciphers:
                return person, self._ciphers[person]
            if entry.person is not None:
                raise EntryError(f"`{entry.origin}`: nobody with this id is on record; they may have been erased")
            raise StoreDamagedError("the key of someone on record is missing; run `sayso ledger verify`")
        person = new_id()
        cipher, wrapped = self._keys.new_person_key(person)
        self._ciphers[person] = cipher
        self._new_people[person] = wrapped
        self._view.expect_new(person_key(person))
        return person, cipher

    def _holder(self, entry: Entry) -> str | None:
        hashes = [self._hasher.exact(address) for address in entry.addresses]
        first = self._view.address(hashes[0]).people
        if first:
            return max(first, key=lambda person: len(self._exact_of(person).intersection(hashes)))
        for found in hashes[1:]:
            for person in self._view.address(found).people:
                if all(held.kind != entry.addresses[0].kind for held in self._view.person(person).addresses):
                    return person
        return None

    def _exact_of(self, person: str) -> set[str]:
        return {held.exact for held in self._view.person(person).addresses}

    def _holds(self, entry: Entry, person: str) -> dict[str, list[str]]:
        """
        Which stops hold for which addresses from this entry on.

        A stop holds for every address of the person, except one that is about a mailbox or number alone. An address
        that is new to the person is tied to the others: each takes over the stops of all, so that the stricter stays.
        """
        held = [known.folded for known in self._view.person(person).addresses]
        named = [self._hasher.fold(address) for address in entry.addresses]
        everywhere = list(dict.fromkeys([*held, *named]))
        holds: dict[str, list[str]] = {}
        if not set(named) <= set(held) and len(everywhere) > 1:
            tied = {
                stop.entry
                for fold in everywhere
                for stop in self._view.stops(fold).stops
                if stop.kind not in ADDRESS_BOUND
            }
            for fold in everywhere:
                missing = tied.difference(stop.entry for stop in self._view.stops(fold).stops)
                if missing:
                    holds[fold] = sorted(missing)
        if isinstance(entry.body, Stopping):
            kind = stop_kind(entry.body)
            if kind is not None:
                for fold in named if kind in ADDRESS_BOUND and named else everywhere:
                    holds.setdefault(fold, []).append(entry.id)
        return holds

    def _store(self) -> None:
        if not self._rows:
            return
        people = schema.people
        new = [{"person": person, "wrapped_key": wrapped} for person, wrapped in self._new_people.items()]
        if new:
            self._connection.execute(sa.insert(people), new)
        for part in chunks(self._erased):
            self._connection.execute(sa.delete(people).where(people.c.person.in_(part)))
        try:
            for part in chunks(self._rows):
                self._connection.execute(sa.insert(schema.entries), list(part))
        except sa.exc.IntegrityError:
            raise EntryError("an id in this batch is that of another entry; leave the id out") from None
        store_states(self._connection, self._view)
        self._chain.save(self._connection, self._keys, self._now)
