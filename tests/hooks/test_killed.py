"""The process is killed while events pour in: whatever was acknowledged is in the ledger, once, and the ledger is whole."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from shops import SECRET, Shop

from sayso.ledger import Ledger

POURING = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from sayso.capture.gathering import Gathering
from sayso.capture.hooks import HookSettings, generic, handle
from sayso.ledger import Ledger

secret, settings = sys.argv[2], HookSettings(secrets=(sys.argv[2],))
now = datetime(2026, 11, 24, 9, tzinfo=UTC)

def one(number):
    event = {"event": "checkout", "at": "2026-11-24T08:50:00Z", "form": f"b{number}", "email": f"ana{number}@letterbox.example"}
    body = json.dumps(event).encode()
    sent = {"X-Sayso-Signature": generic.sign(secret.encode(), body, now)}
    if handle(store, "generic", sent, body, settings, now).status == 200:
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()

with Ledger(Path(sys.argv[1]), lambda: now) as ledger:
    store = Gathering(ledger)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(20_000)))
"""


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(shop: Shop, tmp_path: Path) -> None:
    shop.ledger.close()
    told = tmp_path / "acknowledged"
    with told.open("wb") as out:
        pouring = subprocess.Popen([sys.executable, "-c", POURING, str(shop.ledger.home), SECRET], stdout=out)
        while told.stat().st_size < 1500:
            assert pouring.poll() is None
            time.sleep(0.02)
        pouring.kill()
        pouring.wait()
    acknowledged = [line for line in told.read_text().splitlines(keepends=True) if line.endswith("\n")]
    assert len(acknowledged) > 250
    with Ledger(shop.ledger.home, shop.clock) as ledger:
        lost = [number for number in acknowledged if not ledger.find(f"ana{number.strip()}@letterbox.example")]
        assert lost == []
        assert ledger.count()[0] == 2 * ledger.count()[1]
        assert ledger.verify() == []
