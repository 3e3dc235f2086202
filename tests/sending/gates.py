"""A gate running on loopback, the next hop behind it, and a client in front."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from dispatched import IDENTITY, NOW

from sayso.ledger import Ledger
from sayso.sending.gate.serving import Listener, bound
from sayso.sending.wiring import open_dispatch
from sayso.settings import Gate, GateStream, Settings, SmartHost

PASSWORD = "walnut stool"  # noqa: S105 -- invented
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Cheaper than those of `sayso gate password`, and checked in the same way: each test logs in anew."""


def certificate(folder: Path) -> None:
    """`cert.pem` and `key.pem` for 127.0.0.1 and localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


class NextHop:
    """A real SMTP server that keeps what it is given. `says` is its reply to the message, or to the recipient."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.to_data = "250 2.0.0 taken as 17"
        self.to_rcpt = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.to_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.taken.append(envelope)
        return self.to_data


@contextmanager
def next_hop() -> Iterator[tuple[NextHop, int]]:
    """A next hop on a free port of loopback."""
    hop = NextHop()
    controller = Controller(hop, hostname="127.0.0.1", port=free_port(), data_size_limit=40_000_000)
    controller.start()
    try:
        yield hop, controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def streams() -> dict[str, GateStream]:
    return {
        "carts": GateStream(password_hash=_HASH, from_domains=["oak.example"], topic="abandoned_cart"),
        "orders": GateStream(password_hash=_HASH, from_domains=["oak.example"], topic="orders", service=True),
    }


def settings(port: int, **gate: Any) -> Settings:
    """Settings of a gate on a free port, with the next hop on `port`."""
    wanted = Gate(
        port=0, hostname="gate.oak.example", certificate_file="cert.pem", key_file="key.pem",
        return_domain="back.oak.example", streams=streams(),
    )  # fmt: skip
    for name, value in gate.items():
        setattr(wanted, name, value)
    return Settings(gate=wanted, smart_host=SmartHost(host="127.0.0.1", port=port, tls="none"))


class Running:
    """A gate in a thread of its own."""

    def __init__(self, ledger: Ledger, wanted: Settings, wait: float = 1.0) -> None:
        self.loop = asyncio.new_event_loop()
        self.ledger = ledger
        self._ready = threading.Event()
        self._wanted, self._wait = wanted, wait
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self._ready.wait(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._start())
        self.loop.run_forever()

    async def _start(self) -> None:
        self.dispatch = open_dispatch(self.ledger, self._wanted, IDENTITY, lambda: NOW)
        self.listener = Listener(self.dispatch, self._wanted.gate, self.ledger, lambda: NOW, self._wait)
        listening = bound(self._wanted.gate)
        self.port: int = listening.getsockname()[1]
        await self.listener.start(listening)
        self._ready.set()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.listener.stop(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


@contextmanager
def gate(ledger: Ledger, wanted: Settings, wait: float = 1.0) -> Iterator[Running]:
    """A gate that runs for as long as the test needs it."""
    certificate(ledger.home)
    running = Running(ledger, wanted, wait)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def client(running: Running, user: str = "carts", password: str = PASSWORD) -> Iterator[smtplib.SMTP]:
    """A client that has logged in after STARTTLS."""
    trusted = ssl.create_default_context(cafile=str(running.ledger.home / "cert.pem"))
    with smtplib.SMTP("127.0.0.1", running.port, local_hostname="mailer.oak.example", timeout=30) as session:
        session.starttls(context=trusted)
        session.login(user, password)
        yield session


def given(session: smtplib.SMTP, raw: bytes, to: str, sender: str = "bounces@oak.example") -> tuple[int, str]:
    """One message in one transaction, byte for byte but for its dots; the gate's last reply."""
    for code, said in (session.mail(sender), session.rcpt(to)):
        if code != 250:
            session.rset()
            return code, said.decode()
    code, said = session.data(raw)
    return code, said.decode()
