"""What the tests of the ledger share: a clock that is set by hand, invented people, and entries about them."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sayso.ledger import Address, Entry, Ledger, schema
from sayso.ledger.chain import Chain, first_link, next_link
from sayso.ledger.engine import open_engine, writing
from sayso.ledger.entries import AnyBody, CheckoutAbandoned, ConsentGiven, ConsentWithdrawn, DetailsCollected, Private
from sayso.ledger.keys import Keys
from sayso.ledger.merkle import leaf_hash
from sayso.ledger.sealing import read_clear

MIRA = Address("email", "mira@letterbox.example")
MIRA_TAGGED = Address("email", "mira+shop@letterbox.example")
MIRA_PHONE = Address("phone", "+61491570156")
JONAH = Address("email", "jonah@letterbox.example")
JONAH_PHONE = Address("phone", "+61491570157")
NAME = "Mira Quillfeather"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""When the hand-set clock starts; 570 156 to 570 159 are numbers that ACMA keeps for fiction."""

_numbers = itertools.count(1)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


def entry(body: AnyBody, *addresses: Address, **fields: Any) -> Entry:
    """An entry with an origin of its own; it happened at `START` and is proved, unless said otherwise."""
    given = {"happened_at": START, "origin": f"test:{next(_numbers)}", "actor": "person", "proof": "captured_here"}
    return Entry(body=body, addresses=list(addresses), **{**given, **fields})


def checkout(*addresses: Address, **fields: Any) -> Entry:
    """A checkout left behind, with a name and the raw order sealed in it."""
    private = Private(name=NAME, postal_address=["7 Lantern Row", "Nowhere"])
    raw = '{"email": "mira@letterbox.example", "note": "leave at the lighthouse"}'
    return entry(CheckoutAbandoned(goods=["kettle"]), *addresses, **{"private": private, "raw": raw, **fields})


def collected(*addresses: Address, **fields: Any) -> Entry:
    return entry(DetailsCollected(from_individual=True, given_directly=True), *addresses, **fields)


def consent(*addresses: Address, **fields: Any) -> Entry:
    """A box ticked by hand for offers by email and text."""
    body = ConsentGiven(
        act="ticked_box",
        given_by="account_holder",
        form="newsletter",
        form_submitted=True,
        wording="Yes, write to me about offers",
        wording_version="2026-1",
        channels=["email", "sms"],
        topics=["offers"],
        marketing_named=True,
        names_sender=True,
        separate_from_terms=True,
        box_default="unticked",
        box_final="ticked",
        box_changed_by="person",
    )
    return entry(body, *addresses, **fields)


def stop(*addresses: Address, **fields: Any) -> Entry:
    """An unsubscribe from everything."""
    return entry(ConsentWithdrawn(), *addresses, **fields)


@contextmanager
def raw(home: Path) -> Iterator[sqlite3.Connection]:
    """The store opened past the ledger, as one who tampers would; what is changed is kept."""
    with closing(sqlite3.connect(home / "ledger.sqlite3", isolation_level=None)) as connection:
        yield connection


def copied(home: Path, to: Path) -> Path:
    """A closed ledger's folder, copied with its file modes."""
    shutil.copytree(home, to)
    return to


def stops_at(ledger: Ledger, address: Address, at: datetime | None = None) -> set[str]:
    """The entries of the stops that hold for an address."""
    channel = "email" if address.kind == "email" else "sms"
    facts = ledger.facts_for(address, channel=channel, topic="offers", at=at)
    return {one.entry for one in facts.stops if one.entry}


def relink(home: Path) -> None:
    """Compute every leaf and link anew, as anyone can: neither takes a key."""
    with raw(home) as store:
        link = first_link(store.execute("SELECT value FROM meta WHERE name = 'store'").fetchone()[0])
        for seq, clear in store.execute("SELECT seq, clear FROM entries ORDER BY seq").fetchall():
            leaf = leaf_hash(clear)
            link = next_link(link, leaf)
            store.execute("UPDATE entries SET leaf = ?, link = ? WHERE seq = ?", (leaf, link, seq))


def resign(home: Path, keys: Keys) -> None:
    """Make chain, end and signed head fit whatever entries are there, as whoever holds `keys` can."""
    relink(home)
    path = home / "ledger.sqlite3"
    engine = open_engine(path)
    with writing(engine, path) as connection:
        chain = Chain(Chain.read(connection).store)
        for clear in connection.execute(sa.select(schema.entries.c.clear).order_by(schema.entries.c.seq)).scalars():
            chain.add(clear, read_clear(clear).recorded_at)
        chain.save(connection, keys, START)
    engine.dispose()
