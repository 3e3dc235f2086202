"""The same sequence with its records, and the durable engine's, in a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from left_carts import Clock, NextHop, make_shop, opened, orders

from sayso.sending.campaigns.sequence import running


@pytest.fixture(scope="module")
def postgresql(part: Callable[[str], str]) -> Iterator[str]:
    """A cluster of our own, listening on this machine alone; PostgreSQL refuses to run as root."""
    part("psql")
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="sayso-pg-") as folder:
        as_user: dict[str, str] = {}
        if os.getuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
            as_user = {"user": "postgres"}
        data, log = f"{folder}/data", f"{folder}/log"

        def run(*command: str) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user)  # type: ignore[call-overload]

        run(str(programs / "initdb"), "-D", data, "-U", "sayso", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port}"
        run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://sayso@127.0.0.1:{port}/postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")


def test_the_sequence_runs_on_postgresql_and_a_restart_forgets_nothing(tmp_path: Path, postgresql: str) -> None:
    clock, hop = Clock(), NextHop()
    with make_shop(tmp_path / "store", 20, clock) as ledger:
        for hours, expected in ((1, 20), (0, 20), (23, 39), (48, 58), (1, 58)):
            clock.forward(hours=hours)
            with opened(ledger, clock, {"email": hop, "sms": hop}, postgresql) as found, running(found) as sequencer:
                sequencer.tick()
                assert len(hop.given) == expected
                if hours == 1 and expected == 20:
                    ledger.append([orders(3, clock.now)])
        assert not (tmp_path / "store" / "campaigns.sqlite3").exists()
