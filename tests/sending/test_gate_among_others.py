"""The gate between programs that others wrote: Postfix on both sides, swaks, nodemailer, maildev, mailauth, smtp-sink."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from dispatched import ANA, RAW, filled
from gates import PASSWORD, client, free_port, gate, given, next_hop, settings
from npm_mail import node_folder, run_node
from postfixes import keeping, postfix, sending_through, waited

from sayso.choices.links import ChoiceLinks
from sayso.ledger import Ledger
from sayso.ledger.entries import MessageRefused, MessageSent
from sayso.settings import Dkim

Part = Callable[[str], str]

NODEMAILER = """
const nodemailer = require('nodemailer')
const wanted = JSON.parse(require('fs').readFileSync(0))
const transport = nodemailer.createTransport({host: '127.0.0.1', port: wanted.port, requireTLS: true,
  auth: {user: wanted.user, pass: wanted.password}, tls: {ca: [wanted.authority], servername: 'localhost'}})
transport.sendMail(wanted.mail).then(
  told => console.log(JSON.stringify({response: told.response})),
  error => console.log(JSON.stringify({code: error.responseCode, response: error.response})))
"""

MAILAUTH = """
const {dkimVerify} = require('mailauth/lib/dkim/verify')
const raw = require('fs').readFileSync(0)
dkimVerify(raw, {resolver: async (name, type) => {
  if (name === 's1._domainkey.oak.example' && type === 'TXT') return [[process.env.KEY]]
  const missing = new Error('none'); missing.code = 'ENOTFOUND'; throw missing
}}).then(found => console.log(JSON.stringify(found.results.map(one => ({
  result: one.status.result})))))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="Postfix has to be started by root")
def test_mail_from_one_postfix_reaches_another_through_the_gate_one_recipient_at_a_time(
    part: Part, tmp_path: Path
) -> None:
    part("postfix")
    swaks = part("swaks")
    into, out_of = free_port(), free_port()
    back, front = tmp_path / "back", tmp_path / "front"
    with (
        filled(tmp_path / "store") as ledger,
        postfix(back, out_of, "back", keeping(back, "people.example", ["ana", "ben", "cara"])),
        gate(ledger, settings(out_of)) as running,
        postfix(front, into, "front",
                sending_through(running.port, "carts", PASSWORD, ledger.home / "cert.pem")) as log,
    ):  # fmt: skip
        file = tmp_path / "cart.eml"
        file.write_bytes(RAW)
        done = subprocess.run(
            [swaks, "--server", f"127.0.0.1:{into}", "--from", "shop@oak.example", "--data", f"@{file}",
             "--to", "ana@people.example,ben@people.example,cara@people.example"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-800:]
        refused = waited(lambda: all(rule in log.read_text() for rule in ("sch2-6", "16-1")) and log.read_text())
        assert refused, log.read_text()[-3000:]
        (kept,) = list((back / "boxes" / "ana" / "new").iterdir())
        assert not (back / "boxes" / "ben").exists()
        assert not (back / "boxes" / "cara").exists()
        assert "452 4.5.3 one recipient at a time" in str(refused)
        assert "(au.spam-act.sch2-6" in str(refused)
        assert "(au.spam-act.16-1" in str(refused)
        kinds = [type(entry.body) for entry in ledger.entries_from("gate:")]
        assert (kinds.count(MessageSent), kinds.count(MessageRefused)) == (1, 2)
        record = next(one.id for one in ledger.entries_from("gate:") if isinstance(one.body, MessageSent))
        returned = ChoiceLinks(ledger).returned
    arrived = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert arrived["Return-Path"].startswith("<b-")
    assert returned(arrived["Return-Path"].strip("<>").partition("@")[0]) == ("b", record)


@contextmanager
def maildev() -> Iterator[tuple[int, Callable[[], list[dict[str, object]]]]]:
    """maildev on loopback: its SMTP port, and what it was sent."""
    folder, smtp, web = node_folder(), free_port(), free_port()
    command = ["node", str(folder / "node_modules" / "maildev" / "bin" / "maildev"), "-s", str(smtp), "-w", str(web),
               "--ip", "127.0.0.1", "--web-ip", "127.0.0.1", "--silent"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for port in (smtp, web):
                for _ in range(100):
                    try:
                        socket.create_connection(("127.0.0.1", port), 1).close()
                        break
                    except OSError:
                        time.sleep(0.1)

            def taken() -> list[dict[str, object]]:
                with urllib.request.urlopen(f"http://127.0.0.1:{web}/email", timeout=10) as answer:
                    return list(json.load(answer))

            yield smtp, taken
        finally:
            process.terminate()


def test_nodemailer_sends_through_the_gate_and_is_told_why_not(tmp_path: Path) -> None:
    with maildev() as (port, taken), filled(tmp_path / "store") as ledger, gate(ledger, settings(port)) as running:

        def send(to: str) -> dict[str, object]:
            mail = {
                "from": "Oak & Iron <shop@oak.example>", "to": to, "subject": "Your basket is waiting",
                "text": "You left a walnut stool in your basket.\nhttps://oak.example/basket",
                "html": "<h1>Your basket</h1><p>You left a walnut stool in your basket. "
                        "<a href='https://oak.example/basket'>Buy it now</a></p>",
            }  # fmt: skip
            wanted = {"port": running.port, "user": "carts", "password": PASSWORD, "mail": mail,
                      "authority": (ledger.home / "cert.pem").read_text()}  # fmt: skip
            return dict(json.loads(run_node(NODEMAILER, given=json.dumps(wanted).encode())))

        assert str(send("ana@people.example")["response"]).startswith("250 2.0.0")
        told = send("ben@people.example")
        assert told["code"] == 550
        assert "(au.spam-act.sch2-6" in str(told["response"])
        (mail,) = taken()
    headers = dict(mail["headers"])  # type: ignore[call-overload]
    assert headers["from"] == '"Oak & Iron" <shop@oak.example>' or "shop@oak.example" in headers["from"]
    assert headers["to"] == "ana@people.example"
    assert headers["subject"] == "Your basket is waiting"
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in headers["list-unsubscribe"]
    assert headers["message-id"].endswith("@oak.example>")
    for body in (str(mail["text"]), str(mail["html"])):
        assert "walnut stool" in body
        assert "12 Mill Lane" in body
        assert "/u/" in body


def test_the_signature_holds_for_a_verifier_not_ours_and_covers_what_one_click_asks(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    with next_hop() as (hop, port), filled(tmp_path / "store") as ledger:
        (ledger.home / "dkim.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        wanted = settings(port)
        wanted.dkim = Dkim(domain="oak.example", selector="s1", key_file="dkim.pem")
        with gate(ledger, wanted) as running, client(running) as session:
            assert given(session, RAW, ANA.value)[0] == 250
        signed = bytes(hop.taken[0].content)  # type: ignore[arg-type]
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    record = "v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1])

    def verified(raw: bytes) -> list[dict[str, str]]:
        return list(json.loads(run_node(MAILAUTH, given=raw, environment={"KEY": record})))

    (good,) = verified(signed)
    assert good["result"] == "pass"
    signature = str(message_from_bytes(signed)["DKIM-Signature"])
    (covered,) = (tag.partition("=")[2].split(":") for tag in "".join(signature.split()).split(";") if tag[:2] == "h=")
    for name in ("from", "subject", "list-unsubscribe", "list-unsubscribe-post"):
        assert covered.count(name) == 2, covered
    forged = b"List-Unsubscribe: <https://elsewhere.example/u>\r\n" + signed
    (bad,) = verified(forged)
    assert bad["result"] != "pass"


def test_what_twenty_sessions_at_once_were_told_was_taken_arrived_once(tmp_path: Path) -> None:
    """Twenty sessions at once, each through STARTTLS and a log-in: what was answered 250 arrived, once."""
    with next_hop() as (hop, port), filled(tmp_path / "store") as ledger, gate(ledger, settings(port)) as running:

        def session(number: int) -> list[int]:
            with client(running) as one:
                return [
                    given(one, RAW.replace(b"<one@", f"<{number}.{turn}@".encode()), ANA.value)[0] for turn in range(5)
                ]

        with ThreadPoolExecutor(20) as many:
            answered = [code for codes in many.map(session, range(20)) for code in codes]
    assert answered.count(250) == len(hop.taken) == 100
    with Ledger(tmp_path / "store") as ledger:
        assert len([one for one in ledger.entries_from("gate:") if isinstance(one.body, MessageSent)]) == 100
        assert ledger.verify() == []
