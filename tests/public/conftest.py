"""A listener on a free port of this machine, with a published notice, and a shop on another that carries the widget."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uvicorn

from sayso.ledger import Ledger
from sayso.notices.publish import publish
from sayso.notices.reading import read_declaration
from sayso.public.app import listening_config
from sayso.public.desk import Desk
from sayso.sending import listening
from sayso.settings import Public, Settings
from stores import copied

HERE = Path(__file__).parent


def _publish(home: Path) -> None:
    with Ledger.init(home) as opened:
        shutil.copy(HERE / "notices.yaml", opened.home / "notices.yaml")
        publish(opened, read_declaration(opened.home / "notices.yaml"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    copied(tmp_path / "store", _publish)
    with Ledger(tmp_path / "store") as opened:
        yield opened


def bound() -> socket.socket:
    return listening.bound("127.0.0.1", 0)


@contextmanager
def served(desk: Desk, listening: socket.socket) -> Iterator[Desk]:
    """The listener at work, on a socket that is bound already."""
    server = uvicorn.Server(listening_config(desk))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.02)
    yield desk
    server.should_exit = True
    running.join(10)


class Shop:
    """Pages that are not ours, on an origin of their own."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.posted: list[bytes] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(shop.pages.get(self.path.split("?")[0], "<h1>Thank you</h1>"))

            def do_POST(self) -> None:
                shop.posted.append(self.rfile.read(int(self.headers.get("content-length", 0))))
                self._answer("<h1>Thank you</h1>")

            def _answer(self, page: str) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(f"<!doctype html><html lang=en><title>Shop</title>{page}".encode())

            def log_message(self, *_said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        # It sees soon that it is to stop.
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    opened = Shop()
    yield opened
    opened.close()


@pytest.fixture
def listener(ledger: Ledger, shop: Shop) -> Iterator[Desk]:
    with bound() as listening:
        port = listening.getsockname()[1]
        settings = Settings(
            public=Public(url=f"http://127.0.0.1:{port}", port=port, pages=[shop.url], requests_a_minute=250)
        )
        with served(Desk(ledger, settings), listening) as desk:
            yield desk


@pytest.fixture
def wait() -> Callable[[Callable[[], object]], object]:
    """Ask again until there is an answer; a report travels after the page has gone."""

    def until(ask: Callable[[], object]) -> object:
        for _ in range(100):
            found = ask()
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError("nothing came")

    return until
