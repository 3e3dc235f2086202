"""
Who left a checkout, who bought, and who has had which step: what a campaign needs to know of thousands at once.

The first two are read from the ledger, from where the last reading stopped, and can be made anew from it; the third is
written by the campaign itself. All of it is ids and moments: whoever opens this file learns nobody's address. It lies
in the database of the durable engine, SQLite or PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from sayso.ledger import Entry, Ledger
from sayso.ledger.entries import CheckoutAbandoned, ErasureDone, OrderPlaced
from sayso.sending.campaigns.declared import Campaign, Step
from sayso.sending.campaigns.tables import carts, make_tables, notes, open_database, orders, outcomes, writing
from sayso.sending.outgoing import State

KINDS = frozenset({"checkout_abandoned", "order_placed", "erasure_done"})

AT_ONCE = 500
"""Entries taken in by one statement."""

OPEN = ("deferred", "waiting", "again")
"""States that are asked again, from `next_try` on."""

StepState = State | Literal["waiting", "no_address", "again"]
"""
What became of a step for one cart. `waiting`: not at this hour, or enough for now; asked again at `next_try`.
`no_address`: nothing is on record by which the step's channel could reach them. `again`: it was unknown, and the owner
lets it be sent again.
"""


class Due(msgspec.Struct, frozen=True):
    """One step for one cart: whose it is, since when it is due, how often it was tried."""

    cart: str
    person: str
    due_at: datetime
    attempts: int = 0


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one step for one cart. `said` holds no contact detail."""

    campaign: str
    step: str
    cart: str
    state: StepState
    said: str
    rule: str = ""
    entry: str = ""
    attempts: int = 0
    at: datetime
    next_try: datetime | None = None


class Records:
    """The tables, in one database. Safe between threads and processes."""

    def __init__(self, url: str) -> None:
        self.engine = open_database(url)
        make_tables(self.engine)

    def close(self) -> None:
        self.engine.dispose()

    def read(self, ledger: Ledger) -> int:
        """Take in what the ledger recorded since the last reading; how many entries were looked at."""
        looked = 0
        while True:
            with writing(self.engine) as connection:
                place = int(_note(connection, "read") or 0)
                if place > ledger.count()[0]:  # a backup was restored: begin anew
                    for table in (carts, orders):
                        connection.execute(sa.delete(table))
                    place = 0
                found, until = ledger.recorded_after(place, KINDS)
                _take(connection, found)
                _set_note(connection, "read", str(until))
            looked += until - place
            if until == place:
                return looked

    def begin(self, campaign: str, now: datetime) -> datetime:
        """When the campaign first ran; now, if it never did."""
        name = f"begun:{campaign}"
        with writing(self.engine) as connection:
            noted = _note(connection, name)
            if noted is None:
                _set_note(connection, name, str(_seconds(now)))
            return _moment(int(noted)) if noted else now

    def begun(self, campaign: str) -> datetime | None:
        with self.engine.connect() as connection:
            noted = _note(connection, f"begun:{campaign}")
        return _moment(int(noted)) if noted else None

    def due(
        self,
        campaign: Campaign,
        step: Step,
        now: datetime,
        *,
        most: int,
        after: Due | None = None,
        horizon: timedelta = timedelta(0),
    ) -> list[Due]:
        """
        The carts for which this step is due and not settled, the longest due first: at most so many, those after one.

        `horizon` takes in what will be due so much later.
        Left out are those whose person ordered since, or left a newer cart, and those it is too late for.
        """
        had = sa.and_(
            outcomes.c.cart == carts.c.entry, outcomes.c.campaign == campaign.name, outcomes.c.step == step.key
        )
        again = sa.and_(outcomes.c.state.in_(OPEN), outcomes.c.next_try <= _seconds(now + horizon))
        query = (
            sa.select(carts.c.entry, carts.c.person, carts.c.left_at, outcomes.c.attempts)
            .select_from(carts.outerjoin(outcomes, had))
            .where(
                *_window(campaign, step, now, horizon), sa.or_(outcomes.c.cart.is_(None), again), ~_bought(), ~_newer()
            )
            .where(*(_behind(step, after) if after else ()))
            .order_by(carts.c.left_at, carts.c.entry)
            .limit(most)
        )
        with self.engine.connect() as connection:
            return [
                Due(entry, person, _moment(left) + step.delay, attempts or 0)
                for entry, person, left, attempts in connection.execute(query)
            ]

    def judge_anew(self, campaign: Campaign, step: Step, now: datetime, said: str, cart: str | None = None) -> int:
        """
        Have what the rules refused put to them once more with the next round: of one cart, or of all. Left out are the
        carts that `due` leaves out; how many there were.
        """
        with writing(self.engine) as connection:
            return _judge_anew(connection, campaign, step, now, said, cart)

    def judge_anew_on_another_topic(self, campaign: Campaign, now: datetime) -> None:
        """What was refused under a topic that the campaign had before is judged anew under the one it has now."""
        name = f"topic:{campaign.name}"
        with writing(self.engine) as connection:
            before = _note(connection, name)
            if before == campaign.topic:
                return
            for step in campaign.steps if before else ():
                _judge_anew(connection, campaign, step, now, f"the topic is `{campaign.topic}` now, and was `{before}`")
            _set_note(connection, name, campaign.topic)

    def bought(self, cart: str) -> bool:
        """Has the person ordered since, or was the form submitted? As far as the ledger was read."""
        with self.engine.connect() as connection:
            return bool(connection.execute(sa.select(sa.exists().where(carts.c.entry == cart, _bought()))).scalar())

    def keep(self, known: Known) -> None:
        """Write down what became of a step; said twice, it stands once."""
        row = {
            **{name: getattr(known, name) for name in ("state", "said", "rule", "entry", "attempts")},
            "at": _seconds(known.at),
            "next_try": _seconds(known.next_try) if known.next_try else None,
        }
        key = {"campaign": known.campaign, "step": known.step, "cart": known.cart}
        which = sa.and_(*(outcomes.c[name] == value for name, value in key.items()))
        with writing(self.engine) as connection:
            if not connection.execute(sa.update(outcomes).where(which).values(**row)).rowcount:
                connection.execute(sa.insert(outcomes).values(**key, **row))

    def known(self, campaign: str, step: str, cart: str) -> Known | None:
        """What became of a step for a cart."""
        found = self.all_known(campaign, step, cart=cart)
        return found[0] if found else None

    def all_known(
        self, campaign: str, step: str | None = None, *, cart: str | None = None, state: str | None = None
    ) -> list[Known]:
        """What became of the steps of a campaign, the latest first."""
        wanted = {"campaign": campaign, "step": step, "cart": cart, "state": state}
        query = sa.select(outcomes).where(
            *(outcomes.c[name] == value for name, value in wanted.items() if value is not None)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(outcomes.c.at.desc())).mappings()
            return [_known(dict(row)) for row in rows]

    def counts(self, campaign: Campaign, step: Step, now: datetime) -> dict[str, int]:
        """How many carts stand how, by state; beside those of `StepState`: `due`, `later`, `bought`, `newer`, `lapsed`."""
        had = sa.and_(
            outcomes.c.cart == carts.c.entry, outcomes.c.campaign == campaign.name, outcomes.c.step == step.key
        )
        due_at = carts.c.left_at + int(step.delay.total_seconds())
        late = int(campaign.window(step).total_seconds())
        open_ = sa.or_(outcomes.c.state.is_(None), outcomes.c.state.in_(OPEN))
        state = sa.case(
            (~open_, outcomes.c.state),
            (_bought(), "bought"),
            (_newer(), "newer"),
            (due_at > _seconds(now), "later"),
            (due_at + late <= _seconds(now), "lapsed"),
            (outcomes.c.state.is_not(None), outcomes.c.state),
            else_="due",
        )
        since = _seconds(self.begun(campaign.name) or now) - late
        query = (
            sa.select(state, sa.func.count())
            .select_from(carts.outerjoin(outcomes, had))
            .where(carts.c.sender == campaign.sender, sa.or_(due_at > since, outcomes.c.cart.is_not(None)))
            .group_by(state)
        )
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _judge_anew(
    connection: sa.Connection, campaign: Campaign, step: Step, now: datetime, said: str, cart: str | None = None
) -> int:
    in_time = sa.select(carts.c.entry).where(*_window(campaign, step, now, timedelta(0)), ~_bought(), ~_newer())
    which = {"campaign": campaign.name, "step": step.key, "state": "refused"} | ({"cart": cart} if cart else {})
    update = (
        sa.update(outcomes)
        .where(*(outcomes.c[name] == value for name, value in which.items()), outcomes.c.cart.in_(in_time))
        .values(state="waiting", said=said, rule="", entry="", at=_seconds(now), next_try=_seconds(now))
    )
    return int(connection.execute(update).rowcount)


def _window(campaign: Campaign, step: Step, now: datetime, horizon: timedelta) -> tuple[sa.ColumnElement[bool], ...]:
    """The carts for which the step is due, or will be within the horizon, and not too late."""
    due = now - step.delay
    first, last = _seconds(due - campaign.window(step)), _seconds(due + horizon)
    return carts.c.sender == campaign.sender, carts.c.left_at > first, carts.c.left_at <= last


def _behind(step: Step, after: Due) -> tuple[sa.ColumnElement[bool], ...]:
    left = _seconds(after.due_at - step.delay)
    return (sa.or_(carts.c.left_at > left, sa.and_(carts.c.left_at == left, carts.c.entry > after.cart)),)


def _bought() -> sa.ColumnElement[bool]:
    since = sa.and_(orders.c.person == carts.c.person, orders.c.placed_at >= carts.c.left_at)
    same_form = orders.c.form == carts.c.form
    return sa.or_(*(sa.exists().where(one).correlate(carts) for one in (since, same_form)))


def _newer() -> sa.ColumnElement[bool]:
    other = carts.alias("newer")
    return sa.exists().where(other.c.person == carts.c.person, other.c.left_at > carts.c.left_at).correlate(carts)


def _take(connection: sa.Connection, found: Sequence[Entry]) -> None:
    """Entries of the ledger into the tables, in order; taken twice, they stand once."""
    for erasures, entries in groupby(found, key=lambda entry: isinstance(entry.body, ErasureDone)):
        if erasures:
            for entry in entries:
                _forget(connection, entry.person)
        else:
            _put(connection, list(entries))


def _put(connection: sa.Connection, entries: Sequence[Entry]) -> None:
    left, placed = [], []
    for entry in entries:
        row: dict[str, Any] = {"entry": entry.id, "person": entry.person}
        at = _seconds(entry.happened_at)
        match entry.body:
            case CheckoutAbandoned(form=form):
                left.append(row | {"form": form, "sender": entry.sender, "left_at": at})
            case OrderPlaced(form=form):
                placed.append(row | {"form": form, "placed_at": at})
    for table, rows in ((carts, left), (orders, placed)):
        for some in (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)):
            there = sa.select(table.c.entry).where(table.c.entry.in_([row["entry"] for row in some]))
            known = set(connection.execute(there).scalars())
            if new := [row for row in some if row["entry"] not in known]:
                connection.execute(sa.insert(table), new)


def _forget(connection: sa.Connection, person: str | None) -> None:
    gone = sa.select(carts.c.entry).where(carts.c.person == person)
    connection.execute(sa.delete(outcomes).where(outcomes.c.cart.in_(gone)))
    for table in (carts, orders):
        connection.execute(sa.delete(table).where(table.c.person == person))


def _note(connection: sa.Connection, name: str) -> str | None:
    return connection.execute(sa.select(notes.c.value).where(notes.c.name == name)).scalar()


def _set_note(connection: sa.Connection, name: str, value: str) -> None:
    if not connection.execute(sa.update(notes).where(notes.c.name == name).values(value=value)).rowcount:
        connection.execute(sa.insert(notes).values(name=name, value=value))


def _known(row: dict[str, Any]) -> Known:
    next_try = row.pop("next_try")
    return Known(**row | {"at": _moment(row["at"]), "next_try": _moment(next_try) if next_try is not None else None})


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
