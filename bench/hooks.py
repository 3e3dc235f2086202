"""
A burst of webhooks: 500 signed events a second for a minute, each acknowledged only once on disk; how many are lost.

    python -m bench.hooks [--rate 500] [--seconds 60]

Events are paced by the clock, not by the answers, so a writer that falls behind is seen as waiting. One in ten is sent
twice. At the end the ledger is audited, and every checkout acknowledged is looked for in it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from typing import Annotated

import typer

from sayso.capture.gathering import Gathering
from sayso.capture.hooks import HookSettings, handle
from sayso.ledger import Address, Ledger

SECRET = "of the benchmark"
SETTINGS = HookSettings(secrets=(SECRET,))
THREADS = 64
"""Requests at work at one time."""


@dataclass
class Burst:
    """What came of a burst. Seconds."""

    events: int
    acknowledged: set[int] = field(default_factory=set)
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    took: float = 0.0


def _event(number: int, now: datetime) -> bytes:
    """A checkout of somebody new, about as long as Shopify's."""
    lines = [{"title": f"Kettle {line}", "price": "199.00", "properties": "x" * 700} for line in range(3)]
    return json.dumps({
        "token": f"token-{number}", "abandoned_checkout_url": "https://shop.example/checkouts/1?key=0",
        "email": f"buyer-{number}@post.example", "created_at": now.isoformat(), "updated_at": now.isoformat(),
        "completed_at": None, "buyer_accepts_marketing": number % 2 == 0, "line_items": lines,
        "shipping_address": {"first_name": "Ana", "address1": "7 Lantern Row", "country_code": "AU", "province_code": "VIC"},
    }).encode()  # fmt: skip


def burst(ledger: Ledger, rate: int, seconds: int) -> Burst:
    """Send and wait for every answer."""
    store, lock = Gathering(ledger), threading.Lock()
    sent = list(range(rate * seconds * 10 // 11))
    sent += sent[::10][: rate * seconds - len(sent)]
    came = Burst(len(sent))
    now = datetime.now(UTC)

    def one(number: int, due: float) -> None:
        body = _event(number, now)
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
        headers = {"X-Shopify-Topic": "checkouts/create", "X-Shopify-Hmac-Sha256": signature}
        answer = handle(store, "shopify", headers, body, SETTINGS, datetime.now(UTC))
        with lock:
            came.waits.append(perf_counter() - due)
            if answer.status == 200:
                came.acknowledged.add(number)
            else:
                came.refused += 1

    start = perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for place, number in enumerate(sent):
            due = start + place / rate
            if due > perf_counter():
                sleep(max(0.0, due - perf_counter()))
            pool.submit(one, number, due)
    came.took = perf_counter() - start
    return came


def main(
    rate: Annotated[int, typer.Option(help="events a second")] = 500,
    seconds: Annotated[int, typer.Option(help="how long")] = 60,
    folder: Annotated[Path | None, typer.Option(help="where the ledger stands; a temporary folder if left out")] = None,
) -> None:
    """A burst of webhooks into a ledger on disk."""
    with tempfile.TemporaryDirectory(prefix="sayso-bench-", dir=folder) as name:
        with Ledger.init(Path(name) / "alone") as ledger:
            start = perf_counter()
            for number in range(200):
                _alone(ledger, number)
            print(f"one event a commit, one after the other: {200 / (perf_counter() - start):.0f} a second")
        with Ledger.init(Path(name) / "burst") as ledger:
            came = burst(ledger, rate, seconds)
            lost = sum(
                not ledger.find(Address("email", f"buyer-{number}@post.example").value) for number in came.acknowledged
            )
            people, distinct = ledger.count()[1], len(came.acknowledged)
            cuts = quantiles(came.waits, n=100)
            print(f"{came.events} events offered at {rate} a second, all answered after {came.took:.1f} s")
            print(f"refused {came.refused}, lost {lost}, doubled {people - distinct}")
            print(f"from due to acknowledged: median {cuts[49] * 1e3:.0f} ms, 99 % {cuts[98] * 1e3:.0f} ms, "
                  f"longest {max(came.waits) * 1e3:.0f} ms")  # fmt: skip
            print(f"{ledger.count()[0]} entries; findings of an audit: {len(ledger.verify())}")


def _alone(ledger: Ledger, number: int) -> None:
    now = datetime.now(UTC)
    body = _event(number, now)
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    handle(ledger, "shopify", {"X-Shopify-Topic": "checkouts/create", "X-Shopify-Hmac-Sha256": signature}, body, SETTINGS, now)  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
