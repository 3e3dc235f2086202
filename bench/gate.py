"""
Mail through the gate beside a bare relay: judged, completed and recorded, against merely passed on.

Both stand between the same client (ten sessions that are kept, mails of about 10 kB, one recipient each) and the same
next hop (Postfix's `smtp-sink`), each in a process of its own, in turn. The bare relay is aiosmtpd in front of pooled
aiosmtplib connections, with no log-in or thought, and with STARTTLS where that is asked for; ours takes mail after
STARTTLS and AUTH alone. Ours is run unread too: what a gate costs that knows every mail without looking at it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.measure import Pairs, paired

SESSIONS = 10
PEOPLE = 500
PASSWORD = "walnut stool"
PARAGRAPH = (
    "The walnut stool you liked is made in our own workshop by two people who have done little else for thirty years, "
    "and every seat is turned from a single board that has dried for at least two winters under the roof."
)


def mail(number: int, length: int = 10_000) -> bytes:
    """One mail of a campaign: the same words, with a greeting and a basket of the person's own."""
    lines = [f"Hello person {number},", "", f"You left {number % 7 + 1} walnut stools in your basket."]
    lines += ["Come back and buy them: https://oak.example/basket", ""]
    turn = 0
    while sum(map(len, lines)) < length:
        lines += [f"{turn + 1}. {PARAGRAPH}", ""]
        turn += 1
    header = (
        f"From: Oak & Iron <shop@oak.example>\r\nTo: person{number}@people.example\r\nSubject: Your basket is waiting\r\n"
        f"Message-ID: <{number}.{time.monotonic_ns()}@oak.example>\r\nDate: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return (header + "\r\n".join(lines) + "\r\n").encode()


class Client:
    """Sends mails over sessions that are kept; how long they took, and that every one was taken."""

    def __init__(self, port: int, *, tls: bool, login: bool) -> None:
        self._port, self._tls, self._login = port, tls, login

    async def send(self, count: int) -> float:
        """Seconds for so many mails, connecting not counted."""
        sessions = [await self._open() for _ in range(SESSIONS)]
        numbers = iter([(number % PEOPLE, mail(number % PEOPLE)) for number in range(count)])
        began = time.perf_counter()
        await asyncio.gather(*(self._all(reader, writer, numbers) for reader, writer in sessions))
        took = time.perf_counter() - began
        for _, writer in sessions:
            writer.close()
        return took

    async def _all(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, numbers: Iterator[tuple[int, bytes]]
    ) -> None:
        for number, raw in numbers:
            await _said(reader, writer, b"MAIL FROM:<shop@oak.example>", b"250")
            await _said(reader, writer, f"RCPT TO:<person{number}@people.example>".encode(), b"250")
            await _said(reader, writer, b"DATA", b"354")
            await _said(reader, writer, raw + b".", b"250")

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        await _reply(reader, b"220")
        await _said(reader, writer, b"EHLO client.example", b"250")
        if self._tls:
            await _said(reader, writer, b"STARTTLS", b"220")
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            await writer.start_tls(context, server_hostname="localhost")
            await _said(reader, writer, b"EHLO client.example", b"250")
        if self._login:
            await _said(reader, writer, b"AUTH PLAIN " + b64encode(f"\0carts\0{PASSWORD}".encode()), b"235")
        return reader, writer


async def _said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: bytes, wanted: bytes) -> None:
    writer.write(line + b"\r\n")
    await _reply(reader, wanted)


async def _reply(reader: asyncio.StreamReader, wanted: bytes) -> None:
    while True:
        line = await reader.readline()
        if not line.startswith(wanted):
            raise RuntimeError(f"the server said {line!r}")
        if line[3:4] != b"-":
            return


BARE = """
import asyncio, ssl, sys
import aiosmtplib
from aiosmtpd.smtp import SMTP

class Relay:
    def __init__(self):
        self.idle = []
    async def handle_DATA(self, server, session, envelope):
        client = self.idle.pop() if self.idle else None
        if client is None:
            client = aiosmtplib.SMTP(hostname="127.0.0.1", port=int(sys.argv[2]), start_tls=False)
            await client.connect()
        await client.sendmail(envelope.mail_from, envelope.rcpt_tos, envelope.content)
        self.idle.append(client)
        return "250 OK"

async def main():
    relay, context = Relay(), None
    if sys.argv[3:]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*sys.argv[3:])
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(relay, hostname="relay", enable_SMTPUTF8=False, tls_context=context), "127.0.0.1", int(sys.argv[1]), backlog=64)
    await server.serve_forever()

asyncio.run(main())
"""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server, once it takes connections; all its processes are stopped at the end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended at once; run it by hand to see why")
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


@contextmanager
def gate(folder: Path, sink: int, *, signed: bool = False, processes: int = 1, unread: bool = False) -> Iterator[int]:
    """Our gate in front of the next hop, over a store with people who agreed."""
    port = free_port()
    home = shop(folder / f"shop-{port}", port, sink, signed=signed)
    command = [sys.executable, "-m", "bench.gate", "serve", str(home), str(processes), *(["unread"] if unread else [])]
    with running(command, port):
        yield port


def shop(home: Path, port: int, sink: int, *, signed: bool) -> Path:
    """A store whose people agreed to be written to about their baskets, with the settings of a gate."""
    from sayso.ledger import Address, Entry, Ledger
    from sayso.ledger.entries import ConsentGiven, DetailsCollected, Place
    from sayso.sending.gate.credentials import hashed

    past = datetime.now(UTC) - timedelta(days=20)
    entries = []
    for number in range(PEOPLE):
        address = Address("email", f"person{number}@people.example")
        collected = DetailsCollected(
            collected_for="purchase", places=[Place("shipping", "AU", "VIC")], given_directly=True, form=f"f{number}"
        )
        agreed = ConsentGiven(
            act="ticked_box", channels=["email"], topics=["abandoned_cart"], marketing_named=True, names_sender=True,
            wording="Email me about my basket", form=f"f{number}", form_submitted=True, box_default="unticked",
            box_final="ticked", box_changed_by="person", separate_from_terms=True, confirmed_from_account=True,
            given_by="account_holder",
        )  # fmt: skip
        entries += [
            Entry(body=body, happened_at=past, origin=f"{number}:{kind}", actor="shop", proof="captured_here",
                  addresses=[address])
            for kind, body in (("collected", collected), ("agreed", agreed))
        ]  # fmt: skip
    with Ledger.init(home) as ledger:
        ledger.append(entries)
    certificate(home)
    lines = [
        "[gate]", f"port = {port}", 'certificate_file = "cert.pem"', 'key_file = "key.pem"',
        'return_domain = "back.oak.example"', "[gate.streams.carts]", f'password_hash = "{hashed(PASSWORD)}"',
        'from_domains = ["oak.example"]', 'topic = "abandoned_cart"', "[smart_host]", 'host = "127.0.0.1"',
        f"port = {sink}", 'tls = "none"',
    ]  # fmt: skip
    if signed:
        subprocess.run(["openssl", "genrsa", "-out", str(home / "dkim.pem"), "2048"], check=True, capture_output=True)
        lines += ["[dkim]", 'domain = "oak.example"', 'selector = "s1"', 'key_file = "dkim.pem"']
    (home / "sayso.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return home


def certificate(home: Path) -> None:
    """`cert.pem` and `key.pem` for localhost."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


def leave_unread() -> None:
    """Have every mail taken for one like the first, as it is: not read, judged, completed or checked."""
    from sayso.sending.preparing import Prepared, prepare

    found: list[Prepared] = []

    def known(outgoing: Any, *how: Any) -> Prepared:
        if not found:
            found.append(prepare(outgoing, *how))
        return Prepared(outgoing.content, found[0].facts)

    patch("sayso.sending.dispatch.prepare", known).start()


def serve(home: Path, processes: int) -> None:
    """Serve a shop's gate, as `sayso gate` does, for a sender without a declaration of its own."""
    from sayso.ledger import Ledger
    from sayso.messages.identity import Identity
    from sayso.sending.gate.serving import Listener, bound
    from sayso.sending.gate.serving import serve as serve_gate
    from sayso.sending.wiring import open_dispatch
    from sayso.settings import read_settings

    identity = Identity(
        brand="Oak & Iron", legal_name="Oak and Iron Pty Ltd", postal_address="12 Mill Lane, Bendigo VIC 3550, Australia",
        email="shop@oak.example", website="https://oak.example", country="AU", domains=("oak.example",),
    )  # fmt: skip
    for _ in range(processes - 1):
        if os.fork() == 0:
            break

    def now() -> datetime:
        return datetime.now(UTC)

    async def main() -> None:
        with Ledger(home) as ledger:
            settings = read_settings(home)
            dispatch = open_dispatch(ledger, settings, identity, now)
            await serve_gate(Listener(dispatch, settings.gate, ledger, now), bound(settings.gate))

    asyncio.run(main())


def like_beside_like(
    folder: Path,
    mails: int,
    rounds: int,
    *,
    signed: bool = False,
    tls: bool = False,
    processes: int = 1,
    unread: bool = False,
) -> Pairs:
    """Seconds for so many mails: through the gate, and through the bare relay, which speaks TLS where `tls` says so."""
    if shutil.which("smtp-sink") is None:
        raise RuntimeError("smtp-sink is missing: install Debian's postfix")
    sink, relay = free_port(), free_port()
    script = folder / "bare.py"
    script.write_text(BARE, "utf-8")
    certificate(folder)
    pair = [str(folder / "cert.pem"), str(folder / "key.pem")] if tls else []
    with (
        running(["smtp-sink", "-u", "nobody", f"127.0.0.1:{sink}", "100"], sink),
        running([sys.executable, str(script), str(relay), str(sink), *pair], relay),
        gate(folder, sink, signed=signed, processes=processes, unread=unread) as ours,
    ):
        gated, bare = Client(ours, tls=True, login=True), Client(relay, tls=tls, login=False)
        return paired(
            "a mail through the gate"
            + (f", {processes} processes" if processes > 1 else "")
            + (", signed too" if signed else "")
            + (", unread" if unread else ""),
            "through a bare relay" + (" with TLS" if tls else ""),
            lambda: asyncio.run(gated.send(mails)) / mails,
            lambda: asyncio.run(bare.send(mails)) / mails,
            rounds,
        )


if __name__ == "__main__":
    if sys.argv[4:]:
        leave_unread()
    serve(Path(sys.argv[2]), int(sys.argv[3]))
