"""The states kept ready for decisions, and the view through which a run of entries reads and changes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar, cast

import msgspec

from sayso.ledger.canonical import canonical
from sayso.ledger.entries import Actor, AddressKind, AnyBody, Proof
from sayso.vocabulary import Channel
from sayso.vocabulary.ground import StopKind, StopScope

BUSINESS = "business"
"""Key of the state that belongs to nobody: notices, settings, evidence classes."""


class _State(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    pass


State = TypeVar("State", bound=_State)


class Held(_State, kw_only=True):
    """An address the person holds or shares."""

    kind: AddressKind
    exact: str
    folded: str
    country: str | None = None
    """The country of a number's prefix."""
    recorded_at: datetime


class Record(_State, kw_only=True):
    """An entry without what no rule asks."""

    id: str
    happened_at: datetime
    recorded_at: datetime
    actor: Actor
    proof: Proof
    sender: str
    import_id: str | None = None
    addresses: list[str] = []
    """Exact hashes."""
    body: AnyBody


class Sent(msgspec.Struct, array_like=True):
    """A message that went out; kept small, since there may be hundreds. Moments in seconds since 1970."""

    happened: int
    recorded: int
    channel: Channel
    topic: str
    marketing: bool
    with_consent: bool | None
    addresses: list[str]


class StopRecord(_State, kw_only=True):
    """A stop as it holds for one folded address."""

    entry: str
    kind: StopKind
    happened_at: datetime
    recorded_at: datetime
    scope: StopScope | None = None
    channels: list[Channel] = []
    topics: list[str] = []
    through_offered_mechanism: bool | None = None
    means_stop: bool | None = None
    person_known: bool | None = None


class Started(_State, kw_only=True):
    """A sign of life of a checkout, and the entry that tells of it."""

    entry: str
    happened_at: datetime


class PersonState(_State, kw_only=True):
    person: str
    addresses: list[Held] = []
    records: list[Record] = []
    messages: list[Sent] = []
    checkouts: list[str] = []
    """The forms of their checkouts, whose states hold a part of theirs."""


class AddressState(_State, kw_only=True):
    """Who holds the exact address; several people may share one."""

    people: list[str] = []


class StopState(_State, kw_only=True):
    """The stops that hold for every spelling of an address, by entry id."""

    stops: list[StopRecord] = []


class CheckoutState(_State, kw_only=True):
    """
    What is known of one checkout, by its form, each part under the person it was recorded of: who erases theirs takes
    only their part, and the order in which the parts came does not matter.
    """

    started: dict[str, Started] = {}
    """The last sign of life."""
    left: dict[str, datetime] = {}
    """When it was last found abandoned, by its last sign of life then."""
    ordered: list[str] = []

    @property
    def open(self) -> Started | None:
        """The last sign of life, if no order came and it was not found abandoned since."""
        if self.ordered or not self.started:
            return None
        latest = max(self.started.values(), key=lambda started: (started.happened_at, started.entry))
        return None if any(left >= latest.happened_at for left in self.left.values()) else latest


class OpenState(_State, kw_only=True):
    """A checkout that waits for its order; the row goes when it does no longer, so that these rows are all there are."""

    entry: str | None = None
    happened_at: datetime | None = None


class BusinessState(_State, kw_only=True):
    records: list[Record] = []


_KINDS: dict[str, type[_State]] = {
    "p:": PersonState,
    "a:": AddressState,
    "s:": StopState,
    "c:": CheckoutState,
    "o:": OpenState,
    BUSINESS[:2]: BusinessState,
}
_DECODERS = {kind: msgspec.json.Decoder(kind) for kind in _KINDS.values()}


def person_key(person: str) -> str:
    return f"p:{person}"


def address_key(exact: str) -> str:
    return f"a:{exact}"


def stop_key(fold: str) -> str:
    return f"s:{fold}"


def checkout_key(form: str) -> str:
    return f"c:{form}"


def open_key(form: str) -> str:
    return f"o:{form}"


def decode(state: bytes, kind: type[State]) -> State:
    """A state from its row. Raises `msgspec.DecodeError` if it is none."""
    try:
        return cast(State, _DECODERS[kind].decode(state))
    except TypeError:
        raise msgspec.DecodeError("a number stands where a state was written") from None


class View:
    """The states touched by a run of entries: read when first needed, written back together."""

    def __init__(self, load: Callable[[list[str]], dict[str, bytes]]) -> None:
        self._load = load
        self._states: dict[str, _State] = {}
        self._stored: set[str] = set()
        self._dirty: dict[str, None] = {}
        self._stops: dict[str, StopRecord] = {}

    def prefetch(self, keys: Iterable[str]) -> None:
        """Read many states at once."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._states]
        found = self._load(wanted) if wanted else {}
        for key in wanted:
            kind = _KINDS[key[:2]]
            if key in found:
                self._stored.add(key)
                state = decode(found[key], kind)
            else:
                state = PersonState(person=key[2:]) if kind is PersonState else kind()
            self._states[key] = state
            if isinstance(state, StopState):
                self._stops.update((stop.entry, stop) for stop in state.stops)

    def expect_new(self, key: str) -> None:
        """Spare the look-up of a state that cannot exist yet."""
        self._states[key] = PersonState(person=key[2:])

    def _state(self, key: str, kind: type[State]) -> State:
        if key not in self._states:
            self.prefetch([key])
        return cast(State, self._states[key])

    def person(self, person: str) -> PersonState:
        return self._state(person_key(person), PersonState)

    def address(self, exact: str) -> AddressState:
        return self._state(address_key(exact), AddressState)

    def stops(self, fold: str) -> StopState:
        return self._state(stop_key(fold), StopState)

    def checkout(self, person: str, form: str) -> CheckoutState:
        """The state of a checkout, about to take a part of this person's; see `checkout_changed`."""
        state = self.person(person)
        if form not in state.checkouts:
            state.checkouts.append(form)
            self.touch(person_key(person))
        return self._state(checkout_key(form), CheckoutState)

    def checkout_changed(self, form: str) -> None:
        """Keep the list of open checkouts in step with a checkout's state."""
        latest = self._state(checkout_key(form), CheckoutState).open
        waiting = self._state(open_key(form), OpenState)
        waiting.entry, waiting.happened_at = (latest.entry, latest.happened_at) if latest else (None, None)
        self.touch(checkout_key(form))
        self.touch(open_key(form))

    def business(self) -> BusinessState:
        return self._state(BUSINESS, BusinessState)

    def touch(self, key: str) -> None:
        """Say that the state under `key` was changed."""
        self._dirty[key] = None

    def stop(self, entry: str) -> StopRecord | None:
        """A stop met so far, by its entry."""
        return self._stops.get(entry)

    def meet(self, stop: StopRecord) -> None:
        """Take note of a stop, so that entries can say where it holds."""
        self._stops[stop.entry] = stop

    def add_stop(self, fold: str, stop: StopRecord) -> None:
        """Let a stop hold for an address, unless it does already."""
        stops = self.stops(fold).stops
        if all(known.entry != stop.entry for known in stops):
            stops.append(stop)
            stops.sort(key=lambda known: known.entry)
            self.touch(stop_key(fold))

    def forget(self, person: str) -> None:
        """Drop what was known of a person; stops stay."""
        state = self.person(person)
        for held in state.addresses:
            people = self.address(held.exact).people
            if person in people:
                people.remove(person)
                self.touch(address_key(held.exact))
        for form in state.checkouts:
            checkout = self._state(checkout_key(form), CheckoutState)
            checkout.started.pop(person, None)
            checkout.left.pop(person, None)
            checkout.ordered = [other for other in checkout.ordered if other != person]
            self.checkout_changed(form)
        self._states[person_key(person)] = PersonState(person=person)
        self.touch(person_key(person))

    def written(self) -> tuple[dict[str, bytes], dict[str, bytes], list[str]]:
        """What to insert, to update and to delete, so that the table holds these states."""
        insert: dict[str, bytes] = {}
        update: dict[str, bytes] = {}
        delete: list[str] = []
        for key in self._dirty:
            state = self._states[key]
            if _empty(state):
                if key in self._stored:
                    delete.append(key)
                    self._stored.discard(key)
            else:
                (update if key in self._stored else insert)[key] = canonical(state)
                self._stored.add(key)
        self._dirty.clear()
        return insert, update, delete


def _empty(state: _State) -> bool:
    if isinstance(state, PersonState):
        return not (state.addresses or state.records or state.messages)
    return state == type(state)()
