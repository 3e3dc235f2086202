"""Looking up what is known: one address, one person, or everyone in turn."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sayso.ledger.addresses import country_of
from sayso.ledger.append import CHUNK, load_states
from sayso.ledger.business import Business
from sayso.ledger.chain import LONG_AGO
from sayso.ledger.engine import Lookup, quick
from sayso.ledger.entries import Address
from sayso.ledger.errors import StoreDamagedError
from sayso.ledger.keys import AddressHasher
from sayso.ledger.places import Whereabouts, whereabouts
from sayso.ledger.replay import ADDRESS_OF_CHANNEL, facts_of, held_for
from sayso.ledger.sealing import read_clear
from sayso.ledger.states import (
    BUSINESS,
    AddressState,
    BusinessState,
    Held,
    OpenState,
    PersonState,
    Record,
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
    def place(self) -> Whereabouts:
        """Where they are, as far as the evidence agrees, and how sure that is."""
        records = [record for record in self._state.records if record.recorded_at <= self.at]
        return whereabouts(records, self.addresses)

    @property
    def records(self) -> list[Record]:
        """What is on record of them by then but stops and messages, without what no rule asks, in the order recorded."""
        return [record for record in self._state.records if record.recorded_at <= self.at]

    def reachable(self, channel: Channel) -> bool:
        """Is there an address of the kind the channel needs? Post and ads need none that the ledger keeps."""
        return channel not in ADDRESS_OF_CHANNEL or held_for([self._state], channel, self.at) is not None

    def facts(self, channel: Channel, topic: str, sender: str = "shop") -> Facts:
        """What was known for one question, about the address that the channel would use."""
        address = held_for([self._state], channel, self.at)
        held = [address] if address else self.addresses
        stops = {
            stop.entry: stop
            for one in held
            for stop in self._stops.get(one.folded, [])
            if stop.recorded_at <= self.at  # it may hold for one address since earlier than for another
        }
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


class Asked(NamedTuple):
    """One question put to the store as of one moment."""

    connection: Lookup
    hasher: AddressHasher
    at: datetime


class LookedUp(NamedTuple):
    """What one message hangs on: what is known of whom it is for, of the business, and of the message itself."""

    facts: Facts
    business: Business
    on_record: bool
    """An entry bears its origin."""


def business_of(asked: Asked) -> Business:
    """What the business itself had on record."""
    return _business(load_states(asked.connection, [BUSINESS]).get(BUSINESS), asked.at)


def _business(state: bytes | None, at: datetime) -> Business:
    """The business as its state says; the same object for as long as nothing is added to it."""
    if state is None:
        return Business(BusinessState(), at)
    read, latest, now = _latest_business(state)
    return now if at >= latest else Business(read, at)


@lru_cache(maxsize=4)
def _latest_business(state: bytes) -> tuple[BusinessState, datetime, Business]:
    read = decode(state, BusinessState)
    latest = max((record.recorded_at for record in read.records), default=LONG_AGO)
    return read, latest, Business(read, latest)


def is_known(asked: Asked, person: str) -> bool:
    """Is this the internal id of someone on record?"""
    return bool(load_states(asked.connection, [person_key(person)]))


def holders(asked: Asked, address: Address) -> list[str]:
    """Who holds exactly this address."""
    key = address_key(asked.hasher.exact(address))
    found = load_states(asked.connection, [key])
    return decode(found[key], AddressState).people if key in found else []


def facts_of_address(
    asked: Asked, address: Address, channel: Channel, topic: str, sender: str
) -> tuple[Facts, Business]:
    """What was known of whoever holds this address, and the stops that hold for any spelling of it; and the business."""
    exact, fold = asked.hasher.exact(address), asked.hasher.fold(address)
    found = load_states(asked.connection, [address_key(exact), stop_key(fold), BUSINESS])
    people = decode(found[address_key(exact)], AddressState).people if address_key(exact) in found else []
    states = load_states(asked.connection, [person_key(person) for person in people])
    if len(states) < len(people):
        raise StoreDamagedError("the projection lacks someone it names; run `sayso ledger verify`")
    known = [decode(states[person_key(person)], PersonState) for person in people]
    business = _business(found.get(BUSINESS), asked.at)
    facts = facts_of(
        [state for state in known if any(_known(held, exact, asked.at) for held in state.addresses)],
        decode(found[stop_key(fold)], StopState).stops if stop_key(fold) in found else [],
        business,
        address=Held(kind=address.kind, exact=exact, folded=fold, country=country_of(address), recorded_at=asked.at),
        channel=channel,
        topic=topic,
        at=asked.at,
        sender=sender,
    )
    return facts, business


def is_on_record(asked: Asked, origin: str) -> bool:
    """Is there an entry whose origin begins with this?"""
    query = "SELECT 1 FROM entries WHERE origin >= ? AND origin < ? LIMIT 1"
    return bool(quick(asked.connection, query, (origin, origin + "\U0010ffff")))


def person_of(asked: Asked, person: str) -> Person:
    """One person by internal id; someone unknown has no grounds and no stops."""
    key = person_key(person)
    found = load_states(asked.connection, [key])
    state = decode(found[key], PersonState) if key in found else PersonState(person=person)
    return Person(state, _stops(asked.connection, [state]), business_of(asked), asked.at)


def people_after(asked: Asked, last: str, business: Business) -> tuple[list[Person], str | None]:
    """The next people of whom something was known, by internal id, and where to go on; `None` at the end."""
    query = "SELECT state FROM projection WHERE key > ? AND key < 'q' ORDER BY key LIMIT ?"
    rows = quick(asked.connection, query, (person_key(last), CHUNK))
    states = [decode(state, PersonState) for (state,) in rows]
    stops = _stops(asked.connection, states)
    known = [state for state in states if any(held.recorded_at <= asked.at for held in state.addresses)]
    return (
        [Person(state, stops, business, asked.at) for state in known],
        states[-1].person if len(states) == CHUNK else None,
    )


def open_checkouts(asked: Asked, before: datetime) -> list[str]:
    """The entries of the last signs of life of checkouts that wait for an order, and gave none since `before`."""
    query = "SELECT state FROM projection WHERE key >= 'o:' AND key < 'o;'"
    states = [decode(state, OpenState) for (state,) in quick(asked.connection, query)]
    return [state.entry for state in states if state.entry and state.happened_at and state.happened_at <= before]


def place_of(connection: Lookup, moment: datetime) -> int:
    """How many entries were recorded before this moment: by halving, since what is recorded never goes back in time."""
    ((last,),) = quick(connection, "SELECT MAX(seq) FROM entries")
    low, high = 0, last or 0
    while low < high:
        middle = (low + high) // 2
        found = quick(connection, "SELECT clear FROM entries WHERE seq = ?", (middle + 1,))
        if not found:
            raise StoreDamagedError("an entry is missing; run `sayso ledger verify`")
        if read_clear(found[0][0]).recorded_at < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _known(held: Held, exact: str, at: datetime) -> bool:
    return held.exact == exact and held.recorded_at <= at


def _stops(connection: Lookup, people: list[PersonState]) -> dict[str, list[StopRecord]]:
    """The stops of everyone's addresses, by folded hash."""
    keys = list({stop_key(held.folded) for person in people for held in person.addresses})
    return {key[2:]: decode(state, StopState).stops for key, state in load_states(connection, keys).items()}
