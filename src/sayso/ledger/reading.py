"""Looking up what is known: one address, one person, or everyone in turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from sayso.ledger import schema
from sayso.ledger.append import CHUNK, load_states
from sayso.ledger.business import Business
from sayso.ledger.engine import reading
from sayso.ledger.entries import Address
from sayso.ledger.keys import AddressHasher
from sayso.ledger.places import place_of
from sayso.ledger.replay import ADDRESS_OF_CHANNEL, facts_of, held_for
from sayso.ledger.states import (
    BUSINESS,
    AddressState,
    BusinessState,
    Held,
    PersonState,
    StopRecord,
    StopState,
    address_key,
    decode,
    person_key,
    stop_key,
)
from sayso.vocabulary import Channel, Facts


class Person:
    """One person as of one moment."""

    def __init__(
        self, state: PersonState, stops: dict[str, list[StopRecord]], business: Business, at: datetime
    ) -> None:
        self.id = state.person
        self.at = at
        self._state = state
        self._stops = stops
        self._business = business

    @property
    def addresses(self) -> list[Held]:
        """The addresses known by then: kind and keyed hashes, never the address itself."""
        return [held for held in self._state.addresses if held.recorded_at <= self.at]

    @property
    def place(self) -> tuple[str | None, str | None]:
        """Country and state, as far as the evidence agrees."""
        records = [record for record in self._state.records if record.recorded_at <= self.at]
        return place_of(records, self.addresses)

    def reachable(self, channel: Channel) -> bool:
        """Is there an address of the kind the channel needs? Post and ads need none that the ledger keeps."""
        return channel not in ADDRESS_OF_CHANNEL or held_for([self._state], channel, self.at) is not None

    def facts(self, channel: Channel, topic: str, sender: str = "shop") -> Facts:
        """What was known for one question, about the address that the channel would use."""
        address = held_for([self._state], channel, self.at)
        held = [address] if address else self.addresses
        stops = {stop.entry: stop for one in held for stop in self._stops.get(one.folded, [])}
        return facts_of(
            [self._state],
            stops.values(),
            self._business,
            address=address,
            channel=channel,
            topic=topic,
            at=self.at,
            sender=sender,
        )


class Reader:
    """Reads the projection; each question sees the store as of one moment."""

    def __init__(self, engine: sa.Engine, path: Path, hasher: AddressHasher) -> None:
        self._engine = engine
        self._path = path
        self._hasher = hasher

    def business(self, at: datetime) -> Business:
        with reading(self._engine, self._path) as connection:
            return _business(connection, at)

    def knows(self, person: str) -> bool:
        """Is this the internal id of someone on record?"""
        with reading(self._engine, self._path) as connection:
            return bool(load_states(connection, [person_key(person)]))

    def holders(self, address: Address) -> list[str]:
        """Who holds exactly this address."""
        key = address_key(self._hasher.exact(address))
        with reading(self._engine, self._path) as connection:
            found = load_states(connection, [key])
        return decode(found[key], AddressState).people if key in found else []

    def facts_of_address(self, address: Address, channel: Channel, topic: str, at: datetime, sender: str) -> Facts:
        """What was known of whoever holds this address, and the stops that hold for any spelling of it."""
        exact, fold = self._hasher.exact(address), self._hasher.fold(address)
        with reading(self._engine, self._path) as connection:
            found = load_states(connection, [address_key(exact), stop_key(fold), BUSINESS])
            holders = decode(found[address_key(exact)], AddressState).people if address_key(exact) in found else []
            states = load_states(connection, [person_key(person) for person in holders])
        people = [decode(states[person_key(person)], PersonState) for person in holders]
        people = [person for person in people if any(_known(held, exact, at) for held in person.addresses)]
        return facts_of(
            people,
            decode(found[stop_key(fold)], StopState).stops if stop_key(fold) in found else [],
            Business(decode(found[BUSINESS], BusinessState) if BUSINESS in found else BusinessState(), at),
            address=Held(kind=address.kind, exact=exact, folded=fold, recorded_at=at),
            channel=channel,
            topic=topic,
            at=at,
            sender=sender,
        )

    def person(self, person: str, at: datetime) -> Person:
        """One person by internal id; someone unknown has no grounds and no stops."""
        key = person_key(person)
        with reading(self._engine, self._path) as connection:
            found = load_states(connection, [key])
            state = decode(found[key], PersonState) if key in found else PersonState(person=person)
            return Person(state, _stops(connection, [state]), _business(connection, at), at)

    def people(self, at: datetime) -> Iterator[Person]:
        """Everyone of whom something was known by then, in a fixed order."""
        table = schema.projection
        with reading(self._engine, self._path) as connection:
            business = _business(connection, at)
        last = person_key("")
        while True:
            query = (
                sa.select(table.c.key, table.c.state)
                .where(table.c.key > last, table.c.key < "q")
                .order_by(table.c.key)
                .limit(CHUNK)
            )
            with reading(self._engine, self._path) as connection:
                rows = connection.execute(query).all()
                states = [decode(row[1], PersonState) for row in rows]
                stops = _stops(connection, states)
            for state in states:
                if any(held.recorded_at <= at for held in state.addresses):
                    yield Person(state, stops, business, at)
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]


def _known(held: Held, exact: str, at: datetime) -> bool:
    return held.exact == exact and held.recorded_at <= at


def _business(connection: sa.Connection, at: datetime) -> Business:
    found = load_states(connection, [BUSINESS])
    return Business(decode(found[BUSINESS], BusinessState) if BUSINESS in found else BusinessState(), at)


def _stops(connection: sa.Connection, people: list[PersonState]) -> dict[str, list[StopRecord]]:
    """The stops of everyone's addresses, by folded hash."""
    keys = list({stop_key(held.folded) for person in people for held in person.addresses})
    return {key[2:]: decode(state, StopState).stops for key, state in load_states(connection, keys).items()}
