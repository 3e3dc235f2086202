"""A shop's ledger, and decisions given on it over HTTP by a real server on loopback."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from dispatched import IDENTITY, NOW, filled
from gates import PASSWORD, streams

from sayso.ledger import Ledger
from sayso.sending.decisions import Decisions
from sayso.sending.decisions.http import DecisionsApp
from sayso.sending.listening import bound
from sayso.settings import Gate, Settings


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with filled(tmp_path / "shop") as found:
        yield found


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One ledger for all tests that only ask; it is seen to that nothing was recorded in it."""
    with filled(tmp_path_factory.mktemp("asked") / "shop") as found:
        before = found.count()
        yield found
        assert found.count() == before


@pytest.fixture(scope="module")
def wanted() -> Settings:
    settings = Settings(gate=Gate(streams=streams()))
    settings.public.url = "https://mail.oak.example"
    return settings


@pytest.fixture
def decisions(ledger: Ledger, wanted: Settings) -> Decisions:
    return Decisions(ledger, wanted, IDENTITY, lambda: NOW)


@pytest.fixture
def caller(decisions: Decisions, wanted: Settings) -> Iterator[httpx.Client]:
    """Somebody who knows the password of the stream `carts`."""
    with served(decisions, wanted) as client:
        yield client


@pytest.fixture(scope="module")
def asker(unchanged: Ledger, wanted: Settings) -> Iterator[httpx.Client]:
    """The same, who only asks: one server answers all tests of a module."""
    with served(Decisions(unchanged, wanted, IDENTITY, lambda: NOW), wanted) as client:
        yield client


@contextmanager
def served(decisions: Decisions, wanted: Settings) -> Iterator[httpx.Client]:
    """A client of a server that gives these decisions."""
    with bound("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        app = DecisionsApp(decisions, wanted.gate.streams, frozenset({f"127.0.0.1:{port}"}))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("carts", PASSWORD), timeout=60) as client:
            yield client
        server.should_exit = True
        thread.join(10)
