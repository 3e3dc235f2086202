"""
A real shop: django-oscar on loopback with the file of the how-to in it, its checkout gone through by HTTP.

The shop is installed from the package index into a folder of its own, once, and is no part of sayso's environment. Where
that is not possible these tests say so and are skipped; with SAYSO_REQUIRE_PARTS set, as in CI, they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from shops import SECRET, SETTINGS

from sayso import ask
from sayso.capture.gathering import Gathering
from sayso.capture.hooks import handle
from sayso.capture.live import sweep
from sayso.ledger import Ledger, email_address

HERE = Path(__file__).parent
HOW_TO = HERE.parents[1] / "docs" / "how-to"
OSCAR = "django-oscar[sorl-thumbnail]==4.2.1"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sayso-tests" / "django-oscar-4.2.1"


def python_with_oscar() -> Path:
    """The interpreter of the shop's own environment, made on first use."""
    python = CACHE / "bin" / "python"
    if not (CACHE / "ready").exists():
        shutil.rmtree(CACHE, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(CACHE)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", OSCAR]
        done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            said = f"django-oscar cannot be installed here: {done.stderr.strip().splitlines()[-1:]}"
            pytest.fail(said) if os.environ.get("SAYSO_REQUIRE_PARTS") else pytest.skip(said)
        (CACHE / "ready").touch()
    return python


class Sayso:
    """A listener on loopback that gives each request to `handle`; it can be taken away and come back."""

    def __init__(self, ledger: Ledger) -> None:
        store, told = Gathering(ledger), self
        self.down = False
        self.answers: list[int] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                source = self.path.removeprefix("/hooks/")
                now = datetime.now(UTC)
                status = 503 if told.down else handle(store, source, dict(self.headers), body, SETTINGS, now).status
                told.answers.append(status)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.init(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def sayso(ledger: Ledger) -> Iterator[Sayso]:
    listener = Sayso(ledger)
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def oscar(sayso: Sayso, tmp_path: Path) -> Iterator[httpx.Client]:
    """A buyer's browser at the shop's door, with the id of its one product in `X-Kettle`."""
    python, home = python_with_oscar(), tmp_path / "oscar"
    shutil.copytree(HERE / "oscar_shop", home)
    shutil.copy(HOW_TO / "sayso_oscar.py", home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "settings", "OSCAR_HOME": str(home), "SAYSO_SECRET": SECRET,
        "SAYSO_URL": f"http://127.0.0.1:{sayso.server.server_port}/hooks/generic", "PYTHONPATH": str(home),
    }  # fmt: skip
    run: dict[str, Any] = {"cwd": home, "env": environment}
    subprocess.run([python, "-m", "django", "migrate", "--verbosity", "0"], check=True, **run)
    seeded = subprocess.run([python, "seed.py"], check=True, capture_output=True, text=True, **run)
    command = [python, "-m", "django", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with (home / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, **run) as running:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(
            base_url=base, follow_redirects=True, timeout=60, headers={"X-Kettle": seeded.stdout.strip()}
        ) as buyer:
            yield buyer
        running.terminate()


def submit(buyer: httpx.Client, page: str, to: str | None = None, **fields: str) -> httpx.Response:
    """Open a page and send its form, as a browser would."""
    shown = buyer.get(page)
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
    assert found, f"{page} shows no form ({shown.status_code})"
    answer = buyer.post(to or page, data={"csrfmiddlewaretoken": found[1], **fields}, headers={"Referer": page})
    assert answer.status_code == 200, (page, answer.status_code)
    return answer


def to_the_payment(buyer: httpx.Client, email: str) -> None:
    """A kettle in the basket, an email and an address typed."""
    submit(buyer, "/catalogue/", to=f"/basket/add/{buyer.headers['X-Kettle']}/", quantity="1")
    submit(buyer, "/checkout/", username=email, options="anonymous")
    submit(
        buyer, "/checkout/shipping-address/", first_name="Odette", last_name="Fern", line1="7 Lantern Row",
        line4="Fitzroy", postcode="3065", country="AU", phone_number="+61491570156",
    )  # fmt: skip


def relationships(ledger: Ledger, email: str) -> set[str | None]:
    facts = ledger.facts_for(email_address(email), channel="email", topic="abandoned_cart")
    return {ground.relationship for ground in facts.grounds}


def test_a_real_checkout_left_half_way_is_abandoned_and_answered(
    oscar: httpx.Client, ledger: Ledger, sayso: Sayso
) -> None:
    email = "odette@letterbox.example"
    to_the_payment(oscar, email)
    assert set(sayso.answers) == {200}
    assert relationships(ledger, email) == set(), "it is still open"
    assert sweep(ledger, datetime.now(UTC) + timedelta(hours=1)) == 1
    assert relationships(ledger, email) == {"checkout_abandoned"}
    for channel, address in (
        ("email", email_address(email)),
        ("sms", ledger.entries_about(ledger.find(email)[0])[-1].addresses[1]),
    ):
        facts = ledger.facts_for(address, channel=channel, topic="abandoned_cart")  # type: ignore[arg-type]
        assert facts.person_country == "AU"
        answer = ask(facts)
        assert answer.answer == "not_allowed", "Australia: nobody said yes, and a checkout left is no consent"
    assert ledger.verify() == []


def test_a_real_order_closes_its_checkout(oscar: httpx.Client, ledger: Ledger, sayso: Sayso) -> None:
    email = "odette@letterbox.example"
    sayso.down = True
    to_the_payment(oscar, email)
    assert 200 not in sayso.answers, "the shop goes on selling while nobody listens"
    sayso.down = False
    oscar.get("/checkout/shipping-method/")
    placed = submit(oscar, "/checkout/preview/", action="place_order")
    assert "thank-you" in str(placed.url)
    assert relationships(ledger, email) == {"purchase"}
    assert sweep(ledger, datetime.now(UTC) + timedelta(hours=2)) == 0
    assert ledger.verify() == []
