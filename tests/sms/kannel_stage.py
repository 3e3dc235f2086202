"""
Kannel, a pretended carrier (`fakesmsc`) and the listener in one network that nobody else is in: run under `unshare -rn`.

Prints, as JSON, what came of texts sent and received. Kannel listens on all addresses, so that it is started nowhere else.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from listening import ANA, CART, SECRET, STRANGER, Clock, settings_of, shop
from twilio_api import TOKEN

from sayso.ledger import Ledger
from sayso.ledger.entries import DeliveryReported, TextReceived
from sayso.messages.identity import Identity
from sayso.public.app import listening_config
from sayso.public.desk import Desk
from sayso.sending.listening import bound
from sayso.sending.outgoing import Outgoing, Stream, Text
from sayso.sending.wiring import open_dispatch
from sayso.settings import Settings

CONFIG = Path(__file__).parent.parent.parent / "docs" / "how-to" / "kannel.conf"
FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
LISTENER = 8001
CARRIER = """
group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = 10000
connect-allow-ip = "127.0.0.1"
"""
LONG = "Copper Kettle: you left in your basket " + ", ".join(f"a kettle of {size} litres" for size in range(1, 8)) + "."
TEXTS = {
    "gsm": CART,
    "emoji": "Copper Kettle: you left a kettle 🫖 in your basket. Come back and buy it: https://kettle.example/b",
    "long": LONG,
}


def loopback_up() -> None:
    """A new network has only a loopback, and that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP


def until(ask: Callable[[], Any], what: str, seconds: float = 40) -> Any:
    """Ask again until there is an answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.1)
    raise SystemExit(f"{what}: nothing in {seconds:.0f} seconds")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(home: Path, name: str, *command: str) -> Iterator[Path]:
    """A program, with what it says in a file."""
    said = home / f"{name}.log"
    with said.open("wb") as log, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as program:
        try:
            yield said
        finally:
            program.terminate()
            program.wait(20)


@contextmanager
def listener(ledger: Ledger, settings: Settings, clock: Clock) -> Iterator[None]:
    server = uvicorn.Server(listening_config(Desk(ledger, settings, clock)))
    listening = bound("127.0.0.1", LISTENER)
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    serving.start()
    until(lambda: server.started, "the listener")
    yield
    server.should_exit = True
    serving.join(20)
    listening.close()


def kannel_conf(home: Path) -> Path:
    """The configuration of the how-to, with what stands in capitals replaced, and a pretended carrier."""
    text = CONFIG.read_text()
    for word, value in {
        "SENDSMS_PASSWORD": TOKEN.replace(" ", "-"), "ADMIN_PASSWORD": "admin", "INBOUND_SECRET": SECRET,
        "SAYSO_URL": f"http://127.0.0.1:{LISTENER}", "STORE": str(home / "kannel.store"),
    }.items():  # fmt: skip
        text = text.replace(word, value)
    text = text.replace("http-queue-delay = 10\n", "http-queue-delay = 1\n").replace("every 10 seconds", "every second")
    file = home / "kannel.conf"
    file.write_text(text + CARRIER)
    return file


def bodies(ledger: Ledger, number: str, kind: type[Any]) -> list[Any]:
    told = [one.body for who in ledger.find(number) for one in ledger.entries_about(who)]
    return [body for body in told if isinstance(body, kind)]


def stops(ledger: Ledger, who: Any) -> list[str]:
    return [str(stop.kind) for stop in ledger.facts_for(who, channel="sms", topic="abandoned_cart").stops]


def play(home: Path) -> dict[str, Any]:
    clock = Clock()
    ledger = shop(home / "shop", clock)
    (ledger.home / "token").write_text(TOKEN.replace(" ", "-"))
    settings = settings_of("kannel", "http://127.0.0.1:13013/cgi-bin/sendsms", number="12345")
    settings.public.url, settings.public.port = f"http://127.0.0.1:{LISTENER}", LISTENER
    conf = str(kannel_conf(home))

    def carrier(name: str, *texts: str) -> Any:
        wanted = [f"{number} 12345 text {words}" for number, _, words in (text.partition(" ") for text in texts)]
        command = (FAKESMSC, "-H", "127.0.0.1", "-r", "10000", "-i", "0.5", "-m", str(len(wanted)), *wanted)
        return running(home, name, *command)

    async def send(origin: str, body: str) -> str:
        identity = Identity.of(Desk(ledger, settings, clock).declaration.business)
        dispatch = open_dispatch(ledger, settings, identity, clock)
        outcome = await dispatch.send(
            Outgoing(ANA, "sms", Stream("carts", "abandoned_cart"), Text(body), f"stage:{origin}")
        )
        await dispatch.close()
        return outcome.state if outcome.state == "sent" else f"{outcome.state}: {outcome.said}"

    seen: dict[str, Any] = {}
    with running(home, "bearerbox", "bearerbox", conf):
        until(lambda: answers(13001), "bearerbox")
        with running(home, "smsbox", "smsbox", conf):
            until(lambda: answers(13013), "smsbox")
            with listener(ledger, settings, clock):
                with carrier("first", f"{ANA.value} Do you also have the blue one?") as said:
                    until(lambda: bodies(ledger, ANA.value, TextReceived), "a text about something else")
                    seen["stops_before"] = stops(ledger, ANA)
                    seen["sent"] = {name: asyncio.run(send(name, body)) for name, body in TEXTS.items()}
                    until(lambda: len(bodies(ledger, ANA.value, DeliveryReported)) >= len(TEXTS), "delivery reports")
                    seen["reported"] = [body.outcome for body in bodies(ledger, ANA.value, DeliveryReported)]
                seen["carrier_got"] = said.read_text("utf-8", "replace")
                clock.wait(days=8)
                with carrier("second", f"{ANA.value} please stop") as said:
                    until(lambda: stops(ledger, ANA), "the stop")
                    until(lambda: "Got message" in said.read_text("utf-8", "replace"), "its confirmation")
                    seen["stops"] = stops(ledger, ANA)
                    seen["after_stop"] = asyncio.run(send("after", CART))
                    time.sleep(2)  # whatever else Kannel might text by itself would come now
                seen["carrier_got_after"] = said.read_text("utf-8", "replace")
            with carrier("third", f"{STRANGER.value} STOP") as said:
                until(lambda: "sent message 1" in said.read_text("utf-8", "replace"), "a stop while nobody listens")
                time.sleep(2)
                seen["while_away"] = stops(ledger, STRANGER)
                with listener(ledger, settings, clock):
                    until(lambda: stops(ledger, STRANGER), "the stop that came while nobody listened")
                    seen["back"] = stops(ledger, STRANGER)
            seen["verified"] = [str(finding) for finding in ledger.verify()]
    return seen


if __name__ == "__main__":
    loopback_up()
    print(json.dumps(play(Path(sys.argv[1]))))
