"""A small sample shop in a store of its own, for looking at its pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from sayso.ledger import Ledger
from sayso.reports.answers import Answers
from sayso.sample.demo import open_sample
from sayso.web import create_app

HOST = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_sample(tmp_path_factory.mktemp("shop"), size=120) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def client(shop: Ledger) -> Iterator[TestClient]:  # type: ignore[type-arg]
    with TestClient(create_app(Answers(shop), 8000), base_url=HOST) as asking:
        yield asking


@pytest.fixture(scope="session")
def home(shop: Ledger) -> Path:
    return shop.home
