"""How mail and events come in: by pipe, maildir, SMTP and HTTP; and that nothing is lost where the store cannot record."""

from __future__ import annotations

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest
import uvicorn
from providers_of_mail import SECRET, Providers
from returned_mails import arf, dsn, mail
from shop_post import ANA, NOW, Post

from sayso.ledger import Ledger
from sayso.public.app import listening_config
from sayso.public.desk import Desk
from sayso.sending.returns import listener
from sayso.settings import EventSource, Public, Returns, Settings, SettingsError, change_setting

sys.path.insert(0, str(Path(__file__).parents[1] / "sending"))

from postfixes import postfix, waited

Part = Callable[[str], str]


def sayso(home: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from sayso.cli import main; main()", "returns", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, check=False, timeout=60, env={**os.environ, "SAYSO_HOME": str(home)}
    )


@pytest.fixture
def now_ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger on this machine's own clock, as the commands have it."""
    with Ledger.init(tmp_path / "now") as opened:
        yield opened


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def stops(ledger: Ledger) -> list[str]:
    return sorted(str(stop.kind) for stop in ledger.facts_for(ANA, channel="email", topic="abandoned_cart").stops)


def test_a_pipe_records_a_mail_before_it_ends_well(now_ledger: Ledger) -> None:
    to = Post(now_ledger).unsubscribe_by_mail_to(Post(now_ledger).sent())
    done = sayso(now_ledger.home, "take", "--recipient", to, given=mail("x@y.example", ""))
    assert (done.returncode, stops(now_ledger)) == (0, ["unsubscribe"])
    assert b"@" not in done.stdout + done.stderr, "what is said holds no address"


def test_a_pipe_gives_the_mail_back_where_nothing_can_be_recorded(now_ledger: Ledger, tmp_path: Path) -> None:
    assert sayso(tmp_path / "nowhere", "take", given=dsn(ANA.value)).returncode == 75
    (now_ledger.home / "aside").write_text("a file where a folder has to be")
    assert sayso(now_ledger.home, "take", given=dsn("carol@mail.example")).returncode == 75


def test_a_maildir_is_emptied_of_what_is_recorded_and_of_nothing_else(now_ledger: Ledger, maildir: Path) -> None:
    post = Post(now_ledger)
    post.sent()
    to = post.bounces_to(post.sent())
    (maildir / "new" / "1").write_bytes(f"Delivered-To: {to}\n".encode() + dsn("x@y.example"))
    (maildir / "new" / "2").write_bytes(mail(ANA.value, "STOP"))
    (maildir / "new" / "3").write_bytes(dsn("carol@mail.example"))
    (now_ledger.home / "aside").write_text("a file where a folder has to be")
    assert sayso(now_ledger.home, "watch", str(maildir), "--once").returncode == 75
    assert stops(now_ledger) == ["free_text", "hard_bounce"]
    assert [path.name for path in (maildir / "new").iterdir()] == ["3"]
    (now_ledger.home / "aside").unlink()
    assert sayso(now_ledger.home, "watch", str(maildir), "--once").returncode == 0
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1:2,S", "2:2,S", "3:2,S"]
    assert len(list((now_ledger.home / "aside" / "returns").iterdir())) == 1


# By SMTP ------------------------------------------------------------------------------------------------------------


@contextmanager
def listening(ledger: Ledger, **wanted: list[str]) -> Iterator[int]:
    """The listener at work; its port."""
    where, loop, ended = listener.bound(Returns(port=0)), asyncio.new_event_loop(), asyncio.Event()

    async def ever() -> None:
        server = await listener.start(ledger, Returns(**wanted), where)
        up.set()
        await ended.wait()
        server.close()
        sessions = asyncio.all_tasks() - {asyncio.current_task()}
        for session in sessions:
            session.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)

    up = threading.Event()
    running = threading.Thread(target=loop.run_until_complete, args=(ever(),), daemon=True)
    running.start()
    assert up.wait(10)
    yield where.getsockname()[1]
    loop.call_soon_threadsafe(ended.set)
    running.join(10)
    loop.close()


def test_the_listener_takes_what_comes_back_and_is_no_relay(now_ledger: Ledger) -> None:
    post = Post(now_ledger)
    entry = post.sent()
    with listening(now_ledger, mailboxes=["Replies@shop.example"]) as port, smtplib.SMTP("127.0.0.1", port) as session:
        session.ehlo("mx.example")
        for stranger in ("ana@mail.example", "postmaster@shop.example", post.bounces_to(entry).replace("b-", "b-a")):
            session.mail("")
            assert session.rcpt(stranger)[0] == 550
            session.rset()
        session.sendmail("", [post.bounces_to(entry)], dsn("x@y.example"))
        assert stops(now_ledger) == ["hard_bounce"]
        session.sendmail("ana@mail.example", ["replies@shop.example"], mail(ANA.value, "Please stop."))
        assert stops(now_ledger) == ["free_text", "hard_bounce"]


def test_the_listener_accepts_nothing_that_it_cannot_record(now_ledger: Ledger) -> None:
    (now_ledger.home / "aside").write_text("a file where a folder has to be")
    with listening(now_ledger, mailboxes=["fbl@shop.example"]) as port, smtplib.SMTP("127.0.0.1", port) as session:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            session.sendmail(
                "", ["fbl@shop.example"], arf("Feedback-Type: abuse\nOriginal-Rcpt-To: carol@mail.example")
            )
        assert refused.value.smtp_code == 451


def test_only_so_many_sessions_are_held_at_once(now_ledger: Ledger) -> None:
    with listening(now_ledger) as port:
        held = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(listener.MOST_SESSIONS + 1)]
        greetings = [one.recv(200)[:3] for one in held]
        assert greetings == [b"220"] * listener.MOST_SESSIONS + [b"421"]
        for one in held:
            one.close()


# A real bounce ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="Postfix has to be started by root")
def test_a_real_postfix_bounces_and_the_bounce_comes_home_both_ways(
    part: Part, now_ledger: Ledger, tmp_path: Path
) -> None:
    """A message to an unknown user: Postfix itself writes the report, and delivers it to our listener or to a maildir."""
    part("postfix")
    post = Post(now_ledger)
    by_smtp, by_box = post.sent(), post.sent()
    boxes = tmp_path / "boxes"
    boxes.mkdir()
    boxes.chmod(0o777)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        mta = free.getsockname()[1]
    with listening(now_ledger) as port:
        settings = f"""virtual_mailbox_domains=people.example box.example
virtual_mailbox_base={boxes}
virtual_mailbox_maps=inline:{{ {{ @box.example=returns/ }} }}
virtual_uid_maps=static:65534
virtual_gid_maps=static:65534
smtpd_reject_unlisted_recipient=no
transport_maps=inline:{{ {{ back.shop.example=smtp:[127.0.0.1]:{port} }} }}
"""
        with postfix(tmp_path / "mta", mta, "mta", settings) as log:
            with smtplib.SMTP("127.0.0.1", mta) as session:
                text = f"From: shop@shop.example\r\nTo: gone@people.example\r\nSubject: You left something\r\n\r\n{'x' * 200}\r\n"
                session.sendmail(post.bounces_to(by_smtp), ["gone@people.example"], text)
                home = post.bounces_to(by_box).replace("back.shop.example", "box.example")
                session.sendmail(home, ["gone@people.example"], text)
            assert waited(lambda: stops(now_ledger) == ["hard_bounce"]), log.read_text()[-2000:]
            new = boxes / "returns" / "new"
            assert waited(lambda: new.is_dir() and list(new.iterdir())), log.read_text()[-2000:]
    (landed,) = new.iterdir()
    report = message_from_bytes(landed.read_bytes())
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    assert sayso(now_ledger.home, "watch", str(boxes / "returns"), "--once").returncode == 0
    bounces = [one for person in now_ledger.find(ANA.value) for one in now_ledger.entries_about(person)
               if one.kind == "bounce_received"]  # fmt: skip
    assert len(bounces) == 2
    assert not now_ledger.find("gone@people.example"), "the token named Ana; whom the report names is not written down"


# By HTTP ------------------------------------------------------------------------------------------------------------


@contextmanager
def served(ledger: Ledger) -> Iterator[httpx.Client]:
    (ledger.home / "secret").write_text(SECRET)
    (ledger.home / "key").write_text(Providers(ledger).trust.public_keys[0])
    events = {"sendgrid": EventSource(public_key_file="key"), "mailchimp": EventSource(secret_file="secret"),
              "mailgun": EventSource(secret_file="secret"), "postmark": EventSource(secret_file="secret")}  # fmt: skip
    with socket.socket() as where:
        where.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{where.getsockname()[1]}"
        public = Public(url=address, port=where.getsockname()[1])
        server = uvicorn.Server(listening_config(Desk(ledger, Settings(public=public, events=events), lambda: NOW)))
        running = threading.Thread(target=server.run, kwargs={"sockets": [where]}, daemon=True)
        running.start()
        waited(lambda: server.started)
        with httpx.Client(base_url=address, trust_env=False) as client:
            yield client
        server.should_exit = True
        running.join(10)


def test_events_are_posted_to_the_public_listener(ledger: Ledger, post: Post) -> None:
    request = Providers(ledger).sendgrid([{"event": "spamreport", "email": ANA.value, "sg_event_id": "1"}])
    form = f"type=unsubscribe&data[email]={ANA.value}"
    with served(ledger) as client:
        assert client.post("/events/sendgrid", content=request.body).status_code == 401
        assert client.post("/events/ses", content=b"{}").status_code == 401
        assert client.post("/events/nobody", content=b"{}").status_code == 404
        assert client.post("/events/mailchimp/guessed-guessed-guessed", content=form).status_code == 401
        assert client.get(f"/events/mailchimp/{SECRET}").status_code == 200
        assert ledger.count() == (0, 0)
        assert client.post("/events/sendgrid", content=request.body, headers=dict(request.headers)).status_code == 200
        answer = client.post(f"/events/mailchimp/{SECRET}", content=form)
        assert (answer.status_code, answer.text) == (200, "1 new, 0 known already")
        assert client.post("/events/mailgun", content=b"x" * ((1 << 20) + 1)).status_code == 413
    assert post.stops() == ["complaint", "unsubscribe"]


def test_a_secret_that_is_guessed_easily_and_a_key_that_is_none_are_refused(ledger: Ledger) -> None:
    (ledger.home / "secret").write_text("short")
    for name, source in {
        "postmark": EventSource(secret_file="secret"), "sendgrid": EventSource(public_key_file="secret"),
        "mailgnu": EventSource(secret_file="secret"), "mailgun": EventSource(secret_file="none"),
    }.items():  # fmt: skip
        with pytest.raises(SettingsError):
            Desk(ledger, Settings(events={name: source}))
    change_setting(ledger.home, "events.mailgun.secret_file", "secret")
