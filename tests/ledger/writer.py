"""
Writes to a ledger until it is killed: `python writer.py HOME NAME`. Says on a line of its own what is done, once it is done.

Each batch is 25 people with a checkout and a stop; now and then the lookup key is rotated and someone is erased.
"""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

from sayso.ledger import Address, Entry, Ledger
from sayso.ledger.entries import CheckoutAbandoned, ConsentWithdrawn, Private

PEOPLE = 25


def person(name: str, batch: int, number: int) -> Address:
    """The mailbox of one of the people of a batch."""
    return Address("email", f"{name}-{batch}-{number}@letterbox.example")


def batch_of(name: str, batch: int) -> list[Entry]:
    entries = []
    for number in range(PEOPLE):
        for body in (CheckoutAbandoned(goods=["kettle"]), ConsentWithdrawn()):
            entries.append(
                Entry(
                    body=body,
                    happened_at=datetime(2026, 11, 2, tzinfo=UTC),
                    origin=f"{name}:{batch}:{number}:{len(entries)}",
                    actor="person",
                    addresses=[person(name, batch, number)],
                    private=Private(name="Somebody Invented"),
                    raw="x" * 500,
                )
            )
    return entries


def main() -> None:
    home, name = Path(sys.argv[1]), sys.argv[2]
    with Ledger(home, wait_seconds=60) as ledger:
        print("ready", flush=True)
        for batch in itertools.count():
            ledger.append(batch_of(name, batch))
            print("batch", batch, flush=True)
            if batch % 4 == 3:
                ledger.rotate_lookup_key()
                print("rotated", flush=True)
                (someone,) = ledger.find(person(name, batch, 0).value)
                ledger.erase(someone, origin=f"{name}:{batch}:erasure")
                print("erased", batch, flush=True)


if __name__ == "__main__":
    main()
